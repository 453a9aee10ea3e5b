"""The compiled duty desk: ``patrol``, function by function, on arrays of records."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled_in_place, constant
from sim.kernel_heaps import due_push, waiting_pop, waiting_push
from sim.kernel_layout import (
    DUTY,
    MAY_SERVE,
    N_CALLS,
    N_FREE,
    N_OFFICERS_BUSY,
    N_ORDERS,
    N_WAITING,
    NONE,
    ZERO,
    Desk,
    Out,
    Room,
)
from sim.kernel_units import (
    DISPATCHED,
    EN_ROUTE,
    announce,
    begin_work,
    call_draws,
    leave,
    place,
    public_case,
    unit_row,
    wait_again,
    whereabouts,
)
from sim.kernel_watch import write_row
from sim.log import DISPOSITIONS, Name
from sim.nearest import away_ds, nearest_of
from sim.records import Disposition
from sim.state import ANNOUNCED, ORDERED

PUBLIC_CALL, CALL_READY = constant(Order.PUBLIC_CALL), constant(Order.CALL_READY)
CALL_CREATE, CALL_TAKER = constant(Name.CALL_CREATE), constant(Name.CALL_TAKER)
INCIDENT_CLEAR, OFFICER = constant(Name.INCIDENT_CLEAR), constant(Name.OFFICER)
CANCELED_ENROUTE = constant(Name.CANCELED_ENROUTE)
ORDER_GIVEN, WAITING, ORDERS = constant(ORDERED), constant(N_WAITING), constant(N_ORDERS)
REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))
NEAREST, DISTRICT_FIRST = 0, 1
NO_UNIT = constant(-1)


@compiled_in_place
def next_public_call(out: Out, desk: Desk, public: int) -> None:
    """Mirror ``Arrivals.next_public_call``."""
    if public < desk.public.size:
        due_push(out, desk.public[public].create_s, PUBLIC_CALL, public, ZERO)


@compiled_in_place
def public_call(out: Out, room: Room, desk: Desk, t_s: float, public: int) -> None:
    """Mirror ``DutyDesk.public_call``."""
    next_public_call(out, desk, public + 1)
    number = out.number[N_CALLS]
    out.number[N_CALLS] = number + 1
    drawn, call = desk.public[public], room.calls[number]
    call.incident = NONE
    call.alert = NONE
    call.camera = NONE
    call.junction = drawn.junction
    call.priority = drawn.priority
    call.public = public
    call.to_send = drawn.n_units
    call.to_clear = drawn.n_units
    write_row(out, t_s, CALL_TAKER, NONE, NONE, number, NONE, NONE, NONE, float(drawn.calltaker))
    write_row(out, t_s, CALL_CREATE, NONE, NONE, number, NONE, NONE, NONE, float(drawn.priority))
    if drawn.n_units == 0:
        write_row(out, t_s, INCIDENT_CLEAR, NONE, NONE, number, NONE, NONE, NONE, REFERRED)
    else:
        announce(out, room, t_s, number, public_case(desk, public).handover_s)


@compiled_in_place
def _choose(room: Room, desk: Desk, t_s: float, junction: int) -> tuple[int, int]:
    """Return (unit, deciseconds) that the policy chooses among the free units."""
    period = math.floor(t_s / room.choice[0].post_s)
    by_district = room.choice[0].policy == DISTRICT_FIRST
    while True:
        best, best_ds = NO_UNIT, ZERO
        for kind in range(desk.rules[0].last_kind + 1):
            n = ZERO
            for slot in range(desk.number[N_FREE]):
                ident = desk.candidates[slot].free
                if desk.units[ident].kind == kind:
                    at = place(desk, ident, t_s, period)
                    if not by_district or desk.junction_district[at] == desk.junction_district[junction]:
                        desk.candidates[n].junction = at
                        desk.candidates[n].ident = ident
                        n += 1
            if n > 0:
                ident, found_ds = nearest_of(desk.store, kind, junction, desk.candidates, n)
                if best < 0 or found_ds < best_ds or (found_ds == best_ds and ident < best):
                    best, best_ds = ident, found_ds
        if best >= 0 or not by_district:
            return best, best_ds
        by_district = False


@compiled_in_place
def _dispatch(out: Out, room: Room, desk: Desk, t_s: float, number: int, ident: int, way_ds: int, origin: int) -> None:
    """Mirror ``DutyDesk._dispatch``."""
    call, unit = room.calls[number], desk.units[ident]
    call.to_send -= 1
    if call.to_send == 0:
        waiting_pop(desk.waiting, desk.number, WAITING)
    unit.origin = origin
    unit.rolling = 1 if unit.state == EN_ROUTE else 0
    unit.attempt = call.n_sent
    call.n_sent += 1
    begin_work(out, room, desk, t_s, ident, number, way_ds / 10.0)


@compiled_in_place
def _redirect(out: Out, room: Room, desk: Desk, t_s: float, number: int) -> bool:
    """Mirror ``DutyDesk._redirect``."""
    gap = desk.rules[0].redirect_gap
    if gap == 0:
        return False
    call, duty = room.calls[number], room.duties[out.number[DUTY]]
    best, best_ds, best_at = NO_UNIT, ZERO, ZERO
    for post in range(duty.first_unit, duty.end_unit):
        ident = desk.unit_posts[post]
        unit = desk.units[ident]
        if ((unit.state == DISPATCHED or unit.state == EN_ROUTE)
                and room.calls[unit.call].priority >= call.priority + gap):
            at = whereabouts(desk, t_s, ident)
            found_ds = away_ds(desk.store, unit.kind, at, call.junction)
            if best < 0 or found_ds < best_ds:
                best, best_ds, best_at = ident, found_ds, at
    if best < 0:
        return False
    left = desk.units[best].call
    unit_row(out, room, desk, t_s, CANCELED_ENROUTE, best, 1.0)
    leave(desk, t_s, best, best_at)
    wait_again(room, desk, left)
    _dispatch(out, room, desk, t_s, number, best, best_ds, best_at)
    return True


@compiled_in_place
def serve(out: Out, room: Room, desk: Desk, t_s: float) -> None:
    """Mirror ``DutyDesk.serve``: every event that calls for it does so last, so it is called in one place."""
    desk.number[MAY_SERVE] = 0
    while desk.number[N_WAITING] > 0:
        number = desk.waiting[0] & 0xFFFFFFFF
        if desk.number[N_FREE] == 0:
            if not _redirect(out, room, desk, t_s, number):
                return
            continue
        ident, way_ds = _choose(room, desk, t_s, room.calls[number].junction)
        origin = place(desk, ident, t_s, math.floor(t_s / room.choice[0].post_s))
        _dispatch(out, room, desk, t_s, number, ident, way_ds, origin)


@compiled_in_place
def serve_orders(out: Out, room: Room, desk: Desk, t_s: float) -> None:
    """Mirror ``DutyDesk.serve_orders``."""
    n_officers = room.duties[out.number[DUTY]].n_officers
    while desk.number[N_ORDERS] > 0 and desk.number[N_OFFICERS_BUSY] < n_officers:
        number = desk.orders[0] & 0xFFFFFFFF
        waiting_pop(desk.orders, desk.number, ORDERS)
        call = room.calls[number]
        handover_s = call_draws(room, desk, call).handover_s
        desk.number[N_OFFICERS_BUSY] += 1
        write_row(out, t_s, OFFICER, call.incident, call.alert, number, call.camera, NONE, NONE, handover_s)
        due_push(out, t_s + handover_s, CALL_READY, number, ORDER_GIVEN)


@compiled_in_place
def call_ready(out: Out, room: Room, desk: Desk, t_s: float, number: int, said: int) -> None:
    """Mirror ``DutyDesk.call_ready``."""
    key = (int(room.calls[number].priority) << 32) | number
    if said == ANNOUNCED:
        waiting_push(desk.orders, desk.number, ORDERS, key)
        serve_orders(out, room, desk, t_s)
        return
    if said == ORDERED:
        desk.number[N_OFFICERS_BUSY] -= 1
        serve_orders(out, room, desk, t_s)
    waiting_push(desk.waiting, desk.number, WAITING, key)
    desk.number[MAY_SERVE] = 1
