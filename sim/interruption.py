"""Likelier alerts that take inspectors off less likely ones: preemption by class, with what was done kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.roomwork import Preemption
from sim.state import VERIFYING, ZOOMING

if TYPE_CHECKING:
    from sim.engine import World
    from sim.shift_end import CasesPassedOn


class Interruption:
    """Frees inspectors on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World, passed_on: CasesPassedOn) -> None:
        self._world = world
        self._passed_on = passed_on
        self.is_allowed = world.scenario.alerting.preemption is Preemption.RESUME

    def make_free(self, t_s: float, room: int, level: int) -> int | None:
        """Take an inspector of a room off the least likely alert, if its level is below the given one.

        Of one level the alert that came last is left, so that each level is served in order. Only the verification of
        an alert is ever left: not a sighting, what is being written down, a search, an attended scene or a break.

        Returns:
            Who is free by it; None where there is no such alert, or the scenario has no preemption.
        """
        if not self.is_allowed:
            return None
        world = self._world
        found: tuple[int, int, int] | None = None
        for ident in world.room_staff[world.state.duty][room]:
            task = world.state.inspectors[ident].task
            if task is not None and task.alert is not None and task.phase in (VERIFYING, ZOOMING):
                own = (world.alerts.level[task.alert], -task.alert, ident)
                if own[0] < level and (found is None or own < found):
                    found = own
        if found is None:
            return None
        _, alert, ident = found
        left = world.state.inspectors[ident].task
        assert left is not None, "it was found above"
        self._passed_on.put_back(t_s, ident, left, -alert)
        return ident
