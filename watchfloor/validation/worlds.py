"""Worlds drawn by hand, in which the simulator's own control room and patrols are a queue that theory can solve."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.alerts import DrawnAlerts
from sim.case_draws import CaseDraws, given_cases
from sim.city import F8, I4, Cameras, City, Roads
from sim.engine import World
from sim.fieldwork import Patrols
from sim.log import MISSING, EventLog, Name
from sim.scenario import Alerting, Costs, IncidentKind, PlanKind, Scenario, Shift, Spread, Watching
from sim.trace import Trace
from watchfloor.validation.travel import make_grid

MEAN_S = 60.0
"""What stands for one unit of theory's time: a mean verification, or a mean case of a patrol."""

UNUSED = Spread(median_s=1.0, p95_s=2.0)
"""For durations that a hand-drawn world never draws."""

WHOLE_DAY = 24.0


def make_town(roads: Roads, camera_junctions: Sequence[int]) -> City:
    """Make a city of given roads, with a camera at each of some junctions, in one district."""
    junction = np.array(camera_junctions, dtype=np.int32)
    n = junction.size
    ones = np.ones(n)
    cameras = Cameras(
        site=np.arange(n, dtype=np.int32), junction=junction, district=np.zeros(n, dtype=np.int16),
        x_m=roads.x_m[junction], y_m=roads.y_m[junction], mount_m=5.0 * ones, heading_deg=0.0 * ones,
        hfov_deg=90.0 * ones, range_m=80.0 * ones, zoom=ones, width_px=np.full(n, 1920, dtype=np.int32),
        kind=np.zeros(n, dtype=np.int16))
    nowhere = np.zeros(roads.n_junctions, dtype=np.int16)
    return City(name="drawn by hand", roads=roads, land_use=nowhere, district=nowhere, district_names=("all",),
                cameras=cameras, river_xy_m=np.zeros((0, 2)))


def make_kind(priority: int) -> IncidentKind:
    """Make a kind of incident whose confirmed cases always need a unit."""
    return IncidentKind(
        name=f"priority {priority}", per_day=1.0, hour_weights=(1.0,) * 168, land_use_weights=(1.0,) * 7,
        visible=UNUSED, p_evidence_persists=0.0, object_size_m=1.0, severity=1, priority=priority, p_needs_unit=1.0,
        stays_mean_s=1.0, p_citation=0.0, p_arrest=0.0, p_noticed_at_best=1.0)


def make_scenario(
    city: City, *, duration_s: float, shifts: Sequence[Shift], n_priorities: int = 1, confirms: bool = False,
    queue_limit: int = 10**9, plan: PlanKind = PlanKind.ROUND_ROBIN, look_s: float = 1.0, post_s: float = math.inf,
) -> Scenario:
    """Make a scenario in which every duration comes from hand-drawn tables."""
    return Scenario(
        name="validation", title="Validation", story="", start_hour_of_week=0.0, duration_s=duration_s, city=city,
        kinds=tuple(make_kind(priority) for priority in range(1, n_priorities + 1)),
        watching=Watching(
            plan=plan, look_s=look_s, watched_share=1.0, px_half=10.0, px_slope=2.0, verify=UNUSED, record=UNUSED,
            p_confirm=0.0, p_false_confirm=1.0 if confirms else 0.0, compliance_slope=1.0, compliance_middle=0.5,
            ppv_window=1, ppv_prior=0.5),
        alerting=Alerting(merge_window_s=0.0, queue_limit=queue_limit, false_alert_life=UNUSED),
        shifts=tuple(shifts),
        patrols=Patrols(post_s=min(post_s, duration_s * 10.0), handover=UNUSED, acknowledge=UNUSED, turnout=UNUSED,
                        scene=UNUSED, paperwork=UNUSED, travel_sigma=0.0, speed_factor=1.0),
        costs=Costs(currency="KZT", inspector_per_h=0.0, unit_per_h=0.0), statements=(), digest="validation")


