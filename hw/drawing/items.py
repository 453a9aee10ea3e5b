"""Small things that people hold, drop and throw: boxes and turned shapes, each pixel covered for its exact share."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from hw.drawing.canvas import U1, Canvas, Colour
from hw.drawing.coverage import F8, area_px, coverage, window_of
from hw.drawing.eye import Box, Eye, Point

_N_ROUND = 14
_LABEL_FROM_PX = 14.0
"""A face shows its label from this many pixels on; below, its mean colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing of known size: a box, or a shape turned about its long axis."""

    kind: str
    size_m: Point
    """Length, width and height of the box round it as it lies."""
    colour: Colour
    profile: tuple[tuple[float, float, Colour], ...] = ()
    """(place along the axis, radius, colour from here on), in metres from the middle; empty for a box."""
    label: str = ""
    """What is printed on a box's top."""
    stands: bool = False
    """True if it comes to rest upright."""
    is_even: bool = False
    """True if it is convex and all sides are equally bright, so that its contrast is known."""

    @property
    def length_m(self) -> float:
        """The longest side."""
        return max(self.size_m)

    @property
    def rest_height_m(self) -> float:
        """Height of the middle when it lies or stands."""
        return (max(self.size_m) if self.stands and self.profile else self.size_m[2]) / 2.0


def _turned(kind: str, length_m: float, radius_m: float, colour: Colour, *, neck: bool = False,
            tip: Colour | None = None, stands: bool = False) -> Item:
    half = length_m / 2.0
    if neck:
        profile: tuple[tuple[float, float, Colour], ...] = (
            (-half, radius_m, colour), (0.18 * length_m, radius_m, colour), (0.3 * length_m, 0.42 * radius_m, colour),
            (half, 0.4 * radius_m, colour))
    else:
        profile = ((-half, radius_m, tip or colour), (-half + 0.3 * length_m, radius_m, colour),
                   (half, radius_m, colour))
    return Item(kind=kind, size_m=(length_m, 2.0 * radius_m, 2.0 * radius_m), colour=colour, profile=profile,
                stands=stands)


ITEMS: Mapping[str, Item] = {item.kind: item for item in (
    Item(kind="matchbox", size_m=(0.053, 0.036, 0.017), colour=(40, 70, 190), label="matches"),
    Item(kind="cigarette_pack", size_m=(0.088, 0.055, 0.023), colour=(220, 224, 230), label="pack"),
    _turned("cigarette_butt", 0.030, 0.004, (225, 232, 238), tip=(70, 130, 195)),
    _turned("can", 0.122, 0.033, (175, 180, 186), stands=False),
    _turned("bottle", 0.26, 0.034, (58, 92, 40), neck=True),
    _turned("standing_bottle", 0.26, 0.034, (58, 92, 40), neck=True, stands=True),
    _turned("cup", 0.11, 0.04, (205, 212, 220)),
    Item(kind="wrapper", size_m=(0.12, 0.07, 0.012), colour=(70, 190, 225)),
    Item(kind="paper_ball", size_m=(0.07, 0.06, 0.06), colour=(228, 232, 236)),
    Item(kind="plastic_bag", size_m=(0.30, 0.22, 0.14), colour=(226, 226, 222)),
    Item(kind="shopping_bag", size_m=(0.34, 0.16, 0.38), colour=(90, 140, 190)),
    Item(kind="briefcase", size_m=(0.44, 0.12, 0.32), colour=(46, 52, 68)),
    Item(kind="suitcase", size_m=(0.46, 0.26, 0.68), colour=(118, 58, 24)),
    Item(kind="backpack", size_m=(0.32, 0.2, 0.46), colour=(60, 66, 48)),
)}
"""What can be named in a scene, in its true size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item at one instant."""

    item: Item
    middle: Point
    yaw_rad: float = 0.0
    """Direction of its length, counter-clockwise from east."""
    pitch_rad: float = 0.0
    """How far its length is raised from level."""


def paint_item(canvas: Canvas, placed: Placed, *, light: float) -> Box | None:
    """Paint an item and return its box; None if it is not in front of the camera."""
    if canvas.eye.depth_m(placed.middle) < 0.3:
        return None
    if placed.item.profile:
        return _paint_turned(canvas, placed, light)
    return _paint_box(canvas, placed, light)


