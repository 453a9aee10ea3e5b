"""The workload in Ciw: a network of one node with ten servers, and its own records of the customers."""

from __future__ import annotations

import ciw
from workload import ARRIVAL_RATE, N_SERVERS, WARM_UP, Run, answer


def prepare(n_customers: int, seed: int) -> Run:
    """Build the network."""
    ciw.seed(seed)
    simulation = ciw.Simulation(ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=ARRIVAL_RATE)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[N_SERVERS]))

    def run() -> float:
        simulation.simulate_until_max_customers(n_customers, method="Finish")
        records = sorted((record.arrival_date, record.waiting_time) for record in simulation.get_all_records())
        assert len(records) == n_customers, "so many customers were served"
        return sum(wait for _, wait in records[WARM_UP:]) / (n_customers - WARM_UP)

    return run


if __name__ == "__main__":
    answer("ciw", prepare)
