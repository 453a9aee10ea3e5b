"""The true rate of what is only partly found: from found counts, and from staged probes of which some were found.

A kind happens at a rate λ a day and each occurrence is found with probability p, so that finds come at the rate
μ = λp. Probes staged by the ones who ask, at the places and times at which such things happen, tell p alone; the
register of finds tells μ alone; λ is their quotient. With Jeffreys' priors the posteriors are a Beta and a Gamma
distribution, independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincc, betainccinv, betaincinv, chdtrc, gammainc, gammainccinv, gammaincinv, ndtr

from sim.city import F8

N_NODES = 401
SCORES = 8.5
"""Normal scores beyond which nothing is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is known of one kind: p is Beta(found, missed), μ is Gamma(shape, rate); λ = μ / p.

    ``Posterior()`` is Jeffreys' prior, improper in μ; other numbers make a proper one.
    """

    found: float = 0.5
    missed: float = 0.5
    shape: float = 0.5
    days: float = 0.0

    def updated(self, *, n_probes: int, n_probes_found: int, n_found: int, days: float) -> Posterior:
        """Return what is known after some probes and some days of finds (both conjugate)."""
        return replace(self, found=self.found + n_probes_found, missed=self.missed + n_probes - n_probes_found,
                       shape=self.shape + n_found, days=self.days + days)

    def p_mean(self) -> float:
        """Return the mean of p."""
        return self.found / (self.found + self.missed)

    def p_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed interval of p."""
        tail = (1.0 - level) / 2.0
        return (float(betaincinv(self.found, self.missed, tail)),
                float(betaincinv(self.found, self.missed, 1.0 - tail)))

    def found_per_day(self) -> float:
        """Return the mean of μ."""
        return self.shape / self.days

    def found_per_day_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed interval of μ."""
        tail = (1.0 - level) / 2.0
        return (float(gammaincinv(self.shape, tail)) / self.days,
                float(gammaincinv(self.shape, 1.0 - tail)) / self.days)

    def rate_mean(self) -> float:
        """Return the mean of λ, E μ · E 1/p; infinite where hardly a probe was found."""
        if self.found <= 1.0:
            return math.inf
        return self.found_per_day() * (self.found + self.missed - 1.0) / (self.found - 1.0)

    def rate_cdf(self, rate: float) -> float:
        """Return the probability that λ is at most so much."""
        return self._cdf()(rate)

    def rate_quantile(self, q: float) -> float:
        """Return a quantile of λ."""
        cdf = self._cdf()

        def excess(log_rate: float) -> float:
            return cdf(math.exp(log_rate)) - q

        low = high = math.log(self.found_per_day() / self.p_mean())
        while excess(low) > 0.0:
            low -= 2.0
        while excess(high) < 0.0:
            high += 2.0
        return math.exp(float(brentq(excess, low, high, xtol=1e-12)))

    def rate_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed interval of λ."""
        return self.rate_quantile((1.0 - level) / 2.0), self.rate_quantile((1.0 + level) / 2.0)

    def draw_rates(self, rng: np.random.Generator, n: int) -> F8:
        """Draw from the posterior of λ."""
        return rng.gamma(self.shape, 1.0 / self.days, n) / rng.beta(self.found, self.missed, n)

    def _cdf(self) -> Callable[[float], float]:
        """Return the distribution of λ.

        It is the mean, over whichever of p and μ is known better, of what the other's distribution says: a smooth
        integrand on normal scores, for which the trapezium rule is exact to rounding.
        """
        z = np.linspace(-SCORES, SCORES, N_NODES)
        weight = np.exp(-0.5 * z * z) / np.exp(-0.5 * z * z).sum()
        low, high, is_low = ndtr(np.minimum(z, 0.0)), ndtr(-np.maximum(z, 0.0)), z <= 0.0
        if math.sqrt(self.missed / self.found / (self.found + self.missed + 1.0)) < 1.0 / math.sqrt(self.shape):
            p = np.where(is_low, betaincinv(self.found, self.missed, low), betainccinv(self.found, self.missed, high))
            return lambda rate: float(weight @ gammainc(self.shape, self.days * rate * p))
        per_day = np.where(is_low, gammaincinv(self.shape, low), gammainccinv(self.shape, high)) / self.days
        return lambda rate: float(weight @ betaincc(self.found, self.missed, np.minimum(1.0, per_day / rate)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCheck:
    """Whether true values fall evenly among draws of their posteriors (Talts et al. 2018, sec. 4.1)."""

    counts: tuple[int, ...]
    """Of true values, by equal bins of their rank."""
    chi_square: float
    p_value: float

    @property
    def n(self) -> int:
        """Number of worlds."""
        return sum(self.counts)


def check_ranks(ranks: F8, *, n_draws: int, n_bins: int) -> RankCheck:
    """Test that ranks are uniform on 0, …, n_draws.

    Args:
        ranks: how many draws each true value exceeds.
        n_draws: of each posterior; n_draws + 1 is a multiple of n_bins.
        n_bins: into which the ranks are counted.
    """
    counts = np.bincount((ranks * n_bins // (n_draws + 1)).astype(np.int64), minlength=n_bins)
    expected = counts.sum() / n_bins
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    return RankCheck(counts=tuple(counts.tolist()), chi_square=chi_square,
                     p_value=float(chdtrc(n_bins - 1, chi_square)))