def item_box(eye: Eye, placed: Placed) -> Box | None:
    """Return the box that :func:`paint_item` gives, without painting."""
    if eye.depth_m(placed.middle) < 0.3:
        return None
    item = placed.item
    points = _rings(placed).reshape(-1, 3) if item.profile else _corners(placed)
    return _box_of(eye.projection.project(points))


def _axes(placed: Placed) -> tuple[F8, F8, F8]:
    """Return unit vectors along length, width and height."""
    cy, sy = math.cos(placed.yaw_rad), math.sin(placed.yaw_rad)
    cp, sp = math.cos(placed.pitch_rad), math.sin(placed.pitch_rad)
    return np.array([cy * cp, sy * cp, sp]), np.array([-sy, cy, 0.0]), np.array([-cy * sp, -sy * sp, cp])


def _box_of(pixels: F8) -> Box:
    low, high = pixels.min(axis=0) + 0.5, pixels.max(axis=0) + 0.5
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _cover(canvas: Canvas, outline: F8, colour: Colour, light: float) -> None:
    window = window_of(outline, canvas.eye.size_wh)
    if window is not None:
        canvas.mix(coverage(outline, window), colour, window[0], window[1], light=light)


# Each ring is a circle round the axis; a piece between two rings is the hull of both.

def _rings(placed: Placed) -> F8:
    """Return the circles (n, m, 3) between which a turned item's pieces lie."""
    along, across, up = _axes(placed)
    turns = np.linspace(0.0, math.tau, _N_ROUND, endpoint=False)
    circle = np.cos(turns)[:, None] * across + np.sin(turns)[:, None] * up
    middle = np.array(placed.middle)
    return np.array([middle + place * along + radius * circle for place, radius, _ in placed.item.profile])


def _paint_turned(canvas: Canvas, placed: Placed, light: float) -> Box:
    rings = _rings(placed)
    pixels = canvas.eye.projection.project(rings.reshape(-1, 3)).reshape(len(rings), _N_ROUND, 2)
    if placed.item.is_even:
        _cover(canvas, _hull(pixels.reshape(-1, 2)), placed.item.colour, light)
        return _box_of(pixels.reshape(-1, 2))
    pieces = list(range(len(rings) - 1))
    middles = rings.mean(axis=1)
    nearest = canvas.eye.projection.depth_m(middles)
    if nearest[0] < nearest[-1]:
        pieces.reverse()
    is_shaded = np.ptp(pixels.reshape(-1, 2), axis=0).max() > _LABEL_FROM_PX
    for i in pieces:
        hull = _hull(pixels[i : i + 2].reshape(-1, 2))
        colour = placed.item.profile[i][2]
        _cover(canvas, hull, colour, light)
        if is_shaded:  # a band of light along the side that looks up
            axis = pixels[i : i + 2].mean(axis=1).repeat(4, 0)
            lit = 0.62 * pixels[i : i + 2, 2:6].reshape(-1, 2) + 0.38 * axis
            _cover(canvas, _hull(lit), _toned(colour, 1.35), light)
    return _box_of(pixels.reshape(-1, 2))


def _hull(points: F8) -> F8:
    return np.asarray(points[cv2.convexHull(points.astype(np.float32), returnPoints=False)[:, 0]], dtype=np.float64)


_FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
"""Corner numbers of each face; corner bits are length, width, height from 4 down to 1."""
_FACE_TONE = (0.72, 0.78, 0.62, 0.86, 0.4, 1.0)


def _corners(placed: Placed) -> F8:
    along, across, up = (axis * size / 2.0 for axis, size in zip(_axes(placed), placed.item.size_m, strict=True))
    return np.array([np.array(placed.middle) + a * along + b * across + c * up
                     for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])


