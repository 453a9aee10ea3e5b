"""Random numbers keyed by what they are for, never by the order in which they are used."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

F8 = NDArray[np.float64]
U8 = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


class Purpose(IntEnum):
    """What draws mean; the numbers are part of the trace's definition and are never reused."""

    CITY = 1
    INCIDENTS = 2
    NEAR_REPEAT = 3
    NOTICE_BUDGET = 4
    NOTICE_CEILING = 5
    CONFIRM = 6
    DETECT = 7
    DETECT_DELAY = 8
    FALSE_ALERTS = 9
    VERIFY = 10
    RECORD = 11
    HANDOVER = 12
    ACKNOWLEDGE = 13
    TURNOUT = 14
    TRAVEL = 15
    SCENE = 16
    PAPERWORK = 17
    NEEDS_UNIT = 18
    DISPOSITION = 19
    POSTS = 20
    DETECTOR_MODEL = 21
    CAMERA_SHARE = 22
    ALERT_LIFE = 23
    BEATS = 24
    PUBLIC_CALLS = 30
    PUBLIC_CASES = 31
    ATTEMPTS = 32
    OUT_OF_SERVICE = 33


def _mixed(word: U8) -> U8:
    """Scramble 64-bit words (the finaliser of SplitMix64, Steele, Lea & Flood 2014)."""
    word = (word ^ (word >> np.uint64(30))) * _MIX_A
    word = (word ^ (word >> np.uint64(27))) * _MIX_B
    return word ^ (word >> np.uint64(31))


class KeyedStreams:
    """Draws keyed by (seed, replication, purpose, day, entity).

    The same key always gives the same draw, whatever was drawn before. Streams are Philox generators (Salmon et
    al. 2011), which are counter-based, so a new key costs no warm-up. Single numbers for many entities come from
    a keyed hash instead, so that adding a camera or an incident changes no other draw.

    Args:
        seed: the run's seed, 0 to 2**63 − 1.
        replication: which replication of the run, 0 to 2**31 − 1.
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        self._key = np.array([seed, replication], dtype=np.uint64)

    def stream(self, purpose: Purpose, *, day: int = 0, entity: int = 0) -> np.random.Generator:
        """Return the generator for one purpose, day and entity; each call starts the stream anew."""
        counter = np.array([0, entity, day, int(purpose)], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self._key, counter=counter))

    def uniform(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one uniform in (0, 1) for each entity, or for each pair (entity, other); both ≥ 0."""
        seed, replication = self._key
        with np.errstate(over="ignore"):
            word = _mixed(np.full(entity.shape, seed, dtype=np.uint64) + _GOLDEN * np.uint64(int(purpose)))
            for part in (np.full(entity.shape, replication, dtype=np.uint64), entity, other):
                word = _mixed(word + _GOLDEN * (np.asarray(part).astype(np.uint64) + np.uint64(1)))
        top = (word >> np.uint64(11)).astype(np.float64)
        return (top + 0.5) * 2.0**-53

    def exponential(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one Exp(1) for each entity or pair."""
        return -np.log(self.uniform(purpose, entity, other))

    def normal(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one standard normal for each entity or pair."""
        return np.asarray(ndtri(self.uniform(purpose, entity, other)), dtype=np.float64)


def to_ms(t_s: F8) -> F8:
    """Return seconds rounded to whole milliseconds, as every time in a trace is."""
    return np.rint(t_s * 1000.0) / 1000.0
