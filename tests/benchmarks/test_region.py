"""A region's day is the city's day on more cameras; the nearest unit found cold is the nearest."""

from __future__ import annotations

import numpy as np

from benchmarks.engine import find_nearest
from benchmarks.region import load_region, measure_here
from sim.nearest import CANDIDATE
from sim.travel import Travel, row_ms_plain


def test_a_larger_city_is_measured_beside_the_shipped_one() -> None:
    speed = measure_here(1, n_cameras=12_000, repeats=1)
    assert (speed.n_cameras, speed.city_n_cameras) == (12_000, 8_500)
    assert speed.n_junctions > speed.city_n_junctions
    assert speed.day_ratio == speed.day_s / speed.city_day_s
    assert speed.set_up_s > 0.0
    assert 0.0 <= speed.set_up_memory_mib < speed.peak_memory_mib


def test_the_nearest_unit_found_is_the_nearest_by_plain_dijkstra() -> None:
    roads = load_region(None).city.roads
    units = np.zeros(200, dtype=CANDIDATE)
    units["junction"], units["ident"] = np.random.default_rng(1).integers(0, roads.n_junctions, 200), np.arange(200)
    for place in (0, 777, roads.n_junctions - 1):
        times_ms = row_ms_plain(roads, place)[units["junction"]]
        assert times_ms[find_nearest(Travel(roads), place, units)] <= times_ms.min() + 100.0, "to the decisecond"
