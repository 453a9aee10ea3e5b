"""Key frames of a feed: how far apart they come, and a camera asked for one when pictures are tainted."""

from __future__ import annotations

from collections.abc import Callable

RARE_S = 4.0
"""Key frames further apart leave a loss in the picture for too long."""
ASK_S = 1.0
"""After so long a taint a camera that can be asked for a key frame is; one that refuses is opened anew."""
_ASK_AGAIN_S = 10.0


class KeyFrames:
    """Measures the distance between key frames, and knows when to ask for one.

    Args:
        ask: asks the camera and returns whether it agreed; None if it cannot be asked.
    """

    def __init__(self, ask: Callable[[], bool] | None) -> None:
        self._ask = ask
        self._asked_at_ns: int | None = None
        self._last_s: float | None = None
        self.interval_s: float | None = None
        """Longest distance so far; None before two were seen on one connection."""

    def restart(self) -> None:
        """Begin anew on another connection."""
        self._last_s = None

    def note(self, at_s: float) -> float | None:
        """Take the arrival of a key frame; return the distance in seconds if they are rare, the first time only."""
        before_s, self._last_s = self._last_s, at_s
        if before_s is None:
            return None
        distance_s, longest_s = at_s - before_s, self.interval_s or 0.0
        self.interval_s = max(distance_s, longest_s)
        return distance_s if distance_s > RARE_S >= longest_s else None

    def is_to_be_asked(self, since_ns: int, now_ns: int) -> bool:
        """Say whether to ask, for a taint that began at ``since_ns``; once for some time."""
        if self._ask is None or (now_ns - since_ns) * 1e-9 < ASK_S:
            return False
        if self._asked_at_ns is not None and (now_ns - self._asked_at_ns) * 1e-9 < _ASK_AGAIN_S:
            return False
        self._asked_at_ns = now_ns
        return True

    def ask(self) -> bool:
        """Ask, waiting for the camera's answer; return whether it agreed."""
        return self._ask is not None and self._ask()
