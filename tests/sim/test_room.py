"""The laws of the control room's parts: zooming, rest, tiredness, the archive, plans, rooms and shift ends."""

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.attention import budget_anew, budget_per_look, span_for, watched_s
from sim.engine import World
from sim.errors import ModelError
from sim.kernel import play_kernel
from sim.kernel_attending import attend
from sim.kernel_desk import NEAREST
from sim.kernel_desk_records import make_desk
from sim.kernel_layout import DUTY, N_ROWS
from sim.kernel_room_records import make_room
from sim.log import ID_COLUMNS, MISSING, Name
from sim.measures import measure
from sim.perception import noticed_at_best, p_missed_at, prevalences
from sim.roomwork import Archive, BadgeAttention, Breaks, ShiftEnd, Vigilance, WatchRoom
from sim.roster import rests
from sim.scenario import PlanKind, Shift, Spread
from sim.simulate import make_out, simulate
from sim.theory.rates import SineRate
from sim.trace import draw_trace
from watchfloor.validation.days import draw_arrivals_s, hourly_shifts
from watchfloor.validation.travel import make_grid
from watchfloor.validation.worlds import (
    all_day,
    cases_of,
    make_alerts,
    make_town,
    make_trace,
    quiet_trace,
)
from watchfloor.validation.worlds import make_scenario as make_blank

NO_UNITS = np.zeros((0, 1), dtype=np.int32)
STARTS = (Name.SHOWN, Name.SEARCH_START, Name.ATTEND, Name.HAND_OVER)
ENDS = (Name.REJECT, Name.RECORDED, Name.SEARCH_DONE, Name.ATTEND_END, Name.PUT_BACK)


def blank(n_inspectors, *, n_cameras=4, duration_s=86400.0, **changes):
    """A room whose durations are all drawn by hand."""
    scenario = make_blank(make_town(make_grid(2), range(n_cameras)), duration_s=duration_s,
                          shifts=all_day(inspectors=n_inspectors))
    return replace(scenario, **changes)


def play(scenario, trace, alerts=None):
    """Play on both engines, which must agree; return the log."""
    simpy, kernel = (simulate(scenario, trace, alerts=alerts, engine=engine) for engine in ("simpy", "kernel"))
    for column in ("t_s", "name", *ID_COLUMNS, "value"):
        assert np.array_equal(getattr(simpy, column), getattr(kernel, column), equal_nan=column == "value"), column
    return simpy


def rows(log, name):
    """(t_s, inspector, value) of each row of a name."""
    at = log.name == name
    return list(zip(log.t_s[at].tolist(), log.inspector_id[at].tolist(), log.value[at].tolist(), strict=True))


def alerts_at(*detect_s, camera=None, incident=None, verify_s=10.0, **columns):
    n = len(detect_s)
    drawn = make_alerts(detect_s=np.array(detect_s, dtype=float), camera=np.array(camera or [0] * n, dtype=np.int32),
                        cases=cases_of(n, verify_s=np.full(n, verify_s), **columns))
    return drawn if incident is None else replace(drawn, incident=np.array(incident, dtype=np.int32))


def spans(log, ident, starts, ends, until_s):
    """The stretches from each start to the next end of one inspector."""
    mine = log.inspector_id == ident
    begun = log.t_s[mine & np.isin(log.name, starts)]
    ended = log.t_s[mine & np.isin(log.name, ends)]
    ended = np.append(ended, until_s)[: begun.size]
    return list(zip(begun.tolist(), ended.tolist(), strict=True))



def zoomed_trace(*, zoom_s, occur_s, camera, visible_s=1000.0, verify_s=20.0, p_identify=1.0):
    n = len(occur_s)
    trace = make_trace(NO_UNITS, occur_s=np.array(occur_s, dtype=float), visible_s=np.full(n, visible_s),
                       camera=np.array(camera, dtype=np.int32))
    return replace(trace, line_zoom_s=np.array(zoom_s, dtype=float), line_p_identify=np.full(n, p_identify),
                   cases=cases_of(n, verify_s=np.full(n, verify_s)), line_p_look=np.zeros(n))


