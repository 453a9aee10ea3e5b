"""The river and the railway of a synthetic city: they push streets apart and leave few crossings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenarios.city_grid import Junctions, RoadClass, Streets
from sim.city import F8

RIVER_HALF_WIDTH_M = 70.0
RAIL_HALF_WIDTH_M = 25.0
CROSSING_SPREAD_M = 90.0
"""Sections of one street that cross within this distance are one bridge (its two carriageways)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """A line across the town that few streets cross, in a frame turned by ``angle``."""

    angle: float
    """Radians, counter-clockwise from east."""
    offset_m: float
    """Of the middle line from the town's centre, to the left."""
    swing_m: tuple[float, float]
    """Heights of the two bends."""
    wavelength_m: tuple[float, float]
    half_width_m: float

    def middle_m(self, along_m: F8) -> F8:
        """Return the middle line's distance to the left of the axis."""
        bends = sum(swing * np.sin(2 * np.pi * along_m / length)
                    for swing, length in zip(self.swing_m, self.wavelength_m, strict=True))
        return np.asarray(self.offset_m + bends + 0.0 * along_m)

    def turn(self, x_m: F8, y_m: F8) -> tuple[F8, F8]:
        """Return positions along and to the left of the axis."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return x_m * cos + y_m * sin, y_m * cos - x_m * sin

    def turn_back(self, along_m: F8, left_m: F8) -> tuple[F8, F8]:
        """Return x and y of positions in the turned frame."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return along_m * cos - left_m * sin, along_m * sin + left_m * cos

    def line_xy_m(self, reach_m: float, n_points: int = 160) -> F8:
        """Return the middle line as (n_points, 2), from −reach to +reach along the axis."""
        along = np.linspace(-reach_m, reach_m, n_points)
        return np.column_stack(self.turn_back(along, self.middle_m(along)))


def make_river(reach_m: float, rng: np.random.Generator) -> Barrier:
    """Make a meandering river beside the centre of a town of the given radius."""
    return Barrier(angle=float(rng.uniform(0.9, 1.3)), offset_m=-0.38 * reach_m,
                   swing_m=(0.08 * reach_m, 0.035 * reach_m), wavelength_m=(1.5 * reach_m, 0.62 * reach_m),
                   half_width_m=min(RIVER_HALF_WIDTH_M, 0.04 * reach_m))


def make_railway(reach_m: float, river_angle: float, rng: np.random.Generator) -> Barrier:
    """Make a nearly straight railway on the other side of the centre."""
    return Barrier(angle=river_angle + float(rng.uniform(-0.15, 0.15)), offset_m=0.5 * reach_m,
                   swing_m=(0.02 * reach_m, 0.0), wavelength_m=(3.0 * reach_m, reach_m),
                   half_width_m=min(RAIL_HALF_WIDTH_M, 0.015 * reach_m))


def push_apart(junctions: Junctions, barrier: Barrier, *, bit: int) -> Junctions:
    """Move the junctions out of the barrier's bed and note on which side each one is."""
    along, left = barrier.turn(junctions.x_m, junctions.y_m)
    distance = left - barrier.middle_m(along)
    side = np.where(distance > 0.0, 1.0, -1.0)
    push = barrier.half_width_m * np.exp(-np.abs(distance) / (4.0 * barrier.half_width_m))
    x_m, y_m = barrier.turn_back(along, left + side * push)
    zone = junctions.zone | ((distance > 0.0).astype(np.int32) << bit)
    river_distance = np.abs(distance) + push if bit == 0 else junctions.river_distance_m
    return replace(junctions, x_m=x_m, y_m=y_m, zone=zone, river_distance_m=river_distance)


def cut_streets(junctions: Junctions, streets: Streets, barrier: Barrier, *, bit: int, n_crossings: int) -> Streets:
    """Remove the streets that cross the barrier, except ``n_crossings`` of the most important, evenly spread."""
    side = (junctions.zone >> bit) & 1
    crossing = np.flatnonzero(side[streets.start] != side[streets.end])
    if crossing.size == 0:
        return streets
    sections = streets.take(crossing)
    along, _ = barrier.turn((junctions.x_m[sections.start] + junctions.x_m[sections.end]) / 2,
                            (junctions.y_m[sections.start] + junctions.y_m[sections.end]) / 2)
    candidates = _candidates(sections, n_crossings)
    candidates = candidates[np.argsort(along[candidates], kind="stable")]
    share = (np.arange(n_crossings) + 0.5) / n_crossings
    picked = np.unique(candidates[(share * candidates.size).astype(np.int64)])
    keeps = ((sections.line[:, None] == sections.line[None, picked])
             & (np.abs(along[:, None] - along[None, picked]) < CROSSING_SPREAD_M)).any(axis=1)
    open_streets = np.ones(streets.start.size, dtype=np.bool_)
    open_streets[crossing[~keeps]] = False
    return streets.take(open_streets)


def _candidates(sections: Streets, n_crossings: int) -> np.typing.NDArray[np.int64]:
    """Return the sections of the highest class that offers enough crossings, never a single one-way street."""
    usable = np.flatnonzero((sections.direction == 0) | (sections.road_class <= int(RoadClass.ARTERIAL)))
    for worst in (RoadClass.ARTERIAL, RoadClass.COLLECTOR, RoadClass.LOCAL):
        good = usable[sections.road_class[usable] <= int(worst)]
        if np.unique(sections.line[good]).size >= n_crossings:
            return good
    return usable if usable.size else np.arange(sections.start.size)
