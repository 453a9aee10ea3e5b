"""What must hold between the models of theory, and what each refuses."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import theory
from sim.errors import ModelError
from sim.theory.recursion import units_sent, waits_by_class, waits_in_order, waits_in_pool

loads = st.floats(0.05, 0.95)
servers = st.integers(1, 30)


@settings(max_examples=40, deadline=None)
@given(n=servers, load=loads)
def test_fixed_service_waits_least_and_varied_service_most(n, load):
    rate = load * n
    waits = [theory.mdc(n, arrival_rate=rate, service_time=1.0).mean_wait,
             theory.mphc(n, arrival_rate=rate, service=theory.erlang_two(1.0)).mean_wait,
             theory.mmc(n, arrival_rate=rate, service_rate=1.0).mean_wait,
             theory.mphc(n, arrival_rate=rate, service=theory.balanced_hyperexponential(1.0, scv=4.0)).mean_wait]
    assert all(one <= other * (1.0 + 1e-6) + 1e-12 for one, other in pairwise(waits))


@settings(max_examples=40, deadline=None)
@given(n=servers, load=loads)
def test_phases_without_variety_are_exponential(n, load):
    chain = theory.mphc(n, arrival_rate=load * n, service=theory.balanced_hyperexponential(1.0, scv=1.0))
    exact = theory.mmc(n, arrival_rate=load * n, service_rate=1.0)
    assert chain.p_wait == pytest.approx(exact.p_wait, rel=1e-9)
    assert chain.mean_wait == pytest.approx(exact.mean_wait, rel=1e-9)


@settings(deadline=None)
@given(n=servers, load=loads)
def test_endless_patience_is_erlang_c_and_none_is_erlang_b(n, load):
    patient = theory.erlang_a(n, arrival_rate=load * n, service_rate=1.0, abandon_rate=1e-7)
    assert patient.p_wait == pytest.approx(theory.erlang_c(n, load * n), rel=1e-3)
    hasty = theory.erlang_a(n, arrival_rate=load * n, service_rate=1.0, abandon_rate=1e9)
    assert hasty.p_abandon == pytest.approx(theory.erlang_b(n, load * n), rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 7), load=loads, seed=st.integers(0, 1000))
def test_the_hypercube_conserves_work_and_contains_erlang(n, load, seed):
    rng = np.random.default_rng(seed)
    classes = [theory.CallClass(rate=load * n / 4.0, preference=tuple(rng.permutation(n).tolist())) for _ in range(4)]
    waiting = theory.hypercube(classes, service_rate=1.0)
    assert waiting.workload.sum() == pytest.approx(load * n, rel=1e-9)
    assert waiting.p_queue + waiting.p_state[-1] == pytest.approx(theory.erlang_c(n, load * n), rel=1e-9)
    assert waiting.served_at_once.sum() + waiting.served_from_queue.sum() == pytest.approx(1.0, rel=1e-9)
    lost = theory.hypercube(classes, service_rate=1.0, calls_wait=False)
    assert lost.p_state[-1] == pytest.approx(theory.erlang_b(n, load * n), rel=1e-9)
    assert lost.served_at_once.sum() == pytest.approx(1.0 - lost.p_state[-1], rel=1e-9)


@settings(deadline=None)
@given(n=servers, load=loads)
def test_priorities_change_who_waits_and_not_how_much_work_waits(n, load):
    rates = [load * n * share for share in (0.2, 0.3, 0.5)]
    waits = theory.nonpreemptive_waits(n, arrival_rates=rates, service_rate=1.0)
    together = sum(rate * wait for rate, wait in zip(rates, waits, strict=True))
    assert together == pytest.approx(theory.mmc(n, arrival_rate=load * n, service_rate=1.0).mean_queue, rel=1e-9)
    assert waits[0] < waits[1] < waits[2]


def test_a_day_without_swing_is_stationary():
    day = theory.staffed_day(theory.SineRate(mean=50.0, amplitude=0.0), service_rate=12.0, staff=[6] * 24)
    exact = theory.mmc(6, arrival_rate=50.0, service_rate=12.0)
    assert day.p_delay == pytest.approx(np.full(24, exact.p_wait), rel=1e-6)
    assert day.mean_queue == pytest.approx(np.full(24, exact.mean_queue), rel=1e-5)


def test_a_pool_so_large_that_nobody_is_missed_is_open():
    pool = theory.closed_pool(n_sources=100_000, n_servers=5, rate_each=3e-5, service_rate=1.0)
    assert pool.mean_queue == pytest.approx(theory.mmc(5, arrival_rate=3.0, service_rate=1.0).mean_queue, rel=1e-3)


def waits_one_by_one(arrive, service, rank, n_servers):
    """The slow twin: at each instant at which a server is free, the most urgent of those present starts."""
    free_at, waits, left = [-math.inf] * n_servers, np.zeros(len(arrive)), list(range(len(arrive)))
    while left:
        server = int(np.argmin(free_at))
        now = max(free_at[server], arrive[left[0]])
        who = min((index for index in left if arrive[index] <= now), key=lambda index: (rank[index], index))
        left.remove(who)
        waits[who] = now - arrive[who]
        free_at[server] = now + service[who]
    return waits


@settings(max_examples=50, deadline=None)
@given(n_servers=st.integers(1, 4), seed=st.integers(0, 10_000))
def test_the_recursions_are_their_slow_twin(n_servers, seed):
    rng = np.random.default_rng(seed)
    arrive, service = np.cumsum(rng.exponential(1.0 / n_servers, 60)), rng.exponential(1.0, 60)
    rank = rng.integers(0, 3, 60).astype(np.int32)
    assert (waits_by_class(arrive, service, rank, n_servers)
            == waits_one_by_one(arrive, service, rank, n_servers)).all()
    in_order = waits_one_by_one(arrive, service, np.zeros(60), n_servers)
    assert (waits_in_order(arrive, service, np.full(60, np.inf), n_servers) == in_order).all()
    waits, units, busy = units_sent(arrive, service, rank, np.tile(np.arange(n_servers), (3, 1)))
    assert (waits == in_order).all()
    assert ((units >= 0) & (units < n_servers)).all()
    assert (np.bitwise_count(busy)[waits > 0.0] == n_servers).all()


def test_impatience_in_the_recursion_frees_the_servers():
    arrive, service = np.array([0.0, 1.0, 2.0]), np.array([10.0, 10.0, 10.0])
    waits = waits_in_order(arrive, service, np.array([5.0, 5.0, 9.0]), 1)
    assert waits.tolist() == [0.0, -5.0, 8.0]
    assert waits_in_order(arrive, service, np.zeros(3), 1).tolist() == [0.0, -math.inf, -math.inf]


def test_a_source_is_silent_while_its_request_is_in_hand():
    think, service = np.array([[1.0, 1.0, 9.0], [1.5, 99.0, 9.0]]), np.array([[2.0, 2.0, 2.0], [3.0, 3.0, 3.0]])
    arrivals, waits, services = waits_in_pool(think, service, 1, 8.0)
    assert arrivals.tolist() == [1.0, 1.5, 4.0]
    assert waits.tolist() == [0.0, 1.5, 2.0]
    assert services.tolist() == [2.0, 3.0, 2.0]


def test_the_number_of_the_nearest_free_falls_with_the_busy():
    near = theory.mean_nearest_when_busy(n_units=10, mean_busy=6.0, area=1.0, metric=theory.Metric.MANHATTAN)
    assert near == pytest.approx(theory.mean_kth_nearest(1, units_per_area=4.0, metric=theory.Metric.MANHATTAN))


SINE = theory.SineRate(mean=1.0, amplitude=0.5)
ONE_CALL = [theory.CallClass(rate=1.0, preference=(0, 1))]


@pytest.mark.parametrize(("refuse", "message"), [
    (lambda: theory.erlang_c(2, 2.0), "less than 2 servers"),
    (lambda: theory.erlang_b(2, -1.0), "offered_load = -1.0"),
    (lambda: theory.erlang_a(0, arrival_rate=1.0, service_rate=1.0, abandon_rate=1.0), "n_servers = 0"),
    (lambda: theory.erlang_a(1, arrival_rate=1.0, service_rate=math.nan, abandon_rate=1.0), "service_rate = nan"),
    (lambda: theory.erlang_a(1, arrival_rate=9.0, service_rate=1.0, abandon_rate=1e-9), "1,000,000"),
    (lambda: theory.mdc(1, arrival_rate=0.9999, service_time=1.0), "states"),
    (lambda: theory.balanced_hyperexponential(1.0, scv=0.5), "scv = 0.5"),
    (lambda: theory.nonpreemptive_waits(1, arrival_rates=(), service_rate=1.0), "empty"),
    (lambda: theory.hypercube([], service_rate=1.0), "empty"),
    (lambda: theory.hypercube(ONE_CALL * 2, service_rate=1.0), "less than 2"),
    (lambda: theory.hypercube([*ONE_CALL, theory.CallClass(rate=1.0, preference=(0, 0))], service_rate=9.0),
     r"classes\[1\]"),
    (lambda: theory.hypercube([theory.CallClass(rate=1.0, preference=tuple(range(13)))], service_rate=1.0),
     "13 units"),
    (lambda: theory.correction(3, utilisation=0.5, n_busy=3), "n_busy = 3"),
    (lambda: theory.approximate_workloads(ONE_CALL * 3, service_rate=1.0), "less than 2"),
    (lambda: theory.SineRate(mean=1.0, amplitude=1.5), "amplitude = 1.5"),
    (lambda: theory.staffed_day(SINE, service_rate=1.0, staff=[1] * 23), "23 periods"),
    (lambda: theory.staffed_day(SINE, service_rate=1.0, staff=[0] * 24), "most_staff = 0"),
    (lambda: theory.sipp_staff(SINE, service_rate=1.0, p_wait=0.0), "p_wait = 0.0"),
    (lambda: theory.halfin_whitt(0.0), "beta = 0.0"),
    (lambda: theory.mean_kth_nearest(0, units_per_area=1.0, metric=theory.Metric.EUCLID), "k = 0"),
    (lambda: theory.mean_nearest_when_busy(n_units=2, mean_busy=2.0, area=1.0, metric=theory.Metric.EUCLID),
     "mean_busy = 2.0"),
])
def test_a_model_says_what_it_cannot_solve(refuse, message):
    with pytest.raises(ModelError, match=message):
        refuse()


def test_an_approximation_that_does_not_settle_says_so(monkeypatch):
    monkeypatch.setattr("sim.theory.hypercube_approximation.MAX_ITERATIONS", 1)
    with pytest.raises(ModelError, match="not settled"):
        theory.approximate_workloads(ONE_CALL, service_rate=1.0)
