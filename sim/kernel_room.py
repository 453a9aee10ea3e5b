"""The compiled control room: ``control_room``, function by function."""

from __future__ import annotations

import math

from sim.compiled import compiled_in_place, constant
from sim.kernel_casework import begin, decide, occupy, settle, task_row
from sim.kernel_interruption import make_free
from sim.kernel_layout import DUTY, END_SEARCH, N_SEARCHING, N_UNOWNED, NEXT_SEARCH, NONE, ZERO, Out, Room
from sim.kernel_queue import abandon, highest_level, join_queue, take_queued
from sim.kernel_shift_end import pass_on, resume
from sim.kernel_watch import (
    IDLE,
    camera_owner,
    expect,
    fall,
    is_zoomed_away,
    schedule_notice,
    take_looks,
    verdict_of,
    watch_clock,
    write_row,
)
from sim.log import Name
from sim.state import ATTENDING, IN_HAND, RECORDING, RESTING, SEARCHING, UNSEEN, VERIFYING, ZOOMING

DETECT, OVERFLOW, RECORDED = constant(Name.DETECT), constant(Name.OVERFLOW), constant(Name.RECORDED)
BREAK_START, BREAK_END = constant(Name.BREAK_START), constant(Name.BREAK_END)
ATTEND_END = constant(Name.ATTEND_END)
SEARCH_REQUEST, SEARCH_START = constant(Name.SEARCH_REQUEST), constant(Name.SEARCH_START)
SEARCH_DONE = constant(Name.SEARCH_DONE)
ANY_ROOM = constant(-1)


@compiled_in_place
def _line_of(room: Room, incident: int, camera: int) -> int:
    """Mirror ``World.line_of``; −1 stands for none."""
    if incident != NONE:
        for line in range(room.incidents[incident].first_line, room.incidents[incident].end_line):
            if room.lines[line].camera == camera:
                return line
    return -1


@compiled_in_place
def _take(out: Out, room: Room, t_s: float, ident: int, alert: int) -> None:
    """Mirror ``ControlRoom._take``."""
    entry = room.alerts[alert]
    if entry.incident != NONE and room.incidents[entry.incident].known == UNSEEN:
        room.incidents[entry.incident].known = IN_HAND
    has_begun = entry.left_s < math.inf
    verify_s = entry.left_s if has_begun else verdict_of(room, NONE, alert).verify_s
    began_s = entry.began_s if has_begun else t_s
    entry.left_s = math.inf
    begin(out, room, t_s, ident, alert, entry.incident, entry.camera, _line_of(room, entry.incident, entry.camera),
          verify_s, began_s)


