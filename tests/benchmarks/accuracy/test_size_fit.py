"""Finds against size: known curves are found again, intervals hold, and the simulator draws what was fitted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import bernoulli

from benchmarks.accuracy.size_fit import curvature, fit_size_curve, log_likelihood
from sim.detector_model import SizeCurve, draw_curve

TRUE = SizeCurve(plateau=0.9, px50=6.0, slope=4.0)


def trials(n, seed, curve=TRUE, low=2.0, high=32.0):
    rng = np.random.default_rng(seed)
    px = np.exp(rng.uniform(math.log(low), math.log(high), n))
    return px, rng.uniform(size=n) < curve.p_detect(px)


def test_many_trials_give_the_true_curve_back():
    fit = fit_size_curve(*trials(20_000, 1))
    assert fit.curve.plateau == pytest.approx(0.9, abs=0.01)
    assert fit.curve.px50 == pytest.approx(6.0, rel=0.03)
    assert fit.curve.slope == pytest.approx(4.0, rel=0.06)


def test_the_interval_of_px50_holds_the_truth_as_often_as_it_says():
    fits = [fit_size_curve(*trials(60, seed)) for seed in range(60)]
    held = sum(fit.px50_interval[0] <= TRUE.px50 <= fit.px50_interval[1] for fit in fits)
    assert held >= 53, "0.95 of 60 is 57; fewer than 53 is less likely than 1 in 30"


def test_the_likelihood_is_that_of_bernoulli_trials():
    px, found = trials(40, 3)
    slow = sum(float(bernoulli.logpmf(int(is_hit), float(TRUE.p_detect(np.array([size]))[0])))
               for size, is_hit in zip(px, found, strict=True))
    theta = np.array([math.log(0.9 / 0.1), math.log(6.0), math.log(4.0)])
    assert log_likelihood(theta, np.log(px), found.astype(float)) == pytest.approx(slow)


def test_the_second_derivatives_of_a_square_form_are_its_own():
    form = np.array([[3.0, 1.0], [1.0, 2.0]])
    assert curvature(lambda x: float(0.5 * x @ form @ x), np.array([0.3, -0.7])) == pytest.approx(form, abs=1e-6)


def test_a_size_that_divides_all_hits_from_all_misses_still_has_a_curve():
    px = np.repeat([2.0, 3.0, 4.0, 6.0, 8.0, 12.0], 10)
    fit = fit_size_curve(px, px > 5.0)
    assert 4.0 < fit.curve.px50 < 6.0
    assert 0.9 < fit.curve.plateau < 1.0
    assert 4.0 < fit.curve.slope < 40.0
    assert np.isfinite(fit.cov).all()


@pytest.mark.parametrize("is_hit", [True, False])
def test_all_found_or_none_leaves_the_size_open(is_hit):
    px = np.geomspace(2.0, 32.0, 24)
    fit = fit_size_curve(px, np.full(24, is_hit))
    low, high = fit.px50_interval
    assert high / low > 10.0
    band = fit.band(px)
    assert (band[0] <= band[1]).all()


def test_too_few_events_or_too_like_sizes_tell_no_curve():
    assert fit_size_curve([2.0, 8.0] * 3, [True] * 6) is None
    assert fit_size_curve([8.0, 9.0] * 10, [True] * 20) is None
    assert fit_size_curve([], []) is None


def test_what_the_simulator_draws_is_the_fits_own_doubt():
    fit = fit_size_curve(*trials(300, 5))
    normals = np.random.default_rng(1).standard_normal((4000, 3))
    drawn = [draw_curve(fit.curve, fit.cov, normal) for normal in normals]
    theta = np.array([[math.log(c.plateau / (1 - c.plateau)), math.log(c.px50), math.log(c.slope)] for c in drawn])
    half = math.log(fit.px50_interval[1] / fit.px50_interval[0]) / 2.0
    assert theta[:, 1].mean() == pytest.approx(math.log(fit.curve.px50), abs=0.01)
    assert 1.96 * theta[:, 1].std() == pytest.approx(half, rel=0.05)
    scale = np.array([fit.curve.plateau * (1 - fit.curve.plateau), fit.curve.px50, fit.curve.slope])
    assert np.cov(theta.T) * np.outer(scale, scale) == pytest.approx(np.array(fit.cov), rel=0.12, abs=2e-3)
    assert all(0.0 < curve.plateau < 1.0 and curve.px50 > 0.0 and curve.slope > 0.0 for curve in drawn)
