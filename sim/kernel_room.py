"""The compiled control room: alerts, their queue, and what inspectors decide."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.attention import budget_left
from sim.compiled import compiled
from sim.kernel_heaps import due_push, look_pop
from sim.kernel_layout import DUTY, N_CALLS, N_QUEUED, N_UNOWNED, NONE, ZERO, Out, Records, Room, constant
from sim.kernel_units import announce
from sim.kernel_watch import IDLE, begin, camera_owner, case_of, expect, schedule_notice, watch_clock, write_row
from sim.log import DISPOSITIONS, Name
from sim.perception import p_compliance
from sim.records import Disposition
from sim.state import CONFIRMED, IN_HAND, RECORDING, UNSEEN, VERIFYING

TASK_DONE, ALERT_END = constant(Order.TASK_DONE), constant(Order.ALERT_END)
CONFIRM, REJECT, ABANDON = constant(Name.CONFIRM), constant(Name.REJECT), constant(Name.ABANDON)
DETECT, RECORDED, CALL_CREATE = constant(Name.DETECT), constant(Name.RECORDED), constant(Name.CALL_CREATE)
INCIDENT_CLEAR = constant(Name.INCIDENT_CLEAR)
REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))
CONFIRMS = -1.0
"""Verdict that confirms; 0 rejects, 1 finds the case in hand already."""


@compiled
def _take(out: Out, room: Room, t_s: float, ident: int, alert: int) -> None:
    entry = room.alerts[alert]
    if entry.incident != NONE and room.incidents[entry.incident].known == UNSEEN:
        room.incidents[entry.incident].known = IN_HAND
    begin(out, room.inspectors[ident], ident, t_s, alert, entry.incident, entry.camera,
           room.alert_cases[alert].verify_s)


@compiled
def _pop_queued(out: Out, alerts: Records, queue: Records, level: int) -> int:
    """Take the oldest alert of a level that still waits; −1 if none does."""
    while queue[level, 0] >= 0:
        alert = queue[level, 0]
        queue[level, 0] = alerts[alert].following
        if alerts[alert].queued:
            alerts[alert].queued = 0
            out.number[N_QUEUED] -= 1
            return alert
    return -1


@compiled
def _take_next(out: Out, room: Room, t_s: float, ident: int) -> None:
    if out.number[N_QUEUED] > 0:
        for level in range(room.queue.shape[0] - 1, -1, -1):
            alert = _pop_queued(out, room.alerts, room.queue, level)
            if alert >= 0:
                _take(out, room, t_s, ident, alert)
                return
    schedule_notice(out, room, ident)


@compiled
def _free_inspector(out: Out, room: Room, camera: int) -> int:
    """Mirror ``ControlRoom._free_inspector``; −1 stands for nobody."""
    duty = out.number[DUTY]
    own = camera_owner(room, duty, camera)
    if own >= 0 and room.inspectors[own].phase == IDLE:
        return own
    best = -1
    for place in range(room.duties[duty].first_inspector, room.duties[duty].end_inspector):
        ident = room.inspector_posts[place]
        if room.inspectors[ident].phase == IDLE and (
                best < 0 or room.inspectors[ident].free_since_s < room.inspectors[best].free_since_s):
            best = ident
    return best


@compiled
def arrive(out: Out, room: Room, t_s: float, alert: int) -> None:
    """Mirror ``ControlRoom.alert``."""
    entry = room.alerts[alert]
    write_row(out, t_s, DETECT, entry.incident, alert, NONE, entry.camera, NONE, NONE, float(entry.kind))
    ident = _free_inspector(out, room, entry.camera)
    if ident >= 0:
        _take(out, room, t_s, ident, alert)
        return
    limit = room.choice[0].queue_limit
    if out.number[N_QUEUED] >= limit:
        for lower in range(entry.level + 1):
            oldest = _pop_queued(out, room.alerts, room.queue, lower)
            if oldest >= 0:
                pushed = room.alerts[oldest]
                write_row(out, t_s, ABANDON, pushed.incident, oldest, NONE, pushed.camera, NONE, NONE, 1.0)
                break
    if out.number[N_QUEUED] < limit:
        entry.queued = 1
        entry.following = -1
        out.number[N_QUEUED] += 1
        if room.queue[entry.level, 0] < 0:
            room.queue[entry.level, 0] = alert
        else:
            room.alerts[room.queue[entry.level, 1]].following = alert
        room.queue[entry.level, 1] = alert
        if math.isfinite(entry.ends_s):
            due_push(out, entry.ends_s, ALERT_END, alert, ZERO)
    else:
        write_row(out, t_s, ABANDON, entry.incident, alert, NONE, entry.camera, NONE, NONE, 1.0)


@compiled
def end_alert(out: Out, room: Room, t_s: float, alert: int) -> None:
    """Mirror ``ControlRoom.alert_end``."""
    entry = room.alerts[alert]
    if entry.queued:
        entry.queued = 0
        out.number[N_QUEUED] -= 1
        write_row(out, t_s, ABANDON, entry.incident, alert, NONE, entry.camera, NONE, NONE, 0.0)


@compiled
def _remember(room: Room, ident: int, right: int) -> None:
    """Keep the latest verdicts on alerts and how many of them were right."""
    inspector, window = room.inspectors[ident], room.choice[0].ppv_window
    head = inspector.judged_head
    if inspector.judged_size == window:
        inspector.judged_right -= room.judged[ident, head]
    else:
        inspector.judged_size += 1
    room.judged[ident, head] = right
    inspector.judged_right += right
    inspector.judged_head = (head + 1) % window


@compiled
def _judge(room: Room, ident: int) -> float:
    """Mirror ``ControlRoom._judge``; CONFIRMS stands for a confirmation."""
    inspector, choice = room.inspectors[ident], room.choice[0]
    u_confirm = case_of(inspector.incident, inspector.alert, room.incident_cases, room.alert_cases).u_confirm
    verdict = 0.0
    if inspector.incident == NONE:
        if u_confirm < choice.p_false_confirm:
            verdict = CONFIRMS
    elif room.incidents[inspector.incident].known == CONFIRMED:
        verdict = 1.0
    else:
        incident = room.incidents[inspector.incident]
        p_confirm = choice.p_confirm
        if inspector.alert != NONE:
            unfilled = choice.ppv_window - inspector.judged_size
            sense = (inspector.judged_right + choice.ppv_prior * unfilled) / choice.ppv_window
            p_confirm *= p_compliance(sense, choice.compliance_slope, choice.compliance_middle)
        seen = incident.persists != 0 or inspector.began_s <= incident.visible_end_s
        confirmed = seen and u_confirm < p_confirm
        incident.known = CONFIRMED if confirmed else UNSEEN
        verdict = CONFIRMS if confirmed else 0.0
    if inspector.alert != NONE:
        _remember(room, ident, 1 if verdict != 0.0 else 0)
    return verdict


@compiled
def _create_call(out: Out, room: Room, t_s: float, ident: int) -> None:
    inspector = room.inspectors[ident]
    incident, alert, camera = inspector.incident, inspector.alert, inspector.camera
    number = out.number[N_CALLS]
    out.number[N_CALLS] = number + 1
    kind = room.kinds[room.incidents[incident].kind if incident != NONE else room.alerts[alert].kind]
    call = room.calls[number]
    call.incident = incident
    call.alert = alert
    call.camera = camera
    call.junction = room.incidents[incident].junction if incident != NONE else room.plans[0, camera].junction
    call.priority = kind.priority
    write_row(out, t_s, CALL_CREATE, incident, alert, number, camera, ident, NONE, float(kind.priority))
    draws = case_of(incident, alert, room.incident_cases, room.alert_cases)
    if draws.u_needs_unit < kind.p_needs_unit:
        announce(out, room, t_s, number, draws.handover_s)
    else:
        write_row(out, t_s, INCIDENT_CLEAR, incident, alert, number, camera, ident, NONE, REFERRED)


@compiled
def finish_task(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``ControlRoom.task_done``."""
    inspector = room.inspectors[ident]
    incident, alert, camera = inspector.incident, inspector.alert, inspector.camera
    if inspector.phase == VERIFYING:
        verdict = _judge(room, ident)
        if verdict == CONFIRMS:
            write_row(out, t_s, CONFIRM, incident, alert, NONE, camera, ident, NONE, math.nan)
            inspector.phase = RECORDING
            _create_call(out, room, t_s, ident)
            record_s = case_of(incident, alert, room.incident_cases, room.alert_cases).record_s
            due_push(out, t_s + record_s, TASK_DONE, ident, ZERO)
            return
        write_row(out, t_s, REJECT, incident, alert, NONE, camera, ident, NONE, verdict)
    else:
        write_row(out, t_s, RECORDED, incident, alert, NONE, camera, ident, NONE, math.nan)
    inspector.phase = IDLE
    inspector.free_since_s = t_s
    if inspector.on_duty:
        _take_next(out, room, t_s, ident)


