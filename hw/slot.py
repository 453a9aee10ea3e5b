"""A place for one frame, in which the latest wins."""

from __future__ import annotations

import threading

from hw.frame import Frame


class Slot:
    """Holds the newest frame until it is taken; one that was not taken in time is dropped and counted."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._frame: Frame | None = None
        self._is_closed = False
        self.n_dropped = 0

    def put(self, frame: Frame) -> bool:
        """Lay a frame in, in place of one that nobody took; return whether there was none."""
        with self._change:
            was_empty = self._frame is None
            self.n_dropped += not was_empty
            self._frame = frame
            self._change.notify()
        return was_empty

    def take(self, timeout_s: float | None = None) -> Frame | None:
        """Wait for a frame and take it; None once closed or when time is up."""
        with self._change:
            self._change.wait_for(lambda: self._frame is not None or self._is_closed, timeout_s)
            frame, self._frame = self._frame, None
            return None if self._is_closed else frame

    def close(self) -> None:
        """Wake whoever waits; nothing is given from now on."""
        with self._change:
            self._is_closed, self._frame = True, None
            self._change.notify_all()
