"""The glance-level twin of watching: plays every look as an event, on small worlds; slow and obvious.

It checks the closed form of ``attention``, and carries policies that choose camera by camera. A look is a slot of
``look_s`` on its inspector's watch clock, which runs only while they are free. What an incident in view takes to be
noticed is counted look by look: the number of looks that fail before the one that notices is the whole number of
times that one look's share goes into the pair's Exp(1) budget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.agenda import Agenda, Handler, Order
from sim.attention import P_NEGLIGIBLE, SAME_S, budget_per_look
from sim.errors import ModelError
from sim.log import MISSING, EventLog, LogRow, Name
from sim.look_policies import LookPolicy, NextLook, make_look_policy
from sim.plans import plans_of
from sim.roster import duties
from sim.scenario import Scenario
from sim.state import CONFIRMED, IN_HAND, RECORDING, UNSEEN, VERIFYING
from sim.trace import I8, Trace
from sim.truth_log import finished_log

NEVER = -1
"""Looks to fail of what is never noticed, or was once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glances:
    """What a room found by looking, and where it looked."""

    log: EventLog
    """The truth, changes of shift, and cases up to the end of their record."""
    n_looks: I8
    """(c,) looks begun at each camera; one that a change of shift cuts short is followed by a fresh one."""


def play_glances(
    scenario: Scenario, trace: Trace, *, policy: LookPolicy | None = None, seed: int = 0, arm: str = "glances",
) -> Glances:
    """Play a trace's watching look by look, without alerts and without patrols.

    In a round robin, the log is the world's. In a risk-weighted plan it is so in distribution: here one look is at
    one camera, while the closed form takes the opportunities of two cameras at one incident as independent.

    Args:
        scenario: the model's numbers; a small world, since every look is an event.
        trace: one replication's draws, of the same scenario.
        policy: which camera is looked at next; that of the scenario's own plan by default.
        seed: keys the looks that a risk-weighted plan draws.
        arm: name of the run in its log.

    Raises:
        ModelError: if the scenario has a part that is not played look by look, or the policy chooses a camera that is
            not the inspector's.
    """
    room = GlanceRoom(scenario, trace, policy or make_look_policy(scenario, seed=seed))
    room.play()
    if room.question is not None:
        raise ModelError("look policy: camera = None; expected an answer in place, or a GlanceRoom to resume")
    return Glances(log=room.log(arm=arm), n_looks=room.n_looks)


def _check_parts(scenario: Scenario) -> None:
    absent = {"zoom": None, "breaks": None, "vigilance": None, "archive": None, "rooms": ()}
    for name, nothing in absent.items():
        if getattr(scenario, name) != nothing:
            raise ModelError(f"scenario {scenario.name}: {name} is not played look by look; expected a scenario "
                             "without it")


@dataclass(slots=True, kw_only=True)
class _Watcher:
    """One inspector's post."""

    on_duty: bool = False
    cameras: tuple[int, ...] = ()
    free_since_s: float = 0.0
    watch_s: float = 0.0
    """Watch clock at ``free_since_s``."""
    slot: int = 0
    camera: int | None = None
    """Looked at in this slot; None until it is chosen."""
    takes_up: bool = False
    """Whether the next look goes on with the slot that is under way."""
    failed: set[int] = field(default_factory=set)
    """Sightlines that the look under way has failed to notice."""
    version: int = 0
    line: int | None = None
    """Sightline of the case in hand; None while watching."""
    phase: int = VERIFYING

    @property
    def is_free(self) -> bool:
        """Say whether they are on duty and watching."""
        return self.on_duty and self.line is None

    def watch_clock(self, t_s: float) -> float:
        """Return the watch clock at an instant."""
        return self.watch_s + (t_s - self.free_since_s) if self.is_free else self.watch_s