def _paint_box(canvas: Canvas, placed: Placed, light: float) -> Box:
    corners = _corners(placed)
    pixels = canvas.eye.projection.project(corners)
    centre = corners.mean(axis=0)
    lens = np.array(canvas.eye.position_m)
    for face, tone in zip(_FACES, _FACE_TONE, strict=True):
        middle = corners[list(face)].mean(axis=0)
        if (middle - centre) @ (lens - middle) <= 0.0:
            continue
        outline = pixels[list(face)]
        is_label = bool(placed.item.label) and tone == 1.0
        if is_label and np.ptp(outline, axis=0).max() > _LABEL_FROM_PX:
            _paint_label(canvas, outline, placed.item, light)
        else:
            shade = _label_mean(placed.item) if is_label else placed.item.colour
            _cover(canvas, outline, _toned(shade, tone), light)
    return _box_of(pixels)


def _paint_label(canvas: Canvas, outline: F8, item: Item, light: float) -> None:
    window = window_of(outline, canvas.eye.size_wh)
    if window is None:
        return
    left, top, right, bottom = window
    label = _label(item)
    height, width = label.shape[:2]
    source = np.array([(0, 0), (0, height), (width, height), (width, 0)], dtype=np.float32) - np.float32(0.5)
    target = (outline[[0, 1, 2, 3]] - (left, top)).astype(np.float32)
    finer = min(4, max(0, round(math.log2(max(1.0, math.sqrt(height * width / max(area_px(outline), 1.0)))))))
    if finer:
        size = (max(4, width >> finer), max(4, height >> finer))
        share = np.array((size[0] / width, size[1] / height), dtype=np.float32)
        source = (source + np.float32(0.5)) * share - np.float32(0.5)
        label = np.asarray(cv2.resize(label, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    to_picture = cv2.getPerspectiveTransform(source, target)
    painted = cv2.warpPerspective(label, to_picture, (right - left, bottom - top), flags=cv2.INTER_LINEAR,
                                  borderMode=cv2.BORDER_REPLICATE)
    covered = coverage(outline, window)
    if canvas.is_luma:
        painted = cv2.cvtColor(painted, cv2.COLOR_BGR2GRAY)
    else:
        covered = covered[:, :, None]
    part = canvas.picture[top:bottom, left:right]
    mixed = part + covered * (painted.astype(np.float32) * np.float32(light) - part)
    part[:] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)


@functools.cache
def _label(item: Item) -> U1:
    """Return what is printed on a box's top (height, width, 3): a frame, a flame and the kind's name."""
    height = 256
    width = round(height * item.size_m[0] / item.size_m[1])
    label = np.full((height, width, 3), item.colour, dtype=np.uint8)
    pale, dark = (170, 220, 240), tuple(part // 3 for part in item.colour)
    cv2.rectangle(label, (12, 12), (width - 13, height - 13), pale, 6, cv2.LINE_AA)
    middle = (round(0.26 * width), round(0.5 * height))
    for radius, colour in ((70, pale), (54, (30, 150, 245)), (34, (120, 230, 255))):
        cv2.ellipse(label, middle, (round(radius * 0.62), radius), 0, 0, 360, colour, -1, cv2.LINE_AA)
    for row, text in enumerate((item.label.upper(), "38 pcs")):
        scale = 1.7 if row == 0 else 1.1
        cv2.putText(label, text, (round(0.44 * width), round((0.48 + 0.26 * row) * height)), cv2.FONT_HERSHEY_DUPLEX,
                    scale * 0.52 * width / 377, pale if row == 0 else dark, 2, cv2.LINE_AA)
    return label


@functools.cache
def _label_mean(item: Item) -> Colour:
    blue, green, red = _label(item).reshape(-1, 3).mean(axis=0)
    return round(float(blue)), round(float(green)), round(float(red))


def seen_faces(placed: Placed, lens: Point) -> list[tuple[F8, Colour]]:
    """Return the corners (4, 3) and the colour of each of a box's faces that a lens can see."""
    corners = _corners(placed)
    centre, at = np.array(placed.middle), np.array(lens)
    seen = []
    for face, tone in zip(_FACES, _FACE_TONE, strict=True):
        points = corners[list(face)]
        middle = points.mean(axis=0)
        if (middle - centre) @ (at - middle) > 0.0:
            seen.append((points, _toned(placed.item.colour, tone)))
    return seen


def _toned(colour: Colour, tone: float) -> Colour:
    return (min(255, round(colour[0] * tone)), min(255, round(colour[1] * tone)), min(255, round(colour[2] * tone)))
