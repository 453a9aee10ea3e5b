"""What comes into a running world from outside, and why some of it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agenda import Order as Due
from sim.alerts import FALSE_ENTITY
from sim.case_draws import CaseDraws, draw_cases
from sim.errors import ModelError
from sim.injection import draw_injected
from sim.input_records import (
    SOURCE_STATES,
    FeedReport,
    Injection,
    Input,
    Order,
    Take,
    TileView,
    UnitReport,
    UnitStep,
    Verdict,
    Zoom,
)
from sim.inputs import PAYLOADS
from sim.log import DISPOSITIONS, REFUSALS, Name
from sim.records import Alert, Sighting, UnitState
from sim.refusal import Refusal
from sim.rng import KeyedStreams
from sim.seats import Seats
from sim.state import UNSEEN
from sim.tables import CaseTable

if TYPE_CHECKING:
    from sim.engine import World

REPORTED = 1.0
"""The ``value`` of an outage's row that a feed reported."""
STEPS = tuple(UnitStep)


class Intake:
    """Takes inputs in on a world's state; holds nothing of its own that changes.

    Args:
        world: which takes them in.
        streams: key the draws of what no trace holds.
    """

    def __init__(self, world: World, streams: KeyedStreams) -> None:
        self._world = world
        self._streams = streams
        self._seats = Seats(world)

    def take_in(self, came: Input) -> Refusal | None:
        """Take an input in at its instant; return why nothing was done, or None where it was.

        Raises:
            ModelError: if it lies in the past, or its payload does not belong to its kind.
        """
        world, state = self._world, self._world.state
        now_s = max(world.now_s, state.input_s)
        if came.t_s < now_s:
            raise ModelError(f"input {came.seq}: t_s = {came.t_s}; expected no earlier than now, {now_s}")
        if state.question is not None:
            raise ModelError(f"input {came.seq}: the policy's question about call {state.question.call_id} is open; "
                             "expected World.resume first")
        expected = PAYLOADS.get(came.kind)
        if expected is None or not isinstance(came.payload, expected):
            wanted = "one of " + ", ".join(PAYLOADS) if expected is None else f"a payload {expected.__name__}"
            raise ModelError(f"input {came.seq}: kind = {came.kind}, payload = {came.payload}; expected {wanted}")
        state.n_inputs += 1
        state.input_s = came.t_s
        if isinstance(came.payload, Alert):
            refusal = self._alert(came, came.payload)
        else:
            world.row(came.t_s, Name.INPUT, value=float(came.seq), **_concerned(came.payload))
            refusal = self._other(came)
        if refusal is not None:
            world.row(came.t_s, Name.REFUSED, value=float(REFUSALS.index(refusal)), **_concerned(came.payload))
        return refusal

    def _other(self, came: Input) -> Refusal | None:
        t_s, seats = came.t_s, self._seats
        match came.payload:
            case Sighting() as sighting:
                return seats.see(t_s, sighting, CaseTable(self._draws(came.seq))[0])
            case Take() as take:
                return seats.take(t_s, take)
            case Zoom() as zoom:
                return seats.zoom(t_s, zoom)
            case TileView() as view:
                return seats.show(t_s, view)
            case Verdict() as verdict:
                return seats.judge(t_s, verdict)
            case Order() as order:
                return seats.order(t_s, order)
            case UnitReport() as report:
                return self._unit(t_s, report)
            case FeedReport() as report:
                return self._feed(t_s, report)
            case Injection() as injection:
                return self._inject(came, injection)
        raise AssertionError("every kind of payload is handled above")

    def _draws(self, seq: int) -> CaseDraws:
        return draw_cases(self._world.scenario, self._streams, np.array([2 * FALSE_ENTITY + seq], dtype=np.int64))

    def _alert(self, came: Input, alert: Alert) -> Refusal | None:
        world, t_s = self._world, came.t_s
        kind = world.kind_of(alert.kind)
        known = kind is not None and world.has_camera(alert.camera_id)
        if kind is None or not known:
            world.row(t_s, Name.INPUT, value=float(came.seq), **_concerned(alert))
            return Refusal.UNKNOWN_KIND if kind is None else Refusal.UNKNOWN_CAMERA
        index = world.alerts.append(camera=alert.camera_id, kind=kind, detect_s=t_s, level=alert.level,
                                    cases=self._draws(came.seq))
        world.row(t_s, Name.INPUT, alert=index, camera=alert.camera_id, value=float(came.seq))
        world.agenda.at(t_s, Due.ALERT, index)
        return None

    def _feed(self, t_s: float, report: FeedReport) -> Refusal | None:
        world, dark = self._world, self._world.state.dark
        if not world.has_camera(report.camera_id):
            return Refusal.UNKNOWN_CAMERA
        has_changed = report.is_seen == (report.camera_id in dark)
        if not has_changed and report.state is None:
            return Refusal.NO_CHANGE
        if report.state is not None:
            world.row(t_s, Name.FEED, camera=report.camera_id, value=float(SOURCE_STATES.index(report.state)))
        if has_changed:
            dark.symmetric_difference_update((report.camera_id,))
            world.row(t_s, Name.OUTAGE_END if report.is_seen else Name.OUTAGE_START, camera=report.camera_id,
                      value=REPORTED)
        return None

    def _inject(self, came: Input, injection: Injection) -> Refusal | None:
        world = self._world
        if injection.camera_id is not None and not world.has_camera(injection.camera_id):
            return Refusal.UNKNOWN_CAMERA
        if world.kind_of(injection.kind) is None:
            return Refusal.UNKNOWN_KIND
        one = draw_injected(world.scenario, self._streams, injection, t_s=came.t_s, seq=came.seq,
                            outages=world.outages)
        if one is None:
            return Refusal.NOT_IN_VIEW
        world.state.known.append(UNSEEN)
        world.room.occur(came.t_s, world.add_incident(one))
        return None

    def _unit(self, t_s: float, said: UnitReport) -> Refusal | None:
        world = self._world
        if not 0 <= said.unit_id < len(world.state.units):
            return Refusal.UNKNOWN_UNIT
        if said.unit_id not in world.badges:
            return Refusal.NOT_A_BADGE
        unit = world.state.units[said.unit_id]
        if unit.call is None or unit.call != said.call_id:
            return Refusal.NOT_ITS_CALL
        if STEPS.index(said.report) < unit.n_reported:
            return Refusal.OUT_OF_TURN
        unit.n_reported = STEPS.index(said.report) + 1
        if said.report is UnitStep.ACKNOWLEDGE:
            world.work.row(t_s, Name.ACKNOWLEDGE, said.unit_id)
        elif said.report is UnitStep.ENROUTE:
            unit.state, unit.began_s = UnitState.EN_ROUTE, t_s
            world.work.row(t_s, Name.ENROUTE, said.unit_id)
        elif said.report is UnitStep.ON_SCENE:
            unit.out_s = t_s - unit.began_s
            unit.state = UnitState.ON_SCENE
            world.work.row(t_s, Name.ON_SCENE, said.unit_id, unit.out_s)
        else:
            value = None if said.disposition is None else float(DISPOSITIONS.index(said.disposition))
            world.work.clear_reported(t_s, said.unit_id, value)
        return None


def _concerned(payload: Any) -> dict[str, int | None]:
    """Return whom an input concerns, as a row's columns; an alert has no number of the log's yet."""
    columns = ("call", "camera", "inspector", "unit") if isinstance(payload, Alert) else (
        "alert", "call", "camera", "inspector", "unit")
    return {column: getattr(payload, f"{column}_id", None) for column in columns}
