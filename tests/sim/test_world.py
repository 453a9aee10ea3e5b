"""How a world is played: copied, stopped, asked from outside, and what its room and desk do first."""

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
from sim.errors import ModelError
from sim.input_records import Input
from sim.log import MISSING, Name
from sim.policies import NearestPolicy
from sim.records import Alert
from sim.rng import KeyedStreams
from sim.roomwork import Archive, BadgeAttention, Breaks, QueueOrder, ShiftEnd, Vigilance, WatchRoom
from sim.scenario import Shift, Spread
from sim.trace import draw_trace


def make_world(scenario, *, seed=1, p_detect=0.7, false_per_camera_h=1.0, share=1.0, zoom_s=0.0, **options):
    trace = draw_trace(scenario, seed=seed)
    if zoom_s:
        n = trace.line_camera.size
        trace = replace(trace, line_zoom_s=np.where(np.arange(n) % 3, zoom_s, 0.0), line_p_identify=np.full(n, 0.9))
    parameters = (DetectorParameters(kind=scenario.kinds[0].name, p_detect=p_detect,
                                     false_per_camera_h=false_per_camera_h, delay_quantiles_s=(1.0, 3.0)),)
    equipped = equipped_cameras(scenario, KeyedStreams(seed), share=share)
    alerts = draw_alerts(scenario, trace, parameters, equipped=equipped, seed=seed)
    return World(scenario, trace, alerts=alerts, arm="with_detector", **options)


def played(scenario, **options):
    world = make_world(scenario, **options)
    world.run()
    return world.log()


scenarios = st.fixed_dictionaries({
    "inspectors": st.integers(0, 4), "units": st.integers(0, 4), "night": st.integers(0, 3),
    "per_day": st.sampled_from([0.0, 50.0, 400.0]), "false": st.sampled_from([0.0, 0.5, 8.0]),
    "seed": st.integers(0, 1000), "handover_h": st.sampled_from([8.0, 6.5, 23.99]),
    "shift_end": st.sampled_from([None, *ShiftEnd]), "zoom_s": st.sampled_from([0.0, 30.0]),
})


def varied(make_scenario, make_kind, case):
    shifts = (Shift(name="day", start_h=case["handover_h"], length_h=12.0, inspectors=case["inspectors"],
                    units=case["units"]),
              Shift(name="night", start_h=(case["handover_h"] + 12) % 24, length_h=12.0, inspectors=case["night"],
                    units=case["night"]))
    plain = make_scenario(shifts=shifts, kinds=(make_kind(per_day=case["per_day"]),
                                                make_kind("drinking", per_day=case["per_day"] / 2, priority=1)))
    return plain if case["shift_end"] is None else with_all_parts(plain, case["shift_end"])


def with_all_parts(scenario, shift_end):
    """Give the room everything that is optional; the day shift watches the south, the night shift the north."""
    return replace(
        scenario, shift_end=shift_end, breaks=Breaks(spell_s=3600.0, break_s=600.0),
        vigilance=Vigilance(delta=0.3, tau_s=900.0), badge=BadgeAttention(
            p_attend=0.5, attend=Spread(median_s=100.0, p95_s=300.0)),
        archive=Archive(per_day=20.0, hour_weights=(1.0,) * 168, kind="theft", p_solved=0.3, at_most=2,
                        duration=Spread(median_s=900.0, p95_s=3600.0)),
        rooms=(WatchRoom(name="south", districts=(0,), overflow_to="north", overflow_at=1),
               WatchRoom(name="north", districts=(1,), overflow_to="south", overflow_at=0)),
        shifts=tuple(replace(shift, room=room, length_h=14.0) for shift, room in zip(
            scenario.shifts, ("south", "north"), strict=True)))


