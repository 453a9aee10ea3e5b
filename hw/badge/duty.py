"""What the wearer of a simulated badge does about orders, and when."""

from __future__ import annotations

from dataclasses import dataclass

from hw.badge.badge_memory import BadgeMemory
from hw.badge.messages import BadgeOrder, BadgeReport
from sim.errors import InputError
from sim.input_records import UnitStep
from sim.records import Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds from each step to the next.

    Raises:
        InputError: if one is negative.
    """

    acknowledge_s: float = 2.0
    """From the order's coming."""
    turnout_s: float = 3.0
    travel_s: float = 20.0
    scene_s: float = 30.0

    def __post_init__(self) -> None:
        for name in ("acknowledge_s", "turnout_s", "travel_s", "scene_s"):
            if not getattr(self, name) >= 0.0:
                raise InputError(f"badge pace: {name}", got=getattr(self, name), expected="seconds ≥ 0")


class Duty:
    """Works orders off one after another, the oldest first, as the badge's memory tells them.

    Args:
        memory: of the badge.
        pace: how fast.
        disposition: how each case ends.
    """

    def __init__(self, memory: BadgeMemory, *, pace: Pace, disposition: Disposition = Disposition.WARNING) -> None:
        self._memory, self._disposition = memory, disposition
        self._waits_s = {UnitStep.ACKNOWLEDGE: pace.acknowledge_s, UnitStep.ENROUTE: pace.turnout_s,
                         UnitStep.ON_SCENE: pace.travel_s, UnitStep.CLEAR: pace.scene_s}
        self._order: BadgeOrder | None = None
        self._since_s = 0.0

    def step(self, now_s: float) -> BadgeReport | None:
        """Note the step that is due at ``now_s`` (seconds of any steady clock), and return it; None if none is."""
        order = self._memory.first_open()
        if order != self._order:
            self._order, self._since_s = order, now_s
        if order is None:
            return None
        step = _next_step(self._memory, order)
        if now_s - self._since_s < self._waits_s[step]:
            return None
        self._since_s = now_s
        return note_step(self._memory, order, step, disposition=self._disposition)


def note_step(
    memory: BadgeMemory, order: BadgeOrder, step: UnitStep, *, disposition: Disposition | None = None,
) -> BadgeReport:
    """Note a step now; how the case ended is kept with the last one only."""
    return memory.note(order.order_id, step, disposition=disposition if step is UnitStep.CLEAR else None)


def _next_step(memory: BadgeMemory, order: BadgeOrder) -> UnitStep:
    """Return the step that comes after the last one reported."""
    steps, last = list(UnitStep), memory.last_step(order.order_id)
    return steps[0 if last is None else steps.index(last) + 1]
