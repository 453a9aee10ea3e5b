"""The compiled queues of alerts: ``alert_queue``, function by function."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled_in_place, constant
from sim.kernel_heaps import due_push
from sim.kernel_layout import DUTY, NONE, ZERO, Out, Room
from sim.kernel_watch import write_row
from sim.log import Name
from sim.state import N_LEVELS

ALERT_END, ABANDON = constant(Order.ALERT_END), constant(Name.ABANDON)


@compiled_in_place
def abandon(out: Out, room: Room, t_s: float, alert: int, why: float) -> None:
    """Mirror ``AlertQueue.abandon``."""
    entry = room.alerts[alert]
    write_row(out, t_s, ABANDON, entry.incident, alert, NONE, entry.camera, NONE, NONE, why)


@compiled_in_place
def _pop(room: Room, queue: int, newest: bool) -> int:
    """Take the oldest or newest alert of one level that still waits off; −1 if none does."""
    end = 1 if newest else 0
    while room.queue[queue, 0] >= 0:
        alert = room.queue[queue, end]
        entry = room.alerts[alert]
        beside = entry.preceding if newest else entry.following
        room.queue[queue, end] = beside
        if beside < 0:
            room.queue[queue, 0] = -1
        elif newest:
            room.alerts[beside].following = -1
        else:
            room.alerts[beside].preceding = -1
        if entry.queued:
            entry.queued = 0
            room.rooms[entry.room].queued -= 1
            return alert
    return -1


@compiled_in_place
def _takes_newest(out: Out, room: Room, watch_room: int) -> bool:
    """Mirror ``AlertQueue._takes_newest``."""
    if not room.choice[0].queue_minds_load:
        return False
    duty, n_staff = room.duties[out.number[DUTY]], 0
    for place in range(duty.first_inspector, duty.end_inspector):
        n_staff += room.inspectors[room.inspector_posts[place]].room == watch_room
    return room.rooms[watch_room].queued > n_staff


@compiled_in_place
def highest_level(room: Room, watch_room: int) -> int:
    """Mirror ``AlertQueue.highest_level``; −1 stands for none."""
    for level in range(N_LEVELS - 1, -1, -1):
        alert = room.queue[watch_room * N_LEVELS + level, 0]
        while alert >= 0:
            if room.alerts[alert].queued:
                return level
            alert = room.alerts[alert].following
    return -1


@compiled_in_place
def take_queued(out: Out, room: Room, watch_room: int) -> int:
    """Mirror ``AlertQueue.take``; −1 stands for none."""
    if room.rooms[watch_room].queued > 0:
        newest_first = _takes_newest(out, room, watch_room)
        for level in range(N_LEVELS - 1, -1, -1):
            queue = watch_room * N_LEVELS + level
            alert = _pop(room, queue, newest_first)
            if alert >= 0:
                return alert
    return -1


@compiled_in_place
def _enter(out: Out, room: Room, t_s: float, alert: int, watch_room: int) -> None:
    """Mirror ``AlertQueue._enter``."""
    entry = room.alerts[alert]
    entry.queued = 1
    entry.room = watch_room
    room.rooms[watch_room].queued += 1
    if t_s <= entry.ends_s and entry.ends_s < math.inf:
        due_push(out, entry.ends_s, ALERT_END, alert, ZERO)


@compiled_in_place
def join_queue(out: Out, room: Room, t_s: float, alert: int, watch_room: int) -> None:
    """Mirror ``AlertQueue.join``."""
    entry, limit = room.alerts[alert], room.choice[0].queue_limit
    if room.rooms[watch_room].queued >= limit:
        for lower in range(entry.level + 1):
            oldest = _pop(room, watch_room * N_LEVELS + lower, False)
            if oldest >= 0:
                abandon(out, room, t_s, oldest, 1.0)
                break
    if room.rooms[watch_room].queued >= limit:
        abandon(out, room, t_s, alert, 1.0)
        return
    _enter(out, room, t_s, alert, watch_room)
    queue = watch_room * N_LEVELS + entry.level
    entry.following, entry.preceding = -1, -1
    if room.queue[queue, 0] < 0:
        room.queue[queue, 0] = alert
    else:
        entry.preceding = room.queue[queue, 1]
        room.alerts[entry.preceding].following = alert
    room.queue[queue, 1] = alert


@compiled_in_place
def put_front(out: Out, room: Room, t_s: float, alert: int, watch_room: int) -> None:
    """Mirror ``AlertQueue.put_front``."""
    _enter(out, room, t_s, alert, watch_room)
    queue = watch_room * N_LEVELS + room.alerts[alert].level
    first = room.queue[queue, 0]
    if first < 0:
        room.queue[queue, 1] = alert
    else:
        room.alerts[first].preceding = alert
    room.alerts[alert].following, room.alerts[alert].preceding = first, -1
    room.queue[queue, 0] = alert


@compiled_in_place
def end_alert(out: Out, room: Room, t_s: float, alert: int) -> None:
    """Mirror ``AlertQueue.end``."""
    entry = room.alerts[alert]
    if entry.queued:
        entry.queued = 0
        room.rooms[entry.room].queued -= 1
        abandon(out, room, t_s, alert, 0.0)
