"""What a world asks of its policy: calls that wait, posts of free units, and policies that fail."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import World
from sim.errors import ModelError
from sim.log import Name
from sim.policies import Decision, DecisionKind, DistrictFirstPolicy, NearestPolicy
from sim.simulate import simulate
from sim.trace import draw_trace
from sim.unit_posts import post_junctions


@pytest.fixture(name="busy_town", scope="module")
def _busy_town(make_scenario, make_kind):
    """A day with more calls than its units can take at once."""
    return make_scenario(kinds=(make_kind(per_day=4000.0),), duration_s=8 * 3600.0)


@pytest.fixture(name="trace", scope="module")
def _trace(busy_town):
    return draw_trace(busy_town, seed=4)


class AskedNearest:
    """The nearest unit, through the hook instead of the fast path."""

    def decide(self, decision):
        return NearestPolicy().decide(decision)


class PausingNearest:
    def decide(self, decision):
        return None


class HoldingPolicy:
    """Lets every call wait whenever it may."""

    def decide(self, decision):
        return decision.wait if decision.may_wait else NearestPolicy().decide(decision)


class PostingPolicy:
    """Sends the nearest, and every free unit to the first post."""

    kinds = frozenset((DecisionKind.DISPATCH, DecisionKind.REDEPLOY))

    def __init__(self):
        self.posted = []

    def decide(self, decision):
        if decision.kind is DecisionKind.DISPATCH:
            return NearestPolicy().decide(decision)
        self.posted.append(decision)
        return 0


def test_the_hook_and_the_pump_and_the_fast_path_leave_one_log(busy_town, trace):
    digests = {simulate(busy_town, trace).digest(), simulate(busy_town, trace, policy=AskedNearest()).digest()}
    world = World(busy_town, trace, policy=PausingNearest())
    world.run()
    n_asked = 0
    while world.state.question is not None:
        n_asked += 1
        world.resume(NearestPolicy().decide(world.state.question))
        world.run()
    assert len({*digests, world.log().digest()}) == 1
    assert n_asked > 50


def test_a_call_that_waits_is_asked_about_again_and_in_the_end_served(busy_town, trace):
    log = simulate(busy_town, trace, policy=HoldingPolicy())
    nearest = simulate(busy_town, trace)
    n_sent = [int((one.name == Name.DISPATCH).sum()) for one in (log, nearest)]
    assert 0.1 * n_sent[1] < n_sent[0] < n_sent[1]
    at_work, most = 0, 0
    for name in log.name.tolist():
        at_work += (name == Name.DISPATCH) - (name == Name.UNIT_FREE)
        most = max(most, at_work)
    assert most == 1


def test_a_question_without_an_answer_is_told(busy_town):
    asked = {"t_s": 7.5, "call_id": 1, "priority": 1, "district": 0, "candidates": (3, 5), "travel_s": (1.0, 2.0),
             "candidate_districts": (0, 0)}
    with pytest.raises(ModelError, match=r"Decision about dispatch at 7\.500 s: mask allows none of 2 .* wait"):
        Decision(kind=DecisionKind.DISPATCH, mask=(False, False), **asked)
    assert Decision(kind=DecisionKind.DISPATCH, mask=(False, False), may_wait=True, **asked).allows(2)
    nobody = {**asked, "candidates": (), "mask": (), "travel_s": (), "candidate_districts": ()}
    assert Decision(kind=DecisionKind.ATTENTION, **nobody).free == [], "a town without cameras has nothing to plan"
    with pytest.raises(ModelError, match="mask allows none of 0"):
        Decision(kind=DecisionKind.DISPATCH, **nobody)


def test_posted_units_stand_at_their_posts(busy_town):
    calm = replace(busy_town, kinds=(replace(busy_town.kinds[0], per_day=1000.0),))
    policy = PostingPolicy()
    world = World(calm, draw_trace(calm, seed=2), policy=policy)
    world.run()
    log = world.log()
    posted = log.name == Name.POSTED
    assert posted.sum() == len(policy.posted) > 20
    assert set(log.value[posted].tolist()) == {float(post_junctions(busy_town)[0])}
    assert all(decision.may_wait and decision.unit_id is not None for decision in policy.posted)
    first = policy.posted[0]
    assert first.candidates == post_junctions(busy_town)
    assert len(first.free_junctions) < first.n_on_duty


def test_a_snapshot_keeps_what_waits_and_where_units_are_posted(busy_town, trace):
    for policy in (HoldingPolicy(), PostingPolicy()):
        world = World(busy_town, trace, policy=policy)
        world.run(until_s=3 * 3600.0)
        kept = world.snapshot()
        world.run()
        whole = world.log().digest()
        world.restore(kept)
        world.run()
        assert world.log().digest() == whole


class RaisingPolicy:
    def __init__(self, after):
        self.left = after

    def decide(self, decision):
        self.left -= 1
        if self.left < 0:
            raise ZeroDivisionError("no more ideas")
        return NearestPolicy().decide(decision)


class BusyPolicy:
    def decide(self, decision):
        return len(decision.candidates) + 5


@pytest.mark.parametrize("make", [lambda: RaisingPolicy(10), BusyPolicy])
def test_a_policy_that_fails_makes_way_and_the_run_goes_on(busy_town, trace, make):
    reports = []
    log = simulate(busy_town, trace, policy=make(), fallback=NearestPolicy(), report=reports.append)
    failed = log.name == Name.POLICY_FAILED
    assert failed.sum() == len(reports) == 1
    nearest = simulate(busy_town, trace)
    rest = ~failed
    assert np.array_equal(log.t_s[rest], nearest.t_s)
    assert np.array_equal(log.unit_id[rest], nearest.unit_id)
    assert "no more ideas" in reports[0] or "expected the position" in reports[0]


def test_a_kernel_policy_takes_over_by_its_own_rules(busy_town, trace):
    log = simulate(busy_town, trace, policy=RaisingPolicy(0), fallback=DistrictFirstPolicy())
    rest = log.name != Name.POLICY_FAILED
    other = simulate(busy_town, trace, policy=DistrictFirstPolicy())
    assert np.array_equal(log.unit_id[rest], other.unit_id)


def test_without_a_fallback_the_error_comes_through(busy_town, trace):
    with pytest.raises(ZeroDivisionError):
        simulate(busy_town, trace, policy=RaisingPolicy(0))
    with pytest.raises(ModelError, match=r"dispatch policy: action = \d+; expected the position of a free candidate"):
        simulate(busy_town, trace, policy=BusyPolicy())


def test_without_a_call_units_are_posted_once_and_nobody_is_sent(busy_town, trace):
    quiet = replace(busy_town, kinds=(replace(busy_town.kinds[0], per_day=0.0),))
    policy = PostingPolicy()
    world = World(quiet, draw_trace(quiet, seed=1), policy=policy)
    world.run()
    assert {decision.kind for decision in policy.posted} == {DecisionKind.REDEPLOY}
    assert not (world.log().name == Name.DISPATCH).any()
