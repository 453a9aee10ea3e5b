"""How much of every pixel a polygon covers, exactly: what is smaller than a pixel still counts for its area."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hw.drawing.eye import Pixel

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]


def coverage(points: Sequence[Pixel] | F8, window: tuple[int, int, int, int]) -> F4:
    """Return the share (height, width) of every pixel that a polygon covers, 0 to 1.

    The area under each edge is summed pixel by pixel, and then along the rows (as font renderers do), so the result
    is exact for any simple polygon; only rounding is lost.

    Args:
        points: corners (n, 2) in order, either way round.
        window: columns and rows (left, top, right, bottom) that are returned; the rest is cut away.
    """
    left, top, right, bottom = window
    width, height = right - left, bottom - top
    corners = np.asarray(points, dtype=np.float64) + np.array([0.5 - left, 0.5 - top])
    if _leaves(corners, width, height):
        corners = clip_polygon(corners, width, height)
        if len(corners) < 3:
            return np.zeros((height, width), dtype=np.float32)
    steps = _pieces(corners[:, 0], corners[:, 1])
    sums = np.zeros(height * (width + 2))
    rows = np.clip(np.floor((steps[:, 1] + steps[:, 3]) / 2.0), 0, height - 1).astype(np.intp)
    middle = (steps[:, 0] + steps[:, 2]) / 2.0
    columns = np.clip(np.floor(middle), 0, width).astype(np.intp)
    rise = steps[:, 3] - steps[:, 1]
    first = rise * (columns + 1.0 - middle)
    place = rows * (width + 2) + columns
    sums += np.bincount(place, first, len(sums))
    sums += np.bincount(place + 1, rise - first, len(sums))
    total = np.cumsum(sums.reshape(height, width + 2), axis=1)[:, :width]
    return np.minimum(np.abs(total), 1.0).astype(np.float32)


def window_of(points: Sequence[Pixel] | F8, size_wh: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Return the pixels (left, top, right, bottom) of a picture that a polygon can touch; None if it is outside."""
    corners = np.asarray(points, dtype=np.float64)
    low, high = corners.min(axis=0) + 0.5, corners.max(axis=0) + 0.5
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return None
    left, top = max(0, math.floor(low[0])), max(0, math.floor(low[1]))
    right, bottom = min(size_wh[0], math.ceil(high[0])), min(size_wh[1], math.ceil(high[1]))
    return (left, top, right, bottom) if left < right and top < bottom else None


def clip_polygon(corners: F8, width: float, height: float) -> F8:
    """Return the part (n, 2) of a polygon within 0 … width and 0 … height (Sutherland and Hodgman)."""
    kept = [(float(x), float(y)) for x, y in corners]
    for axis, limit, sign in ((0, 0.0, 1.0), (0, width, -1.0), (1, 0.0, 1.0), (1, height, -1.0)):
        before, kept = kept, []
        for i, end in enumerate(before):
            start = before[i - 1]
            from_edge, to_edge = sign * (start[axis] - limit), sign * (end[axis] - limit)
            if (from_edge >= 0.0) != (to_edge >= 0.0):
                share = from_edge / (from_edge - to_edge)
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
            if to_edge >= 0.0:
                kept.append(end)
        if not kept:
            break
    return np.array(kept, dtype=np.float64).reshape(-1, 2)


def area_px(points: Sequence[Pixel] | F8) -> float:
    """Return the area of a polygon."""
    corners = np.asarray(points, dtype=np.float64)
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0)


def _leaves(corners: F8, width: int, height: int) -> bool:
    low, high = corners.min(axis=0), corners.max(axis=0)
    return bool(low[0] < 0.0 or low[1] < 0.0 or high[0] > width or high[1] > height)


def _pieces(x: F8, y: F8) -> F8:
    """Return the polygon's edges cut at every pixel's border: (n, 4) of x0, y0, x1, y1; some have no length."""
    x0, y0 = np.roll(x, 1)[:, None], np.roll(y, 1)[:, None]
    dx, dy = x[:, None] - x0, y[:, None] - y0
    columns = np.arange(math.floor(x.min()) + 1, math.ceil(x.max()))
    rows = np.arange(math.floor(y.min()) + 1, math.ceil(y.max()))
    # an edge that never meets a line is cut at its start instead, which changes nothing
    at_columns = (columns - x0) / np.where(dx == 0.0, np.inf, dx)
    at_rows = (rows - y0) / np.where(dy == 0.0, np.inf, dy)
    ends = np.broadcast_to((0.0, 1.0), (len(x), 2))
    t = np.sort(np.clip(np.concatenate([ends, at_columns, at_rows], axis=1), 0.0, 1.0), axis=1)
    at_x, at_y = x0 + t * dx, y0 + t * dy
    return np.stack([at_x[:, :-1], at_y[:, :-1], at_x[:, 1:], at_y[:, 1:]], axis=-1).reshape(-1, 4)
