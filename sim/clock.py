"""Who decides when the next event may happen: a clock that a world's pump waits on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sim.input_records import Input


class Clock(Protocol):
    """Lets a world's pump wait for an instant, or for something from outside that comes before it."""

    def wait_until(self, t_s: float) -> Input | None:
        """Return None once scenario second ``t_s`` is reached, or the input that arrived before it."""
        ...


class SimClock:
    """Simulated time: never waits; gives recorded inputs back at their instants.

    Args:
        inputs: outside stimuli in order of time, empty for a plain simulation.
    """

    def __init__(self, inputs: Sequence[Input] = ()) -> None:
        self._inputs = list(reversed(inputs))

    def wait_until(self, t_s: float) -> Input | None:
        """Return the next recorded input due before ``t_s``, else None at once."""
        if self._inputs and self._inputs[-1].t_s <= t_s:
            return self._inputs.pop()
        return None
