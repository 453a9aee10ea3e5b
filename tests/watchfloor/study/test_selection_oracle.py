"""Another author's KN, KN++ and OCBA (sim-tools) beside ours, on the same values."""

from __future__ import annotations

import numpy as np
import pytest
from sim_tools.ovs.fixed_budget import OCBA
from sim_tools.ovs.indifference_zone import KN, KNPlusPlus

from watchfloor.study.selection import allocate_heuristically, select_best, select_best_updating

N_SYSTEMS = 6
INDIFFERENCE = 1.0
ALPHA = 0.1
FIRST_STAGE = 15


class Values:
    """Normal values of systems, the last of them best by the indifference; read one after another."""

    def __init__(self, seed: int, n_systems: int = N_SYSTEMS) -> None:
        rng = np.random.default_rng(seed)
        self.table = 100.0 + 3.0 * rng.standard_normal((n_systems, 4_000))
        self.table[-1] += INDIFFERENCE
        self.taken = [0] * n_systems

    def register_observer(self, observer):
        self.observer = observer

    def simulate(self, system):
        value = self.table[system, self.taken[system]]
        self.taken[system] += 1
        self.observer.feedback(self, system, value)


def observe(values):
    return lambda system, replication: float(values.table[system, replication])


def experiment(oracle, ours, seed, n_systems):
    """Return (system, values taken) of the oracle and of ours."""
    values = Values(seed, n_systems)
    (chosen,) = oracle(values, n_systems, INDIFFERENCE, alpha=ALPHA, n_0=FIRST_STAGE).solve()
    found = ours(observe(values), n_systems, indifference=INDIFFERENCE, confidence=1.0 - ALPHA, first_stage=FIRST_STAGE)
    return (int(chosen), sum(values.taken)), (found.best, sum(found.n_replications))


@pytest.mark.parametrize("seed", range(20))
def test_of_two_systems_kn_chooses_the_same_after_as_many_values(seed):
    (chosen, taken), (found, our_taken) = experiment(KN, select_best, seed, 2)
    assert found == chosen
    assert our_taken == pytest.approx(taken, abs=2)  # the oracle takes one more of each that is left before it looks


@pytest.mark.parametrize(("oracle", "ours"), [(KN, select_best), (KNPlusPlus, select_best_updating)])
def test_of_many_systems_both_are_right_as_often_as_promised_after_about_as_many_values(oracle, ours):
    """About: the oracle looks some pairs' variance up under another pair, or sums those of the two systems."""
    n = 60
    pairs = [experiment(oracle, ours, seed, N_SYSTEMS) for seed in range(n)]
    for side in (0, 1):
        right = sum(pair[side][0] == N_SYSTEMS - 1 for pair in pairs)
        assert right >= n * (1.0 - ALPHA) - 2.0 * np.sqrt(n * ALPHA * (1.0 - ALPHA))
    theirs, our_values = (sum(pair[side][1] for pair in pairs) for side in (0, 1))
    assert our_values == pytest.approx(theirs, rel=0.1)


def test_the_heuristic_shares_as_the_oracle_ends_up_sharing():
    rng = np.random.default_rng(1)
    values, budget = Values(1), 6_000
    values.table = 100.0 + np.arange(N_SYSTEMS)[:, None] + 2.0 * rng.standard_normal((N_SYSTEMS, budget))
    oracle = OCBA(values, N_SYSTEMS, budget=budget, delta=20, n_0=50, obj="max")
    assert oracle.solve() == N_SYSTEMS - 1
    shares = allocate_heuristically((-oracle._means).tolist(), np.sqrt(oracle._vars).tolist(), budget)
    assert values.taken == pytest.approx(shares, rel=0.05, abs=25)