def all_day(*, inspectors: int, units: int = 0) -> tuple[Shift, ...]:
    """Return one shift that never ends."""
    return (Shift(name="all day", start_h=0.0, length_h=WHOLE_DAY, inspectors=inspectors, units=units),)


def cases_of(n: int, **columns: F8) -> CaseDraws:
    """Return the handling of n cases: the columns given, and nothing else takes any time."""
    return given_cases(n, **({"u_confirm": np.full(n, 0.5), "u_disposition": np.ones(n)} | columns))


def quiet_trace(post_junction: I4) -> Trace:
    """Return a trace in which nothing happens in the city, and units are posted as told."""
    return make_trace(post_junction, occur_s=np.zeros(0), visible_s=np.zeros(0), camera=np.zeros(0, dtype=np.int32))


def make_trace(post_junction: I4, *, occur_s: F8, visible_s: F8, camera: I4, budget: F8 | None = None) -> Trace:
    """Return a trace of incidents that any look at their one camera notices, by their Exp(1) budgets if drawn."""
    n = occur_s.size
    zeros, integers = np.zeros(n), np.zeros(n, dtype=np.int32)
    return Trace(
        entity=np.arange(n, dtype=np.int64), kind=integers, x_m=zeros, y_m=zeros, junction=integers,
        occur_s=occur_s, visible_end_s=occur_s + visible_s, leaves_s=occur_s + visible_s,
        persists=np.zeros(n, dtype=bool), first_line=np.arange(n + 1, dtype=np.int32), line_camera=camera,
        line_p_look=np.ones(n), line_budget=zeros if budget is None else budget, line_px=np.full(n, 100.0),
        line_end_s=occur_s + visible_s, line_zoom_s=zeros, line_p_identify=np.ones(n), cases=cases_of(n),
        post_junction=post_junction)


def make_alerts(*, detect_s: F8, cases: CaseDraws, patience_s: F8 | None = None, camera: I4 | None = None,
                kind: I4 | None = None, level: I4 | None = None) -> DrawnAlerts:
    """Return false alerts at given instants; camera 0, kind 0 and level 4 where nothing else is said."""
    n = detect_s.size
    nought = np.zeros(n, dtype=np.int32)
    return DrawnAlerts(
        camera=nought if camera is None else camera, kind=nought if kind is None else kind,
        incident=np.full(n, MISSING, dtype=np.int32), detect_s=detect_s,
        ends_s=detect_s + (math.inf if patience_s is None else patience_s),
        level=np.full(n, 4, dtype=np.int32) if level is None else level, score=np.ones(n),
        merged=np.ones(n, dtype=np.int32), cases=cases)


def play(scenario: Scenario, trace: Trace, alerts: DrawnAlerts | None) -> EventLog:
    """Play a world until nothing is left to do; return its log."""
    world = World(scenario, trace, alerts=alerts)
    world.run(until_s=math.inf)
    return world.log()


def instants(log: EventLog, name: Name, ident: str, n: int) -> F8:
    """Return when each of n things first had a log row of that name, NaN where it had none."""
    rows = np.flatnonzero(log.name == name)[::-1]
    found = np.full(n, np.nan)
    found[getattr(log, ident)[rows]] = log.t_s[rows]
    return found


def room_waits_s(
    *, detect_s: F8, verify_s: F8, n_inspectors: int, patience_s: F8 | None = None, level: I4 | None = None,
    calls_lost: bool = False, shifts: Sequence[Shift] = (), adapt: Callable[[Scenario], Scenario] | None = None,
) -> F8:
    """Play alerts through the control room and return how long each waited for an inspector, in seconds.

    Whoever was never shown has minus the time after which it left; minus infinity where the full queue refused it.
    """
    log = play_room(detect_s=detect_s, verify_s=verify_s, n_inspectors=n_inspectors, patience_s=patience_s,
                    level=level, calls_lost=calls_lost, shifts=shifts, adapt=adapt)
    n = detect_s.size
    waits = instants(log, Name.SHOWN, "alert_id", n) - detect_s
    left = instants(log, Name.ABANDON, "alert_id", n)
    gone = np.isfinite(left)
    waits[gone] = -math.inf if calls_lost else detect_s[gone] - left[gone]
    return waits


