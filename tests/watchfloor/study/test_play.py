"""What a study plays: one trace for all rosters, and days that add up to the run."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from scenarios import load_scenario
from sim.case_draws import CaseDraws
from sim.fieldwork import Posting
from sim.log import ID_COLUMNS, EventLog
from sim.measures import measure
from sim.replicate import Arm, play
from sim.trace import draw_trace
from sim.travel import Travel
from watchfloor.study.days import Horizon, measure_windows, widen
from watchfloor.study.fingerprint import fingerprint
from watchfloor.study.plan import Plan, Scenarios, Setting
from watchfloor.study.shared_trace import SharedTrace
from watchfloor.study.staff import Staff, cost_per_day, shifts_for


@pytest.fixture(scope="module")
def town():
    return load_scenario("district_centre", overrides={"time.duration_h": 24.0})


def same(one, other):
    """Say whether two values of a trace are equal."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, CaseDraws):
        return np.array_equal(one.drawn, other.drawn)
    if not is_dataclass(one):
        return one == other
    return all(same(getattr(one, item.name), getattr(other, item.name)) for item in fields(one))


@pytest.mark.parametrize("posting", list(Posting))
@pytest.mark.parametrize("staff", [Staff(inspectors=1, units=1), Staff(inspectors=7, units=3),
                                   Staff(inspectors=3, units=9)])
def test_a_shared_trace_is_the_one_that_would_be_drawn(town, staff, posting):
    town = replace(town, fieldwork=replace(town.fieldwork, posting=posting))
    shared = SharedTrace(town, seed=4, replication=2)
    shifts = shifts_for(town, staff)
    other = replace(town, shifts=shifts)
    assert same(shared.of(other), draw_trace(other, seed=4, replication=2))
    assert same(shared.of(town), draw_trace(town, seed=4, replication=2))


def test_the_days_of_a_run_add_up_to_the_run(town):
    horizon = Horizon(warm_up_s=0.0, judged_s=3 * 86_400.0)
    scenario = widen(replace(town, duration_s=horizon.judged_s), horizon)
    log = play(scenario, Arm(name="inspectors"), draw_trace(scenario, seed=1), Travel(scenario.city.roads), seed=1,
               replication=0)
    days, whole = measure_windows(scenario, log, horizon), measure(scenario, log)
    assert set(days) == set(whole)
    for name in ("in_view", "found", "dispatches", "unfounded_stops", "cost", "found:traffic"):
        assert days[name].sum() == pytest.approx(whole[name])
    assert days["inspector_utilisation"].mean() == pytest.approx(whole["inspector_utilisation"])
    assert days["unit_utilisation"].mean() == pytest.approx(whole["unit_utilisation"])


def test_a_window_s_measures_are_those_of_its_own_rows(town):
    horizon = Horizon(warm_up_s=3_600.0, judged_s=86_400.0, window_s=6 * 3_600.0)
    scenario = widen(town, horizon)
    log = play(scenario, Arm(name="inspectors"), draw_trace(scenario, seed=2), Travel(scenario.city.roads), seed=2,
               replication=0)
    found = measure_windows(scenario, log, horizon)
    key = np.where(log.incident_id >= 0, log.incident_id, -1)
    for window in range(4):
        begin_s = 3_600.0 + window * 6 * 3_600.0
        began = {int(one): float(log.t_s[key == one].min()) for one in np.unique(key[key >= 0])}
        mine = [one for one, at in began.items() if begin_s <= at < begin_s + 6 * 3_600.0]
        rows = np.isin(key, mine)
        plain = measure(replace(scenario, duration_s=6 * 3_600.0), EventLog(arm="", t_s=log.t_s[rows], **{
            name: getattr(log, name)[rows] for name in ("name", "value", *ID_COLUMNS)}))
        for name in ("in_view", "found", "dispatches", "p90:response_time_s", "p50:detection_delay_s"):
            np.testing.assert_allclose(found[name][window], plain[name], rtol=1e-9)


def test_a_day_after_a_warm_up_is_that_day_of_the_longer_run(town):
    horizon = Horizon(warm_up_s=86_400.0, judged_s=86_400.0)
    scenario = widen(town, horizon)
    assert scenario.start_hour_of_week == 144.0
    log = play(scenario, Arm(name="inspectors"), draw_trace(scenario, seed=1), Travel(scenario.city.roads), seed=1,
               replication=0)
    both = measure_windows(scenario, log, Horizon(warm_up_s=0.0, judged_s=2 * 86_400.0))
    judged = measure_windows(scenario, log, horizon)
    assert judged["found"].tolist() == [both["found"][1]]
    np.testing.assert_equal(judged["p90:response_time_s"][0], both["p90:response_time_s"][1])


def test_a_roster_of_another_size_keeps_its_shape(town):
    shifts = shifts_for(town, Staff(inspectors=6, units=6))
    assert [(shift.inspectors, shift.units) for shift in shifts] == [(6, 6), (3, 4)]
    assert [(shift.inspectors, shift.units) for shift in shifts_for(town, Staff(inspectors=1, units=1))] == [
        (1, 1), (1, 1)]
    assert cost_per_day(town, town.shifts) == pytest.approx(12 * (2 + 1) * 2500 + 12 * (3 + 2) * 8000)


def test_a_plan_s_key_changes_with_anything_that_its_result_depends_on(town):
    horizon = Horizon(warm_up_s=0.0, judged_s=86_400.0)
    setting = Setting(scenario=town, path="district_centre", overrides=(("time.duration_h", 24.0),), horizon=horizon,
                      seed=1)
    plans = (Plan(), Plan(shifts=shifts_for(town, Staff(inspectors=3, units=3))), Plan(arm=Arm(name="other")),
             Plan(overrides=(("watching.look_s", 2.0),)))
    keys = [Scenarios(setting).key(plan) for plan in plans]
    keys += [Scenarios(replace(setting, seed=2)).key(Plan()),
             Scenarios(replace(setting, horizon=Horizon(warm_up_s=60.0, judged_s=86_400.0))).key(Plan()),
             Scenarios(replace(setting, scenario=replace(town, patrols=replace(
                 town.patrols, speed_factor=0.5)))).key(Plan())]
    assert len(set(keys)) == len(keys)
    assert Scenarios(setting).key(Plan(shifts=town.shifts)) == keys[0]
    assert Scenarios(replace(setting, scenario=replace(town, title="another title"))).key(Plan()) == keys[0]


def test_a_fingerprint_tells_a_number_from_its_text_and_refuses_what_it_cannot_read():
    assert fingerprint(1) != fingerprint("1")
    assert fingerprint((1, 2), 3) != fingerprint((1,), 2, 3)
    with pytest.raises(TypeError, match="set"):
        fingerprint({1, 2})
