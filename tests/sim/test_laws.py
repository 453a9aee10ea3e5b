"""Laws that hold for every day, whatever the roster, the demand, the detector and the policy."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.alerts import draw_alerts, equipped_cameras
from sim.cases import make_cases
from sim.clock import SimClock
from sim.detector_model import DetectorParameters
from sim.engine import World
from sim.input_records import Input
from sim.log import ID_COLUMNS, MISSING, EventLog, Name
from sim.measures import measure
from sim.policies import DistrictFirstPolicy
from sim.records import Alert
from sim.rng import KeyedStreams
from sim.roster import duties, duty_hours
from sim.scenario import Shift, Spread
from sim.simulate import simulate
from sim.trace import draw_trace
from watchfloor.validation.worlds import room_waits_s

COLUMNS = ("t_s", "name", *ID_COLUMNS, "value")
HOUR_S = 3600.0


def drawn_alerts(scenario, trace, *, seed, p_detect=0.7, false_per_camera_h=1.0, share=1.0):
    parameters = (DetectorParameters(kind=scenario.kinds[0].name, p_detect=p_detect,
                                     false_per_camera_h=false_per_camera_h, delay_quantiles_s=(1.0, 3.0)),)
    equipped = equipped_cameras(scenario, KeyedStreams(seed), share=share)
    return draw_alerts(scenario, trace, parameters, equipped=equipped, seed=seed)


def played(scenario, *, seed=1, policy=None, **detector):
    trace = draw_trace(scenario, seed=seed)
    return simulate(scenario, trace, alerts=drawn_alerts(scenario, trace, seed=seed, **detector), policy=policy)


days = st.fixed_dictionaries({
    "inspectors": st.integers(0, 4), "units": st.integers(0, 4), "night": st.integers(0, 3),
    "per_day": st.sampled_from([0.0, 50.0, 400.0, 3000.0]), "false": st.sampled_from([0.0, 0.5, 8.0]),
    "queue_limit": st.sampled_from([1, 5, 50]), "hours": st.sampled_from([3.0, 9.5, 24.0]),
    "seed": st.integers(0, 1000), "handover_h": st.sampled_from([8.0, 6.5, 23.99]),
})


@pytest.fixture(name="make_day", scope="module")
def _make_day(make_scenario, make_kind):
    def make(case):
        base = make_scenario()
        night_h = (case["handover_h"] + 12) % 24
        return replace(
            base, duration_s=case["hours"] * HOUR_S,
            alerting=replace(base.alerting, queue_limit=case["queue_limit"]),
            kinds=(make_kind(per_day=case["per_day"]), make_kind("drinking", per_day=case["per_day"] / 2, priority=1)),
            shifts=(Shift(name="day", start_h=case["handover_h"], length_h=12.0, inspectors=case["inspectors"],
                          units=case["units"]),
                    Shift(name="night", start_h=night_h, length_h=12.0, inspectors=case["night"],
                          units=case["night"])))

    return make


def rows_of(log):
    """Return the rows as tuples (t_s, name, incident, alert, call, camera, inspector, unit, value)."""
    return zip(*(getattr(log, column).tolist() for column in COLUMNS), strict=True)


ALERT_STEPS = {(None, Name.DETECT), (Name.DETECT, Name.ABANDON), (Name.DETECT, Name.SHOWN), (Name.SHOWN, Name.REJECT),
               (Name.SHOWN, Name.CONFIRM), (Name.CONFIRM, Name.CALL_CREATE)}
CALL_STEPS = {(None, Name.CALL_CREATE), (Name.CALL_CREATE, Name.INCIDENT_CLEAR), (Name.CALL_CREATE, Name.DISPATCH),
              (Name.DISPATCH, Name.ACKNOWLEDGE), (Name.ACKNOWLEDGE, Name.ENROUTE), (Name.ENROUTE, Name.ON_SCENE),
              (Name.ON_SCENE, Name.UNIT_CLEAR), (Name.UNIT_CLEAR, Name.INCIDENT_CLEAR),
              (Name.INCIDENT_CLEAR, Name.UNIT_FREE)}
INSPECTOR_STEPS = {(None, Name.SHOWN), (Name.SHOWN, Name.REJECT), (Name.SHOWN, Name.CONFIRM),
                   (Name.CONFIRM, Name.RECORDED), (Name.REJECT, Name.SHOWN), (Name.RECORDED, Name.SHOWN)}
UNIT_STEPS = {(None, Name.DISPATCH), (Name.DISPATCH, Name.ACKNOWLEDGE), (Name.ACKNOWLEDGE, Name.ENROUTE),
              (Name.ENROUTE, Name.ON_SCENE), (Name.ON_SCENE, Name.UNIT_CLEAR), (Name.UNIT_CLEAR, Name.UNIT_FREE),
              (Name.UNIT_FREE, Name.DISPATCH)}
LIVES = {"alert_id": ALERT_STEPS, "call_id": CALL_STEPS, "inspector_id": INSPECTOR_STEPS, "unit_id": UNIT_STEPS}


@settings(max_examples=60, deadline=None)
@given(days)
def test_every_alert_call_inspector_and_unit_takes_only_the_steps_of_its_life(make_day, case):
    log = played(make_day(case), seed=case["seed"], false_per_camera_h=case["false"])
    for column, steps in LIVES.items():
        own, last = {name for step in steps for name in step}, {}
        for name, ident in zip(log.name.tolist(), getattr(log, column).tolist(), strict=True):
            if ident != MISSING and name in own:
                assert (last.get(ident), name) in steps, (column, ident)
                last[ident] = name


ALERT_MOVES = {Name.DETECT: (None, "waiting"), Name.ABANDON: ("waiting", "lost"), Name.SHOWN: ("waiting", "in hand"),
               Name.REJECT: ("in hand", "served"), Name.CONFIRM: ("in hand", "served")}
CALL_MOVES = {Name.CALL_CREATE: (None, "pending"), Name.DISPATCH: ("pending", "en route"),
              Name.ON_SCENE: ("en route", "at the scene"), Name.UNIT_CLEAR: ("at the scene", "served")}


@settings(max_examples=60, deadline=None)
@given(days)
def test_what_arrived_waits_is_on_its_way_was_served_or_is_lost_at_every_row(make_day, case):
    """Four counters, each moved by its own rows, always sum to the arrivals; none ever falls below nothing."""
    log = played(make_day(case), seed=case["seed"], false_per_camera_h=case["false"])
    alerts = {"arrived": 0, "waiting": 0, "in hand": 0, "served": 0, "lost": 0}
    calls = {"arrived": 0, "pending": 0, "en route": 0, "at the scene": 0, "served": 0}
    for _, name, _, alert, call, _, _, unit, _ in rows_of(log):
        if alert != MISSING:
            move(alerts, ALERT_MOVES.get(name))
        if call != MISSING:
            is_referred = name == Name.INCIDENT_CLEAR and unit == MISSING
            move(calls, ("pending", "served") if is_referred else CALL_MOVES.get(name))
        for counts in (alerts, calls):
            assert min(counts.values()) >= 0
            assert counts["arrived"] == sum(counts.values()) - counts["arrived"]
    assert calls["arrived"] == (log.name == Name.CONFIRM).sum(), "nothing is dispatched unconfirmed"
    assert (log.inspector_id[log.name == Name.CALL_CREATE] != MISSING).all()


def move(counts, step):
    """Move one from a place to another; from None it arrives."""
    if step is not None:
        counts["arrived" if step[0] is None else step[0]] += 1 if step[0] is None else -1
        counts[step[1]] += 1


QUEUES = (
    ("alert_id", (Name.DETECT,), (Name.SHOWN, Name.ABANDON)),
    ("alert_id", (Name.DETECT,), (Name.REJECT, Name.CONFIRM, Name.ABANDON)),
    ("call_id", (Name.CALL_CREATE,), (Name.INCIDENT_CLEAR,)), ("unit_id", (Name.DISPATCH,), (Name.UNIT_FREE,)),
    ("inspector_id", (Name.SHOWN,), (Name.REJECT, Name.RECORDED)))
"""Whose time in a system, and the rows with which it begins and ends."""


def number_integral(log, column, starts, ends, until_s):
    """Return the integral of the number in a system from 0 to ``until_s``, by a sweep from row to row."""
    total, number, last_s = 0.0, 0, 0.0
    ident = getattr(log, column)
    for t_s, name, who in zip(log.t_s.tolist(), log.name.tolist(), ident.tolist(), strict=True):
        total += number * (t_s - last_s)
        last_s = t_s
        number += who != MISSING and name in starts
        number -= who != MISSING and name in ends
    return total + number * (until_s - last_s)


def times_in_system(log, column, starts, ends, until_s):
    """Return how long each stay in a system lasted, cut at ``until_s``, by pairing each one's rows."""
    begun, ended = {}, {}
    for t_s, name, who in zip(log.t_s.tolist(), log.name.tolist(), getattr(log, column).tolist(), strict=True):
        if who != MISSING and name in starts:
            begun.setdefault(who, []).append(t_s)
        elif who != MISSING and name in ends:
            ended.setdefault(who, []).append(t_s)
    stays = []
    for who, first in begun.items():
        last = [*ended.get(who, ()), until_s][: len(first)]
        stays += [end - start for start, end in zip(first, last, strict=True)]
    return stays


