"""How far one place is from another, and who is nearest to it."""

from __future__ import annotations

import numpy as np

from sim.compiled import Records, compiled_entry, compiled_in_place
from sim.travel import N_MARKS, UNREACHABLE_DS, RoadStore, between_ds

CANDIDATE = np.dtype([("junction", "i8"), ("ident", "i8"), ("least_ds", "i8")])
"""``least_ds`` is written by ``nearest_of``."""


@compiled_in_place
def _least_ds(store: RoadStore, layer: int, start: int, goal: int) -> int:
    """Return the fewest deciseconds that the way can take, by the landmarks (Goldberg & Harrelson 2005)."""
    least_ms = np.int32(0)
    for mark in range(2 * N_MARKS):
        least_ms = max(least_ms, np.int32(store.marks[layer, start, mark] - store.marks[layer, goal, mark]))
    return min((int(least_ms) + 50) // 100, UNREACHABLE_DS)


@compiled_entry
def nearest_of(store: RoadStore, layer: int, junction: int, candidates: Records, n: int) -> tuple[int, int]:
    """Return (ident, deciseconds) of the nearest of the first n candidates; a tie goes to the lowest ident.

    Looks first at the one that could be soonest, then at those that could be as soon.

    Args:
        store: of travel times.
        layer: in which the candidates travel.
        junction: to go to.
        candidates: of CANDIDATE, in any order.
        n: how many there are, at least one.
    """
    first = 0
    for place in range(n):
        candidates[place].least_ds = _least_ds(store, layer, candidates[place].junction, junction)
        if candidates[place].least_ds < candidates[first].least_ds:
            first = place
    goal = store.rank[junction]
    best = candidates[first].ident
    best_ds = between_ds(store, layer, store.rank[candidates[first].junction], goal)
    for place in range(n):
        if place != first and candidates[place].least_ds <= best_ds:
            ident = candidates[place].ident
            away = between_ds(store, layer, store.rank[candidates[place].junction], goal)
            if away < best_ds or (away == best_ds and ident < best):
                best, best_ds = ident, away
    return best, best_ds


@compiled_entry
def away_ds(store: RoadStore, layer: int, start: int, goal: int) -> int:
    """Return the deciseconds from one junction to another; UNREACHABLE_DS at most."""
    return between_ds(store, layer, store.rank[start], store.rank[goal])
