"""Where each unit patrols while it has no call."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.demand import junction_weights
from sim.fieldwork import Posting
from sim.kept import kept
from sim.rng import KeyedStreams, Purpose
from sim.scenario import Scenario

I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTables:
    """What a scenario's posts are drawn from. Shapes: u units, p posting periods."""

    by_district: I4
    """(n,) junctions, district after district."""
    unit: I8
    """(u · p,) unit of each posting period, unit after unit."""
    period: I8
    """(u · p,) number of the period."""
    beat: I8
    """(u · p,) the unit's district."""
    beat_first: I8
    """(u · p,) where that begins in ``by_district``."""
    beat_size: I8
    """(u · p,) junctions of that district."""
    n_units: int


@kept
def post_tables(scenario: Scenario) -> PostTables:
    """Return a scenario's tables, those made before if it is the very same object."""
    city = scenario.city
    n_units = sum(shift.units for shift in scenario.shifts)
    n_posts = math.ceil(scenario.duration_s / scenario.patrols.post_s) + 1
    sizes = np.bincount(city.district, minlength=len(city.district_names))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    beats = np.flatnonzero(sizes)
    of_shift = [np.arange(shift.units) for shift in scenario.shifts]
    beat = np.repeat(beats[np.concatenate([np.zeros(0, dtype=np.int64), *of_shift]) % beats.size], n_posts)
    return PostTables(
        by_district=np.argsort(city.district, kind="stable").astype(np.int32),
        unit=np.repeat(np.arange(n_units), n_posts), period=np.tile(np.arange(n_posts), n_units), beat=beat,
        beat_first=starts[beat], beat_size=sizes[beat], n_units=n_units)


def draw_posts(scenario: Scenario, streams: KeyedStreams) -> I4:
    """Draw the junctions, of its own district, near which each unit is during each posting period; shape (u, p)."""
    tables = post_tables(scenario)
    u = streams.uniform(Purpose.POSTS, tables.unit, tables.period)
    if scenario.fieldwork.posting is Posting.HOT_SPOT:
        posts = _hot_spots(scenario, tables.beat, u)
    else:
        posts = tables.by_district[tables.beat_first + (u * tables.beat_size).astype(np.int64)]
    return np.asarray(posts.reshape(tables.n_units, posts.size // max(tables.n_units, 1)), dtype=np.int32)


def _hot_spots(scenario: Scenario, beat: I8, u: F8) -> I4:
    """Return a hot spot of each beat for each uniform, those where more is expected more often."""
    expected = _expected(scenario)
    posts = np.zeros(u.size, dtype=np.int32)
    for district in np.unique(beat).tolist():
        hot = _hottest(scenario, expected, district)
        weights = expected[hot] if expected[hot].sum() > 0.0 else np.ones(hot.size)
        total = np.cumsum(weights)
        there = beat == district
        place = np.searchsorted(total, u[there] * total[-1], side="right")
        posts[there] = hot[np.minimum(place, hot.size - 1)]
    return posts


def _expected(scenario: Scenario) -> F8:
    """Return the expected incidents a day at each junction."""
    return sum((kind.per_day * junction_weights(scenario.city, kind) for kind in scenario.kinds),
               np.zeros(scenario.city.roads.n_junctions))


def _hottest(scenario: Scenario, expected: F8, district: int) -> I8:
    """Return the few junctions of a district where most is expected."""
    own = np.flatnonzero(scenario.city.district == district)
    return own[np.argsort(-expected[own], kind="stable")][: scenario.fieldwork.n_hot_spots]


@kept
def post_junctions(scenario: Scenario) -> tuple[int, ...]:
    """Return the junctions at which a policy may post units: the hot spots of every beat."""
    expected = _expected(scenario)
    return tuple(junction for district in np.unique(scenario.city.district).tolist()
                 for junction in _hottest(scenario, expected, district).tolist())
