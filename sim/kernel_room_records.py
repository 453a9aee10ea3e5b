"""Lays out the control room's records of the compiled engine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.alerts import DrawnAlerts
from sim.case_draws import given_cases
from sim.city import I4
from sim.compiled import Records
from sim.kept import kept
from sim.kernel_layout import (
    ALERT_ENTRY,
    CALL,
    CAMERA,
    CHOICE,
    DUTY_ENTRY,
    INCIDENT,
    INSPECTOR,
    KIND,
    LINE,
    PLAN,
    REST,
    RESUMPTION,
    SEARCH_ENTRY,
    WATCH_ROOM,
    Room,
)
from sim.kernel_records import make_records, post_table
from sim.kernel_watch import IDLE
from sim.plans import plans_of
from sim.roomwork import Preemption, QueueOrder, ShiftEnd
from sim.roster import duties, has_officers, inspector_rooms, rests
from sim.scenario import Scenario
from sim.state import N_LEVELS
from sim.trace import I8, Trace


class _Staff(NamedTuple):
    """What of the control room depends on the scenario alone; ``inspectors`` and ``rooms`` are as they begin."""

    choice: Records
    duties: Records
    inspector_posts: I8
    kinds: Records
    inspectors: Records
    rooms: Records
    rests: Records


@kept
def _staff(scenario: Scenario) -> _Staff:
    watching, table = scenario.watching, duties(scenario)
    inspector_posts, first_inspector = post_table(table, "inspectors")
    _, first_unit = post_table(table, "units")
    room_of, planned = inspector_rooms(scenario), rests(scenario)
    choice = make_records(
        CHOICE, 1, look_s=watching.look_s, end_s=scenario.duration_s, post_s=scenario.patrols.post_s,
        p_confirm=watching.p_confirm, p_false_confirm=watching.p_false_confirm,
        compliance_slope=watching.compliance_slope, compliance_middle=watching.compliance_middle,
        ppv_prior=watching.ppv_prior, ppv_window=watching.ppv_window, queue_limit=scenario.alerting.queue_limit,
        delta=scenario.vigilance.delta if scenario.vigilance else 0.0,
        tau_s=scenario.vigilance.tau_s if scenario.vigilance else 1.0,
        break_s=scenario.breaks.break_s if scenario.breaks else 0.0,
        at_most=scenario.archive.at_most if scenario.archive else 0,
        shift_end=list(ShiftEnd).index(scenario.shift_end), has_officers=has_officers(scenario),
        queue_minds_load=scenario.alerting.queue_order is QueueOrder.LIKELIHOOD_AND_LOAD,
        has_preemption=scenario.alerting.preemption is Preemption.RESUME)
    return _Staff(
        choice=choice, inspector_posts=inspector_posts,
        duties=make_records(DUTY_ENTRY, len(table), from_s=[duty.from_s for duty in table],
                            first_inspector=first_inspector[:-1], end_inspector=first_inspector[1:],
                            first_unit=first_unit[:-1], end_unit=first_unit[1:], plan=plans_of(scenario).of_duty,
                            is_shift=[duty.is_shift for duty in table], n_officers=[duty.n_officers for duty in table]),
        kinds=make_records(KIND, len(scenario.kinds), **{
            name: [getattr(kind, name) for kind in scenario.kinds] for name in KIND.names or ()}),
        inspectors=make_records(INSPECTOR, len(room_of), phase=IDLE, first_look=-1, room=room_of, break_due=-1, line=-1,
                                search=-1),
        rooms=_watch_rooms(scenario),
        rests=make_records(REST, len(planned), start_s=[rest.start_s for rest in planned],
                           until_s=[rest.until_s for rest in planned], post=[rest.post for rest in planned]))


def make_room(scenario: Scenario, trace: Trace, alerts: DrawnAlerts | None, policy: int) -> Room:
    """Lay the control room out."""
    staff = _staff(scenario)
    choice = staff.choice.copy()
    choice["policy"] = policy
    n_inspectors, n_lines = staff.inspectors.size, trace.line_camera.size
    n_alerts = alerts.n_alerts if alerts else 0
    alert_cases = alerts.cases if alerts else given_cases(0)
    n_public = trace.units.public.n_calls if trace.units and trace.units.public else 0
    alert_columns = {name: getattr(alerts, name) for name in (
        "detect_s", "ends_s", "camera", "kind", "incident", "level")} if alerts else {}
    return Room(
        choice=choice, duties=staff.duties, inspector_posts=staff.inspector_posts, plans=_plan_table(scenario),
        owners=_owners(scenario), kinds=staff.kinds, incidents=_incidents(trace),
        incident_cases=trace.cases.records, incident_law=trace.cases.law, lines=_lines(trace),
        alerts=make_records(ALERT_ENTRY, n_alerts, following=-1, left_s=np.inf, **alert_columns),
        alert_cases=alert_cases.records, alert_law=alert_cases.law, inspectors=staff.inspectors.copy(),
        judged=np.zeros((n_inspectors, scenario.watching.ppv_window), dtype=np.int64),
        unowned=np.zeros(n_lines, dtype=np.int64), carried=np.zeros(n_lines, dtype=np.int64),
        queue=np.full((staff.rooms.size * N_LEVELS, 2), -1, dtype=np.int64),
        calls=np.zeros(trace.n_incidents + n_alerts + n_public, dtype=CALL),
        cameras=np.zeros(scenario.city.cameras.n_cameras, dtype=CAMERA), camera_rooms=_camera_rooms(scenario),
        rooms=staff.rooms.copy(), rests=staff.rests, searches=_searches(trace), counter=np.zeros(4, dtype=np.int64),
        resumptions=make_records(RESUMPTION, n_inspectors + 1))


def _incidents(trace: Trace) -> Records:
    return make_records(
        INCIDENT, trace.n_incidents, occur_s=trace.occur_s, visible_end_s=trace.visible_end_s, leaves_s=trace.leaves_s,
        kind=trace.kind, junction=trace.junction, first_line=trace.first_line[:-1], end_line=trace.first_line[1:],
        persists=trace.persists)


def _lines(trace: Trace) -> Records:
    return make_records(
        LINE, trace.line_camera.size, p_look=trace.line_p_look, budget=trace.line_budget, end_s=trace.line_end_s,
        zoom_s=trace.line_zoom_s, p_identify=trace.line_p_identify, camera=trace.line_camera, child=-1, sibling=-1,
        incident=np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line)))


@kept
def _camera_rooms(scenario: Scenario) -> I4:
    return np.array(scenario.camera_rooms(), dtype=np.int32)


def _watch_rooms(scenario: Scenario) -> Records:
    if not scenario.rooms:
        return make_records(WATCH_ROOM, 1, overflow_to=-1)
    return make_records(
        WATCH_ROOM, len(scenario.rooms), overflow_at=[room.overflow_at for room in scenario.rooms],
        overflow_to=[-1 if room.overflow_to is None else scenario.room_index(room.overflow_to)
                     for room in scenario.rooms])


def _searches(trace: Trace) -> Records:
    searches = trace.searches
    if searches is None:
        return np.zeros(0, dtype=SEARCH_ENTRY)
    return make_records(SEARCH_ENTRY, searches.request_s.size, request_s=searches.request_s,
                    duration_s=searches.duration_s, solved=searches.solved)


@kept
def _plan_table(scenario: Scenario) -> Records:
    """Lay the attention plans out; the kernel only reads them."""
    plans = plans_of(scenario).plans
    table = make_records(PLAN, (len(plans), scenario.city.cameras.n_cameras),
                     junction=scenario.city.cameras.junction[None, :])
    for place, plan in enumerate(plans):
        for name in ("phase_s", "period_s", "p_taken"):
            table[name][place] = getattr(plan, name)
    return table


@kept
def _owners(scenario: Scenario) -> I4:
    return np.array([plan.owner for plan in plans_of(scenario).plans], dtype=np.int32)
