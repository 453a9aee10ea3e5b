"""The control room's own code gives the exact answers of every queue in the conformance files."""

import json
from pathlib import Path

import numpy as np
import pytest

from watchfloor.validation.check import LEAST_REFERENCE
from watchfloor.validation.interrupted import InterruptedRoom
from watchfloor.validation.pool import PoolModel, pool_checks
from watchfloor.validation.queues import RoomModel, Service, measured_checks, room_checks

FOLDER = Path(__file__).resolve().parent / "conformance"
LEAST_PLAYED = 0.01
"""Rarer waits come in clusters: a few million customers say nothing of them."""


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def erlang_b_c():
    for case in load("erlang_b_c"):
        references = {"p_wait": case["erlang_C"], "mean_wait": case["Wq"], "mean_queue": case["Lq"],
                      "utilisation": case["util"],
                      **{f"p_wait_gt_{t}": p for t, p in case["P_wait_gt"].items() if p >= LEAST_PLAYED}}
        yield f"M/M/{case['c']} load {case['offered_load']}", RoomModel(
            n_inspectors=case["c"], rates=(case["offered_load"],)), references


def erlang_b():
    for case in load("erlang_b_c"):
        yield f"M/M/{case['c']}/{case['c']}", RoomModel(
            n_inspectors=case["c"], rates=(case["offered_load"],), calls_lost=True), {"p_abandon": case["erlang_B"]}


def erlang_a():
    for case in load("erlang_a"):
        mu = case["mu"]
        yield f"M/M/{case['c']}+M λ {case['lam']} θ {case['theta']}", RoomModel(
            n_inspectors=case["c"], rates=(case["lam"] / mu,), abandon_rate=case["theta"] / mu), {
            "p_wait": case["P_wait"], "mean_queue": case["Lq"], "p_abandon": case["P_abandon"],
            "mean_wait": case["mean_wait_all"] * mu, "utilisation": case["util"]}


def mgc():
    for case in load("mgc"):
        service = Service(case["model"].split("/")[1])
        yield f"M/{service}/{case['c']} ρ {case['rho']}", RoomModel(
            n_inspectors=case["c"], rates=(case["rho"] * case["c"],), service=service), {
            "p_wait": case["P_wait"], "mean_wait": case["Wq"], "mean_queue": case["Lq"]}


def priority():
    for case in load("priority"):
        mu = case["mu"]
        waits = {f"mean_wait_{rank + 1}": wait * mu for rank, wait in enumerate(case["Wq_nonpreemptive"])}
        yield f"priorities {case['lams']} of {case['c']}", RoomModel(
            n_inspectors=case["c"], rates=tuple(rate / mu for rate in case["lams"])), waits


def preemptive():
    for case in load("priority"):
        mu = case["mu"]
        times = {f"mean_time_{rank + 1}": time * mu for rank, time in enumerate(case["W_system_preemptive_resume"])}
        yield f"preemptive {case['lams']} of {case['c']}", InterruptedRoom(
            n_inspectors=case["c"], rates=tuple(rate / mu for rate in case["lams"])), times


def halfin_whitt():
    for case in load("halfin_whitt"):
        yield f"M/M/{case['s']} β {case['beta']}", RoomModel(
            n_inspectors=case["s"], rates=(float(case["R"]),)), {"p_wait": case["exact_erlangC"]}


ROOMS = [room for rooms in (erlang_b_c, erlang_b, erlang_a, mgc, priority, preemptive, halfin_whitt)
         for room in rooms()]


def failures(checks):
    return [f"{check.name}: {check.value} ± {check.half_width}; expected {check.reference}, n = {check.n}"
            for check in checks if not check.passed]


@pytest.mark.parametrize(("name", "model", "references"), ROOMS, ids=[room[0] for room in ROOMS])
def test_the_room_is_the_queue(name, model, references):
    checks = room_checks(name, model, references, source="", n_played=2_500, most=1_000_000,
                         rng=np.random.default_rng(1917))
    assert not failures(checks)
    assert len(checks) == 1 + len(references)


@pytest.mark.long
@pytest.mark.parametrize(("name", "model", "references"), ROOMS, ids=[room[0] for room in ROOMS])
def test_the_room_is_the_queue_to_two_percent(name, model, references):
    checks = room_checks(name, model, references, source="", n_played=50_000, most=300_000_000,
                         rng=np.random.default_rng(1932))
    assert not failures(checks)
    for check in checks[1:]:
        if check.reference >= LEAST_REFERENCE and not name.endswith("β 0.1"):  # ρ = 0.99 needs thousands of millions
            assert check.half_width <= 0.02 * check.reference


PLAYED_ALONE = [
    ("M/M/1 load 0.5", 1_000_000), ("M/M/2 load 1.0", 1_200_000), ("M/M/20/20", 600_000),
    ("M/M/10+M λ 12 θ 0.5", 1_000_000), ("M/D/2 ρ 0.8", 1_200_000), ("M/M/8+M λ 40 θ 2", 1_000_000),
]


def play_alone(name, n):
    """Measure the room's own log, with no recursion's help."""
    model, references = next((model, references) for known, model, references in ROOMS if known == name)
    rng = np.random.default_rng(1953)

    def replicate(size):
        customers = model.draw(size + model.n_warm_up, rng)
        return model.measure(customers, model.played(customers))

    return measured_checks(replicate, references, part="control room", name=name, source="", most=n, n_pilot=n // 4)


@pytest.mark.parametrize("name", ["M/M/2 load 1.0", "M/M/10+M λ 12 θ 0.5"])
def test_a_log_alone_agrees_with_theory(name):
    assert not failures(play_alone(name, 40_000))


@pytest.mark.long
@pytest.mark.parametrize(("name", "n"), PLAYED_ALONE)
def test_a_log_alone_agrees_with_theory_to_two_percent(name, n):
    checks = play_alone(name, n)
    assert not failures(checks)
    for check in checks:
        if check.reference >= LEAST_REFERENCE:
            assert check.half_width <= 0.02 * check.reference


POOLS = load("finite_source")


@pytest.mark.parametrize("case", POOLS, ids=[str(case["N"]) for case in POOLS])
def test_a_room_with_a_closed_pool_of_cameras_is_machine_repair(case):
    mu = case["mu"]
    model = PoolModel(n_cameras=case["N"], n_inspectors=case["c"], rate_each=case["lam_each"] / mu)
    references = {"mean_in_system": case["L"], "mean_queue": case["Lq"], "mean_wait": case["Wq"] * mu,
                  "throughput": case["throughput"] / mu}
    checks = pool_checks("", model, n_played=2_500, most=2_000_000, rng=np.random.default_rng(1947),
                         references=references)
    assert not failures(checks)
    assert len(checks) == 5
