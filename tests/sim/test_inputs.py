"""People in inspectors' places, units outside, feeds and instructors reach a world by inputs, and only by them."""

import random
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
from sim.errors import InputError, ModelError, UnknownNameError
from sim.input_records import (
    SOURCE_STATES,
    FeedReport,
    Injection,
    Input,
    InputKind,
    Order,
    SourceState,
    Take,
    TileView,
    UnitReport,
    UnitStep,
    Verdict,
    Zoom,
)
from sim.inputs import input_of_line, inputs_of_lines, line_of_input
from sim.log import DISPOSITIONS, MISSING, REFUSALS, Name
from sim.records import Alert, Disposition, Sighting, UnitState
from sim.refusal import Refusal
from sim.rng import KeyedStreams
from sim.scenario import Shift
from sim.simulate import simulate
from sim.state import UNSEEN
from sim.trace import draw_trace

EVERYBODY = frozenset(range(3))
ALL_UNITS = frozenset(range(5))


def drawn(scenario, *, seed=1, share=1.0):
    trace = draw_trace(scenario, seed=seed)
    parameters = (DetectorParameters(kind=scenario.kinds[0].name, p_detect=0.7, false_per_camera_h=1.0,
                                     delay_quantiles_s=(1.0, 3.0)),)
    equipped = equipped_cameras(scenario, KeyedStreams(seed), share=share)
    return trace, draw_alerts(scenario, trace, parameters, equipped=equipped, seed=seed)


def one_shift(make_scenario, *, inspectors=3, units=5, **changes):
    return make_scenario(shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=inspectors, units=units),),
                         **changes)


def make_world(scenario, *, seed=1, share=1.0, **options):
    trace, alerts = drawn(scenario, seed=seed, share=share)
    return World(scenario, trace, alerts=alerts, **options)


class Player:
    """Feeds a world by hand, and keeps what it fed."""

    def __init__(self, world):
        self.world = world
        self.inputs = []

    def at(self, t_s, kind, payload):
        self.world.run(t_s)
        self.inputs.append(Input(seq=len(self.inputs), t_s=t_s, kind=kind, payload=payload))
        return self.world.take_in(self.inputs[-1])


def rows(log, name):
    return np.flatnonzero(log.name == name)


def live_alert(camera_id=3, kind="litter", level=4):
    return Alert(alert_id=0, camera_id=camera_id, kind=kind, detect_s=0.0, score=0.9, level=level, detector="live")


def with_confirmed_call(make_scenario, **options):
    """A person has confirmed one real alert of a world in which nothing else happens."""
    scenario = one_shift(make_scenario, kinds=tuple(replace(kind, per_day=0.0) for kind in make_scenario().kinds))
    player = Player(make_world(scenario, share=0.0, people=EVERYBODY, **options))
    assert player.at(10.0, InputKind.ALERT, live_alert()) is None
    assert player.at(20.0, InputKind.TAKE, Take(inspector_id=0, alert_id=0)) is None
    assert player.at(30.0, InputKind.VERDICT, Verdict(inspector_id=0, alert_id=0, is_confirmed=True)) is None
    return player


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), share=st.sampled_from([0.0, 1.0]))
def test_without_people_and_badges_the_log_is_that_of_the_compiled_kernel(make_scenario, seed, share):
    scenario = make_scenario()
    trace, alerts = drawn(scenario, seed=seed, share=share)
    world = World(scenario, trace, alerts=alerts, people=frozenset(), badges=frozenset())
    world.run()
    assert world.log().digest() == simulate(scenario, trace, alerts=alerts, engine="kernel").digest()


