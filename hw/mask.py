"""Moving regions blurred past recognition, before anything is written."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.frame import Frame, Picture

_WORKING_WIDTH_PX = 320
_CELL_PX = 8
"""Side of the squares that are masked or not, in working pixels: 1/40 of the picture's width."""
_STEP_LEVELS = 12.0
"""Brightness by which a pixel must differ at least."""
_NOISE_FACTOR = 5.0
_CELL_SHARE = 0.03
"""A cell moves where so large a part of it differs."""
_LEARN_S = 2.0
"""So long the whole picture is masked, until it is known what stands still."""
_HOLD_S = 2.0
"""A cell stays masked for so long after anything last moved in it."""
_STILL_S = 5.0
_FOREGROUND_S = 600.0
"""What came and stays is taken for the scene after about this long."""
_CUT_SHARE = 0.6
"""Where more of the picture changes at once, the camera moved or the light changed: all of it is masked, and learnt."""
_N_BLUR_CELLS = 24
"""Across a masked picture so many means are left."""


class MotionMask:
    """Finds where a picture differs from the scene behind it, and blurs that.

    What has moved stays masked while it differs from the scene, also if it stands still. The whole picture is masked
    in the first seconds, after a cut, and while it is tainted. Whoever stood still from the first picture on is
    taken for the scene until he moves.
    """

    def __init__(self) -> None:
        self._scene: NDArray[np.float32] | None = None
        self._noise = 2.0
        self._last_s = 0.0
        self._known_at_s = 0.0
        self._moved_at_s: NDArray[np.float64] | None = None

    def find(self, frame: Frame) -> NDArray[np.bool_]:
        """Return which cells of the next frame are masked, shape (rows, columns)."""
        now_s = frame.pts_s if frame.pts_s is not None else frame.arrival_ns * 1e-9
        width, height = frame.size_wh
        working_wh = (_WORKING_WIDTH_PX, max(_CELL_PX, round(height * _WORKING_WIDTH_PX / width / _CELL_PX) * _CELL_PX))
        small = np.asarray(cv2.resize(frame.luma(), working_wh, interpolation=cv2.INTER_AREA), dtype=np.float32)
        if self._scene is None or self._scene.shape != small.shape or now_s < self._last_s:
            self._begin(small, now_s)
        assert self._scene is not None
        assert self._moved_at_s is not None
        step_s, self._last_s = max(0.0, now_s - self._last_s), now_s
        steps = cv2.GaussianBlur(small - self._scene, (3, 3), 0)
        differs = (np.abs(steps) > max(_STEP_LEVELS, _NOISE_FACTOR * self._noise)).astype(np.float32)
        cells_wh = self._moved_at_s.shape[::-1]
        cells = np.asarray(cv2.resize(differs, cells_wh, interpolation=cv2.INTER_AREA) > _CELL_SHARE)
        if frame.is_tainted:
            return np.ones_like(cells)
        if cells.mean() > _CUT_SHARE and now_s > self._known_at_s:
            self._begin(small, now_s)
        self._learn(small, cells, step_s, now_s < self._known_at_s)
        self._moved_at_s[cells] = now_s
        if now_s < self._known_at_s:
            return np.ones_like(cells)
        masked = (now_s - self._moved_at_s <= _HOLD_S).astype(np.uint8)
        return np.asarray(cv2.dilate(masked, np.ones((3, 3), np.uint8)) > 0)

    def apply(self, frame: Frame) -> Picture:
        """Return the next frame's colour with what is masked blurred, shape (height, width, 3)."""
        return blur_cells(frame.bgr(), self.find(frame))

    def _begin(self, small: NDArray[np.float32], now_s: float) -> None:
        self._scene, self._known_at_s, self._last_s = small.copy(), now_s + _LEARN_S, now_s
        self._moved_at_s = np.full((small.shape[0] // _CELL_PX, small.shape[1] // _CELL_PX), -np.inf)

    def _learn(self, small: NDArray[np.float32], cells: NDArray[np.bool_], step_s: float, is_new: bool) -> None:
        assert self._scene is not None
        lasts_s = np.where(cells, _STILL_S if is_new else _FOREGROUND_S, 0.5 if is_new else _STILL_S)
        share = np.asarray(1.0 - np.exp(-step_s / lasts_s), dtype=np.float32)
        steps = small - self._scene
        few = np.abs(steps[::_CELL_PX, ::_CELL_PX])[~cells]
        if few.size:
            self._noise += 0.05 * (1.48 * float(np.median(few)) - self._noise)
        self._scene += steps * cv2.resize(share, small.shape[::-1], interpolation=cv2.INTER_NEAREST)


def blur_cells(bgr: Picture, cells: NDArray[np.bool_]) -> Picture:
    """Return a picture in which the masked cells hold only the means of large squares, blended into each other."""
    if not cells.any():
        return bgr
    height, width = bgr.shape[:2]
    coarse_wh = (_N_BLUR_CELLS, max(1, round(_N_BLUR_CELLS * height / width)))
    means = cv2.resize(bgr, coarse_wh, interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(means, (width, height), interpolation=cv2.INTER_LINEAR)
    mask = cv2.resize(cells.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(mask[:, :, None] > 0, blurred, bgr).astype(np.uint8, copy=False)

