"""Who is on duty when: the instants at which the staff or its plan changes, and the staff from each on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from sim.demand import HOUR_S
from sim.roomwork import Breaks
from sim.scenario import Scenario, Shift

DAY_S = 24.0 * HOUR_S
MOST_ROSTERS = 256
"""Whose staff by the hour is kept; a study asks for the same ones again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The staff from one instant to the next; ids are posts, numbered through the shifts in file order."""

    from_s: float
    inspectors: tuple[int, ...]
    units: tuple[int, ...]
    n_officers: int = 0
    rates_row: int = 0
    """Row of ``Scenario.watching_rates`` by which they look."""
    is_shift: bool = True
    """False where only the hour's rates change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A break as planned; who is busy then takes it later, if it still ends within the shift."""

    start_s: float
    until_s: float
    """End of the shift."""
    post: int


def _posts(shifts: tuple[Shift, ...], on: list[bool], attribute: str) -> tuple[int, ...]:
    posts: list[int] = []
    first = 0
    for shift, covers in zip(shifts, on, strict=True):
        count = int(getattr(shift, attribute))
        if covers:
            posts.extend(range(first, first + count))
        first += count
    return tuple(posts)


def _to_ms(t_s: float) -> float:
    """Return an instant to the millisecond, so that one reached in two ways is one."""
    return round(t_s * 1000.0) / 1000.0


def duties(scenario: Scenario) -> tuple[Duty, ...]:
    """Return the staff on duty through the scenario, from 0 s to its end, one entry for each change."""
    found = _duties(scenario.shifts, scenario.start_hour_of_week % 24.0, scenario.duration_s, _rate_edges(scenario))
    if scenario.watching_rates is None:
        return found
    return tuple(replace(duty, rates_row=_rates_row(scenario, duty.from_s)) for duty in found)


@lru_cache(maxsize=MOST_ROSTERS)
def _duties(
    shifts: tuple[Shift, ...], start_h: float, duration_s: float, rate_edges: frozenset[float]
) -> tuple[Duty, ...]:
    edges = {0.0}
    for shift in shifts:
        for edge_h in (shift.start_h, shift.start_h + shift.length_h):
            first = (edge_h - start_h) % 24.0
            for day in range(math.ceil(duration_s / DAY_S) + 1):
                edges.add(_to_ms((first + 24.0 * day) * HOUR_S))
    found: list[Duty] = []
    for edge_s in sorted(edge for edge in edges | rate_edges if edge < duration_s):
        hour = (start_h + edge_s / HOUR_S) % 24.0
        on = [shift.covers(hour) for shift in shifts]
        found.append(Duty(from_s=edge_s, inspectors=_posts(shifts, on, "inspectors"),
                          units=_posts(shifts, on, "units"), is_shift=edge_s in edges,
                          n_officers=sum(shift.officers or 0 for shift, covers in zip(shifts, on, strict=True)
                                         if covers)))
    return tuple(found)


def _rates_row(scenario: Scenario, t_s: float) -> int:
    """Return the row of the rates of looks at an instant; a rounding error before the hour counts as the hour."""
    if scenario.watching_rates is None:
        return 0
    return int(math.floor(scenario.start_hour_of_week + t_s / HOUR_S + 1e-9) % scenario.watching_rates.shape[0])


def _rate_edges(scenario: Scenario) -> frozenset[float]:
    """Return the instants at which the rates of looks change."""
    rates = scenario.watching_rates
    if rates is None:
        return frozenset()
    first_s = (math.ceil(scenario.start_hour_of_week) - scenario.start_hour_of_week) * HOUR_S
    changes = (rates != np.roll(rates, 1, axis=0)).any(axis=1)
    hours = [_to_ms(first_s + HOUR_S * hour) for hour in range(math.ceil(scenario.duration_s / HOUR_S) + 1)]
    return frozenset(t_s for t_s in hours if changes[_rates_row(scenario, t_s)])


def rests(scenario: Scenario) -> tuple[Rest, ...]:
    """Return the breaks as planned, in order of time, then post.

    The posts of a shift begin their first breaks evenly through the first spell, the last one at its end, and then
    work a whole spell before each break. No break would end after the shift.
    """
    if scenario.breaks is None:
        return ()
    return _rests(scenario.shifts, scenario.breaks, scenario.start_hour_of_week % 24.0, scenario.duration_s)


@lru_cache(maxsize=MOST_ROSTERS)
def _rests(shifts: tuple[Shift, ...], breaks: Breaks, start_h: float, duration_s: float) -> tuple[Rest, ...]:
    found: list[Rest] = []
    first = 0
    for shift in shifts:
        for day in range(-1, math.ceil(duration_s / DAY_S) + 1):
            from_s = (shift.start_h - start_h + 24.0 * day) * HOUR_S
            until_s = from_s + shift.length_h * HOUR_S
            for place in range(shift.inspectors):
                start_s = round(1000.0 * (from_s + breaks.spell_s * (place + 1) / shift.inspectors)) / 1000.0
                while start_s + breaks.break_s <= until_s:
                    if 0.0 <= start_s < duration_s:
                        found.append(Rest(start_s=start_s, until_s=until_s, post=first + place))
                    start_s += breaks.spell_s + breaks.break_s
        first += shift.inspectors
    return tuple(sorted(found, key=lambda rest: (rest.start_s, rest.post)))


def inspector_rooms(scenario: Scenario) -> list[int]:
    """Return the control room of each inspector's post."""
    return [scenario.room_index(shift.room) for shift in scenario.shifts for _ in range(shift.inspectors)]


def room_staff(scenario: Scenario, table: tuple[Duty, ...]) -> list[list[tuple[int, ...]]]:
    """Return the inspectors on duty of each room, by entry of the roster."""
    room_of = inspector_rooms(scenario)
    return [[tuple(post for post in duty.inspectors if room_of[post] == room)
             for room in range(max(1, len(scenario.rooms)))] for duty in table]


def has_officers(scenario: Scenario) -> bool:
    """Say whether orders to the units pass through duty officers who may all be busy."""
    return any(shift.officers is not None for shift in scenario.shifts)


def officer_hours(scenario: Scenario) -> float:
    """Return the hours on duty of all duty officers together."""
    return _hours(duties(scenario), [duty.n_officers for duty in duties(scenario)], scenario.duration_s)


def duty_hours(scenario: Scenario, posts: str) -> float:
    """Return the hours on duty of all ``inspectors`` or all ``units`` together."""
    return _hours(duties(scenario), [len(getattr(duty, posts)) for duty in duties(scenario)], scenario.duration_s)


def _hours(table: tuple[Duty, ...], numbers: list[int], until_s: float) -> float:
    """Return the hours that so many people by entry of the roster are on duty together."""
    ends = [*(duty.from_s for duty in table[1:]), until_s]
    return sum(number * (end - duty.from_s) for number, duty, end in zip(numbers, table, ends, strict=True)) / HOUR_S


def hours_without(shifts: tuple[Shift, ...], posts: str) -> tuple[int, ...]:
    """Return the hours of day (0 to 23) in some part of which nobody of ``posts`` is on duty."""
    return tuple(
        hour for hour in range(24)
        if any(not any(shift.covers(hour + part / 60.0) and getattr(shift, posts) for shift in shifts)
               for part in range(60))
    )
