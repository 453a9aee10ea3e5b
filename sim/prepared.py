"""What every replication of a scenario draws from: tables that depend on the scenario alone, made once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from sim.camera_grid import CameraGrid, make_grid
from sim.city import F8, I4
from sim.demand import DAY_S, hour_rates, junction_weights
from sim.perception import NORMAL_P95
from sim.scenario import Scenario

I8 = NDArray[np.int64]
KEPT = 4
"""Scenarios whose tables are remembered; a study plays a few at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Tables of one scenario. Shapes: K kinds, n junctions, h hours of the week, b beats, u units, p posts."""

    grid: CameraGrid
    cumulative: tuple[F8, ...]
    """By kind, (n,) probability that an incident lies at this junction or one before it."""
    rates: tuple[tuple[F8, ...], ...]
    """By kind and by day of the week since the start, (24,) expected incidents in each hour."""
    visible_median_s: F8
    """(K,)."""
    visible_sigma: F8
    """(K,) spread of the logarithm."""
    stays_mean_s: F8
    p_evidence_persists: F8
    object_size_m: F8
    p_noticed_at_best: F8
    by_district: I4
    """(n,) junctions, district after district."""
    unit: I8
    """(u · p,) unit of each posting period, unit after unit."""
    period: I8
    """(u · p,) number of the period."""
    beat_first: I8
    """(u · p,) where the unit's district begins in ``by_district``."""
    beat_size: I8
    """(u · p,) junctions of that district."""


def prepare(scenario: Scenario) -> Prepared:
    """Make a scenario's tables."""
    kinds = scenario.kinds

    def column(name: str) -> F8:
        return np.array([getattr(kind, name) for kind in kinds], dtype=np.float64)

    return Prepared(
        grid=make_grid(scenario.city.cameras),
        cumulative=tuple(np.cumsum(junction_weights(scenario.city, kind)) for kind in kinds),
        rates=tuple(tuple(hour_rates(kind, start_hour_of_week=scenario.start_hour_of_week, day=day)
                          for day in range(7)) for kind in kinds),
        visible_median_s=np.array([kind.visible.median_s for kind in kinds]),
        visible_sigma=np.array([math.log(kind.visible.p95_s / kind.visible.median_s) / NORMAL_P95 for kind in kinds]),
        stays_mean_s=column("stays_mean_s"), p_evidence_persists=column("p_evidence_persists"),
        object_size_m=column("object_size_m"), p_noticed_at_best=column("p_noticed_at_best"), **_beats(scenario))


def _beats(scenario: Scenario) -> dict[str, NDArray[np.int32] | I8]:
    city = scenario.city
    n_units = sum(shift.units for shift in scenario.shifts)
    n_posts = math.ceil(scenario.duration_s / scenario.patrols.post_s) + 1
    sizes = np.bincount(city.district, minlength=len(city.district_names))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    beats = np.flatnonzero(sizes)
    of_shift = [np.arange(shift.units) for shift in scenario.shifts]
    beat = beats[np.concatenate([np.zeros(0, dtype=np.int64), *of_shift]) % beats.size]
    return {
        "by_district": np.argsort(city.district, kind="stable").astype(np.int32),
        "unit": np.repeat(np.arange(n_units), n_posts), "period": np.tile(np.arange(n_posts), n_units),
        "beat_first": np.repeat(starts[beat], n_posts), "beat_size": np.repeat(sizes[beat], n_posts),
    }


_latest: list[tuple[Scenario, Prepared]] = []
_lock = Lock()


def prepared_for(scenario: Scenario) -> Prepared:
    """Return the scenario's tables, those made before if it is the very same object."""
    with _lock:
        for known, tables in _latest:
            if known is scenario:
                return tables
        tables = prepare(scenario)
        _latest.append((scenario, tables))
        del _latest[:-KEPT]
        return tables