def test_a_camera_travels_and_settles_before_the_inspector_looks_and_decides():
    log = play(blank(1), zoomed_trace(zoom_s=[6.0], occur_s=[5.0], camera=[0]),
               alerts_at(10.0, incident=[0], verify_s=20.0))
    assert [rows(log, name)[0][0] for name in (Name.SHOWN, Name.ZOOM, Name.REJECT)] == [10.0, 16.0, 36.0]


def test_what_is_seen_must_suffice_to_confirm():
    scenario = blank(1)
    sure = replace(scenario.watching, p_confirm=1.0, compliance_slope=100.0, ppv_prior=1.0)
    scenario = replace(scenario, watching=sure)
    for p_identify, name in ((1.0, Name.CONFIRM), (0.4, Name.REJECT)):
        trace = zoomed_trace(zoom_s=[6.0], occur_s=[5.0], camera=[0], p_identify=p_identify)
        assert (play(scenario, trace, alerts_at(10.0, incident=[0])).name == name).sum() == 1, "u_confirm is 0.5"


def test_while_a_camera_is_zoomed_no_alert_about_anything_else_arises():
    trace = zoomed_trace(zoom_s=[6.0, 6.0], occur_s=[5.0, 5.0], camera=[0, 0])
    alerts = alerts_at(10.0, 20.0, 21.0, 22.0, 46.0, 48.0, camera=[0, 0, 0, 1, 0, 0],
                       incident=[0, 1, 0, MISSING, 1, 1],
                       verify_s=20.0)
    log = play(blank(4), trace, alerts)
    lost = log.name == Name.ABANDON
    assert log.alert_id[lost].tolist() == [1, 4], "the second inspector on the same case holds it until 47 s"
    assert log.value[lost].tolist() == [2.0, 2.0]
    assert log.alert_id[log.name == Name.SHOWN].tolist() == [0, 2, 3, 5]


def test_a_look_at_a_zoomed_camera_waits_for_the_next_opportunity_after_it():
    """Post 0 watches cameras 0 and 1; while it is busy, post 1 zooms camera 0 in."""
    trace = zoomed_trace(zoom_s=[100.0, 0.0], occur_s=[5.0, 30.0], camera=[0, 0])
    trace = replace(trace, line_p_look=np.array([0.0, 1.0]))
    alerts = alerts_at(10.0, 11.0, camera=[1, 0], incident=[MISSING, 0], verify_s=10.0)
    log = play(blank(2), trace, alerts)
    decided_s = rows(log, Name.REJECT)[1][0]
    assert decided_s == 11.0 + 100.0 + 10.0
    noticed_s = log.t_s[(log.name == Name.SHOWN) & (log.incident_id == 1)][0]
    assert decided_s <= noticed_s <= decided_s + 2.0 * 1.0 + 1e-9, "within one round of two looks"


@pytest.mark.parametrize("p", [0.02, 0.5, 1.0])
def test_what_a_budget_leaves_is_new_luck(p):
    rng = np.random.default_rng(3)
    budgets = rng.exponential(size=40_000)
    anew = np.array([budget_anew(budget, p) for budget in budgets])
    assert abs(anew.mean() - 1.0) < 4 / math.sqrt(anew.size)
    assert abs((anew > 2.0).mean() - math.exp(-2.0)) < 4 * math.sqrt(0.117 / anew.size)
    failures = np.floor(budgets / budget_per_look(p)) if p < 1.0 else budgets
    if p < 1.0:
        assert abs(np.corrcoef(failures, anew)[0, 1]) < 4 / math.sqrt(anew.size)



