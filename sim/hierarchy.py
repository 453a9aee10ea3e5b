"""The order in which junctions are taken away, and the roads that stand in for them: what exact travel times rest on.

A customizable contraction hierarchy (Dibbelt, Strasser & Wagner 2016): junctions leave the road graph one by one, those
with few neighbours first, and the neighbours of each that leaves are joined by arcs. The order and the arcs follow from
which junctions touch; the times on the arcs are worked out for each sort of traveller. Every shortest way then has an
equal one that only rises and then only falls, so it turns at a common ancestor in the elimination tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from sim.city import I4
from sim.compiled import Records, compiled

Graph: TypeAlias = tuple[I4, I4, I4]
"""(first_edge, head, travel_ms) of a directed graph, edges grouped by tail."""

FAR_MS = 2**30 - 1
"""Stands for "no way": longer than any, and two of them still fit 32 bits."""

RANKED = np.dtype([(name, "i4") for name in ("parent", "depth", "top", "first_arc", "end_arc")])
"""A junction by its rank. ``parent`` is its lowest neighbour above, −1 at a root; ``depth`` how many ancestors it has;
``top`` the highest junction of its heavy path, along which common ancestors are found (Sleator & Tarjan 1983)."""
ARC = np.dtype([("up_ms", "i4"), ("down_ms", "i4"), ("up_needed", "b1"), ("down_needed", "b1")])
"""An arc to a higher junction: the times there and back, FAR_MS where there is no way, and whether a climb needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """The part that depends on which junctions touch. Shapes: n junctions, m arcs."""

    rank: I4
    """(n,) when each junction is taken away."""
    ranked: Records
    """(n,) of RANKED."""
    above: I4
    """(m,) rank of the higher end of each arc, rising within a junction's arcs."""

    @property
    def deepest(self) -> int:
        """The greatest depth."""
        return int(self.ranked["depth"].max())


def make_hierarchy(graph: Graph) -> Hierarchy:
    """Make the hierarchy of a graph, each of whose edges is taken both ways."""
    first, head, _ = graph
    n = first.size - 1
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(first))
    touching = csc_matrix((np.ones(2 * head.size), (np.r_[tail, head], np.r_[head, tail])), shape=(n, n))
    rank = minimum_degree(touching)
    by_rank = np.argsort(rank)
    lower = csc_matrix(touching[by_rank][:, by_rank])
    lower.sort_indices()
    parent, n_arcs = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int32)
    _climb(lower.indptr, lower.indices, parent, n_arcs, np.zeros(0, dtype=np.int32))
    first_arc = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(n_arcs, out=first_arc[1:])
    above, following = np.empty(first_arc[-1], dtype=np.int32), first_arc[:-1].copy()
    _climb(lower.indptr, lower.indices, parent, following, above)
    ranked = np.zeros(n, dtype=RANKED)
    ranked["parent"], ranked["first_arc"], ranked["end_arc"] = parent, first_arc[:-1], first_arc[1:]
    _hang(ranked)
    return Hierarchy(rank=rank, ranked=ranked, above=above)


def minimum_degree(touching: csc_matrix) -> I4:
    """Return the rank of each node of a symmetric graph when one of least degree leaves at a time.

    The order is SuperLU's (multiple minimum degree, Liu 1985): of a matrix with the graph's pattern, so made that it
    needs no pivoting.
    """
    n = touching.shape[0]
    n_neighbours = np.asarray(touching.sum(axis=0)).ravel()
    diagonal = csc_matrix((n_neighbours + 1.0, (np.arange(n), np.arange(n))), shape=(n, n))
    factors = splu(csc_matrix(diagonal - touching), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
                   options={"SymmetricMode": True})
    return np.asarray(factors.perm_c, dtype=np.int32)


@compiled
def _climb(first: I4, neighbour: I4, parent: I4, following: I4, above: I4) -> None:
    """Find every arc from a lower junction to a higher, by climbing from each one's lower neighbours (Liu 1990).

    ``following`` is where each junction's next arc goes; with no room in ``above``, it counts them.
    """
    seen = np.full(parent.size, -1, np.int32)
    for higher in range(parent.size):
        seen[higher] = higher
        for entry in range(first[higher], first[higher + 1]):
            at = neighbour[entry]
            while at < higher and seen[at] != higher:
                seen[at] = higher
                if above.size > 0:
                    above[following[at]] = higher
                following[at] += 1
                if parent[at] < 0:
                    parent[at] = higher
                at = parent[at]


@compiled
def _hang(ranked: Records) -> None:
    """Fill the depths and the tops of heavy paths from the parents."""
    n = ranked.size
    n_below = np.ones(n, np.int32)
    heavy = np.full(n, -1, np.int32)
    for at in range(n):
        parent = ranked[at].parent
        if parent >= 0:
            n_below[parent] += n_below[at]
            if heavy[parent] < 0 or n_below[at] > n_below[heavy[parent]]:
                heavy[parent] = at
    for at in range(n - 1, -1, -1):
        parent = ranked[at].parent
        ranked[at].depth = ranked[parent].depth + 1 if parent >= 0 else 0
        ranked[at].top = ranked[parent].top if parent >= 0 and heavy[parent] == at else at


