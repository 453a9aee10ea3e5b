"""Requests to search the archive of recorded video, drawn before anything is played."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.demand import DAY_S, HOUR_S
from sim.perception import lognormal_s
from sim.rng import KeyedStreams, Purpose, to_ms
from sim.scenario import HOURS_PER_WEEK, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Searches of one replication in order of request; arrays of one length."""

    request_s: F8
    duration_s: F8
    solved: NDArray[np.bool_]
    """Whether the search solves the crime."""


def draw_archive(scenario: Scenario, streams: KeyedStreams) -> Searches | None:
    """Draw the searches of the archive, by whole days that are then cut at the scenario's end; None without any."""
    archive = scenario.archive
    if archive is None:
        return None
    weights = np.asarray(archive.hour_weights, dtype=np.float64)
    times, keys = [np.zeros(0)], [np.zeros(0, dtype=np.int64)]
    for day in range(math.ceil(scenario.duration_s / DAY_S)):
        rng = streams.stream(Purpose.SEARCHES, day=day)
        hours = (np.arange(24) + 24 * day + int(scenario.start_hour_of_week)) % HOURS_PER_WEEK
        by_hour = rng.poisson(weights[hours] * archive.per_day / 24.0)
        n = int(by_hour.sum())
        times.append(np.sort((np.repeat(np.arange(24), by_hour) + rng.random(n)) * HOUR_S) + day * DAY_S)
        keys.append((day << 24) + np.arange(n, dtype=np.int64))
    request_s, key = to_ms(np.concatenate(times)), np.concatenate(keys)
    kept = request_s < scenario.duration_s
    request_s, key = request_s[kept], key[kept]
    return Searches(
        request_s=request_s,
        duration_s=to_ms(lognormal_s(archive.duration, streams.normal(Purpose.SEARCH_TIME, key))),
        solved=streams.uniform(Purpose.SEARCH_SOLVED, key) < archive.p_solved)
