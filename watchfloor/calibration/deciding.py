"""How people decide, inferred from what they took up: how long, how often right, and how far they trust alerts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, t

from sim.inspector_model import Measured
from sim.perception import NORMAL_P95
from watchfloor.calibration.noticing import INFORMED_BELOW

F8 = NDArray[np.float64]

PPV_WINDOW, PPV_PRIOR = 50, 0.5
"""How the simulated inspector senses the worth of alerts."""
N_CONFIRM = 9
"""Points of the distribution of p_confirm over which the curve is averaged."""
_SLOPES = np.exp(np.linspace(math.log(0.5), math.log(40.0), 80))
_MIDDLES = np.linspace(0.0, 1.0, 81)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Something that a person took up and judged."""

    trainee: int
    session: str
    is_alert: bool
    is_true: bool
    is_confirmed: bool
    time_s: float


def measure_times(judged: Sequence[Judgement]) -> tuple[Measured, Measured]:
    """Return the median and the 95 % point of the time to decide, a lognormal in each person.

    The intervals are those of a mean over people (Student's t), so that a few talkative ones do not settle it.
    """
    people = sorted({one.trainee for one in judged})
    logs = [np.log([max(0.05, one.time_s) for one in judged if one.trainee == person]) for person in people]
    middles = np.array([values.mean() for values in logs])
    within = math.sqrt(float(np.mean([values.var(ddof=1) if values.size > 1 else 0.0 for values in logs])))
    slow = middles + NORMAL_P95 * within
    spread = math.sqrt(within * within + float(middles.var(ddof=1)))
    p95 = float(middles.mean()) + NORMAL_P95 * spread
    n = sum(values.size for values in logs)
    slack = NORMAL_P95 * within / math.sqrt(2.0 * n)
    return _over_people(middles, float(middles.mean()), 0.0), _over_people(slow, p95, slack)


def _over_people(values: F8, middle: float, slack: float) -> Measured:
    half = float(t.ppf(0.975, values.size - 1)) * math.hypot(float(values.std(ddof=1)) / math.sqrt(values.size), slack)
    return Measured(value=math.exp(middle), low=math.exp(middle - half), high=math.exp(middle + half))


def draw_times(median: Measured, p95: Measured, *, n_people: int, n_draws: int, rng: np.random.Generator) -> F8:
    """Draw the median and the 95 % point together, shape (draws, 2): both are means over the same people.

    Args:
        median: as measured.
        p95: as measured.
        n_people: over whom.
        n_draws: how many.
        rng: of the draws.
    """
    steps = rng.standard_t(n_people - 1, n_draws) / float(t.ppf(0.975, n_people - 1))
    middles, slow = (one.value * (one.high / one.value) ** steps for one in (median, p95))
    return np.column_stack([middles, np.maximum(slow, 1.001 * middles)])


def measure_share(n_yes: int, n: int, *, prior: tuple[float, float]) -> Measured:
    """Return a share with its interval under a beta prior."""
    a, b = prior[0] + n_yes, prior[1] + n - n_yes
    return Measured(value=a / (a + b), low=float(beta.ppf(0.025, a, b)), high=float(beta.ppf(0.975, a, b)),
                    is_informed=n >= sum(prior))


def draw_share(n_yes: int, n: int, *, prior: tuple[float, float], n_draws: int, rng: np.random.Generator) -> F8:
    """Draw a share from what :func:`measure_share` knows of it, shape (draws,)."""
    return rng.beta(prior[0] + n_yes, prior[1] + n - n_yes, n_draws)


def senses(judged: Sequence[Judgement]) -> list[float]:
    """Return, for each judgement in order, how often the person's latest alerts in the session proved right before."""
    latest: dict[tuple[int, str], list[bool]] = {}
    found = []
    for one in judged:
        past = latest.setdefault((one.trainee, one.session), [])
        window = past[-PPV_WINDOW:]
        found.append((sum(window) + PPV_PRIOR * (PPV_WINDOW - len(window))) / PPV_WINDOW)
        if one.is_alert:
            past.append(one.is_confirmed)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What is known of the cry-wolf curve."""

    slope: Measured
    middle: Measured
    p: F8
    """Posterior on the grid of slopes and middles; sums to 1."""

    def draw(self, n_draws: int, rng: np.random.Generator) -> F8:
        """Draw slopes and middles together, shape (draws, 2), evenly within the grid's cells."""
        cells = rng.choice(self.p.size, n_draws, p=self.p.ravel())
        i, j = np.unravel_index(cells, self.p.shape)
        u = rng.random((2, n_draws)) - 0.5
        slopes = _SLOPES[i] * (_SLOPES[1] / _SLOPES[0]) ** u[0]
        return np.column_stack([slopes, np.clip(_MIDDLES[j] + u[1] * (_MIDDLES[1] - _MIDDLES[0]), 0.0, 1.0)])


def measure_compliance(judged: Sequence[Judgement], *, confirms: tuple[float, float]) -> Compliance:
    """Return what is known of the cry-wolf curve's slope and middle.

    P(confirm a true alert) = p_confirm · logistic(slope · (s − middle)), s the sense of how often alerts are right.
    Bayes on a grid; the prior is the simulator's default, lognormal about 5.49 and normal about 0.3.

    Args:
        judged: in order, by person and session.
        confirms: parameters of the beta distribution of p_confirm, as sightings tell it.
    """
    pairs = [(sense, one.is_confirmed) for sense, one in zip(senses(judged), judged, strict=True)
             if one.is_alert and one.is_true]
    p_confirm = beta.ppf((np.arange(N_CONFIRM) + 0.5) / N_CONFIRM, *confirms)
    prior = (-0.5 * ((np.log(_SLOPES) - math.log(5.49)) / 0.5)[:, None] ** 2
             - 0.5 * ((_MIDDLES - 0.3) / 0.15)[None, :] ** 2)
    log_p = np.repeat(prior[:, :, None], N_CONFIRM, axis=2)
    for sense, acted in pairs:
        trust = 1.0 / (1.0 + np.exp(-_SLOPES[:, None] * (sense - _MIDDLES[None, :])))
        p = p_confirm[None, None, :] * trust[:, :, None]
        log_p += np.log(np.maximum(p if acted else 1.0 - p, 1e-12))
    before, after = _normed(prior), _normed(log_p).sum(axis=2)
    return Compliance(
        p=after,
        slope=_quantiles(_SLOPES, after.sum(axis=1), is_informed=_spread(np.log(_SLOPES), after.sum(axis=1))
                         < INFORMED_BELOW * _spread(np.log(_SLOPES), before.sum(axis=1))),
        middle=_quantiles(_MIDDLES, after.sum(axis=0), is_informed=_spread(_MIDDLES, after.sum(axis=0))
                          < INFORMED_BELOW * _spread(_MIDDLES, before.sum(axis=0))))


def _normed(log_p: F8) -> F8:
    p = np.exp(log_p - log_p.max())
    return np.asarray(p / p.sum())


def _spread(values: F8, p: F8) -> float:
    mean = float((values * p).sum())
    return math.sqrt(float(((values - mean) ** 2 * p).sum()))


def _quantiles(values: F8, p: F8, *, is_informed: bool) -> Measured:
    up_to = p.cumsum() - p / 2.0  # a point of the grid stands for the cell round it
    low, middle, high = (float(np.interp(share, up_to, values)) for share in (0.025, 0.5, 0.975))
    return Measured(value=middle, low=low, high=high, is_informed=is_informed)
