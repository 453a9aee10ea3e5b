"""Whittle's index for cameras in closed form, the Lagrangian bound, and the rates of looks that it implies.

Incidents begin before a camera as a Poisson stream and can be seen for an exponential time. A look finds each one then
in view with probability p, independently. Between looks the expected number in view that nobody has found grows
towards λT, and a look multiplies it by 1 − p: so each camera is a restless bandit with one number as its state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.city import F8
from sim.compiled import compiled
from sim.errors import ModelError

SAME_SHARE = 1e-10
GRID = 4096
"""Points at which the inverse of the index is tabulated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchModel:
    """Cameras as restless bandits. Shape of every array: (c,).

    Raises:
        ModelError: if shapes differ or a number cannot be.
    """

    rate: F8
    """Incidents a second before each camera, ≥ 0."""
    visible_s: F8
    """Mean time for which one can be seen, > 0."""
    p_find: F8
    """Probability that a look finds what is in view, 0 < p ≤ 1."""

    def __post_init__(self) -> None:
        if not self.rate.shape == self.visible_s.shape == self.p_find.shape or self.rate.ndim != 1:
            raise ModelError(f"WatchModel: rate {self.rate.shape}, visible_s {self.visible_s.shape}, p_find "
                             f"{self.p_find.shape}; expected one number for each camera")
        if (not np.isfinite(self.rate).all() or (self.rate < 0.0).any() or (self.visible_s <= 0.0).any()
                or (self.p_find <= 0.0).any() or (self.p_find > 1.0).any()):
            raise ModelError("WatchModel: a number cannot be; expected rate ≥ 0, visible_s > 0 and 0 < p_find ≤ 1")

    @property
    def n_cameras(self) -> int:
        """Number of cameras."""
        return int(self.rate.size)

    def found_per_look(self, every_s: F8) -> F8:
        """Return how many incidents each look finds in the long run, if looks come so often; (c,)."""
        lasts = np.exp(-every_s / self.visible_s)
        gathered = self.rate * self.visible_s * (1.0 - lasts) / (1.0 - (1.0 - self.p_find) * lasts)
        return np.asarray(self.p_find * gathered)


