"""How a thing flies, bounces and comes to rest once it has left the hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hw.drawing.eye import Point

GRAVITY_MPS2 = 9.81
_SLOWEST_MPS = 0.35
"""A thing that would rise more slowly than this stays down."""


@dataclass(frozen=True, slots=True)
class _Arc:
    start_s: float
    end_s: float
    place: Point
    velocity: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """Parabolas from the hand to the ground; air resistance is left out."""

    arcs: tuple[_Arc, ...]
    rest_s: float
    """When it lies still."""
    rest_place: Point
    spin_radps: float

    @classmethod
    def thrown(
        cls, start_s: float, place: Point, velocity: Point, *, bounce: float = 0.35, grip: float = 0.55,
        floor_m: float = 0.0, spin_radps: float = 9.0,
    ) -> Flight:
        """Follow a throw to its end.

        Args:
            start_s: when the hand lets go.
            place: where.
            velocity: metres a second.
            bounce: share of the falling speed that a bounce gives back.
            grip: share of the level speed that a bounce leaves.
            floor_m: height of the thing's middle when it lies.
            spin_radps: turning in the air.
        """
        arcs: list[_Arc] = []
        t_s, (x, y, z), (vx, vy, vz) = start_s, place, velocity
        z = max(z, floor_m)
        while True:
            fall_s = (vz + math.sqrt(vz * vz + 2.0 * GRAVITY_MPS2 * (z - floor_m))) / GRAVITY_MPS2
            arcs.append(_Arc(t_s, t_s + fall_s, (x, y, z), (vx, vy, vz)))
            t_s, x, y, z = t_s + fall_s, x + vx * fall_s, y + vy * fall_s, floor_m
            landing_mps = GRAVITY_MPS2 * fall_s - vz
            vx, vy, vz = grip * vx, grip * vy, bounce * landing_mps
            if vz < _SLOWEST_MPS:
                return cls(arcs=tuple(arcs), rest_s=t_s, rest_place=(x, y, z), spin_radps=spin_radps)

    @classmethod
    def aimed(cls, start_s: float, place: Point, target_xy: tuple[float, float], *, speed_up_mps: float = 2.0,
              **options: float) -> Flight:
        """Throw so that the thing first lands at a place on the ground."""
        floor_m = options.get("floor_m", 0.0)
        high_m = max(0.0, place[2] - floor_m)
        fall_s = (speed_up_mps + math.sqrt(speed_up_mps**2 + 2.0 * GRAVITY_MPS2 * high_m)) / GRAVITY_MPS2
        velocity = ((target_xy[0] - place[0]) / fall_s, (target_xy[1] - place[1]) / fall_s, speed_up_mps)
        return cls.thrown(start_s, place, velocity, **options)

    def place(self, t_s: float) -> Point:
        """Return where its middle is."""
        if t_s >= self.rest_s:
            return self.rest_place
        arc = next(arc for arc in self.arcs if t_s < arc.end_s)
        s = t_s - arc.start_s
        (x, y, z), (vx, vy, vz) = arc.place, arc.velocity
        return x + vx * s, y + vy * s, z + vz * s - 0.5 * GRAVITY_MPS2 * s * s

    def turn_rad(self, t_s: float) -> float:
        """Return how far it has turned: less with each bounce, and no more once it lies."""
        turned, spin = 0.0, self.spin_radps
        for arc in self.arcs:
            turned += spin * max(0.0, min(t_s, arc.end_s) - arc.start_s)
            spin *= 0.6
        return turned
