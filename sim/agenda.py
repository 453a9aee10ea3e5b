"""A SimPy environment whose events are due at absolute instants, in a written order of ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from heapq import heappush

import simpy


class Order(IntEnum):
    """Which event comes first at one instant; both engines use this order, then the id, then the serial number."""

    SHIFT = 0
    BREAK = 1
    SERVICE = 2
    TASK_DONE = 3
    UNIT = 4
    ALERT_END = 5
    OCCUR = 6
    NOTICE = 7
    ALERT = 8
    SEARCH = 9
    PUBLIC_CALL = 10
    CALL_READY = 11
    PLAN = 12


Entry = tuple[float, int, int, int, int]
"""(t_s, order, ident, serial, version) of one pending event."""


Handler = Callable[[float, int, int], None]
"""Called with (t_s, ident, version)."""


_new = object.__new__


class Due(simpy.Event):
    """An event that carries plain numbers only, so that a pending agenda can be copied; it never fails."""

    _ok = True
    _value = None
    entry: Entry


class Agenda(simpy.Environment):
    """SimPy's event loop, fed with absolute instants.

    ``Environment.schedule`` takes a delay and adds it to now, which can miss the meant instant by a rounding
    error; here the instant itself goes on the heap. Ties are broken by (order, ident, serial).

    Args:
        handlers: what to call for a due event, by its order.
        now_s: scenario second at which the agenda starts.
    """

    def __init__(self, handlers: Sequence[Handler], now_s: float = 0.0) -> None:
        super().__init__(initial_time=now_s)
        self._handlers = handlers
        self._callbacks: list[Callable[[simpy.Event], None]] = [self._fire]
        self._serial = 0

    def at(self, t_s: float, order: int, ident: int, version: int = 0) -> None:
        """Make an event due at an absolute instant."""
        self._serial = serial = self._serial + 1
        due = _new(Due)  # a Due needs none of what simpy.Event's constructor sets, and there are many
        due.callbacks = self._callbacks
        due.entry = (t_s, order, ident, serial, version)
        heappush(self._queue, (t_s, order, (ident, serial), due))  # type: ignore[misc] # ids stand in the place of SimPy's own serial number

    def _fire(self, due: simpy.Event) -> None:
        t_s, order, ident, _, version = due.entry  # type: ignore[attr-defined] # every event here is a Due
        self._handlers[order](t_s, ident, version)

    def entries(self) -> list[Entry]:
        """Return what is pending, in heap order."""
        return [item[3].entry for item in self._queue]  # type: ignore[attr-defined] # as above

    def restored(self, now_s: float, entries: list[Entry]) -> Agenda:
        """Return a new agenda for the same handlers, holding ``entries``."""
        fresh = Agenda(self._handlers, now_s)
        for t_s, order, ident, serial, version in entries:
            fresh._serial = serial - 1
            fresh.at(t_s, order, ident, version)
        fresh._serial = max((entry[3] for entry in entries), default=0)
        return fresh
