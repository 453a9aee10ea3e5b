"""Where somebody on the way is: a search that follows the shortest way."""

from __future__ import annotations

from numpy import int64
from numpy.typing import NDArray

from sim.compiled import compiled_entry, compiled_in_place
from sim.travel import SEARCHES, RoadStore


@compiled_in_place
def heap_push(heap: NDArray[int64], size: int, key: int) -> None:
    """Add a key to a binary heap of so many."""
    hole = size
    while hole > 0 and heap[(hole - 1) >> 1] > key:
        heap[hole] = heap[(hole - 1) >> 1]
        hole = (hole - 1) >> 1
    heap[hole] = key


@compiled_in_place
def heap_pop(heap: NDArray[int64], size: int) -> int:
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
    return int(top)


@compiled_in_place
def _search(store: RoadStore, goal: int, start: int) -> bool:
    """Search outward from a goal, against the traffic, until the start is reached; return whether it is.

    Dijkstra with a binary heap and lazy deletion; whole milliseconds, so the order of sums cannot matter.
    """
    nodes, edges, heap = store.nodes, store.edges, store.heap
    store.number[SEARCHES] += 1
    search = store.number[SEARCHES]
    nodes[goal].seen = search
    nodes[goal].best_ms = 0
    nodes[goal].onward = goal
    heap[0] = goal
    size = 1
    while size > 0:
        top = heap_pop(heap, size)
        size -= 1
        reached, at = top >> 32, top & 0xFFFFFFFF
        here = nodes[at]
        if at == start:
            return True
        if reached > here.best_ms:
            continue
        for edge in range(here.first_edge, here.end_edge):
            head = edges[edge].head
            arrive = reached + edges[edge].travel_ms
            other = nodes[head]
            if other.seen != search or arrive < other.best_ms:
                other.seen = search
                other.best_ms = arrive
                other.onward = at
                heap_push(heap, size, (arrive << 32) | head)
                size += 1
    return False


@compiled_entry
def place_on_way(store: RoadStore, layer: int, start: int, goal: int, share: float) -> int:
    """Return the first junction on the shortest way at which at least a share of its time has passed.

    It is the start where there is no way.
    """
    first = layer * store.rank.size
    if not _search(store, first + goal, first + start):
        return start
    whole_ms = store.nodes[first + start].best_ms
    here = first + start
    while here != first + goal and whole_ms - store.nodes[here].best_ms < share * whole_ms:
        here = store.nodes[here].onward
    return int(here - first)
