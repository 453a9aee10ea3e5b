"""The compiled twin of the SimPy world: plays the same trace to the same bits, for the policies built in.

``kernel_room`` mirrors ``control_room``; ``kernel_watch``, ``kernel_casework``, ``kernel_queue`` and
``kernel_shift_end`` mirror ``watch``, ``casework``, ``alert_queue`` and ``shift_end``, as ``kernel_interruption`` and
``kernel_attending`` mirror what their names say; ``kernel_desk`` mirrors ``patrol``; ``kernel_unit_work`` and
``kernel_unit_shifts`` mirror their namesakes: function by function, with the same log rows and events in the same
order. The formulas of watching, trust and travel are the very functions that the SimPy world calls.
"""

from __future__ import annotations

from sim.agenda import Order
from sim.compiled import compiled_entry, compiled_in_place, constant
from sim.kernel_desk import call_ready, next_public_call, public_call, serve
from sim.kernel_heaps import due_pop, due_push
from sim.kernel_layout import DUTY, MAY_SERVE, N_DUE, N_ROWS, ZERO, Desk, Out, Room
from sim.kernel_queue import end_alert
from sim.kernel_room import arrive, change_inspectors, finish_task, notice, rest, search
from sim.kernel_unit_shifts import change_units, next_window, service
from sim.kernel_unit_work import step_unit
from sim.kernel_watch import occur, write_shift

FULL = -1
"""Returned where a buffer is too small; the caller makes it larger and begins again."""
MARGIN = 4096
"""Rows and events that one event may add at most: a shift change adds the most, some for each post."""

SHIFT, BREAK, TASK_DONE, UNIT = (constant(order) for order in (Order.SHIFT, Order.BREAK, Order.TASK_DONE, Order.UNIT))
ALERT_END, OCCUR, NOTICE = (constant(order) for order in (Order.ALERT_END, Order.OCCUR, Order.NOTICE))
ALERT, SEARCH = constant(Order.ALERT), constant(Order.SEARCH)
SERVICE, PUBLIC_CALL = constant(Order.SERVICE), constant(Order.PUBLIC_CALL)


@compiled_in_place
def _next_occurs(out: Out, room: Room, incident: int) -> None:
    """Make the next incident due that a look could notice."""
    while incident < room.incidents.size:
        for line in range(room.incidents[incident].first_line, room.incidents[incident].end_line):
            if room.lines[line].p_look > 0.0:
                due_push(out, room.incidents[incident].occur_s, OCCUR, incident, ZERO)
                return
        incident += 1


@compiled_in_place
def _next_shift(out: Out, room: Room, duty: int) -> None:
    """Make the next entry of the roster due."""
    if duty < room.duties.size:
        due_push(out, room.duties[duty].from_s, SHIFT, duty, ZERO)


@compiled_in_place
def _next_rest(out: Out, room: Room, index: int) -> None:
    """Make the next break due."""
    if index < room.rests.size:
        due_push(out, room.rests[index].start_s, BREAK, index, ZERO)


@compiled_in_place
def _next_search(out: Out, room: Room, index: int) -> None:
    """Make the next request to search the archive due."""
    if index < room.searches.size:
        due_push(out, room.searches[index].request_s, SEARCH, index, ZERO)


@compiled_in_place
def _begin(out: Out, room: Room, desk: Desk) -> None:
    _next_shift(out, room, ZERO)
    _next_occurs(out, room, ZERO)
    if room.alerts.size > 0:
        due_push(out, room.alerts[0].detect_s, ALERT, ZERO, ZERO)
    _next_rest(out, room, ZERO)
    _next_search(out, room, ZERO)
    next_public_call(out, desk, ZERO)
    next_window(out, desk, ZERO)


@compiled_entry
def play_kernel(out: Out, room: Room, desk: Desk) -> int:
    """Play a whole trace; return the events played, or FULL if the agenda or the rows need more room."""
    _begin(out, room, desk)
    end_s = room.choice[0].end_s
    margin = MARGIN + 8 * room.inspectors.size + 4 * desk.units.size
    played = 0
    while out.number[N_DUE] > 0 and out.due[0].t_s < end_s:
        if out.number[N_DUE] + margin > out.due.size or out.number[N_ROWS] + margin > out.rows.size:
            return FULL
        t_s, order, ident, version = due_pop(out)
        played += 1
        if order == ALERT:
            if ident + 1 < room.alerts.size:
                due_push(out, room.alerts[ident + 1].detect_s, ALERT, ident + 1, ZERO)
            arrive(out, room, t_s, ident)
        elif order == TASK_DONE:
            finish_task(out, room, t_s, ident, version)
        elif order == NOTICE:
            notice(out, room, t_s, ident, version)
        elif order == OCCUR:
            _next_occurs(out, room, ident + 1)
            occur(out, room, t_s, ident)
        elif order == UNIT:
            step_unit(out, room, desk, t_s, ident, version)
        elif order == ALERT_END:
            end_alert(out, room, t_s, ident)
        elif order == PUBLIC_CALL:
            public_call(out, room, desk, t_s, ident)
        elif order == SERVICE:
            service(out, desk, t_s, ident, version)
        elif order == SHIFT:
            _next_shift(out, room, ident + 1)
            change_inspectors(out, room, t_s, out.number[DUTY], ident)
            if room.duties[ident].is_shift:
                write_shift(out, room, t_s, ident)
                change_units(out, room, desk, t_s, ident)
        elif order == BREAK:
            _next_rest(out, room, ident + 1)
            rest(out, room, t_s, ident)
        elif order == SEARCH:
            _next_search(out, room, ident + 1)
            search(out, room, t_s, ident)
        else:
            call_ready(out, room, desk, t_s, ident, version)
        if desk.number[MAY_SERVE]:
            serve(out, room, desk, t_s)
    return played