def play_room(
    *, detect_s: F8, verify_s: F8, n_inspectors: int, patience_s: F8 | None = None, level: I4 | None = None,
    calls_lost: bool = False, shifts: Sequence[Shift] = (), adapt: Callable[[Scenario], Scenario] | None = None,
) -> EventLog:
    """Play alerts through the control room and return the log; ``adapt`` may give the room other rules."""
    n = detect_s.size
    scenario = make_scenario(
        make_town(make_grid(2), range(4)), duration_s=float(detect_s[-1]) + MEAN_S,
        shifts=shifts or all_day(inspectors=n_inspectors), queue_limit=0 if calls_lost else 10**9)
    if adapt is not None:
        scenario = adapt(scenario)
    alerts = make_alerts(detect_s=detect_s, cases=cases_of(n, verify_s=verify_s), patience_s=patience_s, level=level,
                         camera=(np.arange(n) % 4).astype(np.int32))
    return play(scenario, quiet_trace(np.zeros((0, 1), dtype=np.int32)), alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A line of streets on which units stand and calls come, so that driving times make the preferences."""

    length: int
    """Junctions."""
    posts: tuple[int, ...]
    """Junction of each unit."""
    places: tuple[int, ...]
    """Junction of each class of calls."""

    def preference(self) -> NDArray[np.int64]:
        """Return the units by distance from each class's place; shape (classes, units)."""
        apart = np.abs(np.array(self.places)[:, None] - np.array(self.posts)[None, :])
        return np.argsort(apart, axis=1, kind="stable")


def make_line(length: int) -> Roads:
    """Make one two-way street of so many junctions."""
    index = np.arange(length)
    x_m = np.asarray(100.0 * index, dtype=np.float64)
    tails = np.concatenate((index[:-1], index[1:]))
    heads = np.concatenate((index[1:], index[:-1]))
    order = np.lexsort((heads, tails))
    first = np.zeros(length + 1, dtype=np.int32)
    np.cumsum(np.bincount(tails, minlength=length), out=first[1:])
    m = heads.size
    return Roads(x_m=x_m, y_m=np.zeros(length), first_edge=first, head=heads[order].astype(np.int32),
                 length_m=np.full(m, 100.0), travel_ms=np.full(m, 10_000, dtype=np.int32))


def patrol_dispatches(
    beat: Beat, *, detect_s: F8, scene_s: F8, place: I4, priority: I4 | None = None, n_priorities: int = 1
) -> tuple[F8, I4]:
    """Play calls through the duty desk and the patrols; return (waits in seconds, unit sent) of each.

    One inspector confirms every alert at once, driving takes no time, and all of a case is spent at the scene.
    """
    n = detect_s.size
    scenario = make_scenario(
        make_town(make_line(beat.length), beat.places), duration_s=float(detect_s[-1]) + MEAN_S,
        shifts=all_day(inspectors=1, units=len(beat.posts)), n_priorities=n_priorities, confirms=True)
    alerts = make_alerts(detect_s=detect_s, cases=cases_of(n, scene_s=scene_s), camera=place,
                         kind=None if priority is None else priority)
    posts = np.repeat(np.array(beat.posts, dtype=np.int32)[:, None], 2, axis=1)
    log = play(scenario, quiet_trace(posts), alerts)
    sent = log.name == Name.DISPATCH
    units = np.empty(n, dtype=np.int32)
    units[log.alert_id[sent]] = log.unit_id[sent]
    return instants(log, Name.DISPATCH, "alert_id", n) - detect_s, units
