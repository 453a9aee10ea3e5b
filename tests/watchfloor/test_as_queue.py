"""The control room played as a queue gives the exact waits, and the same ones on both engines."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.peers.workload import N_SERVERS, WARM_UP
from sim.theory.recursion import waits_in_order
from watchfloor.validation.as_queue import answer, draw_customers, make_room, play_waits
from watchfloor.validation.worlds import MEAN_S


@pytest.mark.parametrize("engine", ["simpy", "kernel"])
def test_every_wait_is_the_recursions(engine) -> None:
    alerts = draw_customers(3000, seed=5)
    exact_s = waits_in_order(alerts.detect_s, alerts.cases.verify_s, np.full(3000, np.inf), N_SERVERS)
    assert play_waits(make_room(), alerts, engine) == pytest.approx(exact_s / MEAN_S, abs=1e-6)


def test_both_engines_answer_the_same_as_a_peer_would() -> None:
    simpy, kernel = (json.loads(answer(2 * WARM_UP, 3, engine)) for engine in ("simpy", "kernel"))
    assert simpy["mean_wait"] == kernel["mean_wait"]
    assert set(kernel) == {"version", "n_customers", "mean_wait", "set_up_s", "run_s", "run_cpu_s", "play_s",
                           "peak_memory_mib"}
    assert 0.0 < kernel["play_s"] < kernel["run_s"]
