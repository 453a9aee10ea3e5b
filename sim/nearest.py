"""How far one place is from another, and who is nearest to it."""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import Records, compiled_entry, compiled_in_place
from sim.travel import UNREACHABLE_DS, RoadStore, between_ds

CANDIDATE = np.dtype([("junction", "i8"), ("ident", "i8")])


@compiled_in_place
def _apart_m(store: RoadStore, one: int, other: int) -> float:
    """Return the metres between two junctions in a straight line."""
    return math.sqrt((store.sites[one].x_m - store.sites[other].x_m) ** 2
                     + (store.sites[one].y_m - store.sites[other].y_m) ** 2)


@compiled_entry
def nearest_of(store: RoadStore, layer: int, junction: int, candidates: Records, n: int) -> tuple[int, int]:
    """Return (ident, deciseconds) of the nearest of the first n candidates; a tie goes to the lowest ident.

    Looks first at the one nearest in a straight line, then at those whom the fastest road could bring as soon.

    Args:
        store: of travel times.
        layer: in which the candidates travel.
        junction: to go to.
        candidates: of CANDIDATE, in any order.
        n: how many there are, at least one.
    """
    goal = store.sites[junction].rank
    first, first_m = 0, math.inf
    for place in range(n):
        apart_m = _apart_m(store, candidates[place].junction, junction)
        if apart_m < first_m:
            first, first_m = place, apart_m
    best = candidates[first].ident
    best_ds = between_ds(store, layer, store.sites[candidates[first].junction].rank, goal)
    for place in range(n):
        ident, at = candidates[place].ident, candidates[place].junction
        at_least_ms = int(_apart_m(store, at, junction) * store.least_ms_per_m[layer])
        if place != first and min((at_least_ms + 50) // 100, UNREACHABLE_DS) <= best_ds:
            away = between_ds(store, layer, store.sites[at].rank, goal)
            if away < best_ds or (away == best_ds and ident < best):
                best, best_ds = ident, away
    return best, best_ds


@compiled_entry
def away_ds(store: RoadStore, layer: int, start: int, goal: int) -> int:
    """Return the deciseconds from one junction to another; UNREACHABLE_DS at most."""
    return between_ds(store, layer, store.sites[start].rank, store.sites[goal].rank)
