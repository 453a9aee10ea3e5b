"""The watch: which look of whom notices what, and when they turn to it."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.attention import budget_anew, budget_left, noticed_at, span_for
from sim.state import IN_HAND, UNSEEN, InspectorState, PendingLook

if TYPE_CHECKING:
    from sim.engine import World


class Watch:
    """Handles looks on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._vigilance = world.scenario.vigilance

    def clock(self, inspector: InspectorState, t_s: float) -> float:
        """Return an inspector's watch clock at an instant."""
        return inspector.watch_clock(t_s, self._vigilance)

    def occur(self, t_s: float, incident: int) -> None:
        """Work out which looks would notice an incident that begins in view."""
        world = self._world
        for line in range(world.first_line[incident], world.first_line[incident + 1]):
            ident = self.expect(t_s, line, world.line_budget[line])
            if ident is not None:
                self.schedule(t_s, ident)

    def expect(self, t_s: float, line: int, budget: float) -> int | None:
        """Put a sightline on its inspector's list, unless its look comes too late; return the inspector."""
        world, state = self._world, self._world.state
        end_s = world.line_end_s[line]
        sees_next_shift = end_s > world.next_shift_s
        ident = world.owner(state.duty, line)
        if ident is None or ident in world.people:
            if sees_next_shift:
                state.looks[line] = PendingLook(budget=budget, since_watch_s=0.0)
                state.unowned.append(line)
            return None
        inspector = state.inspectors[ident]
        now = self.clock(inspector, t_s)
        phase_s, period_s, p_success = self._opportunity(state.duty, line)
        target = noticed_at(now, budget, phase_s, period_s, world.look_s, p_success)
        if target - now > end_s - t_s and not sees_next_shift:
            return None
        state.looks[line] = PendingLook(budget=budget, since_watch_s=now)
        heappush(inspector.looked_for, (target, line))
        return ident

    def schedule(self, t_s: float, ident: int) -> None:
        """Make the next noticing look of a free inspector due; drop those that would come too late."""
        world = self._world
        inspector = world.state.inspectors[ident]
        inspector.version += 1
        if not inspector.is_free:
            return
        heap = inspector.looked_for
        while heap:
            target, line = heap[0]
            due_s = self._due_s(t_s, inspector, target)
            end_s = world.line_end_s[line]
            keeps = due_s > world.next_shift_s and end_s > world.next_shift_s
            if end_s < due_s and not keeps:
                heappop(heap)
                del world.state.looks[line]
                continue
            if math.isfinite(due_s):
                world.agenda.at(due_s, Order.NOTICE, ident, inspector.version)
            return

    def _due_s(self, t_s: float, inspector: InspectorState, target: float) -> float:
        """Return when a free inspector's watch clock will show ``target``."""
        span_s = target - inspector.watch_s
        if self._vigilance is not None:
            span_s = span_for(inspector.free_since_s - inspector.spell_s, span_s, self._vigilance.delta,
                              self._vigilance.tau_s)
        return max(t_s, inspector.free_since_s + span_s)  # rounding may put it before now

    def fall(self, t_s: float, ident: int, version: int) -> int | None:
        """Let a look fall that would notice; return its sightline, if there is something to turn to."""
        world, state = self._world, self._world.state
        inspector = state.inspectors[ident]
        if version != inspector.version:
            return None
        target, line = heappop(inspector.looked_for)
        look = state.looks.pop(line)
        incident = world.line_incident[line]
        if state.known[incident] == UNSEEN and world.line_end_s[line] >= t_s:
            if not self.is_blind(world.line_camera[line], incident):
                state.known[incident] = IN_HAND
                return line
            self._put_off(inspector, line, target, look.budget)
        self.schedule(t_s, ident)
        return None

    def is_zoomed_away(self, camera: int, incident: int | None) -> bool:
        """Say whether a camera shows something else so closely that it cannot see an incident."""
        zoomed = self._world.state.zoomed.get(camera)
        return zoomed is not None and zoomed.incident != incident

    def is_blind(self, camera: int, incident: int) -> bool:
        """Say whether a camera cannot see an incident, as it is zoomed onto another or its feed is gone."""
        return camera in self._world.state.dark or self.is_zoomed_away(camera, incident)

    def _put_off(self, inspector: InspectorState, line: int, target: float, budget: float) -> None:
        """Put a look that met a blind camera off to a later opportunity, with new luck."""
        world, state = self._world, self._world.state
        phase_s, period_s, p_success = self._opportunity(state.duty, line)
        look = PendingLook(budget=budget_anew(budget, p_success), since_watch_s=target + world.look_s)
        state.looks[line] = look
        heappush(inspector.looked_for, (
            noticed_at(look.since_watch_s, look.budget, phase_s, period_s, world.look_s, p_success), line))

    def looks_left(self, t_s: float, inspector: InspectorState, duty: int) -> list[tuple[int, float]]:
        """Take an inspector's looks to come away; return each sightline with what is left of its budget."""
        now = self.clock(inspector, t_s)
        left = []
        for _, line in inspector.looked_for:
            look = self._world.state.looks.pop(line)
            phase_s, period_s, p_success = self._opportunity(duty, line)
            left.append((line, budget_left(
                look.budget, look.since_watch_s, now, phase_s, period_s, self._world.look_s, p_success)))
        inspector.looked_for = []
        return left

    def _opportunity(self, duty: int, line: int) -> tuple[float, float, float]:
        """Return (phase_s, period_s, probability that an opportunity notices) of a sightline."""
        plan, camera = self._world.plan(duty), self._world.line_camera[line]
        return plan.phase_s[camera], plan.period_s[camera], plan.p_taken[camera] * self._world.line_p_look[line]
