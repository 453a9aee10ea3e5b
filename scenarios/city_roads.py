"""The closed road graph of a synthetic city: town, settlements, river, railway, by-pass and dead ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from scenarios.city_barriers import Barrier, cut_streets, make_railway, make_river, push_apart
from scenarios.city_grid import Junctions, RoadClass, Streets, make_town
from scenarios.city_settlements import add_settlements
from scenarios.city_spec import CitySpec
from sim.city import F8, Roads

DEAD_END_SHARE = 0.035
"""At least this share of the junctions is the end of a yard or a blind lane."""
SPEED_KMH = {RoadClass.HIGHWAY: 90.0, RoadClass.ARTERIAL: 60.0, RoadClass.COLLECTOR: 50.0, RoadClass.LOCAL: 40.0,
             RoadClass.NARROW: 30.0}
"""Limits by class."""
SPEED_SHARE = {RoadClass.HIGHWAY: 0.85, RoadClass.ARTERIAL: 0.65, RoadClass.COLLECTOR: 0.65, RoadClass.LOCAL: 0.7,
               RoadClass.NARROW: 0.7}
"""Assumed mean driven speed over the limit on a dry day, waits at lights and turns included."""
LINE_BY_PASS = 3_000_000
LINE_YARD = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPlan:
    """A strongly connected road graph, and what its junctions are like."""

    junctions: Junctions
    roads: Roads
    river_xy_m: F8


def make_roads(spec: CitySpec, rng: np.random.Generator) -> RoadPlan:
    """Lay out the roads of a city with exactly ``spec.n_junctions`` junctions."""
    n_open = spec.n_junctions - max(1, round(DEAD_END_SHARE * spec.n_junctions))
    n_outlying = round(spec.outlying_share * n_open) if spec.n_settlements else 0
    junctions, streets = make_town(n_open - n_outlying, rotation=float(rng.uniform(0.1, 0.3)), rng=rng)
    reach_m = float(np.quantile(np.hypot(junctions.x_m, junctions.y_m), 0.98))
    river = make_river(reach_m, rng)
    railway = make_railway(reach_m, river.angle, rng)
    junctions, streets = _cut(junctions, streets, ((river, spec.n_bridges), (railway, spec.n_rail_crossings)))
    if spec.n_bridges == 0:
        junctions = replace(junctions, river_distance_m=np.full(junctions.x_m.size, np.inf))
    streets = streets.join(_by_pass(junctions, reach_m, rng))
    if n_outlying:
        junctions, streets = add_settlements(junctions, streets, n_total=n_outlying, n_settlements=spec.n_settlements,
                                             reach_m=reach_m, avoid_angle=river.angle, rng=rng)
    junctions, streets = _keep_connected(junctions, streets)
    junctions, streets = _add_dead_ends(junctions, streets, spec.n_junctions - junctions.x_m.size, rng)
    far = 1.15 * float(np.hypot(junctions.x_m, junctions.y_m).max())
    return RoadPlan(junctions=junctions, roads=_close(junctions, streets),
                    river_xy_m=np.round(river.line_xy_m(far), 2) if spec.n_bridges else np.empty((0, 2)))


def _cut(junctions: Junctions, streets: Streets, barriers: tuple[tuple[Barrier, int], ...]
         ) -> tuple[Junctions, Streets]:
    for bit, (barrier, n_crossings) in enumerate(barriers):
        if n_crossings:
            junctions = push_apart(junctions, barrier, bit=bit)
            streets = cut_streets(junctions, streets, barrier, bit=bit, n_crossings=n_crossings)
    return junctions, streets


def _by_pass(junctions: Junctions, reach_m: float, rng: np.random.Generator) -> Streets:
    """Join the outer ends of neighbouring arterials by long roads round the town."""
    ends = _arterial_ends(junctions)
    ends = ends[np.argsort(np.arctan2(junctions.y_m[ends], junctions.x_m[ends]), kind="stable")]
    start, end = ends, np.roll(ends, -1)
    length = np.hypot(junctions.x_m[start] - junctions.x_m[end], junctions.y_m[start] - junctions.y_m[end])
    built = ((junctions.zone[start] == junctions.zone[end]) & (length > 250.0) & (length < 0.5 * reach_m)
             & (rng.random(start.size) < 0.7))
    n = int(built.sum())
    return Streets(start=start[built].astype(np.int32), end=end[built].astype(np.int32),
                   road_class=np.full(n, int(RoadClass.HIGHWAY), dtype=np.int32),
                   direction=np.zeros(n, dtype=np.int32), line=np.full(n, LINE_BY_PASS, dtype=np.int32))


def _arterial_ends(junctions: Junctions) -> NDArray[np.int64]:
    """Return the first and the last junction of every arterial, each once."""
    found: list[NDArray[np.int64]] = []
    for line, other, road_class in ((junctions.column, junctions.row, junctions.column_class),
                                    (junctions.row, junctions.column, junctions.row_class)):
        on = np.flatnonzero(road_class == int(RoadClass.ARTERIAL))
        on = on[np.lexsort((other[on], line[on]))]
        change = np.flatnonzero(np.diff(line[on]))
        found += [on[:1], on[change], on[change + 1], on[-1:]]
    return np.unique(np.concatenate(found))


def _directed(streets: Streets) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return tails, heads and the classes of the directed edges."""
    forth, back = streets.direction >= 0, streets.direction <= 0
    return (np.concatenate([streets.start[forth], streets.end[back]]),
            np.concatenate([streets.end[forth], streets.start[back]]),
            np.concatenate([streets.road_class[forth], streets.road_class[back]]))


