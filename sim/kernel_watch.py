"""The compiled watching of the control room: ``watch``, function by function, and what all parts write and ask."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.attention import budget_anew, budget_left, noticed_at, span_for, watched_s
from sim.case_draws import draw_case, draw_for_verdict
from sim.compiled import Records, compiled_in_place, constant
from sim.kernel_heaps import due_push, look_insert, look_pop
from sim.kernel_layout import DUTY, N_ROWS, N_UNOWNED, NONE, Out, Record, Room
from sim.log import Name
from sim.state import IN_HAND, UNSEEN

NOTICE, SHIFT_CHANGE = constant(Order.NOTICE), constant(Name.SHIFT_CHANGE)
IDLE = -1
"""Phase of an inspector without a task."""


@compiled_in_place
def write_row(out: Out, t_s: float, name: int, incident: int, alert: int, call: int, camera: int, inspector: int,
              unit: int, value: float) -> None:
    """Write one row of the log."""
    row = out.rows[out.number[N_ROWS]]
    out.number[N_ROWS] += 1
    row.t_s = t_s
    row.value = value
    row.name = name
    row.incident = incident
    row.alert = alert
    row.call = call
    row.camera = camera
    row.inspector = inspector
    row.unit = unit


@compiled_in_place
def write_shift(out: Out, room: Room, t_s: float, duty: int) -> None:
    """Write how many inspectors are on duty from now."""
    entry = room.duties[duty]
    write_row(out, t_s, SHIFT_CHANGE, NONE, NONE, NONE, NONE, NONE, NONE,
              float(entry.end_inspector - entry.first_inspector))


@compiled_in_place
def next_shift_s(out: Out, duties: Records) -> float:
    """Return the instant of the next change of staff; infinite after the last."""
    following = out.number[DUTY] + 1
    return duties[following].from_s if following < duties.size else math.inf


@compiled_in_place
def camera_owner(room: Room, duty: int, camera: int) -> int:
    """Mirror ``World.camera_owner``; −1 stands for nobody."""
    entry = room.duties[duty]
    place = room.owners[entry.plan, camera]
    return -1 if place < 0 else room.inspector_posts[entry.first_inspector + place]


@compiled_in_place
def watch_clock(inspector: Record, choice: Record, t_s: float) -> float:
    """Mirror ``InspectorState.watch_clock``."""
    if not (inspector.on_duty and inspector.phase == IDLE):
        return inspector.watch_s
    if choice.delta == 0.0:
        return inspector.watch_s + (t_s - inspector.free_since_s)
    return inspector.watch_s + watched_s(inspector.free_since_s - inspector.spell_s, t_s - inspector.free_since_s,
                                         choice.delta, choice.tau_s)


@compiled_in_place
def case_of(room: Room, incident: int, alert: int) -> Record:
    """Return the draws for handling a case."""
    if incident != NONE:
        draw_case(room.incident_cases, incident, room.incident_law)
        return room.incident_cases[incident]
    draw_case(room.alert_cases, alert, room.alert_law)
    return room.alert_cases[alert]


@compiled_in_place
def verdict_of(room: Room, incident: int, alert: int) -> Record:
    """Return the same, of which only what a verdict takes need be drawn."""
    if incident != NONE:
        draw_for_verdict(room.incident_cases, incident, room.incident_law)
        return room.incident_cases[incident]
    draw_for_verdict(room.alert_cases, alert, room.alert_law)
    return room.alert_cases[alert]


@compiled_in_place
def expect(out: Out, room: Room, t_s: float, line: int, budget: float) -> int:
    """Mirror ``Watch.expect``; −1 stands for nobody."""
    shift_s = next_shift_s(out, room.duties)
    look = room.lines[line]
    end_s = look.end_s
    sees_next_shift = end_s > shift_s
    duty = out.number[DUTY]
    ident = camera_owner(room, duty, look.camera)
    if ident < 0:
        if sees_next_shift:
            look.left = budget
            look.since_s = 0.0
            room.unowned[out.number[N_UNOWNED]] = line
            out.number[N_UNOWNED] += 1
        return -1
    now = watch_clock(room.inspectors[ident], room.choice[0], t_s)
    plan = room.plans[room.duties[duty].plan, look.camera]
    target = noticed_at(now, budget, plan.phase_s, plan.period_s, room.choice[0].look_s, plan.p_taken * look.p_look)
    if target - now > end_s - t_s and not sees_next_shift:
        return -1
    look.left = budget
    look.since_s = now
    inspector = room.inspectors[ident]
    inspector.first_look = look_insert(room.lines, inspector.first_look, line, target)
    return ident


@compiled_in_place
def _due_s(inspector: Record, choice: Record, t_s: float, target: float) -> float:
    """Mirror ``Watch._due_s``."""
    span_s = target - inspector.watch_s
    if choice.delta != 0.0:
        span_s = span_for(inspector.free_since_s - inspector.spell_s, span_s, choice.delta, choice.tau_s)
    return max(t_s, inspector.free_since_s + span_s)


@compiled_in_place
def schedule_notice(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``Watch.schedule``."""
    inspector = room.inspectors[ident]
    inspector.version += 1
    if not (inspector.on_duty and inspector.phase == IDLE):
        return
    shift_s = next_shift_s(out, room.duties)
    while inspector.first_look >= 0:
        look = room.lines[inspector.first_look]
        due_s = _due_s(inspector, room.choice[0], t_s, look.target)
        end_s = look.end_s
        keeps = due_s > shift_s and end_s > shift_s
        if end_s < due_s and not keeps:
            inspector.first_look = look_pop(room.lines, inspector.first_look)
            continue
        if math.isfinite(due_s):
            due_push(out, due_s, NOTICE, ident, inspector.version)
        return


