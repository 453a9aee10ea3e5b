"""Fitted against target: each target with what the runs gave, how far chance reaches, and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import gammaincinv, pdtr

from scenarios.targets import Range, Targets
from watchfloor.calibration.played import TURNS_H, Counts

NORMAL_P975 = 1.959963984540054
FAR = 3.0
"""Standard errors beyond which a kind's finds differ from its target."""
REFERENCE_TURN_H = 24.0
"""The article's day is taken as 24 h of duty, the strictest of the three readings."""


class Verdict(StrEnum):
    """How a target compares with the mean of the runs."""

    MET = "met"
    UNDECIDED = "not told apart"
    """The mean misses it by less than chance allows."""
    MISSED = "missed"
    UNIDENTIFIED = "not identified"
    """The data leave it open, whatever is fitted."""
    SHOWN = ""
    """There is nothing to hold it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One target."""

    name: str
    target: str
    fitted: float
    half_width: float | None
    """Of the 95 % interval of the mean, from Poisson counts."""
    one_run: Range | None
    """Where 95 % of single runs lie."""
    verdict: Verdict


def poisson_interval(count: int, level: float = 0.95) -> Range:
    """Return the exact interval of a Poisson mean of which one count is known (Garwood 1936)."""
    tail = (1.0 - level) / 2.0
    return Range(least=float(gammaincinv(count, tail)) if count else 0.0,
                 most=float(gammaincinv(count + 1, 1.0 - tail)))


def judge(targets: Targets, counts: Counts, *, days: float) -> tuple[Line, ...]:
    """Hold what some runs of the same rates found against the targets, scaled to the runs' length.

    Args:
        targets: what was found in the real city.
        counts: of all runs together.
        days: length of one run.
    """
    part = days / targets.n_days
    lines = [_range_line(f"offences in {days:g} days", targets.offences.scaled(part), _sum(counts, targets.shares),
                         counts.n_runs)]
    if targets.crimes:
        lines.append(_range_line(f"crimes in {days:g} days", targets.crimes.scaled(part),
                                 _sum(counts, targets.crime_kinds), counts.n_runs))
    return (*lines, *_inspector_lines(targets, counts), *_named_lines(targets, counts), *_kind_lines(targets, counts))


def p_in_range(wanted: Range, mean: float) -> float:
    """Return the probability that a Poisson count of that mean falls into the range."""
    below = math.ceil(wanted.least) - 1
    return float(pdtr(math.floor(wanted.most), mean) - (pdtr(below, mean) if below >= 0 else 0.0))


def _sum(counts: Counts, kinds: Iterable[str]) -> float:
    return sum(counts.found[kind] for kind in kinds)


def _range_line(name: str, wanted: Range, total: float, n_runs: int) -> Line:
    mean, half = total / n_runs, NORMAL_P975 * math.sqrt(total) / n_runs
    spread = NORMAL_P975 * math.sqrt(mean)
    return Line(name=name, target=f"{wanted.least:,.5g} to {wanted.most:,.5g}", fitted=mean, half_width=half,
                one_run=Range(least=max(0.0, mean - spread), most=mean + spread),
                verdict=_in_range(wanted, mean, half))


def _in_range(wanted: Range, mean: float, half: float) -> Verdict:
    if wanted.least <= mean <= wanted.most:
        return Verdict.MET
    return Verdict.UNDECIDED if wanted.least - half <= mean <= wanted.most + half else Verdict.MISSED


def _inspector_lines(targets: Targets, counts: Counts) -> list[Line]:
    lines = []
    for turn_h in TURNS_H:
        p95 = counts.finds_quantile(turn_h)
        if p95 is None:
            continue
        most = targets.finds_per_inspector_day if turn_h == REFERENCE_TURN_H else None
        verdict = Verdict.SHOWN if most is None else Verdict.MET if p95 <= most else Verdict.MISSED
        lines.append(Line(name=f"finds of one seat in {turn_h:g} h of duty, p95",
                          target="" if most is None else f"at most {most:g}", fitted=p95, half_width=None,
                          one_run=None, verdict=verdict))
    return lines


def _named_lines(targets: Targets, counts: Counts) -> list[Line]:
    """Hold the mix against the operation's counts, each a Poisson count of which only that one is known."""
    offences = _sum(counts, targets.shares)
    lines = []
    for named in targets.named if targets.n_in_operation and offences else ():
        allowed = poisson_interval(named.n_stopped)
        scale = (targets.n_in_operation or 0) / offences
        found = _sum(counts, named.kinds)
        mean, half = found * scale, NORMAL_P975 * math.sqrt(found) * scale
        lines.append(Line(
            name=f"{named.name.replace('_', ' ')} of {targets.n_in_operation:,} stopped",
            target=f"{named.n_stopped} (Poisson 95 %: {allowed.least:.1f} to {allowed.most:.1f})", fitted=mean,
            half_width=half, one_run=None, verdict=_in_range(allowed, mean, half)))
    return lines


def _kind_lines(targets: Targets, counts: Counts) -> list[Line]:
    lines = []
    for kind, wanted in targets.found_per_day().items():
        mean = counts.found[kind] / counts.n_days
        error = math.sqrt(max(counts.found[kind], 1.0)) / counts.n_days
        off = abs(mean - wanted) / error
        verdict = Verdict.MET if off <= NORMAL_P975 else Verdict.UNDECIDED if off <= FAR else Verdict.MISSED
        lines.append(Line(name=f"{kind.replace('_', ' ')} found a day", target=f"{wanted:.4g}", fitted=mean,
                          half_width=NORMAL_P975 * error, one_run=None, verdict=verdict))
    return lines


def is_met(lines: Sequence[Line]) -> bool:
    """Say whether all is met; a single kind may miss its target by less than FAR standard errors."""
    return all(line.verdict in (Verdict.MET, Verdict.SHOWN, Verdict.UNIDENTIFIED)
               or (line.verdict is Verdict.UNDECIDED and line.name.endswith("found a day")) for line in lines)
