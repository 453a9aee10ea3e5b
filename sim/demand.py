"""When and where incidents happen: a Poisson stream per kind, by hour of week and use of the land."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4, City
from sim.compiled import compiled
from sim.perception import lognormal_sigma
from sim.rng import KeyedStreams, Purpose
from sim.scenario import HOURS_PER_WEEK, IncidentKind

I8 = NDArray[np.int64]
HOUR_S = 3600.0
DAY_S = 86400.0
SCATTER_M = 40.0
"""Incidents lie uniformly in a square of this half side round their junction."""
KINDS_A_DAY = 64
"""Kinds that an entity number can tell apart."""
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
    rates: tuple[tuple[F8, ...], ...]
    """By kind and for each of the seven days from the start, (24,) expected incidents in each hour."""
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
        rates=tuple(tuple(hour_rates(kind, start_hour_of_week=start_hour_of_week, day=day) for day in range(7))
                    for kind in kinds),
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
    n_kinds = len(tables.rates)
    sizes = np.empty(n_days * n_kinds, dtype=np.int64)
    times, uniforms, normals = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    for part in range(sizes.size):
        day, kind = divmod(part, n_kinds)
        rng = streams.restarted(Purpose.INCIDENTS, day=day, entity=kind)
        by_hour = rng.poisson(tables.rates[kind][day % 7])
        sizes[part] = n = int(by_hour.sum())
        occur_s = (np.repeat(_HOURS, by_hour) + rng.random(n)) * HOUR_S
        occur_s.sort()
        times.append(occur_s + day * DAY_S)
        uniforms.append(rng.random(3 * n))
        normals.append(rng.standard_normal(n))
    n = int(sizes.sum())
    entity, kinds, junction = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    x_m, y_m = np.empty(n), np.empty(n)
    _fill_places(sizes, np.concatenate(uniforms), tables.cumulative, tables.guide, city.roads.x_m, city.roads.y_m,
                 entity, kinds, junction, x_m, y_m)
    return Happenings(entity=entity, kind=kinds, junction=junction, occur_s=np.concatenate(times), x_m=x_m, y_m=y_m,
                      visible_s=tables.visible_s(kinds, np.concatenate(normals)))


@compiled
def _fill_places(
    sizes: I8, u: F8, cumulative: F8, guide: I4, junction_x_m: F8, junction_y_m: F8, entity: I8, kinds: I4,
    junction: I4, x_m: F8, y_m: F8,
) -> None:
    n_kinds, n_junctions = cumulative.shape
    first = 0
    for part in range(sizes.size):
        day, kind = part // n_kinds, part % n_kinds
        n = sizes[part]
        for serial in range(n):
            at = first + serial
            p = u[3 * first + serial]
            place = guide[kind, int(p * n_junctions)]
            while place < n_junctions - 1 and cumulative[kind, place] <= p:
                place += 1
            while place > 0 and cumulative[kind, place - 1] > p:
                place -= 1
            place = min(place, n_junctions - 1)
            entity[at] = ((day * KINDS_A_DAY + kind) << 24) + serial
            kinds[at], junction[at] = kind, place
            x_m[at] = junction_x_m[place] + (-SCATTER_M + 2.0 * SCATTER_M * u[3 * first + n + serial])
            y_m[at] = junction_y_m[place] + (-SCATTER_M + 2.0 * SCATTER_M * u[3 * first + 2 * n + serial])
        first += n


def camera_exposure(city: City, kinds: tuple[IncidentKind, ...]) -> F8:
    """Return the expected incidents a day near each camera's junction, up to a factor; shape (c,)."""
    rate = sum((kind.per_day * junction_weights(city, kind) for kind in kinds), np.zeros(city.roads.n_junctions))
    return np.asarray(rate[city.cameras.junction], dtype=np.float64)
