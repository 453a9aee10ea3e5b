"""Preemption by class in the control room: likelier alerts interrupt less likely ones, and no work is lost by it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import World
from sim.log import Name
from sim.roomwork import Breaks, Preemption, ShiftEnd, WatchRoom
from sim.scenario import Shift
from sim.simulate import simulate
from sim.state import VERIFYING, ZOOMING
from watchfloor.validation.worlds import all_day, cases_of, make_alerts, quiet_trace

NO_UNITS = np.zeros((0, 1), dtype=np.int32)
CHANGE_S = 3600.0
RELIEF = (Shift(name="early", start_h=0.0, length_h=1.0, inspectors=2, units=0),
          Shift(name="late", start_h=1.0, length_h=23.0, inspectors=2, units=0))


@pytest.fixture(name="make_room", scope="module")
def _make_room(make_scenario):
    def make(shifts, **changes):
        base = make_scenario(duration_s=86400.0)
        return replace(base, shifts=tuple(shifts), kinds=base.kinds[:1],
                       watching=replace(base.watching, p_false_confirm=0.0),
                       alerting=replace(base.alerting, queue_limit=1_000, preemption=Preemption.RESUME), **changes)

    return make


def alerts_of(detect_s, level, verify_s, camera=0):
    n = len(detect_s)
    return make_alerts(detect_s=np.array(detect_s, dtype=float), level=np.array(level, dtype=np.int32),
                       camera=np.broadcast_to(np.int32(camera), n).copy(),
                       cases=cases_of(n, verify_s=np.broadcast_to(float(verify_s), n).copy()))


def rows(log, name):
    """(t_s, inspector, alert) of each row of a name."""
    at = log.name == name
    return list(zip(log.t_s[at].tolist(), log.inspector_id[at].tolist(), log.alert_id[at].tolist(), strict=True))


def work_s(log, n):
    """How long each alert was in somebody's hands."""
    spent, since = np.zeros(n), {}
    for t_s, name, alert in zip(log.t_s.tolist(), log.name.tolist(), log.alert_id.tolist(), strict=True):
        if name in (Name.PUT_BACK, Name.REJECT):
            spent[alert] += t_s - since.pop(alert)
        elif name in (Name.SHOWN, Name.HAND_OVER):
            since.setdefault(alert, t_s)
    assert not since, "every alert was decided"
    return spent


def play_in_order(scenario, alerts):
    """Play event by event: at none of them may a less likely alert be in work where a likelier one waits."""
    world = World(scenario, quiet_trace(NO_UNITS), alerts=alerts)
    state = world.state
    while world.agenda.peek() < scenario.duration_s:
        world.agenda.step()
        for room, staff in enumerate(world.room_staff[state.duty]) if state.duty >= 0 else ():
            waits = world.room.queue.highest_level(room)
            tasks = [state.inspectors[ident].task for ident in staff]
            in_work = [world.alerts.level[task.alert] for task in tasks
                       if task is not None and task.alert is not None and task.phase in (VERIFYING, ZOOMING)]
            assert waits is None or not in_work or waits <= min(in_work)
    world.run()
    assert world.log().digest() == simulate(scenario, quiet_trace(NO_UNITS), alerts=alerts, engine="kernel").digest()
    return world.log()


