"""Who is nearest to a place, and where somebody on the way is: searches that stop as soon as they know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.travel import UNREACHABLE_DS, RowStore, heap_pop, heap_push, slot_of_row

I8 = NDArray[np.int64]

SEARCHES_BEFORE_A_ROW = 8
"""A row costs some thirty searches; a place that is asked for this often will be asked for again."""
FAR_MS = 2**31 - 1


@compiled
def _settle(store: RowStore, junction: int) -> int:
    """Search outward from a junction, against the traffic, for the nearest of those wanted.

    Those that are as far in deciseconds are found too.

    Returns:
        Deciseconds of the nearest, UNREACHABLE_DS where none was found.
    """
    scratch = store.scratch
    epoch = scratch.epoch[0]
    heap = scratch.heap
    heap[0] = junction
    size, until_ms = 1, FAR_MS
    scratch.seen[junction] = epoch
    scratch.best_ms[junction] = 0
    scratch.onward[junction] = junction
    nearest_ds = UNREACHABLE_DS
    while size > 0:
        top = heap_pop(heap, size)
        size -= 1
        reached, here = top >> 32, top & 0xFFFFFFFF
        if reached > until_ms:
            break
        if reached > scratch.best_ms[here]:
            continue
        if scratch.wanted[here] == epoch:
            scratch.found[here] = epoch
            if nearest_ds == UNREACHABLE_DS:
                nearest_ds = min((reached + 50) // 100, UNREACHABLE_DS)
                until_ms = nearest_ds * 100 + 49
        for edge in range(store.first_edge[here], store.first_edge[here + 1]):
            other = store.head[edge]
            arrive = reached + store.travel_ms[edge]
            if scratch.seen[other] != epoch or arrive < scratch.best_ms[other]:
                scratch.seen[other] = epoch
                scratch.best_ms[other] = arrive
                scratch.onward[other] = here
                heap_push(heap, size, (arrive << 32) | other)
                size += 1
    return nearest_ds


@compiled
def nearest_of(store: RowStore, junction: int, places: I8, idents: I8, n: int) -> tuple[int, int]:
    """Return (ident, deciseconds) of the nearest of the first n candidates; a tie goes to the lowest ident.

    Reads the junction's row if there is one, and searches where the junction has seldom been asked for.

    Args:
        store: of driving times.
        junction: to go to.
        places: junction of each candidate.
        idents: of each candidate, in any order.
        n: how many there are, at least one.
    """
    best, best_ds = -1, 0
    if store.slot[junction] < 0 and store.asked[junction] < SEARCHES_BEFORE_A_ROW:
        store.asked[junction] += 1
        scratch = store.scratch
        scratch.epoch[0] += 1
        for place in range(n):
            scratch.wanted[places[place]] = scratch.epoch[0]
        best_ds = _settle(store, junction)
        for place in range(n):
            if ((best_ds == UNREACHABLE_DS or scratch.found[places[place]] == scratch.epoch[0])
                    and (best < 0 or idents[place] < best)):
                best = idents[place]
        return best, best_ds
    slot = slot_of_row(store, junction)
    for place in range(n):
        away_ds = int(store.rows[slot, places[place]])
        if best < 0 or away_ds < best_ds or (away_ds == best_ds and idents[place] < best):
            best, best_ds = idents[place], away_ds
    return best, best_ds


@compiled
def place_on_way(store: RowStore, start: int, goal: int, share: float) -> int:
    """Return the first junction on the shortest way at which at least a share of its time has passed.

    It is the start where there is no way.
    """
    scratch = store.scratch
    scratch.epoch[0] += 1
    epoch = scratch.epoch[0]
    scratch.wanted[start] = epoch
    _settle(store, goal)
    if scratch.found[start] != epoch:
        return start
    whole_ms = scratch.best_ms[start]
    here = start
    while here != goal and whole_ms - scratch.best_ms[here] < share * whole_ms:
        here = scratch.onward[here]
    return int(here)
