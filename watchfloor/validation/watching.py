"""Watching and driving: incidents noticed by looks alone, and the nearest unit's way, as worlds play them."""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np

from sim.attention import p_found_cyclic_exponential, p_found_cyclic_fixed, p_found_random_exponential
from sim.city import F8
from sim.log import Name
from sim.scenario import PlanKind
from sim.theory.distance import Metric, mean_kth_nearest
from watchfloor.validation.check import Check, make_check
from watchfloor.validation.travel import BLOCK_DS, make_grid
from watchfloor.validation.worlds import (
    all_day,
    cases_of,
    instants,
    make_alerts,
    make_scenario,
    make_town,
    make_trace,
    play,
    quiet_trace,
)

N_BATCHES = 20


class Scan(StrEnum):
    """How looks go round the cameras, and how long an incident can be seen."""

    CYCLIC_FIXED = "cyclic, fixed"
    CYCLIC_EXPONENTIAL = "cyclic, exponential"
    RANDOM_EXPONENTIAL = "random, exponential"


def p_found(scan: Scan, *, n_cameras: int, look_s: float, visible_s: float) -> float:
    """Return theory's share of incidents found."""
    if scan is Scan.CYCLIC_FIXED:
        return p_found_cyclic_fixed(n_cameras=n_cameras, look_s=look_s, visible_s=visible_s)
    exact = p_found_cyclic_exponential if scan is Scan.CYCLIC_EXPONENTIAL else p_found_random_exponential
    return exact(n_cameras=n_cameras, look_s=look_s, visible_mean_s=visible_s)


def found(
    scan: Scan, *, n_cameras: int, look_s: float, visible_s: float, n: int, rng: np.random.Generator
) -> F8:
    """Play incidents in a world whose one inspector does nothing but look; return 1 for each that is found."""
    side = math.ceil(math.sqrt(n_cameras))
    span_s = n * look_s * n_cameras
    scenario = make_scenario(
        make_town(make_grid(side), range(n_cameras)), duration_s=span_s + 1.0, shifts=all_day(inspectors=1),
        plan=PlanKind.RISK_WEIGHTED if scan is Scan.RANDOM_EXPONENTIAL else PlanKind.ROUND_ROBIN, look_s=look_s)
    lasts = np.full(n, visible_s) if scan is Scan.CYCLIC_FIXED else rng.exponential(visible_s, n)
    trace = make_trace(np.zeros((0, 1), dtype=np.int32), occur_s=np.sort(rng.random(n)) * span_s, visible_s=lasts,
                       camera=rng.integers(n_cameras, size=n).astype(np.int32), budget=rng.exponential(size=n))
    log = play(scenario, trace, None)
    return np.isfinite(instants(log, Name.SHOWN, "incident_id", n)).astype(np.float64)


def watching_check(
    scan: Scan, *, n_cameras: int, look_s: float, visible_s: float, n: int, rng: np.random.Generator,
    reference: float | None = None, must_be_tight: bool = True,
) -> Check:
    """Check the share of incidents that looks find; theory's own reference if none."""
    exact = p_found(scan, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s)
    hits = found(scan, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s, n=n, rng=rng)
    return make_check(hits, part="watching", name=f"{n_cameras} cameras, {scan}: share found",
                      reference=exact if reference is None else reference, n=n, source="renewal argument",
                      must_be_tight=must_be_tight)


def nearest_unit_check(*, side: int, n_units: int, n_calls: int, rng: np.random.Generator,
                       must_be_tight: bool = True) -> Check:
    """Check the way of the unit that is sent, all units being free, against the square-root law.

    Units are posted anew, uniformly over a fine grid, before each call from its middle. The number of units is fixed
    rather than Poisson, and units stand at junctions: both make the way shorter by less than 0.3 %.
    """
    post_s = 4.0 * side * BLOCK_DS / 10.0
    roads = make_grid(side)
    centre = (side // 2) * side + side // 2
    scenario = make_scenario(make_town(roads, [centre]), duration_s=post_s * (n_calls + 1), post_s=post_s,
                             shifts=all_day(inspectors=1, units=n_units), confirms=True)
    posts = rng.integers(roads.n_junctions, size=(n_units, n_calls + 2)).astype(np.int32)
    detect_s = np.asarray((np.arange(n_calls) + 0.5) * post_s, dtype=np.float64)
    alerts = make_alerts(detect_s=detect_s, cases=cases_of(n_calls, travel_factor=np.ones(n_calls)))
    log = play(scenario, quiet_trace(posts), alerts)
    blocks = log.value[log.name == Name.ON_SCENE] * 10.0 / BLOCK_DS
    density = n_units / roads.n_junctions
    return make_check(blocks * math.sqrt(density), part="patrols and travel",
                      name="way of the nearest unit × √density",
                      reference=mean_kth_nearest(1, units_per_area=1.0, metric=Metric.MANHATTAN), n=n_calls,
                      source="Kolesar & Blum 1973", must_be_tight=must_be_tight)
