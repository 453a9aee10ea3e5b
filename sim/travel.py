"""Driving times over the road graph: one row of times per destination, filled when first asked for."""

from __future__ import annotations

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
        top = keys[0]
        size -= 1
        last = keys[size]
        hole = 0
        while True:
            child = 2 * hole + 1
            if child >= size:
                break
            if child + 1 < size and keys[child + 1] < keys[child]:
                child += 1
            if keys[child] >= last:
                break
            keys[hole] = keys[child]
            hole = child
        keys[hole] = last
        reached = top >> 32
        junction = top & 0xFFFFFFFF
        if reached > best[junction]:
            continue
        for edge in range(first[junction], first[junction + 1]):
            other = head[edge]
            arrive = reached + cost[edge]
            if arrive < best[other]:
                best[other] = arrive
                key = (arrive << 32) | other
                hole = size
                size += 1
                while hole > 0 and keys[(hole - 1) >> 1] > key:
                    keys[hole] = keys[(hole - 1) >> 1]
                    hole = (hole - 1) >> 1
                keys[hole] = key
    return best


def reversed_roads(roads: Roads) -> tuple[I4, I4, I4]:
    """Return (first_edge, head, travel_ms) of the graph with every edge turned round."""
    tail = np.repeat(np.arange(roads.n_junctions, dtype=np.int32), np.diff(roads.first_edge))
    order = np.argsort(roads.head, kind="stable")
    first = np.zeros(roads.n_junctions + 1, dtype=np.int32)
    np.cumsum(np.bincount(roads.head, minlength=roads.n_junctions), out=first[1:])
    return first, tail[order], roads.travel_ms[order]


class Travel:
    """Free-flow driving times to any junction from all others.

    A row is the answer of one Dijkstra on the reversed graph, kept as deciseconds in 16 bits. No n × n matrix is
    ever made; the oldest rows are dropped when their memory is spent.

    Args:
        roads: the directed graph.
        memory_mib: how much the rows may hold, in MiB.
    """

    def __init__(self, roads: Roads, *, memory_mib: int = DEFAULT_MEMORY_MIB) -> None:
        self._first, self._head, self._cost = reversed_roads(roads)
        self._rows: dict[int, U2] = {}
        self._limit = max(1, memory_mib * 2**20 // max(1, 2 * roads.n_junctions))

    def row_ds(self, junction: int) -> U2:
        """Return the driving times to ``junction`` from every junction, in deciseconds; shape (n,)."""
        row = self._rows.get(junction)
        if row is None:
            ms = _row_ms(self._first, self._head, self._cost, junction)
            row = np.minimum((ms.astype(np.int64) + 50) // 100, UNREACHABLE_DS).astype(np.uint16)
            if len(self._rows) >= self._limit:
                del self._rows[next(iter(self._rows))]
            self._rows[junction] = row
        return row

    @property
    def n_rows(self) -> int:
        """Number of rows held now."""
        return len(self._rows)


def row_ms_plain(roads: Roads, junction: int) -> NDArray[np.float64]:
    """Return driving times to ``junction`` in milliseconds by scipy's Dijkstra: the twin that rows are held to."""
    first, head, cost = reversed_roads(roads)
    graph = csr_matrix((cost.astype(np.float64), head, first), shape=(roads.n_junctions, roads.n_junctions))
    return np.asarray(dijkstra(graph, indices=[junction])[0], dtype=np.float64)