def _keep_connected(junctions: Junctions, streets: Streets) -> tuple[Junctions, Streets]:
    """Keep the largest part in which every junction is reached from every other."""
    n = junctions.x_m.size
    tail, head, _ = _directed(streets)
    graph = sparse.csr_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=(n, n))
    _, part = csgraph.connected_components(graph, directed=True, connection="strong")
    kept = part == np.argmax(np.bincount(part))
    number = np.cumsum(kept, dtype=np.int32) - 1
    inner = streets.take(kept[streets.start] & kept[streets.end])
    return junctions.take(kept), replace(inner, start=number[inner.start].astype(np.int32),
                                         end=number[inner.end].astype(np.int32))


def _add_dead_ends(junctions: Junctions, streets: Streets, n: int, rng: np.random.Generator
                   ) -> tuple[Junctions, Streets]:
    """Add ``n`` yards and blind lanes, each hanging on one local junction."""
    quiet = np.minimum(junctions.column_class, junctions.row_class) >= int(RoadClass.LOCAL)
    host = np.flatnonzero(quiet) if quiet.any() else np.arange(junctions.x_m.size)
    parent = host[rng.permutation(host.size)[np.arange(n) % host.size]]
    along = _street_angle(junctions, streets)[parent]
    angle = along + np.pi / 4 + np.pi / 2 * rng.integers(0, 4, n) + rng.normal(0.0, 0.15, n)
    length = rng.uniform(30.0, 60.0, n)
    first = junctions.x_m.size
    local = np.full(n, int(RoadClass.LOCAL), dtype=np.int32)
    yards = replace(junctions.take(parent), x_m=junctions.x_m[parent] + length * np.cos(angle),
                    y_m=junctions.y_m[parent] + length * np.sin(angle), column_class=local, row_class=local)
    lanes = Streets(start=parent.astype(np.int32), end=np.arange(first, first + n, dtype=np.int32),
                    road_class=np.full(n, int(RoadClass.NARROW), dtype=np.int32),
                    direction=np.zeros(n, dtype=np.int32), line=np.full(n, LINE_YARD, dtype=np.int32))
    return junctions.join(yards), streets.join(lanes)


def _street_angle(junctions: Junctions, streets: Streets) -> F8:
    """Return the direction of one street at each junction, radians."""
    angle = np.zeros(junctions.x_m.size)
    angle[streets.start] = np.arctan2(junctions.y_m[streets.end] - junctions.y_m[streets.start],
                                      junctions.x_m[streets.end] - junctions.x_m[streets.start])
    return angle


def _close(junctions: Junctions, streets: Streets) -> Roads:
    """Group the directed edges by tail and give them length and travel time."""
    x_m, y_m = np.round(junctions.x_m, 2), np.round(junctions.y_m, 2)
    tail, head, road_class = _directed(streets)
    pair = np.unique(tail.astype(np.int64) * x_m.size + head, return_index=True)[1]
    tail, head, road_class = tail[pair], head[pair], road_class[pair]
    length = np.maximum(np.round(np.sqrt((x_m[tail] - x_m[head]) ** 2 + (y_m[tail] - y_m[head]) ** 2), 2), 1.0)
    speed_m_s = np.array([SPEED_KMH[kind] * SPEED_SHARE[kind] / 3.6 for kind in RoadClass])
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=x_m.size))])
    return Roads(x_m=x_m, y_m=y_m, first_edge=first.astype(np.int32), head=head.astype(np.int32), length_m=length,
                 travel_ms=np.maximum(np.rint(1000.0 * length / speed_m_s[road_class]), 1.0).astype(np.int32))

