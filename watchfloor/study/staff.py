"""How many inspectors and units a roster has, as two numbers: those of its busiest shift."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.errors import InputError
from sim.roster import duty_hours
from sim.scenario import Scenario, Shift

WEEK_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Staff:
    """The size of a roster; every shift keeps its share of it."""

    inspectors: int
    """On the shift with the most."""
    units: int
    """On the shift with the most."""

    def __str__(self) -> str:
        """Return the size in words."""
        return f"{self.inspectors} inspectors and {self.units} units"


def present_staff(scenario: Scenario) -> Staff:
    """Return the size of a scenario's own roster.

    Raises:
        InputError: if it has no inspectors or no units at all: then there is no shape to keep.
    """
    staff = Staff(inspectors=max((shift.inspectors for shift in scenario.shifts), default=0),
                  units=max((shift.units for shift in scenario.shifts), default=0))
    for posts, most in (("inspectors", staff.inspectors), ("units", staff.units)):
        if most < 1:
            raise InputError(f"{scenario.name}: roster: {posts}", got=most, expected="at least 1 on one shift",
                             do="a study sizes the roster that is there: give it a first one")
    return staff


def shifts_for(scenario: Scenario, staff: Staff) -> tuple[Shift, ...]:
    """Return the scenario's shifts at another size; a shift that had anybody keeps at least one."""
    present = present_staff(scenario)
    return tuple(
        replace(shift, inspectors=_scaled(shift.inspectors, staff.inspectors, present.inspectors),
                units=_scaled(shift.units, staff.units, present.units))
        for shift in scenario.shifts)


def _scaled(count: int, wanted: int, present: int) -> int:
    """Return count · wanted / present rounded half up, in whole numbers so that no machine differs."""
    if not count or not wanted:
        return 0
    return max(1, (2 * count * wanted + present) // (2 * present))


def around_the_clock(_: Scenario, staff: Staff) -> tuple[Shift, ...]:
    """Return one shift of all day with the same number at every hour."""
    return (Shift(name="all_day", start_h=0.0, length_h=24.0, inspectors=staff.inspectors, units=staff.units),)


def cost_per_day(scenario: Scenario, shifts: tuple[Shift, ...]) -> float:
    """Return what a mean day of a week costs in duty hours, in the scenario's currency."""
    week = replace(scenario, shifts=shifts, duration_s=WEEK_S)
    return (duty_hours(week, "inspectors") * scenario.costs.inspector_per_h
            + duty_hours(week, "units") * scenario.costs.unit_per_h) / 7.0
