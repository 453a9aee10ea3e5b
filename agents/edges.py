"""The picture as edges, freed of its brightness, and the memory of how those edges usually are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.frame import Picture

Plane: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

_DARK_LEVELS = 16.0  # added before the logarithm, so that noise in the dark makes no edges
_LOGARITHM = np.log(np.arange(256, dtype=np.float64) + _DARK_LEVELS).astype(np.float32)
_BLUR_SIGMA_PX = 0.8
_RAYLEIGH_MEDIAN = float(np.sqrt(2.0 * np.log(2.0)))
_NOISE_MEMORY_S = 2.0
_NEIGHBOURS = np.ones((3, 3), np.uint8)


@dataclass(slots=True, kw_only=True)
class Edges:
    """Gradient of the logarithm of brightness, each plane of shape (height, width).

    A gain of the camera multiplies brightness, so it adds a constant to the logarithm and leaves the gradient as it
    is; a soft shadow changes it little; the contour of an object changes it much.
    """

    dx: Plane
    """Per pixel, about the relative change of brightness."""
    dy: Plane
    strength: Plane
    """Length of the gradient."""

    def distance(self, other: Edges) -> Plane:
        """Return the length of the difference of the two gradients at each pixel."""
        difference: Plane = cv2.magnitude(self.dx - other.dx, self.dy - other.dy)
        return difference

    def copy(self) -> Edges:
        """Return edges that share no memory with these."""
        return Edges(dx=self.dx.copy(), dy=self.dy.copy(), strength=self.strength.copy())

    def take(self, other: Edges, where: Mask) -> None:
        """Become the other edges at the pixels of a mask."""
        for mine, its in zip(self._planes(), other._planes(), strict=True):
            np.copyto(mine, its, where=where)

    def approach(self, other: Edges, share: float, where: Mask) -> None:
        """Move by a share of the way to the other edges at the pixels of a mask."""
        mask = where.view(np.uint8)
        cv2.accumulateWeighted(other.dx, self.dx, min(1.0, share), mask)
        cv2.accumulateWeighted(other.dy, self.dy, min(1.0, share), mask)
        self.strength = cv2.magnitude(self.dx, self.dy)

    def _planes(self) -> tuple[Plane, Plane, Plane]:
        return self.dx, self.dy, self.strength


def find_edges(luma: Picture) -> Edges:
    """Return the edges of a picture of shape (height, width)."""
    logarithm = cv2.GaussianBlur(cv2.LUT(luma, _LOGARITHM), (5, 5), _BLUR_SIGMA_PX)
    dx = cv2.Sobel(logarithm, -1, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(logarithm, -1, 0, 1, ksize=3, scale=1 / 8)
    return Edges(dx=dx, dy=dy, strength=cv2.magnitude(dx, dy))


class EdgeMemory:
    """Remembers a scene's edges: how they usually are, how they are lately, and for how long unchanged.

    Two edges differ where the length of their difference passes both ``floor`` and half the strongest edge nearby;
    the second lets a camera shake by a fraction of a pixel. A pixel's usual edge is known only once it has held
    still, so people who walk through the first seconds leave no ghost.
    """

    def __init__(self, first: Edges, *, min_contrast: float, n_sigma: float, hold_s: float, background_s: float,
                 settle_s: float = 0.5, relative: float = 0.5) -> None:
        self._min_contrast = min_contrast
        self._n_sigma = n_sigma
        self._hold_s = hold_s
        self._background_s = background_s
        self._settle_s = settle_s
        self._relative = relative
        self._sigma = 0.0
        self._before = first
        self.usual = first.copy()
        self.lately = first.copy()
        self.still_s: Plane = np.zeros(first.dx.shape, np.float32)
        self._is_known: Mask = np.zeros(first.dx.shape, np.bool_)

    @property
    def floor(self) -> float:
        """Least difference that counts: the stated contrast, or more on a noisy camera."""
        return max(self._min_contrast, self._n_sigma * self._sigma)

    def look(self, now: Edges, dt_s: float) -> Mask:
        """Take the edges of the next picture and return where they differ from the usual ones."""
        self._follow_noise(now, dt_s)
        moved = self._differs(now, self.lately)
        self.still_s += dt_s
        self.still_s[moved] = 0.0
        self.lately.take(now, moved)
        self.lately.approach(now, dt_s / self._settle_s, ~moved)
        self._learn(~self._is_known & (self.still_s >= self._hold_s))
        changed = self._is_known & self._differs(now, self.usual)
        self.usual.approach(now, dt_s / self._background_s, self._is_known & ~changed)
        return changed

    def absorb(self, where: Mask) -> None:
        """Make the latest edges the usual ones at the pixels of a mask."""
        self._learn(where)

    def _learn(self, where: Mask) -> None:
        self.usual.take(self.lately, where)
        self._is_known |= where

    def _follow_noise(self, now: Edges, dt_s: float) -> None:
        step = np.hypot(now.dx[::4, ::4] - self._before.dx[::4, ::4], now.dy[::4, ::4] - self._before.dy[::4, ::4])
        sigma = float(np.median(step)) / _RAYLEIGH_MEDIAN / math.sqrt(2.0)
        is_first = self._sigma == 0.0
        self._sigma += (sigma - self._sigma) * (1.0 if is_first else min(1.0, dt_s / _NOISE_MEMORY_S))
        self._before = now

    def _differs(self, a: Edges, b: Edges) -> Mask:
        nearby = cv2.dilate(cv2.max(a.strength, b.strength), _NEIGHBOURS)
        differs: Mask = a.distance(b) > np.maximum(self.floor, self._relative * nearby)
        return differs
