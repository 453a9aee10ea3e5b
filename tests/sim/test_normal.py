"""Quantiles of the standard normal."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from sim.normal import normal_quantile
from sim.rng import normal_of


@settings(deadline=None)
@given(st.floats(1e-300, 1.0 - 1e-16))
def test_a_quantile_is_scipys_and_the_standard_librarys(u):
    assert normal_quantile(u) == pytest.approx(float(ndtri(u)), rel=1e-14, abs=1e-15)
    assert normal_quantile(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-14, abs=1e-15)


def test_arrays_of_any_shape_and_order_are_taken_element_by_element():
    u = np.asfortranarray(np.random.default_rng(1).random((300, 50)))
    assert np.array_equal(normal_of(u), [[normal_quantile(float(one)) for one in row] for row in u])
