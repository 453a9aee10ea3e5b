"""Driving times over the road graph: one row of times per destination, filled when first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.city import I4, Roads
from sim.compiled import compiled_entry, compiled_in_place

U2 = NDArray[np.uint16]
Records: TypeAlias = NDArray[Any]
"""An array of records; numba knows and checks its fields, mypy cannot."""

UNREACHABLE_DS = 65535
"""Deciseconds that stand for "no way, or more than 109 minutes"."""

DEFAULT_MEMORY_MIB = 256


@compiled_in_place
def heap_push(heap: NDArray[np.int64], size: int, key: int) -> None:
    """Add a key to a binary heap of so many."""
    hole = size
    while hole > 0 and heap[(hole - 1) >> 1] > key:
        heap[hole] = heap[(hole - 1) >> 1]
        hole = (hole - 1) >> 1
    heap[hole] = key


@compiled_in_place
def heap_pop(heap: NDArray[np.int64], size: int) -> int:
    """Take the least key off a binary heap of so many and return it."""
    top = heap[0]
    last = heap[size - 1]
    size -= 1
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= last:
            break
        heap[hole] = heap[child]
        hole = child
    heap[hole] = last
    return top


def reversed_roads(roads: Roads) -> tuple[I4, I4, I4]:
    """Return (first_edge, head, travel_ms) of the graph with every edge turned round."""
    tail = np.repeat(np.arange(roads.n_junctions, dtype=np.int32), np.diff(roads.first_edge))
    order = np.argsort(roads.head, kind="stable")
    first = np.zeros(roads.n_junctions + 1, dtype=np.int32)
    np.cumsum(np.bincount(roads.head, minlength=roads.n_junctions), out=first[1:])
    return first, tail[order], roads.travel_ms[order]


def path_graph(roads: Roads, speed_mps: float) -> tuple[I4, I4, I4]:
    """Return (first_edge, head, travel_ms) of every road taken both ways at one speed; one-way rules do not bind."""
    tail = np.repeat(np.arange(roads.n_junctions, dtype=np.int32), np.diff(roads.first_edge))
    ms = np.maximum(np.rint(roads.length_m / speed_mps * 1000.0), 1.0).astype(np.int32)
    tails, heads = np.concatenate((tail, roads.head)), np.concatenate((roads.head, tail))
    costs = np.concatenate((ms, ms))
    order = np.lexsort((costs, heads, tails))
    first = np.zeros(roads.n_junctions + 1, dtype=np.int32)
    np.cumsum(np.bincount(tails, minlength=roads.n_junctions), out=first[1:])
    return first, heads[order], costs[order]


NODE = np.dtype([(name, "i4") for name in (
    "first_edge", "end_edge", "slot", "asked", "seen", "wanted", "found", "best_ms", "onward")])
"""A junction as one sort of traveller meets it. ``slot`` is that of its row, −1 where it has none; ``asked`` how often
the nearest to it was searched for. The rest is what searches work on: the last one in which ``best_ms`` and ``onward``
(the next node on the way) were written, in which the node was looked for, and in which it was found."""
EDGE = np.dtype([("head", "i4"), ("travel_ms", "i4")])

FOLLOWING, SEARCHES = range(2)
"""Entries of ``RowStore.number``: the slot that the next row goes to, the oldest making way; the searches so far."""


class RowStore(NamedTuple):
    """Rows filled so far, and all that is needed to fill one more; the compiled engine works on it directly.

    Each sort of traveller has a layer of its own: node k·n + j is junction j for the k-th sort.
    """

    nodes: Records
    edges: Records
    rows: U2
    """(slots, n) travel times in deciseconds from every junction, within a node's own layer."""
    kept: I4
    """(slots,) node whose row each slot holds, −1 where none."""
    number: I4
    heap: NDArray[np.int64]


@compiled_in_place
def _search_all(store: RowStore, start: int) -> int:
    """Find every node's time to a node and return the search's number; only nodes that it has ``seen`` have a way.

    Dijkstra with a binary heap and lazy deletion; whole milliseconds, so the order of sums cannot matter.
    """
    nodes, edges, heap = store.nodes, store.edges, store.heap
    store.number[SEARCHES] += 1
    search = store.number[SEARCHES]
    nodes[start].seen = search
    nodes[start].best_ms = 0
    heap[0] = start
    size = 1
    while size > 0:
        top = heap_pop(heap, size)
        size -= 1
        reached, at = top >> 32, top & 0xFFFFFFFF
        here = nodes[at]
        if reached > here.best_ms:
            continue
        for edge in range(here.first_edge, here.end_edge):
            head = edges[edge].head
            arrive = reached + edges[edge].travel_ms
            other = nodes[head]
            if other.seen != search or arrive < other.best_ms:
                other.seen = search
                other.best_ms = arrive
                heap_push(heap, size, (arrive << 32) | head)
                size += 1
    return search