def test_in_a_persons_seat_nothing_is_noticed_taken_or_confirmed_without_inputs(make_scenario):
    scenario = one_shift(make_scenario)
    assert rows(played := simulate(scenario, *drawn(scenario)[:1], alerts=drawn(scenario)[1]), Name.SHOWN).size > 50
    world = make_world(scenario, people=EVERYBODY)
    world.run()
    log = world.log()
    assert rows(played, Name.DETECT).size == rows(log, Name.DETECT).size > 0, "alerts come all the same"
    for name in (Name.SHOWN, Name.CONFIRM, Name.REJECT, Name.CALL_CREATE, Name.BREAK_START, Name.SEARCH_START):
        assert not rows(log, name).size


def test_simulated_colleagues_of_a_person_go_on_working(make_scenario):
    world = make_world(one_shift(make_scenario), people=frozenset({1}))
    world.run()
    log = world.log()
    shown_to = set(log.inspector_id[rows(log, Name.SHOWN)].tolist())
    assert shown_to == {0, 2}


def test_a_taken_alert_that_is_confirmed_becomes_a_call_that_waits_for_an_order(make_scenario):
    player = with_confirmed_call(make_scenario)
    world = player.world
    world.run(3600.0)
    log = world.log()
    assert [Name(name) for name in log.name[-7:]] == [
        Name.INPUT, Name.DETECT, Name.INPUT, Name.SHOWN, Name.INPUT, Name.CONFIRM, Name.CALL_CREATE]
    assert log.inspector_id[rows(log, Name.CALL_CREATE)].tolist() == [0]
    assert player.at(3700.0, InputKind.DISPATCH, Order(inspector_id=0, call_id=0, unit_id=2)) is None
    world.run()
    log = world.log()
    assert log.unit_id[rows(log, Name.DISPATCH)].tolist() == [2]
    assert log.t_s[rows(log, Name.DISPATCH)].tolist() == [3700.0]
    assert rows(log, Name.UNIT_FREE).size == 1, "a simulated unit does the rest by itself"


def test_an_order_without_a_unit_leaves_the_choice_to_the_policy(make_scenario):
    player = with_confirmed_call(make_scenario)
    assert player.at(40.0, InputKind.DISPATCH, Order(inspector_id=0, call_id=0, unit_id=None)) is None
    player.world.run()
    log = player.world.log()
    assert rows(log, Name.DISPATCH).size == 1
    assert log.t_s[rows(log, Name.DISPATCH)][0] > 40.0, "the hand-over takes its time"


def test_a_busy_unit_is_refused_and_the_log_says_why(make_scenario):
    player = with_confirmed_call(make_scenario)
    order = Order(inspector_id=0, call_id=0, unit_id=2)
    assert player.at(40.0, InputKind.DISPATCH, order) is None
    assert player.at(41.0, InputKind.DISPATCH, order) is Refusal.UNIT_BUSY
    log = player.world.log()
    (refused,) = rows(log, Name.REFUSED)
    assert REFUSALS[int(log.value[refused])] is Refusal.UNIT_BUSY
    assert (log.call_id[refused], log.unit_id[refused], log.inspector_id[refused]) == (0, 2, 0)
    assert player.at(42.0, InputKind.DISPATCH, replace(order, unit_id=3)) is None, "a second unit may help"
    player.world.run()
    log = player.world.log()
    assert rows(log, Name.INCIDENT_CLEAR).size == 1, "the last of them clears the call"
    assert player.at(80000.0, InputKind.DISPATCH, order) is Refusal.CALL_CLOSED