@settings(max_examples=25, deadline=None)
@given(days)
def test_the_mean_number_in_a_system_is_the_rate_times_the_mean_time_in_it(make_day, case):
    scenario = make_day(case)
    log = played(scenario, seed=case["seed"], false_per_camera_h=case["false"])
    for column, starts, ends in QUEUES:
        stays = times_in_system(log, column, starts, ends, scenario.duration_s)
        assert min(stays, default=0.0) >= -1e-6
        assert math.fsum(stays) == pytest.approx(
            number_integral(log, column, starts, ends, scenario.duration_s), rel=1e-9, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(days)
def test_utilisation_is_the_time_at_work_over_the_time_on_duty(make_day, case):
    scenario = make_day(case)
    log = played(scenario, seed=case["seed"], false_per_camera_h=case["false"])
    values = measure(scenario, log)
    for posts, (column, starts, ends) in (("inspectors", QUEUES[4]), ("units", QUEUES[3])):
        hours = duty_hours(scenario, posts)
        if hours:
            busy_h = number_integral(log, column, starts, ends, scenario.duration_s) / HOUR_S
            assert values[f"{posts[:-1]}_utilisation"] * hours == pytest.approx(busy_h, rel=1e-9, abs=1e-9)


def on_duty(scenario):
    """Return (from_s, to_s, inspectors) of each stretch of the roster."""
    table = duties(scenario)
    ends = [duty.from_s for duty in table[1:]] + [scenario.duration_s]
    return [(duty.from_s, end, duty.inspectors) for duty, end in zip(table, ends, strict=True)]


@settings(max_examples=40, deadline=None)
@given(days)
def test_busy_and_idle_make_up_each_inspectors_shift_and_only_one_case_outlasts_it(make_day, case):
    scenario = make_day(case)
    log = played(scenario, seed=case["seed"], false_per_camera_h=case["false"])
    stretches = on_duty(scenario)
    for ident in range(sum(shift.inspectors for shift in scenario.shifts)):
        mine = log.inspector_id == ident
        begun = log.t_s[mine & (log.name == Name.SHOWN)]
        ended = np.append(log.t_s[mine & np.isin(log.name, (Name.REJECT, Name.RECORDED))],
                          [scenario.duration_s])[: begun.size]
        assert (begun[1:] >= ended[:-1]).all(), "nobody has two cases in hand"
        shift_s = busy_s = 0.0
        for from_s, to_s, inspectors in stretches:
            if ident in inspectors:
                shift_s += to_s - from_s
                busy_s += float((np.minimum(ended, to_s) - np.maximum(begun, from_s)).clip(min=0.0).sum())
        after_hours_s = float((ended - begun).sum()) - busy_s
        idle_s = shift_s - busy_s
        assert -1e-6 <= idle_s <= shift_s + 1e-6
        assert all(any(from_s <= t_s <= to_s and ident in inspectors for from_s, to_s, inspectors in stretches)
                   for t_s in begun.tolist()), "a case begins on duty"
        assert after_hours_s >= -1e-6


@settings(max_examples=40, deadline=None)
@given(days)
def test_no_inspector_is_idle_while_an_alert_waits_for_them(make_day, case):
    """Told by the log alone: after the last row of an instant, either nothing waits or all on duty are busy."""
    scenario = make_day(case)
    log = played(scenario, seed=case["seed"], false_per_camera_h=case["false"])
    stretches = on_duty(scenario)
    waiting, busy = set(), set()
    last_of_instant = np.append(np.diff(log.t_s) > 0.0, True).tolist()
    for (t_s, name, _, alert, _, _, inspector, _, _), is_last in zip(rows_of(log), last_of_instant, strict=True):
        if name == Name.DETECT:
            waiting.add(alert)
        elif name == Name.ABANDON:
            waiting.remove(alert)
        elif name == Name.SHOWN:
            waiting.discard(alert)
            busy.add(inspector)
        elif name in (Name.REJECT, Name.RECORDED):
            busy.remove(inspector)
        if is_last and waiting:
            staff = next((inspectors for from_s, to_s, inspectors in stretches if from_s <= t_s < to_s), ())
            assert busy >= set(staff), t_s


@settings(max_examples=40, deadline=None)
@given(days)
def test_the_instants_of_a_case_come_in_their_order(make_day, case):
    cases = make_cases(played(make_day(case), seed=case["seed"], false_per_camera_h=case["false"]))
    for earlier, later in (("occur_s", "detect_s"), ("occur_s", "shown_s"), ("shown_s", "confirm_s"),
                           ("confirm_s", "call_create_s"), ("call_create_s", "dispatch_s"),
                           ("dispatch_s", "acknowledge_s"), ("acknowledge_s", "enroute_s"),
                           ("enroute_s", "on_scene_s"), ("on_scene_s", "unit_clear_s")):
        span = cases.span_s(earlier, later)
        assert (span[np.isfinite(span)] >= 0.0).all(), (earlier, later)
        if earlier not in ("occur_s", "call_create_s", "shown_s"):
            assert not (np.isfinite(cases.t_s[later]) & ~np.isfinite(cases.t_s[earlier])).any(), (earlier, later)


def timed(record, names, k):
    """Return a record of arrays with the named times k times as long."""
    return replace(record, **{name: getattr(record, name) * k for name in names})


def timed_cases(cases, k):
    """Return cases with the times that handling them takes k times as long."""
    return cases.replaced(**{name: getattr(cases, name) * k for name in CASE_TIMES})


CASE_TIMES = ("verify_s", "record_s", "handover_s", "acknowledge_s", "turnout_s", "scene_s", "paperwork_s")


def slowed(scenario, trace, alerts, k):
    """Return everything with all times k times as long."""
    roads = scenario.city.roads
    city = replace(scenario.city, roads=replace(roads, travel_ms=roads.travel_ms * k))
    shifts = tuple(replace(shift, start_h=shift.start_h * k, length_h=shift.length_h * k) for shift in scenario.shifts)
    scenario = replace(scenario, city=city, shifts=shifts, duration_s=scenario.duration_s * k,
                       watching=replace(scenario.watching, look_s=scenario.watching.look_s * k),
                       patrols=replace(scenario.patrols, post_s=scenario.patrols.post_s * k))
    cases = timed_cases(trace.cases, k)
    trace = timed(replace(trace, cases=cases), ("occur_s", "visible_end_s", "leaves_s", "line_end_s"), k)
    alerts = timed(replace(alerts, cases=timed_cases(alerts.cases, k)), ("detect_s", "ends_s"), k)
    return scenario, trace, alerts


@settings(max_examples=25, deadline=None)
@given(days, st.sampled_from([2, 4]))
def test_a_world_k_times_as_slow_waits_k_times_as_long(make_day, case, k):
    """Exactly: k is a power of two, so no instant is rounded."""
    base = make_day(case | {"hours": 6.0})
    scenario = replace(base, shifts=(replace(base.shifts[0], start_h=0.0, length_h=3.0),
                                     replace(base.shifts[1], start_h=3.0, length_h=3.0)))
    trace = draw_trace(scenario, seed=case["seed"])
    alerts = drawn_alerts(scenario, trace, seed=case["seed"], false_per_camera_h=case["false"])
    one, other = simulate(scenario, trace, alerts=alerts), simulate(*slowed(scenario, trace, alerts, k)[:2],
                                                                    alerts=slowed(scenario, trace, alerts, k)[2])
    assert np.array_equal(one.t_s * k, other.t_s)
    on_scene = one.name == Name.ON_SCENE
    assert np.array_equal(one.value[on_scene] * k, other.value[on_scene])
    for column in ("name", *ID_COLUMNS):
        assert np.array_equal(getattr(one, column), getattr(other, column)), column
    assert np.array_equal(one.value[~on_scene], other.value[~on_scene], equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(days, st.sampled_from([0.5, 2, 4]))
def test_distance_and_speed_scaled_together_change_nothing(make_day, case, k):
    """Roads k times as long, driven k times as fast: free-flow times are k times as long and the factor 1/k."""
    scenario = make_day(case)
    roads = scenario.city.roads
    longer = replace(roads, x_m=roads.x_m * k, y_m=roads.y_m * k, length_m=roads.length_m * k,
                     travel_ms=(roads.travel_ms * k).astype(np.int32))
    faster = replace(scenario, city=replace(scenario.city, roads=longer),
                     patrols=replace(scenario.patrols, speed_factor=scenario.patrols.speed_factor * k))
    logs = []
    for world in (scenario, faster):
        trace = draw_trace(scenario, seed=case["seed"])
        same_city = draw_trace(replace(scenario, patrols=world.patrols), seed=case["seed"])
        assert np.array_equal(trace.occur_s, same_city.occur_s)
        alerts = drawn_alerts(replace(scenario, patrols=world.patrols), same_city, seed=case["seed"],
                              false_per_camera_h=case["false"])
        logs.append(simulate(world, same_city, alerts=alerts, policy=DistrictFirstPolicy()))
    for column in COLUMNS:
        assert np.array_equal(getattr(logs[0], column), getattr(logs[1], column), equal_nan=column == "value"), column


def before(log, t_s):
    """Return the log's rows before an instant, as a log."""
    kept = log.t_s < t_s
    return EventLog(arm=log.arm, **{column: getattr(log, column)[kept] for column in COLUMNS})


@settings(max_examples=40, deadline=None)
@given(days, st.sampled_from([0.4, 3.0, 12.0, 24.0, 30.5]), st.sampled_from([0.1, 14.0, 24.0]))
def test_a_longer_horizon_keeps_the_logs_prefix(make_day, case, hours, more_h):
    short = make_day(case | {"hours": hours})
    longer = replace(short, duration_s=(hours + more_h) * HOUR_S)
    one, other = (played(scenario, seed=case["seed"], false_per_camera_h=10.0 * case["false"])
                  for scenario in (short, longer))
    one, other = before(one, short.duration_s), before(other, short.duration_s)
    for column in COLUMNS:
        assert np.array_equal(getattr(one, column), getattr(other, column), equal_nan=column == "value"), column


@pytest.mark.parametrize("hours", [3.0, 24.0])
def test_what_a_detector_repeats_after_the_end_changes_nothing_before_it(make_scenario, make_kind, hours):
    """Alerts that nobody takes leave when they end; one that comes later cannot have kept them."""
    base = make_scenario()
    short = replace(base, duration_s=hours * HOUR_S, kinds=(make_kind(per_day=0.0),), shifts=(), alerting=replace(
        base.alerting, queue_limit=10**6, false_alert_life=Spread(median_s=5.0, p95_s=60.0)))
    logs = [before(played(scenario, seed=4, false_per_camera_h=60.0), short.duration_s)
            for scenario in (short, replace(short, duration_s=short.duration_s + HOUR_S))]
    assert (logs[0].name == Name.ABANDON).sum() > 1_000
    assert logs[0].digest() == logs[1].digest()


TRUTH = (Name.OCCUR, Name.VISIBLE_END)


@settings(max_examples=40, deadline=None)
@given(days, days)
def test_what_happens_in_the_city_depends_on_no_roster_detector_or_policy(make_day, case, other):
    first = make_day(case)
    second = replace(first, shifts=make_day(other).shifts, alerting=make_day(other).alerting)
    logs = [played(first, seed=case["seed"], false_per_camera_h=case["false"]),
            played(second, seed=case["seed"], false_per_camera_h=other["false"], p_detect=0.1, share=0.5,
                   policy=DistrictFirstPolicy())]
    truths = [{column: getattr(log, column)[np.isin(log.name, TRUTH)] for column in COLUMNS} for log in logs]
    for column in COLUMNS:
        assert np.array_equal(truths[0][column], truths[1][column], equal_nan=column == "value"), column
    traces = [draw_trace(scenario, seed=case["seed"]) for scenario in (
        first, replace(first, shifts=tuple(replace(shift, inspectors=9) for shift in first.shifts)))]
    assert traces[0].digest == traces[1].digest, "inspectors are not in the trace at all"


streams = st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 90_000)), min_size=1, max_size=60)
"""(milliseconds since the last alert, milliseconds that its verification takes)."""


