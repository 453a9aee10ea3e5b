"""The thread that reads one feed: it connects, hands packets on, waits and connects again, and never decodes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from hw.backoff import Backoff
from hw.connection import Connected, FeedError, VideoPacket
from hw.credentials import redact

Connect = Callable[[str], Connected]


class ReaderOwner(Protocol):
    """What a reader tells its news to."""

    def connecting(self) -> None:
        """Another attempt begins."""
        ...

    def connected(self, connection: Connected) -> None:
        """The stream is open."""
        ...

    def accept(self, connection: Connected, packet: VideoPacket, arrival_ns: int) -> None:
        """A packet came."""
        ...

    def failed(self, error: FeedError) -> None:
        """The attempt or the connection came to its end."""
        ...


class Reader:
    """Reads one address until stopped.

    Args:
        url: the address, with its credentials.
        connect: opens it.
        backoff: how long to wait after a failure.
        owner: takes the packets.
        name: of the thread.
    """

    def __init__(self, url: str, connect: Connect, backoff: Backoff, owner: ReaderOwner, *, name: str) -> None:
        self._url, self._connect, self._backoff, self._owner = url, connect, backoff, owner
        self._stopped = threading.Event()
        self._reopen: str | None = None
        self._busy_since_ns: int | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Bid the thread end, without waiting for it; it says nothing more to its owner."""
        self._stopped.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def reopen(self, why: str) -> None:
        """Bid the thread let go of the connection at the next packet and connect again."""
        self._reopen = why

    def blocked_s(self, now_ns: int) -> float:
        """Return for how long the thread has been inside one call to the network."""
        since_ns = self._busy_since_ns
        return 0.0 if since_ns is None else (now_ns - since_ns) * 1e-9

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._owner.connecting()
            began_ns = time.monotonic_ns()
            error, was_open = self._attempt()
            if self._stopped.is_set():
                return
            self._owner.failed(error)
            if error.is_final:
                return
            spent_s = 0.0 if was_open else (time.monotonic_ns() - began_ns) * 1e-9
            self._stopped.wait(max(0.02, self._backoff.next_wait_s() - spent_s))

    def _attempt(self) -> tuple[FeedError, bool]:
        """Connect and read to the end; return what ended it, and whether the stream was open before."""
        connection: Connected | None = None
        try:
            self._busy_since_ns = time.monotonic_ns()
            connection = self._connect(self._url)
            self._read(connection)
        except FeedError as error:
            return error, connection is not None
        except Exception as error:  # whatever FFmpeg's wrapper thinks of next, the camera must come back
            return FeedError(f"{redact(self._url)}: {redact(repr(error))}"), connection is not None
        finally:
            self._busy_since_ns = None
            if connection is not None:
                connection.close()
        return FeedError("stopped"), True

    def _read(self, connection: Connected) -> None:
        self._reopen = None
        if not self._stopped.is_set():
            self._owner.connected(connection)
        packets = connection.packets()
        while not self._stopped.is_set():
            self._busy_since_ns = time.monotonic_ns()
            packet = next(packets)
            arrival_ns = time.monotonic_ns()
            self._busy_since_ns = None
            if self._stopped.is_set():
                return
            self._owner.accept(connection, packet, arrival_ns)
            if self._reopen is not None:
                raise FeedError(self._reopen)