@compiled
def change_inspectors(out: Out, room: Room, t_s: float, old: int, new: int) -> None:
    """Mirror ``ControlRoom.change_shift``; ``old`` is −1 at the start."""
    lines = room.lines
    for place in range(out.number[N_UNOWNED]):
        lines[room.unowned[place]].is_carried = 1
    out.number[N_UNOWNED] = 0
    if old >= 0:
        for place in range(room.duties[old].first_inspector, room.duties[old].end_inspector):
            inspector = room.inspectors[room.inspector_posts[place]]
            now = watch_clock(inspector, t_s)
            while inspector.first_look >= 0:
                line = inspector.first_look
                inspector.first_look = look_pop(lines, line)
                plan = room.plans[room.duties[old].plan, lines[line].camera]
                lines[line].left = budget_left(
                    lines[line].left, lines[line].since_s, now, plan.phase_s, plan.period_s, room.choice[0].look_s,
                    plan.p_taken * lines[line].p_look)
                lines[line].is_carried = 1
            inspector.watch_s = now
            inspector.free_since_s = t_s
            inspector.version += 1
            inspector.on_duty = 2
    for place in range(room.duties[new].first_inspector, room.duties[new].end_inspector):
        inspector = room.inspectors[room.inspector_posts[place]]
        if inspector.on_duty != 2:
            inspector.watch_s = 0.0
            inspector.free_since_s = t_s
        inspector.on_duty = 3
    for ident in range(room.inspectors.size):
        room.inspectors[ident].on_duty = 1 if room.inspectors[ident].on_duty == 3 else 0
    out.number[DUTY] = new
    for line in range(lines.size):
        if lines[line].is_carried == 0:
            continue
        lines[line].is_carried = 0
        if room.incidents[lines[line].incident].visible_end_s > t_s:
            expect(out, room, t_s, line, lines[line].left)
    for place in range(room.duties[new].first_inspector, room.duties[new].end_inspector):
        ident = room.inspector_posts[place]
        if room.inspectors[ident].phase == IDLE:
            _take_next(out, room, t_s, ident)


@compiled
def attend(out: Out, room: Room, t_s: float, call: int) -> bool:  # noqa: ARG001 # the arguments are the seam's
    """Mirror ``ControlRoom.attend``."""
    return False
