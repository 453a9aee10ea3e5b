"""Motion: which parts of the picture change now, seen on a coarse grid of its pixels; the gate for other detectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from agents.detector import Stream
from agents.mask_parts import find_parts
from agents.regions import gap_px
from agents.watching import Box, NotStartedError, Post
from hw.frame import Frame, Picture
from sim.errors import InputError
from sim.records import Alert

_NOISE_MEMORY_S = 2.0
_LONGEST_STEP_S = 1.0
_SAMPLE_PX = 500  # enough for a median
_KERNEL = np.ones((3, 3), np.uint8)
LOOK_S = 0.09
"""The detector passes over pictures that come sooner after the one it looked at: what walks moves a few pixels."""
_CLOSING_PX = 2
"""How far around a mask its closing looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingRegion:
    """A part of the picture that moves now."""

    box_xyxy: Box
    """Pixels of the full frame."""
    share: float
    """Of the picture's area, 0 to 1."""
    contrast: float
    """Mean difference of its pixels from the background in units of the threshold; above 1."""


class MotionGate:
    """Compares each picture, on every ``stride``-th pixel, with a fast and a slow background.

    A pixel moves when it differs from both: from the fast one (it changes now) and from the slow one (it is not the
    usual scene). A step of the whole picture's brightness is taken out first. The threshold is ``n_sigma`` times the
    camera's own noise, but at least ``min_step`` grey levels. The noise is the median absolute difference of
    successive pictures (a robust standard deviation, Huber 1981), which a moving minority of pixels cannot raise.
    """

    def __init__(self, *, stride: int = 4, fast_s: float = 0.5, slow_s: float = 10.0, n_sigma: float = 6.0,
                 min_step: float = 8.0, min_share: float = 0.001) -> None:
        if stride < 1:
            raise InputError("motion: stride", got=stride, expected="a whole number ≥ 1")
        self._stride = stride
        self._fast_s = fast_s
        self._slow_s = slow_s
        self._n_sigma = n_sigma
        self._min_step = min_step
        self._min_share = min_share
        self.reset()

    def reset(self) -> None:
        """Forget the scene."""
        self._t_s: float | None = None
        self._sigma = 0.0
        self._buffers = _Buffers(0, 0)

    @property
    def sigma(self) -> float:
        """Noise of this camera's pixels, as a standard deviation in grey levels."""
        return self._sigma

    def look(self, luma: Picture, t_s: float) -> list[MovingRegion]:
        """Take the picture at ``t_s`` and return what moves in it; luma has shape (height, width)."""
        sparse = luma[:: self._stride, :: self._stride]
        if self._t_s is None or t_s < self._t_s:
            self.reset()
            self._t_s, self._buffers = t_s, _Buffers(*sparse.shape)
            self._buffers.begin(sparse)
            return []
        dt_s = min(t_s - self._t_s, _LONGEST_STEP_S)
        self._t_s = t_s
        buffers = self._buffers
        steps = buffers.take(sparse)
        self._follow_noise(steps.deviation, dt_s)
        threshold = max(self._min_step, self._n_sigma * self._sigma)
        contrast = buffers.contrast(steps)
        regions = self._regions(contrast, threshold, luma.shape)
        cv2.accumulateWeighted(buffers.grid, buffers.fast, min(1.0, dt_s / self._fast_s))
        cv2.accumulateWeighted(buffers.grid, buffers.slow, min(1.0, dt_s / self._slow_s))
        return regions

    def _follow_noise(self, deviation: float, dt_s: float) -> None:
        sigma = 1.4826 * deviation / math.sqrt(2.0)
        is_first = self._sigma == 0.0
        self._sigma += (sigma - self._sigma) * (1.0 if is_first else min(1.0, dt_s / _NOISE_MEMORY_S))

    def _regions(self, contrast: NDArray[np.float32], threshold: float, shape: tuple[int, ...]) -> list[MovingRegion]:
        mask = self._buffers.mask
        np.greater(contrast, threshold, out=mask.view(np.bool_))
        x, y, width, height = cv2.boundingRect(mask)
        if width == 0:
            return []
        left, top = max(0, x - _CLOSING_PX), max(0, y - _CLOSING_PX)
        around = np.s_[top : y + height + _CLOSING_PX, left : x + width + _CLOSING_PX]
        closed = cv2.morphologyEx(mask[around], cv2.MORPH_CLOSE, _KERNEL)
        moving = []
        for part in find_parts(closed, min_px=max(2.0, self._min_share * mask.size)):
            at = (top + part.at[0], left + part.at[1])
            high, wide = part.is_in.shape
            place = np.s_[at[0] : at[0] + high, at[1] : at[1] + wide]
            mean = cv2.mean(contrast[place], cv2.bitwise_and(part.is_in, mask[place]))[0]
            moving.append(MovingRegion(box_xyxy=self._box(at, part.is_in.shape, shape), share=part.n_px / mask.size,
                                       contrast=mean / threshold))
        return moving

    def _box(self, at: tuple[int, int], size: tuple[int, ...], shape: tuple[int, ...]) -> Box:
        """Return a part of the grid in pixels of the full frame."""
        bottom, right = ((at[axis] + size[axis]) * self._stride for axis in (0, 1))
        return (float(at[1] * self._stride), float(at[0] * self._stride),
                float(min(right, shape[1])), float(min(bottom, shape[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """How a picture differs from what was before, taken over a sample of its pixels, in grey levels."""

    from_fast: float
    """Median."""
    from_slow: float
    deviation: float
    """Median absolute difference from the picture before, a step of the whole picture taken out."""


class _Buffers:
    """The grid's pictures, made once for a stream: the newest one, both backgrounds, and room to work in."""

    def __init__(self, height: int, width: int) -> None:
        self.grid, self.fast, self.slow, self._from_fast, self._from_slow = (
            np.zeros((height, width), np.float32) for _ in range(5))
        self.mask = np.zeros((height, width), np.uint8)
        step = max(1, self.grid.size // _SAMPLE_PX) | 1
        self._samples = tuple(picture.reshape(-1)[::step] for picture in (self.grid, self.fast, self.slow))
        self._last = np.zeros_like(self._samples[0])
        self._sorted = np.zeros((3, self._last.size), np.float32)

    def begin(self, sparse: Picture) -> None:
        """Let the first picture be the background."""
        for picture in (self.grid, self.fast, self.slow):
            np.copyto(picture, sparse)
        np.copyto(self._last, self._samples[0])

    def take(self, sparse: Picture) -> _Steps:
        """Take the next picture."""
        np.copyto(self.grid, sparse)
        now, fast, slow = self._samples
        steps = self._sorted
        np.subtract(now, fast, out=steps[0])
        np.subtract(now, slow, out=steps[1])
        np.subtract(now, self._last, out=steps[2])
        np.copyto(self._last, now)
        steps.sort(axis=1)
        middle = steps.shape[1] // 2
        from_fast, from_slow, from_last = steps[:, middle].tolist()
        away = np.abs(steps[2] - from_last)
        away.sort()
        return _Steps(from_fast=from_fast, from_slow=from_slow, deviation=float(away[middle]))

    def contrast(self, steps: _Steps) -> NDArray[np.float32]:
        """Return each pixel's distance from the nearer background, a step of the whole picture taken out."""
        for background, step, distance in ((self.fast, steps.from_fast, self._from_fast),
                                           (self.slow, steps.from_slow, self._from_slow)):
            cv2.addWeighted(self.grid, 1.0, background, -1.0, -step, distance)
            np.abs(distance, out=distance)
        return np.minimum(self._from_fast, self._from_slow, out=self._from_fast)


class MotionDetector:
    """Raises a ``motion`` alert when a region starts to move.

    A region starts when something moves for ``confirm_s`` where nothing moved in the last ``quiet_s``. The score is
    1 − 1/contrast: 0 at the threshold of the camera's noise, towards 1 far above it.
    """

    name = "motion"
    pixels: Literal["luma", "bgr"] = "luma"
    kinds = ("motion",)

    def __init__(self, *, stride: int = 4, confirm_s: float = 0.2, quiet_s: float = 2.0,
                 min_share: float = 0.002) -> None:
        self._gate = MotionGate(stride=stride, min_share=min_share)
        self._stride = stride
        self._confirm_s = confirm_s
        self._quiet_s = quiet_s
        self._post: Post | None = None
        self._active: list[_Active] = []
        self._looked_at_s: float | None = None

    @property
    def working_size_wh(self) -> tuple[int, int] | None:
        """Size of the grid of sampled pixels."""
        if self._post is None:
            return None
        width, height = self._post.stream.size_wh
        return -(-width // self._stride), -(-height // self._stride)

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self._post = Post(self.name, stream)
        self.reset()

    def reset(self) -> None:
        """Forget the scene, keep the stream."""
        self._gate.reset()
        self._active = []
        self._looked_at_s = None
        if self._post is not None:
            self._post.forget_time()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame; return an alert for each region that started to move."""
        if self._post is None:
            raise NotStartedError(self.name)
        t_s = self._post.time_s(frame)
        if self._looked_at_s is not None and 0.0 <= t_s - self._looked_at_s < LOOK_S:
            return ()
        self._looked_at_s = t_s
        self._active = [active for active in self._active if self._is_kept(active, t_s)]
        alerts = []
        for region in self._gate.look(frame.luma(), t_s):
            active = self._follow(region, t_s)
            if not active.is_raised and t_s - active.since_s >= self._confirm_s:
                active.is_raised = True
                alerts.append(self._post.alert("motion", detect_s=t_s, score=1.0 - 1.0 / region.contrast,
                                               box_xyxy=region.box_xyxy))
        return alerts

    def _is_kept(self, active: _Active, t_s: float) -> bool:
        silence_s = t_s - active.seen_s
        return 0.0 <= silence_s <= (self._quiet_s if active.is_raised else self._confirm_s)

    def _follow(self, region: MovingRegion, t_s: float) -> _Active:
        near = [active for active in self._active
                if gap_px(active.box_xyxy, region.box_xyxy) <= 2.0 * self._stride]
        if not near:
            near = [_Active(box_xyxy=region.box_xyxy, since_s=t_s)]
            self._active += near
        for active in near:
            active.box_xyxy, active.seen_s = region.box_xyxy, t_s
        return max(near, key=lambda active: (active.is_raised, -active.since_s))


@dataclass(slots=True, kw_only=True)
class _Active:
    """A place where something moves, or moved a moment ago."""

    box_xyxy: Box
    since_s: float
    seen_s: float = 0.0
    is_raised: bool = False
