"""The control room: inspectors watch, take alerts from the queue, verify, and confirm or reject."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.attention import budget_left, noticed_at
from sim.log import DISPOSITIONS, Name
from sim.perception import p_compliance
from sim.records import Disposition
from sim.state import CONFIRMED, IN_HAND, RECORDING, UNSEEN, VERIFYING, CallState, InspectorState, PendingLook, Task

if TYPE_CHECKING:
    from sim.engine import World

REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))
NAN = math.nan


class ControlRoom:
    """Handles the room's events on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def change_shift(self, t_s: float, old_duty: int, new_duty: int) -> None:
        """Put the next staff on duty; who is busy finishes first; looks still to come are dealt out anew."""
        world, state = self._world, self._world.state
        was_on = world.duty_table[old_duty].inspectors if old_duty >= 0 else ()
        is_on = world.duty_table[new_duty].inspectors
        left = [(line, state.looks.pop(line).budget) for line in state.unowned]
        state.unowned = []
        for ident in was_on:
            inspector = state.inspectors[ident]
            left += self._looks_left(t_s, inspector, old_duty)
            inspector.watch_s, inspector.free_since_s = inspector.watch_clock(t_s), t_s
            inspector.looked_for = []
            inspector.version += 1
        for ident in was_on:
            state.inspectors[ident].on_duty = False
        for ident in is_on:
            inspector = state.inspectors[ident]
            if ident not in was_on:
                inspector.watch_s, inspector.free_since_s = 0.0, t_s
            inspector.on_duty = True
        state.duty = new_duty
        for line, budget in sorted(left):
            if world.visible_end_s[world.line_incident[line]] > t_s:
                self._expect(t_s, line, budget)
        for ident in is_on:
            if state.inspectors[ident].task is None:
                self._take_next(t_s, ident)

    def _looks_left(self, t_s: float, inspector: InspectorState, duty: int) -> list[tuple[int, float]]:
        now = inspector.watch_clock(t_s)
        left = []
        for _, line in inspector.looked_for:
            look = self._world.state.looks.pop(line)
            phase_s, period_s, p_success = self._world.opportunity(duty, line)
            left.append((line, budget_left(
                look.budget, look.since_watch_s, now, phase_s, period_s, self._world.look_s, p_success)))
        return left

    def occur(self, t_s: float, incident: int) -> None:
        """Work out which looks would notice an incident that begins in view."""
        world = self._world
        for line in range(world.first_line[incident], world.first_line[incident + 1]):
            ident = self._expect(t_s, line, world.line_budget[line])
            if ident is not None:
                self._schedule_notice(ident)

    def _expect(self, t_s: float, line: int, budget: float) -> int | None:
        """Put a sightline on its inspector's list, unless its look comes too late; return the inspector."""
        world, state = self._world, self._world.state
        end_s = world.visible_end_s[world.line_incident[line]]
        sees_next_shift = end_s > world.next_shift_s
        ident = world.owner(state.duty, line)
        if ident is None:
            if sees_next_shift:
                state.looks[line] = PendingLook(budget=budget, since_watch_s=0.0)
                state.unowned.append(line)
            return None
        inspector = state.inspectors[ident]
        now = inspector.watch_clock(t_s)
        phase_s, period_s, p_success = world.opportunity(state.duty, line)
        target = noticed_at(now, budget, phase_s, period_s, world.look_s, p_success)
        if target - now > end_s - t_s and not sees_next_shift:
            return None
        state.looks[line] = PendingLook(budget=budget, since_watch_s=now)
        heappush(inspector.looked_for, (target, line))
        return ident

    def _schedule_notice(self, ident: int) -> None:
        """Make the next noticing look of a free inspector due; drop those that would come too late."""
        world = self._world
        inspector = world.state.inspectors[ident]
        inspector.version += 1
        if not inspector.is_free:
            return
        heap = inspector.looked_for
        while heap:
            target, line = heap[0]
            due_s = inspector.free_since_s + (target - inspector.watch_s)
            incident = world.line_incident[line]
            keeps = due_s > world.next_shift_s and world.visible_end_s[incident] > world.next_shift_s
            if world.visible_end_s[incident] < due_s and not keeps:
                heappop(heap)
                del world.state.looks[line]
                continue
            if math.isfinite(due_s):
                world.agenda.at(due_s, Order.NOTICE, ident, inspector.version)
            return

    def notice(self, t_s: float, ident: int, version: int) -> None:
        """An inspector's look falls on something that they notice."""
        world = self._world
        inspector = world.state.inspectors[ident]
        if version != inspector.version:
            return
        _, line = heappop(inspector.looked_for)
        del world.state.looks[line]
        incident = world.line_incident[line]
        if world.state.known[incident] != UNSEEN or world.visible_end_s[incident] < t_s:
            self._schedule_notice(ident)
            return
        world.state.known[incident] = IN_HAND
        self._begin(t_s, ident, alert=None, incident=incident, camera=world.line_camera[line],
                    verify_s=world.cases[incident].verify_s)

    def _begin(
        self, t_s: float, ident: int, *, alert: int | None, incident: int | None, camera: int, verify_s: float
    ) -> None:
        world = self._world
        inspector = world.state.inspectors[ident]
        inspector.watch_s = inspector.watch_clock(t_s)
        inspector.version += 1
        inspector.task = Task(alert=alert, incident=incident, camera=camera, began_s=t_s)
        world.row(t_s, Name.SHOWN, incident=incident, alert=alert, camera=camera, inspector=ident)
        world.agenda.at(t_s + verify_s, Order.TASK_DONE, ident)

    def alert(self, t_s: float, alert: int) -> None:
        """A machine's claim arrives: a free inspector turns to it, or it waits."""
        world, state = self._world, self._world.state
        alerts = world.alerts
        incident = alerts.incident[alert]
        camera, level = alerts.camera[alert], alerts.level[alert]
        world.row(t_s, Name.DETECT, incident=incident, alert=alert, camera=camera, value=float(alerts.kind[alert]))
        ident = self._free_inspector(camera)
        if ident is not None:
            self._take(t_s, ident, alert)
            return
        if len(state.queued) >= world.scenario.alerting.queue_limit:
            self._push_out(t_s, level)
        if len(state.queued) < world.scenario.alerting.queue_limit:
            state.queued[alert] = None
            state.levels[level].append(alert)
            if math.isfinite(alerts.ends_s[alert]):
                world.agenda.at(alerts.ends_s[alert], Order.ALERT_END, alert)
        else:
            world.row(t_s, Name.ABANDON, incident=incident, alert=alert, camera=camera, value=1.0)

    def _push_out(self, t_s: float, level: int) -> None:
        """Drop the oldest waiting alert of the lowest level, if that is no higher than the new one's."""
        world, state = self._world, self._world.state
        for queue in state.levels[: level + 1]:
            while queue:
                oldest = queue.popleft()
                if oldest in state.queued:
                    del state.queued[oldest]
                    world.row(t_s, Name.ABANDON, incident=world.alerts.incident[oldest], alert=oldest,
                              camera=world.alerts.camera[oldest], value=1.0)
                    return

    def alert_end(self, t_s: float, alert: int, _: int) -> None:
        """What a waiting alert showed has ended: it leaves the queue unseen."""
        world, state = self._world, self._world.state
        if alert in state.queued:
            del state.queued[alert]
            world.row(t_s, Name.ABANDON, incident=world.alerts.incident[alert], alert=alert,
                      camera=world.alerts.camera[alert], value=0.0)

    def _free_inspector(self, camera: int) -> int | None:
        """Return the camera's own inspector if free, else who has been free the longest, else None."""
        world, state = self._world, self._world.state
        own = world.camera_owner(state.duty, camera)
        if own is not None and state.inspectors[own].task is None:
            return own
        free = [ident for ident in world.duty_table[state.duty].inspectors if state.inspectors[ident].task is None]
        return min(free, key=lambda ident: (state.inspectors[ident].free_since_s, ident)) if free else None

    def _take(self, t_s: float, ident: int, alert: int) -> None:
        alerts = self._world.alerts
        incident = alerts.incident[alert]
        if incident is not None and self._world.state.known[incident] == UNSEEN:
            self._world.state.known[incident] = IN_HAND
        self._begin(t_s, ident, alert=alert, incident=incident, camera=alerts.camera[alert],
                    verify_s=alerts.cases[alert].verify_s)

    def _take_next(self, t_s: float, ident: int) -> None:
        """Give a free inspector the oldest waiting alert of the highest level, or let them watch."""
        state = self._world.state
        for queue in reversed(state.levels):
            while queue:
                alert = queue.popleft()
                if alert in state.queued:
                    del state.queued[alert]
                    self._take(t_s, ident, alert)
                    return
        self._schedule_notice(ident)

    def task_done(self, t_s: float, ident: int, _: int) -> None:
        """An inspector has decided, or has written the case down."""
        world = self._world
        inspector = world.state.inspectors[ident]
        task = inspector.task
        assert task is not None, "a task ends only once"
        if task.phase == VERIFYING:
            judged = self._judge(inspector, task)
            world.row(t_s, Name.CONFIRM if judged is None else Name.REJECT, incident=task.incident, alert=task.alert,
                      camera=task.camera, inspector=ident, value=NAN if judged is None else judged)
            if judged is None:
                task.phase = RECORDING
                self._create_call(t_s, ident, task)
                record_s = world.case_draws(task.incident, task.alert).record_s
                world.agenda.at(t_s + record_s, Order.TASK_DONE, ident)
                return
        else:
            world.row(t_s, Name.RECORDED, incident=task.incident, alert=task.alert, camera=task.camera,
                      inspector=ident)
        inspector.task = None
        inspector.free_since_s = t_s
        if inspector.on_duty:
            self._take_next(t_s, ident)

    def _judge(self, inspector: InspectorState, task: Task) -> float | None:
        """Return None to confirm, 0 to reject, 1 where the case is already in hand; alerts teach trust."""
        world, watching = self._world, self._world.scenario.watching
        draws = world.case_draws(task.incident, task.alert)
        verdict: float | None = 0.0
        if task.incident is None:
            if draws.u_confirm < watching.p_false_confirm:
                verdict = None
        elif world.state.known[task.incident] == CONFIRMED:
            verdict = 1.0
        else:
            seen = world.persists[task.incident] or task.began_s <= world.visible_end_s[task.incident]
            p_confirm = watching.p_confirm
            if task.alert is not None:
                p_confirm *= p_compliance(
                    self._sense_of_alerts(inspector), watching.compliance_slope, watching.compliance_middle)
            confirmed = seen and draws.u_confirm < p_confirm
            world.state.known[task.incident] = CONFIRMED if confirmed else UNSEEN
            verdict = None if confirmed else 0.0
        if task.alert is not None:
            inspector.judged.append(verdict != 0.0)
            if len(inspector.judged) > watching.ppv_window:
                inspector.judged.popleft()
        return verdict

    def _sense_of_alerts(self, inspector: InspectorState) -> float:
        """Return how often alerts proved right of late; what was expected fills the window up."""
        watching = self._world.scenario.watching
        unfilled = watching.ppv_window - len(inspector.judged)
        return (sum(inspector.judged) + watching.ppv_prior * unfilled) / watching.ppv_window

    def _create_call(self, t_s: float, ident: int, task: Task) -> None:
        world, state = self._world, self._world.state
        call = len(state.calls)
        kind = world.case_kind(task.incident, task.alert)
        junction = (world.camera_junction[task.camera] if task.incident is None
                    else world.incident_junction[task.incident])
        state.calls.append(CallState(incident=task.incident, alert=task.alert, inspector=ident, camera=task.camera,
                                     junction=junction, priority=kind.priority))
        world.row(t_s, Name.CALL_CREATE, incident=task.incident, alert=task.alert, call=call, camera=task.camera,
                  inspector=ident, value=float(kind.priority))
        draws = world.case_draws(task.incident, task.alert)
        if draws.u_needs_unit < kind.p_needs_unit:
            world.desk.announce(t_s, call, draws.handover_s)
        else:
            world.row(t_s, Name.INCIDENT_CLEAR, incident=task.incident, alert=task.alert, call=call,
                      camera=task.camera, inspector=ident, value=REFERRED)

    def attend(self, t_s: float, call: int) -> bool:  # noqa: ARG002 # the instant and the call are the seam's
        """Say whether an inspector turns to the live picture of the badge of a unit that arrived: nobody does."""
        return False