@compiled_in_place
def occur(out: Out, room: Room, t_s: float, incident: int) -> None:
    """Mirror ``Watch.occur``."""
    for line in range(room.incidents[incident].first_line, room.incidents[incident].end_line):
        ident = expect(out, room, t_s, line, room.lines[line].budget)
        if ident >= 0:
            schedule_notice(out, room, t_s, ident)


@compiled_in_place
def is_zoomed_away(cameras: Records, camera: int, incident: int) -> bool:
    """Mirror ``Watch.is_zoomed_away``."""
    return cameras[camera].holders > 0 and cameras[camera].incident != incident


@compiled_in_place
def _put_off(out: Out, room: Room, inspector: Record, line: int) -> None:
    """Mirror ``Watch._put_off``."""
    look, look_s = room.lines[line], room.choice[0].look_s
    plan = room.plans[room.duties[out.number[DUTY]].plan, look.camera]
    p_success = plan.p_taken * look.p_look
    look.left = budget_anew(look.left, p_success)
    look.since_s = look.target + look_s
    inspector.first_look = look_insert(room.lines, inspector.first_look, line, noticed_at(
        look.since_s, look.left, plan.phase_s, plan.period_s, look_s, p_success))


@compiled_in_place
def fall(out: Out, room: Room, t_s: float, ident: int, version: int) -> int:
    """Mirror ``Watch.fall``; −1 stands for nothing to turn to."""
    inspector = room.inspectors[ident]
    if version != inspector.version:
        return -1
    line = inspector.first_look
    inspector.first_look = look_pop(room.lines, line)
    look = room.lines[line]
    incident = room.incidents[look.incident]
    if incident.known == UNSEEN and look.end_s >= t_s:
        if not is_zoomed_away(room.cameras, look.camera, look.incident):
            incident.known = IN_HAND
            return line
        _put_off(out, room, inspector, line)
    schedule_notice(out, room, t_s, ident)
    return -1


@compiled_in_place
def take_looks(room: Room, inspector: Record, plan: int, t_s: float, n_carried: int) -> int:
    """Mirror ``Watch.looks_left``: add the looks to those carried, whose number is returned."""
    lines, choice = room.lines, room.choice[0]
    now = watch_clock(inspector, choice, t_s)
    while inspector.first_look >= 0:
        line = inspector.first_look
        inspector.first_look = look_pop(lines, line)
        look, camera_plan = lines[line], room.plans[plan, lines[line].camera]
        look.left = budget_left(look.left, look.since_s, now, camera_plan.phase_s, camera_plan.period_s,
                                choice.look_s, camera_plan.p_taken * look.p_look)
        room.carried[n_carried] = line
        n_carried += 1
    return n_carried