class GlanceRoom:
    """Plays one trace look by look; a policy that answers None stops it until ``resume``.

    Args:
        scenario: the model's numbers; a small world.
        trace: one replication's draws, of the same scenario.
        policy: which camera is looked at next.

    Raises:
        ModelError: if the scenario has a part that is not played look by look.
    """

    def __init__(self, scenario: Scenario, trace: Trace, policy: LookPolicy) -> None:
        _check_parts(scenario)
        self.question: NextLook | None = None
        self._scenario, self._trace, self._policy = scenario, trace, policy
        self._look_s = scenario.watching.look_s
        self._duties = duties(scenario)
        self._plans = plans_of(scenario)
        n_cameras = scenario.city.cameras.n_cameras
        self.rows: list[LogRow] = []
        self.n_looks = np.zeros(n_cameras, dtype=np.int64)
        self._looked_s = np.full(n_cameras, -math.inf)
        self._watchers = [_Watcher() for _ in range(sum(shift.inspectors for shift in scenario.shifts))]
        self._owner: dict[int, int] = {}
        self._in_view: list[list[int]] = [[] for _ in range(n_cameras)]
        self._known = [UNSEEN] * trace.n_incidents
        self._incident: list[int] = np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line)).tolist()
        self._looks_to_fail = [
            math.floor(budget / budget_per_look(p)) if p >= P_NEGLIGIBLE else NEVER
            for budget, p in zip(trace.line_budget.tolist(), trace.line_p_look.tolist(), strict=True)]
        by_order: dict[Order, Handler] = {
            Order.SHIFT: self._change_shift, Order.TASK_DONE: self._task_done, Order.OCCUR: self._occur,
            Order.NOTICE: self._look}
        self._agenda = Agenda([by_order.get(order, self._look) for order in Order])

    def play(self) -> None:
        """Play the scenario from its start."""
        for index, duty in enumerate(self._duties):
            self._agenda.at(duty.from_s, Order.SHIFT, index)
        for incident, t_s in enumerate(self._trace.occur_s.tolist()):
            self._agenda.at(t_s, Order.OCCUR, incident)
        self.go_on()

    def go_on(self) -> None:
        """Play to the end, or to the next look that the policy leaves open."""
        while self.question is None and self._agenda.peek() < self._scenario.duration_s:
            self._agenda.step()

    def resume(self, camera: int) -> None:
        """Let the look that is open fall on a camera.

        Raises:
            ModelError: if no look is open, or the camera is not the inspector's.
        """
        look, self.question = self.question, None
        if look is None:
            raise ModelError("resume: no look is open; expected to be called after the policy answered None")
        self._begin_look(look, camera)
        self._finish_look(look.t_s, look.inspector_id)

    def log(self, *, arm: str) -> EventLog:
        """Return the log so far, truth included."""
        played = EventLog.from_rows(self.rows, arm=arm)
        return finished_log(self._trace, played, arm=arm, until_s=self._scenario.duration_s)

    def _change_shift(self, t_s: float, duty: int, _: int) -> None:
        """Divide the cameras anew; who stays begins a fresh look in what is left of their slot."""
        plan, is_on = self._plans.plans[self._plans.of_duty[duty]], self._duties[duty].inspectors
        self._owner = {}
        for ident, watcher in enumerate(self._watchers):
            stays = watcher.on_duty and ident in is_on
            watcher.watch_s, watcher.free_since_s = watcher.watch_clock(t_s) if stays else 0.0, t_s
            watcher.on_duty, watcher.camera = ident in is_on, None
            watcher.slot = math.floor((watcher.watch_s + SAME_S) / self._look_s)
            watcher.cameras = tuple(np.flatnonzero(plan.owner == is_on.index(ident)).tolist()) if ident in is_on else ()
            self._owner.update(dict.fromkeys(watcher.cameras, ident))
        self._row(t_s, Name.SHIFT_CHANGE, value=float(len(is_on)))
        for ident in range(len(self._watchers)):
            self._go_on(t_s, ident)

    def _go_on(self, t_s: float, ident: int) -> None:
        """Let a free inspector look at once, in the slot that is under way on their watch clock."""
        watcher = self._watchers[ident]
        watcher.version += 1
        watcher.takes_up = True
        if watcher.is_free and watcher.cameras:
            self._agenda.at(t_s, Order.NOTICE, ident, watcher.version)

    def _occur(self, t_s: float, incident: int, _: int) -> None:
        """An incident begins; a look that is under way may fall on it at once."""
        first, end = self._trace.first_line[incident : incident + 2].tolist()
        for line in range(first, end):
            camera = int(self._trace.line_camera[line])
            self._in_view[camera].append(line)
            ident = self._owner.get(camera)
            if ident is not None and self._watchers[ident].is_free and self._watchers[ident].camera == camera:
                watcher = self._watchers[ident]
                if (watcher.slot + 1) * self._look_s > watcher.watch_clock(t_s) + SAME_S:
                    self._go_on(t_s, ident)

    def _look(self, t_s: float, ident: int, version: int) -> None:
        """A slot begins, or is taken up again."""
        watcher = self._watchers[ident]
        if version != watcher.version:
            return
        if not watcher.takes_up:
            watcher.slot, watcher.camera = watcher.slot + 1, None
        if watcher.camera is None:
            look = NextLook(inspector_id=ident, t_s=t_s, slot=watcher.slot, cameras=watcher.cameras,
                            looked_s=self._looked_s.copy())
            camera = self._policy.choose_camera(look)
            if camera is None:
                self.question = look
                return
            self._begin_look(look, camera)
        self._finish_look(t_s, ident)

    def _finish_look(self, t_s: float, ident: int) -> None:
        watcher = self._watchers[ident]
        watcher.takes_up = False
        if not self._notices(t_s, ident):
            watcher.version += 1
            wait_s = (watcher.slot + 1) * self._look_s - watcher.watch_s
            self._agenda.at(watcher.free_since_s + wait_s, Order.NOTICE, ident, watcher.version)

    def _begin_look(self, look: NextLook, camera: int) -> None:
        watcher, ident = self._watchers[look.inspector_id], look.inspector_id
        if camera not in watcher.cameras:
            raise ModelError(f"look policy: camera = {camera}; expected one of the {len(watcher.cameras)} of inspector "
                             f"{ident}, for example {watcher.cameras[0]}")
        watcher.camera, watcher.failed = camera, set()
        self.n_looks[camera] += 1
        self._looked_s[camera] = look.t_s

    def _notices(self, t_s: float, ident: int) -> bool:
        """Say whether the look under way begins a case; what it fails to notice it fails once."""
        watcher = self._watchers[ident]
        assert watcher.camera is not None, "a look has a camera"
        in_view = [line for line in self._in_view[watcher.camera]
                   if self._trace.line_end_s[line] >= t_s and self._looks_to_fail[line] != NEVER]
        self._in_view[watcher.camera] = in_view
        fresh = [line for line in in_view if line not in watcher.failed]
        for line in fresh:
            if self._looks_to_fail[line] == 0:
                self._looks_to_fail[line] = NEVER
                if self._known[self._incident[line]] == UNSEEN:
                    self._begin_case(t_s, ident, line)
                    return True
        for line in fresh:
            if self._looks_to_fail[line] != NEVER:
                self._looks_to_fail[line] -= 1
                watcher.failed.add(line)
        return False

    def _begin_case(self, t_s: float, ident: int, line: int) -> None:
        watcher, incident = self._watchers[ident], self._incident[line]
        watcher.watch_s = watcher.watch_clock(t_s)
        watcher.version += 1
        watcher.line, watcher.phase = line, VERIFYING
        self._known[incident] = IN_HAND
        self._case_row(t_s, Name.SHOWN, ident)
        self._agenda.at(t_s + float(self._trace.cases.verify_s[incident]), Order.TASK_DONE, ident)

    def _task_done(self, t_s: float, ident: int, _: int) -> None:
        """An inspector has decided, or has written the case down."""
        watcher = self._watchers[ident]
        assert watcher.line is not None, "a case ends only once"
        incident = self._incident[watcher.line]
        if watcher.phase == RECORDING:
            self._case_row(t_s, Name.RECORDED, ident)
        elif self._trace.cases.u_confirm[incident] < self._scenario.watching.p_confirm:
            self._known[incident], watcher.phase = CONFIRMED, RECORDING
            self._case_row(t_s, Name.CONFIRM, ident)
            self._agenda.at(t_s + float(self._trace.cases.record_s[incident]), Order.TASK_DONE, ident)
            return
        else:
            self._known[incident] = UNSEEN
            self._case_row(t_s, Name.REJECT, ident, value=0.0)
        watcher.line, watcher.free_since_s = None, t_s
        self._go_on(t_s, ident)

    def _case_row(self, t_s: float, name: Name, ident: int, value: float = math.nan) -> None:
        line = self._watchers[ident].line
        assert line is not None, "a case has a sightline"
        self._row(t_s, name, incident=self._incident[line], camera=int(self._trace.line_camera[line]),
                  inspector=ident, value=value)

    def _row(self, t_s: float, name: Name, *, incident: int = MISSING, camera: int = MISSING,
             inspector: int = MISSING, value: float) -> None:
        self.rows.append((t_s, int(name), incident, MISSING, MISSING, camera, inspector, MISSING, value))
