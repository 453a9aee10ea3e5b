"""What a planner's register of offences says: how many of each kind, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.file_errors import Fault, join_faults, nearest
from scenarios.planner_calls import describe_source
from scenarios.planner_cells import Cell, is_empty
from scenarios.planner_dates import Record, read_records
from scenarios.planner_facts import Findings, Period, make_shape
from scenarios.planner_kinds import OTHER, guess_kind
from scenarios.planner_mapping import MappedTable
from sim.errors import InputError

LEAST_TO_SAVE = 3
"""A wording in fewer rows is counted but not written to the mapping: it may be a remark about one case."""
LONGEST_WORDING = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFacts:
    """What was counted of one kind."""

    name: str
    source: str
    per_day: float
    shape: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceFacts:
    """What was counted."""

    kinds: tuple[KindFacts, ...]
    wordings: Mapping[str, str]
    """What the register's common wordings were taken for."""


def read_offences(mapped: MappedTable, findings: Findings, *, known_kinds: Sequence[str], where: str) -> OffenceFacts:
    """Count the offences of a register.

    Args:
        mapped: the register.
        findings: to add to.
        known_kinds: kinds that a wording may mean, in the order of the scenario.
        where: the mapping file's name, for messages.

    Raises:
        InputError: if a needed column or every day is missing, or the mapping names an unknown kind.
    """
    name = mapped.table.name
    faults = [Fault(where=f"{where}: offences.kinds.{wording}", got=kind, expected="one of " + ", ".join(known_kinds),
                    do=nearest(kind, known_kinds))
              for wording, kind in mapped.kinds.items() if kind not in known_kinds]
    if faults:
        raise join_faults(faults)
    if not mapped.has("kind") or not (mapped.has("occurred") or mapped.has("occurred_date")):
        raise InputError(name, expected="columns for when an offence happened and of what kind it is",
                         do="name them in the saved mapping and pass that back: "
                            "offences.columns.occurred and offences.columns.kind")
    records, period = read_records(mapped, findings, instant="occurred")
    if period is None:
        raise InputError(name, expected="at least one row with the day of the offence")
    meant = mean_wordings(records, mapped, findings)
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[meant.get(wording_of(record.cells["kind"]), OTHER)].append(record)
    common = Counter(wording_of(record.cells["kind"]) for record in records)
    return OffenceFacts(
        kinds=tuple(_count(kind, groups[kind], name, period) for kind in known_kinds if kind in groups),
        wordings={wording: meant[wording] for wording, n in sorted(common.items())
                  if n >= LEAST_TO_SAVE and 0 < len(wording) <= LONGEST_WORDING})


def wording_of(cell: Cell) -> str:
    """Return what a register calls an offence, its blanks made even."""
    return "" if is_empty(cell) else " ".join(str(cell).split())


def mean_wordings(records: Sequence[Record], mapped: MappedTable, findings: Findings) -> dict[str, str]:
    """Return the kind of every wording and report the rows whose kind nobody knows."""
    meant: dict[str, str] = {"": OTHER}
    for record in records:
        wording = wording_of(record.cells["kind"])
        known = mapped.kinds.get(wording) or guess_kind(wording)
        if known is None or not wording:
            what = "nothing says which kind it is" if not wording else "its kind is not understood"
            findings.problem(mapped.table.name, record.dated.row, mapped.columns["kind"], f"{what}: counted as {OTHER}")
        meant[wording] = known or OTHER
    return meant


def _count(kind: str, records: Sequence[Record], name: str, period: Period) -> KindFacts:
    return KindFacts(name=kind, source=describe_source(name, len(records), period),
                     per_day=round(len(records) / period.n_days, 6),
                     shape=make_shape([record.dated.stamp for record in records], period))
