"""The queues of alerts, one for each room, by likelihood level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.agenda import Order
from sim.log import Name
from sim.roomwork import QueueOrder

if TYPE_CHECKING:
    from sim.engine import World

ENDED, FULL, ZOOMED_AWAY, DARK = 0.0, 1.0, 2.0, 3.0
"""Why an alert was never seen; the ``value`` of an ``abandon`` row."""


class AlertQueue:
    """Handles waiting alerts on a world's state; holds nothing of its own that changes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def overflow_from(self, room: int) -> int | None:
        """Return the room that takes a room's new alerts now, if its queue is long enough for that."""
        world = self._world
        if not world.scenario.rooms:
            return None
        own = world.scenario.rooms[room]
        if own.overflow_to is None or world.state.n_queued[room] < own.overflow_at:
            return None
        return world.scenario.room_index(own.overflow_to)

    def join(self, t_s: float, alert: int, room: int) -> None:
        """Let an alert wait at the end of its level, or leave if the room's queue is full of no lower ones."""
        world, state = self._world, self._world.state
        level, limit = world.alerts.level[alert], world.scenario.alerting.queue_limit
        if state.n_queued[room] >= limit:
            self._push_out(t_s, room, level)
        if state.n_queued[room] < limit:
            self._enter(t_s, alert, room)
            state.levels[room][level].append(alert)
        else:
            self.abandon(t_s, alert, FULL)

    def wait_for_person(self, t_s: float, alert: int, room: int) -> None:
        """Let an alert wait until a person takes it, however long the queue is; simulated inspectors pass it over."""
        self._enter(t_s, alert, room)

    def put_front(self, t_s: float, alert: int, room: int) -> None:
        """Let an alert wait before all others of its level, be the queue full or not."""
        self._enter(t_s, alert, room)
        self._world.state.levels[room][self._world.alerts.level[alert]].appendleft(alert)

    def _enter(self, t_s: float, alert: int, room: int) -> None:
        world, ends_s = self._world, self._world.alerts.ends_s[alert]
        world.state.queued[alert] = room
        world.state.n_queued[room] += 1
        if t_s <= ends_s < math.inf:
            world.agenda.at(ends_s, Order.ALERT_END, alert)

    def _leave(self, alert: int) -> None:
        state = self._world.state
        state.n_queued[state.queued.pop(alert)] -= 1

    def abandon(self, t_s: float, alert: int, why: float) -> None:
        """Write down that an alert is never seen."""
        world = self._world
        world.row(t_s, Name.ABANDON, incident=world.alerts.incident[alert], alert=alert,
                  camera=world.alerts.camera[alert], value=why)

    def _push_out(self, t_s: float, room: int, level: int) -> None:
        """Drop the oldest waiting alert of the lowest level, if that is no higher than the new one's."""
        state = self._world.state
        for queue in state.levels[room][: level + 1]:
            while queue:
                oldest = queue.popleft()
                if oldest in state.queued:
                    self._leave(oldest)
                    self.abandon(t_s, oldest, FULL)
                    return

    def end(self, t_s: float, alert: int) -> None:
        """Let an alert go whose offence has ended, if it still waits."""
        if alert in self._world.state.queued:
            self._leave(alert)
            self.abandon(t_s, alert, ENDED)

    def take_one(self, alert: int) -> bool:
        """Take a certain alert off, if it waits; say whether it did."""
        waits = alert in self._world.state.queued
        if waits:
            self._leave(alert)
        return waits

    def _takes_newest(self, room: int) -> bool:
        """Say whether more alerts wait than inspectors are on duty, under the order that minds it."""
        world = self._world
        return (world.scenario.alerting.queue_order is QueueOrder.LIKELIHOOD_AND_LOAD
                and world.state.n_queued[room] > len(world.room_staff[world.state.duty][room]))

    def highest_level(self, room: int) -> int | None:
        """Return the level of the likeliest alert that waits for a simulated inspector; None if none waits."""
        state = self._world.state
        for level in reversed(range(len(state.levels[room]))):
            if any(alert in state.queued for alert in state.levels[room][level]):
                return level
        return None

    def take(self, room: int) -> int | None:
        """Take the next waiting alert off, as the scenario's queue order says; None if none waits."""
        state = self._world.state
        if not state.n_queued[room]:
            return None
        newest_first = self._takes_newest(room)
        for queue in reversed(state.levels[room]):
            while queue:
                alert = queue.pop() if newest_first else queue.popleft()
                if alert in state.queued:
                    self._leave(alert)
                    return alert
        return None
