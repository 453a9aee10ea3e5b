"""The compiled watching of the control room: whose look notices what, and when they turn to it."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.attention import noticed_at
from sim.compiled import compiled
from sim.kernel_heaps import due_push, look_insert, look_pop
from sim.kernel_layout import DUTY, N_ROWS, N_UNOWNED, NONE, ZERO, Out, Record, Records, Room, constant
from sim.log import Name
from sim.state import IN_HAND, UNSEEN, VERIFYING

TASK_DONE, NOTICE = constant(Order.TASK_DONE), constant(Order.NOTICE)
SHOWN, SHIFT_CHANGE = constant(Name.SHOWN), constant(Name.SHIFT_CHANGE)
IDLE = -1
"""Phase of an inspector without a task."""


@compiled
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


@compiled
def write_shift(out: Out, room: Room, t_s: float, duty: int) -> None:
    """Write how many inspectors are on duty from now."""
    entry = room.duties[duty]
    write_row(out, t_s, SHIFT_CHANGE, NONE, NONE, NONE, NONE, NONE, NONE,
              float(entry.end_inspector - entry.first_inspector))


@compiled
def next_shift_s(out: Out, duties: Records) -> float:
    """Return the instant of the next change of staff; infinite after the last."""
    following = out.number[DUTY] + 1
    return duties[following].from_s if following < duties.size else math.inf


@compiled
def camera_owner(room: Room, duty: int, camera: int) -> int:
    """Mirror ``World.camera_owner``; −1 stands for nobody."""
    entry = room.duties[duty]
    place = room.plans[entry.plan, camera].owner
    return -1 if place < 0 else room.inspector_posts[entry.first_inspector + place]


@compiled
def watch_clock(inspector: Record, t_s: float) -> float:
    """Mirror ``InspectorState.watch_clock``."""
    if inspector.on_duty and inspector.phase == IDLE:
        return inspector.watch_s + (t_s - inspector.free_since_s)
    return inspector.watch_s


@compiled
def case_of(incident: int, alert: int, incident_cases: Records, alert_cases: Records) -> Record:
    """Return the draws for handling a case."""
    return incident_cases[incident] if incident != NONE else alert_cases[alert]


@compiled
def expect(out: Out, room: Room, t_s: float, line: int, budget: float) -> int:
    """Mirror ``ControlRoom._expect``; −1 stands for nobody."""
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
    now = watch_clock(room.inspectors[ident], t_s)
    plan = room.plans[room.duties[duty].plan, look.camera]
    target = noticed_at(now, budget, plan.phase_s, plan.period_s, room.choice[0].look_s, plan.p_taken * look.p_look)
    if target - now > end_s - t_s and not sees_next_shift:
        return -1
    look.left = budget
    look.since_s = now
    inspector = room.inspectors[ident]
    inspector.first_look = look_insert(room.lines, inspector.first_look, line, target)
    return ident


@compiled
def schedule_notice(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``ControlRoom._schedule_notice``."""
    inspector = room.inspectors[ident]
    inspector.version += 1
    if not (inspector.on_duty and inspector.phase == IDLE):
        return
    shift_s = next_shift_s(out, room.duties)
    while inspector.first_look >= 0:
        look = room.lines[inspector.first_look]
        due_s = max(t_s, inspector.free_since_s + (look.target - inspector.watch_s))
        end_s = look.end_s
        keeps = due_s > shift_s and end_s > shift_s
        if end_s < due_s and not keeps:
            inspector.first_look = look_pop(room.lines, inspector.first_look)
            continue
        if math.isfinite(due_s):
            due_push(out, due_s, NOTICE, ident, inspector.version)
        return


@compiled
def occur(out: Out, room: Room, t_s: float, incident: int) -> None:
    """Mirror ``ControlRoom.occur``."""
    for line in range(room.incidents[incident].first_line, room.incidents[incident].end_line):
        ident = expect(out, room, t_s, line, room.lines[line].budget)
        if ident >= 0:
            schedule_notice(out, room, t_s, ident)


@compiled
def begin(out: Out, inspector: Record, ident: int, t_s: float, alert: int, incident: int, camera: int,
           verify_s: float) -> None:
    """Mirror ``ControlRoom._begin``."""
    inspector.watch_s = watch_clock(inspector, t_s)
    inspector.version += 1
    inspector.phase = VERIFYING
    inspector.alert = alert
    inspector.incident = incident
    inspector.camera = camera
    inspector.began_s = t_s
    write_row(out, t_s, SHOWN, incident, alert, NONE, camera, ident, NONE, math.nan)
    due_push(out, t_s + verify_s, TASK_DONE, ident, ZERO)


@compiled
def notice(out: Out, room: Room, t_s: float, ident: int, version: int) -> None:
    """Mirror ``ControlRoom.notice``."""
    inspector = room.inspectors[ident]
    if version != inspector.version:
        return
    look = room.lines[inspector.first_look]
    inspector.first_look = look_pop(room.lines, inspector.first_look)
    incident = room.incidents[look.incident]
    if incident.known != UNSEEN or look.end_s < t_s:
        schedule_notice(out, room, t_s, ident)
        return
    incident.known = IN_HAND
    begin(out, inspector, ident, t_s, NONE, look.incident, look.camera, room.incident_cases[look.incident].verify_s)
