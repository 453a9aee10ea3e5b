"""Who sees frames where they are decoded, and which of them are let go because newer ones wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from hw.frame import Frame


class Onlooker:
    """Is given frames one by one; a stale one gives way to those that wait behind it, but not all of them for long.

    Args:
        see: is given the frames, on the thread that decodes.
        fresh_s: a frame is stale once it waited for longer, and one is given in that time however stale it is.
    """

    def __init__(self, see: Callable[[Frame], None], fresh_s: float) -> None:
        self._see, self._fresh_ns = see, round(fresh_s * 1e9)
        self._given_ns = 0
        self.n_stale = 0
        """Frames that were not given."""

    def lets_go(self, frame: Frame, now_ns: int) -> bool:
        """Return whether a frame behind which others wait is not to be given, and count it."""
        is_let_go = now_ns - frame.arrival_ns > self._fresh_ns and now_ns - self._given_ns < self._fresh_ns
        self.n_stale += is_let_go
        return is_let_go

    def give(self, frame: Frame) -> None:
        """Show a frame."""
        self._see(frame)
        self._given_ns = time.monotonic_ns()
