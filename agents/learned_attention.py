"""Attention at rates that nobody knows: learned from what each look finds, with a prior by class of cameras."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.attention import I8, WhittleAttention
from agents.whittle import WatchModel
from sim.city import F8
from sim.errors import ModelError
from sim.rng import KeyedStreams, Purpose

WEEK_S = 604_800.0
GRID = np.linspace(-4.0, 4.0, 41)
"""Standard deviations at which a belief is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePrior:
    """What is believed of the cameras' rates before any look: a distribution for each class of cameras."""

    camera_class: I8
    """(c,) class of each camera, for instance the use of the land."""
    mean: Sequence[float]
    """Incidents a second, by class."""
    shape: float
    """1 over the squared coefficient of variation within a class."""

    def __post_init__(self) -> None:
        if self.shape <= 0.0 or min(self.mean) <= 0.0 or int(self.camera_class.max(initial=0)) >= len(self.mean):
            raise ModelError(f"RatePrior: shape = {self.shape}, means {list(self.mean)}; expected > 0, and a mean for "
                             "each class")

    @property
    def camera_mean(self) -> F8:
        """Mean of each camera's class, (c,)."""
        return np.asarray(self.mean, dtype=np.float64)[self.camera_class]


class _LearningAttention(ABC):
    """Whittle's index at rates that are made anew every few minutes from what looks found and could have found.

    What a look finds is Poisson with mean rate · exposure, and the exposure is known from when looks came. So beliefs
    rest on finds *per look*, never on finds alone: a camera that is looked at more has more finds and more exposure
    alike. Every camera is looked at within ``floor_s``, and a share of the looks is an audit at random, so that no
    district is ever given up.

    Args:
        prior: beliefs before any look.
        visible_s: (c,) mean visible time.
        p_find: (c,) of a look.
        seed: keys the draws.
        replan_s: how long rates hold.
        floor_s: longest time without a look at any camera; infinite for none.
        audit_share: of looks that fall on cameras drawn evenly.
    """

    def __init__(
        self, prior: RatePrior, *, visible_s: F8, p_find: F8, seed: int = 0, replan_s: float = 900.0,
        floor_s: float = np.inf, audit_share: float = 0.0,
    ) -> None:
        self.n_found, self.exposure_s = np.zeros(visible_s.size), np.zeros(visible_s.size)
        self.prior, self._audit_share = prior, audit_share
        self._rng = KeyedStreams(seed).stream(Purpose.POLICY)
        self._replan_s, self._floor_s, self._replans_at_s = replan_s, floor_s, 0.0
        self._whittle = WhittleAttention(WatchModel(rate=prior.camera_mean, visible_s=visible_s, p_find=p_find))

    @property
    @abstractmethod
    def rate(self) -> F8:
        """Mean belief of each camera's rate, incidents a second, (c,)."""

    @abstractmethod
    def _rates_at(self, t_s: float) -> F8:
        """Return the rates to go by from now, (c,)."""

    def audit_share(self) -> float:
        """Return the share of the looks that are audits now."""
        return self._audit_share

    def choose(self, t_s: float, n_looks: int) -> I8:
        """Return overdue cameras, audits, and then the largest indices."""
        if t_s >= self._replans_at_s:
            self._whittle.take_rates(self._rates_at(t_s))
            self._replans_at_s = t_s + self._replan_s
        forced = self._forced(t_s, n_looks)
        wanted = self._whittle.choose(t_s, n_looks)
        if not forced.size:
            return wanted
        rest = wanted[~np.isin(wanted, forced)]
        return np.concatenate((forced, rest[: n_looks - forced.size]))

    def _forced(self, t_s: float, n_looks: int) -> I8:
        """Return the cameras that must be looked at whatever their index."""
        looked_s, share = self._whittle.ages.looked_s, self.audit_share()
        n_audits = int(self._rng.binomial(n_looks, share)) if share else 0
        forced = self._rng.choice(looked_s.size, n_audits, replace=False) if n_audits else np.zeros(0, dtype=np.int64)
        if np.isfinite(self._floor_s):
            overdue = np.flatnonzero(looked_s <= t_s - self._floor_s)
            overdue = overdue[np.argsort(looked_s[overdue], kind="stable")][:n_looks]
            forced = np.unique(np.concatenate((overdue, forced)))[:n_looks]
        return forced

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:
        """Update the beliefs by what looks found and could have found."""
        ages = self._whittle.ages
        self.exposure_s[cameras] += ages.p_find[cameras] * ages.in_view_s(t_s, cameras)
        self.n_found[cameras] += found
        self._whittle.observe(t_s, cameras, found)


