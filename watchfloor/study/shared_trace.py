"""One replication's trace for many rosters: drawn once, and refitted to how many units each has."""

from __future__ import annotations

from sim.scenario import Scenario
from sim.trace import Trace, draw_trace, restaffed


class SharedTrace:
    """A trace whose incidents are drawn once, for scenarios that differ in their shifts alone.

    Args:
        scenario: with the first roster.
        seed: of the whole study.
        replication: which one.
    """

    def __init__(self, scenario: Scenario, *, seed: int, replication: int) -> None:
        self._seed, self._replication = seed, replication
        self._first = draw_trace(scenario, seed=seed, replication=replication)
        self._fitted = {_units(scenario): self._first}

    def of(self, scenario: Scenario) -> Trace:
        """Return the trace as it would be drawn for the scenario with its shifts."""
        units = _units(scenario)
        if units not in self._fitted:
            self._fitted[units] = restaffed(self._first, scenario, seed=self._seed, replication=self._replication)
        return self._fitted[units]


def _units(scenario: Scenario) -> tuple[tuple[float, float, int], ...]:
    """Return what of the shifts a trace depends on: how many units each has, and when they are on duty."""
    return tuple((shift.start_h, shift.length_h, shift.units) for shift in scenario.shifts)