@pytest.mark.parametrize(("kind", "payload", "reason"), [
    (InputKind.ALERT, live_alert(camera_id=4000), Refusal.UNKNOWN_CAMERA),
    (InputKind.ALERT, live_alert(kind="flood"), Refusal.UNKNOWN_KIND),
    (InputKind.TAKE, Take(inspector_id=9, alert_id=0), Refusal.NOT_A_PERSON),
    (InputKind.TAKE, Take(inspector_id=1, alert_id=0), Refusal.NOT_WAITING),
    (InputKind.SIGHTING, Sighting(sighting_id=0, inspector_id=0, camera_id=1, kind="flood", seen_s=0.0),
     Refusal.UNKNOWN_KIND),
    (InputKind.SIGHTING, Sighting(sighting_id=0, inspector_id=0, camera_id=-1, kind="litter", seen_s=0.0),
     Refusal.UNKNOWN_CAMERA),
    (InputKind.VIEW, TileView(inspector_id=0, tile=0, camera_id=99), Refusal.UNKNOWN_CAMERA),
    (InputKind.ZOOM, Zoom(inspector_id=0, camera_id=99, pan_deg=0.0, tilt_deg=0.0, hfov_deg=5.0),
     Refusal.UNKNOWN_CAMERA),
    (InputKind.VERDICT, Verdict(inspector_id=1, alert_id=0, is_confirmed=True), Refusal.NOT_IN_HAND),
    (InputKind.DISPATCH, Order(inspector_id=0, call_id=7, unit_id=0), Refusal.UNKNOWN_CALL),
    (InputKind.DISPATCH, Order(inspector_id=0, call_id=0, unit_id=77), Refusal.UNKNOWN_UNIT),
    (InputKind.UNIT, UnitReport(unit_id=77, call_id=0, report=UnitStep.CLEAR), Refusal.UNKNOWN_UNIT),
    (InputKind.UNIT, UnitReport(unit_id=0, call_id=0, report=UnitStep.CLEAR), Refusal.NOT_A_BADGE),
    (InputKind.UNIT, UnitReport(unit_id=4, call_id=0, report=UnitStep.CLEAR), Refusal.NOT_ITS_CALL),
    (InputKind.FEED, FeedReport(camera_id=77, is_seen=False), Refusal.UNKNOWN_CAMERA),
    (InputKind.FEED, FeedReport(camera_id=0, is_seen=True), Refusal.NO_CHANGE),
    (InputKind.INJECT, Injection(kind="flood", visible_s=9.0, camera_id=0), Refusal.UNKNOWN_KIND),
    (InputKind.INJECT, Injection(kind="litter", visible_s=9.0, camera_id=99), Refusal.UNKNOWN_CAMERA),
])
def test_what_cannot_be_done_is_refused_and_changes_nothing_else(make_scenario, kind, payload, reason):
    player = with_confirmed_call(make_scenario, badges=frozenset({4}))
    before = player.world.log().n_rows
    assert player.at(50.0, kind, payload) is reason
    log = player.world.log()
    assert log.n_rows == before + 2
    assert log.name[-2:].tolist() == [Name.INPUT, Name.REFUSED]
    assert REFUSALS[int(log.value[-1])] is reason


def test_a_persons_sighting_is_tied_to_what_truly_happens_and_a_rejected_one_leaves_it_to_be_found(make_scenario):
    scenario = one_shift(make_scenario)
    player = Player(make_world(scenario, share=0.0, people=EVERYBODY))
    world = player.world
    line = next(line for line, camera in enumerate(world.line_camera)
                if world.line_end_s[line] - world.occur_s[world.line_incident[line]] > 30.0)
    incident, camera = world.line_incident[line], world.line_camera[line]
    kind = scenario.kinds[world.incident_kind[incident]].name
    t_s = world.occur_s[incident] + 10.0
    seen = Sighting(sighting_id=7, inspector_id=1, camera_id=camera, kind=kind, seen_s=t_s)
    assert player.at(t_s, InputKind.SIGHTING, seen) is None
    assert player.at(t_s + 1.0, InputKind.SIGHTING, seen) is Refusal.SIGHTING_REPEATED
    zoom = Zoom(inspector_id=1, camera_id=camera, pan_deg=0.0, tilt_deg=0.0, hfov_deg=4.0)
    assert player.at(t_s + 2.0, InputKind.ZOOM, zoom) is None
    verdict = Verdict(inspector_id=1, sighting_id=7, is_confirmed=False)
    assert player.at(t_s + 3.0, InputKind.VERDICT, verdict) is None
    assert world.state.known[incident] == UNSEEN
    again = replace(seen, sighting_id=8)
    assert player.at(t_s + 4.0, InputKind.SIGHTING, again) is None
    assert player.at(t_s + 5.0, InputKind.VERDICT, replace(verdict, sighting_id=8, is_confirmed=True)) is None
    log = world.log()
    cases = make_cases(log)
    found = int(np.flatnonzero(cases.incident_id == incident)[0])
    assert cases.t_s["shown_s"][found] == t_s
    assert cases.t_s["confirm_s"][found] == t_s + 5.0
    assert log.incident_id[rows(log, Name.ZOOM)].tolist() == [incident]
    assert log.value[rows(log, Name.ZOOM)].tolist() == [4.0]


