"""Random numbers keyed by what they are for, never by the order in which they are used."""

from __future__ import annotations

import ctypes
import threading
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.normal import fill_normal

F8 = NDArray[np.float64]
U8 = NDArray[np.uint64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
REPEAT_ENTITY = np.uint64(1 << 61)
"""Offspring's draws are keyed above every other entity's."""


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
    INSPECTOR_MODEL = 25
    PUBLIC_CALLS = 30
    PUBLIC_CASES = 31
    ATTEMPTS = 32
    OUT_OF_SERVICE = 33
    SEARCHES = 40
    SEARCH_TIME = 41
    SEARCH_SOLVED = 42
    ATTEND = 43
    ATTEND_TIME = 44
    ZOOM = 50
    OVERLAY_INCIDENTS = 55
    OVERLAY_THINNING = 56
    FIRST_OF_CHAIN = 57
    REPEAT_DELAY = 58
    REPEAT_PLACE = 59
    REPEAT_VISIBLE = 60
    OUTAGE_SHARE = 61
    CAMERA_UP = 62
    CAMERA_REPAIR = 63
    FALSE_LEVEL = 70
    FALSE_INSTANT = 71
    FALSE_LIFE = 72
    CAMERA_RECALL = 73
    LOOK = 80
    POLICY = 90
    RATES = 91


@compiled
def _mixed(word: np.uint64) -> np.uint64:
    """Scramble a 64-bit word (the finaliser of SplitMix64, Steele, Lea & Flood 2014)."""
    word = (word ^ (word >> np.uint64(30))) * _MIX_A
    word = (word ^ (word >> np.uint64(27))) * _MIX_B
    return word ^ (word >> np.uint64(31))


@compiled
def keyed_base(key: U8, purpose: int) -> np.uint64:
    """Return the hash of (seed, replication, purpose), from which ``keyed_uniform`` goes on."""
    word = _mixed(key[0] + _GOLDEN * np.uint64(purpose))
    return _mixed(word + _GOLDEN * (key[1] + np.uint64(1)))


@compiled
def keyed_uniform(base: np.uint64, entity: int, other: int) -> float:
    """Return the uniform in (0, 1) of one entity, or pair of entities, both ≥ 0."""
    word = _mixed(base + _GOLDEN * (np.uint64(entity) + np.uint64(1)))
    word = _mixed(word + _GOLDEN * (np.uint64(other) + np.uint64(1)))
    return (float(word >> np.uint64(11)) + 0.5) * 2.0**-53


@compiled
def _fill_uniform(key: U8, purpose: int, entity: I8, other: I8, drawn: F8) -> None:
    base = keyed_base(key, purpose)
    step = 1 if other.size > 1 else 0
    for index in range(entity.size):
        drawn[index] = keyed_uniform(base, entity[index], other[index * step])


@compiled
def _fill_offspring(parent: I8, offspring: I8) -> None:
    for index in range(parent.size):
        word = _mixed(_GOLDEN * (np.uint64(parent[index]) + np.uint64(1)))
        offspring[index] = np.int64(REPEAT_ENTITY | (word >> np.uint64(3)))


def offspring_entity(parent: I8) -> I8:
    """Return the key of each entity's offspring: a hash of the parent's, above every other entity's."""
    offspring = np.empty_like(parent)
    _fill_offspring(parent, offspring)
    return offspring


class RestartableStream(NamedTuple):
    """A generator, and what of numpy's ``philox_state`` says where in which stream it is."""

    generator: np.random.Generator
    counter: U8
    """(4,) number of the block of four that was drawn last."""
    key: U8
    """(2,)."""
    n_used: I4
    """(1,) of that block."""


_of_thread = threading.local()


def restartable_stream() -> RestartableStream:
    """Return the thread's own generator that ``restart`` puts where it is wanted."""
    if not hasattr(_of_thread, "stream"):
        philox = np.random.Philox()
        address = int(philox.ctypes.state_address)
        counter_at, key_at = (ctypes.c_uint64.from_address(address + offset).value for offset in (0, 8))
        _of_thread.stream = RestartableStream(
            generator=np.random.Generator(philox),
            counter=np.ctypeslib.as_array((ctypes.c_uint64 * 4).from_address(counter_at)),
            key=np.ctypeslib.as_array((ctypes.c_uint64 * 2).from_address(key_at)),
            n_used=np.ctypeslib.as_array((ctypes.c_int32 * 1).from_address(address + 16)))
    found: RestartableStream = _of_thread.stream
    return found


@compiled
def restart(stream: RestartableStream, key: U8, purpose: int, day: int, entity: int) -> None:
    """Put a generator to where ``KeyedStreams.stream`` begins, sooner than a new one is made."""
    stream.counter[0], stream.counter[1], stream.counter[2], stream.counter[3] = 0, entity, day, purpose
    stream.key[0], stream.key[1] = key[0], key[1]
    stream.n_used[0] = 4


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
        self.key = np.array([seed, replication], dtype=np.uint64)

    def stream(self, purpose: Purpose, *, day: int = 0, entity: int = 0) -> np.random.Generator:
        """Return the generator for one purpose, day and entity; each call starts the stream anew."""
        counter = np.array([0, entity, day, int(purpose)], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self.key, counter=counter))

    def uniform(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one uniform in (0, 1) for each entity, or for each pair (entity, other); both ≥ 0."""
        drawn = np.empty(entity.shape)
        pair = np.asarray(other, dtype=np.int64).ravel()
        _fill_uniform(self.key, int(purpose), np.ascontiguousarray(entity, dtype=np.int64).ravel(), pair, drawn.ravel())
        return drawn

    def exponential(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one Exp(1) for each entity or pair."""
        return -np.log(self.uniform(purpose, entity, other))

    def normal(self, purpose: Purpose, entity: NDArray[np.integer], other: NDArray[np.integer] | int = 0) -> F8:
        """Return one standard normal for each entity or pair."""
        return normal_of(self.uniform(purpose, entity, other))


def normal_of(u: F8) -> F8:
    """Return standard normals for uniforms in (0, 1), by inversion."""
    z = np.empty(u.shape)
    fill_normal(np.ascontiguousarray(u).ravel(), z.reshape(-1))
    return z


def to_ms(t_s: F8) -> F8:
    """Return seconds rounded to whole milliseconds, as every time in a trace is."""
    return np.rint(t_s * 1000.0) / 1000.0
