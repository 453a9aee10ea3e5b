"""The workload in Cimba, through its Python package: a store of arrival instants, and ten server processes."""

from __future__ import annotations

import cimba as cb
from cimba import inputs
from workload import ARRIVAL_RATE, N_SERVERS, WARM_UP, Run, answer


class Line(cb.Model):
    """Customers wait in a store, in order of arrival; servers take the first."""

    n_customers: cb.Param[int]
    between: cb.Input[float] = inputs.dist.exponential(mean=1.0 / ARRIVAL_RATE)
    service: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    line: cb.Store[float]
    waits: cb.Dataset
    n_begun: cb.Output[int]
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):  # noqa: D102 # compiled by the library; a docstring would be a statement
        for _ in range(self.n_customers):
            cb.hold(self.between.next())
            self.line.put(cb.now())

    @cb.process(copies=N_SERVERS)
    def server(self):  # noqa: D102 # as above
        while True:
            arrived = self.line.get()
            self.n_begun += 1
            if self.n_begun > WARM_UP:
                self.waits.record(cb.now() - arrived)
            cb.hold(self.service.next())

    @cb.on_end
    def measure(self):  # noqa: D102 # as above
        self.mean_wait = self.waits.sample_mean()


def prepare(n_customers: int, seed: int) -> Run:
    """Build the queue, and compile it by playing a short one."""
    def make(n: int) -> tuple[Line, cb.Experiment]:
        model = Line()
        model.n_customers = n
        return model, cb.Experiment(model, seed=seed)

    make(2 * WARM_UP)[1].run()
    model, experiment = make(n_customers)

    def run() -> float:
        results = experiment.run()
        assert results[model].n_begun.values.item() == n_customers, "every customer was served"
        return float(results[model].mean_wait.values.item())

    return run


if __name__ == "__main__":
    answer("cimba", prepare)
