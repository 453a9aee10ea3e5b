"""Where each unit patrols while it has no call."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.demand import junction_weights
from sim.fieldwork import Posting
from sim.rng import KeyedStreams, Purpose
from sim.scenario import Scenario

I8 = NDArray[np.int64]


def draw_posts(scenario: Scenario, streams: KeyedStreams) -> I4:
    """Draw the junctions, of its own district, near which each unit is during each posting period; shape (u, p)."""
    city = scenario.city
    n_units = sum(shift.units for shift in scenario.shifts)
    n_posts = math.ceil(scenario.duration_s / scenario.patrols.post_s) + 1
    by_district = np.argsort(city.district, kind="stable").astype(np.int32)
    sizes = np.bincount(city.district, minlength=len(city.district_names))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    beats = np.flatnonzero(sizes)
    first_of_shift = np.concatenate([np.arange(shift.units) for shift in scenario.shifts]) if n_units else np.zeros(0)
    unit = np.repeat(np.arange(n_units), n_posts)
    beat = beats[first_of_shift[unit].astype(np.int64) % beats.size]
    u = streams.uniform(Purpose.POSTS, unit, np.tile(np.arange(n_posts), n_units))
    if scenario.fieldwork.posting is Posting.HOT_SPOT:
        return _hot_spots(scenario, beat, u).reshape(n_units, n_posts)
    posts: I4 = by_district[starts[beat] + (u * sizes[beat]).astype(np.int64)].reshape(n_units, n_posts)
    return posts


def _hot_spots(scenario: Scenario, beat: I8, u: F8) -> I4:
    """Return a hot spot of each beat for each uniform, those where more is expected more often."""
    city = scenario.city
    expected = sum((kind.per_day * junction_weights(city, kind) for kind in scenario.kinds),
                   np.zeros(city.roads.n_junctions))
    posts = np.zeros(u.size, dtype=np.int32)
    for district in np.unique(beat).tolist():
        own = np.flatnonzero(city.district == district)
        hot = own[np.argsort(-expected[own], kind="stable")][: scenario.fieldwork.n_hot_spots]
        weights = expected[hot] if expected[hot].sum() > 0.0 else np.ones(hot.size)
        total = np.cumsum(weights)
        there = beat == district
        place = np.searchsorted(total, u[there] * total[-1], side="right")
        posts[there] = hot[np.minimum(place, hot.size - 1)]
    return posts
