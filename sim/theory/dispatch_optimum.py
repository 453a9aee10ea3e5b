"""The hypercube with decisions: whom to send from each set of free units, for the least mean cost of a call.

Units stand at their posts while they are free, serve calls for exponential times of one rate, and calls of several
classes come as Poisson streams. Which set of units is busy is a Markov chain with 2ⁿ states, in which each arrival of
a call is a decision; policy iteration (Howard 1960) finds the best one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.errors import ModelError
from sim.theory.checks import check_positive, check_stable

MAX_UNITS = 10
SAME = 1e-10
"""Costs that differ by less are equal, and the decision stays what it was."""

I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchModel:
    """Calls of k classes for n units. Times are in whatever unit the rates take.

    Raises:
        ModelError: if shapes do not fit, a rate or cost cannot be, or calls wait for units that cannot carry them.
    """

    rates: F8
    """(k,) calls of each class per unit of time."""
    cost: F8
    """(k, n) of sending each unit to a call of each class: 1 where it comes too late, or its travel time."""
    service_rate: float
    """Of every unit, per unit of time."""
    busy_cost: F8
    """(k,) of a call that finds everybody busy."""
    calls_wait: bool = False
    """Whether such a call waits, first come first served; else somebody else serves it."""

    def __post_init__(self) -> None:
        k, n = self.rates.size, self.n_units
        if self.cost.shape != (k, n) or self.busy_cost.shape != (k,) or not 1 <= n <= MAX_UNITS:
            raise ModelError(f"DispatchModel: rates {self.rates.shape}, cost {self.cost.shape}, busy_cost "
                             f"{self.busy_cost.shape}; expected (k,), (k, n) and (k,) with n from 1 to {MAX_UNITS}")
        check_positive(service_rate=self.service_rate, calls=self.call_rate)
        if (self.rates < 0.0).any() or not np.isfinite(self.cost).all() or not np.isfinite(self.busy_cost).all():
            raise ModelError("DispatchModel: a rate is negative or a cost is no number; expected rates ≥ 0 and finite "
                             "costs")
        if self.calls_wait:
            check_stable(self.call_rate / self.service_rate, n)

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.cost.shape[1])

    @property
    def n_states(self) -> int:
        """Number of sets of busy units; bit i of a state's index is unit i."""
        return 1 << self.n_units

    @property
    def call_rate(self) -> float:
        """Calls of all classes per unit of time."""
        return float(self.rates.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSolution:
    """A way of sending units, and what it costs in the long run."""

    sends: I8
    """(k, 2**n) unit sent to each class from each set of busy units; −1 where all are busy."""
    mean_cost: float
    """Of a call."""
    bias: F8
    """(2**n,) how much more all calls to come cost from each state than from that of nobody busy."""


def cheapest_free(model: DispatchModel) -> I8:
    """Return whom the nearest, or whoever costs least, would be from each state; ties go to the lower number."""
    return _improved(model, np.zeros(model.n_states), np.full((model.rates.size, model.n_states), -1))


def evaluate_dispatch(model: DispatchModel, sends: I8) -> DispatchSolution:
    """Return the long-run cost of a given way of sending units.

    For a state b of busy units with h(∅) = 0 and g the cost per unit of time,
    (λ + |b|μ) h(b) = −g + Σₖ λₖ (c(k, u) + h(b ∪ u)) + μ Σⱼ h(b − j). With everybody busy, calls that wait add
    excursions that no decision changes: what is paid there is divided by 1 − ρ.

    Raises:
        ModelError: if a busy unit is sent.
    """
    n_states = model.n_states
    states = np.arange(n_states - 1)
    unit = sends[:, :-1]
    if (unit < 0).any() or ((states[None, :] >> unit) & 1).any():
        raise ModelError("sends has a unit that is busy; expected a free one in every state with one")
    matrix = np.zeros((n_states, n_states))
    paid = np.zeros(n_states)
    after = states[None, :] | (1 << unit)
    weight = np.broadcast_to(model.rates[:, None], after.shape)
    np.add.at(matrix, (np.broadcast_to(states, after.shape).ravel(), after.ravel()), -weight.ravel())
    matrix[states, states] += model.call_rate
    paid[:-1] = (model.rates[:, None] * np.take_along_axis(model.cost, unit, axis=1)).sum(axis=0)
    paid[-1] = model.rates @ model.busy_cost
    for one in range(model.n_units):
        busy = np.flatnonzero((np.arange(n_states) >> one) & 1)
        matrix[busy, busy] += model.service_rate
        matrix[busy, busy ^ (1 << one)] -= model.service_rate
    time = np.ones(n_states)
    if model.calls_wait:
        stretch = 1.0 / (1.0 - model.call_rate / (model.n_units * model.service_rate))
        paid[-1] *= stretch
        time[-1] *= stretch
    matrix[:, 0] = time  # h(∅) is 0, so its column holds the unknown g
    found = np.linalg.solve(matrix, paid)
    rate = float(found[0])
    found[0] = 0.0
    return DispatchSolution(sends=sends, mean_cost=rate / model.call_rate, bias=np.asarray(found, dtype=np.float64))


def _improved(model: DispatchModel, bias: F8, sends: I8) -> I8:
    """Return the best single decisions if all later ones cost as ``bias`` says; those as good stay as they are."""
    states = np.arange(model.n_states)
    best = np.full((model.rates.size, states.size), np.inf)
    chosen = sends.copy()
    kept = sends >= 0
    if kept.any():
        rows, columns = np.nonzero(kept)
        best[rows, columns] = model.cost[rows, sends[kept]] + bias[columns | (1 << sends[kept])]
    for unit in range(model.n_units):
        free = ((states >> unit) & 1) == 0
        total = model.cost[:, unit][:, None] + bias[states | (1 << unit)][None, :]
        better = free[None, :] & (total < best - SAME)
        best = np.where(better, total, best)
        chosen[better] = unit
    return chosen


def solve_dispatch(model: DispatchModel) -> DispatchSolution:
    """Return the best way of sending units, by policy iteration from the cheapest free unit."""
    solution = evaluate_dispatch(model, cheapest_free(model))
    while True:
        sends = _improved(model, solution.bias, solution.sends)
        if np.array_equal(sends, solution.sends):
            return solution
        better = evaluate_dispatch(model, sends)
        if better.mean_cost >= solution.mean_cost - SAME:
            return solution
        solution = better
