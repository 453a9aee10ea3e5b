"""How people notice, inferred from what they found and missed: a posterior over the simulator's own parameters.

Each look takes ``look_s`` and falls on one of n tiles; it notices a target of so many pixels with the simulator's
logistic curve in log pixels, slower with time on watch; a share of the targets is never noticed. Inspectors differ by
a factor on how often they notice, lognormal between them, over which the likelihood is averaged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

F8 = NDArray[np.float64]

TAU_S = 900.0
"""Time in which watching slows down; short sessions cannot tell it from its size."""
N_CHAINS, N_WARM, N_DRAWS = 4, 500, 1500
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
_LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())

NAMES = ("look_s", "p_noticed_at_best", "px_half", "px_slope", "vigilance_delta", "between_sd")
_LOGIT = (False, True, False, False, True, False)
PRIOR_MIDDLE = np.array([math.log(1.0), math.log(0.845 / 0.155), math.log(10.0), math.log(3.0), math.log(0.15 / 0.85),
                         math.log(0.25)])
"""On the scale of logarithms or log odds; the simulator's defaults, from published experiments."""
PRIOR_SD = np.array([0.8, 1.0, 0.6, 0.4, 1.0, 0.6])
INFORMED_BELOW = 0.7
"""A parameter counts as informed if its posterior spread is below this share of its prior's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Targets shown to people without a detector's help; arrays of one length, n."""

    trainee: NDArray[np.int64]
    """(n,) index of the person, from 0."""
    exposure_s: F8
    """For how long the target was there and the person free to look, until they noticed it or it ended."""
    is_noticed: NDArray[np.bool_]
    n_tiles: F8
    px: F8
    watch_s: F8
    """Time on watch at the target's onset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Draws of the parameters given what was seen."""

    draws: F8
    """(draws, 6) in the order of NAMES, on their natural scales."""
    spread: F8
    """(6,) posterior over prior standard deviation on the scale of the prior."""
    r_hat: float
    """Worst of the potential scale reductions (Gelman & Rubin 1992): near 1 if the chains agree."""


def log_likelihood(theta: F8, seen: Noticed) -> float:
    """Return the log likelihood of unbounded parameters, averaged over inspectors' factors."""
    look_s, p_best, px_half, px_slope, delta, between_sd = natural(theta)
    ratio = (seen.px / px_half) ** px_slope
    pace = 1.0 - delta * -np.expm1(-seen.watch_s / TAU_S)
    q = (ratio / (1.0 + ratio) * pace / seen.n_tiles)[:, None] * np.exp(between_sd * _NODES)[None, :]
    hazard = -np.log1p(-np.minimum(q, 0.999)) / look_s
    survived = np.exp(-hazard * seen.exposure_s[:, None])
    each = np.where(seen.is_noticed[:, None], p_best * hazard * survived, 1.0 - p_best + p_best * survived)
    by_trainee = np.zeros((int(seen.trainee.max()) + 1, _NODES.size))
    np.add.at(by_trainee, seen.trainee, np.log(np.maximum(each, 1e-300)))
    weighted = by_trainee + _LOG_WEIGHTS[None, :]
    top = weighted.max(axis=1)
    return float((top + np.log(np.exp(weighted - top[:, None]).sum(axis=1))).sum())


def natural(theta: F8) -> F8:
    """Return parameters on their natural scales."""
    return np.array([1.0 / (1.0 + math.exp(-value)) if is_logit else math.exp(value)
                     for value, is_logit in zip(theta, _LOGIT, strict=True)])


def log_prior(theta: F8) -> float:
    """Return the log density of the prior, but for a constant."""
    return float(-0.5 * (((theta - PRIOR_MIDDLE) / PRIOR_SD) ** 2).sum())


def infer_noticing(seen: Noticed, *, seed: int) -> Posterior:
    """Draw from the posterior by random-walk Metropolis, its steps shaped by the curvature at the mode.

    Args:
        seen: targets and what became of them.
        seed: of the chains.
    """
    def cost(theta: F8) -> float:
        return -log_likelihood(theta, seen) - log_prior(theta) if np.abs(theta).max() < 20.0 else math.inf

    found = minimize(cost, PRIOR_MIDDLE, method="BFGS", options={"gtol": 1e-3})
    shape = np.linalg.cholesky(np.asarray(found.hess_inv, dtype=np.float64) + 1e-9 * np.eye(len(NAMES)))
    step = np.asarray(shape * 2.38 / math.sqrt(len(NAMES)), dtype=np.float64)
    rng = np.random.Generator(np.random.Philox(key=[seed, 10]))
    chains = np.array([_walk(cost, found.x + step @ rng.standard_normal(len(NAMES)), step, rng)
                       for _ in range(N_CHAINS)])
    flat = chains.reshape(-1, len(NAMES))
    return Posterior(draws=np.array([natural(theta) for theta in flat]), spread=flat.std(axis=0) / PRIOR_SD,
                     r_hat=_r_hat(chains))


def _walk(cost: Callable[[F8], float], start: F8, step: F8, rng: np.random.Generator) -> F8:
    here, here_cost, kept = start, cost(start), []
    for number in range(N_WARM + N_DRAWS):
        there = here + step @ rng.standard_normal(here.size)
        there_cost = cost(there)
        if math.log(1.0 - rng.random()) < here_cost - there_cost:
            here, here_cost = there, there_cost
        if number >= N_WARM:
            kept.append(here)
    return np.array(kept)


def _r_hat(chains: F8) -> float:
    n = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean(axis=0)
    between = n * chains.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt(((n - 1) / n * within + between / n) / within).max())
