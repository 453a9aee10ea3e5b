"""Watching played look by look: the same as the closed form, and a hook for policies that choose each look."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.attention import p_found_random_exponential
from sim.engine import World
from sim.errors import ModelError
from sim.glances import play_glances
from sim.log import ID_COLUMNS, MISSING, Name
from sim.look_policies import DrawnLooks, NextLook, OldestLooks, RoundRobinLooks
from sim.rng import KeyedStreams, Purpose
from sim.roster import duties, duty_hours
from sim.scenario import PlanKind, Shift, Spread
from sim.trace import draw_trace
from watchfloor.validation.travel import make_grid
from watchfloor.validation.worlds import all_day, make_town, make_trace
from watchfloor.validation.worlds import make_scenario as make_watched

BY_WATCHING = (Name.SHIFT_CHANGE, Name.OCCUR, Name.VISIBLE_END, Name.SHOWN, Name.CONFIRM, Name.REJECT, Name.RECORDED)


def watched_rows(log):
    """Return the rows of watching as columns, calls left out."""
    kept = np.isin(log.name, BY_WATCHING)
    return {column: getattr(log, column)[kept] for column in ("t_s", "name", *ID_COLUMNS, "value")}


def world_log(scenario, trace):
    world = World(scenario, trace)
    world.run()
    return world.log()


def assert_same_watching(scenario, trace, *, within_s):
    one, other = watched_rows(world_log(scenario, trace)), watched_rows(play_glances(scenario, trace).log)
    for column in ("name", *ID_COLUMNS):
        assert np.array_equal(one[column], other[column]), column
    assert np.array_equal(one["value"], other["value"], equal_nan=True)
    assert np.abs(one["t_s"] - other["t_s"]).max() <= within_s
    return one


rosters = st.fixed_dictionaries({
    "day": st.integers(0, 3), "night": st.integers(0, 3), "handover_h": st.sampled_from([2.0, 3.25]),
    "overlap_h": st.sampled_from([0.0, 0.75, -0.5]), "per_day": st.sampled_from([100.0, 1500.0, 9000.0]),
    "visible_s": st.sampled_from([10.0, 120.0, 4000.0]), "p_confirm": st.sampled_from([0.5, 1.0]),
    "seed": st.integers(0, 10_000), "n_cameras": st.sampled_from([1, 5, 40]),
})


@settings(max_examples=40, deadline=None)
@given(rosters)
def test_round_robin_looks_notice_what_the_closed_form_says_when_it_says(make_scenario, make_kind, grid_city, case):
    """Looks of √2 s never begin in the millisecond in which something happens, so there are no ties to break."""
    base = make_scenario()
    visible = Spread(median_s=case["visible_s"], p95_s=3 * case["visible_s"])
    scenario = replace(
        base, duration_s=6 * 3600.0, city=grid_city(10, case["n_cameras"]),
        kinds=(make_kind(per_day=case["per_day"], visible=visible, object_size_m=0.3),),
        watching=replace(base.watching, look_s=math.sqrt(2.0), p_confirm=case["p_confirm"]),
        shifts=(Shift(name="a", start_h=0.0, length_h=case["handover_h"] + case["overlap_h"],
                      inspectors=case["day"], units=0),
                Shift(name="b", start_h=case["handover_h"], length_h=12.0, inspectors=case["night"], units=0)))
    assert_same_watching(scenario, draw_trace(scenario, seed=case["seed"]), within_s=1e-6)


def test_a_whole_day_of_looks_is_the_worlds_to_the_bit(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=600.0),))
    rows = assert_same_watching(scenario, draw_trace(scenario, seed=3), within_s=0.0)
    assert (rows["name"] == Name.CONFIRM).sum() > 50


def test_busy_and_looking_make_up_the_shift(make_scenario, make_kind):
    """Inspectors who are busy do not look: the looks that were begun fill what their cases leave of the shift."""
    scenario = make_scenario(kinds=(make_kind(per_day=6000.0),), duration_s=6 * 3600.0,
                             shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=3, units=0),))
    glances = play_glances(scenario, draw_trace(scenario, seed=1))
    log = glances.log
    begun, ended = log.name == Name.SHOWN, np.isin(log.name, (Name.REJECT, Name.RECORDED))
    busy_s = log.t_s[ended].sum() - log.t_s[begun].sum() + scenario.duration_s * (begun.sum() - ended.sum())
    looked_s = glances.n_looks.sum() * scenario.watching.look_s
    assert busy_s > 0.1 * duty_hours(scenario, "inspectors") * 3600.0
    assert abs(busy_s + looked_s - duty_hours(scenario, "inspectors") * 3600.0) <= 3 * scenario.watching.look_s


def test_a_round_robin_looks_at_every_camera_equally_often(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=0.0),), duration_s=7200.0)
    n_looks = play_glances(scenario, draw_trace(scenario, seed=1)).n_looks
    assert n_looks.sum() == 2 * 3600
    assert n_looks.max() - n_looks.min() <= 1


def drawn_watch(*, n_cameras, look_s, visible_s, n, seed):
    """Return (scenario, trace) of incidents, one a minute or so, before one inspector who draws each look."""
    rng = np.random.default_rng(seed)
    scenario = make_watched(
        make_town(make_grid(math.ceil(math.sqrt(n_cameras))), range(n_cameras)), duration_s=n * 60.0 + 1.0,
        shifts=all_day(inspectors=1), plan=PlanKind.RISK_WEIGHTED, look_s=look_s)
    trace = make_trace(np.zeros((0, 1), dtype=np.int32), occur_s=np.sort(rng.random(n)) * n * 60.0,
                       visible_s=rng.exponential(visible_s, n), budget=rng.exponential(size=n),
                       camera=rng.integers(n_cameras, size=n).astype(np.int32))
    return scenario, trace


@pytest.mark.parametrize(("n_cameras", "look_s", "visible_s"), [(4, 4.0, 30.0), (16, 2.0, 45.0)])
def test_drawn_looks_find_as_often_as_theory_and_the_closed_form_say(n_cameras, look_s, visible_s):
    n = 3_000
    scenario, trace = drawn_watch(n_cameras=n_cameras, look_s=look_s, visible_s=visible_s, n=n, seed=5)
    expected = p_found_random_exponential(n_cameras=n_cameras, look_s=look_s, visible_mean_s=visible_s)
    error = math.sqrt(expected * (1.0 - expected) / n)
    policy = DrawnLooks(np.ones(n_cameras), seed=9)
    by_looks = (play_glances(scenario, trace, policy=policy).log.name == Name.SHOWN).sum() / n
    closed = (world_log(scenario, trace).name == Name.SHOWN).sum() / n
    assert abs(by_looks - expected) <= 4 * error
    assert abs(by_looks - closed) <= 4 * math.sqrt(2) * error


def test_risk_weighted_looks_fall_by_weight_and_find_as_many_as_the_world(make_scenario, make_kind):
    base = make_scenario(kinds=(make_kind(per_day=1500.0, visible=Spread(median_s=20.0, p95_s=40.0)),))
    scenario = replace(base, watching=replace(base.watching, plan=PlanKind.RISK_WEIGHTED), duration_s=6 * 3600.0,
                       shifts=(Shift(name="all", start_h=0.0, length_h=24.0, inspectors=2, units=0),))
    shares, n = [], 0
    for seed in range(8):
        trace = draw_trace(scenario, seed=seed)
        in_view = int((np.diff(trace.first_line) > 0).sum())
        n += in_view
        glances = play_glances(scenario, trace, seed=seed)
        shares.append([(log.name == Name.SHOWN).sum() for log in (glances.log, world_log(scenario, trace))])
    by_looks, closed = np.sum(shares, axis=0) / n
    assert abs(by_looks - closed) <= 4 * math.sqrt(2 * closed * (1 - closed) / n)
    assert 0.1 < closed < 0.9


def test_the_looks_of_one_seed_are_the_same_whatever_was_drawn_before(make_scenario):
    base = make_scenario(duration_s=3600.0)
    scenario = replace(base, watching=replace(base.watching, plan=PlanKind.RISK_WEIGHTED))
    trace = draw_trace(scenario, seed=1)
    one, again, other = (play_glances(scenario, trace, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.n_looks, again.n_looks)
    assert one.log.digest() == again.log.digest()
    assert not np.array_equal(one.n_looks, other.n_looks)


def test_looking_where_nobody_has_for_longest_is_a_round_robin(make_scenario):
    scenario = make_scenario(duration_s=6 * 3600.0)
    trace = draw_trace(scenario, seed=2)
    oldest, in_turn = (play_glances(scenario, trace, policy=policy) for policy in (OldestLooks(), RoundRobinLooks()))
    assert np.array_equal(oldest.n_looks, in_turn.n_looks)
    assert oldest.log.digest() == in_turn.log.digest()


class StaringLooks:
    """Never looks away from the first camera."""

    def choose_camera(self, look: NextLook) -> int:
        assert look.looked_s.max() <= look.t_s
        return look.cameras[0]


def test_a_policy_finds_only_where_it_looks(make_scenario, make_kind):
    scenario = make_scenario(kinds=(make_kind(per_day=3000.0),), duration_s=6 * 3600.0)
    glances = play_glances(scenario, draw_trace(scenario, seed=1), policy=StaringLooks())
    stared_at = set(np.flatnonzero(glances.n_looks).tolist())
    assert len(stared_at) == len(duties(scenario)[0].inspectors)
    assert set(glances.log.camera_id[glances.log.name == Name.SHOWN].tolist()) == stared_at


def test_a_policy_that_looks_at_anothers_camera_is_told(make_scenario):
    class WanderingLooks:
        def choose_camera(self, look):
            return 10**6

    scenario = make_scenario(duration_s=60.0)
    with pytest.raises(ModelError, match=r"camera = 1000000; expected one of the 20 of inspector \d"):
        play_glances(scenario, draw_trace(scenario, seed=1), policy=WanderingLooks())


@pytest.mark.parametrize("change", ["staff", "cameras", "incidents"])
def test_without_staff_cameras_or_incidents_nothing_is_found(make_scenario, make_kind, grid_city, change):
    changes = {"staff": {"shifts": ()}, "cameras": {"city": grid_city(10, 0)},
               "incidents": {"kinds": (make_kind(per_day=0.0),)}}[change]
    scenario = make_scenario(duration_s=3600.0, **changes)
    glances = play_glances(scenario, draw_trace(scenario, seed=1))
    assert not (glances.log.name == Name.SHOWN).any()
    assert (glances.n_looks.sum() > 0) == (change == "incidents")
    assert (glances.log.alert_id == MISSING).all()


def test_a_look_is_drawn_from_a_purpose_of_its_own():
    assert list(Purpose).count(Purpose.LOOK) == 1
    scattered = KeyedStreams(1).stream(Purpose.LOOK, entity=0).random(4)
    assert not np.array_equal(scattered, KeyedStreams(1).stream(Purpose.LOOK, entity=1).random(4))