@settings(max_examples=40, deadline=None)
@given(scenarios)
def test_conservation_and_order_hold_at_every_row(make_scenario, make_kind, case):
    scenario = varied(make_scenario, make_kind, case)
    log = played(scenario, seed=case["seed"], false_per_camera_h=case["false"], zoom_s=case["zoom_s"])
    assert (np.diff(log.t_s) >= 0).all()
    waiting, verifying, recording, calls, at_work, put_back, kept = set(), {}, {}, {}, {}, 0, {}
    for t_s, name, incident, alert, call, _camera, inspector, unit, value in zip(
            log.t_s, log.name, log.incident_id, log.alert_id, log.call_id, log.camera_id, log.inspector_id,
            log.unit_id, log.value, strict=True):
        if name == Name.DETECT:
            waiting.add(alert)
        elif name == Name.ABANDON:
            waiting.remove(alert)
        elif name == Name.SHOWN:
            waiting.discard(alert)
            assert inspector not in verifying
            assert inspector not in recording
            verifying[inspector] = t_s
        elif name == Name.PUT_BACK:
            began = verifying.pop(inspector, None)
            if began is not None and alert != MISSING:
                put_back += 1
                waiting.add(alert)
            else:
                kept[incident, alert] = "verifying" if began is not None else "recording"
                recording.pop(inspector, None)
        elif name == Name.HAND_OVER:
            assert inspector not in verifying
            assert inspector not in recording
            phase = (kept.pop((incident, alert)) if np.isnan(value)
                     else "verifying" if value in verifying else "recording")
            if np.isfinite(value):
                assert (verifying.pop(value, None) is None) != (recording.pop(value, None) is None)
            (verifying if phase == "verifying" else recording)[inspector] = t_s
        elif name == Name.ZOOM:
            assert inspector in verifying
        elif name in (Name.CONFIRM, Name.REJECT):
            assert t_s >= verifying.pop(inspector)
            if name == Name.CONFIRM:
                recording[inspector] = t_s
        elif name == Name.RECORDED:
            assert t_s >= recording.pop(inspector)
        elif name == Name.CALL_CREATE:
            assert inspector != MISSING, "nothing is dispatched unconfirmed"
            calls[call] = "waiting"
        elif name == Name.DISPATCH:
            assert calls[call] == "waiting"
            assert unit not in at_work
            calls[call], at_work[unit] = "sent", call
        elif name in (Name.ACKNOWLEDGE, Name.ENROUTE, Name.ON_SCENE, Name.UNIT_CLEAR):
            assert at_work[unit] == call
        elif name == Name.UNIT_FREE:
            assert at_work.pop(unit) == call
        elif name == Name.INCIDENT_CLEAR:
            calls[call] = "clear"
    n = {name: int((log.name == name).sum()) for name in Name}
    shown_alerts = int(((log.name == Name.SHOWN) & (log.alert_id != MISSING)).sum())
    assert n[Name.DETECT] + put_back == shown_alerts + n[Name.ABANDON] + len(waiting), (
        "every alert is seen, lost or waits")
    assert n[Name.DISPATCH] == n[Name.UNIT_FREE] + len(at_work)
    kept_verifying, kept_recording = (list(kept.values()).count(phase) for phase in ("verifying", "recording"))
    assert n[Name.SHOWN] == n[Name.CONFIRM] + n[Name.REJECT] + put_back + len(verifying) + kept_verifying
    assert n[Name.CALL_CREATE] == n[Name.CONFIRM]
    assert n[Name.CONFIRM] == n[Name.RECORDED] + len(recording) + kept_recording


@settings(max_examples=25, deadline=None)
@given(scenarios)
def test_no_inspector_is_idle_while_an_alert_waits(make_scenario, make_kind, case):
    scenario = varied(make_scenario, make_kind, case)
    world = make_world(scenario, seed=case["seed"], false_per_camera_h=case["false"], zoom_s=case["zoom_s"])
    while world.agenda.peek() < scenario.duration_s:
        world.agenda.step()
        if world.agenda.peek() == world.now_s or world.state.duty < 0:
            continue
        idle = [ident for ident in world.duty_table[world.state.duty].inspectors
                if world.state.inspectors[ident].task is None]
        for ident in idle:
            room = world.inspector_room[ident]
            assert not world.state.n_queued[room]
            assert not any(kept.room == room for kept in world.state.resumptions)
        if idle and world.state.searches:
            assert world.state.n_searching == scenario.archive.at_most
        assert len(world.state.queued) == sum(world.state.n_queued)


@settings(max_examples=20, deadline=None)
@given(scenarios, st.floats(0.01, 0.99))
def test_a_restored_snapshot_plays_to_the_same_log(make_scenario, make_kind, case, part):
    scenario = varied(make_scenario, make_kind, case)
    world = make_world(scenario, seed=case["seed"], false_per_camera_h=case["false"], zoom_s=case["zoom_s"])
    world.run(part * scenario.duration_s)
    snapshot = world.snapshot()
    world.run()
    expected = world.log().digest()
    world.restore(snapshot)
    world.run()
    assert world.log().digest() == expected
    assert expected == played(
        scenario, seed=case["seed"], false_per_camera_h=case["false"], zoom_s=case["zoom_s"]).digest()


def test_trace_and_inputs_give_the_log_again(make_scenario):
    scenario = make_scenario()
    alert = Alert(alert_id=0, camera_id=3, kind="litter", detect_s=0.0, score=0.9, level=4, detector="live")
    inputs = [Input(seq=n, t_s=1000.0 * (n + 1), kind="alert", payload=alert) for n in range(20)]
    digests = []
    for _ in range(2):
        world = make_world(scenario)
        world.run(clock=SimClock(inputs))
        digests.append(world.log().digest())
    assert digests[0] == digests[1]
    assert digests[0] != played(scenario).digest()


def test_an_input_from_the_past_is_refused(make_scenario):
    world = make_world(make_scenario())
    world.run(5000.0)
    with pytest.raises(ModelError, match="expected no earlier than now"):
        world.take_in(Input(seq=0, t_s=1.0, kind="alert"))


class LaterPolicy:
    """Answers None, so that somebody else answers."""

    def decide(self, decision):
        return None


