"""How a person is built and dressed, and what the limbs do in each posture; nobody real is shown."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace

import numpy as np

from hw.drawing.canvas import Colour
from hw.drawing.eye import Point
from hw.drawing.limbs import Body, Limb

STEP_M = 0.72
"""Length of a step of someone 1.75 m tall."""
N_PHASES = 24
"""A stride is drawn in so many postures."""
_FINE = 24
"""Angles and shares are drawn in steps of 1 / _FINE, so that postures come back and need not be painted again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A person's height and clothes."""

    height_m: float
    skin: Colour
    hair: Colour
    jacket: Colour
    trousers: Colour
    shoes: Colour = (40, 42, 46)


_SKINS: tuple[Colour, ...] = ((140, 170, 205), (128, 158, 196), (110, 140, 180), (146, 176, 212), (92, 122, 160))
_HAIRS: tuple[Colour, ...] = ((30, 35, 45), (40, 66, 104), (24, 26, 30), (92, 104, 112), (36, 44, 66))
_JACKETS: tuple[Colour, ...] = (
    (100, 62, 40), (48, 52, 132), (62, 84, 60), (60, 58, 56), (150, 146, 138), (40, 110, 168), (36, 36, 40),
    (128, 96, 70), (70, 70, 150), (96, 120, 90), (186, 184, 178), (52, 44, 84),
)
_TROUSERS: tuple[Colour, ...] = ((62, 56, 52), (104, 80, 60), (58, 70, 84), (84, 76, 70), (52, 48, 50), (76, 66, 58))


