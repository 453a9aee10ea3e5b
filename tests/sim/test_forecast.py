"""Counts to come: the negative binomial against its sum, and intervals that hold as often as they say."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.forecast import WEEK_DAYS, Forecast, cover, fit_counts, forecast_days, forecast_weeks

WEEKDAYS = np.arange(243) % WEEK_DAYS
SHAPE = np.array([0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9])


def counts(rng, mean, variance):
    factor = rng.gamma(1.0 / variance, variance, WEEKDAYS.size) if variance else 1.0
    return rng.poisson(mean * SHAPE[WEEKDAYS] * factor)


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.0), (12.0, 0.0), (12.0, 0.1), (400.0, 0.02)])
def test_the_distribution_is_the_negative_binomial(mean, variance):
    forecast = Forecast(mean=mean, variance=variance)
    known = stats.nbinom(1 / variance, 1 / (1 + variance * mean)) if variance else stats.poisson(mean)
    for q in (0.025, 0.25, 0.5, 0.9, 0.975):
        assert forecast.quantile(q) == known.ppf(q)
    low, high = forecast.interval(0.8)
    assert forecast.mass((low, high)) == pytest.approx(known.cdf(high) - known.cdf(low - 1), abs=1e-9)
    assert forecast.mass((low, high)) >= 0.8


def test_it_learns_the_rate_the_weekdays_and_how_days_vary():
    model = fit_counts(counts(np.random.default_rng(1), 60.0, 0.1), WEEKDAYS)
    assert model.per_day == pytest.approx(60.0, rel=0.1)
    assert model.weekday_weights == pytest.approx(SHAPE, rel=0.15)
    assert model.day_variance == pytest.approx(0.1, rel=0.4)


def test_poisson_counts_show_hardly_any_extra_variance():
    model = fit_counts(counts(np.random.default_rng(2), 60.0, 0.0), WEEKDAYS)
    assert model.day_variance < 0.01


@pytest.mark.parametrize(("mean", "variance"), [(12.0, 0.0), (12.0, 0.1), (150.0, 0.05)])
def test_intervals_hold_about_as_often_as_the_model_expects(mean, variance):
    rng, n_train = np.random.default_rng(5), 181
    inside, expected, n = np.zeros(2), np.zeros(2), np.zeros(2)
    for _ in range(40):
        drawn = counts(rng, mean, variance)
        model = fit_counts(drawn[:n_train], WEEKDAYS[:n_train])
        weeks = forecast_weeks(model, WEEKDAYS[n_train:])
        by_week = [int(drawn[n_train + 7 * k:n_train + 7 * k + 7].sum()) for k in range(len(weeks))]
        for place, (forecasts, came) in enumerate((
                (forecast_days(model, WEEKDAYS[n_train:]), drawn[n_train:].tolist()), (weeks, by_week))):
            covered = cover(forecasts, came, 0.8)
            inside[place] += covered.n_inside
            expected[place] += covered.expected * covered.n
            n[place] += covered.n
    assert inside / n == pytest.approx(expected / n, abs=0.06)


def test_a_kind_that_never_came_may_come():
    model = fit_counts(np.zeros(28, dtype=np.int64), WEEKDAYS[:28])
    assert model.per_day > 0.0
    assert forecast_days(model, WEEKDAYS[:1])[0].interval(0.95)[0] == 0


def test_a_share_says_how_sure_it_is():
    covered = cover([Forecast(mean=10.0, variance=0.0)] * 20, [10] * 19 + [40], 0.95)
    assert covered.share == 0.95
    low, high = covered.share_interval()
    assert low < 0.8 < 0.95 < high < 1.0
    assert math.isnan(cover([], [], 0.5).share)
