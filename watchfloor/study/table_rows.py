"""A study's tables as plain rows, for the page, for CSV and for XLSX alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.errors import UnknownNameError
from sim.estimate import Estimate
from watchfloor.study.growth import growth_table
from watchfloor.study.judge import Verdict
from watchfloor.study.pareto import MEASURES
from watchfloor.study.result import StudyResult
from watchfloor.study.roster_tables import roster_tables
from watchfloor.study.table import Cell, Table
from watchfloor.study.wording import headline

if TYPE_CHECKING:
    import pandas as pd


def make_tables(result: StudyResult) -> tuple[Table, ...]:
    """Return the answer, the curve and the what-ifs."""
    tables: tuple[Table, ...] = (_answer(result), _curve(result), _what_ifs(result))
    tables = (*tables, _front(result), _effects(result), _sobol(result), _theory(result))
    if result.roster is not None:
        tables = (*tables, *roster_tables(result.roster))
    return tables if result.growth is None else (*tables, growth_table(result.growth.quarters))


def frame_of(result: StudyResult, name: str) -> pd.DataFrame:
    """Return a table as a data frame.

    Raises:
        UnknownNameError: if there is no such table.
        InputError: if pandas is not installed.
    """
    from watchfloor.notebook import import_pandas

    tables = {table.name: table for table in make_tables(result)}
    if name not in tables:
        raise UnknownNameError("to_frame(table)", got=name, known=tables)
    frame: pd.DataFrame = import_pandas().DataFrame(list(tables[name].rows), columns=list(tables[name].columns))
    return frame


def html_of(result: StudyResult) -> str:
    """Return the answer and its table for a notebook."""
    from watchfloor.notebook import html_table

    answer = _answer(result)
    return html_table(headline(result), answer.columns, [
        [f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row] for row in answer.rows])


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _verdict_columns(result: StudyResult) -> tuple[str, ...]:
    measures = (part for target in result.targets
                for part in (target.measure, f"{target.measure} half width", str(target)))
    return ("inspectors", "units", f"cost per day ({result.currency})", *measures, "share of days", "low", "high",
            "days", "replications")


def _verdict_cells(verdict: Verdict, result: StudyResult) -> tuple[Cell, ...]:
    measures: list[Cell] = []
    for target in result.targets:
        estimate = verdict.values.get(str(target))
        measures += [_number(estimate.mean), _number(estimate.half_width)] if estimate else [None, None]
        measures.append(verdict.answers[str(target)].value if estimate else None)
    days = verdict.days
    return (verdict.staff.inspectors, verdict.staff.units, verdict.cost_per_day, *measures, _number(days.share),
            days.low, days.high, days.n_days, verdict.n_replications)


def _answer(result: StudyResult) -> Table:
    rows: list[tuple[Cell, ...]] = [("present", *_verdict_cells(result.present, result))]
    if result.evaluated is not None:
        rows.append(("given", *_verdict_cells(result.evaluated.verdict, result)))
    if result.answers:
        for name, verdict in (("smallest, mean day", result.answers.smallest),
                              (f"smallest, {100 * result.share_of_days:g} % of days", result.answers.surest)):
            if verdict is not None:
                rows.append((name, *_verdict_cells(verdict, result)))
        rows += [(f"nearest to {item.target}", *_verdict_cells(item.nearest, result))
                 for item in result.answers.unreachable]
    return Table(name="answer", columns=("roster", *_verdict_columns(result)), rows=tuple(rows))


def _curve(result: StudyResult) -> Table:
    return Table(name="curve", columns=("along", *_verdict_columns(result)), rows=tuple(
        (point.along, *_verdict_cells(point.verdict, result)) for point in result.curve))


def _what_ifs(result: StudyResult) -> Table:
    return Table(name="what-ifs", columns=("change", "measure", "without", "difference", "half width", "replications"),
                 rows=tuple((item.name, measure, _number(item.base[measure].mean), _number(difference.mean),
                             _number(difference.half_width), difference.n)
                            for item in result.what_ifs for measure, difference in item.differences.items()))


def _front(result: StudyResult) -> Table:
    return Table(name="pareto", columns=(
        "inspectors", "units", f"cost per day ({result.currency})", *MEASURES), rows=tuple(
            (point.staff.inspectors, point.staff.units, point.cost_per_day,
             *(_number(point.values[name].mean) for name in MEASURES)) for point in result.front))


def _effects(result: StudyResult) -> Table:
    def cells(estimate: Estimate | None) -> tuple[Cell, Cell]:
        return (None, None) if estimate is None else (_number(estimate.mean), _number(estimate.half_width))

    return Table(name="sensitivity", columns=("assumption", "measure", "lower", "half width", "higher", "half width"),
                 rows=tuple((item.name, result.targets[0].measure, *cells(item.down), *cells(item.up))
                            for item in result.effects))


def _sobol(result: StudyResult) -> Table:
    return Table(name="sobol", columns=("assumption", "measure", "first", "half width", "total", "half width of total"),
                 rows=tuple((item.name, result.targets[0].measure, _number(item.first), _number(item.first_half_width),
                             _number(item.total), _number(item.total_half_width)) for item in result.sobol))


def _theory(result: StudyResult) -> Table:
    rows = tuple((item.name, _number(item.theory), _number(item.simulated.mean), _number(item.simulated.half_width),
                  item.why) for item in result.theory)
    return Table(name="theory", columns=("quantity", "theory", "simulated", "half width", "why they differ"), rows=rows)
