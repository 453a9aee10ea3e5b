"""The true rate from probes and finds: closed forms, exact integration against draws, and ranks."""

import math

import numpy as np
import pytest
from scipy import integrate, special

from sim.probes import Posterior, check_ranks

SOME = Posterior().updated(n_probes=40, n_probes_found=12, n_found=85, days=51.0)


def density(posterior, rate):
    """The quotient's density in closed form, by Kummer's function."""
    a, b, c, t = posterior.found, posterior.missed, posterior.shape, posterior.days
    log_front = (special.betaln(a + c, b) - special.betaln(a, b) + c * math.log(t) + (c - 1) * math.log(rate)
                 - special.gammaln(c))
    return math.exp(log_front) * special.hyp1f1(a + c, a + b + c, -t * rate)


def test_both_posteriors_are_jeffreys():
    assert (SOME.found, SOME.missed, SOME.shape, SOME.days) == (12.5, 28.5, 85.5, 51.0)
    assert SOME.p_mean() == pytest.approx(12.5 / 41)
    assert SOME.found_per_day() == pytest.approx(85.5 / 51)


def test_the_distribution_is_the_integral_of_the_closed_density():
    few = Posterior().updated(n_probes=10, n_probes_found=4, n_found=3, days=2.0)
    for rate in (1.0, 3.0, 8.0):
        exact, _ = integrate.quad(lambda at: density(few, at), 0.0, rate)
        assert few.rate_cdf(rate) == pytest.approx(exact, abs=1e-8)


@pytest.mark.parametrize(("n_probes", "hits", "n_found", "days"), [
    (40, 12, 85, 51.0), (10, 0, 3, 10.0), (50, 30, 0, 5.0), (1_000_000, 500_000, 5, 3.0), (40, 12, 42_500, 255.0)])
def test_quantiles_agree_with_draws_however_unequal_the_two_are(n_probes, hits, n_found, days):
    posterior = Posterior().updated(n_probes=n_probes, n_probes_found=hits, n_found=n_found, days=days)
    draws = posterior.draw_rates(np.random.default_rng(1), 200_000)
    for q in (0.025, 0.5, 0.975):
        assert np.mean(draws <= posterior.rate_quantile(q)) == pytest.approx(q, abs=0.003)


def test_the_mean_is_that_of_the_draws_and_infinite_where_no_probe_was_found():
    assert SOME.rate_mean() == pytest.approx(SOME.draw_rates(np.random.default_rng(2), 400_000).mean(), rel=0.005)
    assert Posterior().updated(n_probes=9, n_probes_found=0, n_found=4, days=1.0).rate_mean() == math.inf


def test_more_probes_narrow_the_rate_only_down_to_what_the_finds_allow():
    def width(n):
        low, high = Posterior().updated(n_probes=n, n_probes_found=n // 2, n_found=100, days=1.0).rate_interval()
        return high / low

    low, high = Posterior().updated(n_probes=1, n_probes_found=0, n_found=100, days=1.0).found_per_day_interval()
    assert width(20) > width(200) > width(20_000)
    assert width(2_000_000) == pytest.approx(high / low, rel=0.01)


def test_even_ranks_pass_and_leaning_ones_do_not():
    rng = np.random.default_rng(3)
    even = check_ranks(rng.integers(0, 100, 1_000).astype(float), n_draws=99, n_bins=10)
    assert even.n == 1_000
    assert even.p_value > 0.001
    leaning = np.minimum(rng.integers(0, 100, 1_000), rng.integers(0, 100, 1_000)).astype(float)
    assert check_ranks(leaning, n_draws=99, n_bins=10).p_value < 1e-6