def test_a_sighting_of_nothing_that_is_confirmed_sends_a_unit_that_finds_nothing(make_scenario):
    scenario = one_shift(make_scenario, kinds=tuple(replace(kind, per_day=0.0) for kind in make_scenario().kinds))
    player = Player(make_world(scenario, share=0.0, people=EVERYBODY))
    player.at(5.0, InputKind.SIGHTING, Sighting(sighting_id=0, inspector_id=0, camera_id=2, kind="litter", seen_s=5.0))
    player.at(6.0, InputKind.VERDICT, Verdict(inspector_id=0, sighting_id=0, is_confirmed=True, kind="drinking"))
    player.at(7.0, InputKind.DISPATCH, Order(inspector_id=0, call_id=0, unit_id=1))
    player.world.run()
    log = player.world.log()
    assert log.value[rows(log, Name.CONFIRM)].tolist() == [1.0], "the kind that the person gave"
    assert log.value[rows(log, Name.CALL_CREATE)].tolist() == [2.0], "and that kind's priority"
    assert DISPOSITIONS[int(log.value[rows(log, Name.INCIDENT_CLEAR)][0])] is Disposition.UNFOUNDED


def test_a_badge_goes_only_as_far_as_its_reports(make_scenario):
    player = with_confirmed_call(make_scenario, badges=ALL_UNITS)
    world = player.world
    report = UnitReport(unit_id=2, call_id=0, report=UnitStep.ACKNOWLEDGE)
    player.at(40.0, InputKind.DISPATCH, Order(inspector_id=0, call_id=0, unit_id=2))
    world.run(7000.0)
    assert rows(world.log(), Name.ACKNOWLEDGE).size == 0
    assert player.at(7010.0, InputKind.UNIT, report) is None
    assert player.at(7011.0, InputKind.UNIT, report) is Refusal.OUT_OF_TURN
    assert player.at(7020.0, InputKind.UNIT, replace(report, report=UnitStep.ENROUTE)) is None
    assert player.at(7320.0, InputKind.UNIT, replace(report, report=UnitStep.ON_SCENE)) is None
    assert player.at(7321.0, InputKind.UNIT, replace(report, report=UnitStep.ENROUTE)) is Refusal.OUT_OF_TURN
    done = replace(report, report=UnitStep.CLEAR, disposition=Disposition.WARNING)
    assert player.at(9000.0, InputKind.UNIT, done) is None
    log = world.log()
    assert log.value[rows(log, Name.ON_SCENE)].tolist() == [300.0]
    assert DISPOSITIONS[int(log.value[rows(log, Name.INCIDENT_CLEAR)][0])] is Disposition.WARNING
    assert world.state.units[2].state is UnitState.RETURNING


def test_a_real_alert_waits_for_a_person_while_simulated_colleagues_work(make_scenario):
    player = Player(make_world(one_shift(make_scenario), people=frozenset({1})))
    player.at(10.0, InputKind.ALERT, live_alert(0, "litter"))
    world = player.world
    (alert,) = [alert for alert in range(len(world.alerts.camera)) if not world.is_drawn(alert)]
    world.run(80000.0)
    log = world.log()
    assert rows(log, Name.SHOWN).size > 20
    assert alert not in log.alert_id[rows(log, Name.SHOWN)]
    world.run()
    assert alert in world.state.queued
    assert Player(world).at(world.now_s, InputKind.TAKE, Take(inspector_id=1, alert_id=alert)) is None


