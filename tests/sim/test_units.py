"""The laws of the units' optional parts: calls from the public, officers, breaks, redirection and shift changes."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agenda import Order
from sim.engine import World
from sim.fieldwork import AtShiftEnd
from sim.log import DISPOSITIONS, MISSING, Name
from sim.measures import measure
from sim.public_calls import answer
from sim.records import Disposition, UnitState
from sim.roster import duties
from sim.trace import draw_trace
from tests.sim.worlds_of_units import two_shifts, unit_parts, with_unit_parts

WORK = (Name.ACKNOWLEDGE, Name.ENROUTE, Name.ON_SCENE, Name.UNIT_CLEAR)
PLAIN = {"calls_per_day": 300.0, "n_calltakers": None, "officers": None, "bicycle_share": 0.0, "foot_share": 0.0,
         "badge_share": None, "breaks": False, "posting": "random", "p_cancel": 0.0, "redirect_gap": 0,
         "at_shift_end": AtShiftEnd.FINISH, "snow": False}
worlds = st.tuples(unit_parts, st.integers(0, 5), st.integers(0, 3), st.integers(0, 1000))


def make_world(make_scenario, make_kind, case):
    parts, units, night, seed = case
    kinds = (make_kind(per_day=200.0), make_kind("drinking", per_day=200.0, priority=1))
    scenario = with_unit_parts(make_scenario(kinds=kinds, shifts=two_shifts(units=units, night=night)), parts)
    return World(scenario, draw_trace(scenario, seed=seed))


def played(make_scenario, make_kind, *, units=4, night=3, seed=7, **changes):
    world = make_world(make_scenario, make_kind, (PLAIN | changes, units, night, seed))
    world.run()
    return world.log()


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_every_call_is_waiting_in_work_or_clear_and_every_unit_does_one_thing(make_scenario, make_kind, case):
    world = make_world(make_scenario, make_kind, case)
    world.run()
    log, state = world.log(), world.state
    at_work, away, clear = {}, set(), Counter()
    for name, call, unit, value in zip(log.name, log.call_id, log.unit_id, log.value, strict=True):
        if name == Name.DISPATCH:
            assert unit not in at_work
            assert unit not in away, "nobody is sent while out of service"
            assert not clear[call]
            at_work[unit] = call
        elif name in WORK:
            assert at_work[unit] == call
        elif name in (Name.UNIT_FREE, Name.CANCELED_ENROUTE, Name.PUT_BACK):
            assert at_work.pop(unit) == call
        elif name == Name.HAND_OVER:
            assert at_work.pop(int(value)) == call
            at_work[unit] = call
        elif name in (Name.BREAK_START, Name.OUT_OF_SERVICE):
            assert unit not in at_work
            assert unit not in away
            away.add(unit)
        elif name in (Name.BREAK_END, Name.BACK_IN_SERVICE):
            away.remove(unit)
        elif name == Name.INCIDENT_CLEAR:
            clear[call] += 1
    assert at_work == {ident: unit.call for ident, unit in enumerate(state.units) if unit.call is not None}
    assert away == {ident for ident, unit in enumerate(state.units) if unit.state is UnitState.OUT_OF_SERVICE}
    assert set(clear.values()) <= {1}, "a call is cleared once, however many units it took"
    queued = {call for _, call in state.waiting_calls}
    ordered = {call for _, call in state.waiting_orders}
    in_hands = {entry[2] for entry in world.agenda.entries() if entry[1] == Order.CALL_READY}
    in_work = {call for unit, call in at_work.items() if state.units[unit].state is not UnitState.COMMITTED}
    assert set(range(len(state.calls))) == set(clear) | queued | ordered | in_hands | in_work
    assert not set(clear) & (queued | ordered | in_hands | in_work)


@settings(max_examples=25, deadline=None)
@given(worlds)
def test_no_unit_is_free_while_a_call_waits(make_scenario, make_kind, case):
    world = make_world(make_scenario, make_kind, case)
    free = (UnitState.AVAILABLE, UnitState.RETURNING)
    while world.agenda.peek() < world.scenario.duration_s:
        world.agenda.step()
        if world.agenda.peek() > world.now_s:
            assert not (world.state.waiting_calls and any(unit.state in free for unit in world.state.units))


@settings(max_examples=15, deadline=None)
@given(worlds, st.floats(0.01, 0.99))
def test_a_restored_snapshot_plays_to_the_same_log(make_scenario, make_kind, case, part):
    world = make_world(make_scenario, make_kind, case)
    world.run(part * world.scenario.duration_s)
    snapshot = world.snapshot()
    world.run()
    expected = world.log().digest()
    world.restore(snapshot)
    world.run()
    assert world.log().digest() == expected


@settings(max_examples=15, deadline=None)
@given(worlds)
def test_a_longer_horizon_keeps_the_beginning(make_scenario, make_kind, case):
    world = make_world(make_scenario, make_kind, case)
    short = replace(world.scenario, duration_s=40_000.0)
    before = World(short, draw_trace(short, seed=case[3]))
    before.run()
    world.run(40_000.0)
    assert before.log().digest() == world.log().digest()


def test_call_takers_answer_in_order_and_the_lowest_free_one_first():
    arrive_s, talk_s = np.array([0.0, 1.0, 2.0, 50.0]), np.array([10.0, 10.0, 10.0, 5.0])
    assert [column.tolist() for column in answer(arrive_s, talk_s, 2)] == [[10.0, 11.0, 20.0, 55.0], [0, 1, 0, 0]]
    assert [column.tolist() for column in answer(arrive_s, talk_s, None)] == [[10.0, 11.0, 12.0, 55.0], [0, 1, 2, 0]]


def answered_from_a_line(arrive_s, talk_s, n_calltakers):
    """Call-takers one by one, as people would: whoever is free with the lowest number, else who is done first."""
    done_at = [-math.inf] * n_calltakers
    answers = []
    for at_s, talks_s in zip(arrive_s, talk_s, strict=True):
        free = [who for who in range(n_calltakers) if done_at[who] <= at_s]
        who = free[0] if free else min(range(n_calltakers), key=lambda one: (done_at[one], one))
        done_at[who] = max(at_s, done_at[who]) + talks_s
        answers.append((done_at[who], who))
    return answers


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), min_size=1, max_size=40), st.integers(1, 5))
def test_calls_are_answered_first_come_first_served_by_the_lowest_free_number(calls, n_calltakers):
    arrive_s = np.cumsum([float(gap_s) for gap_s, _ in calls])
    talk_s = np.array([float(talks_s) for _, talks_s in calls])
    for limit, most in ((n_calltakers, n_calltakers), (None, len(calls))):
        assert list(zip(*(column.tolist() for column in answer(arrive_s, talk_s, limit)), strict=True)) == \
            answered_from_a_line(arrive_s, talk_s, most)


def test_calls_from_the_public_have_a_call_taker_and_no_inspector_and_take_units_from_cameras(
        make_scenario, make_kind):
    quiet, busy = (played(make_scenario, make_kind, calls_per_day=n) for n in (0.0, 500.0))
    public = (busy.name == Name.CALL_CREATE) & (busy.alert_id == MISSING) & (busy.incident_id == MISSING)
    takers = busy.name == Name.CALL_TAKER
    assert public.sum() == takers.sum() > 300
    assert (busy.inspector_id[public] == MISSING).all()
    assert (busy.call_id[public] == busy.call_id[takers]).all()
    per_call = Counter(busy.call_id[(busy.name == Name.DISPATCH) & (busy.incident_id == MISSING)].tolist())
    assert max(per_call.values()) == 3
    waits = []
    for log in (quiet, busy):
        sent = (log.name == Name.DISPATCH) & (log.incident_id != MISSING)
        waits.append(int(sent.sum()))
    assert waits[1] < waits[0]


def test_measures_keep_camera_finds_apart_from_calls_from_the_public(make_scenario, make_kind):
    world = make_world(make_scenario, make_kind, (PLAIN | {"officers": 2, "badge_share": 1.0}, 6, 6, 3))
    world.run()
    log = world.log()
    told = measure(world.scenario, log)
    assert told["found"] == (log.name == Name.CONFIRM).sum()
    assert told["public_calls"] == (log.name == Name.CALL_TAKER).sum() > 200
    assert 0 < told["public_calls_sent"] <= told["public_calls"]
    assert told["p50:public_response_time_s"] <= told["p90:public_response_time_s"]
    assert 0.0 < told["officer_utilisation"] < 1.0
    assert 0.2 < told["evidence_complete_share"] < 0.8, "half of it is, as nobody attends"
    assert 0.0 < told["unit_utilisation"] <= 1.0


@pytest.mark.parametrize("officers", [1, 2])
def test_no_more_orders_are_given_at_once_than_officers_are_on_duty(make_scenario, make_kind, officers):
    log = played(make_scenario, make_kind, officers=officers, calls_per_day=3000.0)
    taken = log.name == Name.OFFICER
    begun, ended = log.t_s[taken], np.sort(log.t_s[taken] + log.value[taken])
    busy = np.arange(1, begun.size + 1) - np.searchsorted(ended, begun, side="right")
    assert busy.max() == officers


def test_a_cancelled_unit_clears_its_call_as_canceled(make_scenario, make_kind):
    log = played(make_scenario, make_kind, p_cancel=1.0, calls_per_day=0.0)
    cancelled = (log.name == Name.CANCELED_ENROUTE) & (log.value == 0.0)
    cleared = (log.name == Name.INCIDENT_CLEAR) & (log.value == DISPOSITIONS.index(Disposition.CANCELED))
    assert cancelled.any()
    assert (log.call_id[cancelled] == log.call_id[cleared]).all()
    assert not np.isin(log.call_id[log.name == Name.ON_SCENE], log.call_id[cancelled]).any()


def test_a_redirected_unit_goes_to_a_call_of_higher_priority(make_scenario, make_kind):
    log = played(make_scenario, make_kind, redirect_gap=1, calls_per_day=600.0)
    created = log.name == Name.CALL_CREATE
    priority = dict(zip(log.call_id[created].tolist(), log.value[created].tolist(), strict=True))
    rows = np.flatnonzero((log.name == Name.CANCELED_ENROUTE) & (log.value == 1.0))
    assert rows.size > 5
    for row in rows.tolist():
        assert log.name[row + 1] == Name.DISPATCH
        assert log.unit_id[row + 1] == log.unit_id[row]
        assert priority[log.call_id[row + 1]] < priority[log.call_id[row]]


@pytest.mark.parametrize(("policy", "row"), [(AtShiftEnd.HAND_OVER, Name.HAND_OVER),
                                             (AtShiftEnd.PREEMPT, Name.PUT_BACK)])
def test_cases_pass_to_the_next_shift_as_told(make_scenario, make_kind, policy, row):
    log = played(make_scenario, make_kind, at_shift_end=policy, calls_per_day=600.0)
    passed = log.name == row
    assert passed.any()
    assert set(log.t_s[passed].tolist()) <= {8 * 3600.0, 20 * 3600.0}
    assert not (played(make_scenario, make_kind, calls_per_day=600.0).name == row).any()


def test_meals_go_in_turn_and_last_as_told(make_scenario, make_kind):
    log = played(make_scenario, make_kind, breaks=True, calls_per_day=0.0)
    begun, ended = (dict(zip(log.unit_id[log.name == name].tolist(), log.t_s[log.name == name].tolist(), strict=True))
                    for name in (Name.BREAK_START, Name.BREAK_END))
    assert len(begun) >= 6
    assert all(abs(ended[unit] - begun[unit] - 1800.0) < 1e-6 for unit in begun)
    assert len(set(begun.values())) == len(begun)


def test_units_on_foot_arrive_later_and_snow_slows_everybody(make_scenario, make_kind):
    def median_s(**changes):
        log = played(make_scenario, make_kind, calls_per_day=20.0, **changes)
        return float(np.median(log.value[log.name == Name.ON_SCENE]))

    assert median_s(foot_share=1.0) > 3.0 * median_s()
    assert median_s(snow=True) > 1.05 * median_s()


def test_a_roster_without_officers_says_so(make_scenario):
    scenario = make_scenario()
    assert {duty.n_officers for duty in duties(scenario)} == {0}
    staffed = replace(scenario, shifts=tuple(replace(shift, officers=2) for shift in scenario.shifts))
    assert {duty.n_officers for duty in duties(staffed)} == {2}
