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
    corners = np.asarray(points, dtype=np.float64) + (0.5 - left, 0.5 - top)
    # what lies left or right of the window counts at its edge: the sum along the row starts with it
    x0, y0 = np.clip(corners[:, 0], 0.0, width), np.clip(corners[:, 1], 0.0, height)
    if _leaves(corners, width, height):
        corners = clip_polygon(corners, width, height)
        if len(corners) < 3:
            return np.zeros((height, width), dtype=np.float32)
        x0, y0 = corners[:, 0], corners[:, 1]
    steps = _pieces(x0, y0)
    sums = np.zeros(height * (width + 2))
    rows = np.minimum(np.floor((steps[:, 1] + steps[:, 3]) / 2.0), height - 1).astype(np.intp)
    middle = (steps[:, 0] + steps[:, 2]) / 2.0
    columns = np.floor(middle).astype(np.intp)
    rise = steps[:, 3] - steps[:, 1]
    first = rise * (columns + 1.0 - middle)
    place = rows * (width + 2) + columns
    np.add.at(sums, place, first)
    np.add.at(sums, place + 1, rise - first)
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
    """Return the polygon's edges cut at every pixel's border: (n, 4) of x0, y0, x1, y1."""
    pieces = []
    for i in range(len(x)):
        x0, y0, x1, y1 = x[i - 1], y[i - 1], x[i], y[i]
        if y0 == y1:
            continue  # a level edge rises by nothing
        cuts = [0.0, 1.0]
        for start, end in ((x0, x1), (y0, y1)):
            low, high = (start, end) if start < end else (end, start)
            if high - low > 0.0:
                lines = np.arange(math.floor(low) + 1, math.ceil(high))
                cuts.extend((lines - start) / (end - start))
        t = np.sort(np.array(cuts))
        at_x, at_y = x0 + t * (x1 - x0), y0 + t * (y1 - y0)
        pieces.append(np.column_stack([at_x[:-1], at_y[:-1], at_x[1:], at_y[1:]]))
    return np.vstack(pieces) if pieces else np.zeros((0, 4))