@compiled
def whittle_index(rate: float, visible_s: float, p_find: float, in_view: float) -> float:
    """Return Whittle's index of a look at a camera: the fee for a look at which looking now or later is as good.

    Let looks come every a seconds, and R(a) be what each finds. With a fee ν the mean gain of the camera is
    (R(a) − ν) / a, which is best where ν = R(a) − a R′(a). The state in which that a is just over is the one with an
    expected number n(a) = R(a) / p in view, so a follows from the state: e^(−a/T) = (λT − n) / (λT − (1 − p) n). With
    p = 1 the index is λT (1 − e^(−a/T) (1 + a/T)).

    Args:
        rate: λ, incidents a second.
        visible_s: T, mean visible time.
        p_find: p, of a look.
        in_view: n, the expected number in view now that nobody has found.
    """
    most = rate * visible_s
    if most <= 0.0 or in_view <= 0.0:
        return 0.0
    lasts = (most - in_view) / (most - (1.0 - p_find) * in_view)
    if lasts <= 0.0:
        return p_find * most
    ages = -math.log(lasts)
    rest = 1.0 - (1.0 - p_find) * lasts
    return p_find * in_view - ages * p_find * p_find * most * lasts / (rest * rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedPlan:
    """The best division of looks if the room need keep to its capacity only in the mean."""

    found_per_s: float
    """What no policy can exceed."""
    fee: float
    """Whittle's ν: what one more look would find."""
    every_s: F8
    """(c,) time between looks at each camera; infinite where it is never worth one."""

    @property
    def look_rate(self) -> F8:
        """Looks a second at each camera, (c,)."""
        return np.asarray(1.0 / self.every_s)


def relax_watching(model: WatchModel, *, looks_per_s: float, slot_s: float = 0.0) -> RelaxedPlan:
    """Return the Lagrangian bound on finds and the plan that attains it (Whittle 1988).

    For any fee ν ≥ 0, Σ max over a of (R(a) − ν) / a, plus ν times the looks a second, is a bound; the smallest over ν
    is returned. The best a for a fee follows from the closed form of the index by bisection.

    Args:
        model: the cameras.
        looks_per_s: of the whole room.
        slot_s: if looks come in slots, a camera cannot be looked at more often than each slot; 0 if any time will do.

    Raises:
        ModelError: if looks_per_s or slot_s cannot be.
    """
    if looks_per_s <= 0.0 or slot_s < 0.0:
        raise ModelError(f"relax_watching: looks_per_s = {looks_per_s}, slot_s = {slot_s}; expected > 0 and ≥ 0")
    low, high = 0.0, float((model.p_find * model.rate * model.visible_s).max(initial=0.0))
    for _ in range(60):
        fee = 0.5 * (low + high)
        if high - low <= SAME_SHARE * high:
            break
        if float((1.0 / _best_every_s(model, fee, slot_s)).sum()) > looks_per_s:
            low = fee
        else:
            high = fee
    every_s = _best_every_s(model, fee, slot_s)
    looked = np.isfinite(every_s)
    gain = (model.found_per_look(every_s)[looked] - fee) / every_s[looked]
    return RelaxedPlan(found_per_s=float(np.maximum(gain, 0.0).sum()) + fee * looks_per_s, fee=fee, every_s=every_s)


def _best_every_s(model: WatchModel, fee: float, slot_s: float) -> F8:
    """Return the time between looks that is best for each camera under a fee, by bisection on the index."""
    p, most = model.p_find, model.rate * model.visible_s
    low, high = np.full(model.n_cameras, -60.0), np.full(model.n_cameras, 6.0)
    for _ in range(60):  # on ln(a/T); the index R − aR′ grows with a from 0 to p λT
        middle = 0.5 * (low + high)
        ages = np.exp(middle)
        lasts = np.exp(-ages)
        rest = 1.0 - (1.0 - p) * lasts
        index = p * most * -np.expm1(-ages) / rest - ages * p * p * most * lasts / (rest * rest)
        below = index < fee
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    every_s = np.where(p * most > fee, np.maximum(np.exp(high) * model.visible_s, slot_s), np.inf)
    every_s[most <= 0.0] = np.inf
    return np.asarray(every_s, dtype=np.float64)


class IndexInverse:
    """The inverse of the index as a share of its ceiling p λ T, tabulated for each p that occurs.

    Raises:
        ModelError: if more than 64 different p occur.
    """

    def __init__(self, p_find: F8) -> None:
        kinds, self._kind = np.unique(p_find, return_inverse=True)
        if kinds.size > 64:
            raise ModelError(f"p_find has {kinds.size} different values; expected at most 64; round them")
        self._lasts = np.concatenate(([1.0], np.exp(-np.geomspace(1e-4, 60.0, GRID))))
        ages = -np.log(self._lasts)
        rest = 1.0 - (1.0 - kinds[:, None]) * self._lasts
        self._share = (1.0 - self._lasts) / rest - ages * kinds[:, None] * self._lasts / (rest * rest)

    def lasts(self, share: F8) -> F8:
        """Return e^(−a/T) at which each camera's index is such a share of its ceiling; NaN where it never is, (c,)."""
        found = np.empty(share.size)
        for kind in range(self._share.shape[0]):
            of_kind = self._kind == kind
            found[of_kind] = np.interp(share[of_kind], self._share[kind], self._lasts)
        found[~(share < 1.0)] = np.nan
        return found


def share_looks(model: WatchModel, *, looks_per_s: float) -> F8:
    """Return the rate of looks at each camera under the relaxed plan, (c,), from a table: quick and nearly exact."""
    inverse = IndexInverse(model.p_find)
    most = model.p_find * model.rate * model.visible_s
    low, high = 0.0, float(most.max(initial=0.0))
    rate = np.zeros(model.n_cameras)
    for _ in range(40):
        fee = 0.5 * (low + high)
        with np.errstate(divide="ignore", invalid="ignore"):
            ages = -np.log(inverse.lasts(fee / most))
            rate = np.where(ages > 0.0, 1.0 / (ages * model.visible_s), 0.0)
        if rate.sum() > looks_per_s:
            low = fee
        else:
            high = fee
    return rate
