"""The hypercube with decisions: right for given preferences, and no other way of sending is better than the optimum."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ModelError
from sim.theory import CallClass, erlang_b, erlang_c, hypercube
from sim.theory.dispatch_optimum import DispatchModel, cheapest_free, evaluate_dispatch, solve_dispatch


def make_model(*, n_units, n_classes, seed, load=0.5, calls_wait=False):
    rng = np.random.default_rng(seed)
    rates = rng.random(n_classes) + 0.1
    return DispatchModel(rates=rates * load * n_units / rates.sum(), cost=rng.random((n_classes, n_units)),
                         service_rate=1.0, busy_cost=np.full(n_classes, 2.0), calls_wait=calls_wait)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 1000), st.sampled_from([0.2, 0.8]), st.booleans())
def test_the_cost_of_sending_the_cheapest_is_the_hypercubes(n_units, n_classes, seed, load, calls_wait):
    model = make_model(n_units=n_units, n_classes=n_classes, seed=seed, load=load, calls_wait=calls_wait)
    classes = [CallClass(rate=float(rate), preference=tuple(np.argsort(row, kind="stable").tolist()))
               for rate, row in zip(model.rates, model.cost, strict=True)]
    cube = hypercube(classes, service_rate=1.0, calls_wait=calls_wait)
    p_busy = 1.0 - cube.served_at_once.sum()
    expected = (cube.served_at_once * model.cost.T).sum() + 2.0 * p_busy
    assert evaluate_dispatch(model, cheapest_free(model)).mean_cost == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("calls_wait", [False, True])
def test_who_finds_everybody_busy_is_erlangs_whoever_is_sent(calls_wait):
    rng = np.random.default_rng(1)
    blind = DispatchModel(rates=np.array([1.0, 2.0]), cost=np.zeros((2, 5)), service_rate=1.0,
                          busy_cost=np.ones(2), calls_wait=calls_wait)
    sends = cheapest_free(blind)
    for state in range(blind.n_states - 1):
        free = [unit for unit in range(5) if not state >> unit & 1]
        sends[:, state] = rng.choice(free, 2)
    load = 3.0
    expected = erlang_c(5, load) if calls_wait else erlang_b(5, load)
    assert evaluate_dispatch(blind, sends).mean_cost == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("calls_wait", [False, True])
def test_no_other_way_of_sending_two_or_three_units_is_better(seed, calls_wait):
    model = make_model(n_units=2 if seed < 2 else 3, n_classes=2, seed=seed, load=0.6, calls_wait=calls_wait)
    choices = [[unit for unit in range(model.n_units) if not state >> unit & 1]
               for state in range(model.n_states - 1) for _ in range(2)]
    best = solve_dispatch(model)
    least = np.inf
    for picked in itertools.islice(itertools.product(*choices), 5000):
        sends = np.full((2, model.n_states), -1)
        sends[:, :-1] = np.array(picked).reshape(-1, 2).T
        least = min(least, evaluate_dispatch(model, sends).mean_cost)
    assert best.mean_cost <= least + 1e-12
    if model.n_units == 2:
        assert best.mean_cost == pytest.approx(least, rel=1e-12)


def test_the_optimum_is_value_iterations():
    """The slow twin: uniformised value iteration, which knows nothing of policy iteration."""
    model = make_model(n_units=4, n_classes=5, seed=9, load=0.7)
    total = model.call_rate + model.n_units
    value = np.zeros(model.n_states)
    for _ in range(4000):
        following = np.zeros(model.n_states)
        for state in range(model.n_states):
            free = [unit for unit in range(4) if not state >> unit & 1]
            for rate, cost, busy in zip(model.rates, model.cost, model.busy_cost, strict=True):
                best = min((cost[unit] + value[state | 1 << unit] for unit in free), default=busy + value[state])
                following[state] += rate / total * best
            following[state] += sum(value[state & ~(1 << unit)] for unit in range(4)) / total
        gain = (following - value)[0] * total
        value = following
    assert solve_dispatch(model).mean_cost == pytest.approx(gain / model.call_rate, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.permutations(range(4)))
def test_another_numbering_of_the_units_is_the_same_problem(seed, order):
    model = make_model(n_units=4, n_classes=6, seed=seed)
    other = DispatchModel(rates=model.rates, cost=model.cost[:, list(order)], service_rate=1.0,
                          busy_cost=model.busy_cost)
    one, same = solve_dispatch(model), solve_dispatch(other)
    assert same.mean_cost == pytest.approx(one.mean_cost, rel=1e-10)


def test_one_more_unit_never_costs_more_when_busy_costs_most():
    costs = []
    for n in range(1, 7):
        full = make_model(n_units=6, n_classes=8, seed=3, load=0.5)
        costs.append(solve_dispatch(DispatchModel(
            rates=full.rates, cost=full.cost[:, :n], service_rate=1.0, busy_cost=full.busy_cost)).mean_cost)
    assert all(more <= fewer + 1e-12 for fewer, more in itertools.pairwise(costs))


@pytest.mark.parametrize(("changes", "message"), [
    ({"cost": np.zeros((3, 2))}, r"cost \(3, 2\)"), ({"cost": np.zeros((2, 11)), "busy_cost": np.zeros(2)}, "n from 1"),
    ({"rates": np.array([1.0, -0.5])}, "rate is negative"), ({"service_rate": 0.0}, "service_rate = 0"),
    ({"calls_wait": True, "rates": np.array([2.0, 2.0])}, "expected"),
])
def test_a_model_that_cannot_be_is_told(changes, message):
    base = {"rates": np.ones(2), "cost": np.zeros((2, 2)), "service_rate": 1.0, "busy_cost": np.ones(2)}
    with pytest.raises(ModelError, match=message):
        DispatchModel(**{**base, **changes})


def test_sending_a_busy_unit_is_told():
    model = make_model(n_units=2, n_classes=1, seed=1)
    with pytest.raises(ModelError, match="busy"):
        evaluate_dispatch(model, np.zeros((1, 4), dtype=np.int64))
