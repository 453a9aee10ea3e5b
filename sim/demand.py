"""When and where incidents happen: a Poisson stream per kind, by hour of week and use of the land."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4, City
from sim.compiled import compiled, constant
from sim.perception import lognormal_sigma
from sim.rng import U8, KeyedStreams, Purpose, RestartableStream, restart, restartable_stream
from sim.scenario import HOURS_PER_WEEK, IncidentKind

I8 = NDArray[np.int64]
HOUR_S = 3600.0
DAY_S = 86400.0
SCATTER_M = 40.0
"""Incidents lie uniformly in a square of this half side round their junction."""
KINDS_A_DAY = 64
"""Kinds that an entity number can tell apart."""
INCIDENTS = constant(Purpose.INCIDENTS)
_HOURS = np.arange(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """Incidents as they are drawn; arrays of one length."""

    entity: I8
    """Key of each one's further draws."""
    kind: I4
    junction: I4
    occur_s: F8
    """Seconds of the scenario, not yet rounded."""
    x_m: F8
    y_m: F8
    visible_s: F8

    @property
    def n(self) -> int:
        """Number of incidents."""
        return int(self.entity.size)

    def only(self, kept: NDArray[np.bool_] | I8) -> Happenings:
        """Return some of them."""
        return Happenings(**{item.name: getattr(self, item.name)[kept] for item in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandTables:
    """What the drawing of incidents reads, by kind; made once for a scenario. Shapes: K kinds, n junctions."""

    cumulative: F8
    """(K, n) probability that an incident lies at this junction or one before it."""
    guide: I4
    """(K, n) where in ``cumulative`` the search for a probability i/n begins (Chen & Asau 1974)."""
    rates: F8
    """(K, 7, 24) expected incidents in each hour of the seven days from the start."""
    visible_median_s: F8
    """(K,)."""
    visible_sigma: F8
    """(K,) spread of the logarithm."""

    def visible_s(self, kind: I4, z: F8) -> F8:
        """Return how long incidents can be seen, for standard normals z."""
        return np.asarray(self.visible_median_s[kind] * np.exp(self.visible_sigma[kind] * z), dtype=np.float64)


def make_tables(city: City, kinds: tuple[IncidentKind, ...], *, start_hour_of_week: float) -> DemandTables:
    """Make the tables of a city and its kinds of incident."""
    cumulative = np.array([np.cumsum(junction_weights(city, kind)) for kind in kinds]).reshape(len(kinds), -1)
    steps = np.arange(cumulative.shape[1]) / cumulative.shape[1]
    guide = [np.searchsorted(row, steps, side="right") for row in cumulative]
    sigma = [lognormal_sigma(kind.visible) for kind in kinds]
    return DemandTables(
        cumulative=cumulative, guide=np.array(guide, dtype=np.int32).reshape(cumulative.shape),
        rates=np.array([[hour_rates(kind, start_hour_of_week=start_hour_of_week, day=day) for day in range(7)]
                        for kind in kinds]).reshape(len(kinds), 7, 24),
        visible_median_s=np.array([kind.visible.median_s for kind in kinds]), visible_sigma=np.array(sigma))


def joined(parts: list[Happenings]) -> Happenings:
    """Return the incidents of several parts one after another."""
    if len(parts) == 1:
        return parts[0]
    return Happenings(**{item.name: np.concatenate([getattr(part, item.name) for part in parts])
                         for item in fields(Happenings)})


def hour_rates(kind: IncidentKind, *, start_hour_of_week: float, day: int) -> F8:
    """Return the expected incidents in each of the 24 hours of a simulated day."""
    hours = (np.arange(24) + 24 * day + int(start_hour_of_week)) % HOURS_PER_WEEK
    return np.asarray(kind.hour_weights, dtype=np.float64)[hours] * kind.per_day / 24.0


def junction_weights(city: City, kind: IncidentKind) -> F8:
    """Return the probability of each junction for a new incident; sums to 1."""
    weights = np.asarray(kind.land_use_weights, dtype=np.float64)[city.land_use]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def draw_day(
    city: City, rng: np.random.Generator, tables: DemandTables, *, kind: int, day: int, factor: float = 1.0,
    first_entity: int = 0,
) -> Happenings:
    """Draw one kind's incidents of one day, in order of time.

    Args:
        city: where.
        rng: the stream of this kind and day.
        tables: the scenario's.
        kind: index of the kind.
        day: number of the simulated day.
        factor: multiplies the rates.
        first_entity: added to the entities, to tell this stream's from another's.
    """
    by_hour = rng.poisson(tables.rates[kind][day % 7] * factor)
    n = int(by_hour.sum())
    occur_s = (np.repeat(_HOURS, by_hour) + rng.random(n)) * HOUR_S
    occur_s.sort()
    cumulative = tables.cumulative[kind]
    junction = np.minimum(cumulative.searchsorted(rng.random(n), side="right"), cumulative.size - 1).astype(np.int32)
    first = first_entity + ((day * KINDS_A_DAY + kind) << 24)
    x_m = city.roads.x_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, n)
    y_m = city.roads.y_m[junction] + rng.uniform(-SCATTER_M, SCATTER_M, n)
    kinds = np.full(n, kind, dtype=np.int32)
    return Happenings(
        entity=np.arange(first, first + n), kind=kinds, junction=junction, occur_s=occur_s + day * DAY_S, x_m=x_m,
        y_m=y_m, visible_s=tables.visible_s(kinds, rng.standard_normal(n)))


def draw_base(city: City, streams: KeyedStreams, tables: DemandTables, *, n_days: int) -> Happenings:
    """Draw every kind's incidents of every day, each from a stream of its own; the same as ``draw_day`` for each."""
    expected = float(tables.rates.sum(axis=(0, 2))[np.arange(n_days) % 7].sum())
    capacity = math.ceil(expected + 8.0 * math.sqrt(expected)) + 64
    while True:
        entity, (kinds, junction) = np.empty(capacity, dtype=np.int64), np.empty((2, capacity), dtype=np.int32)
        occur_s, x_m, y_m, z = (np.empty(capacity) for _ in range(4))
        n = _fill_incidents(restartable_stream(), streams.key, n_days, tables.rates, tables.cumulative, tables.guide,
                            city.roads.x_m, city.roads.y_m, entity, kinds, junction, occur_s, x_m, y_m, z)
        if n <= capacity:
            return Happenings(
                entity=entity[:n], kind=kinds[:n], junction=junction[:n], occur_s=occur_s[:n], x_m=x_m[:n],
                y_m=y_m[:n], visible_s=tables.visible_s(kinds[:n], z[:n]))
        capacity *= 2


@compiled
def _fill_incidents(
    stream: RestartableStream, key: U8, n_days: int, rates: F8, cumulative: F8, guide: I4, junction_x_m: F8,
    junction_y_m: F8, entity: I8, kinds: I4, junction: I4, occur_s: F8, x_m: F8, y_m: F8, z: F8,
) -> int:
    """Fill the incidents, with normals for how long they are visible; return how many there are, or would be so far."""
    by_hour = np.empty(24, dtype=np.int64)
    rng, first = stream.generator, 0
    for part in range(n_days * rates.shape[0]):
        day, kind = part // rates.shape[0], part % rates.shape[0]
        restart(stream, key, INCIDENTS, day, kind)
        for hour in range(24):
            by_hour[hour] = rng.poisson(rates[kind, day % 7, hour])
        end, at = first + by_hour.sum(), first
        if end > entity.size:
            return int(end)
        for hour in range(24):
            for _ in range(by_hour[hour]):
                occur_s[at] = (hour + rng.random()) * HOUR_S
                at += 1
        occur_s[first:end].sort()
        for at in range(first, end):
            entity[at], kinds[at] = ((day * KINDS_A_DAY + kind) << 24) + at - first, kind
            occur_s[at] += day * DAY_S
            z[at] = rng.random()
        _fill_places(z[first:end], cumulative[kind], guide[kind], junction[first:end])
        for at in range(first, end):
            x_m[at] = junction_x_m[junction[at]] + (-SCATTER_M + 2.0 * SCATTER_M * rng.random())
        for at in range(first, end):
            y_m[at] = junction_y_m[junction[at]] + (-SCATTER_M + 2.0 * SCATTER_M * rng.random())
        for at in range(first, end):
            z[at] = rng.standard_normal()
        first = end
    return first


@compiled
def _fill_places(p: F8, cumulative: F8, guide: I4, place: I4) -> None:
    """Fill the first place whose cumulative probability is above each p, or the last place.

    The tables are larger than the caches. Read in a loop of their own, several at once are on their way from memory.
    """
    last, reached = cumulative.size - 1, np.empty(p.size)
    for index in range(p.size):
        place[index] = min(guide[int(p[index] * cumulative.size)], last)
    for index in range(p.size):
        reached[index] = cumulative[place[index]]
    for index in range(p.size):
        at = place[index]
        if reached[index] <= p[index]:
            while at < last and cumulative[at] <= p[index]:
                at += 1
        else:
            while at > 0 and cumulative[at - 1] > p[index]:
                at -= 1
        place[index] = at


def camera_exposure(city: City, kinds: tuple[IncidentKind, ...]) -> F8:
    """Return the expected incidents a day near each camera's junction, up to a factor; shape (c,)."""
    rate = sum((kind.per_day * junction_weights(city, kind) for kind in kinds), np.zeros(city.roads.n_junctions))
    return np.asarray(rate[city.cameras.junction], dtype=np.float64)
