"""What feeds share: about one decoding thread a core, and a watchdog that no network call can hold up."""

from __future__ import annotations

import functools
import os
import queue
import threading
import time
import warnings
from collections.abc import Callable
from typing import Protocol

WATCH_INTERVAL_S = 0.1


class Fed(Protocol):
    """What a hub serves."""

    @property
    def n_waiting(self) -> int:
        """Packets that wait to be decoded."""
        ...

    def decode_some(self) -> None:
        """Decode a few packets."""
        ...

    def watch(self, now_ns: int) -> None:
        """Look at the age of the last frame and at the reader."""
        ...


class Hub:
    """Decodes for many feeds, each feed by one thread at a time and in order.

    Args:
        n_workers: decoding threads; one a core if None.
    """

    def __init__(self, *, n_workers: int | None = None) -> None:
        self.n_workers = n_workers or os.cpu_count() or 1
        self._ready: queue.SimpleQueue[Fed | None] = queue.SimpleQueue()
        self._feeds: set[Fed] = set()
        self._scheduled: set[Fed] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()

    def join(self, feed: Fed) -> None:
        """Serve a feed from now on."""
        with self._lock:
            self._feeds.add(feed)
            if not self._threads:
                self._start()

    def leave(self, feed: Fed) -> None:
        """Serve it no longer."""
        with self._lock:
            self._feeds.discard(feed)

    def wake(self, feed: Fed) -> None:
        """Say that a feed has something to decode."""
        with self._lock:
            if feed in self._scheduled:
                return
            self._scheduled.add(feed)
        self._ready.put(feed)

    def close(self) -> None:
        """End the threads; the feeds should be closed before."""
        self._closing.set()
        for _ in range(self.n_workers):
            self._ready.put(None)
        for thread in self._threads:
            thread.join(5.0)

    def _start(self) -> None:
        jobs = [(f"decode-{index}", self._work) for index in range(self.n_workers)] + [("watchdog", self._watch)]
        self._threads = [threading.Thread(target=job, name=name, daemon=True) for name, job in jobs]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (feed := self._ready.get()) is not None:
            _spare_others(feed.decode_some)
            with self._lock:
                self._scheduled.discard(feed)
            if feed.n_waiting:  # looked at after the line above: whoever adds one now wakes us himself
                self.wake(feed)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_INTERVAL_S):
            with self._lock:
                feeds = tuple(self._feeds)
            for feed in feeds:
                _spare_others(functools.partial(feed.watch, time.monotonic_ns()))


def _spare_others(turn: Callable[[], None]) -> None:
    """Take a feed's turn; one that fails must not end the thread that serves all."""
    try:
        turn()
    except Exception as error:
        warnings.warn(f"a feed failed in the hub: {error!r}", RuntimeWarning, stacklevel=2)


@functools.cache
def shared_hub() -> Hub:
    """Return the hub of this process."""
    return Hub()
