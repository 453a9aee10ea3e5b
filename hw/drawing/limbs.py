"""Bodies made of limbs, seen from one side: painted once as a sprite, then laid where they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from hw.drawing.canvas import U1, Canvas, Colour
from hw.drawing.coverage import F8
from hw.drawing.eye import Box, Eye, Point

N_SIDES = 40
"""A figure is drawn from one of so many directions round it."""
N_HEIGHTS = 18
"""And from one of so many heights, level to overhead."""
FINEST_PX_PER_M = 260.0
"""Nearer figures are painted afresh each time, as only a part of them is in view."""


@dataclass(frozen=True, slots=True)
class Limb:
    """A tapered cylinder between two joints, in metres ahead, to the left and up from where the body stands."""

    start: Point
    end: Point
    start_radius_m: float
    end_radius_m: float
    colour: Colour


Body = tuple[Limb, ...]
MakeBody = Callable[[], Body]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """From where a body is seen: two axes in its own frame along the picture's columns and, upwards, its rows."""

    across: Point
    upwards: Point
    towards: Point

    @classmethod
    def of(cls, side_index: int, height_index: int) -> Side:
        """Look from one of the fixed directions."""
        around, above = math.tau * side_index / N_SIDES, 0.5 * math.pi * height_index / N_HEIGHTS
        c, s, ce, se = math.cos(around), math.sin(around), math.cos(above), math.sin(above)
        return cls(across=(-s, c, 0.0), upwards=(-c * se, -s * se, ce), towards=(c * ce, s * ce, se))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprite:
    """A body painted once; the pixel (x, y) lies at ((x + left_px) / scale, (top_px − y) / scale) metres."""

    bgr: U1
    luma: U1
    alpha: U1
    left_px: int
    top_px: int
    px_per_m: float
    discs_m: F8
    """(n, 3): across, upwards and radius of the limbs' ends; the body is the hull of two each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a body stands and which way it faces."""

    foot: Point
    heading_rad: float
    """Counter-clockwise from east."""


def paint_body(canvas: Canvas, key: object, make_body: MakeBody, stand: Stand, store: SpriteStore, *, light: float,
               ) -> Box | None:
    """Paint a body where it stands and return its box, not cut at the picture's edge; None if it is not in front.

    Args:
        canvas: painted on.
        key: tells bodies with other limbs apart.
        make_body: gives the limbs when they have not been painted yet.
        stand: where the body stands.
        store: keeps sprites.
        light: brightness at that place.
    """
    eye = canvas.eye
    side_index, height_index = _seen_from(eye, stand)
    if eye.depth_m(stand.foot) < 0.5:
        return None
    scale = eye.px_per_m(stand.foot)
    to_picture = _plane_to_picture(eye, stand.foot)
    if scale > FINEST_PX_PER_M:
        return _paint_near(canvas, make_body(), Side.of(side_index, height_index), to_picture, light)
    px_per_m = 6.0 * 1.4142135 ** max(0, math.ceil(math.log2(scale / 6.0) * 2.0))
    sprite = store.sprite((key, side_index, height_index, px_per_m), make_body, side_index, height_index, px_per_m)
    box = _box_of(sprite.discs_m, to_picture)
    window = _window(box, eye.size_wh, margin_px=2)
    if window is not None:
        _lay_sprite(canvas, sprite, to_picture, window, light)
    return box


def body_box(eye: Eye, body: Body, stand: Stand) -> Box | None:
    """Return the box that :func:`paint_body` gives, without painting."""
    if eye.depth_m(stand.foot) < 0.5:
        return None
    flat = _flattened(body, Side.of(*_seen_from(eye, stand)))
    return _box_of(_discs(flat), _plane_to_picture(eye, stand.foot))


class SpriteStore:
    """Keeps the sprites that were used last."""

    def __init__(self, n_most: int = 6000) -> None:
        self._sprites: dict[object, Sprite] = {}
        self._n_most = n_most

    def sprite(self, key: object, make_body: MakeBody, side_index: int, height_index: int, px_per_m: float) -> Sprite:
        """Return a sprite, painted if it has not been yet."""
        found = self._sprites.get(key)
        if found is None:
            if len(self._sprites) >= self._n_most:
                self._sprites.clear()  # which sprites are kept never changes a pixel
            found = self._sprites[key] = paint_sprite(make_body(), Side.of(side_index, height_index), px_per_m)
        return found