def test_busy_and_idle_and_break_make_the_shift(make_scenario):
    scenario = make_scenario(
        shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=3, units=3),),
        breaks=Breaks(spell_s=3600.0, break_s=600.0),
        archive=Archive(per_day=30.0, hour_weights=(1.0,) * 168, kind="theft", p_solved=0.5, at_most=2,
                        duration=Spread(median_s=600.0, p95_s=1800.0)))
    trace = draw_trace(scenario, seed=5)
    world = World(scenario, trace)
    world.run()
    log = world.log()
    play(scenario, trace)
    assert (log.name == Name.BREAK_START).sum() > 50
    for ident, inspector in enumerate(world.state.inspectors):
        until_s = scenario.duration_s
        busy = spans(log, ident, STARTS, ENDS, until_s)
        resting = spans(log, ident, (Name.BREAK_START,), (Name.BREAK_END,), until_s)
        both = sorted(busy + resting)
        assert all(end <= start for (_, end), (start, _) in pairwise(both)), "one thing at a time"
        away_s = sum(end - start for start, end in both)
        assert away_s + inspector.watch_clock(until_s, None) == pytest.approx(until_s, abs=1e-6)


def test_breaks_are_staggered_and_none_would_end_after_the_shift(make_scenario):
    scenario = make_scenario(
        shifts=(Shift(name="day", start_h=8.0, length_h=8.0, inspectors=3, units=0),),
        breaks=Breaks(spell_s=3600.0, break_s=600.0), duration_s=2 * 86400.0)
    planned = rests(scenario)
    first_day = [rest for rest in planned if rest.start_s < 86400.0]
    assert [rest.start_s - 8 * 3600.0 for rest in first_day if rest.start_s < 9.5 * 3600.0] == [1200.0, 2400.0, 3600.0]
    assert len(planned) == 2 * len(first_day)
    assert all(rest.start_s + 600.0 <= rest.until_s for rest in planned)
    for post in range(3):
        starts = [rest.start_s for rest in first_day if rest.post == post]
        assert set(np.diff(starts)) == {4200.0}


def test_a_busy_inspector_rests_after_the_case_and_never_past_the_shift(make_scenario):
    shifts = (Shift(name="day", start_h=0.0, length_h=2.0, inspectors=1, units=0),)
    scenario = blank(1, shifts=shifts, breaks=Breaks(spell_s=3600.0, break_s=600.0))
    log = play(scenario, quiet_trace(NO_UNITS), alerts_at(3590.0, verify_s=100.0))
    assert [row[0] for row in rows(log, Name.BREAK_START)] == [3690.0]
    assert [row[0] for row in rows(log, Name.BREAK_END)] == [4290.0]
    late = play(scenario, quiet_trace(NO_UNITS), alerts_at(3590.0, verify_s=3100.0))
    assert not rows(late, Name.BREAK_START), "it would end at 7,290 s, after the shift"


def test_alerts_go_to_others_while_somebody_rests():
    log = play(blank(2, breaks=Breaks(spell_s=3600.0, break_s=600.0)), quiet_trace(NO_UNITS),
               alerts_at(1900.0, 1950.0, camera=[0, 0]))
    assert rows(log, Name.BREAK_START)[0][:2] == (1800.0, 0)
    assert [row[1] for row in rows(log, Name.SHOWN)] == [1, 1], "the first comes back to nobody but the second"


stretches = {"since": st.floats(0.0, 20_000.0), "watch": st.floats(0.0, 50_000.0), "delta": st.floats(0.0, 0.95),
             "tau": st.floats(1.0, 10_000.0)}


@settings(max_examples=200, deadline=None)
@given(**stretches, more=st.floats(0.0, 1000.0))
def test_the_time_until_the_watch_clock_has_run_so_far_is_its_inverse(since, watch, delta, tau, more):
    span = span_for(since, watch, delta, tau)
    assert span >= watch
    assert watched_s(since, span, delta, tau) == pytest.approx(watch, rel=1e-9, abs=1e-6)
    assert span_for(since, watch + more, delta, tau) >= span - 1e-9


