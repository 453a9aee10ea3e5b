"""How a picture lies against a remembered one: the camera's gain, and by how much its mount has swayed or drifted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
"""Grey levels, shape (height, width)."""
Margins: TypeAlias = tuple[int, int, int, int]
"""Pixels at the left, top, right and bottom of a picture."""

_SAMPLE_PX = 2000
_LEAST_GREY = 8.0
_MOST_GAIN = 2.5
_STRIDES = {4: 2, 1: 5}
"""Reduction of the picture: stride of the pixels that are compared."""
_ROUNDS = ((4, 3.0), (4, 2.0), (4, 1.0), (1, 1.0), (1, 0.5))
"""Each a reduction, and the sway in reduced pixels that is still to be found."""
_LEAST_OF_NOISE = 0.35
"""Mean square of the gradient in units of the noise's variance; noise alike in both pictures makes a quarter."""
_CLIP_GREY = 16.0
"""A difference that is larger than this and the sway explain is something else."""
_MOST_SHARE = 0.04
"""A picture moved by more than this share of its width is another view."""
_MOST_TURN = 0.03
_LEAST_TEXTURE = 0.5
_STIFFNESS = 0.02
"""Mean square of the gradient that speaks against turning and growing: a plain picture does neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sway:
    """How a picture has moved against the usual one, about its middle."""

    x_px: float = 0.0
    """To the right …"""
    y_px: float = 0.0
    """… and down."""
    turn: float = 0.0
    """Radians clockwise."""
    growth: float = 0.0
    """Share by which it has become larger."""

    def matrix(self, size_wh: tuple[int, int]) -> NDArray[np.float64]:
        """Return the (2, 3) matrix from places of the usual picture to where they are in the moved one."""
        along, across = 1.0 + self.growth, self.turn
        x, y = (size_wh[0] - 1) / 2.0, (size_wh[1] - 1) / 2.0
        return np.array([[along, -across, self.x_px + x - along * x + across * y],
                         [across, along, self.y_px + y - across * x - along * y]])

    def corners_px(self, size_wh: tuple[int, int]) -> NDArray[np.float64]:
        """Return by how much the corners have moved: (4, 2), top left, top right, bottom left, bottom right."""
        right, bottom = float(size_wh[0] - 1), float(size_wh[1] - 1)
        corners = np.array([[0.0, 0.0], [right, 0.0], [0.0, bottom], [right, bottom]])
        matrix = self.matrix(size_wh)
        return np.asarray(corners @ matrix[:, :2].T + matrix[:, 2] - corners)

    def margins(self, size_wh: tuple[int, int]) -> Margins:
        """Return how many pixels at each border of the usual picture lie outside the moved one."""
        moved = self.corners_px(size_wh)
        outside = (-moved[[0, 2], 0].min(), -moved[[0, 1], 1].min(), moved[[1, 3], 0].max(), moved[[2, 3], 1].max())
        left, top, right, bottom = (math.ceil(max(0.0, float(px) - 0.02)) for px in outside)
        return left, top, right, bottom


def find_gain(picture: Plane, usual: Plane) -> float:
    """Return by which factor a picture is brighter than the usual one: the median ratio of its pixels."""
    step = max(1, picture.size // _SAMPLE_PX) | 1
    now, before = picture.ravel()[::step], usual.ravel()[::step]
    lit = (before > _LEAST_GREY) & (now > _LEAST_GREY) & (now < 250.0)
    if lit.sum() < 0.1 * lit.size:
        return 1.0
    return float(np.clip(np.median(now[lit] / before[lit]), 1.0 / _MOST_GAIN, _MOST_GAIN))


def find_sway(picture: Plane, usual: Plane, *, start: Sway | None = None) -> Sway | None:
    """Return how a picture has moved against the usual one.

    Least squares on the usual picture's gradient (Lucas and Kanade 1981) for a shift, a turn and a growth, over the
    whole picture, coarse to fine. A pixel counts if what is still to be found explains its difference, so that
    strong edges count and passers-by do not.

    Args:
        picture: as it is now.
        usual: as remembered.
        start: of the search: where the picture was lately, because mounts drift.

    Returns:
        None if the picture has moved so far that it is another view.
    """
    sway = start or Sway()
    grids = {reduction: _Grid(_reduced(picture, reduction), _reduced(usual, reduction), stride)
             for reduction, stride in _STRIDES.items()}
    for reduction, reach_px in _ROUNDS:
        step = grids[reduction].step(_scaled(sway, 1.0 / reduction), reach_px)
        sway = Sway(x_px=sway.x_px + step.x_px * reduction, y_px=sway.y_px + step.y_px * reduction,
                    turn=sway.turn + step.turn, growth=sway.growth + step.growth)
    is_far = max(abs(sway.x_px), abs(sway.y_px)) > _MOST_SHARE * max(picture.shape)
    if is_far or max(abs(sway.turn), abs(sway.growth)) > _MOST_TURN:
        return None
    return sway if grids[4].has_texture(_scaled(sway, 0.25)) else Sway()


def moved_back(picture: Plane, sway: Sway) -> Plane:
    """Return a picture laid over the usual one; what lies outside it repeats its border."""
    size_wh = (picture.shape[1], picture.shape[0])
    laid: Plane = cv2.warpAffine(picture, sway.matrix(size_wh), size_wh, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                                 borderMode=cv2.BORDER_REPLICATE)
    return laid


def _scaled(sway: Sway, factor: float) -> Sway:
    return Sway(x_px=sway.x_px * factor, y_px=sway.y_px * factor, turn=sway.turn, growth=sway.growth)


def _reduced(picture: Plane, reduction: int) -> Plane:
    if reduction == 1:
        return picture
    size_wh = (max(8, picture.shape[1] // reduction), max(8, picture.shape[0] // reduction))
    small: Plane = cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA)
    return small


class _Grid:
    """Every ``stride``-th pixel of a usual picture, with its gradient, and the picture that is laid over it."""

    def __init__(self, picture: Plane, usual: Plane, stride: int) -> None:
        height, width = usual.shape
        rows, columns = slice(2, height - 2, stride), slice(2, width - 2, stride)
        self._picture = picture
        self._size_wh = (width, height)
        self._usual = usual[rows, columns]
        self._across = (usual[rows, 3:width - 1:stride] - usual[rows, 1:width - 3:stride]) / 2.0
        self._down = (usual[3:height - 1:stride, columns] - usual[1:height - 3:stride, columns]) / 2.0
        self._x, self._y = np.meshgrid(np.arange(2, width - 2, stride, dtype=np.float32),
                                       np.arange(2, height - 2, stride, dtype=np.float32))

    def has_texture(self, sway: Sway) -> bool:
        """Say whether the gradient is more than what noise, seen in the difference that a sway leaves, makes of it."""
        along, aside = self._across.ravel(), self._down.ravel()
        xx, yy, xy = float(along @ along), float(aside @ aside), float(along @ aside)
        least = (xx + yy) / 2.0 - math.hypot((xx - yy) / 2.0, xy)
        rest = self._difference(sway)
        noise_sd = 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
        return least >= _LEAST_OF_NOISE * noise_sd**2 * rest.size

    def step(self, sway: Sway, reach_px: float) -> Sway:
        """Return what is still to be added to a sway, of which ``reach_px`` at most is to be found."""
        difference = self._difference(sway)
        kept = np.abs(difference) < _CLIP_GREY + reach_px * (np.abs(self._across) + np.abs(self._down))
        along, aside, rest = self._across[kept], self._down[kept], difference[kept]
        half_px = max(self._size_wh) / 2.0
        x = (self._x[kept] - (self._size_wh[0] - 1) / 2.0) / half_px
        y = (self._y[kept] - (self._size_wh[1] - 1) / 2.0) / half_px
        slopes = np.stack([along, aside, aside * x - along * y, along * x + aside * y])
        normal = (slopes @ slopes.T).astype(np.float64)
        texture = normal[0, 0] * normal[1, 1] - normal[0, 1] ** 2
        if rest.size == 0 or texture <= (_LEAST_TEXTURE * rest.size) ** 2 * 1e-2:
            return Sway()
        normal[[2, 3], [2, 3]] += _STIFFNESS * rest.size
        x_px, y_px, turn_px, growth_px = np.linalg.solve(normal, (slopes @ rest).astype(np.float64))
        return Sway(x_px=float(x_px), y_px=float(y_px), turn=float(turn_px) / half_px,
                    growth=float(growth_px) / half_px)

    def _difference(self, sway: Sway) -> Plane:
        to = sway.matrix(self._size_wh).astype(np.float32)
        laid: Plane = cv2.remap(self._picture, to[0, 0] * self._x + to[0, 1] * self._y + to[0, 2],
                                to[1, 0] * self._x + to[1, 1] * self._y + to[1, 2], cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_REPLICATE)
        return self._usual - laid