def paint_sprite(body: Body, side: Side, px_per_m: float) -> Sprite:
    """Paint a body once."""
    flat = _flattened(body, side)
    discs = _discs(flat)
    low, high = (discs[:, :2] - discs[:, 2:]).min(axis=0), (discs[:, :2] + discs[:, 2:]).max(axis=0)
    left, top = math.floor(low[0] * px_per_m) - 2, math.ceil(high[1] * px_per_m) + 2
    width = math.ceil(high[0] * px_per_m) + 2 - left
    height = top - math.floor(low[1] * px_per_m) + 2
    canvas = np.zeros((height, width, 4), dtype=np.uint8)
    affine = np.array([[px_per_m, 0.0, -left], [0.0, -px_per_m, top]])
    _draw_limbs(canvas, flat, affine)
    bgr = np.ascontiguousarray(canvas[:, :, :3])
    return Sprite(bgr=bgr, luma=cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), alpha=np.ascontiguousarray(canvas[:, :, 3]),
                  left_px=left, top_px=top, px_per_m=px_per_m, discs_m=discs)


@dataclass(frozen=True, slots=True)
class _Flat:
    """Limbs in the plane that is seen, far ones first."""

    ends: F8
    """(n, 2, 2): limb, end, (across, upwards) in metres."""
    radii: F8
    """(n, 2)"""
    colours: list[Colour]


def _flattened(body: Body, side: Side) -> _Flat:
    joints = np.array([(limb.start, limb.end) for limb in body])
    depth = joints.mean(axis=1) @ np.array(side.towards)
    order = np.argsort(depth, kind="stable")
    ends = np.stack([joints @ np.array(side.across), joints @ np.array(side.upwards)], axis=-1)
    radii = np.array([(limb.start_radius_m, limb.end_radius_m) for limb in body])
    return _Flat(ends=ends[order], radii=radii[order], colours=[body[i].colour for i in order])


def _discs(flat: _Flat) -> F8:
    return np.concatenate([flat.ends, flat.radii[:, :, None]], axis=2).reshape(-1, 3)


_HALF = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 8)
_TONES = ((1.0, 0.74), (0.8, 0.93), (0.46, 1.1))
"""Share of the radius, and brightness: each limb is painted thrice, thinner and lighter, so that it looks round."""
_LIGHT_FROM = np.array([-0.45, 0.55])
_SHIFT = 4


def _draw_limbs(canvas: U1, flat: _Flat, affine: F8) -> None:
    scale = math.sqrt(abs(affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0]))
    tones = _TONES if scale > 24.0 else _TONES[1:2] if scale < 10.0 else _TONES[:2]
    along = flat.ends[:, 1] - flat.ends[:, 0]
    turn = np.arctan2(along[:, 1], along[:, 0])
    angles = np.stack([turn[:, None] + math.pi + _HALF, turn[:, None] + _HALF], axis=1)  # (n, 2, 8)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)  # (n, 2, 8, 2)
    shares = np.array([share for share, _ in tones] if len(tones) > 1 else [1.0])
    radii = flat.radii[:, None, :] * shares[:, None]  # (n, tones, 2)
    middles = flat.ends[:, None] + (flat.radii[:, None, :] * (1.0 - shares[:, None]))[..., None] * _LIGHT_FROM
    points = middles[:, :, :, None, :] + circle[:, None] * radii[..., None, None]
    pixels = points.reshape(len(flat.colours), len(tones), -1, 2) @ affine[:, :2].T + affine[:, 2]
    fixed = np.rint(pixels * (1 << _SHIFT)).astype(np.int32)
    for colour, outlines in zip(flat.colours, fixed, strict=True):
        for (_, tone), outline in zip(tones, outlines, strict=True):
            paint = (min(255.0, colour[0] * tone), min(255.0, colour[1] * tone), min(255.0, colour[2] * tone), 255.0)
            cv2.fillConvexPoly(canvas, outline, paint, lineType=cv2.LINE_AA, shift=_SHIFT)


def _seen_from(eye: Eye, stand: Stand) -> tuple[int, int]:
    dx, dy = eye.position_m[0] - stand.foot[0], eye.position_m[1] - stand.foot[1]
    above = math.atan2(eye.position_m[2] - stand.foot[2] - 0.9, max(1e-6, math.hypot(dx, dy)))
    around = math.atan2(dy, dx) - stand.heading_rad
    side_index = round(around / math.tau * N_SIDES) % N_SIDES
    return side_index, min(N_HEIGHTS, max(0, round(above / (0.5 * math.pi) * N_HEIGHTS)))