def test_the_watch_clock_runs_as_the_profile_says():
    delta, tau, t = 0.25, 900.0, 3600.0
    assert watched_s(0.0, t, delta, tau) == pytest.approx(
        t * (1 - delta) + delta * tau * (1 - math.exp(-t / tau)), rel=1e-12)
    assert watched_s(500.0, 100.0, delta, tau) + watched_s(0.0, 500.0, delta, tau) == pytest.approx(
        watched_s(0.0, 600.0, delta, tau), rel=1e-12)
    assert watched_s(0.0, t, 0.0, tau) == t
    assert span_for(0.0, math.inf, delta, tau) == math.inf


def test_a_tired_room_finds_less_and_rest_mends_some_of_it(make_scenario):
    base = make_scenario(shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=2, units=2),))
    base = replace(base, watching=replace(base.watching, look_s=6.0))
    tired = replace(base, vigilance=Vigilance(delta=0.8, tau_s=1800.0))
    found = {}
    for name, scenario in (("fresh", base), ("tired", tired),
                           ("rested", replace(tired, breaks=Breaks(spell_s=1200.0, break_s=60.0)))):
        found[name] = sum(int((simulate(scenario, draw_trace(scenario, seed=seed)).name == Name.CONFIRM).sum())
                          for seed in range(4))
    assert found["tired"] < found["rested"] < found["fresh"]



def test_rare_kinds_and_kinds_off_the_briefing_are_noticed_less(make_scenario, make_kind):
    assert p_missed_at(0.01) == pytest.approx(0.299)
    assert (p_missed_at(1.0), p_missed_at(0.0), p_missed_at(1e-9)) == (0.027, 0.60, 0.60)
    base = make_scenario(kinds=(make_kind("litter"), make_kind("theft", per_day=0.001)))
    assert noticed_at_best(base).tolist() == [0.845, 0.845]
    briefed = replace(base, watching=replace(base.watching, briefing=("litter",), p_unbriefed=0.47))
    assert noticed_at_best(briefed) == pytest.approx([0.845, 0.845 * 0.47])
    rare = noticed_at_best(replace(base, watching=replace(base.watching, prevalence=True)))
    share = prevalences(base)
    assert share[0] > share[1] > 0.0
    assert rare[0] == pytest.approx(0.845 * (1 - p_missed_at(share[0])) / (1 - p_missed_at(0.5)))
    assert rare[1] == pytest.approx(0.845 * 0.40 / (1 - p_missed_at(0.5)))



def test_searches_wait_below_all_alerts_and_are_counted(make_scenario):
    archive = Archive(per_day=100.0, hour_weights=(1.0,) * 168, kind="theft", p_solved=0.4, at_most=2,
                      duration=Spread(median_s=900.0, p95_s=2700.0))
    scenario = make_scenario(archive=archive)
    trace = draw_trace(scenario, seed=2)
    log = play(scenario, trace)
    n = {name: int((log.name == name).sum()) for name in Name}
    assert n[Name.SEARCH_REQUEST] == trace.searches.request_s.size > 50
    begun = log.value[log.name == Name.SEARCH_START]
    assert begun.tolist() == list(range(begun.size)), "first come, first served"
    at_once = np.cumsum((log.name == Name.SEARCH_START).astype(int) - (log.name == Name.SEARCH_DONE))
    assert at_once.max() == 2
    values = measure(scenario, log)
    assert values["searches"] == n[Name.SEARCH_DONE]
    assert values["searches_solved"] == log.value[log.name == Name.SEARCH_DONE].sum()
    assert values["crimes_solved"] >= values["searches_solved"]
    idle = measure(replace(scenario, archive=None), simulate(scenario, replace(trace, searches=None)))
    assert values["inspector_utilisation"] > idle["inspector_utilisation"]
    assert "searches" not in idle


def test_the_archive_changes_no_other_draw(make_scenario):
    archive = Archive(per_day=9.0, hour_weights=(1.0,) * 168, kind="theft", p_solved=0.4, at_most=1,
                      duration=Spread(median_s=900.0, p95_s=2700.0))
    with_it, without = draw_trace(make_scenario(archive=archive), seed=2), draw_trace(make_scenario(), seed=2)
    assert np.array_equal(with_it.occur_s, without.occur_s)
    longer = draw_trace(make_scenario(archive=archive, duration_s=2 * 86400.0), seed=2).searches
    n = with_it.searches.request_s.size
    assert np.array_equal(longer.request_s[:n], with_it.searches.request_s)
    assert np.array_equal(longer.duration_s[:n], with_it.searches.duration_s)



