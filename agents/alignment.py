"""How a picture lies against a remembered one: the camera's gain, and by how much its mount has swayed."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
"""Grey levels, shape (height, width)."""

_SAMPLE_PX = 2000
_LEAST_GREY = 8.0
_MOST_GAIN = 2.5
_STEPS = ((4, 3), (4, 3), (1, 5), (1, 5))
"""Each a reduction of the picture and a stride of its pixels: coarse first, then as it is."""
_CLIP_GREY = 16.0
"""A larger difference is something else than sway."""
_MOST_SHIFT_PX = 12.0
_LEAST_TEXTURE = 0.5


def find_gain(picture: Plane, usual: Plane) -> float:
    """Return by which factor a picture is brighter than the usual one: the median ratio of its pixels."""
    step = max(1, picture.size // _SAMPLE_PX) | 1
    now, before = picture.ravel()[::step], usual.ravel()[::step]
    lit = (before > _LEAST_GREY) & (now > _LEAST_GREY) & (now < 250.0)
    if lit.sum() < 0.1 * lit.size:
        return 1.0
    return float(np.clip(np.median(now[lit] / before[lit]), 1.0 / _MOST_GAIN, _MOST_GAIN))


def find_shift_px(picture: Plane, usual: Plane) -> tuple[float, float]:
    """Return how far a picture has moved to the right and down against the usual one.

    Least squares on the usual picture's gradient (Lucas and Kanade 1981), over the whole picture, coarse to fine;
    pixels that differ by more than sway explains are left out.
    """
    x_px = y_px = 0.0
    for reduction, stride in _STEPS:
        now, before = _reduced(picture, reduction), _reduced(usual, reduction)
        moved = moved_by(now, -x_px / reduction, -y_px / reduction)
        step_x, step_y = _step_px(moved, before, stride)
        x_px += step_x * reduction
        y_px += step_y * reduction
    if max(abs(x_px), abs(y_px)) > _MOST_SHIFT_PX:
        return 0.0, 0.0
    return x_px, y_px


def moved_by(picture: Plane, x_px: float, y_px: float) -> Plane:
    """Return a picture moved to the right and down; what comes in at the border repeats it."""
    if abs(x_px) < 0.02 and abs(y_px) < 0.02:
        return picture
    matrix = np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px]])
    size_wh = (picture.shape[1], picture.shape[0])
    moved: Plane = cv2.warpAffine(picture, matrix, size_wh, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return moved


def _reduced(picture: Plane, reduction: int) -> Plane:
    if reduction == 1:
        return picture
    size_wh = (max(8, picture.shape[1] // reduction), max(8, picture.shape[0] // reduction))
    small: Plane = cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA)
    return small


def _step_px(picture: Plane, usual: Plane, stride: int) -> tuple[float, float]:
    rows = slice(2, -2, stride)
    across = (usual[rows, 3:-1:stride] - usual[rows, 1:-3:stride]) / 2.0
    down = (usual[3:-1:stride, 2:-2:stride] - usual[1:-3:stride, 2:-2:stride]) / 2.0
    difference = picture[rows, 2:-2:stride] - usual[rows, 2:-2:stride]
    kept = np.abs(difference) < _CLIP_GREY
    x, y, rest = across[kept], down[kept], difference[kept]
    xx, yy, xy = float(x @ x), float(y @ y), float(x @ y)
    determinant = xx * yy - xy * xy
    if rest.size == 0 or determinant <= (_LEAST_TEXTURE * rest.size) ** 2 * 1e-2:
        return 0.0, 0.0
    xd, yd = float(x @ rest), float(y @ rest)
    return -(yy * xd - xy * yd) / determinant, -(xx * yd - xy * xd) / determinant
