"""A study's tables as plain rows, for CSV, for XLSX and for data frames alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.errors import UnknownNameError
from sim.estimate import Estimate
from watchfloor.language import ENGLISH
from watchfloor.phrase import Phrase, Term
from watchfloor.study.growth import growth_table
from watchfloor.study.judge import Verdict
from watchfloor.study.measure_words import measure_title, target_text
from watchfloor.study.pareto import MEASURES
from watchfloor.study.result import StudyResult
from watchfloor.study.roster_tables import roster_tables
from watchfloor.study.sentences import make_sentences
from watchfloor.study.table import Cell, Table, said
from watchfloor.study.wording import ANSWERS, WHO, headline, per_cent

if TYPE_CHECKING:
    import pandas as pd


def make_tables(result: StudyResult) -> tuple[Table, ...]:
    """Return the sentences, the answer, the curve and whatever else was asked for."""
    tables: tuple[Table, ...] = (_summary(result), _answer(result), _curve(result), _what_ifs(result), _front(result),
                                 _effects(result), _sobol(result), _theory(result))
    if result.roster is not None:
        tables = (*tables, *roster_tables(result.roster))
    if result.rooms is not None:
        tables = (*tables, _rooms(result))
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

    answer = said(_answer(result), ENGLISH)
    return html_table(headline(result), answer.columns, [
        [f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row] for row in answer.rows])


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _measure(name: str) -> str:
    return Term(name, measure_title(name))


def _cost(result: StudyResult) -> str:
    return Phrase("cost per day ({currency})", currency=result.currency)


def _verdict_columns(result: StudyResult) -> tuple[str, ...]:
    measures = (part for target in result.targets for part in (
        _measure(target.measure),
        Term(f"{target.measure} half width", Phrase("{measure}: half width", measure=measure_title(target.measure))),
        Term(str(target), target_text(target))))
    return (WHO["inspectors"], WHO["units"], _cost(result), *measures, Phrase("share of days"), Phrase("low"),
            Phrase("high"), Phrase("days"), Phrase("replications"))


def _verdict_cells(verdict: Verdict, result: StudyResult) -> tuple[Cell, ...]:
    measures: list[Cell] = []
    for target in result.targets:
        estimate = verdict.values.get(str(target))
        measures += [_number(estimate.mean), _number(estimate.half_width)] if estimate else [None, None]
        measures.append(ANSWERS[verdict.answers[str(target)].value] if estimate else None)
    days = verdict.days
    return (verdict.staff.inspectors, verdict.staff.units, verdict.cost_per_day, *measures, _number(days.share),
            days.low, days.high, days.n_days, verdict.n_replications)


def _summary(result: StudyResult) -> Table:
    return Table(name="summary", title=Phrase("summary"), columns=(Phrase("what"), Phrase("text")),
                 rows=tuple((item.name, item.text) for item in make_sentences(result)))


def _answer(result: StudyResult) -> Table:
    rows: list[tuple[Cell, ...]] = [(Phrase("present"), *_verdict_cells(result.present, result))]
    if result.evaluated is not None:
        rows.append((Phrase("given"), *_verdict_cells(result.evaluated.verdict, result)))
    if result.answers:
        share = per_cent(result.share_of_days)
        for name, verdict in ((Phrase("smallest, mean day"), result.answers.smallest),
                              (Phrase("smallest, {share} % of days", share=share), result.answers.surest)):
            if verdict is not None:
                rows.append((name, *_verdict_cells(verdict, result)))
        rows += [(Term(f"nearest to {item.target}", Phrase("nearest to {target}", target=target_text(item.target))),
                  *_verdict_cells(item.nearest, result)) for item in result.answers.unreachable]
    return Table(name="answer", title=Phrase("answer"), columns=(Phrase("roster"), *_verdict_columns(result)),
                 rows=tuple(rows))


def _curve(result: StudyResult) -> Table:
    return Table(name="curve", title=Phrase("curve"), columns=(Phrase("along"), *_verdict_columns(result)), rows=tuple(
        (WHO[point.along], *_verdict_cells(point.verdict, result)) for point in result.curve))


def _rooms(result: StudyResult) -> Table:
    compared = result.rooms
    return Table(name="rooms", title=Phrase("rooms"), columns=(
        Phrase("rooms"), Phrase("inspectors in each"), *_verdict_columns(result)), rows=() if compared is None else (
            (1, compared.one.staff.inspectors, *_verdict_cells(compared.one, result)),
            (compared.n_rooms, compared.per_room, *_verdict_cells(compared.many, result))))


def _what_ifs(result: StudyResult) -> Table:
    return Table(name="what-ifs", title=Phrase("what-ifs"), columns=(
        Phrase("change"), Phrase("measure"), Phrase("without"), Phrase("difference"), Phrase("half width"),
        Phrase("replications")), rows=tuple(
            (item.name, _measure(measure), _number(item.base[measure].mean), _number(difference.mean),
             _number(difference.half_width), difference.n)
            for item in result.what_ifs for measure, difference in item.differences.items()))


def _front(result: StudyResult) -> Table:
    return Table(name="pareto", title=Phrase("pareto"), columns=(
        WHO["inspectors"], WHO["units"], _cost(result), *map(_measure, MEASURES)), rows=tuple(
            (point.staff.inspectors, point.staff.units, point.cost_per_day,
             *(_number(point.values[name].mean) for name in MEASURES)) for point in result.front))


def _effects(result: StudyResult) -> Table:
    def cells(estimate: Estimate | None) -> tuple[Cell, Cell]:
        return (None, None) if estimate is None else (_number(estimate.mean), _number(estimate.half_width))

    moved = tuple((item.name, _measure(measure), *cells(item.down), *cells(item.up), None)
                  for measure, effects in result.effects.items() for item in effects)
    left = tuple((item.name, None, None, None, None, None, item.why) for item in result.not_moved)
    return Table(name="sensitivity", title=Phrase("sensitivity"), columns=(
        Phrase("assumption"), Phrase("measure"), Phrase("lower"), Phrase("lower: half width"), Phrase("higher"),
        Phrase("higher: half width"), Phrase("left out since")), rows=(*moved, *left))


def _sobol(result: StudyResult) -> Table:
    measure = _measure(result.targets[0].measure)
    found = tuple((item.name, measure, _number(item.first), _number(item.first_half_width), _number(item.total),
                   _number(item.total_half_width), None) for item in result.sobol.indices)
    left = tuple((item.name, measure, None, None, None, None, item.why) for item in result.sobol.left_out)
    return Table(name="sobol", title=Phrase("sobol"), columns=(
        Phrase("assumption"), Phrase("measure"), Phrase("by itself"), Phrase("by itself: half width"),
        Phrase("in total"), Phrase("in total: half width"), Phrase("left out since")), rows=(*found, *left))


def _theory(result: StudyResult) -> Table:
    return Table(name="theory", title=Phrase("theory"), columns=(
        Phrase("quantity"), Phrase("theory"), Phrase("simulated"), Phrase("half width"), Phrase("why they differ")),
        rows=tuple((item.name, _number(item.theory), _number(item.simulated.mean), _number(item.simulated.half_width),
                    item.why) for item in result.theory))
