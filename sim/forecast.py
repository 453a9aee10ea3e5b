"""Counts of days and weeks to come, from those that were: negative binomial, with the doubt about the rate in it.

A day's count is Poisson about a mean that itself varies, as a Gamma variable, from day to day; the rate's own
posterior is Gamma too. Both widen the prediction, and their sum is taken as one Gamma of the same variance, so that
the count to come is negative binomial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, pdtr

from sim.city import F8

I8 = NDArray[np.int64]
WEEK_DAYS = 7
PRIOR_COUNT = 5.0
"""Occurrences that an even week weighs against the counted weekdays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountModel:
    """What was learnt of one kind's daily counts."""

    per_day: float
    weekday_weights: tuple[float, ...]
    """Monday first, mean 1."""
    day_variance: float
    """Variance of the factor by which a day's mean varies, 0 for Poisson."""
    week_variance: float
    """The same of a week: unlike days of one week may vary together."""
    rate_variance: float
    """Of the rate's posterior, relative to its mean."""

    def day_means(self, weekdays: NDArray[np.integer]) -> F8:
        """Return the expected counts of days, given their weekdays (Monday is 0)."""
        weights = np.asarray(self.weekday_weights, dtype=np.float64)
        return np.asarray(self.per_day * weights[weekdays], dtype=np.float64)


def fit_counts(counts: I8, weekdays: I8) -> CountModel:
    """Learn from the counts of consecutive days.

    The weekdays' weights are drawn a little towards even; the variances are those of moments, never below Poisson's.

    Args:
        counts: one a day.
        weekdays: of those days, Monday is 0.
    """
    total, n_days = float(counts.sum()), counts.size
    per_day = (total + 0.5) / n_days
    by_day = np.bincount(weekdays, weights=counts, minlength=WEEK_DAYS)
    covered = np.bincount(weekdays, minlength=WEEK_DAYS)
    weights = (by_day + PRIOR_COUNT / WEEK_DAYS) / (covered * per_day + PRIOR_COUNT / WEEK_DAYS)
    weights /= weights.mean()
    means = per_day * weights[weekdays]
    day_variance = _extra_variance(counts, means, n_fitted=WEEK_DAYS)
    n_weeks = n_days // WEEK_DAYS
    week_variance = day_variance / WEEK_DAYS
    if n_weeks > 1:
        by_week, week_means = (values[:n_weeks * WEEK_DAYS].reshape(n_weeks, WEEK_DAYS).sum(axis=1)
                               for values in (counts, means))
        week_variance = max(week_variance, _extra_variance(by_week, week_means, n_fitted=1))
    # the spread of weeks tells how far the mean of so many weeks may be off
    rate_variance = 1.0 / (total + 0.5) + week_variance / max(1, n_weeks)
    return CountModel(per_day=per_day, weekday_weights=tuple(weights.tolist()), day_variance=day_variance,
                      week_variance=week_variance, rate_variance=rate_variance)


def _extra_variance(counts: I8 | F8, means: I8 | F8, *, n_fitted: int) -> float:
    """Return the relative variance of the means that Poisson alone does not explain."""
    freedom = max(1, counts.size - n_fitted)
    squares = float(((counts - means) ** 2).sum()) * counts.size / freedom
    return max(0.0, (squares - float(means.sum())) / float((means**2).sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A count to come: negative binomial of a mean and of a factor's variance."""

    mean: float
    variance: float
    """Of the factor on the mean; 0 gives a Poisson count."""

    def cdf(self, count: float) -> float:
        """Return the probability of at most so many."""
        if count < 0:
            return 0.0
        if self.variance * self.mean < 1e-9:
            return float(pdtr(math.floor(count), self.mean))
        size = 1.0 / self.variance
        return float(betainc(size, math.floor(count) + 1.0, size / (size + self.mean)))

    def quantile(self, q: float) -> int:
        """Return the smallest count whose probability, with all below it, is at least q."""
        low, high = -1, max(1, math.ceil(self.mean))
        while self.cdf(high) < q:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.cdf(middle) >= q else (middle, high)
        return high

    def interval(self, level: float) -> tuple[int, int]:
        """Return the central interval; being of whole numbers it holds at least its level."""
        return self.quantile((1.0 - level) / 2.0), self.quantile((1.0 + level) / 2.0)

    def mass(self, interval: tuple[int, int]) -> float:
        """Return the probability that the count falls into an interval, its ends included."""
        return self.cdf(interval[1]) - self.cdf(interval[0] - 1)


def forecast_days(model: CountModel, weekdays: I8) -> list[Forecast]:
    """Return the forecast of each day."""
    return [Forecast(mean=float(mean), variance=model.day_variance + model.rate_variance)
            for mean in model.day_means(weekdays)]


def forecast_weeks(model: CountModel, weekdays: I8) -> list[Forecast]:
    """Return the forecast of each whole week of consecutive days, from the first day on."""
    means = model.day_means(weekdays)
    return [Forecast(mean=float(means[first:first + WEEK_DAYS].sum()),
                     variance=model.week_variance + model.rate_variance)
            for first in range(0, means.size - WEEK_DAYS + 1, WEEK_DAYS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often held-out counts fell into the intervals of one level."""

    level: float
    n_inside: int
    n: int
    expected: float
    """Share that the model itself expects inside: whole numbers cannot meet a level exactly."""

    @property
    def share(self) -> float:
        """Share that fell inside."""
        return self.n_inside / self.n if self.n else math.nan

    def share_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed Jeffreys interval of the share (Brown, Cai & DasGupta 2001, sec. 3.1.3)."""
        tail, shape = (1.0 - level) / 2.0, (self.n_inside + 0.5, self.n - self.n_inside + 0.5)
        return (0.0 if not self.n_inside else float(betaincinv(*shape, tail)),
                1.0 if self.n_inside == self.n else float(betaincinv(*shape, 1.0 - tail)))


def cover(forecasts: Sequence[Forecast], counts: Sequence[int], level: float) -> Coverage:
    """Count how often the counts fell into their forecasts' intervals."""
    if not counts:
        return Coverage(level=level, n_inside=0, n=0, expected=level)
    intervals = [forecast.interval(level) for forecast in forecasts]
    inside = sum(low <= count <= high for (low, high), count in zip(intervals, counts, strict=True))
    mass = [forecast.mass(interval) for forecast, interval in zip(forecasts, intervals, strict=True)]
    return Coverage(level=level, n_inside=inside, n=len(counts), expected=float(np.mean(mass)))
