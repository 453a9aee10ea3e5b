"""Walking people: a figure of limbs posed by its stride, and painted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from hw.frame import Picture
from hw.optics import F8, Projection
from hw.panels import NEAR_M, blend
from hw.textures import Colour

_At: TypeAlias = Callable[[float, float, float], F8]
"""Turns (forward, towards the camera, up) in metres into a point of the world."""

_FINER = 3
"""Figures are painted this much finer than the picture, then averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a drawn person is built and dressed; nobody real is shown."""

    height_m: float
    skin: Colour
    hair: Colour
    jacket: Colour
    trousers: Colour
    shoes: Colour = (40, 42, 46)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """Where a person is and what the limbs do."""

    x_m: float
    y_m: float
    direction: int
    """+1 walks towards greater x, −1 towards lesser x."""
    phase_rad: float
    """Of the stride; 2π is two steps."""
    stride: float
    """0 stands, 1 walks at full stride."""
    sway_m: float = 0.0
    """How far the shoulders are ahead of the hips."""
    reach_m: F8 | None = None
    """(3,) where the hand nearer to the camera reaches; None lets it swing."""
    reach: float = 0.0
    """0 swings the arm, 1 reaches all the way."""


@dataclass(frozen=True, slots=True)
class _Limb:
    """A tapered cylinder between two joints."""

    start_m: F8
    end_m: F8
    start_radius_m: float
    end_radius_m: float
    colour: Colour


def person_box(look: Look, pose: Pose, projection: Projection) -> tuple[float, float, float, float] | None:
    """Return the box (left, top, right, bottom) round a person in pixels; None if part of it is behind the camera."""
    limbs = _limbs(look, pose)
    joints = np.array([point for limb in limbs for point in (limb.start_m, limb.end_m)])
    if projection.depth_m(joints).min() < NEAR_M:
        return None
    radii = np.array([radius for limb in limbs for radius in (limb.start_radius_m, limb.end_radius_m)])
    reach = radii[:, None] * _px_per_m(projection, joints[0])
    pixels = projection.project(joints)
    low, high = (pixels - reach).min(axis=0) + 0.5, (pixels + reach).max(axis=0) + 0.5
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def paint_person(picture: Picture, look: Look, pose: Pose, projection: Projection) -> None:
    """Paint a person into a picture (height, width) or (height, width, 3), in place."""
    limbs = _limbs(look, pose)
    joints = np.array([point for limb in limbs for point in (limb.start_m, limb.end_m)])
    if projection.depth_m(joints).min() < NEAR_M:
        return
    pixels = projection.project(joints)
    margin = 0.16 * look.height_m / 1.75 * _px_per_m(projection, joints[0]) + 2.0
    height, width = picture.shape[:2]
    left, top = (max(0, math.floor(value)) for value in pixels.min(axis=0) - margin)
    right, bottom = (math.ceil(value) for value in pixels.max(axis=0) + margin)
    right, bottom = min(right, width), min(bottom, height)
    if left >= right or top >= bottom:
        return
    canvas = np.zeros(((bottom - top) * _FINER, (right - left) * _FINER, 4), dtype=np.uint8)
    fine = projection.shifted(left, top).scaled(_FINER)
    for limb in limbs:
        _paint_limb(canvas, limb, fine)
    soft = cv2.GaussianBlur(canvas, (0, 0), 0.6 * _FINER)
    layer = cv2.resize(soft, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    blend(picture[top:bottom, left:right], np.asarray(layer, dtype=np.uint8))


def _px_per_m(projection: Projection, point_m: F8) -> float:
    pair = projection.project(np.array([point_m, point_m + np.array([0.0, 0.0, 0.1])]))
    return 10.0 * math.hypot(*(pair[1] - pair[0]))


def _leg(pose: Pose, height_m: float, phase_rad: float) -> F8:
    """Return hip, knee and ankle as (forward, up) in metres from the hip, shape (3, 2)."""
    thigh = 0.42 * pose.stride * math.sin(phase_rad) + 0.03
    knee = 0.08 + 0.85 * pose.stride * max(0.0, math.cos(phase_rad)) ** 2
    shin = thigh - knee
    knee_at = np.array([math.sin(thigh), -math.cos(thigh)]) * 0.245 * height_m
    ankle_at = knee_at + np.array([math.sin(shin), -math.cos(shin)]) * 0.245 * height_m
    return np.array([[0.0, 0.0], knee_at, ankle_at])


def _limbs(look: Look, pose: Pose) -> list[_Limb]:
    """Return the limbs in painting order: the far side of the body, the trunk, the head, the near side."""
    tall = look.height_m
    legs = {side: _leg(pose, tall, pose.phase_rad + (0.0 if side > 0 else math.pi)) for side in (1, -1)}
    hip_z = 0.04 * tall - min(leg[2, 1] for leg in legs.values())

    def at(forward: float, aside: float, up: float) -> F8:
        return np.array([pose.x_m + pose.direction * forward, pose.y_m - aside, up])

    shoulder_z = hip_z + 0.295 * tall
    lean = pose.sway_m + 0.02 * tall * pose.stride
    limbs: list[_Limb] = []
    for side in (-1, 1):  # −1 is the far side; the camera stands at lesser y
        shade = 0.78 if side < 0 else 1.0
        if side > 0:
            limbs += _trunk_and_head(look, at, hip_z, shoulder_z, lean)
        points = [at(f, 0.052 * tall * side, hip_z + u) for f, u in legs[side]]
        toe = at(legs[side][2, 0] + 0.085 * tall, 0.052 * tall * side, hip_z + legs[side][2, 1] - 0.012 * tall)
        trousers = _shaded(look.trousers, shade)
        leg = [_Limb(points[2], toe, 0.027 * tall, 0.02 * tall, _shaded(look.shoes, shade)),
               _Limb(points[1], points[2], 0.036 * tall, 0.026 * tall, trousers),
               _Limb(points[0], points[1], 0.056 * tall, 0.04 * tall, trousers)]
        arm = _arm(look, pose, at(lean, 0.105 * tall * side, shoulder_z), side, shade)
        limbs += arm + leg if side < 0 else arm
        if side > 0:
            limbs[-len(arm) - 5 : -len(arm) - 5] = leg  # trousers go under the jacket
    return limbs


def _trunk_and_head(look: Look, at: _At, hip_z: float, shoulder_z: float, lean: float) -> list[_Limb]:
    tall = look.height_m
    head_z = shoulder_z + 0.118 * tall
    return [
        _Limb(at(0.0, 0.0, hip_z - 0.02 * tall), at(lean, 0.0, shoulder_z - 0.03 * tall), 0.078 * tall, 0.092 * tall,
              look.jacket),
        _Limb(at(lean, 0.0, shoulder_z), at(lean, 0.0, shoulder_z + 0.04 * tall), 0.06 * tall, 0.034 * tall,
              look.jacket),
        _Limb(at(lean + 0.008 * tall, 0.0, shoulder_z + 0.03 * tall), at(lean + 0.01 * tall, 0.0, head_z),
              0.03 * tall, 0.03 * tall, look.skin),
        _Limb(at(lean + 0.016 * tall, 0.0, head_z - 0.018 * tall), at(lean + 0.014 * tall, 0.0, head_z + 0.01 * tall),
              0.045 * tall, 0.053 * tall, look.skin),
        _Limb(at(lean - 0.014 * tall, 0.0, head_z + 0.012 * tall), at(lean + 0.004 * tall, 0.0, head_z + 0.03 * tall),
              0.05 * tall, 0.043 * tall, look.hair),
    ]


def _arm(look: Look, pose: Pose, shoulder: F8, side: int, shade: float) -> list[_Limb]:
    tall = look.height_m
    swing = -0.5 * pose.stride * math.sin(pose.phase_rad + (0.0 if side > 0 else math.pi))
    bend = swing + 0.3
    elbow = shoulder + np.array([pose.direction * math.sin(swing), -0.02 * side, -math.cos(swing)]) * 0.175 * tall
    hand = elbow + np.array([pose.direction * math.sin(bend), 0.0, -math.cos(bend)]) * 0.165 * tall
    if side > 0 and pose.reach_m is not None and pose.reach > 0.0:
        hand = hand + pose.reach * (pose.reach_m - hand)
        drop = np.array([-0.03 * pose.direction, 0.0, -0.05]) * tall
        elbow = elbow + pose.reach * ((shoulder + hand) / 2.0 + drop - elbow)
    sleeve = _shaded(look.jacket, 0.93 * shade)
    return [
        _Limb(hand, hand + (hand - elbow) * 0.12, 0.021 * tall, 0.019 * tall, _shaded(look.skin, shade)),
        _Limb(elbow, hand, 0.032 * tall, 0.024 * tall, sleeve),
        _Limb(shoulder - (0.0, 0.0, 0.012 * tall), elbow, 0.042 * tall, 0.033 * tall, sleeve),
    ]


def _shaded(colour: Colour, share: float) -> Colour:
    blue, green, red = (round(part * share) for part in colour)
    return blue, green, red


def _paint_limb(canvas: Picture, limb: _Limb, projection: Projection) -> None:
    """Paint a limb three times, each thinner, lighter and nearer to the light, so that it looks round."""
    ends = projection.project(np.array([limb.start_m, limb.end_m]))
    scale = _px_per_m(projection, limb.start_m)
    radii = np.array([limb.start_radius_m, limb.end_radius_m]) * scale
    for share, tone in ((1.0, 0.72), (0.82, 0.92), (0.5, 1.08)):
        towards_light = (1.0 - share) * radii[:, None] * np.array([-0.55, -0.35])
        blue, green, red = (min(255, part) for part in _shaded(limb.colour, tone))
        _paint_capsule(canvas, ends + towards_light, radii * share, (blue, green, red, 255))


def _paint_capsule(canvas: Picture, ends: F8, radii: F8, colour: tuple[int, int, int, int]) -> None:
    turns = np.linspace(0.0, 2.0 * math.pi, 17)[:-1]
    circle = np.column_stack([np.cos(turns), np.sin(turns)])
    points = np.vstack([ends[0] + circle * radii[0], ends[1] + circle * radii[1]])
    cv2.fillConvexPoly(canvas, cv2.convexHull(np.rint(points).astype(np.int32)), colour)
