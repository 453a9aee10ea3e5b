"""A small town, made by hand, on which the simulator's laws are checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.city import Buildings, Cameras, City, LandUse, Roads
from sim.detector_model import DetectorRow
from sim.fieldwork import Patrols
from sim.scenario import Alerting, Costs, IncidentKind, PlanKind, Scenario, Shift, Spread, Watching


def grid_roads(side: int, *, block_m: float = 100.0, speed_mps: float = 10.0) -> Roads:
    """A two-way grid of side × side junctions."""
    index = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate([
        np.column_stack((index[:, :-1].ravel(), index[:, 1:].ravel())),
        np.column_stack((index[:-1].ravel(), index[1:].ravel())),
    ])
    pairs = np.concatenate((pairs, pairs[:, ::-1]))
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    first = np.zeros(side * side + 1, dtype=np.int32)
    np.cumsum(np.bincount(pairs[:, 0], minlength=side * side), out=first[1:])
    y, x = np.divmod(np.arange(side * side), side)
    m = pairs.shape[0]
    return Roads(x_m=x * block_m, y_m=y * block_m, first_edge=first, head=pairs[:, 1].astype(np.int32),
                 length_m=np.full(m, block_m), travel_ms=np.full(m, round(block_m / speed_mps * 1000), dtype=np.int32))


def grid_city(side: int = 10, n_cameras: int = 40, *, buildings: Buildings | None = None,
              **camera_changes: Any) -> City:
    """A grid town with cameras on every few junctions and a bar in the middle."""
    roads = grid_roads(side)
    n = roads.n_junctions
    junction = (np.arange(n_cameras) * max(1, n // max(1, n_cameras))).astype(np.int32) % n
    ones = np.ones(n_cameras)
    cameras = Cameras(**{
        "site": np.arange(n_cameras, dtype=np.int32), "junction": junction,
        "district": (junction >= n // 2).astype(np.int16), "x_m": roads.x_m[junction], "y_m": roads.y_m[junction],
        "mount_m": 5.0 * ones, "heading_deg": 45.0 * ones, "hfov_deg": 90.0 * ones, "range_m": 80.0 * ones,
        "zoom": ones, "width_px": np.full(n_cameras, 1920, dtype=np.int32),
        "kind": np.zeros(n_cameras, dtype=np.int16), **camera_changes})
    use = np.zeros(n, dtype=np.int16)
    use[n // 2] = LandUse.BAR
    return City(name="grid", roads=roads, land_use=use, district=(np.arange(n) >= n // 2).astype(np.int16),
                district_names=("south", "north"), cameras=cameras, river_xy_m=np.zeros((0, 2)),
                buildings=buildings)


def make_kind(name: str = "litter", **changes: Any) -> IncidentKind:
    """A kind that is easy to see and often needs a unit."""
    return replace(IncidentKind(
        name=name, per_day=200.0, hour_weights=(1.0,) * 168, land_use_weights=(1.0,) * 7,
        visible=Spread(median_s=90.0, p95_s=300.0), p_evidence_persists=0.3, object_size_m=1.0, severity=1,
        priority=3, p_needs_unit=0.7, stays_mean_s=600.0, p_citation=0.6, p_arrest=0.05, p_noticed_at_best=0.845,
    ), **changes)


def make_scenario(**changes: Any) -> Scenario:
    """A day in the grid town; changes replace whole fields of the scenario."""
    base = Scenario(
        name="grid", title="Grid town", story="", start_hour_of_week=0.0, duration_s=86400.0, city=grid_city(),
        kinds=(make_kind("litter"), make_kind("drinking", per_day=100.0, priority=2, p_arrest=0.2)),
        watching=Watching(
            plan=PlanKind.ROUND_ROBIN, look_s=2.0, watched_share=1.0, px_half=10.0, px_slope=2.0,
            verify=Spread(median_s=8.0, p95_s=30.0), record=Spread(median_s=60.0, p95_s=180.0), p_confirm=0.9,
            p_false_confirm=0.02, compliance_slope=5.49, compliance_middle=0.3, ppv_window=50, ppv_prior=0.5),
        alerting=Alerting(merge_window_s=60.0, queue_limit=50,
                          false_alert_life=Spread(median_s=120.0, p95_s=600.0)),
        shifts=(Shift(name="day", start_h=8.0, length_h=12.0, inspectors=3, units=5),
                Shift(name="night", start_h=20.0, length_h=12.0, inspectors=2, units=3)),
        patrols=Patrols(
            post_s=720.0, handover=Spread(median_s=30.0, p95_s=90.0), acknowledge=Spread(median_s=10.0, p95_s=30.0),
            turnout=Spread(median_s=30.0, p95_s=90.0), scene=Spread(median_s=600.0, p95_s=1800.0),
            paperwork=Spread(median_s=300.0, p95_s=900.0), travel_sigma=0.2, speed_factor=1.0),
        costs=Costs(currency="KZT", inspector_per_h=1500.0, unit_per_h=6000.0), statements=(), digest="grid",
    )
    return replace(base, **changes)


@pytest.fixture(name="make_scenario", scope="session")
def _make_scenario() -> Callable[..., Scenario]:
    return make_scenario


@pytest.fixture(name="make_kind", scope="session")
def _make_kind() -> Callable[..., IncidentKind]:
    return make_kind


@pytest.fixture(name="grid_city", scope="session")
def _grid_city() -> Callable[..., City]:
    return grid_city


@pytest.fixture(name="grid_roads", scope="session")
def _grid_roads() -> Callable[..., Roads]:
    return grid_roads


@pytest.fixture(name="detector_row", scope="session")
def _detector_row() -> DetectorRow:
    """Four hits in four, no false alarm in 39.85 s: what the bottle clip can show at best."""
    return DetectorRow(
        kind="object_placed", condition="all", threshold=0.5, plateau=None, px50=None, slope=None, cov=None, hits=4,
        misses=0, false_alarms=0, camera_hours=39.85 / 3600, n_cameras=1, between_camera_sd=None, f0_per_h=None,
        f1_per_person_min=None, delay_quantiles_s=(1.0, 2.0))
