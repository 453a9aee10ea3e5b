"""Sensitivity and criterion: exact where a closed form is, and intervals that hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sim.errors import ModelError
from watchfloor.training.detection_theory import expected_rates, measure_detection


def test_d_prime_and_criterion_are_those_of_log_linear_rates():
    found = measure_detection(n_targets=20, n_hits=15, n_windows=100, n_false=5)
    hit, false = norm.ppf(15.5 / 21.0), norm.ppf(5.5 / 101.0)
    assert found.d_prime.value == pytest.approx(hit - false)
    assert found.criterion.value == pytest.approx(-(hit + false) / 2.0)


def test_perfect_and_empty_scores_stay_finite():
    for counts in ((0, 0, 0, 0), (6, 6, 50, 0), (6, 0, 50, 50)):
        n_targets, n_hits, n_windows, n_false = counts
        found = measure_detection(n_targets=n_targets, n_hits=n_hits, n_windows=n_windows, n_false=n_false)
        assert np.isfinite([found.d_prime.value, found.d_prime.low, found.d_prime.high, found.criterion.low]).all()


def test_six_targets_in_five_minutes_leave_d_prime_open_by_more_than_one():
    found = measure_detection(n_targets=6, n_hits=4, n_windows=70, n_false=2)
    assert 1.0 < found.d_prime.half_width < 1.5


@given(st.integers(0, 40), st.integers(0, 200), st.data())
def test_the_interval_holds_the_value_and_more_hits_never_lower_d_prime(n_targets, n_windows, data):
    n_hits, n_false = data.draw(st.integers(0, n_targets)), data.draw(st.integers(0, n_windows))
    found = measure_detection(n_targets=n_targets, n_hits=n_hits, n_windows=n_windows, n_false=n_false)
    assert found.d_prime.low <= found.d_prime.value <= found.d_prime.high
    if n_hits < n_targets:
        better = measure_detection(n_targets=n_targets, n_hits=n_hits + 1, n_windows=n_windows, n_false=n_false)
        assert better.d_prime.value > found.d_prime.value


@pytest.mark.parametrize(("d_prime", "criterion"), [(1.0, 0.5), (2.0, 0.3), (3.0, 1.0)])
def test_intervals_hold_the_truth_as_often_as_they_say(d_prime, criterion):
    p_hit, p_false = expected_rates(d_prime, criterion)
    rng = np.random.default_rng(5)
    n_held = 0
    for _ in range(200):
        found = measure_detection(n_targets=40, n_hits=int(rng.binomial(40, p_hit)), n_windows=200,
                                  n_false=int(rng.binomial(200, p_false)))
        n_held += found.d_prime.low <= d_prime <= found.d_prime.high
    assert n_held >= 180, "95 % are promised; below 90 % of 200 it would not be chance"


def test_counts_that_cannot_be_are_told():
    with pytest.raises(ModelError, match="3 hits of 2"):
        measure_detection(n_targets=2, n_hits=3, n_windows=1, n_false=0)
