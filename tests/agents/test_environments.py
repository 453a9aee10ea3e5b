"""Environments keep Gymnasium's contract, and the same actions leave the log that a native policy leaves."""

import warnings
from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from agents.env_attention import watching_only
from agents.lateness import find_responses
from scenarios import load_scenario
from sim.errors import InputError, ModelError, UnknownNameError
from sim.glances import play_glances
from sim.look_policies import RoundRobinLooks
from sim.policies import DecisionKind, NearestPolicy
from sim.simulate import simulate
from sim.trace import draw_trace


@pytest.fixture(name="centre", scope="module")
def _centre(busy_centre):
    return load_scenario(busy_centre, overrides={"time.duration_h": 6.0})


def make(name, **options):
    return gymnasium.make(f"agents:watchfloor/{name}-v0", **options)


def nearest_action(question):
    return question.candidates[NearestPolicy().decide(question)]


@pytest.mark.parametrize(("name", "options"), [
    ("Dispatch", {}), ("Dispatch", {"scenario": "busy_centre"}), ("Attention", {"hours": 0.1}),
    ("ControlRoom", {"scenario": "busy_centre"}),
])
def test_gymnasiums_own_checker_has_nothing_to_say(name, options, centre):
    options = {**options, **({"scenario": centre} if options.get("scenario") else {})}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(name, render_mode="rgb_array", **options).unwrapped)


def test_the_same_actions_leave_the_same_log_by_either_way(centre):
    env = make("Dispatch", scenario=centre).unwrapped
    env.reset(seed=5)
    while env.play.question is not None:
        env.step(nearest_action(env.play.question))
    native = simulate(centre, draw_trace(centre, seed=5))
    assert env.log().digest() == native.digest()


def test_looks_taken_step_by_step_are_those_of_the_policy():
    scenario = watching_only(load_scenario("district_centre", overrides={"time.duration_h": 0.5}))
    env = make("Attention", scenario=scenario, hours=None).unwrapped
    _, info = env.reset(seed=2)
    policy, done = RoundRobinLooks(), False
    while not done:
        _, _, _, done, info = env.step(policy.choose_camera(env._room.question))
    native = play_glances(scenario, draw_trace(scenario, seed=2), policy=policy)
    assert env.log().digest() == native.log.digest()
    assert info["n_looks"] == native.n_looks.sum() > 1000


def test_the_seed_is_that_of_the_trace_and_further_resets_go_on(centre):
    env = make("Dispatch", scenario=centre).unwrapped
    first, _ = env.reset(seed=7)
    second, _ = env.reset()
    again, _ = env.reset(seed=7)
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert any(not np.array_equal(first[key], second[key]) for key in first)
    assert env.play.world._trace.digest == draw_trace(centre, seed=7).digest


@pytest.mark.parametrize("name", ["Dispatch", "Attention", "ControlRoom"])
def test_every_step_gives_fresh_arrays_and_masks_that_agree(name):
    env = make(name).unwrapped
    observation, _ = env.reset(seed=1)
    for _ in range(30):
        kept = {key: value.copy() for key, value in observation.items()}
        assert np.array_equal(env.action_masks(), observation["action_mask"].astype(bool))
        following, *_ = env.step(int(np.flatnonzero(observation["action_mask"])[0]))
        assert all(np.array_equal(kept[key], observation[key]) for key in kept)
        assert all(following[key] is not observation[key] for key in kept)
        observation = following


@pytest.mark.parametrize("name", ["Dispatch", "Attention"])
def test_an_invalid_action_costs_and_is_counted_but_does_not_raise(name):
    centre = load_scenario("district_centre")
    staffed = replace(centre, shifts=tuple(replace(shift, inspectors=3) for shift in centre.shifts))
    env = make(name, **({"scenario": staffed, "hours": 0.2} if name == "Attention" else {})).unwrapped
    observation, info = env.reset(seed=1)
    n_wrong = 0
    for _ in range(200):
        wrong = np.flatnonzero(observation["action_mask"] == 0)
        observation, reward, _, over, info = env.step(int(wrong[0]) if wrong.size else 0)
        n_wrong += bool(wrong.size)
        assert reward <= 0.0 or not wrong.size
        if over:
            break
    assert info["n_invalid"] == n_wrong > 50


