"""A network scores every unit alike, is what its formula says, and sees in a world what it was trained on."""

import math

import numpy as np
import pytest

from agents.env_dispatch import DispatchEnv
from agents.network_policy import ROW_WIDTH, STEEP, NetworkChoice, NetworkPolicy, UnitNetwork, unit_rows
from agents.policy_check import check_numbering, check_policy
from agents.small_city import SMALL_CITIES, table_of
from scenarios import load_scenario
from sim.policies import NearestPolicy
from sim.travel import Travel

CITY = SMALL_CITIES["seven_units_4_40"]


def draw_network(seed=1, *, scale=1.0, width=6, hidden=5):
    rng = np.random.default_rng(seed)

    def rows(*shape):
        return tuple(map(tuple, (scale * rng.standard_normal(shape)).tolist()))
    return UnitNetwork(embed=rows(ROW_WIDTH, width), embed_bias=rows(1, width)[0], join=rows(2 * width, hidden),
                       join_bias=rows(1, hidden)[0], score=rows(1, hidden)[0])


def policy_of(network):
    play = DispatchEnv(CITY.name).play
    return NetworkPolicy(network, xy=play.xy, target_s=play.target_s, n_units=play.n_units)


def slow_scores(network, rows):
    """The same sums, weight by weight."""
    def layer(values, weights, bias):
        return [math.tanh(sum(value * weights[k][j] for k, value in enumerate(values)) + bias[j])
                for j in range(len(bias))]
    embedded = [layer(row, network.embed, network.embed_bias) for row in rows]
    mean = [sum(row[0] * one[j] for row, one in zip(rows, embedded, strict=True)) / len(rows)
            for j in range(len(network.embed_bias))]
    return [sum(w * h for w, h in zip(network.score, layer(one + mean, network.join, network.join_bias), strict=True))
            - STEEP * row[1] for row, one in zip(rows, embedded, strict=True)]


def test_scores_are_what_the_formula_says():
    network, rng = draw_network(), np.random.default_rng(2)
    rows = unit_rows(rng.random(5, dtype=np.float32), rng.random((7, 4), dtype=np.float32))
    rows[2:4, 0] = 0.0
    assert policy_of(network).scores(rows) == pytest.approx(slow_scores(network, rows.tolist()), abs=1e-6)


def test_an_untrained_network_sends_the_nearest_unit():
    policy = policy_of(draw_network(scale=0.0))
    assert np.array_equal(table_of(CITY, policy), table_of(CITY, NearestPolicy()))


def test_the_numbering_of_units_is_of_no_account():
    for seed in range(4):
        check_numbering(lambda seed=seed: policy_of(draw_network(seed, scale=3.0)), CITY)


def test_a_network_keeps_the_contract_of_policies(busy_centre):
    centre = load_scenario(busy_centre, overrides={"time.duration_h": 6.0})
    choice, travel = NetworkChoice(network=draw_network(scale=3.0)), Travel(centre.city.roads)
    check_policy(lambda: choice.make(centre, travel), scenario=centre, budget_s=60.0)


def test_a_native_policy_answers_as_who_steps_through_the_environment(busy_centre):
    centre = load_scenario(busy_centre, overrides={"time.duration_h": 6.0})
    env = DispatchEnv(centre)
    policy = NetworkChoice(network=draw_network(scale=3.0)).make(centre, Travel(centre.city.roads))
    observation, info = env.reset(seed=3)
    over = False
    while not over:
        question = env.play.question
        scores = policy.scores(unit_rows(observation["call"], observation["units"]))
        scores[observation["action_mask"] == 0] = -np.inf
        action = int(scores.argmax())
        place = policy.decide(question)
        assert action == (env.play.n_units if place == question.wait else question.candidates[place])
        observation, _, _, over, info = env.step(action)
    assert info["n_calls"] > 10


def test_weights_that_fit_nothing_are_told():
    with pytest.raises(ValueError, match="network of shapes"):
        UnitNetwork(embed=((1.0,),), embed_bias=(0.0,), join=((1.0,),) * 2, join_bias=(0.0,), score=(1.0,))
    with pytest.raises(ValueError, match="no number"):
        UnitNetwork(embed=((1.0,),) * 10, embed_bias=(math.nan,), join=((1.0,),) * 2, join_bias=(0.0,), score=(1.0,))
