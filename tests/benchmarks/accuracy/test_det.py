"""Misses against false alarms, on cases worked by hand and against slow twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accuracy.det import i_lids_f1, make_det

SCORES = st.lists(st.sampled_from([0.1, 0.3, 0.3, 0.5, 0.7, 0.9]), max_size=8)


def test_the_smooth_curve_of_nists_own_scorer():
    """Its test data SmoothCurve: eight events, a right and a wrong claim at each of the scores 1.0, 0.9 … 0.4."""
    scores = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    det = make_det(scores, scores, n_events=8, camera_hours=2.0)
    assert det.threshold.tolist() == scores
    assert det.p_miss.tolist() == [7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]
    assert det.false_per_h.tolist() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    assert [det.p_miss_at(rate) for rate in (0.4, 0.5, 0.75, 2.0, 99.0)] == [1.0, 7 / 8, 6.5 / 8, 4 / 8, 1 / 8]
    # 1 up to 0.5, then the straight line from 7/8 at 0.5 to 6/8 at 1.0
    assert det.naudc(1.0) == pytest.approx((0.5 * 1.0 + 0.5 * (7 / 8 + 6 / 8) / 2) / 1.0)
    assert det.threshold_for(1.2) == 0.9
    assert det.threshold_for(0.1) is None


def test_right_claims_above_every_wrong_one_cost_no_false_alarm():
    det = make_det([0.9, 0.8], [0.2], n_events=4, camera_hours=1.0)
    assert det.p_miss_at(0.0) == 0.5
    assert det.naudc(0.5) == pytest.approx(0.5)


def test_without_events_misses_are_not_known_and_false_alarms_are():
    det = make_det([], [0.5, 0.6], n_events=0, camera_hours=0.5)
    assert det.p_miss_at(1.0) is None
    assert det.naudc(1.0) is None
    assert det.false_per_h.tolist() == [2.0, 4.0]
    assert np.isnan(det.p_miss).all()


@settings(max_examples=40, deadline=None)
@given(SCORES, SCORES, st.integers(0, 4), st.floats(0.1, 5.0))
def test_the_area_is_that_of_a_slow_sum_and_never_grows_with_the_rate_of_misses(hits, false, n_missed, hours):
    n_events = len(hits) + n_missed
    det = make_det(hits, false, n_events=n_events, camera_hours=hours)
    for threshold, p_miss, per_h in zip(det.threshold, det.p_miss, det.false_per_h, strict=True):
        assert per_h == sum(score >= threshold for score in false) / hours
        if n_events:
            assert p_miss == pytest.approx(1 - sum(score >= threshold for score in hits) / n_events)
    if not n_events:
        return
    limit = 3.0
    at = (np.arange(1500) + 0.5) / 1500 * limit
    assert det.naudc(limit) == pytest.approx(np.mean([det.p_miss_at(rate) for rate in at]), abs=5e-3)
    rates = [det.p_miss_at(rate) for rate in (0.0, 0.5, 1.0, 2.0, 50.0)]
    assert rates == sorted(rates, reverse=True)


def test_f1_with_recall_bias_is_the_harmonic_mean_at_one_and_recall_at_infinity():
    recall, precision = 6 / 8, 6 / 10
    assert i_lids_f1(hits=6, misses=2, false_alarms=4, alpha=1.0) == pytest.approx(
        2 * recall * precision / (recall + precision))
    assert i_lids_f1(hits=6, misses=2, false_alarms=4, alpha=1e9) == pytest.approx(recall)
    assert i_lids_f1(hits=6, misses=2, false_alarms=4, alpha=0.0) == pytest.approx(precision)
    # (0.65 + 1) · 0.75 · 0.6 / (0.75 + 0.65 · 0.6), by hand
    assert i_lids_f1(hits=6, misses=2, false_alarms=4, alpha=0.65) == pytest.approx(0.7425 / 1.14)


def test_f1_is_not_known_where_there_was_nothing_and_zero_where_nothing_was_right():
    assert i_lids_f1(hits=0, misses=0, false_alarms=3, alpha=1.0) is None
    assert i_lids_f1(hits=0, misses=3, false_alarms=0, alpha=1.0) is None
    assert i_lids_f1(hits=0, misses=3, false_alarms=2, alpha=1.0) == 0.0
    assert not math.isnan(make_det([], [], n_events=2, camera_hours=1.0).p_miss_at(1.0))
