"""What every replication of a scenario draws from: tables that depend on the scenario alone, made once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.camera_grid import CameraGrid, make_grid
from sim.city import F8, I4
from sim.demand import DemandTables, make_tables
from sim.kept import kept
from sim.perception import noticed_at_best
from sim.scenario import Scenario

I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Tables of one scenario. Shapes: K kinds, n junctions, u units, p posting periods."""

    grid: CameraGrid
    demand: DemandTables
    stays_mean_s: F8
    """(K,) and likewise the next three."""
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


@kept
def prepared_for(scenario: Scenario) -> Prepared:
    """Return the scenario's tables, those made before if it is the very same object."""
    kinds = scenario.kinds

    def column(name: str) -> F8:
        return np.array([getattr(kind, name) for kind in kinds], dtype=np.float64)

    city = scenario.city
    n_units = sum(shift.units for shift in scenario.shifts)
    n_posts = math.ceil(scenario.duration_s / scenario.patrols.post_s) + 1
    sizes = np.bincount(city.district, minlength=len(city.district_names))
    starts = np.concatenate(([0], np.cumsum(sizes)))
    beats = np.flatnonzero(sizes)
    of_shift = [np.arange(shift.units) for shift in scenario.shifts]
    beat = beats[np.concatenate([np.zeros(0, dtype=np.int64), *of_shift]) % beats.size]
    return Prepared(
        grid=make_grid(city.cameras),
        demand=make_tables(city, kinds, start_hour_of_week=scenario.start_hour_of_week),
        stays_mean_s=column("stays_mean_s"), p_evidence_persists=column("p_evidence_persists"),
        object_size_m=column("object_size_m"), p_noticed_at_best=noticed_at_best(scenario),
        by_district=np.argsort(city.district, kind="stable").astype(np.int32),
        unit=np.repeat(np.arange(n_units), n_posts), period=np.tile(np.arange(n_posts), n_units),
        beat_first=np.repeat(starts[beat], n_posts), beat_size=np.repeat(sizes[beat], n_posts))
