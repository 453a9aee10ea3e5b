"""Motion: which parts of the picture change now, seen on a coarse grid of its pixels; the gate for other detectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.detector import Stream
from agents.motion_kernel import N_COLUMNS, compile_kernel, find_moving, measure_steps, most_labels
from agents.regions import gap_px
from agents.watching import Box, NotStartedError, Post
from hw.frame import Frame, Picture
from sim.errors import InputError
from sim.records import Alert

_NOISE_MEMORY_S = 2.0
_LONGEST_STEP_S = 1.0
_SAMPLE_PX = 500  # enough for a median
LOOK_S = 0.09
"""The detector passes over pictures that come sooner after the one it looked at: what walks moves a few pixels."""


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
        compile_kernel()
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
        sparse = np.array(luma[:: self._stride, :: self._stride], order="C")  # writable, else compiled a second time
        if self._t_s is None or t_s < self._t_s:
            self.reset()
            self._t_s, self._buffers = t_s, _Buffers(*sparse.shape)
            self._buffers.begin(sparse)
            return []
        dt_s = min(t_s - self._t_s, _LONGEST_STEP_S)
        self._t_s = t_s
        steps = self._buffers.measure_steps(sparse)
        self._follow_noise(steps.deviation, dt_s)
        threshold = max(self._min_step, self._n_sigma * self._sigma)
        parts = self._buffers.find_moving(
            sparse, steps, fast_share=min(1.0, dt_s / self._fast_s), slow_share=min(1.0, dt_s / self._slow_s),
            threshold=threshold, least_px=max(2.0, self._min_share * sparse.size))
        return [self._region(part, threshold, sparse.size, luma.shape) for part in parts]

    def _follow_noise(self, deviation: float, dt_s: float) -> None:
        sigma = 1.4826 * deviation / math.sqrt(2.0)
        is_first = self._sigma == 0.0
        self._sigma += (sigma - self._sigma) * (1.0 if is_first else min(1.0, dt_s / _NOISE_MEMORY_S))

    def _region(self, part: list[float], threshold: float, n_cells: int, shape: tuple[int, ...]) -> MovingRegion:
        left, top, right, bottom, n_px, contrast, _ = part
        box = (left * self._stride, top * self._stride,
               min(right * self._stride, float(shape[1])), min(bottom * self._stride, float(shape[0])))
        return MovingRegion(box_xyxy=box, share=n_px / n_cells, contrast=contrast / threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """How a picture differs from what was before, taken over a sample of its pixels, in grey levels."""

    from_fast: float
    """Median."""
    from_slow: float
    deviation: float
    """Median absolute difference from the picture before, a step of the whole picture taken out."""


class _Buffers:
    """What is kept of a stream: both backgrounds, and samples of them and of the newest picture."""

    def __init__(self, height: int, width: int) -> None:
        self._fast, self._slow = (np.zeros((height, width), np.float32) for _ in range(2))
        self._every = max(1, self._fast.size // _SAMPLE_PX) | 1
        size = -(-self._fast.size // self._every)
        self._last, self._fast_sample, self._slow_sample = (np.zeros(size, np.float32) for _ in range(3))

    def begin(self, sparse: Picture) -> None:
        """Let the first picture be the background."""
        for background in (self._fast, self._slow):
            np.copyto(background, sparse)
        for sample in (self._last, self._fast_sample, self._slow_sample):
            np.copyto(sample, self._fast.reshape(-1)[:: self._every])

    def measure_steps(self, sparse: Picture) -> _Steps:
        """Compare the next picture's sample with what was before."""
        from_fast, from_slow, deviation = measure_steps(
            sparse.reshape(-1), self._fast_sample, self._slow_sample, self._last, np.empty_like(self._last),
            self._every)
        return _Steps(from_fast=from_fast, from_slow=from_slow, deviation=deviation)

    def find_moving(self, sparse: Picture, steps: _Steps, *, fast_share: float, slow_share: float, threshold: float,
                    least_px: float) -> list[list[float]]:
        """Return a row of the kernel's table for each part that moves, and let the backgrounds follow the picture.

        The space to work in is made anew each time: memory that another stream has just used is still in the cache.
        """
        shape = sparse.shape
        table = np.empty((most_labels(shape), N_COLUMNS))
        n_parts = find_moving(
            sparse, self._fast, self._slow, self._fast_sample, self._slow_sample, self._every, steps.from_fast,
            steps.from_slow, fast_share, slow_share, threshold, least_px, np.empty(shape, np.float32),
            np.empty(shape, np.uint8), np.empty(shape, np.uint8), np.empty(shape, np.int32),
            np.empty(len(table), np.int32), table)
        rows: list[list[float]] = table[:n_parts].tolist()
        return rows


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
