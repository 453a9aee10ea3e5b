"""The room of a session: a staged world in which people sit in every inspector's place, and what it shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.alerts import DrawnAlerts, draw_alerts
from sim.detector_model import DetectorParameters
from sim.engine import World
from sim.errors import InputError
from sim.input_records import Input, InputKind, Payload, Verdict
from sim.log import MISSING, LogRow, Name
from sim.questions import FREE
from sim.records import UnitState
from sim.refusal import Refusal
from sim.scenario import Scenario
from sim.state import CallState
from sim.trace import Trace, draw_trace
from watchfloor.training.exercise import Exercise, staged_scenario

Json = dict[str, Any]
ALERT_DELAY_S = (1.0, 2.0, 4.0)
"""Quantiles of how long the exercise's detector takes."""
RADIO_KEPT = 60
MAX_TRAINEES = 8
"""At one session."""
CLOSED_KEPT = 12
_SPOKEN = frozenset({Name.DISPATCH, Name.ACKNOWLEDGE, Name.ENROUTE, Name.ON_SCENE, Name.UNIT_CLEAR,
                     Name.CANCELED_ENROUTE, Name.OUT_OF_SERVICE, Name.BACK_IN_SERVICE})
"""Rows that are words on the radio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything of a session that people do not change."""

    exercise: Exercise
    scenario: Scenario
    trace: Trace
    alerts: DrawnAlerts | None


