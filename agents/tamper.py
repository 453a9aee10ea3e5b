"""Tampering with a camera: covered, turned away, blurred, blacked out or frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

from agents.detector import Stream
from agents.watching import NotStartedError, Post
from hw.frame import Frame
from hw.health import THUMBNAIL_WH, CameraHealth, Tamper
from sim.records import Alert

_SCORES = {Tamper.BLACKOUT: 0.95, Tamper.COVERED: 0.85, Tamper.DEFOCUSED: 0.7, Tamper.MOVED: 0.7, Tamper.FROZEN: 0.9}
"""How sure each is: blackness cannot be mistaken, a moved view can be a lorry that parks."""


class TamperDetector:
    """Raises ``camera_covered``, ``camera_moved``, ``camera_defocused``, ``camera_blackout`` or ``camera_frozen``.

    It sees what the health of a live feed sees, and needs at least five seconds of the scene before and four of the
    fault. It cannot tell a spider's web from paint, or a new shop front from a turned camera.
    """

    name = "tamper"
    pixels: Literal["luma", "bgr"] = "luma"
    kinds = tuple(f"camera_{tamper}" for tamper in _SCORES)
    working_size_wh: tuple[int, int] | None = THUMBNAIL_WH

    def __init__(self) -> None:
        self._post: Post | None = None
        self.reset()

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self._post = Post(self.name, stream)
        self.reset()

    def reset(self) -> None:
        """Forget the scene, keep the stream."""
        self._health = CameraHealth()
        self._last_s = float("-inf")
        if self._post is not None:
            self._post.forget_time()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame and return the faults that have lasted long enough."""
        if self._post is None:
            raise NotStartedError(self.name)
        t_s = self._post.time_s(frame)
        if t_s < self._last_s:
            self._health = CameraHealth()
        self._last_s = t_s
        timed = dataclasses.replace(frame, arrival_ns=round(t_s * 1e9))  # so that a recording is judged as it was live
        return [self._post.alert(f"camera_{event.tamper}", detect_s=t_s, score=_SCORES[event.tamper], box_xyxy=None)
                for event in self._health.update(timed) if event.tamper in _SCORES]
