"""A room that looks in slots at cameras as restless bandits: every look an event, every incident counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from agents.attention import AttentionPolicy
from agents.learned_attention import RatePrior
from agents.whittle import WatchModel
from sim.city import F8
from sim.rng import KeyedStreams, Purpose

DAY_S = 86400.0
I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTown:
    """Cameras, and how many looks the room has."""

    model: WatchModel
    looks_per_slot: int
    slot_s: float
    case_s: float = 0.0
    """Time for which an inspector who has found something does not look; 0 where that takes no time."""

    @property
    def looks_per_s(self) -> float:
        """Looks a second if nobody is busy."""
        return self.looks_per_slot / self.slot_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a room found."""

    n_found: I8
    """(slots,) incidents found in each slot."""
    expected: F8
    """(slots,) what the looks of each slot would find in the mean, given when looks came before: less noisy."""
    n_looks: I8
    """(c,) looks at each camera."""
    found_at: I8
    """(c,) incidents found at each camera."""


def play_watch(town: WatchTown, policy: AttentionPolicy, *, n_slots: int, seed: int = 0) -> Watched:
    """Play a room slot by slot.

    The number in view of a camera is thinned by e^(−t/T) between looks and joined by a Poisson number of new ones, so
    only cameras that are looked at need be drawn. The room starts as if nobody had ever looked.

    Args:
        town: the cameras and the room.
        policy: where it looks.
        n_slots: how long.
        seed: keys the incidents.
    """
    model, rng = town.model, KeyedStreams(seed).stream(Purpose.RATES, entity=1)
    whole = model.rate * model.visible_s
    in_view, expected_in_view = rng.poisson(whole), whole.copy()
    looked_s = np.zeros(model.n_cameras)
    n_looks, found_at = np.zeros(model.n_cameras, dtype=np.int64), np.zeros(model.n_cameras, dtype=np.int64)
    n_found, expected = np.zeros(n_slots, dtype=np.int64), np.zeros(n_slots)
    case_slots = round(town.case_s / town.slot_s)
    busy = np.zeros(n_slots + case_slots + 1, dtype=np.int64)
    for slot in range(n_slots):
        t_s = (slot + 1) * town.slot_s
        free = town.looks_per_slot - int(busy[slot])
        if free <= 0:
            continue
        seen = policy.choose(t_s, free)
        lasts = np.exp((looked_s[seen] - t_s) / model.visible_s[seen])
        there = rng.binomial(in_view[seen], lasts) + rng.poisson(whole[seen] * (1.0 - lasts))
        found = rng.binomial(there, model.p_find[seen])
        gathered = whole[seen] - (whole[seen] - expected_in_view[seen]) * lasts
        in_view[seen], expected_in_view[seen] = there - found, (1.0 - model.p_find[seen]) * gathered
        looked_s[seen] = t_s
        n_looks[seen] += 1
        found_at[seen] += found
        n_found[slot], expected[slot] = found.sum(), (model.p_find[seen] * gathered).sum()
        if case_slots:
            busy[slot + 1: slot + 1 + case_slots] += min(free, int((found > 0).sum()))
        policy.observe(t_s, seen, found)
    return Watched(n_found=n_found, expected=expected, n_looks=n_looks, found_at=found_at)


CLASSES = 7
"""Of cameras in the shipped town: as many as uses of the land."""
SIGMA_BETWEEN, SIGMA_WITHIN = 1.2, 0.9
"""Spread of the logarithm of the rates between classes and within: 1.5 together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedTown:
    """A town whose true rates are known to us, and what a room may believe of them."""

    town: WatchTown
    prior: RatePrior
    district: I8
    """(c,) district of each camera."""


def make_rated_town(
    *, n_cameras: int = 8500, median_per_day: float = 1.0, looks_per_slot: int = 30, slot_s: float = 6.0,
    visible_s: float = 120.0, visible_sigma: float = 0.0, p_find: float = 1.0, case_s: float = 0.0, seed: int = 1,
) -> RatedTown:
    """Make the shipped instance: 8,500 cameras with lognormal rates, σ = 1.5, and 30 looks in six seconds.

    A camera's rate is the median, times the effect of its class, times its own; visible times are exponential.

    Args:
        n_cameras: how many.
        median_per_day: incidents a day before a middling camera.
        looks_per_slot: of the room.
        slot_s: length of a slot.
        visible_s: mean visible time, of the middling camera if they differ.
        visible_sigma: spread of its logarithm between cameras.
        p_find: of a look.
        case_s: time for which an inspector is busy with what they found.
        seed: keys the rates.
    """
    rng = KeyedStreams(seed).stream(Purpose.RATES)
    effect = SIGMA_BETWEEN * _spaced_normals(CLASSES)
    camera_class = rng.integers(CLASSES, size=n_cameras)
    own = rng.normal(0.0, SIGMA_WITHIN, n_cameras)
    rate = median_per_day / DAY_S * np.exp(effect[camera_class] + own)
    visible = visible_s * np.exp(visible_sigma * rng.standard_normal(n_cameras))
    mean = median_per_day / DAY_S * np.exp(effect + SIGMA_WITHIN**2 / 2.0)
    return RatedTown(
        town=WatchTown(model=WatchModel(rate=rate, visible_s=visible, p_find=np.full(n_cameras, p_find)),
                       looks_per_slot=looks_per_slot, slot_s=slot_s, case_s=case_s),
        prior=RatePrior(camera_class=camera_class, mean=mean.tolist(), shape=1.0 / np.expm1(SIGMA_WITHIN**2)),
        district=np.arange(n_cameras, dtype=np.int64) * 10 // max(n_cameras, 1))


def _spaced_normals(n: int) -> F8:
    """Return n numbers with mean 0 and variance 1, spaced as a normal sample would be."""
    spaced = ndtri((np.arange(n) + 0.5) / n)
    return np.asarray(spaced / spaced.std())
