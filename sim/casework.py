"""A case in an inspector's hands: call the camera up, zoom, look, decide, write down."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.log import DISPOSITIONS, Name
from sim.perception import p_compliance
from sim.records import Disposition
from sim.state import CONFIRMED, RECORDING, UNSEEN, VERIFYING, ZOOMING, CallState, InspectorState, Task, Zoomed

if TYPE_CHECKING:
    from sim.engine import World
    from sim.watch import Watch

REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))
NAN = math.nan


class Casework:
    """Handles cases on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World, watch: Watch) -> None:
        self._world = world
        self._watch = watch

    def occupy(self, t_s: float, ident: int, task: Task) -> None:
        """Give an inspector something to do until its phase ends; their watch clock stops."""
        inspector = self._world.state.inspectors[ident]
        inspector.watch_s = self._watch.clock(inspector, t_s)
        inspector.version += 1
        inspector.task = task
        self._end_at(task.ends_s, ident)

    def _end_at(self, ends_s: float, ident: int) -> None:
        inspector = self._world.state.inspectors[ident]
        assert inspector.task is not None, "only a task ends"
        inspector.task_version += 1
        inspector.task.ends_s = ends_s
        self._world.agenda.at(ends_s, Order.TASK_DONE, ident, inspector.task_version)

    def row(self, t_s: float, name: Name, ident: int, task: Task, value: float | None = None) -> None:
        """Write a row about a case in work."""
        self._world.row(t_s, name, incident=task.incident, alert=task.alert, call=task.call, camera=task.camera,
                        inspector=ident, value=value)

    def begin(
        self, t_s: float, ident: int, *, alert: int | None, incident: int | None, camera: int, line: int | None,
        verify_s: float, began_s: float,
    ) -> None:
        """Turn an inspector to an alert or a sighting."""
        zoom_s = self._world.line_zoom_s[line] if line is not None else 0.0
        holds = incident is not None and zoom_s > 0.0 and self.hold(camera, incident)
        task = Task(
            phase=ZOOMING if holds else VERIFYING, alert=alert, incident=incident, camera=camera, line=line,
            began_s=began_s, ends_s=t_s + (zoom_s if holds else verify_s), verify_s=verify_s, holds_camera=holds)
        self.row(t_s, Name.SHOWN, ident, task)
        self.occupy(t_s, ident, task)

    def hold(self, camera: int, incident: int) -> bool:
        """Zoom a camera onto an incident, unless it is zoomed onto another; say whether it was done."""
        zoomed = self._world.state.zoomed.setdefault(camera, Zoomed(incident=incident, n_holders=0))
        if zoomed.incident != incident:
            return False
        zoomed.n_holders += 1
        return True

    def release(self, task: Task) -> None:
        """Let a task's camera go, which then shows its whole scene again."""
        if not task.holds_camera:
            return
        assert task.camera is not None, "a camera is held"
        task.holds_camera = False
        zoomed = self._world.state.zoomed[task.camera]
        zoomed.n_holders -= 1
        if not zoomed.n_holders:
            del self._world.state.zoomed[task.camera]

    def settle(self, t_s: float, ident: int, task: Task) -> None:
        """The camera shows the case closely: the inspector looks and decides."""
        self.row(t_s, Name.ZOOM, ident, task)
        task.phase = VERIFYING
        self._end_at(t_s + task.verify_s, ident)

    def decide(self, t_s: float, ident: int, task: Task) -> bool:
        """Confirm, and begin to write the case down, or reject; say whether it was confirmed."""
        world = self._world
        verdict = self._judge(world.state.inspectors[ident], task)
        self.release(task)
        self.row(t_s, Name.CONFIRM if verdict is None else Name.REJECT, ident, task,
                 NAN if verdict is None else verdict)
        if verdict is not None:
            return False
        task.phase = RECORDING
        self._create_call(t_s, ident, task)
        self._end_at(t_s + world.case_draws(task.incident, task.alert).record_s, ident)
        return True

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
            if task.line is not None:
                p_confirm *= world.line_p_identify[task.line]
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
        assert task.camera is not None, "a case has a camera"
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