class ThompsonWhittleAttention(_LearningAttention):
    """Goes by rates drawn from gamma beliefs (Thompson 1933); so it never ceases to try.

    Args:
        caution: divides the variance of the draws; 1 draws from the beliefs themselves, infinite goes by their mean.

    The other arguments are those of every attention that learns: ``prior``, ``visible_s``, ``p_find``, ``seed``,
    ``replan_s``, ``floor_s``, ``audit_share``.
    """

    def __init__(
        self, prior: RatePrior, *, visible_s: F8, p_find: F8, seed: int = 0, replan_s: float = 900.0,
        floor_s: float = np.inf, audit_share: float = 0.0, caution: float = 4.0,
    ) -> None:
        super().__init__(prior, visible_s=visible_s, p_find=p_find, seed=seed, replan_s=replan_s, floor_s=floor_s,
                         audit_share=audit_share)
        self._caution = caution

    @property
    def rate(self) -> F8:
        """Mean belief of each camera's rate, incidents a second, (c,)."""
        shape, mean = self.prior.shape, self.prior.camera_mean
        return np.asarray((self.n_found + shape) / (self.exposure_s + shape / mean))

    def _rates_at(self, t_s: float) -> F8:  # noqa: ARG002 # it tries as much at any time
        if not math.isfinite(self._caution):
            return self.rate
        shape = self.n_found + self.prior.shape
        return np.asarray(self.rate * self._rng.gamma(self._caution * shape) / (self._caution * shape))


class ExploringWhittleAttention(_LearningAttention):
    """Looks where most is to be learned, for a while, and then where most is to be found.

    Beliefs are lognormal within a class before any look, and are held on a grid of rates. While it explores it goes by
    the mean of each belief and many standard deviations more, so that looks go where the rate is high or doubtful; then
    by the mean alone. Audits at random grow fewer as doubt does, down to a floor.

    Args:
        explore_s: how long it explores.
        optimism: standard deviations above the mean that it goes by meanwhile.
        least_audit_share: below which audits never fall.

    The other arguments are those of every attention that learns: ``prior``, ``visible_s``, ``p_find``, ``seed``,
    ``replan_s``, ``floor_s``, ``audit_share`` (of the first looks).
    """

    def __init__(
        self, prior: RatePrior, *, visible_s: F8, p_find: F8, seed: int = 0, replan_s: float = 3600.0,
        floor_s: float = np.inf, audit_share: float = 0.0, explore_s: float = WEEK_S, optimism: float = 40.0,
        least_audit_share: float = 0.0,
    ) -> None:
        super().__init__(prior, visible_s=visible_s, p_find=p_find, seed=seed, replan_s=replan_s, floor_s=floor_s,
                         audit_share=max(audit_share, least_audit_share))
        variance = math.log1p(1.0 / prior.shape)
        median = np.asarray(prior.mean, dtype=np.float64) * math.exp(-0.5 * variance)
        self._rates = median[:, None] * np.exp(math.sqrt(variance) * GRID)  # by class
        self._weight = -0.5 * GRID * GRID
        self._explore_s, self._optimism, self._least_audit_share = explore_s, optimism, least_audit_share
        self._doubt = 1.0

    @property
    def rate(self) -> F8:
        """Mean belief of each camera's rate, incidents a second, (c,)."""
        return self.beliefs()[0]

    def beliefs(self) -> tuple[F8, F8]:
        """Return the mean and the standard deviation of the belief of each camera's rate, both (c,)."""
        mean, square = np.empty(self.n_found.size), np.empty(self.n_found.size)
        for number, rates in enumerate(self._rates):
            own = np.flatnonzero(self.prior.camera_class == number)
            told = self._weight + self.n_found[own, None] * np.log(rates) - self.exposure_s[own, None] * rates
            weight = np.exp(told - told.max(axis=1, keepdims=True))
            weight /= weight.sum(axis=1, keepdims=True)
            mean[own], square[own] = weight @ rates, weight @ (rates * rates)
        return mean, np.sqrt(np.maximum(square - mean * mean, 0.0))

    def audit_share(self) -> float:
        """Return the share of the looks that are audits now: fewer as doubt grows less."""
        return self._least_audit_share + (self._audit_share - self._least_audit_share) * self._doubt

    def _rates_at(self, t_s: float) -> F8:
        mean, deviation = self.beliefs()
        self._doubt = min(1.0, float(deviation.sum() / mean.sum() * math.sqrt(self.prior.shape)))
        return mean + self._optimism * deviation if t_s < self._explore_s else mean
