"""What a planner's list of calls from the public says: how many, when, how urgent and how long they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.planner_cells import Stamp, describe, is_empty, read_priority
from scenarios.planner_dates import Record, read_records, read_stamps
from scenarios.planner_facts import Findings, MeasuredSpan, Period, make_shape, measure_span, seconds_between
from scenarios.planner_mapping import MappedTable
from sim.errors import InputError

_SPANS = (("handover", "received", "dispatched"), ("response", "received", "arrived"),
          ("travel", "dispatched", "arrived"), ("scene", "arrived", "cleared"))
"""Name, from which stamp, to which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What was counted and measured."""

    source: str
    n_rows: int
    per_day: float
    shape: tuple[float, ...] | None
    priority_shares: tuple[float, float, float, float] | None
    spans: tuple[MeasuredSpan, ...]

    def span(self, name: str) -> MeasuredSpan | None:
        """Return a measured span by name, or None where its columns are missing."""
        return next((span for span in self.spans if span.name == name), None)


def read_calls(mapped: MappedTable, findings: Findings) -> CallFacts:
    """Count and measure the calls of a table.

    Raises:
        InputError: if no column says when calls were received, or no row does.
    """
    name = mapped.table.name
    if not (mapped.has("received") or mapped.has("received_date")):
        raise InputError(name, expected="a column for when a call was received",
                         do="name it in the saved mapping and pass that back: calls.columns.received")
    records, period = read_records(mapped, findings, instant="received")
    if period is None:
        raise InputError(name, expected="at least one row with the day of the call")
    for field in ("dispatched", "arrived", "cleared", "priority"):
        if not mapped.has(field):
            findings.notes.append(f"{name}: no column was taken for {field}; what depends on it is not measured")
    return CallFacts(
        source=describe_source(name, len(records), period), n_rows=len(records), per_day=len(records) / period.n_days,
        shape=make_shape([record.dated.stamp for record in records], period),
        priority_shares=_priority_shares(records, mapped, findings), spans=_spans(records, mapped, findings))


def describe_source(name: str, n_rows: int, period: Period) -> str:
    """Return where facts come from: file, rows and days."""
    return f"from {name}, {n_rows:,} rows, {period}"


def _priority_shares(records: Sequence[Record], mapped: MappedTable, findings: Findings
                     ) -> tuple[float, float, float, float] | None:
    if not mapped.has("priority"):
        return None
    counts = np.zeros(4)
    for record in records:
        cell = record.cells["priority"]
        priority = read_priority(cell)
        if priority is not None:
            counts[priority - 1] += 1
        else:
            got = "nothing" if is_empty(cell) else describe(cell)
            findings.problem(mapped.table.name, record.dated.row, mapped.columns["priority"],
                             f"expected a priority from 1 to 4 or its name, got {got}: not counted among priorities")
    if not counts.sum():
        return None
    first, second, third = np.round(counts[:3] / counts.sum(), 6).tolist()
    return first, second, third, round(1.0 - first - second - third, 6)


def _spans(records: Sequence[Record], mapped: MappedTable, findings: Findings) -> tuple[MeasuredSpan, ...]:
    fields = [field for field in ("dispatched", "arrived", "cleared") if mapped.has(field)]
    tables: list[dict[str, Stamp | None]] = []
    for record in records:
        received: dict[str, Stamp | None] = {"received": record.dated.stamp}
        tables.append(received | dict(read_stamps(record, mapped, findings, fields)))
    known = {"received", *fields}
    return tuple(_measure(name, start, end, records, tables, mapped, findings)
                 for name, start, end in _SPANS if start in known and end in known)


def _measure(name: str, start: str, end: str, records: Sequence[Record], tables: Sequence[dict[str, Stamp | None]],
             mapped: MappedTable, findings: Findings) -> MeasuredSpan:
    spans_s: list[float] = []
    n_missing = 0
    for record, stamps in zip(records, tables, strict=True):
        earlier, later = stamps[start], stamps[end]
        if earlier is None or later is None or earlier.second is None:
            n_missing += 1
            continue
        if earlier.day is None:
            earlier = _on_day_of_call(record.dated.stamp, earlier)
        span_s = seconds_between(earlier, later)
        if span_s is None:
            findings.problem(mapped.table.name, record.dated.row, mapped.columns[end],
                             f"it is not within a day after {start}: the {name} time is left out")
        else:
            spans_s.append(span_s)
    return measure_span(name, spans_s, n_missing=n_missing)


def _on_day_of_call(received: Stamp, clock: Stamp) -> Stamp:
    """Give a time without a day the first day on which it comes after the call."""
    if received.day is None or received.second is None or clock.second is None:
        return clock
    after_midnight = clock.second < received.second
    return Stamp(day=received.day + dt.timedelta(days=int(after_midnight)), second=clock.second)
