"""What a roster may look like: shift lengths, starts and breaks, and what may be asked of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from scenarios.document import load_document
from scenarios.file_errors import Expected, Table, join_faults, list_faults
from watchfloor.study.relief import ASSUMED_ABSENCE, Absence, Range

Pattern = Literal["weekly", "24/72"]
SCHEMA = "watchfloor.roster-rules/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedShift:
    """A shift that stays as it is."""

    start_h: int
    length_h: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTime:
    """People who work less than the others."""

    people: int
    hours_per_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules for one group, inspectors or units."""

    pattern: Pattern = "weekly"
    """``24/72``: a day on and three off, in four crews; then lengths and what may be asked of a person follow."""
    lengths_h: tuple[int, ...] = (8, 12)
    starts_h: tuple[int, ...] = tuple(range(24))
    break_h: int = 0
    """Length of the break in each shift; 0 for none. It counts as duty, and its post is empty."""
    break_between_h: tuple[int, int] = (3, 6)
    """Earliest and latest hour of the shift in which the break begins."""
    max_kinds: int = 3
    """Of shifts, by start and length."""
    max_on_duty: int | None = None
    """Places in the room, or cars."""
    locked: tuple[LockedShift, ...] = ()
    people: int | None = None
    """Full-time people there are at most; None for as many as it takes."""
    hours_per_week: float = 40.0
    min_rest_h: float = 11.0
    max_nights_in_row: int = 4
    max_days_in_row: int = 6
    part_time: PartTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRules:
    """The rules for both groups."""

    inspectors: Rules = field(default_factory=Rules)
    units: Rules = field(default_factory=Rules)
    absence: Absence = ASSUMED_ABSENCE


_Hour = Annotated[int, Field(ge=0, le=23), Expected("a whole hour from 0 to 23")]
_Length = Annotated[int, Field(ge=1, le=24), Expected("a whole number of hours from 1 to 24")]
_From0 = Annotated[int, Field(ge=0, le=100_000), Expected("a whole number ≥ 0")]
_From1 = Annotated[int, Field(ge=1, le=100_000), Expected("a whole number ≥ 1")]
_Hours = Annotated[float, Field(gt=0.0, le=168.0), Expected("a number of hours, 0 < h ≤ 168")]
_Rest = Annotated[float, Field(ge=0.0, le=96.0), Expected("a number of hours from 0 to 96")]
_Days = Annotated[int, Field(ge=1, le=7), Expected("a whole number from 1 to 7")]


class _LockedTable(Table):
    start_h: _Hour
    length_h: _Length
    posts: _From1


class _PartTimeTable(Table):
    people: _From1
    hours_per_week: _Hours


class _RulesTable(Table):
    pattern: Annotated[Pattern, Expected("one of weekly, 24/72")] = "weekly"
    lengths_h: Annotated[list[_Length], Field(min_length=1), Expected("a list of whole hours from 1 to 24")] = Field(
        default=[8, 12])
    starts_h: Annotated[list[_Hour], Field(min_length=1), Expected("a list of whole hours from 0 to 23")] = Field(
        default=list(range(24)))
    break_h: Annotated[int, Field(ge=0, le=4), Expected("a whole number of hours from 0 to 4")] = 0
    break_between_h: Annotated[list[_Hour], Field(min_length=2, max_length=2), Expected("two whole hours")] = Field(
        default=[3, 6])
    max_kinds: _From1 = 3
    max_on_duty: _From1 | None = None
    locked: list[_LockedTable] = Field(default=[])
    people: _From0 | None = None
    hours_per_week: _Hours = 40.0
    min_rest_h: _Rest = 11.0
    max_nights_in_row: _Days = 4
    max_days_in_row: _Days = 6
    part_time: _PartTimeTable | None = None


_Range = Annotated[list[Annotated[float, Field(ge=0.0, le=366.0)]], Field(min_length=3, max_length=3),
                   Expected("three numbers: low, likely, high")]


class _AbsenceTable(Table):
    source: Annotated[str, Field(min_length=1, max_length=2000), Expected("a fact's source, or 'assumption: ' and why")]
    leave_days: _Range
    sick_days: _Range
    training_days: _Range
    turnover_share: _Range
    vacancy_weeks: _Range


class _RulesFile(Table):
    schema_: Annotated[Literal["watchfloor.roster-rules/1"], Field(alias="schema"), Expected(SCHEMA)]
    inspectors: _RulesTable = _RulesTable()
    units: _RulesTable = _RulesTable()
    absence: _AbsenceTable | None = None


def load_rules(path: Path) -> RosterRules:
    """Load a rules file; what it leaves out is as in ``Rules``.

    Raises:
        InputError: if it cannot be used; every fault has a line.
    """
    try:
        file = _RulesFile.model_validate(load_document(path, what="a file of roster rules"))
    except ValidationError as error:
        raise join_faults(list_faults(error, file=path.name, model=_RulesFile)) from None
    return RosterRules(inspectors=_rules(file.inspectors), units=_rules(file.units),
                       absence=_absence(file.absence) if file.absence else ASSUMED_ABSENCE)


def _absence(table: _AbsenceTable) -> Absence:
    def ends(values: list[float]) -> Range:
        low, likely, high = sorted(values)
        return Range(low=low, likely=likely, high=high)

    return Absence(source=table.source, leave_days=ends(table.leave_days), sick_days=ends(table.sick_days),
                   training_days=ends(table.training_days), turnover_share=ends(table.turnover_share),
                   vacancy_weeks=ends(table.vacancy_weeks))


def _rules(table: _RulesTable) -> Rules:
    part_time = table.part_time
    return Rules(
        pattern=table.pattern,
        lengths_h=(24,) if table.pattern == "24/72" else tuple(sorted(set(table.lengths_h))),
        starts_h=tuple(sorted(set(table.starts_h))),
        break_h=table.break_h, break_between_h=(min(table.break_between_h), max(table.break_between_h)),
        max_kinds=table.max_kinds, max_on_duty=table.max_on_duty,
        locked=tuple(LockedShift(start_h=item.start_h, length_h=item.length_h, posts=item.posts)
                     for item in table.locked),
        people=table.people, hours_per_week=table.hours_per_week, min_rest_h=table.min_rest_h,
        max_nights_in_row=table.max_nights_in_row, max_days_in_row=table.max_days_in_row,
        part_time=None if part_time is None else PartTime(
            people=part_time.people, hours_per_week=part_time.hours_per_week))
