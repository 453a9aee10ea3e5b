"""The compiled casework of inspectors: ``casework``, function by function."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled_in_place, constant
from sim.kernel_heaps import due_push
from sim.kernel_layout import N_CALLS, NONE, Out, Record, Room
from sim.kernel_units import announce
from sim.kernel_watch import case_of, verdict_of, watch_clock, write_row
from sim.log import DISPOSITIONS, Name
from sim.perception import p_compliance
from sim.records import Disposition
from sim.state import CONFIRMED, RECORDING, UNSEEN, VERIFYING, ZOOMING

TASK_DONE, CALL_READY = constant(Order.TASK_DONE), constant(Order.CALL_READY)
CONFIRM, REJECT, CALL_CREATE = constant(Name.CONFIRM), constant(Name.REJECT), constant(Name.CALL_CREATE)
SHOWN, ZOOM, INCIDENT_CLEAR = constant(Name.SHOWN), constant(Name.ZOOM), constant(Name.INCIDENT_CLEAR)
REFERRED = float(DISPOSITIONS.index(Disposition.REFERRED))
CONFIRMS = -1.0
"""Verdict that confirms; 0 rejects, 1 finds the case in hand already."""


@compiled_in_place
def end_at(out: Out, inspector: Record, ident: int, ends_s: float) -> None:
    """Mirror ``Casework._end_at``."""
    inspector.task_version += 1
    inspector.ends_s = ends_s
    due_push(out, ends_s, TASK_DONE, ident, inspector.task_version)


@compiled_in_place
def stop_watching(room: Room, inspector: Record, t_s: float) -> None:
    """Stop the watch clock of an inspector who is about to get a task."""
    inspector.watch_s = watch_clock(inspector, room.choice[0], t_s)
    inspector.version += 1


@compiled_in_place
def occupy(out: Out, room: Room, t_s: float, ident: int, phase: int, ends_s: float) -> None:
    """Mirror ``Casework.occupy`` for what is no case yet; the caller fills in what it is about."""
    inspector = room.inspectors[ident]
    stop_watching(room, inspector, t_s)
    inspector.phase = phase
    inspector.alert = NONE
    inspector.incident = NONE
    inspector.camera = NONE
    inspector.call = NONE
    inspector.line = -1
    inspector.search = -1
    inspector.holds_camera = 0
    inspector.began_s = t_s
    end_at(out, inspector, ident, ends_s)


@compiled_in_place
def task_row(out: Out, t_s: float, name: int, ident: int, task: Record, value: float) -> None:
    """Mirror ``Casework.row``."""
    write_row(out, t_s, name, task.incident, task.alert, task.call, task.camera, ident, NONE, value)


@compiled_in_place
def hold(room: Room, camera: int, incident: int) -> bool:
    """Mirror ``Casework.hold``."""
    entry = room.cameras[camera]
    if entry.holders > 0 and entry.incident != incident:
        return False
    entry.incident = incident
    entry.holders += 1
    return True


@compiled_in_place
def release(room: Room, task: Record) -> None:
    """Mirror ``Casework.release``."""
    if task.holds_camera:
        task.holds_camera = 0
        room.cameras[task.camera].holders -= 1


@compiled_in_place
def begin(out: Out, room: Room, t_s: float, ident: int, alert: int, incident: int, camera: int, line: int,
          verify_s: float, began_s: float) -> None:
    """Mirror ``Casework.begin``."""
    zoom_s = room.lines[line].zoom_s if line >= 0 else 0.0
    holds = zoom_s > 0.0 and hold(room, camera, incident)
    write_row(out, t_s, SHOWN, incident, alert, NONE, camera, ident, NONE, math.nan)
    occupy(out, room, t_s, ident, ZOOMING if holds else VERIFYING, t_s + (zoom_s if holds else verify_s))
    inspector = room.inspectors[ident]
    inspector.alert = alert
    inspector.incident = incident
    inspector.camera = camera
    inspector.line = line
    inspector.began_s = began_s
    inspector.verify_s = verify_s
    inspector.holds_camera = 1 if holds else 0


@compiled_in_place
def settle(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``Casework.settle``."""
    inspector = room.inspectors[ident]
    task_row(out, t_s, ZOOM, ident, inspector, math.nan)
    inspector.phase = VERIFYING
    end_at(out, inspector, ident, t_s + inspector.verify_s)


@compiled_in_place
def decide(out: Out, room: Room, t_s: float, ident: int) -> bool:
    """Mirror ``Casework.decide``."""
    inspector = room.inspectors[ident]
    verdict = _judge(room, ident)
    release(room, inspector)
    if verdict != CONFIRMS:
        task_row(out, t_s, REJECT, ident, inspector, verdict)
        return False
    task_row(out, t_s, CONFIRM, ident, inspector, math.nan)
    inspector.phase = RECORDING
    _create_call(out, room, t_s, ident)
    end_at(out, inspector, ident,
           t_s + case_of(room, inspector.incident, inspector.alert).record_s)
    return True


@compiled_in_place
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


@compiled_in_place
def _judge(room: Room, ident: int) -> float:
    """Mirror ``Casework._judge``; CONFIRMS stands for a confirmation."""
    inspector, choice = room.inspectors[ident], room.choice[0]
    u_confirm = verdict_of(room, inspector.incident, inspector.alert).u_confirm
    verdict = 0.0
    if inspector.incident == NONE:
        if u_confirm < choice.p_false_confirm:
            verdict = CONFIRMS
    elif room.incidents[inspector.incident].known == CONFIRMED:
        verdict = 1.0
    else:
        incident = room.incidents[inspector.incident]
        p_confirm = choice.p_confirm
        if inspector.line >= 0:
            p_confirm *= room.lines[inspector.line].p_identify
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


@compiled_in_place
def _create_call(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``Casework._create_call``."""
    inspector = room.inspectors[ident]
    incident, alert, camera = inspector.incident, inspector.alert, inspector.camera
    number = out.number[N_CALLS]
    out.number[N_CALLS] = number + 1
    kind = room.kinds[room.incidents[incident].kind if incident != NONE else room.alerts[alert].kind]
    call = room.calls[number]
    call.public = NONE
    call.to_send = 1
    call.to_clear = 1
    call.incident = incident
    call.alert = alert
    call.camera = camera
    call.inspector = ident
    call.junction = room.incidents[incident].junction if incident != NONE else room.plans[0, camera].junction
    call.priority = kind.priority
    write_row(out, t_s, CALL_CREATE, incident, alert, number, camera, ident, NONE, float(kind.priority))
    draws = case_of(room, incident, alert)
    if draws.u_needs_unit < kind.p_needs_unit:
        announce(out, room, t_s, number, draws.handover_s)
    else:
        write_row(out, t_s, INCIDENT_CLEAR, incident, alert, number, camera, ident, NONE, REFERRED)
