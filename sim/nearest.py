"""Who is nearest to a place, and where somebody on the way is: searches that stop as soon as they know."""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled_entry, compiled_in_place
from sim.travel import SEARCHES, UNREACHABLE_DS, Records, RowStore, heap_pop, heap_push, slot_of_row

CANDIDATE = np.dtype([("junction", "i8"), ("ident", "i8")])

SEARCHES_BEFORE_A_ROW = 8
"""A row costs some thirty searches; a place that is asked for this often will be asked for again."""
FAR_MS = 2**31 - 1


@compiled_in_place
def _settle(store: RowStore, node: int) -> int:
    """Search outward from a node, against the traffic, for the nearest of those wanted.

    Those that are as far in deciseconds are found too.

    Returns:
        Deciseconds of the nearest, UNREACHABLE_DS where none was found.
    """
    nodes, edges, heap = store.nodes, store.edges, store.heap
    search = store.number[SEARCHES]
    heap[0] = node
    size, until_ms = 1, FAR_MS
    nodes[node].seen = search
    nodes[node].best_ms = 0
    nodes[node].onward = node
    nearest_ds = UNREACHABLE_DS
    while size > 0:
        top = heap_pop(heap, size)
        size -= 1
        reached, at = top >> 32, top & 0xFFFFFFFF
        if reached > until_ms:
            break
        here = nodes[at]
        if reached > here.best_ms:
            continue
        if here.wanted == search:
            here.found = search
            if nearest_ds == UNREACHABLE_DS:
                nearest_ds = min((reached + 50) // 100, UNREACHABLE_DS)
                until_ms = nearest_ds * 100 + 49
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
    return nearest_ds


@compiled_entry
def nearest_of(store: RowStore, layer: int, junction: int, candidates: Records, n: int) -> tuple[int, int]:
    """Return (ident, deciseconds) of the nearest of the first n candidates; a tie goes to the lowest ident.

    Reads the junction's row if there is one, and searches where the junction has seldom been asked for.

    Args:
        store: of travel times.
        layer: in which the candidates travel.
        junction: to go to.
        candidates: of CANDIDATE, in any order.
        n: how many there are, at least one.
    """
    first = layer * store.rows.shape[1]
    node = first + junction
    best, best_ds = -1, 0
    if store.nodes[node].slot < 0 and store.nodes[node].asked < SEARCHES_BEFORE_A_ROW:
        store.nodes[node].asked += 1
        store.number[SEARCHES] += 1
        search = store.number[SEARCHES]
        for place in range(n):
            store.nodes[first + candidates[place].junction].wanted = search
        best_ds = _settle(store, node)
        for place in range(n):
            ident = candidates[place].ident
            is_nearest = store.nodes[first + candidates[place].junction].found == search
            if (best_ds == UNREACHABLE_DS or is_nearest) and (best < 0 or ident < best):
                best = ident
        return best, best_ds
    slot = slot_of_row(store, node)
    for place in range(n):
        ident = candidates[place].ident
        away_ds = int(store.rows[slot, candidates[place].junction])
        if best < 0 or away_ds < best_ds or (away_ds == best_ds and ident < best):
            best, best_ds = ident, away_ds
    return best, best_ds


@compiled_entry
def away_ds(store: RowStore, layer: int, start: int, goal: int) -> int:
    """Return the deciseconds from one junction to another, by the goal's row."""
    return int(store.rows[slot_of_row(store, layer * store.rows.shape[1] + goal), start])


@compiled_entry
def place_on_way(store: RowStore, layer: int, start: int, goal: int, share: float) -> int:
    """Return the first junction on the shortest way at which at least a share of its time has passed.

    It is the start where there is no way.
    """
    first = layer * store.rows.shape[1]
    store.number[SEARCHES] += 1
    search = store.number[SEARCHES]
    store.nodes[first + start].wanted = search
    _settle(store, first + goal)
    if store.nodes[first + start].found != search:
        return start
    whole_ms = store.nodes[first + start].best_ms
    here = first + start
    while here != first + goal and whole_ms - store.nodes[here].best_ms < share * whole_ms:
        here = store.nodes[here].onward
    return int(here - first)
