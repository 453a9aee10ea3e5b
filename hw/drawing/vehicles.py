"""Cars and bicycles, put together from flat faces and wheels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from hw.drawing.canvas import Canvas, Colour
from hw.drawing.coverage import F8
from hw.drawing.eye import Box, Eye
from hw.drawing.limbs import Stand

_SHIFT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """A car's size and paint."""

    colour: Colour
    length_m: float = 4.4
    width_m: float = 1.78
    height_m: float = 1.48
    is_lit: bool = False
    """Head and tail lamps burn."""


def car_outline(car: Car) -> F8:
    """Return the hull's eight lowest and highest corners (8, 3), in metres ahead, to the left and up."""
    half, side, high = car.length_m / 2.0, car.width_m / 2.0, car.height_m
    return np.array([(x, y, z) for x in (-half, half) for y in (-side, side) for z in (0.2, 0.85)]
                    + [(x, y, high) for x in (-0.3 * car.length_m, 0.14 * car.length_m)
                       for y in (-0.8 * side, 0.8 * side)])


def car_box(eye: Eye, car: Car, stand: Stand) -> Box | None:
    """Return the box round a car; None if part of it is not in front of the camera."""
    points = _placed(car_outline(car), stand)
    if eye.projection.depth_m(points).min() < 0.5:
        return None
    pixels = eye.projection.project(points)
    low, high = pixels.min(axis=0) + 0.5, pixels.max(axis=0) + 0.5
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def paint_car(canvas: Canvas, car: Car, stand: Stand, *, light: float) -> None:
    """Paint a car: its far sides are hidden, so only faces that look at the camera are painted."""
    eye = canvas.eye
    faces = _car_faces(car)
    for corners, colour, glows in faces:
        points = _placed(corners, stand)
        normal = np.cross(points[1] - points[0], points[2] - points[0])
        if normal @ (np.array(eye.position_m) - points[0]) <= 0.0:
            continue
        if eye.projection.depth_m(points).min() < 0.3:
            continue
        _fill(canvas, eye.projection.project(points), colour, 1.0 if glows else light)


def _car_faces(car: Car) -> list[tuple[F8, Colour, bool]]:
    half, side, high = car.length_m / 2.0, car.width_m / 2.0, car.height_m
    inner, glass = 0.8 * side, (70, 62, 54)
    back, front = -0.3 * car.length_m, 0.14 * car.length_m
    back_low, front_low = -0.42 * car.length_m, 0.28 * car.length_m
    belt, sill = 0.85, 0.2
    hood = 0.78
    faces: list[tuple[F8, Colour, bool]] = []

    def add(corners: list[tuple[float, float, float]], colour: Colour, tone: float = 1.0, glows: bool = False) -> None:
        blue, green, red = (min(255, round(part * tone)) for part in colour)
        faces.append((np.array(corners), (blue, green, red), glows))

    wheel_r = 0.32
    for y, turn in ((side, 1.0), (-side, -1.0)):
        def flat(points: list[tuple[float, float]], at: float = y, order: float = turn,
                 ) -> list[tuple[float, float, float]]:
            placed = [(px, at, pz) for px, pz in points]
            return placed if order < 0 else placed[::-1]

        add(flat([(-half, sill), (half, sill), (half, hood), (front_low, belt), (back_low, belt), (-half, belt)]),
            car.colour, 0.8)
        for x in (-0.3 * car.length_m, 0.3 * car.length_m):
            for radius, colour in ((wheel_r + 0.05, (26, 26, 26)), (wheel_r, (44, 44, 44)), (0.2, (128, 130, 132))):
                ring = [(x + radius * math.cos(a), wheel_r + radius * math.sin(a))
                        for a in np.linspace(0.0, math.tau, 14, endpoint=False)]
                add(flat([(float(a), max(0.0, float(b))) for a, b in ring], y * 1.005), colour)
    add([(half, -side, sill), (half, side, sill), (half, side, hood), (half, -side, hood)], car.colour, 0.7)
    add([(-half, side, sill), (-half, -side, sill), (-half, -side, belt), (-half, side, belt)], car.colour, 0.66)
    for y in (-0.7 * side, 0.7 * side):
        for x, colour, order in ((half + 0.01, (235, 245, 255), 1), (-half - 0.01, (40, 40, 215), -1)):
            patch = [(x, y - 0.15 * order, 0.55), (x, y + 0.15 * order, 0.55), (x, y + 0.15 * order, 0.7),
                     (x, y - 0.15 * order, 0.7)]
            add(patch, colour, 1.0 if car.is_lit else 0.8, car.is_lit)
    add([(front_low, -side, belt), (half, -side, hood), (half, side, hood), (front_low, side, belt)], car.colour, 1.04)
    add([(-half, -side, belt), (back_low, -side, belt), (back_low, side, belt), (-half, side, belt)], car.colour, 1.0)
    for turn in (1.0, -1.0):
        cabin = [(back_low, side * turn, belt), (front_low, side * turn, belt), (front, inner * turn, high),
                 (back, inner * turn, high)]
        add(cabin if turn < 0 else cabin[::-1], glass, 1.1)
        post = [(-0.1, side * turn * 0.985, belt), (0.0, side * turn * 0.985, belt), (0.0, inner * turn * 1.02, high),
                (-0.1, inner * turn * 1.02, high)]
        add(post if turn < 0 else post[::-1], car.colour, 0.85)
    add([(front_low, -side, belt), (front_low, side, belt), (front, inner, high), (front, -inner, high)], glass, 1.35)
    add([(back_low, side, belt), (back_low, -side, belt), (back, -inner, high), (back, inner, high)], glass, 1.0)
    add([(back, -inner, high), (front, -inner, high), (front, inner, high), (back, inner, high)], car.colour, 1.12)
    return faces