def test_a_badge_goes_only_where_a_person_sends_it(make_scenario):
    scenario = one_shift(make_scenario)
    simulated = make_world(scenario)
    simulated.run()
    sent = set(simulated.log().unit_id[rows(simulated.log(), Name.DISPATCH)].tolist())
    world = make_world(scenario, badges=frozenset({min(sent)}))
    world.run()
    assert set(world.log().unit_id[rows(world.log(), Name.DISPATCH)].tolist()) == sent - {min(sent)}


def test_each_change_of_a_feeds_state_is_in_the_log_and_only_its_picture_makes_an_outage(make_scenario):
    player = Player(make_world(one_shift(make_scenario)))
    states = [SourceState.CONNECTING, SourceState.LIVE, SourceState.STALE, SourceState.BACKOFF, SourceState.CONNECTING,
              SourceState.LIVE]
    for second, state in enumerate(states):
        report = FeedReport(camera_id=3, is_seen=state is SourceState.LIVE, state=state)
        assert player.at(float(second), InputKind.FEED, report) is None
    log = player.world.log()
    told = rows(log, Name.FEED)
    assert [SOURCE_STATES[int(index)] for index in log.value[told]] == states
    assert set(log.camera_id[told].tolist()) == {3}
    assert log.t_s[rows(log, Name.OUTAGE_START)].tolist() == [0.0, 2.0]
    assert log.t_s[rows(log, Name.OUTAGE_END)].tolist() == [1.0, 5.0]


def test_a_dark_camera_lets_nobody_notice_and_no_alert_arise(make_scenario):
    scenario = one_shift(make_scenario)
    n_cameras = scenario.city.cameras.n_cameras
    player = Player(make_world(scenario))
    for camera in range(n_cameras):
        assert player.at(0.0, InputKind.FEED, FeedReport(camera_id=camera, is_seen=False)) is None
    player.world.run(40000.0)
    log = player.world.log()
    assert rows(log, Name.DETECT).size > 10
    assert rows(log, Name.SHOWN).size == 0
    assert set(log.value[rows(log, Name.ABANDON)].tolist()) == {3.0}
    for camera in range(n_cameras):
        assert player.at(40000.0, InputKind.FEED, FeedReport(camera_id=camera, is_seen=True)) is None
    player.world.run()
    assert rows(player.world.log(), Name.SHOWN).size > 10


def test_an_injected_incident_is_truth_and_can_be_noticed(make_scenario):
    scenario = one_shift(make_scenario, kinds=tuple(replace(kind, per_day=0.0) for kind in make_scenario().kinds))
    player = Player(make_world(scenario, share=0.0))
    injection = Injection(kind="litter", visible_s=3600.0, camera_id=5, object_size_m=2.0)
    for hour in range(5):
        assert player.at(100.0 + 3600.0 * hour, InputKind.INJECT, injection) is None
    player.world.run()
    log = player.world.log()
    assert log.incident_id[rows(log, Name.OCCUR)].tolist() == [0, 1, 2, 3, 4]
    assert log.t_s[rows(log, Name.VISIBLE_END)].tolist() == [3700.0 + 3600.0 * hour for hour in range(5)]
    assert 5 in log.camera_id[rows(log, Name.OCCUR)]
    assert rows(log, Name.SHOWN).size > 0, "simulated inspectors notice it as any other"


def test_no_input_is_taken_in_while_a_policys_question_is_open(make_scenario):
    class LaterPolicy:
        def decide(self, decision):
            return None

    world = make_world(one_shift(make_scenario), policy=LaterPolicy())
    world.run()
    with pytest.raises(ModelError, match=r"question about call \d+ is open; expected World.resume first"):
        world.take_in(Input(seq=0, t_s=world.now_s, kind=InputKind.FEED,
                            payload=FeedReport(camera_id=0, is_seen=False)))


