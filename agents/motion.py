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
from agents.regions import find_regions, gap_px
from agents.watching import Box, NotStartedError, Post
from hw.frame import Frame, Picture
from sim.errors import InputError
from sim.records import Alert

_NOISE_MEMORY_S = 2.0
_LONGEST_STEP_S = 1.0
_SAMPLE_PX = 1000  # enough for a median
_KERNEL = np.ones((3, 3), np.uint8)


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
        self._fast: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._slow = self._last = self._fast

    @property
    def sigma(self) -> float:
        """Noise of this camera's pixels, as a standard deviation in grey levels."""
        return self._sigma

    def look(self, luma: Picture, t_s: float) -> list[MovingRegion]:
        """Take the picture at ``t_s`` and return what moves in it; luma has shape (height, width)."""
        grid = luma[:: self._stride, :: self._stride].astype(np.float32)
        if self._t_s is None or t_s < self._t_s:
            self.reset()
            self._t_s, self._fast, self._slow, self._last = t_s, grid.copy(), grid.copy(), grid
            return []
        dt_s = min(t_s - self._t_s, _LONGEST_STEP_S)
        self._t_s = t_s
        self._follow_noise(grid, dt_s)
        threshold = max(self._min_step, self._n_sigma * self._sigma)
        from_fast = _difference(grid, self._fast)
        from_slow = _difference(grid, self._slow)
        least = cv2.min(from_fast, from_slow)
        regions = self._regions(least, threshold, luma.shape)
        _follow(self._fast, grid, dt_s / self._fast_s)
        _follow(self._slow, grid, dt_s / self._slow_s)
        return regions

    def _follow_noise(self, grid: NDArray[np.float32], dt_s: float) -> None:
        step = _sample(grid) - _sample(self._last)
        deviation = float(np.median(np.abs(step - np.median(step))))
        sigma = 1.4826 * deviation / math.sqrt(2.0)
        is_first = self._sigma == 0.0
        self._sigma += (sigma - self._sigma) * (1.0 if is_first else min(1.0, dt_s / _NOISE_MEMORY_S))
        self._last = grid

    def _regions(self, contrast: NDArray[np.float32], threshold: float, shape: tuple[int, ...]) -> list[MovingRegion]:
        mask = (contrast > threshold).astype(np.uint8)
        if not mask.any():
            return []
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _KERNEL)
        found, labels = find_regions(mask, min_px=max(2.0, self._min_share * mask.size))
        height, width = shape[:2]
        moving = []
        for region in found:
            left, top, right, bottom = region.box_xyxy
            part = contrast[top:bottom, left:right]
            moves = (labels[top:bottom, left:right] == region.labels[0]) & (part > threshold)
            mean = float(part[moves].mean())
            box = (float(left * self._stride), float(top * self._stride),
                   float(min(right * self._stride, width)), float(min(bottom * self._stride, height)))
            moving.append(MovingRegion(box_xyxy=box, share=region.n_px / mask.size,
                                       contrast=mean / threshold))
        return moving


def _difference(grid: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float32]:
    difference = grid - background
    difference -= np.median(_sample(difference))  # a step of the whole picture is not motion
    np.abs(difference, out=difference)
    return difference


def _sample(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    return grid.ravel()[:: max(1, grid.size // _SAMPLE_PX) | 1]


def _follow(background: NDArray[np.float32], grid: NDArray[np.float32], share: float) -> None:
    cv2.accumulateWeighted(grid, background, min(1.0, share))


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
        if self._post is not None:
            self._post.forget_time()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame; return an alert for each region that started to move."""
        if self._post is None:
            raise NotStartedError(self.name)
        t_s = self._post.time_s(frame)
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
