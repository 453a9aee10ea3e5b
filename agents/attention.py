"""Attention policies at known rates: which cameras a room looks at in each slot of time."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.whittle import IndexInverse, WatchModel
from sim.city import F8
from sim.rng import KeyedStreams, Purpose

I8 = NDArray[np.int64]
NARROW, WIDE = 0.9, 0.3
"""Bounds of the share of the least index looked at from which a camera is a candidate for the next slots."""
MOST_CANDIDATES = 16
"""For each look; beyond it the share is raised, unless twice as many would be candidates all the same."""


class AttentionPolicy(Protocol):
    """Chooses cameras, slot by slot, and is told what the looks found."""

    def choose(self, t_s: float, n_looks: int) -> I8:
        """Return so many different cameras to look at now."""
        ...

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:
        """Learn what looks at some cameras found; called after each slot."""
        ...


class _Ages:
    """When each camera was last looked at, and how long what is in view of it has been gathering.

    ``in_view_s`` is the expected number in view that nobody has found, for one incident a second: it grows towards T
    and is multiplied by 1 − p at each look. It does not depend on rates, and looks at a camera with it find
    p · rate · in_view_s in the mean.
    """

    def __init__(self, visible_s: F8, p_find: F8) -> None:
        self.visible_s, self.p_find = visible_s, p_find
        self.looked_s = np.zeros(visible_s.size)
        self.left_s = visible_s.copy()

    def in_view_s(self, t_s: float, cameras: I8 | slice = slice(None)) -> F8:
        """Return what has gathered in view of some cameras, (k,)."""
        whole = self.visible_s[cameras]
        lasts = np.exp((self.looked_s[cameras] - t_s) / whole)
        return np.asarray(whole - (whole - self.left_s[cameras]) * lasts)

    def look(self, t_s: float, cameras: I8) -> F8:
        """Take looks into account; return what they would have found at one incident a second, (k,)."""
        in_view_s = self.in_view_s(t_s, cameras)
        p_find = self.p_find[cameras]
        self.left_s[cameras] = (1.0 - p_find) * in_view_s
        self.looked_s[cameras] = t_s
        return np.asarray(p_find * in_view_s)


class RoundRobinAttention:
    """Looks at every camera in turn."""

    def __init__(self, n_cameras: int) -> None:
        self._n_cameras, self._next = n_cameras, 0

    def choose(self, t_s: float, n_looks: int) -> I8:  # noqa: ARG002 # the turn alone decides
        """Return the cameras whose turn it is."""
        chosen = (self._next + np.arange(n_looks)) % self._n_cameras
        self._next = (self._next + n_looks) % self._n_cameras
        return chosen

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:
        """Learn nothing."""


class RiskWeightedAttention:
    """Draws each look's camera by its rate, as the plan of that name does."""

    def __init__(self, rate: F8, *, seed: int = 0) -> None:
        self._total = np.cumsum(rate)
        self._rng = KeyedStreams(seed).stream(Purpose.LOOK)

    def choose(self, t_s: float, n_looks: int) -> I8:  # noqa: ARG002 # it forgets when it looked
        """Return different cameras drawn by rate."""
        chosen: list[int] = []
        while len(chosen) < n_looks:
            drawn = np.searchsorted(self._total, self._rng.random(n_looks) * self._total[-1], side="right")
            chosen = list(dict.fromkeys([*chosen, *np.minimum(drawn, self._total.size - 1).tolist()]))
        return np.array(chosen[:n_looks], dtype=np.int64)

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:
        """Learn nothing."""


class RateAgeAttention:
    """Looks where rate times the time since the last look is largest."""

    def __init__(self, rate: F8) -> None:
        self._rate, self._looked_s = rate, np.zeros(rate.size)

    def choose(self, t_s: float, n_looks: int) -> I8:
        """Return the cameras with the largest products."""
        return _largest(self._rate * (t_s - self._looked_s + 1.0), n_looks)

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:  # noqa: ARG002 # only when counts
        """Note when each was looked at."""
        self._looked_s[cameras] = t_s