@compiled_in_place
def _take_next(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``ControlRoom._take_next``."""
    if resume(out, room, t_s, ident):
        return
    alert = take_queued(out, room, room.inspectors[ident].room)
    if alert >= 0:
        _take(out, room, t_s, ident, alert)
    elif _may_search(room):
        _search(out, room, t_s, ident)
    else:
        schedule_notice(out, room, t_s, ident)


@compiled_in_place
def _longest_free(out: Out, room: Room, watch_room: int) -> int:
    """Mirror ``ControlRoom._longest_free``; −1 stands for nobody."""
    duty, best = room.duties[out.number[DUTY]], -1
    for place in range(duty.first_inspector, duty.end_inspector):
        ident = room.inspector_posts[place]
        inspector = room.inspectors[ident]
        if inspector.phase == IDLE and (watch_room == ANY_ROOM or inspector.room == watch_room) and (
                best < 0 or inspector.free_since_s < room.inspectors[best].free_since_s):
            best = ident
    return best


@compiled_in_place
def _free_inspector(out: Out, room: Room, camera: int, watch_room: int) -> int:
    """Mirror ``ControlRoom._free_inspector``; −1 stands for nobody."""
    own = camera_owner(room, out.number[DUTY], camera)
    if own >= 0 and room.inspectors[own].phase == IDLE:
        return own
    return _longest_free(out, room, watch_room)


@compiled_in_place
def _inspector_for(out: Out, room: Room, t_s: float, alert: int, watch_room: int) -> int:
    """Mirror ``ControlRoom._inspector_for``; −1 stands for nobody."""
    ident = _free_inspector(out, room, room.alerts[alert].camera, watch_room)
    if ident < 0 and room.choice[0].has_preemption:
        return make_free(out, room, t_s, watch_room, room.alerts[alert].level)
    return ident


@compiled_in_place
def arrive(out: Out, room: Room, t_s: float, alert: int) -> None:
    """Mirror ``ControlRoom.alert``."""
    entry = room.alerts[alert]
    write_row(out, t_s, DETECT, entry.incident, alert, NONE, entry.camera, NONE, NONE, float(entry.kind))
    if is_zoomed_away(room.cameras, entry.camera, entry.incident):
        abandon(out, room, t_s, alert, 2.0)
        return
    watch_room = room.camera_rooms[entry.camera]
    ident = _inspector_for(out, room, t_s, alert, watch_room)
    if ident < 0:
        own = room.rooms[watch_room]
        if own.overflow_to >= 0 and own.queued >= own.overflow_at:
            watch_room = own.overflow_to
            write_row(out, t_s, OVERFLOW, entry.incident, alert, NONE, entry.camera, NONE, NONE, float(watch_room))
            ident = _inspector_for(out, room, t_s, alert, watch_room)
    if ident < 0:
        join_queue(out, room, t_s, alert, watch_room)
    else:
        _take(out, room, t_s, ident, alert)


@compiled_in_place
def notice(out: Out, room: Room, t_s: float, ident: int, version: int) -> None:
    """Mirror ``ControlRoom.notice``."""
    line = fall(out, room, t_s, ident, version)
    if line >= 0:
        look = room.lines[line]
        begin(out, room, t_s, ident, NONE, look.incident, look.camera, line,
              verdict_of(room, look.incident, NONE).verify_s, t_s)


@compiled_in_place
def finish_task(out: Out, room: Room, t_s: float, ident: int, version: int) -> None:
    """Mirror ``ControlRoom.task_done``."""
    inspector = room.inspectors[ident]
    if version != inspector.task_version:
        return
    phase = inspector.phase
    if phase == ZOOMING:
        settle(out, room, t_s, ident)
        return
    if phase == VERIFYING and decide(out, room, t_s, ident):
        return
    _end(out, room, t_s, ident)
    inspector.phase = IDLE
    inspector.free_since_s = t_s
    if inspector.on_duty and not _rests(out, room, t_s, ident):
        _take_next(out, room, t_s, ident)
    if phase == SEARCHING:
        _serve_searches(out, room, t_s)


@compiled_in_place
def _end(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``ControlRoom._end``."""
    inspector = room.inspectors[ident]
    if inspector.phase == RECORDING:
        task_row(out, t_s, RECORDED, ident, inspector, math.nan)
    elif inspector.phase == SEARCHING:
        room.counter[N_SEARCHING] -= 1
        task_row(out, t_s, SEARCH_DONE, ident, inspector, float(room.searches[inspector.search].solved))
    elif inspector.phase == ATTENDING:
        task_row(out, t_s, ATTEND_END, ident, inspector, math.nan)
    elif inspector.phase == RESTING:
        task_row(out, t_s, BREAK_END, ident, inspector, math.nan)
        inspector.spell_s = t_s


@compiled_in_place
def rest(out: Out, room: Room, t_s: float, index: int) -> None:
    """Mirror ``ControlRoom.rest``."""
    ident = room.rests[index].post
    inspector = room.inspectors[ident]
    if not inspector.on_duty or inspector.phase == RESTING:
        return
    inspector.break_due = index
    if inspector.phase == IDLE:
        _rests(out, room, t_s, ident)


@compiled_in_place
def _rests(out: Out, room: Room, t_s: float, ident: int) -> bool:
    """Mirror ``ControlRoom._rests``."""
    inspector, break_s = room.inspectors[ident], room.choice[0].break_s
    due = inspector.break_due
    inspector.break_due = -1
    if due < 0 or t_s + break_s > room.rests[due].until_s:
        return False
    write_row(out, t_s, BREAK_START, NONE, NONE, NONE, NONE, ident, NONE, math.nan)
    occupy(out, room, t_s, ident, RESTING, t_s + break_s)
    return True


@compiled_in_place
def search(out: Out, room: Room, t_s: float, index: int) -> None:
    """Mirror ``ControlRoom.search``."""
    write_row(out, t_s, SEARCH_REQUEST, NONE, NONE, NONE, NONE, NONE, NONE, float(index))
    room.counter[END_SEARCH] += 1
    _serve_searches(out, room, t_s)


@compiled_in_place
def _may_search(room: Room) -> bool:
    """Mirror ``ControlRoom._may_search``."""
    return (room.counter[NEXT_SEARCH] < room.counter[END_SEARCH]
            and room.counter[N_SEARCHING] < room.choice[0].at_most)


@compiled_in_place
def _serve_searches(out: Out, room: Room, t_s: float) -> None:
    """Mirror ``ControlRoom._serve_searches``."""
    while _may_search(room):
        ident = _longest_free(out, room, ANY_ROOM)
        if ident < 0:
            return
        _search(out, room, t_s, ident)


@compiled_in_place
def _search(out: Out, room: Room, t_s: float, ident: int) -> None:
    """Mirror ``ControlRoom._search``."""
    index = room.counter[NEXT_SEARCH]
    room.counter[NEXT_SEARCH] += 1
    room.counter[N_SEARCHING] += 1
    write_row(out, t_s, SEARCH_START, NONE, NONE, NONE, NONE, ident, NONE, float(index))
    occupy(out, room, t_s, ident, SEARCHING, t_s + room.searches[index].duration_s)
    room.inspectors[ident].search = index


@compiled_in_place
def change_inspectors(out: Out, room: Room, t_s: float, old: int, new: int) -> None:
    """Mirror ``ControlRoom.change_shift``; ``old`` is −1 at the start."""
    n_carried = ZERO
    for place in range(out.number[N_UNOWNED]):
        room.carried[n_carried] = room.unowned[place]
        n_carried += 1
    out.number[N_UNOWNED] = 0
    first_old, end_old = (room.duties[old].first_inspector, room.duties[old].end_inspector) if old >= 0 else (0, 0)
    for place in range(first_old, end_old):
        inspector = room.inspectors[room.inspector_posts[place]]
        n_carried = take_looks(room, inspector, room.duties[old].plan, t_s, n_carried)
        inspector.watch_s = watch_clock(inspector, room.choice[0], t_s)
        inspector.free_since_s = t_s
        inspector.version += 1
    _change_duty(room, t_s, first_old, end_old, new)
    out.number[DUTY] = new
    for place in range(n_carried):
        look = room.lines[room.carried[place]]
        if look.end_s > t_s:
            expect(out, room, t_s, room.carried[place], look.left)
    pass_on(out, room, t_s, first_old, end_old)
    for place in range(room.duties[new].first_inspector, room.duties[new].end_inspector):
        ident = room.inspector_posts[place]
        if room.inspectors[ident].phase == IDLE:
            _take_next(out, room, t_s, ident)
    if room.choice[0].has_preemption:
        _put_in_order(out, room, t_s)


@compiled_in_place
def _put_in_order(out: Out, room: Room, t_s: float) -> None:
    """Mirror ``ControlRoom._put_in_order``."""
    for watch_room in range(room.rooms.size):
        while True:
            level = highest_level(room, watch_room)
            ident = make_free(out, room, t_s, watch_room, level)
            if ident < 0:
                break
            _take(out, room, t_s, ident, take_queued(out, room, watch_room))


@compiled_in_place
def _change_duty(room: Room, t_s: float, first_old: int, end_old: int, new: int) -> None:
    """Say who is on duty; those who have just come start their watch clock and their spell."""
    was_on = 2
    for place in range(first_old, end_old):
        room.inspectors[room.inspector_posts[place]].on_duty = was_on
    for place in range(room.duties[new].first_inspector, room.duties[new].end_inspector):
        inspector = room.inspectors[room.inspector_posts[place]]
        if inspector.on_duty != was_on:
            inspector.watch_s = 0.0
            inspector.free_since_s = t_s
            inspector.spell_s = t_s
            inspector.break_due = -1
        inspector.on_duty = 1
    for place in range(first_old, end_old):
        inspector = room.inspectors[room.inspector_posts[place]]
        if inspector.on_duty == was_on:
            inspector.on_duty = 0
