"""What comes to a world by itself, in order: incidents, alerts, breaks, searches, calls from the public, windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.agenda import Order

if TYPE_CHECKING:
    from sim.engine import World
    from sim.trace import Trace


class Arrivals:
    """Makes the next of each sort due when one comes, which keeps the agenda short; holds nothing that changes.

    Args:
        world: whose agenda they stand on.
        trace: holds them.
    """

    def __init__(self, world: World, trace: Trace) -> None:
        self._world = world
        noticeable = np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line))
        self._occurring: list[int] = np.unique(noticeable[trace.line_p_look > 0.0]).tolist()
        self._occur_s: list[float] = trace.occur_s[self._occurring].tolist()
        self._request_s: list[float] = trace.searches.request_s.tolist() if trace.searches else []
        self.n_alerts = len(world.alerts.detect_s)

    def begin(self) -> None:
        """Make the first of each sort due."""
        self._next_occurs(0)
        self._next_alert(0)
        self._next_rest(0)
        self._next_search(0)
        self.next_public_call(0)
        self.next_window(0)

    def occur(self, t_s: float, incident: int, place: int) -> None:
        """Let a noticeable incident begin."""
        self._next_occurs(place + 1)
        self._world.room.occur(t_s, incident)

    def _next_occurs(self, place: int) -> None:
        if place < len(self._occurring):
            self._world.agenda.at(self._occur_s[place], Order.OCCUR, self._occurring[place], place)

    def alert(self, t_s: float, alert: int, _: int) -> None:
        """Let an alert come, drawn or live."""
        self._next_alert(alert + 1)
        self._world.room.alert(t_s, alert)

    def _next_alert(self, alert: int) -> None:
        if alert < self.n_alerts:
            self._world.agenda.at(self._world.alerts.detect_s[alert], Order.ALERT, alert)

    def rest(self, t_s: float, index: int, _: int) -> None:
        """Let a break fall due."""
        self._next_rest(index + 1)
        self._world.room.rest(t_s, index)

    def _next_rest(self, index: int) -> None:
        if index < len(self._world.rests):
            self._world.agenda.at(self._world.rests[index].start_s, Order.BREAK, index)

    def search(self, t_s: float, search: int, _: int) -> None:
        """Let a request to search the archive come."""
        self._next_search(search + 1)
        self._world.room.search(t_s, search)

    def _next_search(self, search: int) -> None:
        if search < len(self._request_s):
            self._world.agenda.at(self._request_s[search], Order.SEARCH, search)

    def next_public_call(self, public: int) -> None:
        """Make the next call from the public due."""
        create_s = self._world.units.public.create_s
        if public < len(create_s):
            self._world.agenda.at(create_s[public], Order.PUBLIC_CALL, public)

    def next_window(self, window: int) -> None:
        """Make the next window in which a unit cannot be sent due."""
        from_s = self._world.units.windows.from_s
        if window < len(from_s):
            self._world.agenda.at(from_s[window], Order.SERVICE, window)
