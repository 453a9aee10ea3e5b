"""Signal detection theory: sensitivity and criterion from counts, with what the counts leave open."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, norm

from sim.errors import ModelError

_N_QUANTILES = 160
"""Of each rate's posterior, by which the interval of their difference is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value and the interval that holds it with 95 % probability."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How well somebody told targets from the rest."""

    n_targets: int
    n_hits: int
    n_windows: int
    """Observation windows without a target."""
    n_false: int
    """Of these, windows with a false alarm."""
    d_prime: Interval
    """How far apart the two are, in standard deviations; 0 is guessing."""
    criterion: Interval
    """Below 0: quick to claim; above 0: slow to."""


def measure_detection(*, n_targets: int, n_hits: int, n_windows: int, n_false: int) -> Detection:
    """Return d′ = z(H) − z(F) and c = −(z(H) + z(F)) / 2 of log-linear rates, with 95 % intervals.

    The log-linear rates (hits + ½) / (targets + 1) keep d′ finite and less biased (Hautus 1995, Behavior Research
    Methods 27, 46–51). The intervals are those of independent rates with Jeffreys priors.

    Raises:
        ModelError: if a count is negative or above its total.
    """
    if not 0 <= n_hits <= n_targets or not 0 <= n_false <= n_windows:
        raise ModelError(f"detection: {n_hits} hits of {n_targets}, {n_false} false alarms of {n_windows} windows; "
                         "expected no more than there were")
    z_hit, z_false = (norm.ppf((found + 0.5) / (total + 1.0))
                      for found, total in ((n_hits, n_targets), (n_false, n_windows)))
    middles = (np.arange(_N_QUANTILES) + 0.5) / _N_QUANTILES
    hit, false = (norm.ppf(np.clip(beta.ppf(middles, found + 0.5, total - found + 0.5), 1e-12, 1.0 - 1e-12))
                  for found, total in ((n_hits, n_targets), (n_false, n_windows)))
    return Detection(
        n_targets=n_targets, n_hits=n_hits, n_windows=n_windows, n_false=n_false,
        d_prime=_interval(float(z_hit - z_false), hit[:, None] - false[None, :]),
        criterion=_interval(float(-(z_hit + z_false) / 2.0), -(hit[:, None] + false[None, :]) / 2.0))


def _interval(value: float, outcomes: np.ndarray) -> Interval:
    low, high = np.quantile(outcomes, (0.025, 0.975))
    return Interval(value=value, low=float(low), high=float(high))


def expected_rates(d_prime: float, criterion: float) -> tuple[float, float]:
    """Return the (hit rate, false-alarm rate) of an observer with equal variances."""
    return float(norm.cdf(d_prime / 2.0 - criterion)), float(norm.cdf(-d_prime / 2.0 - criterion))


def median_s(values: list[float]) -> float | None:
    """Return the middle of some times; None where there are none."""
    return float(np.median(values)) if values else None


def share(part: int, whole: int) -> float | None:
    """Return a share; None of nothing."""
    return part / whole if whole else None


def rounded(value: float | None, digits: int = 3) -> float | None:
    """Return a number as it is shown; None where there is none."""
    return None if value is None or not math.isfinite(value) else round(value, digits)
