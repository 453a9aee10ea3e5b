"""Addresses behind which nothing answers, each in its own way."""

from __future__ import annotations

import contextlib
import socket


class SilentListener:
    """Takes connections and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> SilentListener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Refuse from now on."""
        self._socket.close()


class DroppedSyn:
    """Drops whoever knocks: its queue of connections is full, so the system answers no further one (Linux)."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), backlog=0)
        self.port = int(self._socket.getsockname()[1])
        self._fillers = [self._fill() for _ in range(4)]

    def __enter__(self) -> DroppedSyn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Refuse from now on."""
        for filler in self._fillers:
            filler.close()
        self._socket.close()

    def _fill(self) -> socket.socket:
        filler = socket.socket()
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect(("127.0.0.1", self.port))
        return filler
