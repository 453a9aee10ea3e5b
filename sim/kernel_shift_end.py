"""The compiled end of a shift: ``shift_end``, function by function."""

from __future__ import annotations

import math

from sim.compiled import compiled_in_place, constant
from sim.kernel_casework import end_at, hold, release, stop_watching, task_row
from sim.kernel_layout import DUTY, N_RESUMPTIONS, NONE, Out, Record, Room
from sim.kernel_queue import put_front
from sim.kernel_watch import IDLE
from sim.log import Name
from sim.roomwork import ShiftEnd
from sim.state import IN_HAND, RECORDING, UNSEEN, VERIFYING, ZOOMING

HAND_OVER, PUT_BACK = constant(Name.HAND_OVER), constant(Name.PUT_BACK)
FINISH, PREEMPT = (list(ShiftEnd).index(policy) for policy in (ShiftEnd.FINISH, ShiftEnd.PREEMPT))


@compiled_in_place
def _copy_task(source: Record, target: Record) -> None:
    target.began_s = source.began_s
    target.verify_s = source.verify_s
    target.phase = source.phase
    target.alert = source.alert
    target.incident = source.incident
    target.camera = source.camera
    target.line = source.line
    target.call = source.call
    target.search = source.search
    target.holds_camera = source.holds_camera


@compiled_in_place
def pass_on(out: Out, room: Room, t_s: float, first_old: int, end_old: int) -> None:
    """Mirror ``CasesPassedOn.pass_on``."""
    policy = room.choice[0].shift_end
    if policy == FINISH:
        return
    for place in range(end_old - 1, first_old - 1, -1):
        ident = room.inspector_posts[place]
        inspector = room.inspectors[ident]
        phase = inspector.phase
        if inspector.on_duty or phase not in (VERIFYING, RECORDING, ZOOMING):
            continue
        if policy == PREEMPT and inspector.alert != NONE and phase != RECORDING:
            put_back(out, room, t_s, ident)
            continue
        heir = _heir(out, room, t_s, inspector.room)
        if heir >= 0:
            _hand_over(out, room, t_s, heir, inspector, inspector.ends_s, float(ident))
            _free(inspector, t_s)
        elif policy == PREEMPT:
            _keep(out, room, t_s, ident)


@compiled_in_place
def _heir(out: Out, room: Room, t_s: float, watch_room: int) -> int:
    """Mirror ``CasesPassedOn._heir``; −1 stands for nobody."""
    duty, best, best_came = room.duties[out.number[DUTY]], -1, False
    for place in range(duty.first_inspector, duty.end_inspector):
        ident = room.inspector_posts[place]
        inspector = room.inspectors[ident]
        if inspector.phase == IDLE and inspector.room == watch_room:
            came = inspector.spell_s >= t_s
            if best < 0 or (came and not best_came):
                best, best_came = ident, came
    return best


@compiled_in_place
def _free(inspector: Record, t_s: float) -> None:
    """Mirror ``CasesPassedOn._free``."""
    inspector.phase = IDLE
    inspector.task_version += 1
    inspector.free_since_s = t_s


@compiled_in_place
def _hand_over(out: Out, room: Room, t_s: float, heir: int, task: Record, ends_s: float, giver: float) -> None:
    """Mirror ``CasesPassedOn._hand_over``."""
    inspector = room.inspectors[heir]
    stop_watching(room, inspector, t_s)
    _copy_task(task, inspector)
    task_row(out, t_s, HAND_OVER, heir, inspector, giver)
    end_at(out, inspector, heir, ends_s)


@compiled_in_place
def put_back(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``CasesPassedOn.put_back``."""
    inspector = room.inspectors[ident]
    left_s = inspector.ends_s - t_s if inspector.phase == VERIFYING else inspector.verify_s
    alert = inspector.alert
    room.alerts[alert].left_s = left_s
    room.alerts[alert].began_s = inspector.began_s
    if inspector.incident != NONE and room.incidents[inspector.incident].known == IN_HAND:
        room.incidents[inspector.incident].known = UNSEEN
    release(room, inspector)
    task_row(out, t_s, PUT_BACK, ident, inspector, left_s)
    _free(inspector, t_s)
    put_front(out, room, t_s, alert, inspector.room)


@compiled_in_place
def _keep(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``CasesPassedOn._keep``."""
    inspector = room.inspectors[ident]
    left_s = inspector.ends_s - t_s
    release(room, inspector)
    task_row(out, t_s, PUT_BACK, ident, inspector, left_s)
    kept = room.resumptions[room.counter[N_RESUMPTIONS]]
    room.counter[N_RESUMPTIONS] += 1
    _copy_task(inspector, kept)
    kept.ends_s = left_s
    kept.room = inspector.room
    _free(inspector, t_s)


@compiled_in_place
def resume(out: Out, room: Room, t_s: float, ident: int) -> bool:
    """Mirror ``CasesPassedOn.resume``."""
    for place in range(room.counter[N_RESUMPTIONS]):
        kept = room.resumptions[place]
        if kept.room == room.inspectors[ident].room:
            if kept.phase != RECORDING and kept.line >= 0 and room.lines[kept.line].zoom_s > 0.0:
                kept.holds_camera = 1 if hold(room, kept.camera, kept.incident) else 0
            _hand_over(out, room, t_s, ident, kept, t_s + kept.ends_s, math.nan)
            room.counter[N_RESUMPTIONS] -= 1
            for later in range(place, room.counter[N_RESUMPTIONS]):
                room.resumptions[later] = room.resumptions[later + 1]
            return True
    return False
