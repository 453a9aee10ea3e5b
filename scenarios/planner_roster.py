"""What a planner's roster says: which shifts there are, and how many inspectors and units each has."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.planner_cells import Cell, describe, is_empty, read_count, read_hour, read_hours, read_number, read_stamp
from scenarios.planner_facts import Findings
from scenarios.planner_mapping import MappedTable
from sim.errors import InputError

_ROWS_SAID = 3
"""Of those that cannot be read, where none can."""
_INSPECTOR_WORDS = ("инспектор", "оператор", "видеонаблюд", "мониторинг", "inspector", "operator", "бақылау")
_UNIT_WORDS = ("наряд", "патрул", "экипаж", "маршрут", "жасақ", "unit", "patrol", "crew", "car")
_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэәғқңөұүһі", "abvgdeeziiklmnoprstufyeagknouuhi", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFacts:
    """One daily shift."""

    name: str
    start_h: float
    length_h: float
    inspectors: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFacts:
    """What was counted."""

    source: str
    shifts: tuple[ShiftFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One row: people or units on one shift."""

    label: str
    start_h: float
    length_h: float
    inspectors: int
    units: int
    day: dt.date | None


def read_roster(mapped: MappedTable, findings: Findings) -> RosterFacts:
    """Count the staff of each shift.

    A row is either a shift with its numbers of inspectors and units, or one person or crew with a role. Where rows
    have days, each shift gets its mean over all days of the roster, rounded.

    Raises:
        InputError: if the columns say neither when shifts are nor who is on them, or no row can be used.
    """
    name = mapped.table.name
    if not (mapped.has("span") or mapped.has("start", "end") or mapped.has("start", "length")):
        raise InputError(name, expected="columns for the start of a shift and for its end or length",
                         do="name them in the saved mapping and pass that back: "
                            "roster.columns.start and roster.columns.end")
    if not (mapped.has("inspectors") or mapped.has("units") or mapped.has("role")):
        raise InputError(name, expected="columns for the numbers of inspectors and units, or for a row's role",
                         do="name them in the saved mapping and pass that back: roster.columns.units, for example")
    fields = list(mapped.columns)
    turns = []
    for row in mapped.table.rows([mapped.columns[field] for field in fields]):
        turn = _Reader(mapped, findings, row.number, dict(zip(fields, row.cells, strict=True))).turn()
        if turn is not None:
            turns.append(turn)
    if not turns:
        raise InputError(name, expected="at least one row that names a shift's hours and its staff",
                         do="; ".join(f"row {item.row}, column {item.column}: {item.what}"
                                      for item in findings.problems[:_ROWS_SAID] if item.file == name))
    days = {turn.day for turn in turns if turn.day is not None}
    dates = f", {min(days).isoformat()} to {max(days).isoformat()}" if days else ", without days"
    return RosterFacts(source=f"from {name}, {len(turns):,} rows{dates}",
                       shifts=_group(turns, max(1, len(days)), findings, name))


def _group(turns: list[_Turn], n_days: int, findings: Findings, name: str) -> tuple[ShiftFacts, ...]:
    groups: dict[tuple[float, float], list[_Turn]] = defaultdict(list)
    for turn in turns:
        groups[turn.start_h, turn.length_h].append(turn)
    shifts: list[ShiftFacts] = []
    taken: set[str] = set()
    for (start_h, length_h), members in sorted(groups.items()):
        inspectors, units = (sum(getattr(turn, key) for turn in members) / n_days for key in ("inspectors", "units"))
        label = _shift_name(members[0].label, start_h, taken)
        if not (inspectors.is_integer() and units.is_integer()):
            findings.notes.append(f"{name}: shift {label} has {inspectors:.2f} inspectors and {units:.2f} units on a "
                                  f"mean day; rounded to {_half_up(inspectors)} and {_half_up(units)}")
        shifts.append(ShiftFacts(name=label, start_h=start_h, length_h=length_h, inspectors=_half_up(inspectors),
                                 units=_half_up(units)))
    return tuple(shifts)


def _half_up(number: float) -> int:
    return int(number + 0.5)


def _shift_name(label: str, start_h: float, taken: set[str]) -> str:
    latin = "".join(_LATIN.get(letter, letter) for letter in label.lower())
    plain = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:40]
    name = plain if plain[:1].isalpha() else f"from_{int(start_h):02d}{round(start_h % 1 * 60):02d}"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    taken.add(unique)
    return unique


class _Reader:
    """Reads one row of a roster."""

    def __init__(self, mapped: MappedTable, findings: Findings, row: int, cells: Mapping[str, Cell]) -> None:
        self._mapped, self._findings, self._row, self._cells = mapped, findings, row, cells

    def turn(self) -> _Turn | None:
        """Return the row's turn, or None after reporting what is wrong with it."""
        hours = self._hours()
        staff = self._staff()
        if hours is None or staff is None:
            return None
        label = self._cells.get("shift")
        day = read_stamp(self._cells.get("date"))
        if "date" in self._cells and (day is None or day.day is None):
            self._fault("date", "expected a day")
            return None
        return _Turn(label=label if isinstance(label, str) else "", start_h=hours[0], length_h=hours[1],
                     inspectors=staff[0], units=staff[1], day=day.day if day else None)

    def _fault(self, field: str, expected: str) -> None:
        cell = self._cells.get(field)
        got = "nothing" if is_empty(cell) else describe(cell)
        self._findings.problem(self._mapped.table.name, self._row, self._mapped.columns[field],
                               f"{expected}, got {got}: the row is left out")

    def _hours(self) -> tuple[float, float] | None:
        """Return the hour at which the shift starts and its length; one that ends when it starts lasts 24 h."""
        if "span" in self._cells and not self._mapped.has("start", "end"):
            span = read_hours(self._cells["span"])
            if span is None:
                self._fault("span", "expected hours such as 08:00-20:00")
            return _from_to(*span) if span else None
        start = self._checked("start", read_hour(self._cells["start"]), "expected an hour of day")
        if "end" in self._cells:
            end = self._checked("end", read_hour(self._cells["end"]), "expected an hour of day")
            return None if start is None or end is None else _from_to(start, end)
        length = read_number(self._cells["length"])
        length = self._checked("length", length if length and 0.0 < length <= 24.0 else None,
                               "expected a length in hours, at most 24")
        return None if start is None or length is None else (start % 24.0, length)

    def _checked(self, field: str, value: float | None, expected: str) -> float | None:
        if value is None:
            self._fault(field, expected)
        return value

    def _staff(self) -> tuple[int, int] | None:
        """Return the row's inspectors and units; an empty number is none."""
        counted = [field for field in ("inspectors", "units") if field in self._cells]
        if not counted:
            return self._by_role()
        numbers = {"inspectors": 0, "units": 0}
        for field in counted:
            cell = self._cells[field]
            count = 0 if is_empty(cell) else read_count(cell)
            if count is None:
                self._fault(field, "expected a whole number ≥ 0")
                return None
            numbers[field] = count
        return numbers["inspectors"], numbers["units"]

    def _by_role(self) -> tuple[int, int] | None:
        role = self._cells["role"]
        text = role.lower() if isinstance(role, str) else ""
        if any(word in text for word in _UNIT_WORDS):
            return 0, 1
        if any(word in text for word in _INSPECTOR_WORDS):
            return 1, 0
        self._fault("role", "expected a role with the word inspector, operator or patrol")
        return None


def _from_to(start: float, end: float) -> tuple[float, float]:
    return start % 24.0, (end - start) % 24.0 or 24.0
