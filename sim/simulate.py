"""Playing a trace on whichever engine fits: the compiled kernel, or the SimPy world."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal, TypeAlias

import numpy as np

from sim.alerts import DrawnAlerts
from sim.city import City
from sim.engine import World, finished_log
from sim.errors import ModelError
from sim.kept import kept
from sim.kernel import FULL, MARGIN, play_kernel
from sim.kernel_desk import DISTRICT_FIRST, NEAREST
from sim.kernel_layout import (
    ALERT_ENTRY,
    CALL,
    CAMERA,
    CASE,
    CHOICE,
    DUE,
    DUTY,
    DUTY_ENTRY,
    INCIDENT,
    INSPECTOR,
    KIND,
    LINE,
    N_ROWS,
    PLAN,
    REST,
    RESUMPTION,
    ROW,
    SEARCH_ENTRY,
    UNIT_ENTRY,
    WATCH_ROOM,
    Desk,
    Out,
    Records,
    Room,
)
from sim.kernel_watch import IDLE
from sim.log import ID_COLUMNS, EventLog
from sim.plans import plans_of
from sim.policies import DispatchPolicy, DistrictFirstPolicy, NearestPolicy
from sim.roster import Duty, duties, inspector_rooms, rests
from sim.scenario import Scenario, ShiftEnd
from sim.state import N_LEVELS
from sim.trace import I8, CaseDraws, Trace
from sim.travel import Travel

Engine: TypeAlias = Literal["auto", "simpy", "kernel"]

KERNEL_POLICIES: dict[type[DispatchPolicy], int] = {NearestPolicy: NEAREST, DistrictFirstPolicy: DISTRICT_FIRST}


def simulate(
    scenario: Scenario, trace: Trace, *, alerts: DrawnAlerts | None = None, policy: DispatchPolicy | None = None,
    travel: Travel | None = None, arm: str = "inspectors", engine: Engine = "auto",
) -> EventLog:
    """Play a trace to its end and return the log, the same to the bit on either engine.

    Args:
        scenario: the model's numbers.
        trace: one replication's draws, of the same scenario.
        alerts: what the detectors raise.
        policy: who is sent; the nearest free unit by default.
        travel: driving times, shared between runs of one city.
        arm: name of the run in its log.
        engine: ``auto`` takes the kernel where it knows the policy, and the SimPy world otherwise.

    Raises:
        ModelError: if the kernel is asked for a policy that it does not know.
    """
    policy = policy or NearestPolicy()
    travel = travel or Travel(scenario.city.roads)
    known = type(policy) in KERNEL_POLICIES
    if engine == "kernel" and not known:
        raise ModelError(f"engine = kernel: policy {type(policy).__name__} is unknown to it; expected one of "
                         f"{', '.join(item.__name__ for item in KERNEL_POLICIES)}, or engine = simpy")
    if engine == "simpy" or not known:
        world = World(scenario, trace, alerts=alerts, policy=policy, travel=travel, arm=arm)
        world.run()
        return world.log()
    capacity = 2 * MARGIN + 4 * (trace.n_incidents + (alerts.n_alerts if alerts else 0))
    while True:
        out = make_out(capacity)
        room = make_room(scenario, trace, alerts, KERNEL_POLICIES[type(policy)])
        if play_kernel(out, room, make_desk(scenario, trace, travel, n_calls=room.calls.size)) != FULL:
            return finished_log(trace, _log_of(out), arm=arm, until_s=scenario.duration_s)
        capacity *= 2


def _log_of(out: Out) -> EventLog:
    rows = out.rows[: int(out.number[N_ROWS])]
    ids = {name: rows[name.removesuffix("_id")].astype(np.int32) for name in ID_COLUMNS}
    return EventLog(arm="", t_s=rows["t_s"].copy(), name=rows["name"].astype(np.int16), value=rows["value"].copy(),
                    **ids)


def _records(record: np.dtype[np.void], n: int | tuple[int, ...], /, **columns: object) -> Records:
    """Return records of a type, zero where no column is given."""
    made = np.zeros(n, dtype=record)
    for name, column in columns.items():
        made[name] = column
    return made


def _cases(draws: CaseDraws | None) -> Records:
    if draws is None:
        return np.zeros(0, dtype=CASE)
    return _records(CASE, draws.verify_s.size, **{item.name: getattr(draws, item.name) for item in fields(draws)})


def _posts(table: tuple[Duty, ...], attribute: str) -> tuple[I8, I8]:
    """Return the posts of each entry of the roster one after another, and where each entry begins."""
    posts = [getattr(duty, attribute) for duty in table]
    first = np.cumsum([0, *map(len, posts)]).astype(np.int64)
    return np.array([post for group in posts for post in group], dtype=np.int64), first


def make_out(capacity: int) -> Out:
    """Return an empty log and agenda."""
    number = np.zeros(8, dtype=np.int64)
    number[DUTY] = -1
    return Out(rows=np.empty(capacity, dtype=ROW), due=np.empty(capacity, dtype=DUE), number=number)


def make_room(scenario: Scenario, trace: Trace, alerts: DrawnAlerts | None, policy: int) -> Room:
    """Lay the control room out."""
    watching, table = scenario.watching, duties(scenario)
    plan_of_duty = plans_of(scenario)[1]
    inspector_posts, first_inspector = _posts(table, "inspectors")
    _, first_unit = _posts(table, "units")
    room_of = inspector_rooms(scenario)
    n_inspectors, n_lines = len(room_of), trace.line_camera.size
    choice = _records(
        CHOICE, 1, look_s=watching.look_s, end_s=scenario.duration_s, post_s=scenario.patrols.post_s,
        p_confirm=watching.p_confirm, p_false_confirm=watching.p_false_confirm,
        compliance_slope=watching.compliance_slope, compliance_middle=watching.compliance_middle,
        ppv_prior=watching.ppv_prior, ppv_window=watching.ppv_window, queue_limit=scenario.alerting.queue_limit,
        delta=scenario.vigilance.delta if scenario.vigilance else 0.0,
        tau_s=scenario.vigilance.tau_s if scenario.vigilance else 1.0,
        break_s=scenario.breaks.break_s if scenario.breaks else 0.0,
        at_most=scenario.archive.at_most if scenario.archive else 0,
        shift_end=list(ShiftEnd).index(scenario.shift_end), policy=policy)
    rooms = _watch_rooms(scenario)
    n_alerts = alerts.n_alerts if alerts else 0
    alert_columns = {name: getattr(alerts, name) for name in (
        "detect_s", "ends_s", "camera", "kind", "incident", "level")} if alerts else {}
    return Room(
        choice=choice,
        duties=_records(DUTY_ENTRY, len(table), from_s=[duty.from_s for duty in table],
                        first_inspector=first_inspector[:-1], end_inspector=first_inspector[1:],
                        first_unit=first_unit[:-1], end_unit=first_unit[1:], plan=plan_of_duty,
                        is_shift=[duty.is_shift for duty in table]),
        inspector_posts=inspector_posts, plans=_plan_records(scenario),
        kinds=_records(KIND, len(scenario.kinds), **{
            name: [getattr(kind, name) for kind in scenario.kinds] for name in KIND.names or ()}),
        incidents=_records(
            INCIDENT, trace.n_incidents, occur_s=trace.occur_s, visible_end_s=trace.visible_end_s,
            leaves_s=trace.leaves_s, kind=trace.kind, junction=trace.junction, first_line=trace.first_line[:-1],
            end_line=trace.first_line[1:], persists=trace.persists),
        incident_cases=_cases(trace.cases),
        lines=_records(
            LINE, n_lines, p_look=trace.line_p_look, budget=trace.line_budget, end_s=trace.line_end_s,
            zoom_s=trace.line_zoom_s, p_identify=trace.line_p_identify, camera=trace.line_camera, child=-1, sibling=-1,
            incident=np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line))),
        alerts=_records(ALERT_ENTRY, n_alerts, following=-1, left_s=np.inf, **alert_columns),
        alert_cases=_cases(alerts.cases if alerts else None),
        inspectors=_records(INSPECTOR, n_inspectors, phase=IDLE, first_look=-1, room=room_of, break_due=-1, line=-1,
                            search=-1),
        judged=np.zeros((n_inspectors, watching.ppv_window), dtype=np.int64),
        unowned=np.zeros(n_lines, dtype=np.int64), carried=np.zeros(n_lines, dtype=np.int64),
        queue=np.full((rooms.size * N_LEVELS, 2), -1, dtype=np.int64),
        calls=np.zeros(trace.n_incidents + n_alerts, dtype=CALL),
        cameras=_records(CAMERA, scenario.city.cameras.n_cameras, room=scenario.camera_rooms()), rooms=rooms,
        rests=_rests(scenario), searches=_searches(trace), counter=np.zeros(4, dtype=np.int64),
        resumptions=_records(RESUMPTION, n_inspectors + 1))


def _watch_rooms(scenario: Scenario) -> Records:
    if not scenario.rooms:
        return _records(WATCH_ROOM, 1, overflow_to=-1)
    return _records(
        WATCH_ROOM, len(scenario.rooms), overflow_at=[room.overflow_at for room in scenario.rooms],
        overflow_to=[-1 if room.overflow_to is None else scenario.room_index(room.overflow_to)
                     for room in scenario.rooms])


def _rests(scenario: Scenario) -> Records:
    planned = rests(scenario)
    return _records(REST, len(planned), start_s=[rest.start_s for rest in planned],
                    until_s=[rest.until_s for rest in planned], post=[rest.post for rest in planned])


def _searches(trace: Trace) -> Records:
    searches = trace.searches
    if searches is None:
        return np.zeros(0, dtype=SEARCH_ENTRY)
    return _records(SEARCH_ENTRY, searches.request_s.size, request_s=searches.request_s,
                    duration_s=searches.duration_s, solved=searches.solved)


@kept
def _plan_records(scenario: Scenario) -> Records:
    """Lay the attention plans out; the kernel only reads them."""
    plans = plans_of(scenario)[0]
    table = _records(PLAN, (len(plans), scenario.city.cameras.n_cameras),
                     junction=scenario.city.cameras.junction[None, :])
    for place, plan in enumerate(plans):
        for name in ("owner", "phase_s", "period_s", "p_taken"):
            table[name][place] = getattr(plan, name)
    return table


@kept
def _junction_districts(city: City) -> I8:
    return city.district.astype(np.int64)


def make_desk(scenario: Scenario, trace: Trace, travel: Travel, *, n_calls: int) -> Desk:
    """Lay the duty desk and the patrols out."""
    unit_posts, _ = _posts(duties(scenario), "units")
    return Desk(
        unit_posts=unit_posts, units=np.zeros(trace.post_junction.shape[0], dtype=UNIT_ENTRY),
        waiting=np.empty(n_calls + 1, dtype=np.int64),
        post_junction=np.ascontiguousarray(trace.post_junction, dtype=np.int64),
        junction_district=_junction_districts(scenario.city), store=travel.store)
