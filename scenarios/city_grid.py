"""The street grid of a synthetic town: parallel lines, the junctions kept of their crossings, the streets between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4

Mask = NDArray[np.bool_]

CENTRE_BLOCK_M = 85.0
EDGE_BLOCK_GROWTH = 0.9
"""Blocks at the edge are this much longer than in the centre."""
ARTERIAL_EVERY = 8
TWIN_GAP_M = 24.0
"""Between the carriageways of a dual carriageway."""
ONE_WAY_RING = 0.3
"""Inside this ring every second local street is one-way, in alternating directions."""
CLOSED_LOCAL_SHARE = 0.07
"""Local street sections that were built over or closed."""


class RoadClass(IntEnum):
    """The class of a street; lower is more important."""

    HIGHWAY = 0
    ARTERIAL = 1
    COLLECTOR = 2
    LOCAL = 3
    NARROW = 4
    """One-way streets of the centre and dead ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Junctions:
    """Junctions before the graph is closed. Shape of every array: (n,)."""

    x_m: F8
    y_m: F8
    column: I4
    """Index of the street line through it, 0 in the middle of the town."""
    row: I4
    column_class: I4
    row_class: I4
    ring: F8
    """0 in the middle, 1 at the edge of the town, more outside it."""
    zone: I4
    """Which side of the river (bit 0) and of the railway (bit 1)."""
    river_distance_m: F8

    def take(self, index: NDArray[np.int64] | Mask) -> Junctions:
        """Return the chosen junctions."""
        return Junctions(**{name: getattr(self, name)[index] for name in self.__slots__})

    def join(self, other: Junctions) -> Junctions:
        """Return these junctions followed by the others."""
        return Junctions(**{name: np.concatenate([getattr(self, name), getattr(other, name)])
                            for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Streets:
    """Sections of street between two junctions. Shape of every array: (s,)."""

    start: I4
    end: I4
    road_class: I4
    direction: I4
    """0 both ways, 1 only from start to end, −1 only from end to start."""
    line: I4
    """The street it belongs to; the carriageways of one street share it."""

    def take(self, index: NDArray[np.int64] | Mask) -> Streets:
        """Return the chosen sections."""
        return Streets(**{name: getattr(self, name)[index] for name in self.__slots__})

    def join(self, other: Streets) -> Streets:
        """Return these sections followed by the others."""
        return Streets(**{name: np.concatenate([getattr(self, name), getattr(other, name)])
                          for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Parallel street lines across the whole town. Shape of every array: (k,)."""

    position_m: F8
    index: I4
    road_class: I4
    direction: I4

    @property
    def twin(self) -> Mask:
        """(k − 1,) whether a line and the next are the carriageways of one street."""
        return np.equal(self.index[:-1], self.index[1:])


def make_lines(half: int, *, dual: tuple[int, ...], east_on_low_side: bool, rng: np.random.Generator) -> Lines:
    """Make lines −half … half, denser in the middle, with a second carriageway for the ``dual`` ones."""
    index = np.arange(-half, half + 1)
    middle = np.abs(index[:-1] + 0.5) / half
    step = CENTRE_BLOCK_M * (1.0 + EDGE_BLOCK_GROWTH * middle**1.5) * np.exp(rng.normal(0.0, 0.12, 2 * half))
    position = np.concatenate([[0.0], np.cumsum(step)])
    position -= position[half]
    doubled = np.isin(index, dual)
    line = np.repeat(np.arange(index.size), np.where(doubled, 2, 1))
    second = np.concatenate([[False], line[1:] == line[:-1]])
    side = np.where(doubled[line], np.where(second, 1, -1), 0)
    phase = index[line] % ARTERIAL_EVERY
    road_class = np.select([phase == 0, phase == ARTERIAL_EVERY // 2],
                           [int(RoadClass.ARTERIAL), int(RoadClass.COLLECTOR)], int(RoadClass.LOCAL))
    return Lines(position_m=position[line] + side * TWIN_GAP_M / 2, index=index[line].astype(np.int32),
                 road_class=road_class.astype(np.int32),
                 direction=(-side if east_on_low_side else side).astype(np.int32))


def choose_crossings(columns: Lines, rows: Lines, n: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], F8]:
    """Choose the ``n`` line crossings inside the town's outline; return their flat indices and their rings."""
    across, along = np.meshgrid(columns.index.astype(np.float64), rows.index.astype(np.float64))
    angle = np.arctan2(along, across)
    lobes = rng.uniform(0.0, 2 * np.pi, 3)
    outline = (1.0 + 0.14 * np.sin(2 * angle + lobes[0]) + 0.08 * np.sin(3 * angle + lobes[1])
               + 0.04 * np.sin(5 * angle + lobes[2]))
    radius = np.hypot(across, along) / outline
    reach = np.sqrt(n / np.pi)
    built = ~(_in_hole(across, along, reach, rng) & _is_local(columns, rows))
    order = np.argsort(np.where(built, radius, np.inf), axis=None, kind="stable")[:n]
    chosen = np.sort(order)
    return chosen, radius.ravel()[chosen] / radius.ravel()[order[-1]]


def _is_local(columns: Lines, rows: Lines) -> Mask:
    local = int(RoadClass.LOCAL)
    return np.asarray((rows.road_class[:, None] == local) & (columns.road_class[None, :] == local))


def _in_hole(across: F8, along: F8, reach: float, rng: np.random.Generator) -> Mask:
    """Say where ponds, works and depots leave no room for local streets."""
    inside = np.zeros(across.shape, dtype=np.bool_)
    for _ in range(min(12, int(reach / 7))):
        angle, far = rng.uniform(0.0, 2 * np.pi), reach * rng.uniform(0.35, 0.95)
        wide, high = rng.uniform(3.0, 7.0, 2) * min(1.0, reach / 40)
        inside |= ((across - far * np.cos(angle)) / wide) ** 2 + ((along - far * np.sin(angle)) / high) ** 2 < 1.0
    return inside


def make_town(n: int, *, rotation: float, rng: np.random.Generator) -> tuple[Junctions, Streets]:
    """Lay out a town of ``n`` junctions round the origin, before water and rails cut it.

    Args:
        n: number of junctions.
        rotation: of the whole grid, radians.
        rng: the roads' stream.
    """
    half = int(0.75 * np.sqrt(n)) + 6
    dual = tuple([8] if n >= 2_000 else []) + tuple([-16] if n >= 8_000 else [])
    columns = make_lines(half, dual=dual, east_on_low_side=False, rng=rng)
    rows = make_lines(half, dual=dual[:1], east_on_low_side=True, rng=rng)
    chosen, ring = choose_crossings(columns, rows, n, rng)
    row, column = np.divmod(chosen, columns.index.size)
    x_m, y_m = _positions(columns, rows, column, row, rotation=rotation, rng=rng)
    junctions = Junctions(
        x_m=x_m, y_m=y_m, column=columns.index[column], row=rows.index[row],
        column_class=columns.road_class[column], row_class=rows.road_class[row], ring=ring,
        zone=np.zeros(n, dtype=np.int32), river_distance_m=np.full(n, np.inf))
    streets = _join_neighbours(columns, rows, chosen)
    return junctions, _thin(junctions, _turn_one_way(junctions, streets), rng)


def _positions(columns: Lines, rows: Lines, column: NDArray[np.int64], row: NDArray[np.int64], *, rotation: float,
               rng: np.random.Generator) -> tuple[F8, F8]:
    """Place the junctions: the grid, shaken a little, bent gently and turned."""
    half = int(columns.index.max())
    shake = rng.normal(0.0, 7.0, (2, 2 * half + 1, 2 * half + 1))
    at = (rows.index[row] + half, columns.index[column] + half)
    x = columns.position_m[column] + shake[0][at]
    y = rows.position_m[row] + shake[1][at]
    reach = float(max(np.abs(x).max(), np.abs(y).max()))
    phase = rng.uniform(0.0, 2 * np.pi, 2)
    bent_x = x + 0.035 * reach * np.sin(2.6 * y / reach + phase[0])
    bent_y = y + 0.035 * reach * np.sin(2.6 * x / reach + phase[1])
    cos, sin = np.cos(rotation), np.sin(rotation)
    return bent_x * cos - bent_y * sin, bent_x * sin + bent_y * cos


def _join_neighbours(columns: Lines, rows: Lines, chosen: NDArray[np.int64]) -> Streets:
    shape = (rows.index.size, columns.index.size)
    number = np.full(shape, -1, dtype=np.int32)
    number.ravel()[chosen] = np.arange(chosen.size, dtype=np.int32)
    return _sections(number, rows, columns, first_line=0).join(
        _sections(number.T, columns, rows, first_line=1_000_000))


def _sections(number: I4, along: Lines, across: Lines, *, first_line: int) -> Streets:
    """Join each junction to the next on the same line; ``number`` is (lines, crossings along the line)."""
    start, end = number[:, :-1], number[:, 1:]
    wide = along.road_class[:, None] <= int(RoadClass.COLLECTOR)
    there = (start >= 0) & (end >= 0) & (wide | ~across.twin[None, :])
    line, _ = np.nonzero(there)
    return Streets(start=start[there], end=end[there], road_class=along.road_class[line],
                   direction=along.direction[line], line=(along.index[line] + first_line).astype(np.int32))


def _turn_one_way(junctions: Junctions, streets: Streets) -> Streets:
    """Make every second local street of the centre one-way, alternating."""
    index = streets.line % 1_000_000
    index = np.where(index > 500_000, index - 1_000_000, index)
    narrow = ((streets.road_class == int(RoadClass.LOCAL)) & (index % 2 == 1)
              & (junctions.ring[streets.start] < ONE_WAY_RING))
    way = np.where(index % 4 == 1, 1, -1)
    return replace(streets, direction=np.where(narrow, way, streets.direction).astype(np.int32),
                   road_class=np.where(narrow, int(RoadClass.NARROW), streets.road_class).astype(np.int32))


def _thin(junctions: Junctions, streets: Streets, rng: np.random.Generator) -> Streets:
    """Drop some local sections, more of them near the edge."""
    share = CLOSED_LOCAL_SHARE * (0.4 + 1.6 * np.clip(junctions.ring[streets.start], 0.0, 1.0) ** 2)
    closed = (streets.road_class == int(RoadClass.LOCAL)) & (rng.random(streets.start.size) < share)
    return streets.take(~closed)
