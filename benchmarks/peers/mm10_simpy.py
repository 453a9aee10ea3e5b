"""The workload in SimPy: a process for each customer, and a resource of ten servers."""

from __future__ import annotations

import random
from collections.abc import Generator
from itertools import repeat

import simpy
from workload import ARRIVAL_RATE, N_SERVERS, WARM_UP, Run, answer


def prepare(n_customers: int, seed: int) -> Run:
    """Build the queue."""
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=N_SERVERS)
    draw = random.Random(seed).expovariate
    waits: list[float] = []

    def customer() -> Generator[simpy.Event, None, None]:
        arrived = env.now
        with servers.request() as request:
            yield request
            waits.append(env.now - arrived)
            yield env.timeout(draw(1.0))

    def arrivals() -> Generator[simpy.Event, None, None]:
        for _ in repeat(None, n_customers):
            yield env.timeout(draw(ARRIVAL_RATE))
            env.process(customer())

    def run() -> float:
        env.process(arrivals())
        env.run()
        assert len(waits) == n_customers, "every customer was served"
        return sum(waits[WARM_UP:]) / (n_customers - WARM_UP)

    return run


if __name__ == "__main__":
    answer("simpy", prepare)