class MyopicAttention:
    """Looks where this look finds the most."""

    def __init__(self, model: WatchModel) -> None:
        self._rate = model.rate
        self._ages = _Ages(model.visible_s, model.p_find)

    def choose(self, t_s: float, n_looks: int) -> I8:
        """Return the cameras with the most expected finds."""
        return _largest(self._ages.p_find * self._rate * self._ages.in_view_s(t_s), n_looks)

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:  # noqa: ARG002 # only when counts
        """Note when each was looked at."""
        self._ages.look(t_s, cameras)


class WhittleAttention:
    """Looks where Whittle's index is largest, at known rates.

    The index grows while nobody looks, so each camera has an instant at which it will reach any given level. Only
    those past the instant for a level somewhat under the least index of late are compared; if they are fewer than the
    looks, the level is lowered. So the choice is that of comparing all, at a fraction of the work.

    Args:
        model: the cameras.
    """

    def __init__(self, model: WatchModel) -> None:
        self.ages = _Ages(model.visible_s, model.p_find)
        self._inverse = IndexInverse(model.p_find)
        self._level, self._share, self._n_due = np.inf, NARROW, 0
        self.take_rates(model.rate)

    def take_rates(self, rate: F8) -> None:
        """Go by other rates from now."""
        self._rate = rate
        self._most = rate * self.ages.visible_s * self.ages.p_find
        if np.isfinite(self._level):
            self._set_level(self._level)

    def _set_level(self, level: float) -> None:
        self._level = level
        with np.errstate(divide="ignore", invalid="ignore"):
            lasts = self._inverse.lasts(level / self._most)
        rest = 1.0 - (1.0 - self.ages.p_find) * lasts
        self._level_s = self.ages.visible_s * (1.0 - lasts) / rest
        self._due_s = self._due(slice(None))

    def _due(self, cameras: I8 | slice) -> F8:
        """Return when the index of some cameras reaches the level; infinite where it never does."""
        ages, whole = self.ages, self.ages.visible_s[cameras]
        with np.errstate(divide="ignore", invalid="ignore"):
            wait_s = whole * np.log((whole - ages.left_s[cameras]) / (whole - self._level_s[cameras]))
        return np.asarray(ages.looked_s[cameras] + np.where(np.isnan(wait_s), np.inf, np.maximum(wait_s, 0.0)))

    def index(self, t_s: float, cameras: I8 | slice = slice(None)) -> F8:
        """Return Whittle's index of a look at some cameras, (k,)."""
        ages, p = self.ages, self.ages.p_find[cameras]
        share = ages.in_view_s(t_s, cameras) / ages.visible_s[cameras]
        lasts = np.maximum((1.0 - share) / (1.0 - (1.0 - p) * share), 1e-300)
        rest = 1.0 - (1.0 - p) * lasts
        return np.asarray(self._most[cameras] * (share + np.log(lasts) * p * lasts / (rest * rest)))

    def choose(self, t_s: float, n_looks: int) -> I8:
        """Return the cameras with the largest indices."""
        if not np.isfinite(self._level):
            self._set_level(self._share * float(np.partition(self.index(t_s), -n_looks)[-n_looks]))
        candidates = np.flatnonzero(self._due_s <= t_s)
        if candidates.size < n_looks:
            index = self.index(t_s)
            chosen = _largest(index, n_looks)
            self._share, self._n_due = max(WIDE, NARROW * self._share), 0
            self._set_level(self._share * float(index[chosen].min()))
            return chosen
        index = self.index(t_s, candidates)
        chosen = _largest(index, n_looks)
        if candidates.size > max(MOST_CANDIDATES * n_looks, 2 * self._n_due):
            self._share = min(NARROW, self._share / NARROW)
            self._set_level(self._share * float(index[chosen].min()))
            self._n_due = int((self._due_s <= t_s).sum())
        return candidates[chosen]

    def observe(self, t_s: float, cameras: I8, found: I8) -> None:  # noqa: ARG002 # rates are known
        """Note when each was looked at."""
        self.ages.look(t_s, cameras)
        if np.isfinite(self._level):
            self._due_s[cameras] = self._due(cameras)


def _largest(values: F8, n: int) -> I8:
    """Return the positions of the n largest, in order of position."""
    if n >= values.size:
        return np.arange(values.size)
    return np.sort(np.argpartition(values, values.size - n)[values.size - n:])