def paint_bicycle(canvas: Canvas, stand: Stand, *, light: float, colour: Colour = (60, 60, 170)) -> None:
    """Paint a bicycle; its rider is a person."""
    scale = canvas.eye.px_per_m(stand.foot)
    thick = max(1, round(0.035 * scale))
    for wheel in _WHEELS:
        _line(canvas, wheel, stand, (30, 30, 32), thick, light)
    for part in _FRAME:
        _line(canvas, part, stand, colour, thick, light)


_TURNS = np.linspace(0.0, math.tau, 22)
_WHEELS = tuple(np.column_stack([x + 0.34 * np.cos(_TURNS), np.zeros(22), 0.34 + 0.34 * np.sin(_TURNS)])
                for x in (-0.52, 0.52))
_FRAME = (
    np.array([(-0.52, 0, 0.34), (-0.12, 0, 0.3), (0.38, 0, 0.8), (-0.2, 0, 0.86), (-0.12, 0, 0.3)], dtype=np.float64),
    np.array([(0.52, 0, 0.34), (0.36, 0, 0.98), (0.3, 0.22, 1.02), (0.36, 0, 0.98), (0.3, -0.22, 1.02)]),
    np.array([(-0.52, 0, 0.34), (-0.2, 0, 0.86), (-0.22, 0, 0.94)], dtype=np.float64),
)


def bicycle_box(eye: Eye, stand: Stand) -> Box | None:
    """Return the box round a bicycle without its rider."""
    points = _placed(np.vstack([*_WHEELS, *_FRAME]), stand)
    if eye.projection.depth_m(points).min() < 0.5:
        return None
    half = max(1, round(0.035 * eye.px_per_m(stand.foot))) / 2.0
    pixels = eye.projection.project(points)
    low, high = pixels.min(axis=0) + 0.5 - half, pixels.max(axis=0) + 0.5 + half
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _placed(points: F8, stand: Stand) -> F8:
    c, s = math.cos(stand.heading_rad), math.sin(stand.heading_rad)
    x, y, z = stand.foot
    return np.column_stack([x + c * points[:, 0] - s * points[:, 1], y + s * points[:, 0] + c * points[:, 1],
                            z + points[:, 2]])


def _fill(canvas: Canvas, pixels: F8, colour: Colour, light: float) -> None:
    clipped = np.clip(pixels, -20000.0, 20000.0)
    paint = tuple(min(255.0, part * light) for part in canvas.tone(colour))
    cv2.fillPoly(canvas.picture, [np.rint(clipped * (1 << _SHIFT)).astype(np.int32)], paint, lineType=cv2.LINE_AA,
                 shift=_SHIFT)


def _line(canvas: Canvas, points: F8, stand: Stand, colour: Colour, thick: int, light: float) -> None:
    world = _placed(points, stand)
    if canvas.eye.projection.depth_m(world).min() < 0.3:
        return
    pixels = np.clip(canvas.eye.projection.project(world), -20000.0, 20000.0)
    paint = tuple(min(255.0, part * light) for part in canvas.tone(colour))
    cv2.polylines(canvas.picture, [np.rint(pixels * (1 << _SHIFT)).astype(np.int32)], False, paint, thick,
                  lineType=cv2.LINE_AA, shift=_SHIFT)
