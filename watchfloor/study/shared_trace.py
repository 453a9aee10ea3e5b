"""One replication's trace for many rosters: drawn once, and refitted to how many units each has."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np

from sim.scenario import Scenario, Shift
from sim.trace import Trace, draw_trace


class SharedTrace:
    """A trace whose incidents are drawn once.

    What happens in the city does not depend on staffing; only where units patrol does, and that is drawn anew on
    the same scenario without incidents. The digest stays that of the first roster.

    Args:
        scenario: with the first roster.
        seed: of the whole study.
        replication: which one.
    """

    def __init__(self, scenario: Scenario, *, seed: int, replication: int) -> None:
        self._seed, self._replication = seed, replication
        self._quiet = replace(scenario, kinds=tuple(replace(kind, per_day=0.0) for kind in scenario.kinds))
        self._units = _units(scenario.shifts)
        self._first = draw_trace(scenario, seed=seed, replication=replication)
        self._first_quiet: Trace | None = None
        self._fitted: dict[tuple[int, ...], Trace] = {self._units: self._first}

    def of(self, shifts: tuple[Shift, ...]) -> Trace:
        """Return the trace as it would be drawn with other shifts."""
        units = _units(shifts)
        if units not in self._fitted:
            if self._first_quiet is None:
                self._first_quiet = self._draw_quiet(self._quiet)
            other = self._draw_quiet(replace(self._quiet, shifts=shifts))
            self._fitted[units] = replace(self._first, **{
                item.name: getattr(other, item.name) for item in fields(other)
                if item.name != "digest"
                and not _equal(getattr(other, item.name), getattr(self._first_quiet, item.name))})
        return self._fitted[units]

    def _draw_quiet(self, scenario: Scenario) -> Trace:
        return draw_trace(scenario, seed=self._seed, replication=self._replication)


def _units(shifts: tuple[Shift, ...]) -> tuple[int, ...]:
    return tuple(shift.units for shift in shifts)


def _equal(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.array_equal(one, other))
    if is_dataclass(one) and is_dataclass(other):
        return all(_equal(getattr(one, item.name), getattr(other, item.name)) for item in fields(one))
    return one == other
