"""A fight: two close together who move hard and without going anywhere; a cue for attention, not a finding."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np

from agents.detector import Stream
from agents.motion import MotionGate, MovingRegion
from agents.regions import gap_px
from agents.watching import Box, NotStartedError, Post
from hw.frame import Frame, Picture
from sim.records import Alert

_WORKING_PX = 384
_RATE_HZ = 10.0
_MEMORY_S = 1.0


@dataclass(slots=True, kw_only=True)
class _Scuffle:
    """A place in which there is much movement."""

    box_xyxy: Box
    """Working pixels."""
    first_s: float
    seen_s: float
    agitation: float = 0.0
    """Running mean of how fast its parts move against each other, in its own heights a second."""
    path: deque[tuple[float, Box]] = field(default_factory=deque)
    is_told: bool = False

    def travel_per_s(self) -> float:
        """Return how far it went in the last two seconds, in its own heights a second."""
        (first_s, first), (last_s, last) = self.path[0], self.path[-1]
        if last_s - first_s < 0.5:
            return 1.0
        away_px = math.hypot(first[0] + first[2] - last[0] - last[2], first[1] + first[3] - last[1] - last[3]) / 2.0
        return away_px / max(8.0, last[3] - last[1]) / (last_s - first_s)


class FightDetector:
    """Raises ``fight``, as a cue for attention.

    Where something moves, dense optical flow (Farnebäck 2003) tells how fast its parts move against the whole, in
    heights a second. Who walks swings legs and arms as fast, but goes somewhere; so only what travels less than
    ``most_travel`` heights a second counts. A place where this has been above ``least`` for ``hold_s`` is told. The
    score is agitation / (agitation + ``least``): one half at the threshold.

    It cannot tell a fight from dancing, play, a hug with much gesture, or several who cross in a crowd.
    """

    name = "fight"
    kinds = ("fight",)
    claim = "attention cue"
    pixels: Literal["luma", "bgr"] = "luma"

    def __init__(self, *, least: float = 0.25, most_travel: float = 0.35, hold_s: float = 1.5) -> None:
        self._least = least
        self._most_travel = most_travel
        self._hold_s = hold_s
        self._post: Post | None = None
        self._scale = 1.0
        self._gate = MotionGate()
        self.reset()

    @property
    def working_size_wh(self) -> tuple[int, int] | None:
        """Size at which movement is measured; the stream's own if that is smaller."""
        if self._post is None:
            return None
        width, height = self._post.stream.size_wh
        return max(8, round(width / self._scale)), max(8, round(height / self._scale))

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self._post = Post(self.name, stream)
        self._scale = max(1.0, max(stream.size_wh) / _WORKING_PX)
        self.reset()

    def reset(self) -> None:
        """Forget the scene, keep the stream."""
        self._gate = MotionGate(stride=2, min_share=0.003)
        self._before: Picture | None = None
        self._looked_s = 0.0
        self._scuffles: list[_Scuffle] = []
        if self._post is not None:
            self._post.forget_time()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame and return where it looks like a fight."""
        if self._post is None:
            raise NotStartedError(self.name)
        t_s = self._post.time_s(frame)
        if self._before is not None and t_s < self._looked_s:
            self.reset()
        dt_s = t_s - self._looked_s
        if self._before is not None and dt_s * _RATE_HZ < 0.9:
            return ()
        self._looked_s = t_s
        size_wh = self.working_size_wh or (8, 8)
        luma = cv2.resize(frame.luma(), size_wh, interpolation=cv2.INTER_AREA)
        before, self._before = self._before, luma.copy()
        moving = self._gate.look(luma, t_s)
        if before is not None and 0.0 < dt_s <= _MEMORY_S:
            self._follow(before, luma, moving, t_s, dt_s)
        return self._told(self._post, t_s)

    def _follow(self, before: Picture, luma: Picture, moving: Sequence[MovingRegion], t_s: float, dt_s: float) -> None:
        for region in moving:
            agitation = agitation_of(before, luma, region.box_xyxy) / dt_s
            scuffle = next((item for item in self._scuffles if gap_px(item.box_xyxy, region.box_xyxy) <= 0.0), None)
            if scuffle is None:
                scuffle = _Scuffle(box_xyxy=region.box_xyxy, first_s=t_s, seen_s=t_s)
                self._scuffles.append(scuffle)
            share = min(1.0, dt_s / _MEMORY_S)
            scuffle.agitation += share * (agitation - scuffle.agitation)
            scuffle.box_xyxy, scuffle.seen_s = region.box_xyxy, t_s
            scuffle.path.append((t_s, region.box_xyxy))
            while t_s - scuffle.path[0][0] > 2.0 * _MEMORY_S:
                scuffle.path.popleft()
            if scuffle.agitation < self._least or scuffle.travel_per_s() > self._most_travel:
                scuffle.first_s = t_s
        self._scuffles = [item for item in self._scuffles if t_s - item.seen_s <= _MEMORY_S]

    def _told(self, post: Post, t_s: float) -> list[Alert]:
        alerts = []
        for item in self._scuffles:
            if item.is_told or item.seen_s < t_s or t_s - item.first_s < self._hold_s:
                continue
            item.is_told = True
            left, top, right, bottom = (edge * self._scale for edge in item.box_xyxy)
            alerts.append(post.alert("fight", detect_s=t_s, score=item.agitation / (item.agitation + self._least),
                                     box_xyxy=(left, top, right, bottom)))
        return alerts


def agitation_of(before: Picture, luma: Picture, box_xyxy: Box) -> float:
    """Return how far the parts of a place moved against its whole from one picture to the next, in its heights."""
    left, top, right, bottom = (round(edge) for edge in box_xyxy)
    margin = 4
    window = np.s_[max(0, top - margin):bottom + margin, max(0, left - margin):right + margin]
    one, other = before[window], luma[window]
    if min(one.shape) < 8:
        return 0.0
    flow = cv2.calcOpticalFlowFarneback(one, other, None, 0.5, 2, 9, 2, 5, 1.1, 0)
    speed = np.hypot(flow[..., 0], flow[..., 1])
    moving = speed > 0.3
    if moving.sum() < 12:
        return 0.0
    parts = flow[moving]
    against = parts - parts.mean(axis=0)
    share = min(1.0, float(moving.mean()) * 2.0)
    return share * float(np.sqrt((against**2).sum(axis=1).mean())) / max(8.0, float(bottom - top))
