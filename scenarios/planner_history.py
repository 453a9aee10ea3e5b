"""A planner's register or list of calls as counts of each day, for whoever wants to know what can be predicted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.planner_dates import read_records
from scenarios.planner_facts import Findings, Period
from scenarios.planner_kinds import OTHER
from scenarios.planner_mapping import MappingFile, load_mapping, map_table
from scenarios.planner_offences import mean_wordings, wording_of
from scenarios.planner_tables import open_table
from sim.errors import InputError

INSTANTS = {"offences": "occurred", "calls": "received"}
"""The tables that have a history, and the field of their instants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a table counts of each day."""

    file: str
    period: Period
    counts: Mapping[str, Mapping[dt.date, int]]
    """By kind, days without any left out; all calls are the one kind ``calls``."""
    n_problems: int
    """Rows that were left out, or whose kind is not understood."""


def find_tables(scenario: Path) -> dict[str, Path]:
    """Return the tables beside a scenario that its mapping names, by name; none without a mapping."""
    path = scenario.with_suffix(".mapping.toml")
    if not path.exists():
        return {}
    mapping = load_mapping(path)
    named = {name: mapping.table(name) for name in INSTANTS}
    return {name: scenario.parent / table.file for name, table in named.items()
            if table is not None and (scenario.parent / table.file).exists()}


def read_history(name: str, path: Path, *, mapping: Path | None) -> History:
    """Read a table's counts of each day.

    Args:
        name: offences or calls.
        path: of the table, XLSX or CSV.
        mapping: which column means what; guessed where it says nothing.

    Raises:
        InputError: if the table cannot be used, or has no dated row.
    """
    stated: MappingFile | None = load_mapping(mapping) if mapping else None
    mapped = map_table(name, open_table(path, table=name), stated.table(name) if stated else None,
                       where=mapping.name if mapping else "mapping")
    instant = INSTANTS[name]
    needed = ["kind"] if name == "offences" else []
    if not (mapped.has(instant) or mapped.has(f"{instant}_date")) or not mapped.has(*needed):
        raise InputError(path.name, expected="columns for " + " and ".join([instant, *needed]),
                         do=f"name them in a mapping, as {name}.columns, and pass it")
    findings = Findings()
    records, period = read_records(mapped, findings, instant=instant)
    if period is None:
        raise InputError(path.name, expected="at least one row with a day")
    meant = mean_wordings(records, mapped, findings) if name == "offences" else {}
    counts: dict[str, Counter[dt.date]] = {}
    for record in records:
        kind = meant.get(wording_of(record.cells["kind"]), OTHER) if name == "offences" else name
        counts.setdefault(kind, Counter())[record.dated.day] += 1
    return History(file=path.name, period=period, counts=counts, n_problems=len(findings.problems))