def _plane_to_picture(eye: Eye, foot: Point) -> F8:
    """Return the (2, 3) map from metres (across, upwards) in the plane through a foot that faces the eye to pixels."""
    px, py, pz = eye.position_m
    dx, dy, dz = px - foot[0], py - foot[1], pz - foot[2] - 0.9
    flat = max(1e-6, math.hypot(dx, dy))
    across = (-dy / flat, dx / flat, 0.0)
    above = math.atan2(dz, flat)
    se, ce = math.sin(max(0.0, above)), math.cos(max(0.0, above))
    upwards = (-dx / flat * se, -dy / flat * se, ce)
    x0, y0 = eye.pixel(foot)
    x1, y1 = eye.pixel((foot[0] + across[0], foot[1] + across[1], foot[2]))
    x2, y2 = eye.pixel((foot[0] + 1.7 * upwards[0], foot[1] + 1.7 * upwards[1], foot[2] + 1.7 * upwards[2]))
    return np.array([[x1 - x0, (x2 - x0) / 1.7, x0], [y1 - y0, (y2 - y0) / 1.7, y0]])


def _box_of(discs_m: F8, to_picture: F8) -> Box:
    """Return the box round discs once they are in the picture, where each is an ellipse."""
    centres = discs_m[:, :2] @ to_picture[:, :2].T + to_picture[:, 2]
    reach = discs_m[:, 2:] * np.sqrt((to_picture[:, :2] ** 2).sum(axis=1))
    left, top = ((centres - reach).min(axis=0) + 0.5).tolist()
    right, bottom = ((centres + reach).max(axis=0) + 0.5).tolist()
    return left, top, right, bottom


def _window(box: Box, size_wh: tuple[int, int], *, margin_px: int) -> tuple[int, int, int, int] | None:
    left, top = max(0, math.floor(box[0]) - margin_px), max(0, math.floor(box[1]) - margin_px)
    right, bottom = min(size_wh[0], math.ceil(box[2]) + margin_px), min(size_wh[1], math.ceil(box[3]) + margin_px)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _lay_sprite(canvas: Canvas, sprite: Sprite, to_picture: F8, window: tuple[int, int, int, int], light: float,
                ) -> None:
    left, top, right, bottom = window
    inverse = 1.0 / sprite.px_per_m
    to_plane = np.array([[inverse, 0.0, sprite.left_px * inverse], [0.0, -inverse, sprite.top_px * inverse],
                         [0.0, 0.0, 1.0]])
    affine = to_picture @ to_plane
    affine[:, 2] -= (left, top)
    size = (right - left, bottom - top)
    alpha = cv2.warpAffine(sprite.alpha, affine, size, flags=cv2.INTER_LINEAR)
    layer = cv2.warpAffine(sprite.luma if canvas.is_luma else sprite.bgr, affine, size, flags=cv2.INTER_LINEAR)
    canvas.lay(layer, alpha, left, top, light=light)


def _paint_near(canvas: Canvas, body: Body, side: Side, to_picture: F8, light: float) -> Box:
    flat = _flattened(body, side)
    box = _box_of(_discs(flat), to_picture)
    window = _window(box, canvas.eye.size_wh, margin_px=2)
    if window is None:
        return box
    left, top, right, bottom = window
    layer = np.zeros((bottom - top, right - left, 4), dtype=np.uint8)
    affine = to_picture.copy()
    affine[:, 2] -= (left, top)
    _draw_limbs(layer, flat, affine)
    bgr = np.ascontiguousarray(layer[:, :, :3])
    painted = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY) if canvas.is_luma else bgr
    canvas.lay(painted, np.ascontiguousarray(layer[:, :, 3]), left, top, light=light)
    return box


def shadow_outline(body: Sequence[Limb], stand: Stand, towards_sun: tuple[float, float], length: float) -> F8:
    """Return the hull (n, 2) in metres on the ground of what a body shades.

    Args:
        body: the limbs.
        stand: where the body stands.
        towards_sun: unit vector on the ground towards the sun.
        length: metres of shadow for a metre of height.
    """
    joints = np.array([point for limb in body for point in (limb.start, limb.end)])
    radii = np.array([radius for limb in body for radius in (limb.start_radius_m, limb.end_radius_m)])
    c, s = math.cos(stand.heading_rad), math.sin(stand.heading_rad)
    x = stand.foot[0] + c * joints[:, 0] - s * joints[:, 1] - towards_sun[0] * length * joints[:, 2]
    y = stand.foot[1] + s * joints[:, 0] + c * joints[:, 1] - towards_sun[1] * length * joints[:, 2]
    points = (np.column_stack([x, y])[:, None, :] + _RING * radii[:, None, None]).reshape(-1, 2)
    return hull_of(points)


_RING = np.column_stack([np.cos(np.arange(6) * math.pi / 3.0), np.sin(np.arange(6) * math.pi / 3.0)])


def hull_of(points: F8) -> F8:
    """Return the convex hull (n, 2) of points (m, 2), in order."""
    return np.asarray(cv2.convexHull(points.astype(np.float32))[:, 0], dtype=np.float64)
