"""Settlements outside a synthetic town, each joined to it by one long road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.city_grid import ARTERIAL_EVERY, Junctions, RoadClass, Streets
from sim.city import F8

BLOCK_M = 110.0
LINE_SETTLEMENT = 2_000_000


def add_settlements(junctions: Junctions, streets: Streets, *, n_total: int, n_settlements: int, reach_m: float,
                    avoid_angle: float, rng: np.random.Generator) -> tuple[Junctions, Streets]:
    """Add settlements of ``n_total`` junctions in all.

    Args:
        junctions: the town's.
        streets: the town's.
        n_total: junctions to add.
        n_settlements: among so many settlements; fewer where each would be empty.
        reach_m: radius of the town.
        avoid_angle: direction in which the river leaves the town, radians.
        rng: the roads' stream.
    """
    count = min(n_settlements, n_total)
    share = rng.uniform(0.5, 1.5, count)
    cuts = np.rint(np.cumsum(share) / share.sum() * n_total).astype(np.int64)
    sizes = np.maximum(np.diff(cuts, prepend=0), 1)
    angles = _angles(count, avoid_angle, rng)
    town = junctions
    taken: list[tuple[float, float, float]] = []
    for index, (size, angle) in enumerate(zip(sizes.tolist(), angles.tolist(), strict=True)):
        radius = BLOCK_M * float(np.sqrt(size / np.pi))
        far = _clear_distance(reach_m * rng.uniform(1.2, 1.7) + 1.3 * radius, angle, 1.3 * radius, taken)
        taken.append((far * np.cos(angle), far * np.sin(angle), 1.3 * radius))
        added, inner = _make_settlement(size, x_m=far * np.cos(angle), y_m=far * np.sin(angle), rng=rng)
        gate, road = _join_town(town, added)
        offset = junctions.x_m.size
        added = _in_zone_of(added, town, gate)
        line = np.int32(LINE_SETTLEMENT + index)
        streets = streets.join(Streets(
            start=np.append(inner.start + offset, gate).astype(np.int32),
            end=np.append(inner.end + offset, road + offset).astype(np.int32),
            road_class=np.append(inner.road_class, int(RoadClass.HIGHWAY)).astype(np.int32),
            direction=np.zeros(inner.start.size + 1, dtype=np.int32),
            line=np.full(inner.start.size + 1, line)))
        junctions = junctions.join(added)
    return junctions, streets


def _angles(count: int, avoid_angle: float, rng: np.random.Generator) -> F8:
    """Spread directions over both banks, clear of the river's own two directions."""
    slot = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count * 2.0
    bank = np.floor(slot)
    within = slot - bank
    return np.asarray(avoid_angle + np.pi * bank + 0.45 + within * (np.pi - 0.9))


def _clear_distance(far: float, angle: float, radius: float, taken: list[tuple[float, float, float]]) -> float:
    """Return the distance, at least ``far``, at which a settlement touches none of the (x, y, radius) ones."""
    while any(np.hypot(far * np.cos(angle) - x, far * np.sin(angle) - y) < radius + other for x, y, other in taken):
        far += 0.5 * radius
    return far


def _make_settlement(size: int, *, x_m: float, y_m: float, rng: np.random.Generator) -> tuple[Junctions, Streets]:
    half = int(np.ceil(1.35 * np.sqrt(size / np.pi))) + 1
    index = np.arange(-half, half + 1)
    across, along = np.meshgrid(index, index)
    stretch = rng.uniform(0.75, 1.3)
    radius = np.hypot(across * stretch, along / stretch)
    chosen = np.sort(np.argsort(radius, axis=None, kind="stable")[:size])
    column, row = across.ravel()[chosen], along.ravel()[chosen]
    turn = rng.uniform(0.0, np.pi / 2)
    east = BLOCK_M * column + rng.normal(0.0, 9.0, size)
    north = BLOCK_M * row + rng.normal(0.0, 9.0, size)
    number = np.full(across.shape, -1, dtype=np.int64)
    number.ravel()[chosen] = np.arange(size)
    junctions = Junctions(
        x_m=x_m + east * np.cos(turn) - north * np.sin(turn), y_m=y_m + east * np.sin(turn) + north * np.cos(turn),
        column=column.astype(np.int32), row=row.astype(np.int32), column_class=_classes(column),
        row_class=_classes(row), ring=np.full(size, 1.3), zone=np.zeros(size, dtype=np.int32),
        river_distance_m=np.full(size, np.inf))
    return junctions, _grid_streets(number, index)


def _classes(index: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.where(index % ARTERIAL_EVERY == 0, int(RoadClass.COLLECTOR), int(RoadClass.LOCAL)).astype(np.int32)


def _grid_streets(number: NDArray[np.int64], index: NDArray[np.int64]) -> Streets:
    starts, ends, classes = [], [], []
    for table in (number, number.T):
        there = (table[:, :-1] >= 0) & (table[:, 1:] >= 0)
        starts.append(table[:, :-1][there])
        ends.append(table[:, 1:][there])
        classes.append(_classes(index)[np.nonzero(there)[0]])
    start = np.concatenate(starts).astype(np.int32)
    nothing = np.zeros(start.size, dtype=np.int32)
    return Streets(start=start, end=np.concatenate(ends).astype(np.int32), road_class=np.concatenate(classes),
                   direction=nothing, line=nothing)


def _join_town(town: Junctions, added: Junctions) -> tuple[int, int]:
    """Return the town's junction and the settlement's between which the road is shortest, roughly."""
    wide = np.flatnonzero(np.minimum(town.column_class, town.row_class) <= int(RoadClass.COLLECTOR))
    wide = wide if wide.size else np.arange(town.x_m.size)
    x_m, y_m = float(added.x_m.mean()), float(added.y_m.mean())
    gate = int(wide[np.argmin((town.x_m[wide] - x_m) ** 2 + (town.y_m[wide] - y_m) ** 2)])
    road = int(np.argmin((added.x_m - town.x_m[gate]) ** 2 + (added.y_m - town.y_m[gate]) ** 2))
    return gate, road


def _in_zone_of(added: Junctions, town: Junctions, gate: int) -> Junctions:
    return replace(added, zone=np.full(added.x_m.size, town.zone[gate], dtype=np.int32))