def test_places_that_do_not_exist_cannot_be_taken(make_scenario):
    with pytest.raises(ModelError, match=r"people = \[50\]; expected places 0 to 2"):
        make_world(one_shift(make_scenario), people=frozenset({50}))
    with pytest.raises(ModelError, match="badges = "):
        make_world(one_shift(make_scenario), badges=frozenset({-1}))


def random_payload(rng, world):
    """Something that a person, a badge, a feed or an instructor might send: mostly sensible, sometimes not."""
    state, n_cameras = world.state, world.scenario.city.cameras.n_cameras
    inspector, camera = rng.randrange(4), rng.randrange(n_cameras + 1)
    kind = rng.choice(["litter", "drinking", "drinking", "flood"])
    held = [key for key, case in state.held.items() if case.inspector == inspector]
    alert, sighting = rng.choice(held) if held else (rng.randrange(5), None)
    busy = [(ident, unit.call) for ident, unit in enumerate(state.units) if unit.call is not None]
    unit, call = rng.choice(busy) if busy and rng.random() < 0.9 else (rng.randrange(6), rng.randrange(9))
    return rng.choice([
        (InputKind.ALERT, live_alert(camera, kind)),
        (InputKind.SIGHTING, Sighting(sighting_id=rng.randrange(10**6), inspector_id=inspector, camera_id=camera,
                                      kind=kind, seen_s=world.now_s)),
        (InputKind.TAKE, Take(inspector_id=inspector, alert_id=rng.choice([*state.queued, 10**6]))),
        (InputKind.ZOOM, Zoom(inspector_id=inspector, camera_id=camera, pan_deg=rng.random(), tilt_deg=0.0,
                              hfov_deg=4.0)),
        (InputKind.VIEW, TileView(inspector_id=inspector, tile=rng.randrange(9), camera_id=camera)),
        (InputKind.VERDICT, Verdict(inspector_id=inspector, alert_id=alert, sighting_id=sighting, priority=None,
                                    is_confirmed=rng.random() < 0.7, kind=rng.choice([None, kind]), note_ref="a")),
        (InputKind.DISPATCH, Order(inspector_id=inspector, call_id=rng.randrange(len(state.calls) + 1),
                                   unit_id=rng.choice([None, *range(6)]))),
        (InputKind.UNIT, UnitReport(unit_id=unit, call_id=call, report=rng.choice(list(UnitStep)),
                                    disposition=rng.choice([None, Disposition.ARREST]))),
        (InputKind.FEED, FeedReport(camera_id=camera, is_seen=rng.random() < 0.5,
                                    state=rng.choice([None, *SOURCE_STATES]))),
        (InputKind.INJECT, Injection(kind=kind, visible_s=60.0 + rng.random(), camera_id=camera)),
        (InputKind.INJECT, Injection(kind=kind, visible_s=60.0, x_m=450.0, y_m=rng.random() * 900.0)),
    ])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n_people=st.integers(0, 3), n_badges=st.integers(0, 5))
