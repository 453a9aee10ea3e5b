"""Driving times over the road graph: one row of times per destination, filled when first asked for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.city import I4, Roads
from sim.compiled import compiled

U2 = NDArray[np.uint16]

UNREACHABLE_DS = 65535
"""Deciseconds that stand for "no way, or more than 109 minutes"."""

DEFAULT_MEMORY_MIB = 256


@compiled
def heap_push(heap: NDArray[np.int64], size: int, key: int) -> None:
    """Add a key to a binary heap of so many."""
    hole = size
    while hole > 0 and heap[(hole - 1) >> 1] > key:
        heap[hole] = heap[(hole - 1) >> 1]
        hole = (hole - 1) >> 1
    heap[hole] = key


@compiled
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


@compiled
def _row_ms(first: NDArray[np.int32], head: NDArray[np.int32], cost: NDArray[np.int32], start: int) -> I4:
    """Dijkstra with a binary heap and lazy deletion; whole milliseconds, so the order of sums cannot matter."""
    n = first.size - 1
    far = np.int32(2**31 - 1)
    best = np.full(n, far, dtype=np.int32)
    keys = np.empty(head.size + 1, dtype=np.int64)
    keys[0] = start
    size = 1
    best[start] = 0
    while size > 0:
        top = heap_pop(keys, size)
        size -= 1
        reached = top >> 32
        junction = top & 0xFFFFFFFF
        if reached > best[junction]:
            continue
        for edge in range(first[junction], first[junction + 1]):
            other = head[edge]
            arrive = reached + cost[edge]
            if arrive < best[other]:
                best[other] = arrive
                heap_push(keys, size, (arrive << 32) | other)
                size += 1
    return best


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


class Scratch(NamedTuple):
    """What one search works on, kept so that the next need not allocate it."""

    epoch: I4
    """(1,) number of the search; what earlier ones left carries an older one."""
    seen: I4
    """(n,) epoch in which ``best_ms`` and ``onward`` were last written."""
    wanted: I4
    """(n,) epoch in which the junction was last looked for."""
    found: I4
    """(n,) epoch in which it was last among the nearest."""
    best_ms: I4
    onward: I4
    """(n,) next junction on the way."""
    heap: NDArray[np.int64]


class RowStore(NamedTuple):
    """Rows filled so far, and all that is needed to fill one more; the compiled engine works on it directly."""

    first_edge: I4
    head: I4
    travel_ms: I4
    rows: U2
    """(slots, n) driving times in deciseconds."""
    slot: I4
    """(n,) slot of each destination's row, −1 where it has none."""
    kept: I4
    """(slots,) destination whose row each slot holds, −1 where none."""
    following: I4
    """(1,) slot that the next row goes to; the oldest row makes way."""
    asked: I4
    """(n,) how often the nearest to each junction was searched for without a row."""
    scratch: Scratch


@compiled
def slot_of_row(store: RowStore, junction: int) -> int:
    """Return the slot of a destination's row, filling it if need be."""
    slot = store.slot[junction]
    if slot < 0:
        slot = store.following[0]
        store.following[0] = (slot + 1) % store.kept.size
        if store.kept[slot] >= 0:
            store.slot[store.kept[slot]] = -1
        store.kept[slot] = junction
        store.slot[junction] = slot
        ms = _row_ms(store.first_edge, store.head, store.travel_ms, junction)
        for place in range(ms.size):
            store.rows[slot, place] = min((int(ms[place]) + 50) // 100, UNREACHABLE_DS)
    return slot


def make_store(graph: tuple[I4, I4, I4], *, memory_mib: int) -> RowStore:
    """Return an empty store over a graph of (first_edge, head, travel_ms), every edge turned round."""
    first, head, cost = graph
    n = first.size - 1
    slots = min(n, max(1, memory_mib * 2**20 // max(1, 2 * n)))

    def blank() -> I4:
        return np.zeros(n, dtype=np.int32)

    scratch = Scratch(epoch=np.zeros(1, dtype=np.int32), seen=blank(), wanted=blank(), found=blank(), best_ms=blank(),
                      onward=blank(), heap=np.empty(head.size + 1, dtype=np.int64))
    return RowStore(
        first_edge=first, head=head, travel_ms=cost, rows=np.empty((slots, n), dtype=np.uint16),
        slot=np.full(n, -1, dtype=np.int32), kept=np.full(slots, -1, dtype=np.int32),
        following=np.zeros(1, dtype=np.int32), asked=blank(), scratch=scratch)


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
        self.store = make_store(reversed_roads(roads), memory_mib=memory_mib)
        self._by_path: dict[float, RowStore] = {}

    def store_at(self, speed_mps: float) -> RowStore:
        """Return the store of those who take any path both ways, at one speed whatever the road."""
        if speed_mps not in self._by_path:
            self._by_path[speed_mps] = make_store(path_graph(self._roads, speed_mps), memory_mib=self._memory_mib)
        return self._by_path[speed_mps]

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
