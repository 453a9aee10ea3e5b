"""Playing a trace on whichever engine fits: the compiled kernel, or the SimPy world."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from sim.alerts import DrawnAlerts
from sim.engine import World, finished_log, plans_of
from sim.errors import ModelError
from sim.kernel import FULL, MARGIN, play_kernel
from sim.kernel_desk import DISTRICT_FIRST, NEAREST
from sim.kernel_layout import (
    ALERT_ENTRY,
    CALL,
    CHOICE,
    DUE,
    DUTY,
    DUTY_ENTRY,
    INCIDENT,
    INSPECTOR,
    KIND,
    LINE,
    N_ROWS,
    NONE,
    PLAN,
    ROW,
    Out,
    Room,
)
from sim.kernel_records import case_records, make_desk, make_records, post_table
from sim.kernel_watch import IDLE
from sim.log import ID_COLUMNS, EventLog
from sim.policies import DispatchPolicy, DistrictFirstPolicy, NearestPolicy
from sim.roster import duties, has_officers
from sim.scenario import Scenario
from sim.trace import Trace
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


def make_out(capacity: int) -> Out:
    """Return an empty log and agenda."""
    number = np.zeros(8, dtype=np.int64)
    number[DUTY] = -1
    return Out(rows=np.empty(capacity, dtype=ROW), due=np.empty(capacity, dtype=DUE), number=number)


def make_room(scenario: Scenario, trace: Trace, alerts: DrawnAlerts | None, policy: int) -> Room:
    """Lay the control room out."""
    watching, table = scenario.watching, duties(scenario)
    plans, plan_of_duty = plans_of(scenario)
    inspector_posts, first_inspector = post_table(table, "inspectors")
    _, first_unit = post_table(table, "units")
    n_inspectors = sum(shift.inspectors for shift in scenario.shifts)
    choice = make_records(
        CHOICE, 1, look_s=watching.look_s, end_s=scenario.duration_s, post_s=scenario.patrols.post_s,
        p_confirm=watching.p_confirm, p_false_confirm=watching.p_false_confirm,
        compliance_slope=watching.compliance_slope, compliance_middle=watching.compliance_middle,
        ppv_prior=watching.ppv_prior, ppv_window=watching.ppv_window, queue_limit=scenario.alerting.queue_limit,
        policy=policy, has_officers=has_officers(scenario))
    plan_table = make_records(PLAN, (len(plans), scenario.city.cameras.n_cameras),
                          junction=scenario.city.cameras.junction[None, :])
    for place, plan in enumerate(plans):
        for name in ("owner", "phase_s", "period_s", "p_taken"):
            plan_table[name][place] = getattr(plan, name)
    n_alerts = alerts.n_alerts if alerts else 0
    n_public = trace.units.public.n_calls if trace.units and trace.units.public else 0
    alert_columns = {name: getattr(alerts, name) for name in (
        "detect_s", "ends_s", "camera", "kind", "incident", "level")} if alerts else {}
    return Room(
        choice=choice,
        duties=make_records(DUTY_ENTRY, len(table), from_s=[duty.from_s for duty in table],
                        first_inspector=first_inspector[:-1], end_inspector=first_inspector[1:],
                        first_unit=first_unit[:-1], end_unit=first_unit[1:], plan=plan_of_duty,
                        n_officers=[duty.n_officers for duty in table]),
        inspector_posts=inspector_posts, plans=plan_table,
        kinds=make_records(KIND, len(scenario.kinds), **{
            name: [getattr(kind, name) for kind in scenario.kinds] for name in KIND.names or ()}),
        incidents=make_records(
            INCIDENT, trace.n_incidents, occur_s=trace.occur_s, visible_end_s=trace.visible_end_s,
            leaves_s=trace.leaves_s, kind=trace.kind, junction=trace.junction, first_line=trace.first_line[:-1],
            end_line=trace.first_line[1:], persists=trace.persists),
        incident_cases=case_records(trace.cases),
        lines=make_records(
            LINE, trace.line_camera.size, p_look=trace.line_p_look, budget=trace.line_budget,
            camera=trace.line_camera, child=-1, sibling=-1,
            incident=np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line))),
        alerts=make_records(ALERT_ENTRY, n_alerts, following=-1, **alert_columns),
        alert_cases=case_records(alerts.cases if alerts else None),
        inspectors=make_records(INSPECTOR, n_inspectors, phase=IDLE, first_look=-1),
        judged=np.zeros((n_inspectors, watching.ppv_window), dtype=np.int64),
        unowned=np.zeros(trace.line_camera.size, dtype=np.int64), queue=np.full((5, 2), -1, dtype=np.int64),
        calls=make_records(CALL, trace.n_incidents + n_alerts + n_public, public=NONE, to_send=1, to_clear=1))