def test_trace_and_inputs_give_the_log_again_through_a_file(make_scenario, seed, n_people, n_badges):
    rng = random.Random(seed)
    scenario = replace(make_scenario(), duration_s=43200.0)
    options = {"seed": seed, "people": frozenset(range(n_people)), "badges": frozenset(range(n_badges))}
    player = Player(make_world(scenario, **options))
    snapshot, n_before = None, 0
    for _ in range(200):
        t_s = max(player.world.now_s, player.inputs[-1].t_s if player.inputs else 0.0) + round(rng.random() * 300.0, 3)
        if t_s >= scenario.duration_s:
            break
        player.world.run(t_s)
        if len(player.inputs) == 60:
            snapshot, n_before = player.world.snapshot(), len(player.inputs)
        kind, payload = random_payload(rng, player.world)
        player.at(t_s, kind, payload)
    player.world.run()
    log = player.world.log()
    assert (np.diff(log.t_s) >= 0).all()
    assert log.value[rows(log, Name.INPUT)].tolist() == list(range(len(player.inputs)))
    refused = rows(log, Name.REFUSED)
    assert (log.name[refused - 1] == Name.INPUT).all()
    made = rows(log, Name.CALL_CREATE)
    assert (log.inspector_id[made] != MISSING).all(), "nothing is dispatched unconfirmed"

    lines = [line_of_input(came) for came in player.inputs]
    again = make_world(scenario, **options)
    again.run(clock=SimClock(inputs_of_lines(lines, where="inputs.jsonl")))
    assert again.log().digest() == log.digest()
    if snapshot is not None:
        player.world.restore(snapshot)
        player.world.run(clock=SimClock(player.inputs[n_before:]))
        assert player.world.log().digest() == log.digest()


@pytest.mark.parametrize(("line", "words"), [
    ("{", "inputs.jsonl:2 = {; expected a line of JSON"),
    ("[1]", "expected an object of seq, t_s, kind and payload"),
    ('{"seq": 1, "t_s": 1, "kind": "veiw", "payload": {}}', "did you mean view"),
    ('{"seq": true, "t_s": 1, "kind": "take", "payload": {}}', "inputs.jsonl:2: seq = True"),
    ('{"seq": 1, "t_s": NaN, "kind": "take", "payload": {}}', "inputs.jsonl:2: t_s = nan"),
    ('{"seq": 1, "t_s": 1, "kind": "take", "payload": 3}', "expected an object with the fields of Take"),
    ('{"seq": 1, "t_s": 1, "kind": "take", "payload": {"inspector_id": 0}}', "expected also alert_id"),
    ('{"seq": 1, "t_s": 1, "kind": "take", "payload": {"inspector_id": "0"}}', "payload.inspector_id = 0"),
    ('{"seq": 1, "t_s": 1, "kind": "take", "payload": {"alert": 0}}', "did you mean alert_id"),
    ('{"seq": 1, "t_s": 1, "kind": "unit", "payload": {"unit_id": 0, "call_id": 0, "report": "clean"}}',
     "did you mean clear"),
    ('{"seq": 1, "t_s": 1, "kind": "inject", "payload": {"kind": "a", "visible_s": 1}}', "expected a camera, or both"),
    ('{"seq": 1, "t_s": 1, "kind": "verdict", "payload": {"inspector_id": 0, "is_confirmed": true}}',
     "expected exactly one of them"),
    ('{"seq": 0, "t_s": 9, "kind": "take", "payload": {"inspector_id": 0, "alert_id": 1}}', "expected seq above 0"),
])
def test_a_line_that_is_no_input_is_told_by_its_number(line, words):
    good = line_of_input(Input(seq=0, t_s=1.0, kind=InputKind.TAKE, payload=Take(inspector_id=0, alert_id=1)))
    with pytest.raises((InputError, UnknownNameError)) as raised:
        inputs_of_lines([good, line], where="inputs.jsonl")
    assert words in str(raised.value)
    assert "inputs.jsonl:2" in str(raised.value)


def test_an_alerts_box_survives_the_file():
    came = Input(seq=3, t_s=0.1 + 0.2, kind=InputKind.ALERT, payload=replace(
        live_alert(), box_xyxy=(0.1, 1.0, 2.0, 1.0 / 3.0)))
    assert input_of_line(line_of_input(came), where="x") == came


def test_a_payload_of_another_kind_is_an_error_of_the_program(make_scenario):
    world = make_world(one_shift(make_scenario))
    with pytest.raises(ModelError, match="expected a payload Take"):
        world.take_in(Input(seq=0, t_s=0.0, kind=InputKind.TAKE, payload=live_alert()))