@compiled_entry
def slot_of_row(store: RowStore, node: int) -> int:
    """Return the slot of a destination's row, filling it if need be."""
    slot = store.nodes[node].slot
    if slot < 0:
        slot = store.number[FOLLOWING]
        store.number[FOLLOWING] = (slot + 1) % store.kept.size
        if store.kept[slot] >= 0:
            store.nodes[store.kept[slot]].slot = -1
        store.kept[slot] = node
        store.nodes[node].slot = slot
        search = _search_all(store, node)
        n = store.rows.shape[1]
        first = node - node % n
        for place in range(n):
            other = store.nodes[first + place]
            away_ds = min((other.best_ms + 50) // 100, UNREACHABLE_DS)
            store.rows[slot, place] = away_ds if other.seen == search else UNREACHABLE_DS
    return slot


def make_store(graphs: Sequence[tuple[I4, I4, I4]], *, memory_mib: int) -> RowStore:
    """Return an empty store over graphs of (first_edge, head, travel_ms), one a layer, every edge turned round."""
    n = graphs[0][0].size - 1
    nodes = np.zeros(n * len(graphs), dtype=NODE)
    edges = np.zeros(sum(head.size for _, head, _ in graphs), dtype=EDGE)
    n_edges = 0
    for layer, (first, head, travel_ms) in enumerate(graphs):
        part = slice(layer * n, (layer + 1) * n)
        nodes["first_edge"][part], nodes["end_edge"][part] = n_edges + first[:-1], n_edges + first[1:]
        edges["head"][n_edges:n_edges + head.size] = layer * n + head
        edges["travel_ms"][n_edges:n_edges + head.size] = travel_ms
        n_edges += head.size
    nodes["slot"] = -1
    slots = min(nodes.size, max(1, memory_mib * 2**20 // max(1, 2 * n)))
    return RowStore(nodes=nodes, edges=edges, rows=np.empty((slots, n), dtype=np.uint16),
                    kept=np.full(slots, -1, dtype=np.int32), number=np.zeros(2, dtype=np.int32),
                    heap=np.empty(n_edges + 1, dtype=np.int64))


class Travel:
    """Free-flow driving times to any junction from all others.

    A row is the answer of one Dijkstra on the reversed graph, kept as deciseconds in 16 bits. No n × n matrix is
    ever made; the oldest rows make way when their memory is spent.

    Args:
        roads: the directed graph.
        memory_mib: how much the rows may hold, in MiB; the system gives it only as rows are filled.
    """

    def __init__(self, roads: Roads, *, memory_mib: int = DEFAULT_MEMORY_MIB) -> None:
        self._roads = roads
        self._memory_mib = memory_mib
        self.store = make_store([reversed_roads(roads)], memory_mib=memory_mib)
        self._layered: dict[tuple[float, ...], RowStore] = {}

    def store_with(self, speeds_mps: tuple[float, ...]) -> RowStore:
        """Return a store whose first layer is of drivers; more follow of those who take any path, at these speeds."""
        if speeds_mps not in self._layered:
            graphs = [reversed_roads(self._roads), *(path_graph(self._roads, speed) for speed in speeds_mps)]
            self._layered[speeds_mps] = make_store(graphs, memory_mib=self._memory_mib)
        return self._layered[speeds_mps]

    def row_ds(self, junction: int) -> U2:
        """Return the driving times to ``junction`` from every junction, in deciseconds; shape (n,).

        It is a view that lasts until its row makes way for another.
        """
        row: U2 = self.store.rows[slot_of_row(self.store, junction)]
        return row

    @property
    def n_rows(self) -> int:
        """Number of rows held now."""
        return int((self.store.kept >= 0).sum())


def row_ms_plain(roads: Roads, junction: int) -> NDArray[np.float64]:
    """Return driving times to ``junction`` in milliseconds by scipy's Dijkstra: the twin that rows are held to."""
    first, head, cost = reversed_roads(roads)
    graph = csr_matrix((cost.astype(np.float64), head, first), shape=(roads.n_junctions, roads.n_junctions))
    return np.asarray(dijkstra(graph, indices=[junction])[0], dtype=np.float64)
