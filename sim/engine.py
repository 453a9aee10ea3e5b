"""The SimPy world: plays one trace, event by event, and leaves a log."""

from __future__ import annotations

import copy
import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from sim.agenda import Agenda, Entry, Handler, Order
from sim.alerts import DrawnAlerts
from sim.arrivals import Arrivals
from sim.city import F8
from sim.clock import Clock
from sim.control_room import ControlRoom
from sim.errors import ModelError
from sim.incident_tables import IncidentTables
from sim.input_records import Input
from sim.intake import Intake
from sim.log import MISSING, EventLog, Name
from sim.outages import CameraOutages
from sim.patrol import DutyDesk
from sim.plans import plans_of
from sim.policies import Action, AttentionPlanner, DecisionKind, DispatchPolicy, NearestPolicy
from sim.questions import Questions
from sim.refusal import Refusal
from sim.replanning import Replanning
from sim.rng import KeyedStreams
from sim.roster import duties, inspector_rooms, rests, room_staff
from sim.scenario import IncidentKind, Scenario
from sim.state import N_LEVELS, UNSEEN, InspectorState, UnitStatus, WorldState
from sim.tables import AlertTable, CaseDraw, PlanTable, city_lists, plan_tables
from sim.trace import Trace
from sim.travel import Travel
from sim.truth_log import finished_log
from sim.unit_shifts import UnitShifts
from sim.unit_tables import UnitTables
from sim.unit_work import UnitWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A world at one event, to be restored any number of times."""

    now_s: float
    entries: tuple[Entry, ...]
    state: WorldState
    n_alerts: int
    n_incidents: int


class World(IncidentTables):
    """One city and its control room on one trace.

    All randomness is in the trace and the drawn alerts, so the same trace, alerts, policy and inputs always give
    the same log.

    Args:
        scenario: the model's numbers.
        trace: one replication's draws, of the same scenario.
        alerts: what the detectors raise; None where there are none.
        policy: who is sent; the nearest free unit by default.
        attention: how often each camera is looked at, asked every quarter of an hour; None keeps the scenario's plan.
        fallback: who decides once the policy has raised or chosen what it may not; None lets the error through. Where
            there is one, an attention planner that raises is asked no more, and its last plan holds.
        travel: driving times, shared between worlds of one city.
        arm: name of the run in its log.
        seed: keys the handling of live alerts, which no trace holds.
        people: inspectors in whose places people sit; what they see and decide comes by inputs only.
        badges: units outside, known by their badges; what they do comes by inputs only.

    Raises:
        ModelError: if a person's or a badge's place does not exist.
    """

    def __init__(
        self, scenario: Scenario, trace: Trace, *, alerts: DrawnAlerts | None = None,
        policy: DispatchPolicy | None = None, travel: Travel | None = None, arm: str = "inspectors", seed: int = 0,
        people: frozenset[int] = frozenset(), badges: frozenset[int] = frozenset(),
        fallback: DispatchPolicy | None = None, attention: AttentionPlanner | None = None,
    ) -> None:
        self.scenario = scenario
        self.arm = arm
        self.policy, self.fallback, self.attention = policy or NearestPolicy(), fallback, attention
        self.travel = travel or Travel(scenario.city.roads)
        super().__init__(trace)
        self.people, self.badges = people, badges
        self._trace = trace
        self.duty_table = duties(scenario)
        self.rests = rests(scenario)
        self.inspector_room = inspector_rooms(scenario)
        self.room_staff = room_staff(scenario, self.duty_table)
        self.camera_room = scenario.camera_rooms()
        plans = plans_of(scenario)
        self._plans, self._plan_of_duty = plan_tables(plans), plans.of_duty
        self.look_s = scenario.watching.look_s
        self.alerts = AlertTable(alerts)
        self._load_trace(trace)
        n_inspectors, n_rooms = len(self.inspector_room), max(1, len(scenario.rooms))
        self.state = WorldState(
            inspectors=[InspectorState() for _ in range(n_inspectors)],
            units=[UnitStatus() for _ in range(sum(shift.units for shift in scenario.shifts))],
            known=[UNSEEN] * trace.n_incidents,
            levels=[[deque() for _ in range(N_LEVELS)] for _ in range(n_rooms)], n_queued=[0] * n_rooms,
        )
        _check_places("people", people, n_inspectors)
        _check_places("badges", badges, len(self.state.units))
        self._intake = Intake(self, KeyedStreams(seed))
        self.questions, self.replanning = Questions(self), Replanning(self)
        self.room, self.desk = ControlRoom(self), DutyDesk(self)
        self.work, self.shifts = UnitWork(self), UnitShifts(self)
        self.arrivals = Arrivals(self, trace)
        self.agenda = Agenda(self._handlers())
        for index, duty in enumerate(self.duty_table):
            self.agenda.at(duty.from_s, Order.SHIFT, index)
        self.arrivals.begin()
        self.replanning.begin_asking()

    def _load_trace(self, trace: Trace) -> None:
        self.post_junction: list[list[int]] = trace.post_junction.tolist()
        self.camera_junction, self.junction_district = city_lists(self.scenario.city)
        searches = trace.searches
        self.search_s: list[float] = searches.duration_s.tolist() if searches else []
        self.search_solved: list[bool] = searches.solved.tolist() if searches else []
        self.units = UnitTables(self.scenario, trace.units, occur_s=self.occur_s, cases=self.cases, alerts=self.alerts,
                                travel=self.travel)

    @property
    def now_s(self) -> float:
        """Scenario second of the latest event."""
        return float(self.agenda.now)

    @property
    def next_shift_s(self) -> float:
        """Scenario second of the next change of staff; infinite after the last."""
        following = self.state.duty + 1
        return self.duty_table[following].from_s if following < len(self.duty_table) else math.inf

    def plan(self, duty: int) -> PlanTable:
        """Return the attention plan that holds: an attention policy's latest, or that of an entry of the roster."""
        return self.state.plan or self._plans[self._plan_of_duty[duty]]

    def owner(self, duty: int, line: int) -> int | None:
        """Return the inspector who watches a sightline's camera."""
        return self.camera_owner(duty, self.line_camera[line])

    def camera_owner(self, duty: int, camera: int) -> int | None:
        """Return the inspector who watches a camera under one entry of the roster."""
        place = self.plan(duty).owner[camera]
        return None if place < 0 else self.duty_table[duty].inspectors[place]

    def is_drawn(self, alert: int) -> bool:
        """Say whether an alert is part of the replication, and not from a live camera."""
        return alert < self.arrivals.n_alerts

    def case_kind(self, incident: int | None, alert: int | None) -> IncidentKind:
        """Return the kind of a case: the truth's if there is an incident, else what the alert claims."""
        if incident is not None:
            return self.scenario.kinds[self.incident_kind[incident]]
        assert alert is not None, "a case has an incident or an alert"
        return self.scenario.kinds[self.alerts.kind[alert]]

    def case_draws(self, incident: int | None, alert: int | None) -> CaseDraw:
        """Return the draws for handling a case."""
        if incident is not None:
            return self.cases[incident]
        assert alert is not None, "a case has an incident or an alert"
        return self.alerts.cases[alert]

    def row(
        self, t_s: float, name: Name, *, incident: int | None = None, alert: int | None = None,
        call: int | None = None, camera: int | None = None, inspector: int | None = None, unit: int | None = None,
        value: float | None = None,
    ) -> None:
        """Write one row of the log."""
        self.state.rows.append((
            t_s, int(name), MISSING if incident is None else incident, MISSING if alert is None else alert,
            MISSING if call is None else call, MISSING if camera is None else camera,
            MISSING if inspector is None else inspector, MISSING if unit is None else unit,
            math.nan if value is None else value))

    def _handlers(self) -> list[Handler]:
        by_order: dict[Order, Handler] = {
            Order.SHIFT: self._change_shift,
            Order.BREAK: self.arrivals.rest,
            Order.SERVICE: self.shifts.service,
            Order.TASK_DONE: self.room.task_done,
            Order.UNIT: self.work.step,
            Order.ALERT_END: self.room.alert_end,
            Order.OCCUR: self.arrivals.occur,
            Order.NOTICE: self.room.notice,
            Order.ALERT: self.arrivals.alert,
            Order.SEARCH: self.arrivals.search,
            Order.PUBLIC_CALL: self.desk.public_call,
            Order.CALL_READY: self.desk.call_ready,
            Order.PLAN: self.replanning.ask,
        }
        return [by_order[order] for order in Order]

    def _change_shift(self, t_s: float, duty: int, _: int) -> None:
        self.room.change_shift(t_s, self.state.duty, duty)
        if not self.duty_table[duty].is_shift:
            return
        self.row(t_s, Name.SHIFT_CHANGE, value=float(len(self.duty_table[duty].inspectors)))
        self.shifts.change_shift(t_s, duty)

    def run(self, until_s: float | None = None, *, clock: Clock | None = None) -> None:
        """Play events due before ``until_s`` (the scenario's end by default).

        Stops early where the policy answers None; ``resume`` goes on. A clock may bring outside inputs.
        """
        end_s = self.scenario.duration_s if until_s is None else until_s
        if clock is None:
            while self.state.question is None and self.agenda.peek() < end_s:
                self.agenda.step()
            self._played_to(end_s)
            return
        while self.state.question is None:
            due_s = self.agenda.peek()
            came = clock.wait_until(min(due_s, end_s))
            if came is not None:
                self.take_in(came)
            elif due_s < end_s:
                self.agenda.step()
            else:
                break
        self._played_to(end_s)

    def _played_to(self, end_s: float) -> None:
        if self.state.question is None:
            self.state.played_s = end_s
            if end_s >= self.scenario.duration_s:
                self.replanning.end(end_s)

    def take_in(self, came: Input) -> Refusal | None:
        """Take in an outside stimulus at its instant, before all else that is due then.

        Returns:
            Why nothing was done, which the log says too; None where it was done.

        Raises:
            ModelError: if it lies in the past, or its payload does not belong to its kind.
        """
        return self._intake.take_in(came)

    @property
    def outages(self) -> CameraOutages:
        """When cameras give no picture in this replication."""
        return self._trace.outages

    def has_camera(self, camera: int) -> bool:
        """Say whether there is such a camera."""
        return 0 <= camera < self.scenario.city.cameras.n_cameras

    def kind_of(self, name: str) -> int | None:
        """Return the index of an incident kind; None where the scenario has no such kind."""
        return next((index for index, kind in enumerate(self.scenario.kinds) if kind.name == name), None)

    def resume(self, action: Action | F8) -> None:
        """Answer the question that stopped the pump: with rates of looks if it was ATTENTION, else with a position.

        Raises:
            ModelError: if nothing was asked, or the answer may not be given.
        """
        question = self.state.question
        if question is None:
            raise ModelError("resume: no question is open; expected to be called after the policy answered None")
        self.state.question = None
        if question.kind is DecisionKind.ATTENTION:
            self.replanning.adopt(question.t_s, np.asarray(action))
        else:
            self.desk.answer(question.t_s, question, int(action))
        self.desk.go_on(question.t_s)

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that may change."""
        return Snapshot(now_s=self.now_s, entries=tuple(self.agenda.entries()), state=copy.deepcopy(self.state),
                        n_alerts=len(self.alerts.detect_s), n_incidents=self.n_incidents)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this world."""
        self.state = copy.deepcopy(snapshot.state)
        self.agenda = self.agenda.restored(snapshot.now_s, list(snapshot.entries))
        self.alerts.cut(snapshot.n_alerts)
        self.cut_incidents(snapshot.n_incidents)

    def log(self) -> EventLog:
        """Return the log so far, truth included, in order of time."""
        played = EventLog.from_rows(self.state.rows, arm=self.arm)
        return finished_log(self._trace, played, arm=self.arm, injected=self.injected,
                            until_s=max(self.now_s, self.state.input_s, self.state.played_s))


def _check_places(what: str, chosen: frozenset[int], n_places: int) -> None:
    unknown = sorted(ident for ident in chosen if not 0 <= ident < n_places)
    if unknown:
        raise ModelError(f"World: {what} = {unknown}; expected places 0 to {n_places - 1} of the roster")