def test_a_control_room_asks_both_and_leaves_the_log_of_native_answers(centre):
    env = make("ControlRoom", scenario=centre).unwrapped
    _, info = env.reset(seed=6)
    asked, over, total = [], False, 0.0
    while not over:
        question = env.play.question
        asked.append(question.kind)
        action = (env.play.n_districts if question.kind is DecisionKind.ATTENTION else nearest_action(question))
        _, reward, _, over, info = env.step(action)
        total += reward
    assert set(asked) == {DecisionKind.ATTENTION, DecisionKind.DISPATCH}
    assert asked.count(DecisionKind.ATTENTION) == 24
    assert total == info["n_found"] - info["n_late"]

    class Even:
        def decide(self, decision):
            return env.play.rates([])

    native = simulate(centre, draw_trace(centre, seed=6), attention=Even())
    assert env.log().digest() == native.digest()


def test_a_district_in_focus_gets_more_looks(centre):
    env = make("ControlRoom", scenario=replace(centre, calls=None)).unwrapped
    observation, _ = env.reset(seed=6)
    observation, *_ = env.step(env.play.n_districts)
    even = observation["districts"][0, 0]
    observation, *_ = env.step(0)
    assert observation["districts"][0, 0] > even or env.play.n_districts == 1


def test_late_calls_are_what_the_log_says(centre):
    env = make("Dispatch", scenario=centre, late_after_s=400.0).unwrapped
    env.reset(seed=3)
    total, info, over = 0.0, {}, False
    while not over:
        _, reward, _, over, info = env.step(nearest_action(env.play.question))
        total += reward
    responses = find_responses(env.log())
    reached = np.isfinite(responses.response_s)
    late = (responses.response_s > 400.0) & (reached | (responses.created_s + 400.0 <= centre.duration_s))
    assert -total == info["n_late"] == late.sum() > 0


def test_environments_step_side_by_side_with_a_declared_reset():
    env = gymnasium.make_vec("agents:watchfloor/Dispatch-v0", num_envs=3, vectorization_mode="sync")
    assert env.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    observation, _ = env.reset(seed=4)
    for _ in range(20):
        action = observation["action_mask"].argmax(axis=1)
        observation, reward, *_ = env.step(action)
    assert reward.shape == (3,)
    assert observation["units"].shape == (3, 7, 4)
    env.close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_environments_side_by_side_step_as_each_would_alone(mode):
    side_by_side = gymnasium.make_vec("agents:watchfloor/Dispatch-v0", num_envs=2, vectorization_mode=mode)
    alone = [make("Dispatch") for _ in range(2)]
    seen, _ = side_by_side.reset(seed=4)
    own = [env.reset(seed=4 + number)[0] for number, env in enumerate(alone)]
    for _ in range(15):
        for key, values in seen.items():
            assert np.array_equal(values, np.stack([one[key] for one in own]))
        action = seen["action_mask"].argmax(axis=1)
        seen, reward, *_ = side_by_side.step(action)
        steps = [env.step(int(one)) for env, one in zip(alone, action, strict=True)]
        own = [step[0] for step in steps]
        assert reward.tolist() == [step[1] for step in steps]
    side_by_side.close()


def test_a_picture_shows_units_and_the_call():
    env = make("Dispatch", render_mode="rgb_array")
    env.reset(seed=1)
    picture = env.render()
    assert picture.shape[2] == 3
    assert (picture == (31, 95, 168)).all(axis=2).sum() > 100
    assert (picture == (200, 40, 40)).all(axis=2).sum() > 20


def test_what_cannot_be_played_is_told():
    with pytest.raises(UnknownNameError):
        make("Dispatch", scenario="kostany")
    with pytest.raises(InputError, match="hours = -1"):
        make("Attention", hours=-1)
    with pytest.raises(ModelError, match="units = 0"):
        make("Dispatch", scenario=replace(load_scenario("district_centre"), shifts=()))
