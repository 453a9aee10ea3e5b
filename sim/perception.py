"""How people see and decide: durations, pixels on target, and trust in alerts."""

from __future__ import annotations

import math

import numpy as np

from sim.city import F8
from sim.compiled import compiled
from sim.scenario import Scenario, Spread, Watching

NORMAL_P95 = 1.6448536269514722
"""The 95 % point of the standard normal."""


def lognormal_sigma(spread: Spread) -> float:
    """Return the spread of the logarithm of a lognormal given by its median and 95 % point."""
    return math.log(spread.p95_s / spread.median_s) / NORMAL_P95


def lognormal_s(spread: Spread, z: F8) -> F8:
    """Return durations in seconds of a lognormal given by its median and 95 % point, for standard normals z."""
    return np.asarray(spread.median_s * np.exp(lognormal_sigma(spread) * z), dtype=np.float64)


def mean_s(spread: Spread) -> float:
    """Return the mean of a lognormal duration."""
    sigma = math.log(spread.p95_s / spread.median_s) / NORMAL_P95
    return spread.median_s * math.exp(sigma * sigma / 2.0)


REFERENCE_PREVALENCE = 0.5
"""That of the experiments to which ``p_noticed_at_best`` was fitted: the target was to be expected."""


def p_missed_at(prevalence: float) -> float:
    """Return the probability to miss a target that so large a share of the looks shows.

    0.027 − 0.136 log₁₀ p, kept within 0.02 and 0.60 (prev.M3, fitted to Wolfe, Horowitz & Kenner 2005; that it falls
    with the logarithm is from Mitroff & Biggs 2014).
    """
    if prevalence <= 0.0:
        return 0.60
    return min(0.60, max(0.02, 0.027 - 0.136 * math.log10(prevalence)))


def prevalences(scenario: Scenario) -> list[float]:
    """Return for each kind the share of looks that show it, were each incident in view of one watched camera.

    By Little's law, per_day · mean visible time / one day of it can be seen at a time, among the cameras on the plan.
    """
    n_cameras = max(1, round(scenario.watching.watched_share * scenario.city.cameras.n_cameras))
    return [min(1.0, kind.per_day * mean_s(kind.visible) / 86400.0 / n_cameras) for kind in scenario.kinds]


def noticed_at_best(scenario: Scenario) -> F8:
    """Return the ceiling of the probability that an inspector notices each kind, however long they look.

    What is not on the briefing is noticed less often (det.inattentional_blindness: Näsholm, Rohlfing & Sauer 2014),
    and so is what is rare.
    """
    watching, ceilings = scenario.watching, []
    for kind, prevalence in zip(scenario.kinds, prevalences(scenario), strict=True):
        ceiling = kind.p_noticed_at_best
        if watching.briefing is not None and kind.name not in watching.briefing:
            ceiling *= watching.p_unbriefed
        if watching.prevalence:
            ceiling *= (1.0 - p_missed_at(prevalence)) / (1.0 - p_missed_at(REFERENCE_PREVALENCE))
        ceilings.append(min(1.0, ceiling))
    return np.array(ceilings, dtype=np.float64)


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
