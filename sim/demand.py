"""When and where incidents happen: a Poisson stream per kind, by hour of week and use of the land."""

from __future__ import annotations

import numpy as np

from sim.city import F8, I4, City
from sim.kept import kept
from sim.rng import KeyedStreams, Purpose
from sim.scenario import HOURS_PER_WEEK, IncidentKind

HOUR_S = 3600.0
DAY_S = 86400.0
SCATTER_M = 40.0
"""Incidents lie uniformly in a square of this half side round their junction."""


def hour_rates(kind: IncidentKind, *, start_hour_of_week: float, day: int) -> F8:
    """Return the expected incidents in each of the 24 hours of a simulated day."""
    hours = (np.arange(24) + 24 * day + int(start_hour_of_week)) % HOURS_PER_WEEK
    return np.asarray(kind.hour_weights, dtype=np.float64)[hours] * kind.per_day / 24.0


def junction_weights(city: City, kind: IncidentKind) -> F8:
    """Return the probability of each junction for a new incident; sums to 1."""
    weights = np.asarray(kind.land_use_weights, dtype=np.float64)[city.land_use]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


@kept
def _running_weights(_: City) -> dict[tuple[float, ...], F8]:
    """Return what has been summed up so far of a city's junction weights, by the weights of the uses of land."""
    return {}


def draw_day(
    city: City, kind: IncidentKind, *, kind_index: int, streams: KeyedStreams, start_hour_of_week: float, day: int
) -> tuple[F8, I4, F8, F8, F8]:
    """Draw one kind's incidents of one day, in order of time.

    Returns:
        (start in seconds of the scenario, junction, x in metres, y in metres, standard normal of the visible time).
    """
    rng = streams.stream(Purpose.INCIDENTS, day=day, entity=kind_index)
    by_hour = rng.poisson(hour_rates(kind, start_hour_of_week=start_hour_of_week, day=day))
    n = int(by_hour.sum())
    occur_s = np.sort((np.repeat(np.arange(24), by_hour) + rng.random(n)) * HOUR_S) + day * DAY_S
    totals = _running_weights(city)
    if kind.land_use_weights not in totals:
        totals[kind.land_use_weights] = np.cumsum(junction_weights(city, kind))
    total = totals[kind.land_use_weights]
    junction = np.minimum(np.searchsorted(total, rng.random(n), side="right"), total.size - 1).astype(np.int32)
    x_m = city.roads.x_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, n)
    y_m = city.roads.y_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, n)
    return occur_s, junction, x_m, y_m, rng.standard_normal(n)


def camera_exposure(city: City, kinds: tuple[IncidentKind, ...]) -> F8:
    """Return the expected incidents a day near each camera's junction, up to a factor; shape (c,)."""
    rate = sum((kind.per_day * junction_weights(city, kind) for kind in kinds), np.zeros(city.roads.n_junctions))
    return np.asarray(rate[city.cameras.junction], dtype=np.float64)