def make_look(rng: np.random.Generator, *, height_m: float | None = None) -> Look:
    """Make somebody up."""
    def one(palette: tuple[Colour, ...]) -> Colour:
        return palette[int(rng.integers(len(palette)))]

    tall = float(rng.uniform(1.58, 1.86)) if height_m is None else height_m
    return Look(height_m=round(tall, 2), skin=one(_SKINS), hair=one(_HAIRS), jacket=one(_JACKETS),
                trousers=one(_TROUSERS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Where an arm is."""

    pitch: float
    """Radians that the upper arm is raised ahead; 0 hangs."""
    bend: float
    """Radians that the elbow is bent, ahead and up."""
    aside: float = 0.0
    """Radians away from the body; negative across the chest."""


HANGING = Arm(pitch=0.0, bend=0.12)
CARRYING = Arm(pitch=0.05, bend=0.1, aside=0.1)
DRINKING = Arm(pitch=1.2, bend=2.2, aside=-0.35)
HOLDING = Arm(pitch=0.35, bend=1.25, aside=-0.1)
GUARD = Arm(pitch=0.95, bend=1.5)
PUNCH = Arm(pitch=1.5, bend=0.15, aside=-0.1)
HANDLEBAR = Arm(pitch=1.0, bend=0.3)
DRAWN_BACK = Arm(pitch=-0.9, bend=1.4, aside=0.3)
THROWN = Arm(pitch=1.7, bend=0.1)
LET_FALL = Arm(pitch=0.5, bend=0.25, aside=0.25)


def between(first: Arm, last: Arm, share: float) -> Arm:
    """Return the arm on its way from one place to another."""
    s = min(1.0, max(0.0, share))
    s = s * s * (3.0 - 2.0 * s)
    return Arm(pitch=first.pitch + s * (last.pitch - first.pitch), bend=first.bend + s * (last.bend - first.bend),
               aside=first.aside + s * (last.aside - first.aside))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """What the limbs do."""

    phase: float = 0.0
    """Of the stride, 0 to 1; a whole one is two steps."""
    stride: float = 0.0
    """0 stands, 1 walks at full stride, up to 1.6 runs."""
    lean: float = 0.0
    """Radians that the trunk leans ahead."""
    sit: float = 0.0
    """0 stands, 1 sits on a seat of knee height."""
    crouch: float = 0.0
    """0 stands, 1 squats."""
    fallen: float = 0.0
    """0 is upright, 1 lies on the ground ahead; −1 lies behind."""
    cycle: bool = False
    """Pedals; the phase is the crank's."""
    right: Arm | None = None
    """None swings with the stride."""
    left: Arm | None = None

    def quantised(self) -> Pose:
        """Return the nearest pose that is drawn."""
        return replace(self, phase=round(self.phase * N_PHASES) % N_PHASES / N_PHASES, stride=_nearest(self.stride, 8),
                       lean=_nearest(self.lean), sit=_nearest(self.sit), crouch=_nearest(self.crouch),
                       fallen=_nearest(self.fallen), right=_nearest_arm(self.right), left=_nearest_arm(self.left))


def _nearest(value: float, steps: int = _FINE) -> float:
    return round(value * steps) / steps


def _nearest_arm(arm: Arm | None) -> Arm | None:
    return arm and Arm(pitch=_nearest(arm.pitch, 12), bend=_nearest(arm.bend, 12), aside=_nearest(arm.aside, 12))


@functools.lru_cache(maxsize=20_000)
def person_body(look: Look, pose: Pose) -> Body:
    """Return a person's limbs, in metres ahead, to the left and up."""
    return _Person(look, pose).limbs()


@functools.lru_cache(maxsize=20_000)
def hand_place(look: Look, pose: Pose, *, is_right: bool = True) -> Point:
    """Return where a hand is, in metres ahead, to the left and up."""
    return _Person(look, pose).arm_joints(-1.0 if is_right else 1.0)[2]


class _Person:
    """Lengths and joints of one person in one pose."""

    def __init__(self, look: Look, pose: Pose) -> None:
        self.look, self.pose, self.tall = look, pose, look.height_m
        self.legs = {side: self._leg(side) for side in (-1.0, 1.0)}
        self.hip_z = 0.04 * self.tall - min(leg[2][1] for leg in self.legs.values())
        if pose.cycle:
            self.hip_z = 0.92
        self.lean = pose.lean + 0.06 * pose.stride

    def limbs(self) -> Body:
        """Return all limbs, upright or lying."""
        limbs = [*self._trunk()]
        for side in (-1.0, 1.0):
            limbs += [*self._leg_limbs(side), *self._arm_limbs(side)]
        return tuple(self._fall(limb) for limb in limbs)

    def arm_joints(self, side: float) -> tuple[Point, Point, Point]:
        """Return shoulder, elbow and hand."""
        pose, tall = self.pose, self.tall
        swing = -0.55 * pose.stride * math.sin(math.tau * pose.phase + (math.pi if side > 0 else 0.0))
        arm = (pose.left if side > 0 else pose.right) or Arm(pitch=swing, bend=0.15 + 0.3 * pose.stride, aside=0.06)
        shoulder = self._on_trunk(0.295 * tall, 0.105 * tall * side)
        elbow = _beyond(shoulder, 0.175 * tall, arm.pitch, arm.aside * side)
        hand = _beyond(elbow, 0.165 * tall, arm.pitch + arm.bend, 1.6 * arm.aside * side)
        return self._turned(shoulder), self._turned(elbow), self._turned(hand)

    def _leg(self, side: float) -> tuple[tuple[float, float], ...]:
        """Return hip, knee and ankle as (ahead, up) from the hip."""
        pose, tall = self.pose, self.tall
        turn = math.tau * pose.phase + (math.pi if side > 0 else 0.0)
        if pose.cycle:
            thigh, knee = 1.05 + 0.38 * math.sin(turn), 1.25 + 0.42 * math.sin(turn + 0.6)
        else:
            thigh = 0.44 * pose.stride * math.sin(turn) + 0.03
            knee = 0.08 + 0.85 * pose.stride * max(0.0, math.cos(turn)) ** 2
            thigh += pose.sit * (1.42 - thigh) + pose.crouch * 1.6
            knee += pose.sit * (1.5 - knee) + pose.crouch * 2.3
        shin = thigh - knee
        knee_at = (math.sin(thigh) * 0.245 * tall, -math.cos(thigh) * 0.245 * tall)
        return (0.0, 0.0), knee_at, (knee_at[0] + math.sin(shin) * 0.245 * tall,
                                     knee_at[1] - math.cos(shin) * 0.245 * tall)

    def _on_trunk(self, up: float, left: float, ahead: float = 0.0) -> Point:
        c, s = math.cos(self.lean), math.sin(self.lean)
        return ahead * c + up * s, left, self.hip_z + up * c - ahead * s

    def _trunk(self) -> list[Limb]:
        look, tall, at = self.look, self.tall, self._on_trunk
        limbs = [Limb(at(-0.02 * tall, 0.03 * tall * side), at(0.265 * tall, 0.048 * tall * side), 0.066 * tall,
                      0.07 * tall, look.jacket) for side in (-1.0, 1.0)]
        return [
            *limbs,
            Limb(at(0.29 * tall, 0.0), at(0.33 * tall, 0.0), 0.06 * tall, 0.034 * tall, look.jacket),
            Limb(at(0.32 * tall, 0.0), at(0.41 * tall, 0.0, 0.01 * tall), 0.03 * tall, 0.03 * tall, look.skin),
            Limb(at(0.394 * tall, 0.0, 0.016 * tall), at(0.425 * tall, 0.0, 0.014 * tall), 0.045 * tall, 0.05 * tall,
                 look.skin),
            Limb(at(0.425 * tall, 0.0, -0.014 * tall), at(0.442 * tall, 0.0, 0.002 * tall), 0.052 * tall,
                 0.045 * tall, look.hair),
        ]

    def _leg_limbs(self, side: float) -> list[Limb]:
        look, tall, leg = self.look, self.tall, self.legs[side]
        left = 0.055 * tall * side
        hip, knee, ankle = ((ahead, left, self.hip_z + up) for ahead, up in leg)
        toe = (ankle[0] + 0.085 * tall, left * 1.15, ankle[2] - 0.012 * tall)
        return [
            Limb(hip, knee, 0.058 * tall, 0.04 * tall, look.trousers),
            Limb(knee, ankle, 0.037 * tall, 0.026 * tall, look.trousers),
            Limb(ankle, toe, 0.028 * tall, 0.021 * tall, look.shoes),
        ]

    def _arm_limbs(self, side: float) -> list[Limb]:
        look, tall = self.look, self.tall
        shoulder, elbow, hand = (self._unturned(side)[i] for i in range(3))
        sleeve = _shaded(look.jacket, 0.92)
        tip = tuple(h + 0.2 * (h - e) for h, e in zip(hand, elbow, strict=True))
        return [
            Limb(shoulder, elbow, 0.042 * tall, 0.033 * tall, sleeve),
            Limb(elbow, hand, 0.032 * tall, 0.024 * tall, sleeve),
            Limb(hand, (tip[0], tip[1], tip[2]), 0.022 * tall, 0.019 * tall, look.skin),
        ]

    def _unturned(self, side: float) -> tuple[Point, Point, Point]:
        upright = _Person.__new__(_Person)
        upright.look, upright.pose, upright.tall = self.look, replace(self.pose, fallen=0.0), self.tall
        upright.legs, upright.hip_z, upright.lean = self.legs, self.hip_z, self.lean
        return upright.arm_joints(side)

    def _fall(self, limb: Limb) -> Limb:
        if self.pose.fallen == 0.0:
            return limb
        return replace(limb, start=self._turned(limb.start), end=self._turned(limb.end))

    def _turned(self, point: Point) -> Point:
        """Turn a point about the feet, ahead or backwards, so that the body comes to lie."""
        fallen = self.pose.fallen
        if fallen == 0.0:
            return point
        angle = 0.5 * math.pi * fallen
        c, s = math.cos(angle), math.sin(angle)
        lift = 0.085 * self.tall * abs(s)
        return point[0] * c + point[2] * s, point[1], max(0.03, point[2] * c - point[0] * s + lift)


def _beyond(joint: Point, length_m: float, pitch: float, aside: float) -> Point:
    return (joint[0] + length_m * math.sin(pitch) * math.cos(aside), joint[1] + length_m * math.sin(aside),
            joint[2] - length_m * math.cos(pitch) * math.cos(aside))


def _shaded(colour: Colour, share: float) -> Colour:
    return round(colour[0] * share), round(colour[1] * share), round(colour[2] * share)
