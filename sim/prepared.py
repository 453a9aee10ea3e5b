"""What every replication of a scenario draws from: tables that depend on the scenario alone, made once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.camera_grid import CameraGrid, make_grid
from sim.city import F8
from sim.demand import DemandTables, make_tables
from sim.kept import kept
from sim.perception import noticed_at_best
from sim.scenario import Scenario

I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Tables of one scenario. Shapes: K kinds."""

    grid: CameraGrid
    demand: DemandTables
    stays_mean_s: F8
    """(K,) and likewise the next four."""
    p_evidence_persists: F8
    object_size_m: F8
    notice_ratio: F8
    """Of the size that catches the eye to the object's."""
    p_noticed_at_best: F8


@kept
def prepared_for(scenario: Scenario) -> Prepared:
    """Return the scenario's tables, those made before if it is the very same object."""
    kinds = scenario.kinds

    def column(name: str) -> F8:
        return np.array([getattr(kind, name) for kind in kinds], dtype=np.float64)

    return Prepared(
        grid=make_grid(scenario.city.cameras),
        demand=make_tables(scenario.city, kinds, start_hour_of_week=scenario.start_hour_of_week),
        stays_mean_s=column("stays_mean_s"), p_evidence_persists=column("p_evidence_persists"),
        object_size_m=column("object_size_m"),
        notice_ratio=np.array([(kind.notice_size_m or kind.object_size_m) / kind.object_size_m for kind in kinds]),
        p_noticed_at_best=noticed_at_best(scenario))
