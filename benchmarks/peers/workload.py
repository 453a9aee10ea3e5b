"""The workload that all simulators play, and the one line of JSON in which each of them answers.

The scripts beside this file run where watchfloor is not installed, so nothing but the standard library stands here.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

N_SERVERS = 10
ARRIVAL_RATE = 9.0
"""Customers per mean service, so each server is busy nine tenths of the time."""
WARM_UP = 2_500
"""First customers whose waits are left out: seven relaxation times, 1 / (cμ(1 − √ρ)²) each (Cohen 1982)."""

Run = Callable[[], float]
"""Plays the workload; returns the mean wait of the customers after the warm-up, in mean services."""
Prepare = Callable[[int, int], Run]
"""Takes (customers, seed) and makes everything ready: what it does is timed as set-up."""


def answer(distribution: str, prepare: Prepare) -> None:
    """Play the workload as the command line asks and print the answer.

    Args:
        distribution: whose version is printed.
        prepare: the simulator.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    began = time.perf_counter()
    run = prepare(asked.customers, asked.seed)
    ready, ready_cpu_s = time.perf_counter(), time.process_time()
    mean_wait = run()
    done, done_cpu_s = time.perf_counter(), time.process_time()
    sys.stdout.write(answer_line(
        version=version(distribution), n_customers=asked.customers, mean_wait=mean_wait, set_up_s=ready - began,
        run_s=done - ready, run_cpu_s=done_cpu_s - ready_cpu_s) + "\n")


def answer_line(*, version: str, n_customers: int, mean_wait: float, set_up_s: float, run_s: float,
                run_cpu_s: float, play_s: float | None = None) -> str:
    """Return the answer as JSON, with the memory that this process has taken at most.

    Args:
        version: of the simulator.
        n_customers: all that were played, the warm-up among them.
        mean_wait: after the warm-up, in mean services.
        set_up_s: building and compiling, before the run.
        run_s: the run itself, its random draws included.
        run_cpu_s: processor time of the run, which other work on the machine disturbs less.
        play_s: of the run's seconds, without the random draws, where they are drawn beforehand.
    """
    return json.dumps({"version": version, "n_customers": n_customers, "mean_wait": mean_wait, "set_up_s": set_up_s,
                       "run_s": run_s, "run_cpu_s": run_cpu_s, "play_s": play_s, "peak_memory_mib": peak_memory_mib()})


def peak_memory_mib() -> float:
    """Return the largest resident memory of this process in MiB.

    Linux's getrusage counts what the process that started this one held as well, so its own record is read there.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    import resource  # POSIX only

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
