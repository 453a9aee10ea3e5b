"""The backtest: learn counts from some months, predict later ones, and tell how often the intervals held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import describe_machine
from scenarios import check_scenario, find_scenario
from scenarios.planner_history import History, find_tables, read_history
from sim.errors import InputError
from sim.forecast import (
    WEEK_DAYS,
    CountModel,
    Coverage,
    Forecast,
    cover,
    fit_counts,
    forecast_days,
    forecast_weeks,
)
from watchfloor import __version__
from watchfloor.backtest_figure import draw_backtest
from watchfloor.months import Months, read_months
from watchfloor.results import open_folder, write_json
from watchfloor.show import Show
from watchfloor.wording import words

LEVELS = (0.5, 0.8, 0.95)
SLACK_DAYS = 7
"""By how much a register may begin after a month's first day or end before its last, for want of an offence."""
ALL = "all kinds"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """What a user may choose of a backtest."""

    scenario: str | Path
    """A shipped scenario's name or a file."""
    train: str
    test: str
    offences: Path | None = None
    calls: Path | None = None
    mapping: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One kind: what was learnt, what was predicted and what came."""

    kind: str
    file: str
    n_trained: int
    n_expected: float
    """In the held-out days."""
    n_came: int
    model: CountModel
    days: tuple[Coverage, ...]
    """By LEVELS."""
    weeks: tuple[Coverage, ...]
    counts: tuple[int, ...]
    """Of the held-out days."""
    bands: tuple[tuple[tuple[int, int], ...], ...]
    """Of the held-out days, by LEVELS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What a backtest found, and where it lies."""

    scenario: str
    train: str
    test: str
    first_day: dt.date
    """Of the held-out days."""
    folder: Path
    series: tuple[Series, ...]


def backtest(options: BacktestOptions, *, show: Show) -> BacktestResult:
    """Learn from the train months and hold the test months against the prediction.

    Raises:
        InputError: if a file cannot be used, a month is missing or the test months do not come later.
    """
    train, test = (read_months(text, option=option)
                   for text, option in ((options.train, "--train"), (options.test, "--test")))
    if test.first <= train.last:
        raise InputError("--test", got=test, expected=f"months after --train {train}",
                         do="what was learnt from cannot be predicted")
    path = find_scenario(options.scenario)
    check_scenario(path)
    is_named = options.offences is not None or options.calls is not None
    histories = _covering(_read(options, path), train, test, is_named=is_named, show=show)
    folder = open_folder(options.out or Path("out") / f"backtest-{path.stem}")
    series = tuple(_series(kind, history.file, counts, train, test)
                   for history in histories for kind, counts in _kinds(history).items())
    result = BacktestResult(scenario=path.stem, train=str(train), test=str(test), first_day=test.first, folder=folder,
                            series=series)
    _write(result)
    _show_result(result, histories, show)
    return result


def _read(options: BacktestOptions, path: Path) -> list[History]:
    given = {"offences": options.offences, "calls": options.calls}
    tables = {name: table for name, table in given.items() if table is not None} or find_tables(path)
    if not tables:
        raise InputError(f"{path.name}", expected="a register of offences or a list of calls beside its mapping",
                         do="give --offences register.csv or --calls 102.csv")
    beside = path.with_suffix(".mapping.toml")
    mapping = options.mapping or (beside if beside.exists() else None)
    return [read_history(name, table, mapping=mapping) for name, table in tables.items()]


def _covering(
    histories: Sequence[History], train: Months, test: Months, *, is_named: bool, show: Show
) -> list[History]:
    """Return the tables that hold all months; without those that nobody named, as long as one is left."""
    covering, faults = [], []
    for history in histories:
        try:
            _check_months(history, train, option="--train")
            _check_months(history, test, option="--test")
            covering.append(history)
        except InputError as fault:
            faults.append(fault)
    if faults and (is_named or not covering):
        raise faults[0]
    for left_out in faults:
        show.warn(f"{left_out}: this table is left out")
    return covering


def _check_months(history: History, months: Months, *, option: str) -> None:
    slack = dt.timedelta(days=SLACK_DAYS)
    seen = {(day.year, day.month) for counts in history.counts.values() for day in counts}
    missing = [f"{start:%Y-%m}" for start in months.starts() if (start.year, start.month) not in seen]
    if missing:
        raise InputError(option, got=months, expected=f"months that {history.file} holds, {history.period}",
                         do=f"it has no row in {', '.join(missing)}")
    if history.period.first > months.first + slack or history.period.last < months.last - slack:
        raise InputError(option, got=months, expected=f"whole months within {history.file}, {history.period}",
                         do="leave out the month that is cut")


def _kinds(history: History) -> dict[str, Mapping[dt.date, int]]:
    if len(history.counts) < 2:
        return dict(history.counts)
    days = {day for counts in history.counts.values() for day in counts}
    together = {day: sum(counts.get(day, 0) for counts in history.counts.values()) for day in days}
    return {**history.counts, ALL: together}


def _series(kind: str, file: str, by_day: Mapping[dt.date, int], train: Months, test: Months) -> Series:
    learnt, came = ([by_day.get(day, 0) for day in months.days()] for months in (train, test))
    weekdays = [np.array([day.weekday() for day in months.days()]) for months in (train, test)]
    model = fit_counts(np.array(learnt), weekdays[0])
    days, weeks = forecast_days(model, weekdays[1]), forecast_weeks(model, weekdays[1])
    by_week = [sum(came[WEEK_DAYS * index:WEEK_DAYS * (index + 1)]) for index in range(len(weeks))]
    return Series(
        kind=kind, file=file, n_trained=sum(learnt), n_expected=sum(item.mean for item in days), n_came=sum(came),
        model=model, days=_cover(days, came), weeks=_cover(weeks, by_week), counts=tuple(came),
        bands=tuple(tuple(item.interval(level) for item in days) for level in LEVELS))


def _cover(forecasts: Sequence[Forecast], counts: Sequence[int]) -> tuple[Coverage, ...]:
    return tuple(cover(forecasts, counts, level) for level in LEVELS)


def _write(result: BacktestResult) -> None:
    machine = describe_machine()
    told = {"schema": "watchfloor.backtest/1", "watchfloor": __version__, "date": machine.date,
            "versions": dict(machine.versions)}
    write_json({**told, **asdict(result), "folder": str(result.folder), "first_day": result.first_day.isoformat()},
               result.folder / "backtest.json")
    draw_backtest(result.folder / "backtest.svg", first_day=result.first_day, levels=LEVELS,
                  panels=[(words(item.kind), item.counts, item.bands) for item in result.series])


def _show_result(result: BacktestResult, histories: Sequence[History], show: Show) -> None:
    for history in histories:
        if history.n_problems:
            show.warn(f"{history.file}: {history.n_problems} rows need attention; scenarios import lists them")
    show.table(f"Learnt from {result.train}, held against {result.test}",
               ["kind", "learnt from", "expected", "came", "came / expected"],
               [[words(item.kind), f"{item.n_trained:,}", f"{item.n_expected:,.1f}", f"{item.n_came:,}",
                 f"{item.n_came / item.n_expected:.2f}"] for item in result.series])
    _show_coverage("days", [(item.kind, item.days) for item in result.series], show)
    _show_coverage("weeks", [(item.kind, item.weeks) for item in result.series], show)
    show.line(f"written to {result.folder}: backtest.json, backtest.svg")


def _show_coverage(what: str, rows: Sequence[tuple[str, Sequence[Coverage]]], show: Show) -> None:
    if not any(coverage.n for _, coverages in rows for coverage in coverages):
        return
    show.table(f"How many of {rows[0][1][0].n} held-out {what} fell inside (in brackets: as the model expects)",
               ["kind", *(f"{level:.0%} interval" for level in LEVELS)],
               [[words(kind), *(_text(coverage) for coverage in coverages)] for kind, coverages in rows])


def _text(coverage: Coverage) -> str:
    return f"{coverage.n_inside}: {coverage.share:.0%} ({coverage.expected:.0%})"
