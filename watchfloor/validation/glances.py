"""Watching played look by look: the twin that holds the closed form of attention, and is itself held to theory."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.attention import p_found_random_exponential
from sim.city import F8
from sim.glances import play_glances
from sim.log import Name
from sim.scenario import PlanKind, Scenario
from sim.trace import Trace
from watchfloor.validation.check import Check, make_check, make_exact_check
from watchfloor.validation.travel import make_grid
from watchfloor.validation.watching import Scan, p_found
from watchfloor.validation.worlds import all_day, cases_of, instants, make_scenario, make_town, make_trace, play

PART = "watching, look by look"
LOOKS_PER_INCIDENT = 4.0
LONGEST = 40.0
"""In mean visible times, for which looks go on after the last incident began."""
SAME_S = 1e-6
"""Both must notice an incident within a microsecond."""
VERIFY_MEAN_S, RECORD_MEAN_S = 8.0, 30.0
"""Of the cases that keep inspectors from looking."""


def small_watch(
    plan: PlanKind, *, n_cameras: int, look_s: float, visible_s: float, n: int, rng: np.random.Generator,
    n_inspectors: int = 1, is_fixed: bool = False, takes_time: bool = False,
) -> tuple[Scenario, Trace]:
    """Return a small room, and incidents in it that come so often that a look may fall on several."""
    span_s = n * look_s * LOOKS_PER_INCIDENT
    scenario = make_scenario(
        make_town(make_grid(math.ceil(math.sqrt(n_cameras))), range(n_cameras)),
        duration_s=span_s + LONGEST * visible_s, shifts=all_day(inspectors=n_inspectors), plan=plan, look_s=look_s)
    trace = make_trace(
        np.zeros((0, 1), dtype=np.int32), occur_s=np.sort(rng.random(n)) * span_s,
        visible_s=np.full(n, visible_s) if is_fixed else rng.exponential(visible_s, n),
        camera=rng.integers(n_cameras, size=n).astype(np.int32), budget=rng.exponential(size=n))
    if takes_time:
        scenario = replace(scenario, watching=replace(scenario.watching, p_confirm=0.8))
        trace = replace(trace, line_p_look=np.full(n, 0.4), cases=cases_of(
            n, u_confirm=rng.random(n), verify_s=rng.exponential(VERIFY_MEAN_S, n),
            record_s=rng.exponential(RECORD_MEAN_S, n)))
    return scenario, trace


def noticed_s(scenario: Scenario, trace: Trace) -> tuple[F8, F8]:
    """Return when each incident is first noticed look by look, and by the closed form; NaN where never."""
    by_looks, closed = play_glances(scenario, trace).log, play(scenario, trace, None)
    n = trace.n_incidents
    return instants(by_looks, Name.SHOWN, "incident_id", n), instants(closed, Name.SHOWN, "incident_id", n)


def n_differing(one: F8, other: F8) -> int:
    """Return how many incidents are noticed at another instant, or by one of two only."""
    same = (np.isnan(one) & np.isnan(other)) | (np.abs(one - other) <= SAME_S)
    return int((~same).sum())


def cyclic_checks(
    scan: Scan, *, n_cameras: int, look_s: float, visible_s: float, n: int, rng: np.random.Generator,
    must_be_tight: bool = True,
) -> list[Check]:
    """Check a round robin: looks find what theory says, and each incident when the closed form says."""
    scenario, trace = small_watch(PlanKind.ROUND_ROBIN, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s, n=n,
                                  rng=rng, is_fixed=scan is Scan.CYCLIC_FIXED)
    by_looks, closed = noticed_s(scenario, trace)
    name = f"{n_cameras} cameras, {scan}"
    return [
        make_check(np.isfinite(by_looks).astype(np.float64), part=PART, name=f"{name}: share found by looks", n=n,
                   reference=p_found(scan, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s),
                   source="renewal argument", must_be_tight=must_be_tight),
        make_exact_check(float(n_differing(by_looks, closed)), part=PART, reference=0.0, n=n, within=0.0,
                         name=f"{name}: noticed otherwise than by the closed form", source="the closed form")]


def busy_check(*, n_cameras: int, n_inspectors: int, n: int, rng: np.random.Generator) -> Check:
    """Check a round robin of inspectors whose cases keep them from looking."""
    scenario, trace = small_watch(PlanKind.ROUND_ROBIN, n_cameras=n_cameras, look_s=math.sqrt(2.0), visible_s=60.0, n=n,
                                  rng=rng, n_inspectors=n_inspectors, takes_time=True)
    by_looks, closed = noticed_s(scenario, trace)
    return make_exact_check(
        float(n_differing(by_looks, closed)), part=PART, reference=0.0, n=n, within=0.0, source="the closed form",
        name=f"{n_cameras} cameras, {n_inspectors} inspectors with cases: noticed otherwise than by the closed form")


def drawn_checks(
    *, n_cameras: int, look_s: float, visible_s: float, n: int, rng: np.random.Generator, must_be_tight: bool = True,
) -> list[Check]:
    """Check looks that are drawn by weight: they find what theory says, and as many as the closed form."""
    scenario, trace = small_watch(PlanKind.RISK_WEIGHTED, n_cameras=n_cameras, look_s=look_s, visible_s=visible_s, n=n,
                                  rng=rng)
    by_looks, closed = (np.isfinite(found).astype(np.float64) for found in noticed_s(scenario, trace))
    name = f"{n_cameras} cameras, {Scan.RANDOM_EXPONENTIAL}"
    return [
        make_check(by_looks, part=PART, name=f"{name}: share found by looks", n=n, source="renewal argument",
                   reference=p_found_random_exponential(n_cameras=n_cameras, look_s=look_s, visible_mean_s=visible_s),
                   must_be_tight=must_be_tight),
        make_check(by_looks - closed, part=PART, name=f"{name}: found by looks, less by the closed form", n=n,
                   reference=0.0, source="the closed form")]
