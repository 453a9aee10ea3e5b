"""One replication's trace for many rosters: drawn once, and refitted to how many units each has."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np

from sim.scenario import Scenario, Shift
from sim.trace import Trace, draw_trace

NEXT_TO_NOTHING = 1e-12
"""What is left of each kind's rate where no incident is wanted: where units post themselves goes by its proportions."""


class SharedTrace:
    """A trace whose incidents are drawn once.

    What happens in the city does not depend on staffing; what does, such as where units patrol, is drawn anew on the
    same scenario without incidents. The digest stays that of the first roster.

    Args:
        scenario: with the first roster.
        seed: of the whole study.
        replication: which one.
    """

    def __init__(self, scenario: Scenario, *, seed: int, replication: int) -> None:
        self._seed, self._replication, self._shifts = seed, replication, scenario.shifts
        self._quiet = replace(scenario, script=(), kinds=tuple(
            replace(kind, per_day=kind.per_day * NEXT_TO_NOTHING) for kind in scenario.kinds))
        self._first = draw_trace(scenario, seed=seed, replication=replication)
        self._first_quiet: Trace | None = None
        self._by_inspectors: bool | None = None
        self._fitted: dict[tuple[tuple[int, ...], ...], Trace] = {}

    def of(self, shifts: tuple[Shift, ...]) -> Trace:
        """Return the trace as it would be drawn with other shifts."""
        if shifts == self._shifts:
            return self._first
        if self._first_quiet is None:
            self._first_quiet = self._draw_quiet(self._shifts)
        key = self._key(shifts)
        if key not in self._fitted:
            other = self._draw_quiet(shifts)
            self._fitted[key] = replace(self._first, **{
                name: getattr(other, name) for name in _differing(other, self._first_quiet)})
        return self._fitted[key]

    def _key(self, shifts: tuple[Shift, ...]) -> tuple[tuple[int, ...], ...]:
        """Return what of the shifts a trace depends on: units, and inspectors if one more changes anything."""
        if self._by_inspectors is None:
            more = tuple(replace(shift, inspectors=shift.inspectors + 1) for shift in self._shifts)
            self._by_inspectors = bool(self._first_quiet and _differing(self._draw_quiet(more), self._first_quiet))
        inspectors = tuple(shift.inspectors for shift in shifts) if self._by_inspectors else ()
        return tuple(shift.units for shift in shifts), inspectors

    def _draw_quiet(self, shifts: tuple[Shift, ...]) -> Trace:
        return draw_trace(replace(self._quiet, shifts=shifts), seed=self._seed, replication=self._replication)


def _differing(one: Trace, other: Trace) -> list[str]:
    """Return the fields that differ, the digest left out."""
    return [item.name for item in fields(one)
            if item.name != "digest" and not _equal(getattr(one, item.name), getattr(other, item.name))]


def _equal(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.array_equal(one, other))
    if is_dataclass(one) and is_dataclass(other):
        return all(_equal(getattr(one, item.name), getattr(other, item.name)) for item in fields(one))
    return one == other
