"""What every part of the compiled patrols needs: units' places, the free ones, their draws, and their next steps."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.attempts import Part, attempt_draw, attempt_uniform
from sim.case_draws import draw_case
from sim.compiled import compiled_in_place, constant
from sim.kernel_heaps import due_push, waiting_push
from sim.kernel_layout import N_FREE, N_WAITING, NONE, Desk, Out, Record, Room
from sim.kernel_watch import case_of, write_row
from sim.log import Name
from sim.records import UnitState
from sim.state import ANNOUNCED, DECIDED, ENDS, STEP_BITS
from sim.unit_draws import MEAL, by_badge_s, speed_at
from sim.way import place_on_way

UNIT, SERVICE, CALL_READY = constant(Order.UNIT), constant(Order.SERVICE), constant(Order.CALL_READY)
DISPATCH, ACKNOWLEDGE = constant(Name.DISPATCH), constant(Name.ACKNOWLEDGE)
CANCELED_ENROUTE = constant(Name.CANCELED_ENROUTE)
BREAK_START, OUT_OF_SERVICE = constant(Name.BREAK_START), constant(Name.OUT_OF_SERVICE)
AVAILABLE, RETURNING = constant(UnitState.AVAILABLE), constant(UnitState.RETURNING)
DISPATCHED, EN_ROUTE = constant(UnitState.DISPATCHED), constant(UnitState.EN_ROUTE)
AWAY = constant(UnitState.OUT_OF_SERVICE)
CANCEL = constant(Part.CANCEL)
WAITING, RESTED = constant(N_WAITING), constant(ENDS)
ASKED, GIVEN = constant(ANNOUNCED), constant(DECIDED)


@compiled_in_place
def announce(out: Out, room: Room, t_s: float, call: int, handover_s: float) -> None:
    """Mirror ``DutyDesk.announce``."""
    if room.choice[0].has_officers:
        due_push(out, t_s, CALL_READY, call, ASKED)
    else:
        due_push(out, t_s + handover_s, CALL_READY, call, GIVEN)


@compiled_in_place
def set_state(desk: Desk, ident: int, state: int) -> None:
    """Give a unit a state, and keep the list of free ones."""
    unit = desk.units[ident]
    unit.state = state
    is_free = state in (AVAILABLE, RETURNING)
    if is_free and unit.free_place < 0:
        unit.free_place = desk.number[N_FREE]
        desk.candidates[unit.free_place].free = ident
        desk.number[N_FREE] += 1
    elif not is_free and unit.free_place >= 0:
        desk.number[N_FREE] -= 1
        last = desk.candidates[desk.number[N_FREE]].free
        desk.candidates[unit.free_place].free = last
        desk.units[last].free_place = unit.free_place
        unit.free_place = -1


@compiled_in_place
def place(desk: Desk, ident: int, t_s: float, period: int) -> int:
    """Mirror ``DutyDesk.place``, given the number of the posting period."""
    if t_s < desk.units[ident].back_s:
        return desk.units[ident].junction
    return desk.post_junction[ident, period]


@compiled_in_place
def public_case(desk: Desk, public: int) -> Record:
    """Return the draws for handling a call from the public."""
    draw_case(desk.public_cases, public, desk.public_law)
    return desk.public_cases[public]


@compiled_in_place
def call_draws(room: Room, desk: Desk, call: Record) -> Record:
    """Mirror ``UnitTables.call_draws``."""
    if call.public != NONE:
        return public_case(desk, call.public)
    return case_of(room, call.incident, call.alert)


@compiled_in_place
def _drawn_s(room: Room, desk: Desk, call: Record) -> float:
    """Mirror ``UnitTables._drawn_s``."""
    if call.public != NONE:
        return float(desk.public[call.public].arrive_s)
    if call.incident != NONE:
        return float(room.incidents[call.incident].occur_s)
    return float(room.alerts[call.alert].detect_s)


@compiled_in_place
def attempt_u(room: Room, desk: Desk, call: Record, attempt: int, part: int) -> float:
    """Mirror ``UnitTables.attempt_u``."""
    return attempt_uniform(desk.attempt_key, _drawn_s(room, desk, call), call.public != NONE, attempt, part)


@compiled_in_place
def attempt_draws(room: Room, desk: Desk, call: Record, attempt: int) -> Record:
    """Mirror ``UnitTables.attempt_draws``."""
    if attempt == 0:
        return call_draws(room, desk, call)
    draws = desk.attempt[0]
    draws.acknowledge_s, draws.turnout_s, draws.travel_factor, draws.scene_s, draws.paperwork_s = attempt_draw(
        desk.attempt_key, desk.attempt_spreads, _drawn_s(room, desk, call), call.public != NONE, attempt)
    return draws


@compiled_in_place
def unit_row(out: Out, room: Room, desk: Desk, t_s: float, name: int, ident: int, value: float) -> None:
    """Mirror ``UnitWork.row``."""
    number = desk.units[ident].call
    call = room.calls[number]
    write_row(out, t_s, name, call.incident, call.alert, number, call.camera, NONE, ident, value)


@compiled_in_place
def then(out: Out, desk: Desk, t_s: float, ident: int, step: int) -> None:
    """Mirror ``UnitWork.then``."""
    unit = desk.units[ident]
    unit.due_s = t_s
    unit.next_step = step
    due_push(out, t_s, UNIT, ident, unit.version << STEP_BITS | step)


@compiled_in_place
def expect_cancel(out: Out, room: Room, desk: Desk, t_s: float, ident: int) -> None:
    """Mirror ``UnitWork.expect_cancel``."""
    p_cancel = desk.rules[0].p_cancel
    unit = desk.units[ident]
    call = room.calls[unit.call]
    if p_cancel == 0.0 or call.incident == NONE:
        return
    leaves_s = room.incidents[call.incident].leaves_s
    if leaves_s > t_s and attempt_u(room, desk, call, unit.attempt, CANCEL) < p_cancel:
        due_push(out, leaves_s, UNIT, ident, unit.version << STEP_BITS | CANCELED_ENROUTE)


@compiled_in_place
def begin_work(out: Out, room: Room, desk: Desk, t_s: float, ident: int, number: int, travel_s: float) -> None:
    """Mirror ``UnitWork.begin``."""
    unit, call = desk.units[ident], room.calls[number]
    draws = attempt_draws(room, desk, call, unit.attempt)
    set_state(desk, ident, DISPATCHED)
    unit.call = number
    unit.junction = call.junction
    unit.out_s = travel_s * draws.travel_factor
    if desk.speeds.size > 0:
        unit.out_s /= speed_at(t_s, desk.speeds)
    unit.scene_s = draws.scene_s
    if call.n_put_back > 0:
        unit.scene_s = call.left_s / call.n_put_back
        call.left_s -= unit.scene_s
        call.n_put_back -= 1
    unit_row(out, room, desk, t_s, DISPATCH, ident, math.nan)
    acknowledge_s = draws.acknowledge_s
    if unit.wears_badge:
        acknowledge_s = by_badge_s(acknowledge_s, desk.rules[0].badge_scale, desk.rules[0].badge_power)
    then(out, desk, t_s + acknowledge_s, ident, ACKNOWLEDGE)
    expect_cancel(out, room, desk, t_s, ident)


@compiled_in_place
def whereabouts(desk: Desk, t_s: float, ident: int) -> int:
    """Mirror ``UnitWork.whereabouts``."""
    unit = desk.units[ident]
    if unit.state == DISPATCHED:
        return unit.origin
    share = (t_s - unit.began_s) / unit.out_s if unit.out_s > 0.0 else 1.0
    return place_on_way(desk.store, unit.kind, unit.origin, unit.junction, share)


@compiled_in_place
def leave(desk: Desk, t_s: float, ident: int, at: int) -> None:
    """Mirror ``UnitWork.leave``."""
    unit = desk.units[ident]
    if unit.state == EN_ROUTE:
        unit.back_s = t_s + (t_s - unit.began_s)
    unit.junction = at
    unit.version += 1


@compiled_in_place
def wait_again(room: Room, desk: Desk, number: int) -> None:
    """Mirror ``DutyDesk.wait_again``."""
    call = room.calls[number]
    if call.to_send == 0:
        waiting_push(desk.waiting, desk.number, WAITING, (int(call.priority) << 32) | number)
    call.to_send += 1


@compiled_in_place
def rest_if_due(out: Out, desk: Desk, t_s: float, ident: int) -> bool:
    """Mirror ``UnitShifts.rest_if_due``."""
    unit = desk.units[ident]
    window = unit.due_spell if unit.due_meal < 0 else unit.due_meal
    if window < 0 or not unit.on_duty:
        return False
    if unit.due_meal < 0:
        unit.due_spell = -1
    else:
        unit.due_meal = -1
    name = BREAK_START if desk.windows[window].what == MEAL else OUT_OF_SERVICE
    set_state(desk, ident, AWAY)
    write_row(out, t_s, name, NONE, NONE, NONE, NONE, NONE, ident, math.nan)
    due_push(out, t_s + desk.windows[window].length_s, SERVICE, window, RESTED)
    return True
