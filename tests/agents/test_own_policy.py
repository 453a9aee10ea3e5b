"""Policies that others have written: found by file, module or a package's name, checked, hosted, and replaced."""

import pytest

from agents.attention import RoundRobinAttention, WhittleAttention
from agents.attention_check import check_attention, check_planner
from agents.planners import PLANNERS, LearningPlanner
from agents.policy_choice import find_planner, find_policy
from agents.watch_town import make_rated_town
from scenarios import load_scenario
from sim.errors import ConformanceError, InputError, UnknownNameError
from sim.log import Name
from sim.replicate import Arm, run_replication
from sim.travel import Travel

NEAR = """
from sim.policies import Decision


class NearPolicy:
    def __init__(self):
        self.n_asked = 0

    def decide(self, decision: Decision):
        self.n_asked += 1
        if decision.t_s > {fails_at_s}:
            raise KeyError(f"asked {{self.n_asked}} times")
        return min(decision.free, key=lambda place: (decision.travel_s[place], decision.candidates[place]))
"""

EVEN = """
import numpy as np


class EvenPlanner:
    def decide(self, decision):
        if decision.t_s > 7000.0:
            while True:
                pass
        return np.ones(len(decision.candidates))
"""


@pytest.fixture(name="centre", scope="module")
def _centre(busy_centre):
    return load_scenario(busy_centre, overrides={"time.duration_h": 3.0})


def play(centre, **choices):
    arms = [Arm(name="inspectors"), Arm(name="with_policy", **choices)]
    return run_replication(centre, arms, Travel(centre.city.roads), seed=1, replication=0, keep_log=True)


def never():
    raise AssertionError("nobody needs the scenario")


def test_a_policy_from_a_file_answers_as_the_built_in_one(tmp_path, centre):
    path = tmp_path / "near.py"
    path.write_text(NEAR.format(fails_at_s="1e9"))
    choice = find_policy(str(path), never, where="--policy")
    nearest, own = play(centre, policy=choice)
    assert own.log_digest == nearest.log_digest
    assert play(centre, policy=choice)[1].log_digest == own.log_digest
    assert find_policy(f"{path}:NearPolicy", never, where="--policy").digest == choice.digest


def test_a_policy_that_raises_is_replaced_logged_and_reported(tmp_path, centre):
    path = tmp_path / "near.py"
    path.write_text(NEAR.format(fails_at_s="3600.0"))
    nearest, own = play(centre, policy=find_policy(str(path), never, where="--policy"))
    assert "KeyError" in own.policy_failure
    assert (own.log.name == Name.POLICY_FAILED).sum() == 1
    assert (own.log.name == Name.DISPATCH).sum() == (nearest.log.name == Name.DISPATCH).sum()


def test_a_planner_that_hangs_is_ended_and_its_last_plan_holds(tmp_path, centre):
    path = tmp_path / "even.py"
    path.write_text(EVEN)
    choice = find_planner(f"{path}:EvenPlanner", where="--attention")
    run = play(centre, attention=type(choice)(target=choice.target, budget_s=1.0))[1]
    assert "no answer within 1 s" in run.policy_failure
    assert run.log.t_s[-1] > 0.9 * centre.duration_s
    assert (run.log.name == Name.POLICY_FAILED).sum() == 1


@pytest.mark.parametrize(("source", "message"), [
    ("class Busy:\n    def decide(self, decision):\n        return 99\n", "expected the position of a free candidate"),
    ("x = 1\n", "expected one; name it as own.py:NAME"),
    ("raise RuntimeError('no map')\n", "RuntimeError: no map"),
])
def test_what_breaks_the_contract_is_refused_before_the_run(tmp_path, source, message):
    path = tmp_path / "own.py"
    path.write_text(source)
    with pytest.raises(InputError, match=message):
        find_policy(str(path), never, where="--policy")


def test_what_cannot_be_found_is_told_with_the_nearest_name(tmp_path):
    with pytest.raises(UnknownNameError, match=r"--policy = covrage; .*did you mean coverage"):
        find_policy("covrage", never, where="--policy")
    with pytest.raises(UnknownNameError, match="did you mean whittle"):
        find_planner("whitle", where="--attention")
    with pytest.raises(InputError, match="a file that can be read"):
        find_policy(str(tmp_path / "none.py"), never, where="--policy")


@pytest.mark.parametrize("name", PLANNERS)
def test_every_shipped_planner_conforms(name, centre):
    check_planner(lambda: PLANNERS[name](centre), n_cameras=centre.city.cameras.n_cameras)


def test_the_suites_of_attention_tell_what_is_broken(centre):
    class Idle(LearningPlanner):
        def decide(self, decision):
            return super().decide(decision) * 0.0

    class Stuck(RoundRobinAttention):
        def choose(self, t_s, n_looks):
            return super().choose(t_s, n_looks) * 0

    with pytest.raises(ConformanceError, match="not all 0"):
        check_planner(lambda: Idle(centre), n_cameras=centre.city.cameras.n_cameras)
    with pytest.raises(ConformanceError, match="different cameras"):
        check_attention(lambda: Stuck(40), n_cameras=40)
    check_attention(lambda: RoundRobinAttention(40), n_cameras=40)
    check_attention(lambda: WhittleAttention(make_rated_town(n_cameras=40).town.model), n_cameras=40)
