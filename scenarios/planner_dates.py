"""Reads the instants of a table's rows, from one column or from a day's and a time's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenarios.planner_cells import Cell, Stamp, describe, is_empty, read_stamp
from scenarios.planner_facts import Dated, Findings, Period, find_period
from scenarios.planner_mapping import MappedTable
from scenarios.planner_tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A dated row with its cells by field."""

    dated: Dated
    cells: dict[str, Cell]


def read_records(mapped: MappedTable, findings: Findings, *, instant: str) -> tuple[list[Record], Period | None]:
    """Read a table's rows that have a day; the others are problems.

    Args:
        mapped: table with a column for ``instant``, for ``instant`` + ``_date``, or for both.
        findings: to add to.
        instant: field of the instant.

    Returns:
        the rows within the period, and the period.
    """
    fields = list(mapped.columns)
    records = [record for row in mapped.table.rows([mapped.columns[name] for name in fields])
               if (record := _read_record(mapped, row, fields, findings, instant)) is not None]
    period = find_period([record.dated for record in records])
    if period is None:
        return [], None
    inside = [record for record in records if period.first <= record.dated.day <= period.last]
    column = mapped.columns.get(f"{instant}_date", mapped.columns.get(instant, ""))
    for record in records:
        if not period.first <= record.dated.day <= period.last:
            findings.problem(mapped.table.name, record.dated.row, column,
                             f"its day lies far from nearly all others ({period}): the row is left out")
    return inside, period


def _read_record(mapped: MappedTable, row: Row, fields: Sequence[str], findings: Findings, instant: str
                 ) -> Record | None:
    cells = dict(zip(fields, row.cells, strict=True))
    stamps = [(name, cells[name]) for name in (instant, f"{instant}_date") if name in cells]
    for name, cell in stamps:
        if not is_empty(cell) and read_stamp(cell) is None:
            findings.problem(mapped.table.name, row.number, mapped.columns[name],
                             f"expected a date or time, got {describe(cell)}: the row is left out")
            return None
    read = [found for _, cell in stamps if not is_empty(cell) and (found := read_stamp(cell)) is not None]
    day = next((stamp.day for stamp in read if stamp.day is not None), None)
    second = next((stamp.second for stamp in read if stamp.second is not None), None)
    if day is None or not 1990 <= day.year <= 2100:
        findings.problem(mapped.table.name, row.number, mapped.columns[stamps[-1][0]],
                         "there is no usable day: the row is left out")
        return None
    return Record(dated=Dated(row=row.number, stamp=Stamp(day=day, second=second), day=day), cells=cells)


def read_stamps(record: Record, mapped: MappedTable, findings: Findings, fields: Sequence[str]
                ) -> Iterator[tuple[str, Stamp | None]]:
    """Yield further stamps of a row by field; a missing or unreadable one is a problem and None."""
    for name in fields:
        cell = record.cells[name]
        stamp = None if is_empty(cell) else read_stamp(cell)
        if is_empty(cell):
            findings.problem(mapped.table.name, record.dated.row, mapped.columns[name],
                             "the stamp is missing: times that need it are left out, nothing is guessed")
        elif stamp is None or stamp.second is None:
            findings.problem(mapped.table.name, record.dated.row, mapped.columns[name],
                             f"expected a time, got {describe(cell)}: times that need it are left out")
            stamp = None
        yield name, stamp
