"""Travel times over the road graph, exact to the millisecond, from the labels of a hierarchy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.city import I4, Roads
from sim.compiled import Records, compiled_entry, compiled_in_place, constant
from sim.hierarchy import FAR_MS, Graph, Hierarchy, customized, make_hierarchy, times_from, times_to

U2 = NDArray[np.uint16]
I8 = NDArray[np.int64]

NO_SLOT = constant(-1)

UNREACHABLE_DS = 65535
"""Deciseconds that stand for "no way, or more than 109 minutes"."""

DEFAULT_MEMORY_MIB = 256

LEAVING, ARRIVING = constant(0), constant(1)
"""Whether a label holds the times from a junction up to its ancestors, or from them down to it."""

STEP = np.dtype([("depth", "i4"), ("ms", "i4"), ("rank", "i4")])
"""A step of a climb: the depth and the rank of the ancestor that it leads to, and its time."""
NODE = np.dtype([(name, "i4") for name in ("first_edge", "end_edge", "seen", "best_ms", "onward")])
"""A junction as one sort of traveller meets it on the way: the last search in which ``best_ms`` and ``onward`` (the
next node) were written."""
EDGE = np.dtype([("head", "i4"), ("travel_ms", "i4")])

N_MARKS = 4
"""Landmarks, chosen far from each other: the way is at least as long as the difference of two ways to one of them, or
from it."""
FOLLOWING, SEARCHES, FIRST_FREE, FIRST_PINNED = range(4)
"""Entries of ``RoadStore.number``: the slot that the next label goes to, the oldest making way; the searches so far;
the first slot whose label may make way; the lowest rank whose labels are made at once and stay."""


class RoadStore(NamedTuple):
    """All that is needed to tell travel times; the compiled engine works on it directly.

    Shapes: n junctions, m steps, L layers, one for each sort of traveller, s labels.
    """

    rank: I4
    """(n,) of each junction."""
    ranked: Records
    """(n,) of RANKED."""
    first_step: I8
    """(L, 2, n + 1) steps from the junction of rank i are first_step[…, i] to first_step[…, i + 1] − 1."""
    steps: Records
    """(m,) of STEP."""
    marks: I4
    """(L, n, 2 · N_MARKS) for each junction the milliseconds to every landmark, and less those from it."""
    slot: I4
    """(L, 2, n) of each junction's labels by rank, −1 where it has none."""
    labels: I4
    """(s, deepest + 1) milliseconds between a junction and its ancestor at each depth, FAR_MS where there is no way."""
    kept: I8
    """(s,) place in ``slot``, flat, of the junction whose label it is, −1 where none."""
    number: I8
    nodes: Records
    """(L · n,) of NODE: node k·n + j is junction j for the k-th sort."""
    edges: Records
    """(…,) of EDGE, against the traffic."""
    heap: I8


def reversed_graph(graph: Graph) -> Graph:
    """Return a graph with every edge turned round."""
    first, head, travel_ms = graph
    n = first.size - 1
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(first))
    order = np.argsort(head, kind="stable")
    return _first_edges(head, n), tail[order], travel_ms[order]


def path_graph(roads: Roads, speed_mps: float) -> Graph:
    """Return every road taken both ways at one speed; one-way rules do not bind."""
    n = roads.n_junctions
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(roads.first_edge))
    ms = np.maximum(np.rint(roads.length_m / speed_mps * 1000.0), 1.0).astype(np.int32)
    tails, heads = np.concatenate((tail, roads.head)), np.concatenate((roads.head, tail))
    costs = np.concatenate((ms, ms))
    order = np.lexsort((costs, heads, tails))
    return _first_edges(tails, n), heads[order], costs[order]


def _first_edges(tails: I4, n: int) -> I4:
    first = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(tails, minlength=n), out=first[1:])
    return first


