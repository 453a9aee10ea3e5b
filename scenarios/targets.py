"""What a scenario's rates are fitted to: finds of the real city over a stretch of days, and its operation's counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import scenarios.schema as schema
from scenarios.file_errors import Fault, nearest
from scenarios.schema_targets import NamedTable, OperationTable, TargetsTable
from sim.errors import InputError
from sim.occasions import NamedCount, Operation

LARGEST_GAP = 1e-3
"""By how much the shares may miss a sum of 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the most that a count may be."""

    least: float
    most: float

    @property
    def middle(self) -> float:
        """Half way between them."""
        return (self.least + self.most) / 2.0

    def scaled(self, factor: float) -> Range:
        """Return the range of a longer or shorter stretch."""
        return Range(least=self.least * factor, most=self.most * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What was found in the real city."""

    source: str
    n_days: float
    offences: Range
    """In n_days, crimes left out."""
    crimes: Range | None
    crime_kinds: tuple[str, ...]
    finds_per_inspector_day: float | None
    """Upper bound of the 95th percentile of what a post finds in 24 h."""
    shares: Mapping[str, float]
    """By kind, of the offences found."""
    n_in_operation: int | None
    operation_days: float | None
    named: tuple[NamedCount, ...]

    def found_per_day(self) -> dict[str, float]:
        """Return the finds a day that each kind is fitted to: the middle of its range, shared out.

        A kind that the targets do not name is not among them: it keeps the rate that it has.
        """
        offences, crimes = self.offences.middle / self.n_days, self.crimes.middle / self.n_days if self.crimes else 0.0
        whole = sum(self.shares.values())
        by_kind = {kind: offences * share / whole for kind, share in self.shares.items()}
        return by_kind | {kind: crimes / len(self.crime_kinds) for kind in self.crime_kinds}


def make_targets(file: schema.ScenarioFile, *, where: str) -> Targets:
    """Return a scenario file's targets.

    Raises:
        InputError: if the file has none.
    """
    table = file.targets
    if table is None:
        raise InputError(f"{where}: targets", expected="a table of what was found in the real city",
                         do="add [targets], as the shipped scenario kostanay has it")
    return Targets(
        source=table.source, n_days=table.n_days, offences=_range(table.offences),
        crimes=_range(table.crimes) if table.crimes else None, crime_kinds=tuple(table.crime_kinds),
        finds_per_inspector_day=table.finds_per_inspector_day, shares=dict(table.shares),
        n_in_operation=table.n_in_operation, operation_days=table.operation_days,
        named=_named_counts(table.named))


def make_operation(table: OperationTable | None) -> Operation | None:
    """Return what an operation's report counted; None without the table."""
    return None if table is None else Operation(n_stopped=table.n_stopped, named=_named_counts(table.named))


def _named_counts(named: Mapping[str, NamedTable]) -> tuple[NamedCount, ...]:
    return tuple(NamedCount(name=name, kinds=tuple(count.kinds), n_stopped=count.n_stopped)
                 for name, count in named.items())


def _range(values: list[float]) -> Range:
    return Range(least=float(values[0]), most=float(values[1]))


def find_target_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    """Yield a fault for each target that contradicts another or names a kind that is not there."""
    table = file.targets
    if table is None:
        return
    where = f"{where}: targets"
    for key in ("offences", "crimes"):
        values = getattr(table, key)
        if values and not 0.0 < values[0] <= values[1]:
            yield Fault(where=f"{where}.{key}", got=str(values), expected="[least, most] with 0 < least ≤ most")
    if bool(table.crimes) != bool(table.crime_kinds):
        yield Fault(where=f"{where}.crimes", expected="both crimes and crime_kinds, or neither")
    yield from _kind_faults(file, table, where)
    total = sum(table.shares.values())
    if abs(total - 1.0) > LARGEST_GAP:
        yield Fault(where=f"{where}.shares", got=f"shares that sum to {total:.6g}", expected="a sum of 1")
    if table.named and table.n_in_operation is None:
        yield Fault(where=f"{where}.n_in_operation", expected="how many the operation counted in all",
                    do="add it, or remove the named counts")
    if table.operation_days is not None and table.n_in_operation is None:
        yield Fault(where=f"{where}.operation_days", got=str(table.operation_days), expected="n_in_operation beside it",
                    do="add how many the operation counted in all, or remove its days")
    for name, named in table.named.items():
        if table.n_in_operation is not None and named.n_stopped > table.n_in_operation:
            yield Fault(where=f"{where}.named.{name}.n_stopped", got=str(named.n_stopped),
                        expected=f"at most n_in_operation, {table.n_in_operation}")


def find_operation_faults(file: schema.ScenarioFile, where: str) -> Iterator[Fault]:
    """Yield a fault for each count of an operation that is of no kind of the file, or more than the whole."""
    for name, named in file.operation.named.items() if file.operation else ():
        place = f"{where}: operation.named.{name}"
        for kind in named.kinds:
            if kind not in file.kinds:
                yield Fault(where=f"{place}.kinds", got=kind, expected="a kind of the file: " + ", ".join(file.kinds),
                            do=nearest(kind, file.kinds))
        if file.operation and named.n_stopped > file.operation.n_stopped:
            yield Fault(where=f"{place}.n_stopped", got=str(named.n_stopped),
                        expected=f"at most operation.n_stopped, {file.operation.n_stopped}")


def _kind_faults(file: schema.ScenarioFile, table: TargetsTable, where: str) -> Iterator[Fault]:
    keys = [(f"{where}.shares", name) for name in table.shares]
    keys += [(f"{where}.crime_kinds", name) for name in table.crime_kinds]
    for key, name in keys if file.kinds else ():
        if name not in file.kinds:
            yield Fault(where=key, got=name, expected="a kind of the file: " + ", ".join(file.kinds),
                        do=nearest(name, file.kinds))
    for group, named in table.named.items():
        for kind in named.kinds:
            if kind not in table.shares:
                yield Fault(where=f"{where}.named.{group}.kinds", got=kind,
                            expected="a kind of shares: " + ", ".join(table.shares), do=nearest(kind, table.shares))
    for name in sorted(set(table.shares) & set(table.crime_kinds)):
        yield Fault(where=f"{where}.shares.{name}", expected="each kind either here or among crime_kinds")
