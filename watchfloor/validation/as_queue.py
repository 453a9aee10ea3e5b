"""The control room as the workload that peer simulators play: alerts are customers, inspectors are servers.

``python -m watchfloor.validation.as_queue --engine kernel --customers 50000 --seed 1`` answers as a peer's script does.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from typing import get_args

import numpy as np

from benchmarks.peers.workload import ARRIVAL_RATE, N_SERVERS, WARM_UP, answer_line
from sim.alerts import DrawnAlerts
from sim.city import F8
from sim.log import Name
from sim.scenario import Scenario
from sim.simulate import Engine, simulate
from watchfloor import __version__
from watchfloor.validation.travel import make_grid
from watchfloor.validation.worlds import (
    MEAN_S,
    all_day,
    cases_of,
    instants,
    make_alerts,
    make_scenario,
    make_town,
    quiet_trace,
)

LONGEST_WAIT = 1_000.0
"""In mean verifications, for which the room stays open after the last alert; nobody waits so long."""


def make_room() -> Scenario:
    """Make a control room of ten inspectors, who only verify alerts."""
    return make_scenario(make_town(make_grid(2), range(4)), duration_s=0.0, shifts=all_day(inspectors=N_SERVERS))


def draw_customers(n: int, seed: int) -> DrawnAlerts:
    """Draw alerts that come at random and take exponential times to verify, in whole arrays."""
    rng = np.random.default_rng(seed)
    return make_alerts(detect_s=np.cumsum(rng.exponential(MEAN_S / ARRIVAL_RATE, n)),
                       cases=cases_of(n, verify_s=rng.exponential(MEAN_S, n)), camera=np.arange(n, dtype=np.int32) % 4)


def play_waits(room: Scenario, alerts: DrawnAlerts, engine: Engine) -> F8:
    """Play the alerts until each was shown to an inspector; return their waits in mean verifications."""
    until_s = float(alerts.detect_s[-1]) + LONGEST_WAIT * MEAN_S
    log = simulate(replace(room, duration_s=until_s), quiet_trace(np.zeros((0, 1), dtype=np.int32)), alerts=alerts,
                   engine=engine)
    return np.asarray((instants(log, Name.SHOWN, "alert_id", alerts.n_alerts) - alerts.detect_s) / MEAN_S,
                      dtype=np.float64)


def answer(n_customers: int, seed: int, engine: Engine) -> str:
    """Play the workload and return the line that a peer's script would print."""
    began = time.perf_counter()
    room = make_room()
    play_waits(room, draw_customers(N_SERVERS, seed), engine)  # compiles what is compiled
    ready, ready_cpu_s = time.perf_counter(), time.process_time()
    alerts = draw_customers(n_customers, seed)
    drawn = time.perf_counter()
    waits = play_waits(room, alerts, engine)
    done, done_cpu_s = time.perf_counter(), time.process_time()
    assert np.isfinite(waits).all(), "every customer was served"
    return answer_line(version=__version__, n_customers=n_customers, mean_wait=float(waits[WARM_UP:].mean()),
                       set_up_s=ready - began, run_s=done - ready,
                       run_cpu_s=done_cpu_s - ready_cpu_s, play_s=done - drawn)


def main() -> None:
    """Answer as the command line asks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--engine", choices=[name for name in get_args(Engine) if name != "auto"], required=True)
    asked = parser.parse_args()
    sys.stdout.write(answer(asked.customers, asked.seed, asked.engine) + "\n")


if __name__ == "__main__":
    main()
