"""Who is on duty when: the instants at which the staff changes, and the staff from each on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.demand import HOUR_S
from sim.scenario import Scenario, Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The staff from one instant to the next; ids are posts, numbered through the shifts in file order."""

    from_s: float
    inspectors: tuple[int, ...]
    units: tuple[int, ...]
    n_officers: int = 0


def _posts(shifts: tuple[Shift, ...], on: list[bool], attribute: str) -> tuple[int, ...]:
    posts: list[int] = []
    first = 0
    for shift, covers in zip(shifts, on, strict=True):
        count = int(getattr(shift, attribute))
        if covers:
            posts.extend(range(first, first + count))
        first += count
    return tuple(posts)


def duties(scenario: Scenario) -> tuple[Duty, ...]:
    """Return the staff on duty through the scenario, from 0 s to its end, one entry for each change."""
    start_h = scenario.start_hour_of_week % 24.0
    edges = {0.0}
    for shift in scenario.shifts:
        for edge_h in (shift.start_h, shift.start_h + shift.length_h):
            first = (edge_h - start_h) % 24.0
            for day in range(math.ceil(scenario.duration_s / 86400.0) + 1):
                edges.add((first + 24.0 * day) * HOUR_S)
    found: list[Duty] = []
    for edge_s in sorted(edge for edge in edges if edge < scenario.duration_s):
        hour = (start_h + edge_s / HOUR_S) % 24.0
        on = [shift.covers(hour) for shift in scenario.shifts]
        found.append(Duty(from_s=edge_s, inspectors=_posts(scenario.shifts, on, "inspectors"),
                          units=_posts(scenario.shifts, on, "units"),
                          n_officers=sum(shift.officers or 0 for shift, covers in zip(scenario.shifts, on, strict=True)
                                         if covers)))
    return tuple(found)


def has_officers(scenario: Scenario) -> bool:
    """Say whether orders to the units pass through duty officers who may all be busy."""
    return any(shift.officers is not None for shift in scenario.shifts)


def officer_hours(scenario: Scenario) -> float:
    """Return the hours on duty of all duty officers together."""
    table = duties(scenario)
    ends = [duty.from_s for duty in table[1:]] + [scenario.duration_s]
    return sum(duty.n_officers * (end - duty.from_s) for duty, end in zip(table, ends, strict=True)) / HOUR_S


def duty_hours(scenario: Scenario, posts: str) -> float:
    """Return the hours on duty of all ``inspectors`` or all ``units`` together."""
    table = duties(scenario)
    ends = [duty.from_s for duty in table[1:]] + [scenario.duration_s]
    return sum(len(getattr(duty, posts)) * (end - duty.from_s) for duty, end in zip(table, ends, strict=True)) / HOUR_S


def hours_without(shifts: tuple[Shift, ...], posts: str) -> tuple[int, ...]:
    """Return the hours of day (0 to 23) in some part of which nobody of ``posts`` is on duty."""
    return tuple(
        hour for hour in range(24)
        if any(not any(shift.covers(hour + part / 60.0) and getattr(shift, posts) for shift in shifts)
               for part in range(60))
    )
