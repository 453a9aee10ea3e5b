"""The compiled shifts of the units: ``unit_shifts``, function by function, on arrays of records."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled_in_place, constant
from sim.kernel_desk import serve_orders
from sim.kernel_heaps import due_push
from sim.kernel_layout import DUTY, MAY_SERVE, NONE, ZERO, Desk, Out, Room
from sim.kernel_units import (
    AVAILABLE,
    DISPATCHED,
    RETURNING,
    expect_cancel,
    rest_if_due,
    set_state,
    then,
    unit_row,
    wait_again,
)
from sim.kernel_watch import write_row
from sim.log import Name
from sim.records import UnitState
from sim.state import BEGINS
from sim.unit_draws import MEAL

SERVICE = constant(Order.SERVICE)
HAND_OVER, PUT_BACK = constant(Name.HAND_OVER), constant(Name.PUT_BACK)
BREAK_END, BACK_IN_SERVICE = constant(Name.BREAK_END), constant(Name.BACK_IN_SERVICE)
OFF_DUTY, AT_SCENE = constant(UnitState.OFF_DUTY), constant(UnitState.ON_SCENE)
COMMITTED = constant(UnitState.COMMITTED)
FINISHES, HANDS_OVER, PREEMPTS = range(3)
"""What ``Rules.at_shift_end`` says, in the order of AtShiftEnd."""


@compiled_in_place
def next_window(out: Out, desk: Desk, window: int) -> None:
    """Mirror ``Arrivals.next_window``."""
    if window < desk.windows.size:
        due_push(out, desk.windows[window].from_s, SERVICE, window, ZERO)


@compiled_in_place
def _send_home(desk: Desk, ident: int) -> None:
    set_state(desk, ident, OFF_DUTY)
    desk.units[ident].version += 1


@compiled_in_place
def _hand_over(out: Out, room: Room, desk: Desk, t_s: float) -> None:
    """Mirror ``UnitShifts._hand_over``."""
    duty = room.duties[out.number[DUTY]]
    post = duty.first_unit
    for old in range(desk.units.size):
        gone = desk.units[old]
        if not gone.relieved:
            continue
        while post < duty.end_unit and desk.units[desk.unit_posts[post]].free_place < 0:
            post += 1
        if post == duty.end_unit:
            return
        new = desk.unit_posts[post]
        come = desk.units[new]
        set_state(desk, new, gone.state)
        come.call = gone.call
        come.junction = gone.junction
        come.origin = gone.origin
        come.out_s = gone.out_s
        come.began_s = gone.began_s
        come.scene_s = gone.scene_s
        come.outcome = gone.outcome
        come.attempt = gone.attempt
        come.rolling = gone.rolling
        come.attended = gone.attended
        _send_home(desk, old)
        unit_row(out, room, desk, t_s, HAND_OVER, new, float(old))
        then(out, desk, gone.due_s, new, gone.next_step)
        expect_cancel(out, room, desk, t_s, new)


@compiled_in_place
def _put_back(out: Out, room: Room, desk: Desk, t_s: float, ident: int) -> None:
    """Mirror ``UnitShifts._put_back``."""
    unit = desk.units[ident]
    if unit.state == COMMITTED:
        return
    number = unit.call
    if unit.state == AT_SCENE:
        room.calls[number].n_put_back += 1
        room.calls[number].left_s += unit.due_s - t_s
    unit_row(out, room, desk, t_s, PUT_BACK, ident, math.nan)
    _send_home(desk, ident)
    wait_again(room, desk, number)


@compiled_in_place
def change_units(out: Out, room: Room, desk: Desk, t_s: float, duty: int) -> None:
    """Mirror ``UnitShifts.change_shift``."""
    for ident in range(desk.units.size):
        desk.units[ident].relieved = desk.units[ident].on_duty
        desk.units[ident].on_duty = 0
    for post in range(room.duties[duty].first_unit, room.duties[duty].end_unit):
        desk.units[desk.unit_posts[post]].on_duty = 1
    for ident in range(desk.units.size):
        unit = desk.units[ident]
        works = DISPATCHED <= unit.state <= COMMITTED
        if unit.on_duty and unit.state == OFF_DUTY:
            set_state(desk, ident, AVAILABLE)
            unit.back_s = t_s
        elif not unit.on_duty:
            unit.due_meal = -1
            unit.due_spell = -1
            if unit.state == AVAILABLE or unit.state == RETURNING:
                set_state(desk, ident, OFF_DUTY)
        unit.relieved = 1 if unit.relieved and not unit.on_duty and works else 0
    if desk.rules[0].at_shift_end == HANDS_OVER:
        _hand_over(out, room, desk, t_s)
    elif desk.rules[0].at_shift_end == PREEMPTS:
        for ident in range(desk.units.size):
            if desk.units[ident].relieved:
                _put_back(out, room, desk, t_s, ident)
    serve_orders(out, room, desk, t_s)
    desk.number[MAY_SERVE] = 1


@compiled_in_place
def service(out: Out, desk: Desk, t_s: float, window: int, said: int) -> None:
    """Mirror ``UnitShifts.service``."""
    entry = desk.windows[window]
    ident = entry.unit
    unit = desk.units[ident]
    if said == BEGINS:
        next_window(out, desk, window + 1)
        if not unit.on_duty:
            return
        if entry.what == MEAL:
            unit.due_meal = window
        else:
            unit.due_spell = window
        if unit.free_place >= 0:
            rest_if_due(out, desk, t_s, ident)
        return
    name = BREAK_END if entry.what == MEAL else BACK_IN_SERVICE
    write_row(out, t_s, name, NONE, NONE, NONE, NONE, NONE, ident, math.nan)
    unit.back_s = t_s
    set_state(desk, ident, AVAILABLE if unit.on_duty else OFF_DUTY)
    if not rest_if_due(out, desk, t_s, ident):
        desk.number[MAY_SERVE] = 1
