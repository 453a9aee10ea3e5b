"""Dispatch policies keep the contract, are what their formulas say, and learning comes near the known optimum."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from agents.call_zones import make_zones
from agents.clairvoyant import Held, bound_calls, bound_small_city, fewest_late
from agents.dispatch import CoveragePolicy, PriorityPolicy, RandomPolicy, ReservePolicy, mexclp_weights
from agents.hosted import HostedPolicy, PolicyFailedError
from agents.lateness import find_responses
from agents.learning import Generation, Learner, Search
from agents.policies import NamedChoice, policy_names
from agents.policy_check import check_numbering, check_policy
from agents.rollout import RolloutPolicy
from agents.small_city import (
    SMALL_CITIES,
    CityQuestions,
    SmallCity,
    TablePolicy,
    draw_calls,
    find_small_city,
    play_calls,
    play_table,
    table_of,
)
from agents.training import CityTask, SmallCityTask, coverage_table
from scenarios import load_scenario
from sim.errors import ConformanceError, ModelError, UnknownNameError
from sim.estimate import paired_difference
from sim.log import Name
from sim.policies import Decision, DecisionKind, DistrictFirstPolicy, NearestPolicy
from sim.simulate import simulate
from sim.theory.dispatch_optimum import cheapest_free, evaluate_dispatch, solve_dispatch
from sim.trace import draw_trace
from sim.travel import Travel
from sim.unit_posts import post_junctions

CITY = SMALL_CITIES["seven_units_4_40"]


@pytest.fixture(name="centre", scope="module")
def _centre(busy_centre):
    return load_scenario(busy_centre, overrides={"time.duration_h": 8.0})


def late_share(table, city=CITY):
    return evaluate_dispatch(city.model(), table).mean_cost


@pytest.mark.parametrize("name", policy_names())
def test_every_shipped_policy_conforms(name, busy_centre):
    centre = load_scenario(busy_centre, overrides={"time.duration_h": 3.0})
    travel = Travel(centre.city.roads)
    check_policy(lambda: NamedChoice(name=name).make(centre, travel), scenario=centre, budget_s=60.0)


def test_policies_that_go_by_place_do_not_care_how_units_are_numbered():
    for make in (NearestPolicy, DistrictFirstPolicy, ReservePolicy, PriorityPolicy,
                 lambda: CoveragePolicy(CITY.zones(), mexclp_weights(0.4)),
                 lambda: RolloutPolicy(CITY.outlook(), n_futures=20)):
        check_numbering(make, CITY)
    with pytest.raises(ConformanceError, match="after units were renamed"):
        check_numbering(FirstPolicy, CITY)


class FirstPolicy:
    def decide(self, decision):
        return decision.free[0]


class BusyPolicy:
    def decide(self, decision):
        return len(decision.candidates) - 1


class SleepyPolicy:
    def decide(self, decision):
        return sum(range(3_000_000)) and decision.free[0]


def test_the_suite_tells_busy_and_late_policies():
    with pytest.raises(ConformanceError, match="expected the position of a free candidate"):
        check_policy(BusyPolicy)
    with pytest.raises(ConformanceError, match="expected at most"):
        check_policy(SleepyPolicy, budget_s=0.001)


def test_a_policy_is_found_by_name_or_the_nearest_name_is_told():
    with pytest.raises(UnknownNameError, match="did you mean coverage"):
        NamedChoice(name="covrage")
    with pytest.raises(UnknownNameError, match="seven_units_4_40"):
        find_small_city("seven_units_4_4")


def test_on_the_small_cities_mean_travel_hides_what_the_late_share_shows():
    for city in SMALL_CITIES.values():
        of_travel = city.model(of_travel=True)
        near = cheapest_free(of_travel)
        gain = 1.0 - solve_dispatch(of_travel).mean_cost / evaluate_dispatch(of_travel, near).mean_cost
        late = 1.0 - solve_dispatch(city.model()).mean_cost / late_share(near, city)
        assert 0.0 < gain < 0.01
        assert late > 0.025


def test_the_nearest_policy_is_the_least_travel_of_the_table():
    assert np.array_equal(table_of(CITY, NearestPolicy()), cheapest_free(CITY.model(of_travel=True)))


@pytest.mark.parametrize("weights", [(0.0,), (1.5, 0.3, 0.0, 0.2), (0.6, 0.24, 0.1)])
def test_the_coverage_table_is_the_policy_asked_one_by_one(weights):
    policy = CoveragePolicy(CITY.zones(), weights)
    table, questions = coverage_table(CITY, np.array(weights)), CityQuestions(CITY)
    rng = np.random.default_rng(2)
    for _ in range(500):
        state, cell = int(rng.integers(127)), int(rng.integers(100))
        free = [unit for unit in range(7) if not state >> unit & 1]
        assert free[policy.decide(questions.about(0, cell, free, 0.0))] == table[cell, state]


def test_gaps_are_what_counting_says():
    zones, at = CITY.zones(), np.array([44, 58, 82])
    reached = zones.in_time[:, at]
    for rank, gap in enumerate(zones.gaps(at, n_ranks=4), start=1):
        assert gap == pytest.approx((reached.sum(axis=1) < rank).mean())
    without = zones.gaps_without(at, n_ranks=3)
    for place in range(3):
        assert without[place] == pytest.approx(zones.gaps(np.delete(at, place), n_ranks=3))


def test_played_calls_cost_what_the_exact_chain_says():
    table = table_of(CITY, NearestPolicy())
    shares = [play_table(CITY, draw_calls(CITY, n=20_000, seed=3, replication=index), table) for index in range(10)]
    error = np.std(shares, ddof=1) / np.sqrt(10)
    assert abs(np.mean(shares) - late_share(table)) <= 4 * error


def test_playing_a_table_is_playing_call_by_call():
    table = table_of(CITY, NearestPolicy())
    for city in (CITY, SMALL_CITIES["seven_units_4_80"]):
        calls = draw_calls(city, n=5_000, seed=3)
        assert play_table(city, calls, table) == play_calls(city, calls, lambda cell, _, busy: int(table[cell, busy]))


def test_the_optimum_as_a_policy_sends_whom_its_table_says():
    best = solve_dispatch(CITY.model())
    assert np.array_equal(table_of(CITY, TablePolicy(CITY, best.sends)), best.sends)
    assert best.mean_cost == pytest.approx(late_share(best.sends))


@pytest.mark.parametrize("name", ["seven_units_4_80", "seven_units_6_20"])
def test_a_few_generations_take_four_fifths_of_the_optimums_gain(name):
    city = SMALL_CITIES[name]
    task = SmallCityTask(city=city, n_calls=8_000, seed=1)
    learner = Learner(search=Search(start=task.start, seed=1), cost=task.cost)
    for _ in range(8):
        learner.step()
    nearest, best = late_share(cheapest_free(city.model(of_travel=True)), city), solve_dispatch(city.model()).mean_cost
    assert (nearest - late_share(coverage_table(city, learner.weights), city)) / (nearest - best) >= 0.8


def test_a_learner_that_goes_on_comes_to_the_same():
    def cost(weights, generation):
        return float(((weights - 1.0) ** 2).sum()) + 0.01 * np.sin(generation)

    whole = Learner(search=Search(start=(0.0, 2.0)), cost=cost)
    for _ in range(6):
        whole.step()
    first = Learner(search=Search(start=(0.0, 2.0)), cost=cost)
    for _ in range(2):
        first.step()
    kept = [Generation(**{name: getattr(one, name) for name in ("number", "middle", "spread", "cost")})
            for one in first.done]
    rest = Learner(search=Search(start=(0.0, 2.0)), cost=cost, done=kept)
    for _ in range(4):
        rest.step()
    assert rest.done == whole.done
    assert np.abs(whole.weights - 1.0).max() < 0.5


def test_a_reserve_keeps_the_last_unit_for_what_is_urgent():
    questions = CityQuestions(CITY)
    asked = questions.about(0, 5, [3], 0.0)
    assert ReservePolicy(urgent=2).decide(asked) == 0
    minor = replace(asked, priority=3, may_wait=True)
    assert ReservePolicy().decide(minor) == minor.wait
    assert ReservePolicy().decide(replace(minor, may_wait=False)) == 0
    assert ReservePolicy(n_reserve=0).decide(minor) == 0


def test_only_urgent_calls_draw_units_out_of_their_beats():
    asked = replace(CityQuestions(CITY).about(0, 45, [0, 1], 0.0), district=2, candidate_districts=(0, 2))
    assert asked.travel_s[0] < asked.travel_s[1]
    assert [PriorityPolicy().decide(replace(asked, priority=priority)) for priority in (1, 2, 3, 4)] == [0, 0, 1, 1]
    assert PriorityPolicy().decide(replace(asked, priority=4, candidate_districts=(0, 1))) == 0


def test_a_look_ahead_takes_much_of_the_optimums_gain():
    """It is one step of policy improvement over the nearest unit, up to the noise of its futures."""
    city = SmallCity(name="four_units", threshold=2, load=0.4, posts=(14, 8, 27, 22), side=6)
    ahead = table_of(city, RolloutPolicy(city.outlook(), n_futures=400))
    nearest, best = late_share(table_of(city, NearestPolicy()), city), solve_dispatch(city.model()).mean_cost
    assert best < nearest
    assert (nearest - late_share(ahead, city)) / (nearest - best) > 0.5


def test_what_must_be_late_is_counted_as_by_trying_every_choice():
    rng = np.random.default_rng(4)
    for n_units in (1, 2):
        for _ in range(40):
            begins = rng.integers(0, 20, 7)
            held = [Held(from_s=float(begin), to_s=float(begin + length))
                    for begin, length in zip(begins, rng.integers(1, 8, 7), strict=True)]
            assert fewest_late(held, [(0.0, n_units)]) == 7 - most_in_time(held, n_units)
    assert fewest_late([Held(from_s=-np.inf, to_s=-np.inf), Held(from_s=1.0, to_s=9.0)], [(0.0, 1)]) == 1
    assert fewest_late([Held(from_s=1.0, to_s=9.0), Held(from_s=2.0, to_s=4.0)], [(0.0, 2), (3.0, 1)]) == 1


def most_in_time(held, n_units):
    """The slow twin: the largest set of stretches of which no instant has more than the units."""
    def fits(chosen):
        return all(sum(one.from_s <= other.from_s < one.to_s for one in chosen) <= n_units for other in chosen)
    return max(size for size in range(len(held) + 1) for chosen in combinations(held, size) if fits(chosen))


def test_nobody_is_late_more_seldom_than_who_knows_all_calls_beforehand(centre):
    for city in (CITY, SMALL_CITIES["seven_units_6_80"]):
        calls = draw_calls(city, n=5_000, seed=3)
        assert 0.0 < bound_small_city(city, calls) <= play_table(city, calls, solve_dispatch(city.model()).sends)
    task = CityTask(scenario=centre, travel=Travel(centre.city.roads), late_after_s=900.0, seed=2)
    trace = draw_trace(centre, seed=2)
    bound = bound_calls(centre, trace, task.travel, late_after_s=900.0).late_share()
    assert 0.0 < bound <= min(task.late_share(NamedChoice(name=name), 0) for name in policy_names()
                              if name not in ("coverage_posts", "hot_spots"))


def test_free_units_spread_over_the_hot_spots_or_keep_to_their_beats(centre):
    trace, travel = draw_trace(centre, seed=2), Travel(centre.city.roads)
    logs = {name: simulate(centre, trace, travel=travel, policy=NamedChoice(name=name).make(centre, travel))
            for name in ("nearest", "beats", "hot_spots")}
    assert logs["beats"].digest() == logs["nearest"].digest() != logs["hot_spots"].digest()
    posted = logs["hot_spots"].name == Name.POSTED
    posts = logs["hot_spots"].value[posted].astype(int).tolist()
    assert set(posts) <= set(post_junctions(centre))
    assert len(set(posts)) > 1


def test_a_free_unit_goes_to_the_nearest_hot_spot_that_nobody_holds():
    decision = Decision(
        kind=DecisionKind.REDEPLOY, t_s=0.0, call_id=None, priority=0, district=0, candidates=(11, 12, 13),
        mask=(True,) * 3, travel_s=(10.0, 30.0, 20.0), candidate_districts=(0, 0, 1), may_wait=True, unit_id=4,
        candidate_junctions=(11, 12, 13), free_junctions=(11, 7))
    policy = NamedChoice(name="hot_spots").make(None, None)
    assert decision.candidates[policy.decide(decision)] == 13
    assert decision.candidates[policy.decide(replace(decision, free_junctions=(11, 12, 13, 11)))] == 13
    assert decision.candidates[policy.decide(replace(decision, free_junctions=()))] == 11


def test_random_is_the_floor():
    def share(policy):
        calls = draw_calls(CITY, n=3_000, seed=5)
        questions, numbers = CityQuestions(CITY), iter(range(10**6))

        def send(cell, free, _):
            return free[policy.decide(questions.about(next(numbers), cell, free, 0.0))]
        return play_calls(CITY, calls, send)

    assert share(RandomPolicy(seed=1)) > share(NearestPolicy()) + 0.2
    assert share(RandomPolicy(seed=1)) == share(RandomPolicy(seed=1))


def test_zones_hold_the_citys_demand_and_reach_themselves(centre):
    zones = make_zones(centre, Travel(centre.city.roads), target_s=240.0, n_zones=30)
    assert 10 <= zones.junction.size <= 60
    assert zones.share.sum() == pytest.approx(1.0)
    assert zones.in_time[np.arange(zones.junction.size), zones.junction].all()
    wider = make_zones(centre, Travel(centre.city.roads), target_s=400.0, n_zones=30)
    assert (wider.in_time >= zones.in_time).all()
    assert np.array_equal(wider.junction, zones.junction)


@pytest.mark.parametrize("bad", [-0.1, 1.0])
def test_a_share_of_busy_time_that_cannot_be_is_told(bad):
    with pytest.raises(ModelError, match="p_busy"):
        mexclp_weights(bad)


class HangingPolicy:
    def decide(self, decision):
        while decision.t_s >= 0.0:
            pass


class FailingPolicy:
    def decide(self, decision):
        raise KeyError("map")


def test_a_hosted_policy_answers_as_it_would_here(centre):
    trace = draw_trace(centre, seed=1)
    with HostedPolicy(FirstPolicy, budget_s=30.0) as hosted:
        there = simulate(centre, trace, policy=hosted)
    assert (there.name == Name.DISPATCH).sum() > 3
    assert there.digest() == simulate(centre, trace, policy=FirstPolicy()).digest()


def test_a_policy_that_hangs_is_ended_and_the_run_goes_on(centre):
    trace, reports = draw_trace(centre, seed=1), []
    with HostedPolicy(HangingPolicy, budget_s=0.2) as hosted:
        log = simulate(centre, trace, policy=hosted, fallback=NearestPolicy(), report=reports.append)
        with pytest.raises(PolicyFailedError, match="has ended"):
            hosted.decide(CityQuestions(CITY).about(0, 5, [3], 0.0))
    assert "no answer within 0.2 s" in reports[0]
    assert log.t_s[-1] > 0.9 * centre.duration_s


def test_what_a_hosted_policy_raises_is_told():
    with HostedPolicy(FailingPolicy) as hosted, pytest.raises(PolicyFailedError, match="KeyError: 'map'"):
        hosted.decide(CityQuestions(CITY).about(0, 5, [3], 0.0))
    with pytest.raises(PolicyFailedError, match="TypeError"):
        HostedPolicy(ModelError.__class__.__call__)


def test_one_more_patrol_lowers_the_paired_mean_but_not_every_calls_response(centre):
    travel = Travel(centre.city.roads)
    more = replace(centre, shifts=tuple(replace(shift, units=shift.units + 1) for shift in centre.shifts))
    means, by_call = [], []
    for replication in range(8):
        of_both = []
        for scenario in (centre, more):
            trace = draw_trace(scenario, seed=1, replication=replication)
            of_both.append(find_responses(simulate(scenario, trace, travel=travel)))
        fewer_s, more_s = (np.where(np.isfinite(one.response_s), one.response_s, np.nan) for one in of_both)
        means.append((float(np.nanmean(fewer_s)), float(np.nanmean(more_s))))
        if np.array_equal(of_both[0].created_s, of_both[1].created_s):
            by_call += (more_s - fewer_s).tolist()
    difference = paired_difference([one for _, one in means], [one for one, _ in means])
    assert difference.mean + difference.half_width < 0.0
    assert max(by_call) > 0.0
