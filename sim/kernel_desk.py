"""The compiled duty desk and patrols: ``patrol``, function by function, on arrays of records."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled
from sim.kernel_heaps import due_push, waiting_pop, waiting_push
from sim.kernel_layout import DUTY, N_WAITING, NONE, Desk, Out, Room, constant
from sim.kernel_watch import case_of, write_row
from sim.log import DISPOSITIONS, Name
from sim.records import Disposition, UnitState
from sim.travel import slot_of_row

UNIT = constant(Order.UNIT)
DISPATCH, ACKNOWLEDGE, ENROUTE = constant(Name.DISPATCH), constant(Name.ACKNOWLEDGE), constant(Name.ENROUTE)
ON_SCENE, UNIT_CLEAR, UNIT_FREE = constant(Name.ON_SCENE), constant(Name.UNIT_CLEAR), constant(Name.UNIT_FREE)
INCIDENT_CLEAR = constant(Name.INCIDENT_CLEAR)
OFF_DUTY, AVAILABLE = constant(UnitState.OFF_DUTY), constant(UnitState.AVAILABLE)
RETURNING, AT_WORK = constant(UnitState.RETURNING), constant(UnitState.DISPATCHED)
UNFOUNDED, UNABLE, GONE, ARREST, CITATION, WARNING = (DISPOSITIONS.index(item) for item in (
    Disposition.UNFOUNDED, Disposition.UNABLE_TO_LOCATE, Disposition.GONE_ON_ARRIVAL, Disposition.ARREST,
    Disposition.CITATION, Disposition.WARNING))
NEAREST, DISTRICT_FIRST = 0, 1


@compiled
def _place(desk: Desk, ident: int, t_s: float, post_s: float) -> int:
    """Mirror ``DutyDesk.place``."""
    if t_s < desk.units[ident].back_s:
        return desk.units[ident].junction
    return desk.post_junction[ident, math.floor(t_s / post_s)]


@compiled
def _choose(out: Out, room: Room, desk: Desk, t_s: float, junction: int) -> tuple[int, int]:
    """Return (unit, deciseconds) that the policy chooses; the unit is −1 where none is free."""
    duty, choice = room.duties[out.number[DUTY]], room.choice[0]
    slot, best, best_ds, best_foreign = -1, -1, 0, 0
    for place in range(duty.first_unit, duty.end_unit):
        ident = desk.unit_posts[place]
        if desk.units[ident].state == AVAILABLE or desk.units[ident].state == RETURNING:
            if slot < 0:
                slot = int(slot_of_row(desk.store, junction))
            at = _place(desk, ident, t_s, choice.post_s)
            away_ds = int(desk.store.rows[slot, at])
            foreign = 0
            if choice.policy == DISTRICT_FIRST and desk.junction_district[at] != desk.junction_district[junction]:
                foreign = 1
            if best < 0 or foreign < best_foreign or (foreign == best_foreign and away_ds < best_ds):
                best, best_ds, best_foreign = ident, away_ds, foreign
    return best, best_ds


@compiled
def _serve(out: Out, room: Room, desk: Desk, t_s: float) -> None:
    """Mirror ``DutyDesk.serve`` and ``DutyDesk.send``."""
    while out.number[N_WAITING] > 0:
        number = desk.waiting[0] & 0xFFFFFFFF
        call = room.calls[number]
        ident, away_ds = _choose(out, room, desk, t_s, call.junction)
        if ident < 0:
            return
        waiting_pop(desk.waiting, out.number)
        draws = case_of(call.incident, call.alert, room.incident_cases, room.alert_cases)
        unit = desk.units[ident]
        unit.state = AT_WORK
        unit.call = number
        unit.junction = call.junction
        unit.out_s = away_ds / 10.0 * draws.travel_factor
        write_row(out, t_s, DISPATCH, call.incident, call.alert, number, call.camera, NONE, ident, math.nan)
        due_push(out, t_s + draws.acknowledge_s, UNIT, ident, ACKNOWLEDGE)


@compiled
def call_ready(out: Out, room: Room, desk: Desk, t_s: float, call: int) -> None:
    """Mirror ``DutyDesk.call_ready``."""
    waiting_push(desk.waiting, out.number, (int(room.calls[call].priority) << 32) | call)
    _serve(out, room, desk, t_s)


@compiled
def _outcome(room: Room, t_s: float, incident: int, u: float) -> int:
    """Mirror ``DutyDesk._outcome``."""
    if incident == NONE:
        return UNFOUNDED
    if t_s > room.incidents[incident].leaves_s:
        return UNABLE if room.incidents[incident].persists else GONE
    kind = room.kinds[room.incidents[incident].kind]
    if u < kind.p_arrest:
        return ARREST
    return CITATION if u < kind.p_arrest + kind.p_citation else WARNING


@compiled
def step_unit(out: Out, room: Room, desk: Desk, t_s: float, ident: int, step: int) -> None:
    """Mirror ``DutyDesk.unit``."""
    unit = desk.units[ident]
    number = unit.call
    call = room.calls[number]
    draws = case_of(call.incident, call.alert, room.incident_cases, room.alert_cases)
    value = unit.out_s if step == ON_SCENE else math.nan
    write_row(out, t_s, step, call.incident, call.alert, number, call.camera, NONE, ident, value)
    if step == ACKNOWLEDGE:
        due_push(out, t_s + draws.turnout_s, UNIT, ident, ENROUTE)
    elif step == ENROUTE:
        due_push(out, t_s + unit.out_s, UNIT, ident, ON_SCENE)
    elif step == ON_SCENE:
        unit.outcome = _outcome(room, t_s, call.incident, draws.u_disposition)
        due_push(out, t_s + draws.scene_s, UNIT, ident, UNIT_CLEAR)
    elif step == UNIT_CLEAR:
        write_row(out, t_s, INCIDENT_CLEAR, call.incident, call.alert, number, call.camera, NONE, ident,
                  float(unit.outcome))
        due_push(out, t_s + draws.paperwork_s, UNIT, ident, UNIT_FREE)
    else:
        unit.back_s = t_s + unit.out_s
        unit.state = RETURNING if unit.on_duty else OFF_DUTY
        _serve(out, room, desk, t_s)


@compiled
def change_units(out: Out, room: Room, desk: Desk, t_s: float, duty: int) -> None:
    """Mirror ``DutyDesk.change_shift``."""
    for ident in range(desk.units.size):
        desk.units[ident].on_duty = 0
    for place in range(room.duties[duty].first_unit, room.duties[duty].end_unit):
        desk.units[desk.unit_posts[place]].on_duty = 1
    for ident in range(desk.units.size):
        unit = desk.units[ident]
        if unit.on_duty and unit.state == OFF_DUTY:
            unit.state = AVAILABLE
            unit.back_s = t_s
        elif not unit.on_duty and (unit.state == AVAILABLE or unit.state == RETURNING):
            unit.state = OFF_DUTY
    _serve(out, room, desk, t_s)
