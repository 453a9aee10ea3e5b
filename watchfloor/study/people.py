"""From daily shifts to people: a weekly pattern for each, kept every week, with as few people as may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from watchfloor.phrase import Phrase
from watchfloor.study.conflicts import RuleConflictError, find_conflict, values_of
from watchfloor.study.rules import Rules
from watchfloor.study.shift_design import DailyShift

DAYS = 7
OFF = -1
TIME_LIMIT_S = 10.0
LATE_H, EARLY_H = 22, 6
"""A shift that holds an hour between these is a night."""
MAX_KINDS = 4
"""Kinds of shifts whose weekly patterns can all be looked at: 5 to the power of 7."""

N_CREWS = 4
Pattern = tuple[int, ...]
"""The shift of each day of a cycle that begins on a Monday; OFF for a day off. A cycle is a week, or four days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody's turns, the same in every cycle."""

    label: str
    """A place in the roster, such as ``inspector 3``; no name."""
    pattern: Pattern
    is_part_time: bool


def assign_people(shifts: Sequence[DailyShift], rules: Rules, *, who: str) -> tuple[Person, ...]:
    """Return the fewest people whose weeks fill every post on every day.

    A post may have one person too many on a day, never one too few.

    Raises:
        RuleConflictError: if no weeks keep the rules; it names those in conflict.
    """
    if rules.pattern == "24/72":
        return _crews(shifts, who)
    named = _names(rules)
    people = _solve(shifts, rules, frozenset(named), who)
    if people is None:
        raise RuleConflictError(f"people for the {who}", find_conflict(
            list(named.values()), lambda kept: _solve(
                shifts, rules, frozenset(key for key in named if named[key] in kept), who) is not None))
    return people


def _label(who: str, number: int) -> str:
    if who == "inspectors":
        return Phrase("inspector {number}", number=str(number))
    return Phrase("unit {number}", number=str(number))


def _crews(shifts: Sequence[DailyShift], who: str) -> tuple[Person, ...]:
    """Return four crews that take turns, each a day on and three off."""
    posts = [place for place, shift in enumerate(shifts) for _ in range(shift.posts)]
    return tuple(
        Person(label=_label(who, N_CREWS * number + crew + 1), is_part_time=False,
               pattern=tuple(place if day == crew else OFF for day in range(N_CREWS)))
        for number, place in enumerate(posts) for crew in range(N_CREWS))


def is_night(shift: DailyShift) -> bool:
    """Say whether a shift holds an hour of the night."""
    return any((shift.start_h + hour) % 24 >= LATE_H or (shift.start_h + hour) % 24 < EARLY_H
               for hour in range(shift.length_h))


def _names(rules: Rules) -> dict[str, str]:
    names = {"hours": f"hours_per_week = {rules.hours_per_week:g}", "rest": f"min_rest_h = {rules.min_rest_h:g}",
             "nights": f"max_nights_in_row = {rules.max_nights_in_row}",
             "days": f"max_days_in_row = {rules.max_days_in_row}"}
    if rules.people is not None:
        names["people"] = f"people = {rules.people}"
    return names


def weekly_patterns(
    shifts: Sequence[DailyShift], rules: Rules, *, hours_per_week: float, kept: frozenset[str]
) -> NDArray[np.int64]:
    """Return all weeks that keep the rules, week after week; shape (patterns, 7)."""
    weeks = np.array(list(product(range(OFF, len(shifts)), repeat=DAYS)), dtype=np.int64)
    lengths = np.array([*(shift.length_h for shift in shifts), 0])
    good = np.any(weeks != OFF, axis=1)
    if "hours" in kept:
        good &= lengths[weeks].sum(axis=1) <= hours_per_week + 1e-9
    if "rest" in kept:
        for gap in range(1, DAYS):
            close = _too_close(shifts, rules, gap)
            good &= ~np.any(close[weeks, np.roll(weeks, -gap, axis=1)], axis=1)
    nights = np.array([*(is_night(shift) for shift in shifts), False])
    for key, works, limit in (("nights", nights[weeks], rules.max_nights_in_row),
                              ("days", weeks != OFF, rules.max_days_in_row)):
        if key in kept and limit < DAYS:
            runs = np.all([np.roll(works, -step, axis=1) for step in range(limit + 1)], axis=0)
            good &= ~np.any(runs, axis=1)
    return weeks[good]


def _too_close(shifts: Sequence[DailyShift], rules: Rules, gap: int) -> NDArray[np.bool_]:
    """Return which shift may not follow which some days later; the last row and column stand for a day off."""
    close = np.zeros((len(shifts) + 1, len(shifts) + 1), dtype=bool)
    for first, one in enumerate(shifts):
        for second, other in enumerate(shifts):
            close[first, second] = 24 * gap + other.start_h - (one.start_h + one.length_h) < rules.min_rest_h
    return close


def _solve(
    shifts: Sequence[DailyShift], rules: Rules, kept: frozenset[str], who: str
) -> tuple[Person, ...] | None:
    """Return the fewest people under the rules kept, None where there are none."""
    full = weekly_patterns(shifts, rules, hours_per_week=rules.hours_per_week, kept=kept)
    part = weekly_patterns(shifts, rules, hours_per_week=rules.part_time.hours_per_week, kept=kept | {"hours"}
                           ) if rules.part_time else np.empty((0, DAYS), dtype=np.int64)
    weeks = np.concatenate((full, part))
    if not len(weeks):
        return None
    needed = np.repeat([float(shift.posts) for shift in shifts], DAYS)
    fills = np.concatenate([(weeks == place).T for place in range(len(shifts))]).astype(np.float64)
    is_part = np.arange(len(weeks)) >= len(full)
    constraints = [LinearConstraint(fills, needed, np.inf)]
    if rules.part_time:
        constraints.append(LinearConstraint(is_part.astype(np.float64), 0.0, rules.part_time.people))
    if rules.people is not None and "people" in kept:
        constraints.append(LinearConstraint((~is_part).astype(np.float64), 0.0, rules.people))
    weight = np.where(is_part, (rules.part_time.hours_per_week if rules.part_time else 0.0) / rules.hours_per_week, 1.0)
    found = milp(weight, constraints=constraints, integrality=np.ones(len(weeks), dtype=np.int64),
                 bounds=Bounds(0.0, float(needed.max(initial=1.0)) * DAYS),
                 options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 0.01})
    values = values_of(found, what="people")
    if values is None:
        return None
    people: list[Person] = []
    for place in np.flatnonzero(values > 0.5).tolist():
        people += [Person(label=_label(who, len(people) + more + 1), is_part_time=bool(is_part[place]),
                          pattern=tuple(weeks[place].tolist())) for more in range(round(values[place]))]
    return tuple(people)
