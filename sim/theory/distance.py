"""How far away the nearest units are: the geometry behind the square-root law."""

from __future__ import annotations

import math
from enum import StrEnum

from sim.errors import ModelError
from sim.theory.checks import check_count, check_positive


class Metric(StrEnum):
    """How distance is measured."""

    EUCLID = "euclid"
    MANHATTAN = "manhattan"


BALL_AREA: dict[Metric, float] = {Metric.EUCLID: math.pi, Metric.MANHATTAN: 2.0}
"""Area within distance 1 of a point: a disc, and a square on its corner."""


def mean_kth_nearest(k: int, *, units_per_area: float, metric: Metric) -> float:
    """Return the mean distance to the k-th nearest of units scattered as a Poisson process.

    E[D_k] = Γ(k + ½) / (Γ(k) √(a g)), a the area within distance 1 (Larson & Odoni 1981, sec. 3.8); for k = 1
    the square-root law of Kolesar & Blum (1973).

    Raises:
        ModelError: if k is below one or the density not above zero.
    """
    check_count(k=k)
    check_positive(units_per_area=units_per_area)
    return math.exp(math.lgamma(k + 0.5) - math.lgamma(k)) / math.sqrt(BALL_AREA[metric] * units_per_area)


def p_nearest_farther(distance: float, *, units_per_area: float, metric: Metric) -> float:
    """Return P(no unit within a distance) = e^(−a g r²) (Larson & Odoni 1981, sec. 3.8)."""
    return math.exp(-BALL_AREA[metric] * units_per_area * distance**2)


def mean_between_uniform(side: float, *, metric: Metric) -> float:
    """Return the mean distance of two independent uniform points of a square.

    Manhattan 2s/3; Euclid s(2 + √2 + 5 asinh 1)/15.
    """
    if metric is Metric.MANHATTAN:
        return 2.0 * side / 3.0
    return side * (2.0 + math.sqrt(2.0) + 5.0 * math.asinh(1.0)) / 15.0


def mean_from_centre(side: float, *, metric: Metric) -> float:
    """Return the mean distance from a square's centre to a uniform point: s/2, or s(√2 + asinh 1)/6."""
    if metric is Metric.MANHATTAN:
        return side / 2.0
    return side * (math.sqrt(2.0) + math.asinh(1.0)) / 6.0


def mean_nearest_when_busy(*, n_units: int, mean_busy: float, area: float, metric: Metric) -> float:
    """Return the mean distance to the nearest free unit, by the mean number free (Kolesar & Blum 1973).

    An approximation: the number free varies, so it is some percent too short where few are free.

    Raises:
        ModelError: if no unit is free on average.
    """
    if mean_busy >= n_units:
        raise ModelError(f"mean_busy = {mean_busy}; expected less than n_units = {n_units}")
    return mean_kth_nearest(1, units_per_area=(n_units - mean_busy) / area, metric=metric)