def test_answers_given_from_outside_give_the_log_of_the_same_policy_inside(make_scenario):
    scenario = make_scenario()
    inside = played(scenario)
    world = make_world(scenario, policy=LaterPolicy())
    nearest = NearestPolicy()
    asked = 0
    while True:
        world.run()
        if world.state.question is None:
            break
        asked += 1
        world.resume(nearest.decide(world.state.question))
    assert asked > 10
    assert world.log().digest() == inside.digest()


def test_an_answer_that_is_no_free_candidate_is_refused(make_scenario):
    world = make_world(make_scenario(), policy=LaterPolicy())
    with pytest.raises(ModelError, match="no question is open"):
        world.resume(0)
    world.run()
    with pytest.raises(ModelError, match="expected the position of a free candidate"):
        world.resume(99)


def test_the_nearest_free_unit_is_sent(make_scenario):
    scenario = make_scenario()

    class WatchedPolicy(NearestPolicy):
        def decide(self, decision):
            action = super().decide(decision)
            assert decision.travel_s[action] == min(decision.travel_s)
            return action

    assert (played(scenario, policy=WatchedPolicy()).name == Name.DISPATCH).sum() > 10


def test_calls_of_higher_priority_are_served_first_when_units_are_short(make_scenario, make_kind):
    kinds = (make_kind("minor", per_day=800.0, priority=4, p_needs_unit=1.0),
             make_kind("grave", per_day=800.0, priority=1, p_needs_unit=1.0))
    shifts = (Shift(name="all", start_h=0.0, length_h=24.0, inspectors=6, units=2),)
    log = played(make_scenario(kinds=kinds, shifts=shifts), share=0.0)
    cases = make_cases(log)
    wait = cases.span_s("call_create_s", "dispatch_s")
    assert np.nanmedian(wait[cases.kind == 1]) < np.nanmedian(wait[cases.kind == 0])
    late = np.isnan(wait) & np.isfinite(cases.t_s["confirm_s"])
    assert (late & (cases.kind == 0)).sum() > (late & (cases.kind == 1)).sum()


def test_more_inspectors_find_more(make_scenario):
    scenario = make_scenario()
    found = []
    for n in (1, 4, 16):
        staffed = replace(scenario, shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=n, units=9),),
                          watching=replace(scenario.watching, look_s=8.0))
        found.append(int((played(staffed, share=0.0).name == Name.CONFIRM).sum()))
    assert found[0] < found[1] <= found[2]


def test_alerts_that_cry_wolf_are_believed_less(make_scenario):
    scenario = make_scenario()
    shares = []
    for rate in (0.0, 20.0):
        cases = make_cases(played(scenario, false_per_camera_h=rate, p_detect=1.0))
        by_alert = cases.is_true & (cases.alert_id != MISSING) & np.isfinite(cases.t_s["shown_s"])
        shares.append(np.isfinite(cases.t_s["confirm_s"][by_alert]).mean())
    assert shares[1] < shares[0]


@pytest.mark.parametrize(("order", "taken"), [
    (QueueOrder.LIKELIHOOD, [0, 1, 6, 2, 3, 4, 5]), (QueueOrder.LIKELIHOOD_AND_LOAD, [0, 1, 6, 5, 4, 2, 3])])
def test_the_likeliest_is_taken_first_and_the_newest_while_more_wait_than_inspectors(
    make_scenario, make_kind, order, taken,
):
    scenario = make_scenario(kinds=(make_kind(per_day=0.0),), shifts=(
        Shift(name="all", start_h=0.0, length_h=24.0, inspectors=2, units=0),))
    scenario = replace(scenario, alerting=replace(scenario.alerting, queue_order=order))
    world = make_world(scenario, share=0.0)
    inputs = [Input(seq=n, t_s=10.0 + n / 1000, kind="alert", payload=Alert(
        alert_id=n, camera_id=n, kind="litter", detect_s=0.0, score=0.5, level=level, detector="test"))
        for n, level in enumerate([2, 2, 2, 2, 2, 2, 3])]
    world.run(clock=SimClock(inputs))
    log = world.log()
    assert log.alert_id[log.name == Name.SHOWN].tolist() == taken


def test_a_full_queue_pushes_out_the_oldest_of_the_lowest_level(make_scenario):
    scenario = make_scenario(shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=0, units=0),))
    scenario = replace(scenario, alerting=replace(scenario.alerting, queue_limit=3))
    world = make_world(scenario, share=0.0)
    levels = [2, 1, 3, 2, 1]
    inputs = [Input(seq=n, t_s=10.0 + n, kind="alert", payload=Alert(
        alert_id=n, camera_id=0, kind="litter", detect_s=0.0, score=0.5, level=level, detector="test"))
        for n, level in enumerate(levels)]
    world.run(clock=SimClock(inputs))
    log = world.log()
    left = log.alert_id[log.name == Name.ABANDON].tolist()
    assert left == [1, 4], "the only one of level 1 makes way for level 2; then a new level 1 finds no lower one"
    assert list(world.state.queued) == [0, 2, 3]
