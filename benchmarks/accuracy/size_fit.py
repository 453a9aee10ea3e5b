"""Probability of detection against pixels on target: a plateau times a logistic curve in log pixels, fitted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, ndtri, xlog1py, xlogy

from sim.detector_model import SizeCurve, draw_curve

F8 = NDArray[np.float64]
SLOPE_CENTRE, SLOPE_SPREAD = math.log(4.0), 1.0
"""What is taken of the slope's logarithm where the data say nothing: normal, so that it stays finite where a size
divides all hits from all misses."""
PX_SPREAD = 2.0
"""The same of px50's logarithm, about the middle of the sizes tried: within a factor of 50 at 95 %."""
MIN_EVENTS, MIN_SIZE_RATIO = 8, 1.5
"""Fewer events, or sizes less apart than this, tell no curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeFit:
    """A fitted curve with its doubt."""

    curve: SizeCurve
    cov: tuple[tuple[float, ...], ...]
    """(3, 3) covariance of (plateau, px50, slope)."""
    px50_interval: tuple[float, float]
    """95 %, from the fit alone: as if every event stood for itself."""
    n_events: int

    def band(self, px: F8, *, n_draws: int = 400, level: float = 0.95) -> tuple[F8, F8]:
        """Return the lower and upper bound of the curve at some sizes, point by point."""
        normals = np.random.default_rng(0).standard_normal((n_draws, 3))
        values = np.array([draw_curve(self.curve, self.cov, normal).p_detect(px) for normal in normals])
        low, high = np.quantile(values, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
        return low, high


def fit_size_curve(px: Sequence[float] | F8, is_hit: Sequence[bool] | NDArray[np.bool_]) -> SizeFit | None:
    """Fit P(detect) = plateau · r / (1 + r), r = (px / px50)^slope, by maximum likelihood.

    The likelihood is Bernoulli's, with θ = (logit plateau, ln px50, ln slope). To it are added as little as keeps θ
    finite where the data do not: Jeffreys' prior on the plateau, so that n hits of n large objects give
    (n + ½)/(n + 1), and wide normals on the other two. The covariance is the inverse of the curvature at the top,
    carried over to (plateau, px50, slope); the simulator carries it back.

    Args:
        px: (events,) pixels on target, above 0.
        is_hit: (events,) whether each was found.

    Returns:
        None where there are fewer than eight events, or their sizes differ by less than a factor of 1.5.
    """
    sizes, hits = np.asarray(px, dtype=np.float64), np.asarray(is_hit, dtype=np.float64)
    if sizes.size < MIN_EVENTS or sizes.min() <= 0.0 or sizes.max() < MIN_SIZE_RATIO * sizes.min():
        return None
    log_px = np.log(sizes)
    middle = float((log_px.min() + log_px.max()) / 2.0)

    def loss(theta: F8) -> float:
        return -log_likelihood(theta, log_px, hits) + _penalty(theta, middle)

    starts = [np.array([2.0, at, math.log(slope)])
              for at in np.quantile(log_px, [0.1, 0.5, 0.9]) for slope in (2.0, 6.0)]
    best = min((minimize(loss, start, method="BFGS") for start in starts), key=lambda found: float(found.fun))
    theta = np.asarray(best.x, dtype=np.float64)
    spread = np.linalg.inv(curvature(loss, theta))
    curve = curve_of(theta)
    jacobian = np.diag([curve.plateau * (1.0 - curve.plateau), curve.px50, curve.slope])
    half = float(ndtri(0.975)) * math.sqrt(max(spread[1, 1], 0.0))
    return SizeFit(curve=curve, cov=tuple(tuple(float(x) for x in row) for row in jacobian @ spread @ jacobian),
                   px50_interval=(math.exp(theta[1] - half), math.exp(theta[1] + half)), n_events=sizes.size)


def log_likelihood(theta: F8, log_px: F8, hits: F8) -> float:
    """Return the Bernoulli log likelihood of θ = (logit plateau, ln px50, ln slope)."""
    with np.errstate(over="ignore"):
        p = expit(theta[0]) * expit(np.exp(min(theta[2], 30.0)) * (log_px - theta[1]))
    return float((xlogy(hits, p + 1e-300) + xlog1py(1.0 - hits, -np.minimum(p, 1.0 - 1e-15))).sum())


def curve_of(theta: F8) -> SizeCurve:
    """Return the curve of θ = (logit plateau, ln px50, ln slope)."""
    return SizeCurve(plateau=float(expit(theta[0])), px50=float(math.exp(theta[1])), slope=float(math.exp(theta[2])))


def _penalty(theta: F8, middle: float) -> float:
    plateau = float(np.clip(expit(theta[0]), 1e-12, 1.0 - 1e-12))
    px50, slope = (float(theta[1]) - middle) / PX_SPREAD, (float(theta[2]) - SLOPE_CENTRE) / SLOPE_SPREAD
    return -0.5 * math.log(plateau * (1.0 - plateau)) + 0.5 * (px50**2 + slope**2)


def curvature(loss: Callable[[F8], float], theta: F8, step: float = 1e-3) -> F8:
    """Return the matrix of second derivatives at a point, by central differences."""
    n = theta.size
    steps = np.eye(n) * step
    second = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            second[i, j] = sum(a * b * loss(theta + a * steps[i] + b * steps[j]) for a in (1, -1) for b in (1, -1))
    return second / (4.0 * step**2)