def make_stage(exercise: Exercise, scenario: Scenario, *, n_trainees: int = 1) -> Stage:
    """Stage an exercise.

    Args:
        exercise: what happens.
        scenario: the one that the exercise names.
        n_trainees: people who play it together; shifts with fewer inspectors get so many.

    Raises:
        InputError: if the exercise does not fit the scenario, or there are too many trainees.
    """
    if not 1 <= n_trainees <= MAX_TRAINEES:
        raise InputError("trainees", got=n_trainees, expected=f"1 to {MAX_TRAINEES}", do="open another session")
    staged = staged_scenario(exercise, scenario)
    staged = replace(staged, shifts=tuple(replace(shift, inspectors=max(shift.inspectors, n_trainees))
                                          for shift in staged.shifts))
    trace = draw_trace(staged, seed=exercise.seed)
    alerts = None
    if exercise.p_detect is not None:
        kinds = sorted({target.kind for target in exercise.targets} or {staged.kinds[0].name})
        alerts = draw_alerts(
            staged, trace, tuple(DetectorParameters(
                kind=kind, p_detect=exercise.p_detect, delay_quantiles_s=ALERT_DELAY_S,
                false_per_camera_h=exercise.false_per_camera_h / len(kinds)) for kind in kinds),
            equipped=np.array(sorted(set(exercise.cameras)), dtype=np.int32), seed=exercise.seed)
    return Stage(exercise=exercise, scenario=staged, trace=trace, alerts=alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A person's choice of unit, beside the best one at that instant."""

    inspector_id: int
    call_id: int
    t_s: float
    travel_s: float
    nearest_s: float

    @property
    def is_nearest(self) -> bool:
        """Say whether no free unit was nearer."""
        return self.travel_s <= self.nearest_s + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForm:
    """What a person writes when they confirm a case, beside its kind."""

    place: str = ""
    """In their own words."""
    note: str = ""
    clip: Json | None = None
    """Camera and span of the evidence: {camera_id, from_s, to_s}."""


class Room:
    """A world that people's inputs drive, and the inputs so far.

    Args:
        stage: what is played.
    """

    def __init__(self, stage: Stage) -> None:
        shifts = stage.scenario.shifts
        everybody = frozenset(range(sum(shift.inspectors for shift in shifts)))
        self.stage = stage
        self.world = World(stage.scenario, stage.trace, alerts=stage.alerts, arm="trainee", people=everybody)
        self.inputs: list[Input] = []
        self.orders: list[Order] = []
        self.radio: list[Json] = []
        self.closed: list[Json] = []
        self._n_read = 0
        self._call_kinds: dict[int, str] = {}
        self._call_forms: dict[int, CallForm] = {}
        self._form = CallForm()
        self._last_kind = ""

    def on_duty(self) -> tuple[int, ...]:
        """Return the inspectors on duty at the beginning."""
        return self.world.duty_table[0].inspectors

    def go_to(self, t_s: float) -> None:
        """Play up to an instant."""
        self.world.run(t_s)
        self._read_rows()

    def put(self, t_s: float, kind: InputKind, payload: Payload) -> Refusal | None:
        """Put something into the world now; return why nothing was done, or None where it was."""
        came = Input(seq=len(self.inputs), t_s=t_s, kind=kind, payload=payload)
        refusal = self.world.take_in(came)
        self.inputs.append(came)
        self._read_rows()
        return refusal

    def judge(self, t_s: float, verdict: Verdict, form: CallForm) -> Refusal | None:
        """Put a person's verdict into the world; the call that it makes keeps the form."""
        self._form = form
        refusal = self.put(t_s, InputKind.VERDICT, verdict)
        self._form = CallForm()
        return refusal

    def note_order(self, t_s: float, inspector_id: int, call_id: int, unit_id: int) -> None:
        """Keep how far the unit about to be sent is, and how far the nearest free one."""
        travel_s = self.travel_s(t_s, self.world.state.calls[call_id])
        if unit_id in travel_s:
            self.orders.append(Order(inspector_id=inspector_id, call_id=call_id, t_s=t_s, travel_s=travel_s[unit_id],
                                     nearest_s=min(travel_s.values())))

    def travel_s(self, t_s: float, case: CallState) -> dict[int, float]:
        """Return how long each free unit takes to a call."""
        world = self.world
        return {ident: world.units.travel_s(ident, world.questions.place(ident, t_s), case.junction)
                for ident in world.duty_table[world.state.duty].units if world.state.units[ident].state in FREE}

    def alerts(self, inspector: int) -> list[Json]:
        """Return the waiting alerts, what the inspector has in hand, and what was closed lately."""
        world, kinds = self.world, self.stage.scenario.kinds
        waiting = [{"alert_id": alert, "sighting_id": None, "camera_id": world.alerts.camera[alert],
                    "kind": kinds[world.alerts.kind[alert]].name, "detect_s": world.alerts.detect_s[alert],
                    "level": world.alerts.level[alert], "state": "waiting"} for alert in world.state.queued]
        held = [{"alert_id": case.alert, "sighting_id": case.sighting_id, "camera_id": case.camera,
                 "kind": kinds[case.kind].name, "level": None if case.alert is None else world.alerts.level[case.alert],
                 "detect_s": case.opened_s if case.alert is None else world.alerts.detect_s[case.alert],
                 "state": "taken"} for case in world.state.held.values() if case.inspector == inspector]
        return [*waiting, *held, *self.closed]

    def calls(self, t_s: float) -> list[Json]:
        """Return every call with its units and, where it waits, how far the free ones are."""
        return [self._call(t_s, ident, case) for ident, case in enumerate(self.world.state.calls)]

    def _call(self, t_s: float, ident: int, case: CallState) -> Json:
        roads, units = self.stage.scenario.city.roads, self.world.state.units
        sent = [unit for unit, status in enumerate(units) if status.call == ident]
        state = "waiting"
        if case.to_clear == 0:
            state = "cleared"
        elif any(units[unit].state in (UnitState.ON_SCENE, UnitState.COMMITTED) for unit in sent):
            state = "on_scene"
        elif sent:
            state = "dispatched"
        form = self._call_forms.get(ident, CallForm())
        return {"call_id": ident, "kind": self._call_kinds.get(ident), "priority": case.priority,
                "camera_id": case.camera, "x_m": float(roads.x_m[case.junction]),
                "y_m": float(roads.y_m[case.junction]), "place": form.place, "note": form.note, "clip": form.clip,
                "units": sent, "state": state,
                "travel_s": self.travel_s(t_s, case) if state != "cleared" else {}}

    def units(self, t_s: float) -> list[Json]:
        """Return where every unit is and what it does."""
        roads, world, found = self.stage.scenario.city.roads, self.world, []
        for ident, unit in enumerate(world.state.units):
            if unit.state in (UnitState.DISPATCHED, UnitState.EN_ROUTE):
                at = world.work.whereabouts(t_s, ident)
            elif unit.state in (UnitState.ON_SCENE, UnitState.COMMITTED):
                at = unit.junction
            else:
                at = world.questions.place(ident, min(t_s, self.stage.exercise.duration_s - 0.001))
            found.append({"unit_id": ident, "x_m": float(roads.x_m[at]), "y_m": float(roads.y_m[at]),
                          "state": unit.state.name.lower(), "call_id": unit.call})
        return found

    def truth(self, t_s: float) -> list[Json]:
        """Return what is truly to be seen now, by camera; for an instructor's eyes and a simulated trainee's."""
        world, kinds = self.world, self.stage.scenario.kinds
        found = []
        for line, camera in enumerate(world.line_camera):
            incident = world.line_incident[line]
            if world.occur_s[incident] <= t_s <= world.line_end_s[line]:
                found.append({"incident_id": incident, "camera_id": camera, "from_s": world.occur_s[incident],
                              "until_s": world.line_end_s[line], "px": self.line_px(line),
                              "kind": kinds[world.incident_kind[incident]].name})
        return found

    def line_px(self, line: int) -> float:
        """Return the pixels of what catches the eye, on a sightline's camera at its widest."""
        world, trace = self.world, self.stage.trace
        incident = world.line_incident[line]
        kind = self.stage.scenario.kinds[world.incident_kind[incident]]
        source, first = trace, 0
        if incident >= trace.n_incidents:
            source, first = world.injected[incident - trace.n_incidents], world.first_line[incident]
        return float(source.line_px[line - first]) * (kind.notice_size_m or kind.object_size_m) / kind.object_size_m

    def _read_rows(self) -> None:
        rows = self.world.state.rows
        for row in rows[self._n_read:]:
            self._hear(row)
        self._n_read = len(rows)

    def _hear(self, row: LogRow) -> None:
        t_s, number, _, alert, call, camera, _, unit, value = row
        name, kinds = Name(number), self.stage.scenario.kinds
        if name is Name.CONFIRM:
            self._last_kind = kinds[int(value)].name
        elif name is Name.CALL_CREATE:
            self._call_kinds[call], self._call_forms[call] = self._last_kind, self._form
        if name in (Name.CONFIRM, Name.REJECT):
            kind = self._last_kind if name is Name.CONFIRM else None
            self.closed.append({"alert_id": None if alert == MISSING else alert, "sighting_id": None,
                                "camera_id": camera, "kind": kind, "detect_s": t_s, "level": None,
                                "state": "confirmed" if name is Name.CONFIRM else "rejected"})
            del self.closed[:-CLOSED_KEPT]
        if name in _SPOKEN and unit != MISSING:
            self.say(t_s, f"unit {unit}", "", code=name.name.lower(), unit_id=unit,
                     call_id=None if call == MISSING else call,
                     **(self._read_back(call) if name is Name.ACKNOWLEDGE and call != MISSING else {}))

    def _read_back(self, call: int) -> dict[str, str | float | None]:
        """Return what a unit repeats of its order: what happens, and before which camera."""
        return {"kind": self._call_kinds.get(call), "camera_id": self.world.state.calls[call].camera}

    def say(self, t_s: float, who: str, text: str, **more: str | float | None) -> None:
        """Put a line on the radio."""
        self.radio.append({"t_s": t_s, "who": who, "text": text, **more})
        del self.radio[:-RADIO_KEPT]
