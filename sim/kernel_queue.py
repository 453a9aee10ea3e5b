"""The compiled queues of alerts: ``alert_queue``, function by function."""

from __future__ import annotations

import math

from sim.agenda import Order
from sim.compiled import compiled_in_place
from sim.kernel_heaps import due_push
from sim.kernel_layout import NONE, ZERO, Out, Room, constant
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
def _pop(room: Room, queue: int) -> int:
    """Take the oldest alert of one level that still waits off; −1 if none does."""
    while room.queue[queue, 0] >= 0:
        alert = room.queue[queue, 0]
        entry = room.alerts[alert]
        room.queue[queue, 0] = entry.following
        if entry.queued:
            entry.queued = 0
            room.rooms[entry.room].queued -= 1
            return alert
    return -1


@compiled_in_place
def take_queued(room: Room, watch_room: int) -> int:
    """Mirror ``AlertQueue.take``; −1 stands for none."""
    if room.rooms[watch_room].queued > 0:
        for level in range(N_LEVELS - 1, -1, -1):
            alert = _pop(room, watch_room * N_LEVELS + level)
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
            oldest = _pop(room, watch_room * N_LEVELS + lower)
            if oldest >= 0:
                abandon(out, room, t_s, oldest, 1.0)
                break
    if room.rooms[watch_room].queued >= limit:
        abandon(out, room, t_s, alert, 1.0)
        return
    _enter(out, room, t_s, alert, watch_room)
    queue = watch_room * N_LEVELS + entry.level
    entry.following = -1
    if room.queue[queue, 0] < 0:
        room.queue[queue, 0] = alert
    else:
        room.alerts[room.queue[queue, 1]].following = alert
    room.queue[queue, 1] = alert


@compiled_in_place
def put_front(out: Out, room: Room, t_s: float, alert: int, watch_room: int) -> None:
    """Mirror ``AlertQueue.put_front``."""
    _enter(out, room, t_s, alert, watch_room)
    queue = watch_room * N_LEVELS + room.alerts[alert].level
    if room.queue[queue, 0] < 0:
        room.queue[queue, 1] = alert
    room.alerts[alert].following = room.queue[queue, 0]
    room.queue[queue, 0] = alert


@compiled_in_place
def end_alert(out: Out, room: Room, t_s: float, alert: int) -> None:
    """Mirror ``AlertQueue.end``."""
    entry = room.alerts[alert]
    if entry.queued:
        entry.queued = 0
        room.rooms[entry.room].queued -= 1
        abandon(out, room, t_s, alert, 0.0)