def make_store(roads: Roads, hierarchy: Hierarchy, graphs: Sequence[Graph], *, memory_mib: int) -> RoadStore:
    """Return a store over graphs of the same roads, one a layer, with all labels, or the highest if memory is short."""
    n, n_layers = roads.n_junctions, len(graphs)
    nodes = np.zeros(n * n_layers, dtype=NODE)
    edges = np.zeros(sum(head.size for _, head, _ in graphs), dtype=EDGE)
    n_edges = 0
    for layer, (first, head, travel_ms) in enumerate(map(reversed_graph, graphs)):
        part = slice(layer * n, (layer + 1) * n)
        nodes["first_edge"][part], nodes["end_edge"][part] = n_edges + first[:-1], n_edges + first[1:]
        edges["head"][n_edges:n_edges + head.size] = layer * n + head
        edges["travel_ms"][n_edges:n_edges + head.size] = travel_ms
        n_edges += head.size
    arcs = [customized(hierarchy, graph) for graph in graphs]
    first_step, steps = _climbs(hierarchy, arcs)
    n_depths = hierarchy.deepest + 1
    n_labels = min(2 * n * n_layers, max(2, memory_mib * 2**20 // (4 * n_depths)))
    n_pinned = n if n_labels == 2 * n * n_layers else n_labels // (4 * n_layers)
    store = RoadStore(
        rank=hierarchy.rank, ranked=hierarchy.ranked, first_step=first_step, steps=steps,
        marks=np.array([_marks(hierarchy, of_layer) for of_layer in arcs]),
        slot=np.full((n_layers, 2, n), -1, dtype=np.int32), labels=np.empty((n_labels, n_depths), dtype=np.int32),
        kept=np.full(n_labels, -1, dtype=np.int64), number=np.array([0, 0, 2 * n_layers * n_pinned, n - n_pinned]),
        nodes=nodes, edges=edges, heap=np.empty(n_edges + 1, dtype=np.int64))
    _pin(store)
    return store


def _climbs(hierarchy: Hierarchy, layers: Sequence[Records]) -> tuple[I8, Records]:
    """Return the arcs that climbs need as (first_step, steps), those of each layer leaving and then arriving."""
    first_arc, depth = hierarchy.ranked["first_arc"], hierarchy.ranked["depth"][hierarchy.above]
    first_step = np.zeros((len(layers), 2, hierarchy.rank.size + 1), dtype=np.int64)
    parts: list[Records] = []
    n_steps = 0
    for layer, arcs in enumerate(layers):
        for way, name in ((LEAVING, "up"), (ARRIVING, "down")):
            needed = arcs[f"{name}_needed"]
            n_before = np.zeros(needed.size + 1, dtype=np.int64)
            np.cumsum(needed, out=n_before[1:])
            first_step[layer, way, :-1] = n_steps + n_before[first_arc]
            first_step[layer, way, -1] = n_steps + n_before[-1]
            parts.append(np.zeros(n_before[-1], dtype=STEP))
            parts[-1]["depth"], parts[-1]["rank"] = depth[needed], hierarchy.above[needed]
            parts[-1]["ms"] = arcs[f"{name}_ms"][needed]
            n_steps += parts[-1].size
    return first_step, np.concatenate(parts)


def _marks(hierarchy: Hierarchy, arcs: Records) -> I4:
    """Return one layer's times to landmarks and from them, each the farthest from those before it."""
    marks = np.empty((hierarchy.rank.size, 2 * N_MARKS), dtype=np.int32)
    landmark, apart_ms = 0, np.full(hierarchy.rank.size, np.iinfo(np.int64).max)
    for place in range(N_MARKS):
        to_ms, from_ms = times_to(hierarchy, arcs, landmark), times_from(hierarchy, arcs, landmark)
        marks[:, place], marks[:, N_MARKS + place] = to_ms, -from_ms
        there_and_back_ms = to_ms.astype(np.int64) + from_ms
        apart_ms = np.minimum(apart_ms, np.where(there_and_back_ms < FAR_MS, there_and_back_ms, 0))
        landmark = int(apart_ms.argmax())
    return marks


@compiled_entry
def _pin(store: RoadStore) -> None:
    """Make the labels that stay, of the highest junctions: all climbs meet there. Each rests on those above it."""
    for rank in range(store.ranked.size - 1, store.number[FIRST_PINNED] - 1, -1):
        for layer in range(store.slot.shape[0]):
            for way in range(2):
                slot = store.number[FOLLOWING]
                store.number[FOLLOWING] = slot + 1
                _write_label(store, layer, way, rank, slot)


@compiled_in_place
def _write_label(store: RoadStore, layer: int, way: int, rank: int, slot: int) -> None:
    """Write a junction's label: the climb up the elimination tree as far as ancestors have no label that stays."""
    first_pinned = store.number[FIRST_PINNED]
    for depth in range(store.ranked[rank].depth):
        store.labels[slot, depth] = FAR_MS
    store.labels[slot, store.ranked[rank].depth] = 0
    at = rank
    while at >= 0 and (at == rank or at < first_pinned):
        so_far = store.labels[slot, store.ranked[at].depth]
        if so_far < FAR_MS:
            for step in range(store.first_step[layer, way, at], store.first_step[layer, way, at + 1]):
                reached = np.int32(so_far + store.steps[step].ms)
                above, to_depth = store.steps[step].rank, store.steps[step].depth
                if above >= first_pinned:
                    through = store.slot[layer, way, above]
                    for depth in range(to_depth + 1):
                        onward = np.int32(reached + store.labels[through, depth])
                        store.labels[slot, depth] = min(store.labels[slot, depth], onward)
                else:
                    store.labels[slot, to_depth] = min(store.labels[slot, to_depth], reached)
        at = store.ranked[at].parent
    store.kept[slot] = (2 * layer + way) * store.ranked.size + rank
    store.slot[layer, way, rank] = slot


@compiled_in_place
def slot_of_label(store: RoadStore, layer: int, way: int, rank: int, spared: int) -> int:
    """Return the slot of a junction's label, made if need be without touching the slot that is spared."""
    slot = store.slot[layer, way, rank]
    if slot >= 0:
        return slot
    slot = store.number[FOLLOWING]
    if slot == spared:
        slot = _slot_after(store, slot)
    store.number[FOLLOWING] = _slot_after(store, slot)
    n = store.ranked.size
    if store.kept[slot] >= 0:
        gone = store.kept[slot]
        store.slot[gone // (2 * n), gone // n % 2, gone % n] = -1
    _write_label(store, layer, way, rank, slot)
    return slot


@compiled_in_place
def _slot_after(store: RoadStore, slot: int) -> int:
    return store.number[FIRST_FREE] if slot + 1 == store.kept.size else slot + 1


@compiled_in_place
def common_depth(ranked: Records, one: int, other: int) -> int:
    """Return the depth of the lowest common ancestor, each a junction's own as well; −1 where there is none."""
    while ranked[one].top != ranked[other].top:
        if ranked[ranked[one].top].depth < ranked[ranked[other].top].depth:
            one, other = other, one
        one = ranked[ranked[one].top].parent
        if one < 0:
            return -1
    return min(ranked[one].depth, ranked[other].depth)


@compiled_in_place
def between_ds(store: RoadStore, layer: int, start: int, goal: int) -> int:
    """Return the deciseconds from one junction to another, given their ranks; UNREACHABLE_DS at most."""
    arriving = slot_of_label(store, layer, ARRIVING, goal, NO_SLOT)
    leaving = slot_of_label(store, layer, LEAVING, start, arriving)
    least_ms = np.int32(2 * FAR_MS)
    for depth in range(common_depth(store.ranked, start, goal) + 1):
        least_ms = min(least_ms, np.int32(store.labels[leaving, depth] + store.labels[arriving, depth]))
    return min((int(least_ms) + 50) // 100, UNREACHABLE_DS)


class Travel:
    """Free-flow driving times between any two junctions.

    They come from the labels of a contraction hierarchy. No n × n matrix is ever made. Where the labels of all
    junctions need more memory than is given, half of it holds those of the highest, and the others are made when first
    asked for, the oldest making way.

    Args:
        roads: the directed graph.
        memory_mib: how much the labels may hold, in MiB.
    """

    def __init__(self, roads: Roads, *, memory_mib: int = DEFAULT_MEMORY_MIB) -> None:
        self._roads = roads
        self._memory_mib = memory_mib
        self._drivers: Graph = (roads.first_edge, roads.head, roads.travel_ms)
        self._hierarchy = make_hierarchy(self._drivers)
        self.store = make_store(roads, self._hierarchy, [self._drivers], memory_mib=memory_mib)
        self._layered: dict[tuple[float, ...], RoadStore] = {}

    def store_with(self, speeds_mps: tuple[float, ...]) -> RoadStore:
        """Return a store whose first layer is of drivers; more follow of those who take any path, at these speeds."""
        if speeds_mps not in self._layered:
            graphs = [self._drivers, *(path_graph(self._roads, speed) for speed in speeds_mps)]
            self._layered[speeds_mps] = make_store(self._roads, self._hierarchy, graphs, memory_mib=self._memory_mib)
        return self._layered[speeds_mps]

    def row_ds(self, junction: int) -> U2:
        """Return the driving times to ``junction`` from every junction, in deciseconds; shape (n,)."""
        to_ms = times_to(self._hierarchy, self._driver_arcs, junction)
        return np.minimum((to_ms + 50) // 100, UNREACHABLE_DS).astype(np.uint16)

    @cached_property
    def _driver_arcs(self) -> Records:
        return customized(self._hierarchy, self._drivers)

    @property
    def n_labels(self) -> int:
        """Number of labels held now."""
        return int((self.store.kept >= 0).sum())


def row_ms_plain(roads: Roads, junction: int) -> NDArray[np.float64]:
    """Return driving times to ``junction`` in milliseconds by scipy's Dijkstra: the twin that times are held to."""
    first, head, cost = reversed_graph((roads.first_edge, roads.head, roads.travel_ms))
    graph = csr_matrix((cost.astype(np.float64), head, first), shape=(roads.n_junctions, roads.n_junctions))
    return np.asarray(dijkstra(graph, indices=[junction])[0], dtype=np.float64)
