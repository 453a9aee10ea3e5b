"""Whether a roster meets the targets: on the mean day, and on how many of the days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import betaincinv

from sim.city import F8
from sim.estimate import Estimate, make_estimate
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target

LEVEL = 0.95
EARLY = 0.998
"""Level beyond which a roster is decided on fewer days than all."""


class Answer(StrEnum):
    """What the days played say."""

    MEETS = "meets"
    """The 95 % interval lies on the wanted side."""
    MISSES = "misses"
    """The interval lies on the other side."""
    UNSURE = "unsure"
    """The interval holds the limit: more days would tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysShare:
    """The share of days on which all targets were met."""

    share: float
    """Not a number where no day could be judged."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    n_days: int
    """Days that could be judged."""

    def __str__(self) -> str:
        """Return ``share (low to high)`` in per cent."""
        if not self.n_days:
            return "–"
        return f"{100 * self.share:.0f} % ({100 * self.low:.0f} to {100 * self.high:.0f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is known of one roster."""

    staff: Staff
    values: Mapping[str, Estimate]
    """By target: the measure on the mean day."""
    answers: Mapping[str, Answer]
    """By target."""
    days: DaysShare
    cost_per_day: float
    n_replications: int

    @property
    def answer(self) -> Answer:
        """Return whether the mean day meets all targets."""
        found = set(self.answers.values())
        if Answer.MISSES in found:
            return Answer.MISSES
        return Answer.UNSURE if Answer.UNSURE in found else Answer.MEETS


def judge(target: Target, days: F8, *, level: float = LEVEL) -> Answer:
    """Return whether the mean day meets a target; days is (replications, days)."""
    estimate = mean_day(days, level=level)
    if estimate.half_width is None:
        return Answer.UNSURE
    margin = float(target.margin(np.array([estimate.mean]))[0])
    if margin - estimate.half_width >= 0.0:
        return Answer.MEETS
    return Answer.MISSES if margin + estimate.half_width < 0.0 else Answer.UNSURE


def mean_day(days: F8, *, level: float = LEVEL) -> Estimate:
    """Return the mean over days, its interval from replications, which alone are independent."""
    return make_estimate(replication_means(days).tolist(), level=level)


def replication_means(days: F8) -> F8:
    """Return each replication's mean over those of its days that have a value."""
    has_value = np.isfinite(days)
    counts = has_value.sum(axis=1)
    sums = np.where(has_value, days, 0.0).sum(axis=1)
    means: F8 = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return means


def share_of_days(targets: Sequence[Target], days: Mapping[str, F8], *, level: float = LEVEL) -> DaysShare:
    """Return the share of days on which all targets are met.

    A day without anything to measure for a target counts as meeting it; one without anything for any is left out.
    The interval is Clopper and Pearson's on an effective number of days, which allows for the likeness of days of
    one replication (Korn & Graubard 1998); where all replications agree it counts each as one day.
    """
    tables = [days[target.measure] for target in targets]
    judged = np.any([np.isfinite(table) for table in tables], axis=0)
    met = np.all([~np.isfinite(table) | (target.margin(table) >= 0.0)
                  for target, table in zip(targets, tables, strict=True)], axis=0)
    n_days = int(judged.sum())
    if not n_days:
        return DaysShare(share=math.nan, low=0.0, high=1.0, n_days=0)
    share = float((met & judged).sum() / n_days)
    low, high = _clopper_pearson(share, _effective_days(met & judged, judged, share), level)
    return DaysShare(share=share, low=low, high=high, n_days=n_days)


def _effective_days(met: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
                    judged: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], share: float) -> float:
    """Return how many independent days would be as telling, by the spread between replications (a ratio estimate)."""
    counts = judged.sum(axis=1)
    n = int((counts > 0).sum())
    residual = met.sum(axis=1) - share * counts
    variance = float((residual**2).sum()) / counts.sum() ** 2 * n / max(n - 1, 1)
    if variance <= 0.0:
        return float(n)
    return float(min(counts.sum(), max(1.0, share * (1.0 - share) / variance)))


def _clopper_pearson(share: float, n: float, level: float) -> tuple[float, float]:
    tail, hits = (1.0 - level) / 2.0, share * n
    low = float(betaincinv(hits, n - hits + 1.0, tail)) if hits > 0.0 else 0.0
    high = float(betaincinv(hits + 1.0, n - hits, 1.0 - tail)) if hits < n else 1.0
    return low, high


def days_needed(share: float) -> int:
    """Return how many days, all of them good, lift the interval's lower end to a share below 1."""
    return math.ceil(math.log((1.0 - LEVEL) / 2.0) / math.log(share))
