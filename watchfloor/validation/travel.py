"""The travel code against the geometry of streets: one-way detours and the square-root law."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, Roads
from sim.travel import Travel

BLOCK_M = 100.0
SPEED_MPS = 10.0
BLOCK_DS = 100
"""Driving time of one block, in the deciseconds of ``Travel``."""

Edges = NDArray[np.int64]
"""(m, 2) junctions at the start and the end of each directed street."""


def grid_edges(side: int, *, one_way: bool) -> Edges:
    """Return the streets of a grid of side × side junctions; one-way streets alternate in direction."""
    index = np.arange(side * side).reshape(side, side)
    east = np.stack((index[:, :-1], index[:, 1:]), axis=-1)
    north = np.stack((index[:-1], index[1:]), axis=-1)
    if not one_way:
        both = np.concatenate((east.reshape(-1, 2), north.reshape(-1, 2)))
        return np.concatenate((both, both[:, ::-1]))
    east[1::2] = east[1::2, :, ::-1]
    north[:, 1::2] = north[:, 1::2, ::-1]
    return np.concatenate((east.reshape(-1, 2), north.reshape(-1, 2)))


def make_grid(side: int, *, one_way: bool = False, block_m: float = BLOCK_M) -> Roads:
    """Make a grid of streets whose blocks take BLOCK_DS each."""
    edges = grid_edges(side, one_way=one_way)
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    first = np.zeros(side * side + 1, dtype=np.int32)
    np.cumsum(np.bincount(edges[:, 0], minlength=side * side), out=first[1:])
    y, x = np.divmod(np.arange(side * side), side)
    return Roads(x_m=x * block_m, y_m=y * block_m, first_edge=first, head=edges[:, 1].astype(np.int32),
                 length_m=np.full(len(edges), block_m),
                 travel_ms=np.full(len(edges), BLOCK_DS * 100, dtype=np.int32))


def extra_blocks_by_junction(*, side: int, window: int) -> float:
    """Return how many blocks more one-way streets cost, over all pairs of junctions in the middle of a grid.

    Every pair is driven, so the answer is exact for this grid.

    Args:
        side: junctions along one side.
        window: blocks along one side of the middle part that is averaged over.
    """
    there, back = Travel(make_grid(side, one_way=True)), Travel(make_grid(side))
    inside = _window(side, window + 1)
    total = 0.0
    for junction in inside.tolist():
        extra = there.row_ds(junction)[inside].astype(np.int64) - back.row_ds(junction)[inside]
        total += float(extra.sum()) / BLOCK_DS
    return total / (inside.size * (inside.size - 1))


def _window(side: int, width: int) -> NDArray[np.int64]:
    """Return the junctions of the middle width × width of a grid."""
    low = (side - width) // 2
    place = np.arange(low, low + width)
    return np.asarray((place[:, None] * side + place[None, :]).ravel())


def extra_blocks_along_streets(
    *, side: int, window: int, n_places: int, n_units: int, rng: np.random.Generator
) -> F8:
    """Return how many blocks more one-way streets cost from points to points along them, one mean a place.

    Unit and place are uniform along the streets, nobody turns round between junctions. Pairs less than two blocks
    apart in either direction are left out: on an endless grid there are none.

    Args:
        side: junctions along one side.
        window: blocks along one side of the middle part in which both lie.
        n_places: places drawn.
        n_units: units drawn for each place.
        rng: draws both.
    """
    one_way, two_way = Travel(make_grid(side, one_way=True)), Travel(make_grid(side))
    edges = grid_edges(side, one_way=True)
    inside = _window(side, window + 1)
    edges = edges[np.isin(edges, inside).all(axis=1)]
    means = np.empty(n_places)
    for place in range(n_places):
        (tail, head), at = edges[rng.integers(len(edges))], float(rng.random())
        streets, along = edges[rng.integers(len(edges), size=n_units)], rng.random(n_units)
        blocks = one_way.row_ds(int(tail)) / BLOCK_DS
        driven = 1.0 - along + blocks[streets[:, 1]] + at
        ways = [leave + two_way.row_ds(int(end))[streets[:, start]] / BLOCK_DS + rest
                for start, leave in ((0, along), (1, 1.0 - along)) for end, rest in ((tail, at), (head, 1.0 - at))]
        free = np.minimum.reduce(ways)
        x, y = _position(streets, along, side)
        x0, y0 = _position(np.array([[tail, head]]), np.array([at]), side)
        far = (np.abs(x - x0) >= 2.0) & (np.abs(y - y0) >= 2.0)
        means[place] = float((driven - free)[far].mean())
    return means


def _position(streets: Edges, along: F8, side: int) -> tuple[F8, F8]:
    """Return (x, y) in blocks of points along streets."""
    y, x = np.divmod(streets, side)
    return x[:, 0] + along * (x[:, 1] - x[:, 0]), y[:, 0] + along * (y[:, 1] - y[:, 0])


def kth_nearest(*, side: int, n_rounds: int, units_per_junction: float, k: int, rng: np.random.Generator) -> F8:
    """Return distances to the k nearest of units scattered over a fine grid as a Poisson process.

    Distances are times √density, as the square-root law has them; shape (n_rounds, k). The place is the middle of
    the grid; on a fine grid of streets the driven distance is the Manhattan one.

    Args:
        side: junctions along one side.
        n_rounds: how often units are scattered.
        units_per_junction: mean number of units at each junction.
        k: how many of the nearest are asked for.
        rng: scatters the units.
    """
    travel = Travel(make_grid(side), memory_mib=1)  # one row is asked for, and no label
    blocks = travel.row_ds((side // 2) * side + side // 2) / BLOCK_DS
    found = np.empty((n_rounds, k))
    for index in range(n_rounds):
        n_units = max(k, int(rng.poisson(units_per_junction * blocks.size)))
        found[index] = np.sort(blocks[rng.integers(blocks.size, size=n_units)])[:k]
    return np.asarray(found * math.sqrt(units_per_junction), dtype=np.float64)
