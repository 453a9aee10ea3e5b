"""Who is in view: tracks of people or other kinds of things, by a network, or by motion where there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from agents.detections import Detection
from agents.motion import MotionGate
from agents.network import try_network
from agents.track import Track, Tracker
from hw.frame import Frame

DEGRADED = "degraded to motion"
_WEAK = 0.1
_BUSY_S = 2.0
"""After motion the network looks for so long at its full rate …"""
_IDLE_HZ = 1.0
"""… and at this rate while nothing moves."""


class Lookout:
    """Finds and follows what is in view.

    Args:
        network: a name, an ONNX file, or "none" for motion alone. If a known network cannot be had, motion serves, and
            ``degraded`` says so.
        kinds: what is looked for.
        rate_hz: how often the network looks while something moves.
        size_px: longer side of what the network sees.
    """

    def __init__(self, *, network: str = "yolox_nano", kinds: Collection[str] = ("person",), rate_hz: float = 4.0,
                 size_px: int = 416, lost_s: float = 2.0, path_s: float = 4.0) -> None:
        self._kinds = tuple(kinds)
        self._rate_hz = rate_hz
        tried = try_network(network, size_px=size_px, without=DEGRADED)
        self.network, self.degraded = tried.network, tried.degraded
        self._gate = MotionGate()
        self._tracker = Tracker(lost_s=lost_s, path_s=path_s)
        self.reset()

    @property
    def pixels(self) -> Literal["luma", "bgr"]:
        """Which pixels it asks of a frame."""
        return "luma" if self.network is None else "bgr"

    @property
    def tracks(self) -> list[Track]:
        """Those in view now."""
        return self._tracker.tracks

    @property
    def has_looked(self) -> bool:
        """True if the latest frame was really looked at, not only predicted over."""
        return self._has_looked

    def working_size_wh(self, size_wh: tuple[int, int]) -> tuple[int, int]:
        """Return the size at which pictures of some size are looked at."""
        if self.network is not None:
            return self.network.input_wh(size_wh)
        return max(1, size_wh[0] // 4), max(1, size_wh[1] // 4)

    def reset(self) -> None:
        """Forget everybody."""
        self._gate.reset()
        self._tracker.reset()
        self._looked_s: float | None = None
        self._moved_s = float("-inf")
        self._has_looked = False

    def update(self, frame: Frame, t_s: float) -> list[Track]:
        """Take the next frame and return the tracks that are in view."""
        if self._looked_s is not None and t_s < self._looked_s:
            self.reset()
        self._has_looked = False
        if self._looked_s is not None and not _is_due(t_s - self._looked_s, self._rate_hz):
            return self.tracks
        if self.network is None:
            self._has_looked = True
            self._looked_s = t_s
            return self._tracker.update(self._movers(frame, t_s), t_s)
        if self._gate.look(frame.luma(), t_s):
            self._moved_s = t_s
        is_idle = t_s - self._moved_s > _BUSY_S
        if self._looked_s is not None and is_idle and not _is_due(t_s - self._looked_s, _IDLE_HZ):
            return self.tracks
        self._has_looked = True
        self._looked_s = t_s
        return self._tracker.update(self.network.find(frame.bgr(), min_score=_WEAK, kinds=self._kinds), t_s)

    def _movers(self, frame: Frame, t_s: float) -> list[Detection]:
        kind = self._kinds[0] if len(self._kinds) == 1 else "mover"
        return [Detection(box_xyxy=region.box_xyxy, kind=kind, score=1.0 - 0.5 / region.contrast)
                for region in self._gate.look(frame.luma(), t_s)]


def _is_due(since_s: float, rate_hz: float) -> bool:
    return since_s * rate_hz >= 0.9  # frames never fall exactly on the beat
