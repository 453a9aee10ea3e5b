"""Larson's quick approximation of the hypercube's workloads, for more units than can be solved exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.city import F8
from sim.errors import ModelError
from sim.theory.checks import check_count, check_positive, check_stable
from sim.theory.erlang import erlang_c
from sim.theory.hypercube import CallClass

MAX_ITERATIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproximateWorkloads:
    """Approximate workloads and how many iterations they took."""

    workload: F8
    n_iterations: int


def correction(n_units: int, *, utilisation: float, n_busy: int) -> float:
    """Return Q(N, ρ, j), what makes j units busy and another free likelier than independence would have it.

    Q = Σ_{k=j}^{N−1} (N−j−1)! (N−k) / (k−j)! · N^k / N! · ρ^{k−j} · P₀ / (1 − ρ) (Larson 1975; Larson &
    Odoni 1981, eq. 5.48).

    Raises:
        ModelError: if j is not 0 to N − 1, or the utilisation not between 0 and 1.
    """
    check_count(n_units=n_units)
    check_stable(utilisation * n_units, n_units)
    if not 0 <= n_busy < n_units:
        raise ModelError(f"n_busy = {n_busy}; expected 0 to {n_units - 1}")
    load = utilisation * n_units
    p_full = erlang_c(n_units, load) * (1.0 - utilisation)
    log_empty = math.log(p_full) + math.lgamma(n_units + 1) - n_units * math.log(load)
    total = sum(
        math.exp(math.lgamma(n_units - n_busy) - math.lgamma(k - n_busy + 1) + k * math.log(n_units)
                 - math.lgamma(n_units + 1) + (k - n_busy) * math.log(utilisation) + log_empty) * (n_units - k)
        for k in range(n_busy, n_units))
    return total / (1.0 - utilisation)


def approximate_workloads(
    classes: Sequence[CallClass], *, service_rate: float, tolerance: float = 1e-3, decimals: int | None = None
) -> ApproximateWorkloads:
    """Return approximate workloads, calls waiting first come first served.

    A class's k-th choice is sent with probability Q(N, ρ, k − 1) Π_{l<k} ρ_l (1 − ρ_k), so that ρ_n = (V_n +
    ρ P_Q) / (1 + V_n); each pass is scaled back to the mean workload (Larson 1975; Larson & Odoni 1981,
    eq. 5.50 and sec. 5.5.2).

    Args:
        classes: rates and preferences.
        service_rate: of every unit, per unit of time.
        tolerance: passes end when no workload changes by as much.
        decimals: to which each pass is rounded, as in the book's worked example; None for full precision.

    Raises:
        ModelError: if the units cannot carry the calls, or the passes do not settle.
    """
    check_positive(service_rate=service_rate, tolerance=tolerance)
    n_units = len(classes[0].preference)
    mean = sum(item.rate for item in classes) / service_rate / n_units
    factors = [correction(n_units, utilisation=mean, n_busy=n_busy) for n_busy in range(n_units)]
    from_queue = mean * erlang_c(n_units, mean * n_units)
    workload = np.full(n_units, mean)
    for iteration in range(1, MAX_ITERATIONS + 1):
        offered = np.zeros(n_units)
        for item in classes:
            all_busy = 1.0
            for place, unit in enumerate(item.preference):
                offered[unit] += item.rate / service_rate * factors[place] * all_busy
                all_busy *= float(workload[unit])
        fresh = (offered + from_queue) / (1.0 + offered)
        if decimals is not None:
            fresh = fresh.round(decimals)
        fresh *= mean / fresh.mean()
        if decimals is not None:
            fresh = fresh.round(decimals)
        if float(np.abs(fresh - workload).max()) < tolerance:
            return ApproximateWorkloads(workload=fresh, n_iterations=iteration)
        workload = fresh
    raise ModelError(f"approximate_workloads: not settled to {tolerance} in {MAX_ITERATIONS} passes; "
                     "expected a larger tolerance")
