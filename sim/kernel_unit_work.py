"""The compiled steps of a unit's work: ``unit_work``, function by function, on arrays of records."""

from __future__ import annotations

import math

from sim.attempts import Part
from sim.compiled import compiled_in_place, constant
from sim.kernel_attending import attend
from sim.kernel_layout import MAY_SERVE, NONE, Desk, Out, Record, Room
from sim.kernel_units import (
    CANCELED_ENROUTE,
    DISPATCHED,
    EN_ROUTE,
    RETURNING,
    attempt_draws,
    attempt_u,
    call_draws,
    leave,
    rest_if_due,
    set_state,
    then,
    unit_row,
    whereabouts,
)
from sim.log import DISPOSITIONS, Name
from sim.records import Disposition, UnitState
from sim.state import STEP_BITS

ACKNOWLEDGE, ENROUTE, ON_SCENE = constant(Name.ACKNOWLEDGE), constant(Name.ENROUTE), constant(Name.ON_SCENE)
UNIT_CLEAR, UNIT_FREE = constant(Name.UNIT_CLEAR), constant(Name.UNIT_FREE)
INCIDENT_CLEAR, JOIN = constant(Name.INCIDENT_CLEAR), constant(Name.JOIN)
OFF_DUTY, AT_SCENE = constant(UnitState.OFF_DUTY), constant(UnitState.ON_SCENE)
COMMITTED = constant(UnitState.COMMITTED)
EVIDENCE, JOINS = constant(Part.EVIDENCE), constant(Part.JOIN)
UNFOUNDED, UNABLE, GONE, ARREST, CITATION, WARNING = (DISPOSITIONS.index(item) for item in (
    Disposition.UNFOUNDED, Disposition.UNABLE_TO_LOCATE, Disposition.GONE_ON_ARRIVAL, Disposition.ARREST,
    Disposition.CITATION, Disposition.WARNING))
CANCELED = float(DISPOSITIONS.index(Disposition.CANCELED))


@compiled_in_place
def _outcome(room: Room, desk: Desk, t_s: float, call: Record, u: float) -> int:
    """Mirror ``UnitWork._outcome``."""
    if call.public != NONE:
        rules = desk.rules[0]
        if u < rules.p_unfounded:
            return UNFOUNDED
        if u < rules.to_arrest:
            return ARREST
        return CITATION if u < rules.to_citation else WARNING
    if call.incident == NONE:
        return UNFOUNDED
    if t_s > room.incidents[call.incident].leaves_s:
        return UNABLE if room.incidents[call.incident].persists else GONE
    kind = room.kinds[room.incidents[call.incident].kind]
    if u < kind.p_arrest:
        return ARREST
    return CITATION if u < kind.p_arrest + kind.p_citation else WARNING


@compiled_in_place
def _arrive(out: Out, room: Room, desk: Desk, t_s: float, ident: int) -> None:
    """Mirror ``UnitWork._arrive``."""
    unit = desk.units[ident]
    call = room.calls[unit.call]
    set_state(desk, ident, AT_SCENE)
    unit_row(out, room, desk, t_s, ON_SCENE, ident, unit.out_s)
    unit.outcome = _outcome(room, desk, t_s, call, call_draws(room, desk, call).u_disposition)
    unit.attended = 0
    if unit.wears_badge and call.public == NONE and attend(out, room, t_s, unit.call):
        unit.attended = 1
        if attempt_u(room, desk, call, unit.attempt, JOINS) < desk.rules[0].p_join:
            unit_row(out, room, desk, t_s, JOIN, ident, math.nan)
    then(out, desk, t_s + unit.scene_s, ident, UNIT_CLEAR)


@compiled_in_place
def _clear(out: Out, room: Room, desk: Desk, t_s: float, ident: int) -> None:
    """Mirror ``UnitWork._clear``."""
    unit, rules = desk.units[ident], desk.rules[0]
    call = room.calls[unit.call]
    set_state(desk, ident, COMMITTED)
    complete = math.nan
    if rules.has_badges:
        p_evidence = rules.p_evidence_attended if unit.attended else rules.p_evidence
        met = unit.outcome == CITATION or unit.outcome == WARNING or unit.outcome == ARREST
        u = attempt_u(room, desk, call, unit.attempt, EVIDENCE)
        complete = 1.0 if met and u < p_evidence else 0.0
    unit_row(out, room, desk, t_s, UNIT_CLEAR, ident, complete)
    call.to_clear -= 1
    if call.to_clear == 0:
        unit_row(out, room, desk, t_s, INCIDENT_CLEAR, ident, float(unit.outcome))


@compiled_in_place
def _free(out: Out, desk: Desk, t_s: float, ident: int) -> None:
    """Mirror ``UnitWork.free``."""
    unit = desk.units[ident]
    unit.version += 1
    set_state(desk, ident, RETURNING if unit.on_duty else OFF_DUTY)
    if not rest_if_due(out, desk, t_s, ident):
        desk.number[MAY_SERVE] = 1


@compiled_in_place
def step_unit(out: Out, room: Room, desk: Desk, t_s: float, ident: int, version: int) -> None:
    """Mirror ``UnitWork.step``."""
    unit = desk.units[ident]
    if version >> STEP_BITS != unit.version:
        return
    step = version & ((1 << STEP_BITS) - 1)
    call = room.calls[unit.call]
    draws = attempt_draws(room, desk, call, unit.attempt)
    if step == ACKNOWLEDGE:
        unit_row(out, room, desk, t_s, ACKNOWLEDGE, ident, math.nan)
        then(out, desk, t_s + (0.0 if unit.rolling else draws.turnout_s), ident, ENROUTE)
    elif step == ENROUTE:
        set_state(desk, ident, EN_ROUTE)
        unit.began_s = t_s
        unit_row(out, room, desk, t_s, ENROUTE, ident, math.nan)
        then(out, desk, t_s + unit.out_s, ident, ON_SCENE)
    elif step == ON_SCENE:
        _arrive(out, room, desk, t_s, ident)
    elif step == UNIT_CLEAR:
        _clear(out, room, desk, t_s, ident)
        then(out, desk, t_s + draws.paperwork_s, ident, UNIT_FREE)
    elif step == UNIT_FREE:
        unit_row(out, room, desk, t_s, UNIT_FREE, ident, math.nan)
        unit.back_s = t_s + unit.out_s
        _free(out, desk, t_s, ident)
    elif unit.state == DISPATCHED or unit.state == EN_ROUTE:
        call.to_clear -= 1
        unit_row(out, room, desk, t_s, CANCELED_ENROUTE, ident, 0.0)
        unit_row(out, room, desk, t_s, INCIDENT_CLEAR, ident, CANCELED)
        leave(desk, t_s, ident, whereabouts(desk, t_s, ident))
        _free(out, desk, t_s, ident)
