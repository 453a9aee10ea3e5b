"""What a planner's dated rows say: over which days, how many a day, at which hours, and how long things took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scenarios.planner_cells import Stamp
from sim.scenario import HOURS_PER_WEEK, Spread

LEAST_FOR_SHAPE = 50
"""Rows with a time of day below which no hour shape is made of them."""
LEAST_FOR_SPAN = 20
"""Measured spans below which no median is made of them."""
LONGEST_SPAN_S = 86_400.0
LONGEST_GAP_DAYS = 60
"""Rows beyond a longer gap than this count as misdated if they are few."""
LEAST_SHARE = 0.9
"""Share of the rows that one run of days must hold for the others to count as misdated."""
_SMOOTH_H = 1.5
_PRIOR = 5.0
"""Rows that a flat shape weighs against the counted ones, for each day and for each hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row of a file that needs attention. It never holds what a cell says."""

    file: str
    row: int
    column: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days that a table covers, first and last included."""

    first: dt.date
    last: dt.date

    @property
    def n_days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


@dataclass(slots=True)
class Findings:
    """Gathers what an import has to tell its user."""

    problems: list[RowProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, file: str, row: int, column: str, what: str) -> None:
        """Add a row that needs attention."""
        self.problems.append(RowProblem(file=file, row=row, column=column, what=what))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A row with its instant."""

    row: int
    stamp: Stamp
    day: dt.date


def find_period(rows: Sequence[Dated]) -> Period | None:
    """Return the days that hold nearly all rows, so that a mistyped year does not stretch them; None without rows.

    Where the rows fall into runs of days with long gaps between them and no run holds LEAST_SHARE of them, all count.
    """
    days = sorted(row.day for row in rows)
    if not days:
        return None
    runs = [[days[0]]]
    for day in days[1:]:
        if (day - runs[-1][-1]).days > LONGEST_GAP_DAYS:
            runs.append([])
        runs[-1].append(day)
    longest = max(runs, key=len)
    chosen = longest if len(longest) >= LEAST_SHARE * len(days) else days
    return Period(first=chosen[0], last=chosen[-1])


def make_shape(stamps: Sequence[Stamp], period: Period) -> tuple[float, ...] | None:
    """Return the 168 hour-of-week weights of rows that have a time of day, mean 1; None if they are too few.

    Day times hour: the counts of each weekday over the number of such days, and those of each hour smoothed round the
    clock (Gaussian, 1.5 h), both drawn a little towards flat. A weekday that the period lacks counts as a middling one.
    """
    timed = [(stamp.day.weekday(), stamp.second // 3600) for stamp in stamps
             if stamp.day is not None and stamp.second is not None]
    if len(timed) < LEAST_FOR_SHAPE:
        return None
    table = np.array(timed)
    by_day, by_hour = np.bincount(table[:, 0], minlength=7), np.bincount(table[:, 1], minlength=24)
    covered = np.bincount([(period.first + dt.timedelta(days=step)).weekday() for step in range(period.n_days)],
                          minlength=7)
    usual = len(timed) / period.n_days
    day = (by_day + _PRIOR) / (covered * usual + _PRIOR)
    apart = np.abs(np.arange(24)[:, None] - np.arange(24)[None, :])
    kernel = np.exp(-0.5 * (np.minimum(apart, 24 - apart) / _SMOOTH_H) ** 2)
    smooth = kernel @ by_hour / kernel.sum(axis=1)
    hour = (smooth + _PRIOR) / (len(timed) / 24.0 + _PRIOR)
    weights = np.outer(day, hour).ravel()
    return tuple(np.round(weights * HOURS_PER_WEEK / weights.sum(), 4).tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSpan:
    """How long something took, over the rows that have both stamps."""

    name: str
    n: int
    n_missing: int
    """Rows where a stamp is missing; nothing is guessed for them."""
    spread: Spread | None
    """None if too few were measured."""


def measure_span(name: str, spans_s: Sequence[float], *, n_missing: int) -> MeasuredSpan:
    """Return the median and the 95th percentile of measured spans, in whole seconds of at least one."""
    spread = None
    if len(spans_s) >= LEAST_FOR_SPAN:
        median, p95 = np.quantile(np.array(spans_s, dtype=np.float64), [0.5, 0.95])
        median_s = max(1.0, round(float(median)))
        spread = Spread(median_s=median_s, p95_s=max(median_s, round(float(p95))))
    return MeasuredSpan(name=name, n=len(spans_s), n_missing=n_missing, spread=spread)


def seconds_between(earlier: Stamp, later: Stamp) -> float | None:
    """Return the seconds from one instant to another, or None where one of them has no time or the span is absurd.

    A later stamp without a day is on the earlier one's day, or on the next if that would come before it.
    """
    if earlier.day is None or earlier.second is None or later.second is None:
        return None
    if later.day is None:
        return float((later.second - earlier.second) % 86_400)
    span_s = 86_400.0 * (later.day - earlier.day).days + later.second - earlier.second
    return span_s if 0.0 <= span_s <= LONGEST_SPAN_S else None
