"""Selecting the best keeps its guarantee, over many experiments on a problem whose best is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import InputError
from watchfloor.study.selection import (
    allocate_heuristically,
    select_best,
    select_best_updating,
    select_by_allocation,
)

DELTA = 1.0
N_EXPERIMENTS = 100


def problem(seed, *, n_systems=5, shared=0.0):
    """Normal systems of which the last is best by exactly the indifference: the hardest case that is promised."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal(2_000), rng.standard_normal((n_systems, 2_000))
    values = 2.0 * (np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own)
    values[-1] += DELTA
    return lambda system, index: float(values[system, index])


def share_right(select, **options):
    found = [select(problem(seed, **options), 5, indifference=DELTA, confidence=0.9, first_stage=10)
             for seed in range(N_EXPERIMENTS)]
    return np.mean([item.best == 4 for item in found]), np.mean([sum(item.n_replications) for item in found])


@pytest.mark.parametrize("select", [select_best, select_best_updating])
@pytest.mark.parametrize("shared", [0.0, 0.7])
def test_the_best_is_chosen_at_least_as_often_as_promised(select, shared):
    right, _ = share_right(select, shared=shared)
    assert right >= 0.9 - 2.0 * np.sqrt(0.9 * 0.1 / N_EXPERIMENTS)


def test_common_random_numbers_take_fewer_replications():
    assert share_right(select_best, shared=0.8)[1] < 0.5 * share_right(select_best, shared=0.0)[1]


def test_a_system_far_behind_is_dropped_after_the_first_stage():
    rng = np.random.default_rng(1)
    found = select_best(lambda system, index: 100.0 * system + rng.standard_normal(), 3, indifference=0.5,
                        first_stage=15)
    assert found.best == 2
    assert found.n_replications == (15, 15, 15)


def test_equal_systems_end_with_one_of_them():
    found = select_best(lambda system, index: float((7 * index) % 5), 3, indifference=1.0, first_stage=5)
    assert found.best in (0, 1, 2)


@pytest.mark.parametrize(("changes", "message"), [
    ({"indifference": 0.0}, "indifference"), ({"confidence": 0.2}, "confidence"), ({"first_stage": 1}, "first_stage")])
def test_numbers_that_promise_nothing_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        select_best(lambda system, index: 0.0, 5, **{"indifference": 1.0, **changes})


def test_the_heuristic_shares_as_its_formula_says():
    """Means 1 to 5 with one deviation, the smallest best in the book's terms: N_i / N_j = (gap_j / gap_i)²."""
    shares = allocate_heuristically([-1.0, -2.0, -3.0, -4.0, -5.0], [10.0] * 5, 10_000)
    assert sum(shares) == 10_000
    assert shares[1] / shares[2] == pytest.approx(4.0, rel=0.01)
    assert shares[1] / shares[4] == pytest.approx(16.0, rel=0.02)
    assert shares[0] == pytest.approx(np.sqrt(sum(count**2 for count in shares[1:])), rel=0.01)


def test_the_heuristic_gives_a_noisier_system_more():
    shares = allocate_heuristically([3.0, 1.0, 1.0], [1.0, 1.0, 2.0], 1000)
    assert shares[2] == pytest.approx(4 * shares[1], abs=3)


def test_values_shared_out_by_the_heuristic_find_the_best_more_often_than_even_shares():
    def right(budget, first_stage):
        found = [select_by_allocation(problem(seed), 5, budget=budget, first_stage=first_stage)
                 for seed in range(N_EXPERIMENTS)]
        assert all(sum(item.n_replications) >= budget for item in found)
        return sum(item.best == 4 for item in found)

    assert right(200, 10) > right(200, 40)


def test_the_heuristic_shares_evenly_while_nothing_varies():
    found = select_by_allocation(lambda system, index: float(system), 4, budget=100, first_stage=5)
    assert found.best == 3
    assert found.n_replications == (25, 25, 25, 25)


def test_the_heuristic_refuses_a_tie():
    with pytest.raises(InputError, match="one best"):
        allocate_heuristically([1.0, 1.0], [1.0, 1.0], 10)
