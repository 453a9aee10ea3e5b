"""Polygons in the plane and which points lie in them, by the even-odd rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A surface bounded by closed rings; a ring inside another cuts a hole."""

    name: str
    rings: tuple[F8, ...]
    """Each (k, 2); the last point joins the first, whether or not it repeats it."""


def points_inside(points: F8, rings: Sequence[F8]) -> Mask:
    """Say which points an even-odd count puts inside the rings.

    A point is inside if a ray to the right crosses the rings an odd number of times. A point exactly on a border
    shared by two areas is inside exactly one of them.

    Args:
        points: (n, 2).
        rings: each (k, 2), in the same units.
    """
    inside = np.zeros(points.shape[0], dtype=np.bool_)
    for ring in rings:
        low, high = ring.min(axis=0), ring.max(axis=0)
        near = np.flatnonzero((points[:, 0] <= high[0]) & (points[:, 1] >= low[1]) & (points[:, 1] <= high[1]))
        inside[near] ^= _crosses_oddly(points[near], ring)
    return inside


def _crosses_oddly(points: F8, ring: F8) -> Mask:
    odd = np.zeros(points.shape[0], dtype=np.bool_)
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        if y0 > y1:  # both areas at a border must round its crossing alike
            x0, y0, x1, y1 = x1, y1, x0, y0
        spans = np.flatnonzero((y0 <= y) & (y < y1))
        odd[spans] ^= x[spans] < x0 + (y[spans] - y0) * (x1 - x0) / (y1 - y0)
    return odd


def find_areas(points: F8, areas: Sequence[Area]) -> NDArray[np.int64]:
    """Return the index of the first area that holds each point, and the number of areas where none does."""
    found = np.full(points.shape[0], len(areas), dtype=np.int64)
    for index, area in enumerate(areas):
        open_points = np.flatnonzero(found == len(areas))
        found[open_points[points_inside(points[open_points], area.rings)]] = index
    return found