def with_rates(scenario, rates):
    return replace(scenario, watching=replace(scenario.watching, plan=PlanKind.RATES), watching_rates=rates)


def test_looks_follow_the_rates_of_the_hour():
    """Camera 0 is looked at in even hours only, camera 1 in odd ones."""
    rates = np.zeros((24, 2))
    rates[::2, 0] = rates[1::2, 1] = 3.0
    occur_s = np.arange(50.0, 86400.0, 600.0)
    trace = make_trace(NO_UNITS, occur_s=occur_s, visible_s=np.full(occur_s.size, 100.0),
                       camera=(np.arange(occur_s.size) % 2).astype(np.int32))
    log = play(with_rates(blank(1, n_cameras=2), rates), trace)
    shown = log.name == Name.SHOWN
    hour = (log.t_s[shown] // 3600.0).astype(int)
    assert (log.camera_id[shown] == hour % 2).all()
    assert shown.sum() == occur_s.size // 2
    assert (log.name == Name.SHIFT_CHANGE).sum() == 1, "an hour's rates are no change of staff"


def test_rates_that_never_change_are_one_plan(make_scenario):
    base = make_scenario()
    rates = np.tile(np.random.default_rng(1).random(base.city.cameras.n_cameras), (24, 1))
    assert len(World(with_rates(base, rates), draw_trace(base, seed=1)).duty_table) == len(
        World(base, draw_trace(base, seed=1)).duty_table)


@pytest.mark.parametrize("rates", [None, np.ones((23, 40)), np.ones((24, 39)), -np.ones((24, 40))])
def test_rates_of_the_wrong_shape_are_refused(make_scenario, rates):
    scenario = with_rates(make_scenario(), rates)
    with pytest.raises(ModelError, match="watching_rates"):
        simulate(scenario, draw_trace(make_scenario(), seed=1))



def two_rooms(make_scenario, **south):
    shifts = (Shift(name="south", start_h=0.0, length_h=24.0, inspectors=2, units=2, room="south"),
              Shift(name="north", start_h=0.0, length_h=24.0, inspectors=1, units=2, room="north"))
    return make_scenario(shifts=shifts, rooms=(WatchRoom(name="south", districts=(0,), **south),
                                               WatchRoom(name="north", districts=(1,))))


def test_each_room_watches_its_own_districts(make_scenario):
    scenario = two_rooms(make_scenario)
    n = 200
    camera = (np.arange(n) * 7 % 40).astype(np.int32)
    alerts = make_alerts(detect_s=np.arange(n) * 5.0, camera=camera, cases=cases_of(n, verify_s=np.full(n, 20.0)))
    log = play(scenario, draw_trace(scenario, seed=1), alerts)
    shown = log.name == Name.SHOWN
    north = scenario.city.cameras.district[log.camera_id[shown]] == 1
    assert ((log.inspector_id[shown] == 2) == north).all()
    assert not (log.name == Name.OVERFLOW).any()


def test_alerts_overflow_to_the_other_room_when_the_queue_is_long(make_scenario):
    scenario = two_rooms(make_scenario, overflow_to="north", overflow_at=2)
    n = 7
    alerts = make_alerts(detect_s=10.0 + np.arange(n), camera=np.zeros(n, dtype=np.int32),
                         cases=cases_of(n, verify_s=np.full(n, 100.0)))
    log = play(scenario, replace(quiet_trace(np.zeros((4, 121), dtype=np.int32))), alerts)
    gone = log.name == Name.OVERFLOW
    assert log.alert_id[gone].tolist() == [4, 5, 6], "two are taken and two wait before"
    assert log.value[gone].tolist() == [1.0, 1.0, 1.0]
    by_north = (log.name == Name.SHOWN) & (log.inspector_id == 2)
    assert log.alert_id[by_north].tolist() == [4, 5, 6]


def test_a_district_that_no_room_watches_is_told(make_scenario):
    scenario = make_scenario(rooms=(WatchRoom(name="south", districts=(0,)),), shifts=())
    with pytest.raises(ModelError, match="nobody watches district north"):
        simulate(scenario, draw_trace(scenario, seed=1))


RELIEVED = (Shift(name="early", start_h=0.0, length_h=1.0, inspectors=2, units=0),
            Shift(name="late", start_h=1.0, length_h=23.0, inspectors=2, units=0))


def relieved(policy, late=2):
    return blank(0, shifts=(RELIEVED[0], replace(RELIEVED[1], inspectors=late)), shift_end=policy)


def test_who_goes_off_finishes_hands_over_or_puts_back():
    alerts = alerts_at(3590.0, verify_s=60.0)
    for policy, by, extra in ((ShiftEnd.FINISH, 0, None), (ShiftEnd.HAND_OVER, 2, Name.HAND_OVER),
                              (ShiftEnd.PREEMPT, 2, Name.PUT_BACK)):
        log = play(relieved(policy), quiet_trace(NO_UNITS), alerts)
        assert [row[:2] for row in rows(log, Name.REJECT)] == [(3650.0, by)], policy
        assert extra is None or (log.name == extra).sum() == 1
    assert rows(play(relieved(ShiftEnd.PREEMPT), quiet_trace(NO_UNITS), alerts), Name.PUT_BACK) == [(3600.0, 0, 50.0)]


def test_where_nobody_is_free_a_case_is_finished_or_goes_before_all_that_wait():
    alerts = alerts_at(3590.0, 3591.0, 3592.0, verify_s=60.0)
    kept = play(relieved(ShiftEnd.HAND_OVER, late=1), quiet_trace(NO_UNITS), alerts)
    assert sorted(row[:2] for row in rows(kept, Name.REJECT))[:2] == [(3650.0, 0), (3651.0, 2)]
    back = play(relieved(ShiftEnd.PREEMPT, late=1), quiet_trace(NO_UNITS), alerts)
    shown = back.name == Name.SHOWN
    assert back.alert_id[shown].tolist() == [0, 1, 0, 1, 2]
    assert [row[0] for row in rows(back, Name.REJECT)] == [3650.0, 3701.0, 3761.0]


def test_a_case_in_writing_waits_for_the_next_inspector_before_any_alert():
    scenario = relieved(ShiftEnd.PREEMPT, late=1)
    scenario = replace(scenario, watching=replace(scenario.watching, p_false_confirm=1.0))
    alerts = alerts_at(3580.0, 3581.0, 3582.0, verify_s=10.0, record_s=np.full(3, 100.0))
    log = play(scenario, quiet_trace(NO_UNITS), alerts)
    order = [(name, alert) for name, alert in zip(log.name, log.alert_id, strict=True)
             if name in (Name.HAND_OVER, Name.RECORDED, Name.SHOWN)]
    assert order == [(Name.SHOWN, 0), (Name.SHOWN, 1), (Name.HAND_OVER, 1), (Name.RECORDED, 1), (Name.HAND_OVER, 0),
                     (Name.RECORDED, 0), (Name.SHOWN, 2), (Name.RECORDED, 2)]
    worked_s = measure(scenario, log)["inspector_utilisation"] * (2 * 1 + 23) * 3600.0
    assert worked_s == pytest.approx(3 * (10.0 + 100.0))


@pytest.mark.parametrize("policy", list(ShiftEnd))
def test_all_staff_change_in_the_second_in_which_alerts_arrive_under_every_policy(policy):
    alerts = alerts_at(*(3600.0 + (k - 5) * 0.1 for k in range(10)), verify_s=30.0)
    log = play(relieved(policy), quiet_trace(NO_UNITS), alerts)
    decided = log.name == Name.REJECT
    assert sorted(log.alert_id[decided].tolist()) == list(range(10)), "each alert is decided once"
    busy_s = sum(end - start for ident in range(4) for start, end in spans(log, ident, STARTS, ENDS, 86400.0))
    if policy is not ShiftEnd.HAND_OVER:
        assert busy_s == pytest.approx(300.0), "no second of work is lost or done twice"


def test_preempted_hourly_staff_is_the_time_varying_queue():
    folder = Path(__file__).resolve().parent / "conformance"
    case = json.loads((folder / "time_varying_mt_m_st.json").read_text(encoding="utf-8"))["cases"][0]
    rate, mu = SineRate(mean=case["lam_bar_per_h"], amplitude=case["beta"]), case["mu_per_h"]
    expected = np.array([rate.total_until(hour + 1.0) - rate.total_until(float(hour)) for hour in range(24)])
    rng = np.random.default_rng(11)
    shares = []
    for _ in range(60):
        detect_s = np.round(draw_arrivals_s(rate, n_days=2, rng=rng), 3)
        n = detect_s.size
        scenario = replace(blank(0, duration_s=49 * 3600.0), shifts=hourly_shifts(case["schedule"]),
                           shift_end=ShiftEnd.PREEMPT)
        alerts = make_alerts(detect_s=detect_s, cases=cases_of(n, verify_s=rng.exponential(3600.0 / mu, n)))
        log = simulate(scenario, quiet_trace(NO_UNITS), alerts=alerts, engine="kernel")
        shown = np.flatnonzero(log.name == Name.SHOWN)[::-1]
        first_s = np.full(n, math.inf)
        first_s[log.alert_id[shown]] = log.t_s[shown]
        day = detect_s >= 86400.0
        hour = (detect_s[day] // 3600.0).astype(int) % 24
        waits = first_s[day] > detect_s[day]
        shares.append(np.bincount(hour[waits], minlength=24) / expected)
    values = np.array(shares)
    error = values.std(axis=0, ddof=1) / math.sqrt(len(values))
    assert (np.abs(values.mean(axis=0) - case["P_delay"]) <= 4 * error).all()



def test_a_free_inspector_attends_the_scene_of_their_own_case():
    scenario = blank(1, badge=BadgeAttention(p_attend=1.0, attend=Spread(median_s=60.0, p95_s=120.0)))
    scenario = replace(scenario, watching=replace(scenario.watching, p_false_confirm=1.0))
    alerts = alerts_at(10.0, attend_s=np.array([25.0]))
    world = World(scenario, quiet_trace(NO_UNITS), alerts=alerts)
    world.run(1000.0)
    room = world.room
    assert room.attend(1000.0, 0)
    assert not room.attend(1001.0, 0), "they are busy with it"
    world.run()
    log = world.log()
    assert [row[:2] for row in rows(log, Name.ATTEND) + rows(log, Name.ATTEND_END)] == [(1000.0, 0), (1025.0, 0)]
    assert log.call_id[log.name == Name.ATTEND].tolist() == [0]


def test_both_engines_attend_alike(make_scenario):
    scenario = make_scenario(badge=BadgeAttention(p_attend=0.5, attend=Spread(median_s=60.0, p95_s=120.0)))
    trace = draw_trace(scenario, seed=1)
    assert 0.3 < (trace.cases.attend_s > 0.0).mean() < 0.7
    world = World(scenario, trace)
    world.run()
    room = make_room(scenario, trace, None, NEAREST)
    out = make_out(100_000)
    play_kernel(out, room, make_desk(scenario, trace, world.travel, n_calls=room.calls.size))
    assert out.number[DUTY] == world.state.duty
    answers = []
    for call in range(len(world.state.calls)):
        answers.append(world.room.attend(scenario.duration_s, call))
        assert answers[-1] == attend(out, room, scenario.duration_s, call)
        if answers[-1]:
            row = out.rows[out.number[N_ROWS] - 1]
            assert row["name"] == world.state.rows[-1][1] == Name.ATTEND
            assert row["inspector"] == world.state.rows[-1][6]
    assert 0 < sum(answers) <= len(world.state.inspectors)
