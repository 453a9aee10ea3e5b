"""Events counted by size."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.outcomes import find_outcomes
from benchmarks.accuracy.sizes import MOST_SIZES, SizeCell, count_sizes, size_edges
from sim.errors import InputError


def test_sizes_in_heaps_are_a_group_each():
    px = np.array([1.98, 2.03, 3.0, 3.1, 20.0, np.nan])
    edges = size_edges(px)
    assert np.digitize(px[:-1], edges).tolist() == [1, 1, 2, 2, 3]


def test_sizes_all_over_the_place_are_grouped_in_equal_steps_of_their_logarithm():
    edges = size_edges(np.geomspace(2.0, 64.0, 100))
    assert edges.size == MOST_SIZES + 1
    assert np.ptp(np.diff(np.log(edges))) == pytest.approx(0.0, abs=1e-9)


def test_no_known_size_gives_no_group_and_a_size_of_nothing_is_an_error():
    assert size_edges(np.array([np.nan])).size == 0
    with pytest.raises(InputError, match="expected sizes > 0"):
        size_edges(np.array([0.0, 2.0]))


def test_each_event_falls_into_one_cell_and_counts_as_found_over_the_threshold(make_watched):
    clips = [make_watched([(100.0, 2.0), (200.0, 2.0), (300.0, 8.0)], [(103.0, 0.5), (203.0, 0.9)])]
    outcomes = find_outcomes(clips, "litter")
    edges = size_edges(outcomes.event_px)
    counts = [[(cell.n_events, cell.hits) for cell in count_sizes(outcomes, threshold, edges)]
              for threshold in (0.0, 0.6)]
    assert counts == [[(2, 2), (1, 0)], [(2, 1), (1, 0)]]


def test_the_interval_of_a_cell_is_jeffreys():
    assert SizeCell(px=2.0, n_events=20, hits=20).recall_95 == pytest.approx((0.8832, 1.0), abs=1e-3)
    assert SizeCell(px=2.0, n_events=20, hits=0).recall_95 == pytest.approx((0.0, 0.1168), abs=1e-3)
