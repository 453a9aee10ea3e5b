"""Contracts the ways of a map to junctions and directed edges, and keeps the part in which all is reachable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from scenarios.osm_read import MapData
from scenarios.projection import Projection
from sim.city import F8, Roads

I8 = NDArray[np.int64]
Mask = NDArray[np.bool_]

MIN_LENGTH_M = 0.01
METRES_PER_S = 1.0 / 3.6
"""In one km/h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNetwork:
    """The drivable roads of a map, and what was left out of them."""

    roads: Roads
    """The largest part in which every junction is reached from every other."""
    is_main: Mask
    """(n,) junctions of ``roads`` where most ways are main roads."""
    dropped_xy_m: F8
    """(d, 2) junctions off that part."""
    n_parts: int
    """Parts that the whole map fell into, ``roads`` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sections:
    """Stretches of way from junction to junction. Shape of every array but ``node``: (s,)."""

    node: I8
    """(n,) node of the map that each junction is."""
    start: I8
    end: I8
    length_m: F8
    forward_s: F8
    """NaN where it is not driven that way."""
    backward_s: F8
    is_main: Mask


def make_network(data: MapData, projection: Projection) -> RoadNetwork | None:
    """Contract a map to its road network; None if it holds no road.

    A junction is a node where a way ends or that is used more than once, by two ways or twice by one. The nodes
    between only give an edge its length and its travel time, which are the sums over the stretches. A way is cut
    where the file does not hold a node of it. Of several edges from one junction to another the quickest is kept,
    and none from a junction to itself.
    """
    xy_m = projection.project(data.lonlat)
    sections = _contract(data, xy_m)
    n = sections.node.size
    tail, head, length_m, travel_s = _quickest_edges(sections, n)
    if not tail.size:
        return None
    graph = sparse.csr_array((np.ones(tail.size, dtype=np.int8), (tail, head)), shape=(n, n))
    n_parts, part = csgraph.connected_components(graph, directed=True, connection="strong")
    kept = part == np.argmax(np.bincount(part))
    number = np.cumsum(kept) - 1
    inner = kept[tail] & kept[head]
    places = np.round(xy_m[sections.node], 2)
    first = np.concatenate([[0], np.cumsum(np.bincount(number[tail[inner]], minlength=int(kept.sum())))])
    roads = Roads(x_m=places[kept, 0], y_m=places[kept, 1], first_edge=first.astype(np.int32),
                  head=number[head[inner]].astype(np.int32),
                  length_m=np.maximum(np.round(length_m[inner], 2), MIN_LENGTH_M),
                  travel_ms=np.maximum(np.rint(1000.0 * travel_s[inner]), 1.0).astype(np.int32))
    return RoadNetwork(roads=roads, is_main=_mostly_main(sections, n)[kept], dropped_xy_m=places[~kept],
                       n_parts=int(n_parts))


def _contract(data: MapData, xy_m: F8) -> _Sections:
    node = data.driven.node
    way = np.repeat(np.arange(data.driven.first.size - 1), np.diff(data.driven.first))
    gone = np.isnan(xy_m[node, 0])
    # A stretch joins two neighbours of one way that are both there and differ.
    joined = (way[:-1] == way[1:]) & ~gone[:-1] & ~gone[1:] & (node[:-1] != node[1:])
    same = (way[:-1] == way[1:]) & (node[:-1] == node[1:]) & ~gone[:-1]
    if same.any():  # a node repeated in a row is one node
        keep = np.concatenate([[True], ~same])
        node, way, gone = node[keep], way[keep], gone[keep]
        joined = (way[:-1] == way[1:]) & ~gone[:-1] & ~gone[1:]
    at = np.flatnonzero(joined)
    is_junction = _junctions(node, at, n_nodes=xy_m.shape[0])
    starts = is_junction[node[at]]
    section = np.cumsum(starts) - 1
    step_m = np.hypot(*(xy_m[node[at + 1]] - xy_m[node[at]]).T)
    first = np.flatnonzero(starts)
    length_m = np.bincount(section, weights=step_m, minlength=first.size).astype(np.float64)
    last = np.concatenate([first[1:], [at.size]])[:first.size] - 1
    of_way = way[at[first]]
    number = np.cumsum(is_junction) - 1
    return _Sections(node=np.flatnonzero(is_junction), start=number[node[at[first]]], end=number[node[at[last] + 1]],
                     length_m=length_m, forward_s=length_m / (METRES_PER_S * data.forward_kmh[of_way]),
                     backward_s=length_m / (METRES_PER_S * data.backward_kmh[of_way]), is_main=data.is_main[of_way])


def _junctions(node: I8, at: I8, *, n_nodes: int) -> Mask:
    """Say which nodes end an unbroken piece of way or are used more than once.

    Args:
        node: the nodes of all ways, way after way.
        at: positions in it from which a stretch leads to the next position.
        n_nodes: of the map.
    """
    leaves = np.zeros(node.size, dtype=np.bool_)
    arrives = np.zeros(node.size, dtype=np.bool_)
    leaves[at] = True
    arrives[at + 1] = True
    uses = np.bincount(node[leaves | arrives], minlength=n_nodes)
    ends = np.bincount(node[leaves ^ arrives], minlength=n_nodes)
    return np.asarray((uses > 1) | (ends > 0))


def _quickest_edges(sections: _Sections, n: int) -> tuple[I8, I8, F8, F8]:
    """Return tail, head, length and time of the directed edges, grouped by tail, one for each pair of junctions."""
    tail = np.concatenate([sections.start, sections.end])
    head = np.concatenate([sections.end, sections.start])
    length_m = np.concatenate([sections.length_m, sections.length_m])
    travel_s = np.concatenate([sections.forward_s, sections.backward_s])
    usable = np.flatnonzero(~np.isnan(travel_s) & (tail != head))
    order = usable[np.lexsort((travel_s[usable], head[usable], tail[usable]))]
    pair = tail[order] * n + head[order]
    quickest = order[np.concatenate([[True], pair[1:] != pair[:-1]])] if order.size else order
    return tail[quickest], head[quickest], length_m[quickest], travel_s[quickest]


def _mostly_main(sections: _Sections, n: int) -> Mask:
    both = np.concatenate([sections.start, sections.end])
    main = np.bincount(both, weights=np.tile(sections.is_main, 2), minlength=n)
    return np.asarray(main > 0.5 * np.bincount(both, minlength=n))
