"""How people see and decide: durations, pixels on target, and trust in alerts."""

from __future__ import annotations

import math

import numpy as np

from sim.city import F8
from sim.compiled import compiled
from sim.scenario import Spread, Watching

NORMAL_P95 = 1.6448536269514722
"""The 95 % point of the standard normal."""


def lognormal_sigma(spread: Spread) -> float:
    """Return the spread of the logarithm of a lognormal given by its median and 95 % point."""
    return math.log(spread.p95_s / spread.median_s) / NORMAL_P95


def lognormal_s(spread: Spread, z: F8) -> F8:
    """Return durations in seconds of a lognormal given by its median and 95 % point, for standard normals z."""
    return np.asarray(spread.median_s * np.exp(lognormal_sigma(spread) * z), dtype=np.float64)


def p_seen_at(px: F8, watching: Watching) -> F8:
    """Return the probability that one look notices a target of so many pixels: a logistic curve in log pixels."""
    ratio = np.power(px / watching.px_half, watching.px_slope)
    return np.asarray(ratio / (1.0 + ratio), dtype=np.float64)


@compiled
def p_compliance(ppv: float, slope: float, middle: float) -> float:
    """Return the probability of acting on a true alert, given the sense of how often alerts are right.

    The cry-wolf curve: logistic(slope · (PPV − middle)), anchored on Huegli, Merks & Schwaninger (2020).
    """
    return 1.0 / (1.0 + math.exp(-slope * (ppv - middle)))


def p_found_by_watching(*, visible_s: float, look_s: float, n_cameras: float, p_best: float) -> float:
    """Return the Poisson-glimpse probability p₀(1 − e^(−κ/N)), κ = visible time / look time.

    Fitted to Wallace et al. (1997) up to nine pictures; above nine it is an extrapolation.
    """
    return p_best * -math.expm1(-visible_s / (look_s * n_cameras))