@pytest.mark.parametrize("policy", list(ShiftEnd))
@pytest.mark.parametrize("late", [1, 2, 3])
def test_all_staff_change_in_the_second_in_which_alerts_of_all_levels_arrive(make_room, policy, late):
    scenario = make_room((RELIEF[0], replace(RELIEF[1], inspectors=late)), shift_end=policy)
    n = 24
    detect_s = np.sort(np.round(CHANGE_S + (np.arange(n) - n // 2) * 2.5, 3))
    alerts = alerts_of(np.where(np.abs(detect_s - CHANGE_S) < 6.0, CHANGE_S, detect_s), 1 + np.arange(n) * 7 % 4, 30.0)
    log = play_in_order(scenario, alerts)
    assert (log.t_s[log.name == Name.DETECT] == CHANGE_S).sum() == 5
    assert (log.name == Name.PUT_BACK).any()
    assert sorted(alert for _, _, alert in rows(log, Name.REJECT)) == list(range(n)), "each alert is decided once"
    assert work_s(log, n) == pytest.approx(np.full(n, 30.0)), "no second of work is lost or done twice"


def test_a_break_falls_due_in_the_second_in_which_a_likelier_alert_arrives(make_room):
    """Who is interrupted rests when they are free at last; nobody is called from a break."""
    scenario = make_room(all_day(inspectors=2), breaks=Breaks(spell_s=3600.0, break_s=600.0))
    log = play_in_order(scenario, alerts_of([1790.0, 1795.0, 1800.0, 1805.0], [1, 1, 4, 4], 60.0))
    assert rows(log, Name.PUT_BACK) == [(1800.0, 1, 1), (1805.0, 0, 0)]
    assert rows(log, Name.BREAK_START)[0][:2] == (1865.0, 0), "post 0, whose break was due in that second"
    assert work_s(log, 4) == pytest.approx(np.full(4, 60.0))


def test_the_least_likely_alert_that_came_last_is_left_and_gone_on_with_before_its_level(make_room):
    scenario = make_room(all_day(inspectors=3))
    log = play_in_order(scenario, alerts_of([10.0, 11.0, 12.0, 13.0, 20.0], [2, 1, 1, 1, 4], 100.0))
    assert rows(log, Name.PUT_BACK) == [(20.0, 2, 2)]
    back = rows(log, Name.SHOWN)[-2:]
    assert [alert for _, _, alert in back] == [2, 3], "alert 2 goes before alert 3, which came later"
    decided = {alert: t_s for t_s, _, alert in rows(log, Name.REJECT)}
    assert decided == {0: 110.0, 1: 111.0, 4: 120.0, 2: 110.0 + 92.0, 3: 111.0 + 100.0}


def test_alerts_of_one_level_interrupt_nobody(make_room):
    scenario = make_room(all_day(inspectors=1))
    log = play_in_order(scenario, alerts_of([10.0, 20.0, 30.0], [3, 3, 3], 50.0))
    assert not rows(log, Name.PUT_BACK)


def test_an_alert_interrupts_in_its_own_room_before_it_overflows(make_room):
    scenario = make_room(
        (Shift(name="a", start_h=0.0, length_h=24.0, inspectors=1, units=0, room="south"),
         Shift(name="b", start_h=0.0, length_h=24.0, inspectors=1, units=0, room="north")),
        rooms=(WatchRoom(name="south", districts=(0,), overflow_to="north", overflow_at=0),
               WatchRoom(name="north", districts=(1,))))
    south = int(np.flatnonzero(np.array(scenario.camera_rooms()) == 0)[0])
    log = play_in_order(scenario, alerts_of([10.0, 11.0, 12.0, 13.0], [1, 2, 2, 3], 50.0, camera=south))
    assert rows(log, Name.PUT_BACK) == [(11.0, 0, 0), (13.0, 0, 1)]
    assert [alert for _, _, alert in rows(log, Name.OVERFLOW)] == [2], "nobody could be taken off for it in the south"


def test_a_snapshot_amid_interruptions_plays_on_to_the_same_log(make_room):
    scenario = make_room(RELIEF, shift_end=ShiftEnd.PREEMPT)
    rng = np.random.default_rng(4)
    alerts = alerts_of(np.sort(rng.uniform(3000.0, 4200.0, 60)), rng.integers(1, 5, 60), 45.0)
    world = World(scenario, quiet_trace(NO_UNITS), alerts=alerts)
    world.run(until_s=3599.0)
    amid = world.snapshot()
    assert world.state.put_back
    world.run()
    once = world.log().digest()
    world.restore(amid)
    world.run()
    assert world.log().digest() == once


small_rooms = st.fixed_dictionaries({
    "early": st.integers(0, 3), "late": st.integers(1, 3), "overlap_h": st.sampled_from([0.0, 0.25, -0.2]),
    "policy": st.sampled_from(list(ShiftEnd)), "breaks": st.sampled_from([None, Breaks(spell_s=900.0, break_s=300.0)]),
    "queue_limit": st.sampled_from([1, 3, 1_000]), "patience_s": st.sampled_from([math.inf, 60.0]),
    "n": st.integers(1, 80), "verify_s": st.sampled_from([20.0, 200.0]), "seed": st.integers(0, 10_000)})


@settings(max_examples=40, deadline=None)
@given(small_rooms)
def test_no_less_likely_alert_is_in_work_where_a_likelier_one_waits(make_room, case):
    scenario = make_room((replace(RELIEF[0], inspectors=case["early"], length_h=1.0 + case["overlap_h"]),
                          replace(RELIEF[1], inspectors=case["late"])),
                         shift_end=case["policy"], breaks=case["breaks"], duration_s=4 * 3600.0)
    scenario = replace(scenario, alerting=replace(scenario.alerting, queue_limit=case["queue_limit"]))
    rng, n = np.random.default_rng(case["seed"]), case["n"]
    detect_s = np.sort(np.where(rng.random(n) < 0.2, CHANGE_S, np.round(rng.uniform(1800.0, 5400.0, n), 3)))
    alerts = alerts_of(detect_s, rng.integers(1, 5, n), case["verify_s"], camera=rng.integers(0, 4, n))
    play_in_order(scenario, replace(alerts, ends_s=detect_s + case["patience_s"]))