@settings(max_examples=60, deadline=None)
@given(streams, st.integers(1, 4))
def test_one_more_inspector_lengthens_no_wait_where_alerts_are_taken_in_order(stream, n_inspectors):
    gap_ms, verify_ms = np.array(stream, dtype=np.float64).T
    given = {"detect_s": np.cumsum(gap_ms) / 1000.0, "verify_s": verify_ms / 1000.0}
    fewer = room_waits_s(**given, n_inspectors=n_inspectors)
    more = room_waits_s(**given, n_inspectors=n_inspectors + 1)
    assert (more <= fewer + 1e-9).all()
    assert (more >= 0.0).all()


def test_without_demand_only_the_shifts_change(make_scenario, make_kind):
    log = played(make_scenario(kinds=(make_kind(per_day=0.0),)), false_per_camera_h=0.0)
    assert set(log.name.tolist()) == {Name.SHIFT_CHANGE}


def test_without_staff_alerts_are_raised_and_lost_and_nothing_is_dispatched(make_scenario):
    log = played(make_scenario(shifts=()))
    assert not np.isin(log.name, [Name.SHOWN, Name.CONFIRM, Name.DISPATCH]).any()
    assert (log.name == Name.DETECT).any()


def test_without_units_calls_wait_for_ever(make_scenario):
    log = played(make_scenario(shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=4, units=0),)))
    assert (log.name == Name.CALL_CREATE).any()
    assert not (log.name == Name.DISPATCH).any()


def test_without_cameras_nothing_is_found(make_scenario, grid_city):
    log = played(make_scenario(city=grid_city(10, 0)))
    assert set(log.name.tolist()) == {Name.SHIFT_CHANGE}


def test_all_staff_change_in_the_second_in_which_alerts_arrive(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=1)
    world = World(scenario, trace, alerts=drawn_alerts(scenario, trace, seed=1, share=0.0))
    shift_s = 8 * HOUR_S
    inputs = [Input(seq=index, t_s=shift_s + (index - 5) * 0.1, kind="alert", payload=Alert(
        alert_id=index, camera_id=index, kind="litter", detect_s=shift_s, score=0.5, level=1 + index % 4,
        detector="test")) for index in range(10)]
    world.run(clock=SimClock(inputs))
    log = world.log()
    live = (log.name == Name.SHOWN) & (log.alert_id != MISSING)
    assert sorted(log.alert_id[live].tolist()) == list(range(10)), "each alert is handled once, by the old or the new"
    handled_late = log.inspector_id[live & (log.t_s > shift_s)]
    assert (handled_late < 3).all(), "after the change the day staff, posts 0 to 2, take what waits"
