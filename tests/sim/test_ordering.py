"""Instants are put in the order in which numpy puts them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ordering import MOST_IN_BUCKET, time_order


@given(st.lists(st.integers(0, 300)), st.integers(0, 1_000), st.floats(1e-3, 1e6))
def test_equal_instants_keep_the_order_of_the_second_column_and_then_their_own(whole, seed, scale):
    t_s = np.array(whole, dtype=np.float64) * scale
    tie = np.random.default_rng(seed).integers(0, 3, t_s.size).astype(np.int32)
    assert np.array_equal(time_order(t_s), np.argsort(t_s, kind="stable"))
    assert np.array_equal(time_order(t_s, tie), np.lexsort((tie, t_s)))


@pytest.mark.parametrize("n_together", [2, MOST_IN_BUCKET, 10 * MOST_IN_BUCKET])
def test_many_at_nearly_one_instant_are_sorted_too(n_together):
    rng = np.random.default_rng(1)
    t_s = np.concatenate((rng.uniform(0.0, 86_400.0, 500), rng.uniform(500.0, 500.001, n_together)))
    tie = rng.integers(0, 1_000, t_s.size)
    assert np.array_equal(time_order(t_s, tie), np.lexsort((tie, t_s)))