def customized(hierarchy: Hierarchy, graph: Graph) -> Records:
    """Return the arcs with a traveller's times on them; (m,) of ARC."""
    first, head, travel_ms = graph
    arcs = np.zeros(hierarchy.above.size, dtype=ARC)
    arcs["up_ms"] = arcs["down_ms"] = FAR_MS
    _place_edges(hierarchy.rank, hierarchy.ranked, hierarchy.above, arcs, first, head, travel_ms)
    _relax_upward(hierarchy.ranked, hierarchy.above, arcs)
    arcs["up_needed"], arcs["down_needed"] = arcs["up_ms"] < FAR_MS, arcs["down_ms"] < FAR_MS
    _relax_downward(hierarchy.ranked, hierarchy.above, arcs)
    return arcs


@compiled
def _place_edges(rank: I4, ranked: Records, above: I4, arcs: Records, first: I4, head: I4, travel_ms: I4) -> None:
    for tail in range(rank.size):
        for edge in range(first[tail], first[tail + 1]):
            start, goal = rank[tail], rank[head[edge]]
            if start == goal:
                continue
            lower = ranked[min(start, goal)]
            arc = lower.first_arc + np.searchsorted(above[lower.first_arc:lower.end_arc], max(start, goal))
            if start < goal:
                arcs[arc].up_ms = min(arcs[arc].up_ms, travel_ms[edge])
            else:
                arcs[arc].down_ms = min(arcs[arc].down_ms, travel_ms[edge])


@compiled
def _relax_upward(ranked: Records, above: I4, arcs: Records) -> None:
    """Shorten every arc by the way through each lower junction that both its ends touch, from the lowest up."""
    for at in range(ranked.size):
        first, end = ranked[at].first_arc, ranked[at].end_arc
        for low in range(first, end):
            between = ranked[above[low]].first_arc
            for high in range(low + 1, end):
                while above[between] != above[high]:
                    between += 1
                arcs[between].up_ms = min(arcs[between].up_ms, arcs[low].down_ms + arcs[high].up_ms)
                arcs[between].down_ms = min(arcs[between].down_ms, arcs[high].down_ms + arcs[low].up_ms)


@compiled
def _relax_downward(ranked: Records, above: I4, arcs: Records) -> None:
    """Shorten every arc by the way through each higher junction, from the highest down; all times are then least.

    A climb needs no arc that is longer than a way through a junction above it, nor one for which two arcs upward stand.
    """
    for at in range(ranked.size - 1, -1, -1):
        first, end = ranked[at].first_arc, ranked[at].end_arc
        for place in range(first, end):
            low, between = arcs[place], ranked[above[place]].first_arc
            for other in range(place + 1, end):
                while above[between] != above[other]:
                    between += 1
                high, bridge = arcs[other], arcs[between]
                if high.up_ms + bridge.down_ms < low.up_ms:
                    low.up_ms, low.up_needed = high.up_ms + bridge.down_ms, False
                if bridge.up_ms + high.down_ms < low.down_ms:
                    low.down_ms, low.down_needed = bridge.up_ms + high.down_ms, False
                if low.up_ms + bridge.up_ms <= high.up_ms:
                    high.up_ms, high.up_needed = min(low.up_ms + bridge.up_ms, FAR_MS), False
                if low.down_ms + bridge.down_ms <= high.down_ms:
                    high.down_ms, high.down_needed = min(low.down_ms + bridge.down_ms, FAR_MS), False


def times_to(hierarchy: Hierarchy, arcs: Records, junction: int) -> I4:
    """Return the milliseconds to a junction from every junction, FAR_MS where there is no way; shape (n,).

    One sweep down the ranks after the climb from the junction (Delling, Goldberg, Nowatzyk & Werneck 2011).
    """
    to_ms = np.full(hierarchy.rank.size, FAR_MS, dtype=np.int32)
    _sweep(hierarchy.ranked, hierarchy.above, arcs, int(hierarchy.rank[junction]), to_ms)
    return np.asarray(to_ms[hierarchy.rank])


def times_from(hierarchy: Hierarchy, arcs: Records, junction: int) -> I4:
    """Return the milliseconds from a junction to every junction, as ``times_to`` does."""
    turned = arcs.copy()
    turned["up_ms"], turned["down_ms"] = arcs["down_ms"], arcs["up_ms"]
    return times_to(hierarchy, turned, junction)


@compiled
def _sweep(ranked: Records, above: I4, arcs: Records, goal: int, to_ms: I4) -> None:
    to_ms[goal] = 0
    at = goal
    while at >= 0:
        for arc in range(ranked[at].first_arc, ranked[at].end_arc):
            to_ms[above[arc]] = min(to_ms[above[arc]], to_ms[at] + arcs[arc].down_ms)
        at = ranked[at].parent
    for at in range(ranked.size - 1, -1, -1):
        for arc in range(ranked[at].first_arc, ranked[at].end_arc):
            to_ms[at] = min(to_ms[at], arcs[arc].up_ms + to_ms[above[arc]])
