"""The crew keeps PettingZoo's contract, and its answers leave the log that native ones leave."""

import numpy as np
import pytest

from scenarios import load_scenario
from sim.policies import NearestPolicy
from sim.simulate import simulate
from sim.trace import draw_trace

api_test = pytest.importorskip("pettingzoo.test", reason="pettingzoo is not on this machine").api_test
seed_test = pytest.importorskip("pettingzoo.test").seed_test
crew = pytest.importorskip("agents.env_crew")
CrewEnv, DISPATCHER = crew.CrewEnv, crew.DISPATCHER


@pytest.fixture(name="centre", scope="module")
def _centre(busy_centre):
    return load_scenario(busy_centre, overrides={"time.duration_h": 3.0})


@pytest.mark.filterwarnings(
    "error", "ignore:Observation space for each agent probably", "ignore:Agents have different",
    "ignore:Observation is not a NumPy array")  # each comes of a mask beside the observation
def test_pettingzoos_own_checks_pass(centre):
    api_test(CrewEnv(centre), num_cycles=120)
    seed_test(lambda: CrewEnv(centre), num_cycles=40)


def test_the_crew_leaves_the_log_of_native_answers(centre):
    env = CrewEnv(centre)
    env.reset(seed=4)
    total = dict.fromkeys(env.possible_agents, 0.0)
    turns = []
    for agent in env.agent_iter():
        observation, reward, _, is_over, _ = env.last()
        total[agent] += reward
        if is_over:
            env.step(None)
            continue
        turns.append(agent)
        assert observation["action_mask"].any()
        question = env.play.question
        env.step(question.candidates[NearestPolicy().decide(question)] if agent == DISPATCHER
                 else env.play.n_districts)

    class Even:
        def decide(self, decision):
            return env.play.rates([])

    native = simulate(centre, draw_trace(centre, seed=4), attention=Even())
    assert env.play.world.log().digest() == native.digest()
    assert turns.count("inspector_0") == turns.count("inspector_1") == 12
    assert total[DISPATCHER] == -env.play.n_late
    assert total["inspector_0"] == total["inspector_1"] == env.play.n_found


def test_an_answer_that_may_not_be_given_is_the_nearest_unit(centre):
    env, other = CrewEnv(centre), CrewEnv(centre)
    for one in (env, other):
        one.reset(seed=4)
        while one.agent_selection != DISPATCHER:
            one.step(one.play.n_districts)
    question = env.play.question
    wrong = np.flatnonzero(env.observe(DISPATCHER)["action_mask"] == 0)[0]
    env.step(int(wrong))
    other.step(question.candidates[NearestPolicy().decide(question)])
    assert env.play.world.log().digest() == other.play.world.log().digest()
