"""A queue whose arrivals and staff change through the day, by its forward equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.integrate import solve_ivp

from sim.city import F8
from sim.errors import ModelError
from sim.theory.checks import check_count, check_positive
from sim.theory.rates import SineRate

N_SPARE_STATES = 100
TOLERANCE = 1e-11


class StaffChange(StrEnum):
    """What becomes of services under way when the staff changes."""

    PREEMPT = "preempt"
    """Those that the new staff is too small for go back to the head of the queue."""
    FINISH = "finish"
    """All staff is new; who is busy finishes after hours, and the new staff begins with whoever waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedDay:
    """What happens in each period of the day; arrays of one length."""

    p_delay: F8
    """Probability that an arrival of the period must wait."""
    mean_queue: F8
    """Mean number waiting over the period."""
    mean_in_system: F8
    """Mean number waiting or in service of the staff on duty."""


def staffed_day(
    rate: SineRate, *, service_rate: float, staff: Sequence[int], change: StaffChange = StaffChange.PREEMPT,
    n_days: int = 4,
) -> StaffedDay:
    """Return the last of some days of M(t)/M/s(t), begun empty.

    The forward Kolmogorov equations p_n' = λ(t) p_{n−1} + μ min(n + 1, s) p_{n+1} − (λ(t) + μ min(n, s)) p_n are
    integrated by an explicit Runge–Kutta method of order 8 (the exact reference of Ingolfsson et al. 2007).

    Args:
        rate: arrivals; a period of the staff is one unit of its time.
        service_rate: per unit of time.
        staff: number on duty in each period; as many periods as the rate's.
        change: what happens to services under way.
        n_days: of which the last is returned.

    Raises:
        ModelError: if the staff's periods do not fill the rate's, or nobody is ever on duty.
    """
    check_positive(service_rate=service_rate)
    check_count(n_days=n_days, most_staff=max(staff, default=0))
    if len(staff) != rate.period:
        raise ModelError(f"staff has {len(staff)} periods; expected {rate.period:g}, one for each unit of time")
    p = np.zeros(max(staff) + N_SPARE_STATES + 1)
    p[0] = 1.0
    rows: list[F8] = []
    for day in range(n_days):
        for period, on_duty in enumerate(staff):
            if change is StaffChange.FINISH:
                p = _relieved(p, staff[period - 1])
            p, sums = _period(p, rate, service_rate=service_rate, on_duty=on_duty, start=day * len(staff) + period)
            rows.append(sums)
    table = np.array(rows[-len(staff):])
    return StaffedDay(p_delay=table[:, 0], mean_queue=table[:, 1], mean_in_system=table[:, 2])


def _relieved(p: F8, n_leaving: int) -> F8:
    """Return the state after those in service left with their staff: only who waited is still there."""
    fresh = np.zeros(p.size)
    fresh[0] = p[: n_leaving + 1].sum()
    fresh[1 : p.size - n_leaving] = p[n_leaving + 1 :]
    return fresh


def _period(p: F8, rate: SineRate, *, service_rate: float, on_duty: int, start: float) -> tuple[F8, F8]:
    """Return the state one period later, and the period's (p_delay, mean queue, mean number)."""
    number = np.arange(p.size)
    deaths = service_rate * np.minimum(number, on_duty)[1:]
    weights = np.stack((number >= on_duty, np.maximum(number - on_duty, 0), number)).astype(np.float64)
    n = p.size

    def slope(t: float, state: F8) -> F8:
        here = state[:n]
        arrivals = rate.at(t)
        net = arrivals * here[:-1] - deaths * here[1:]
        change = np.empty(n + 3)
        change[1:n] = net
        change[n - 1] = net[-1]
        change[: n - 1] = np.concatenate(([0.0], net[:-1])) - net
        sums = weights @ here
        change[n], change[n + 1], change[n + 2] = arrivals * sums[0], sums[1], sums[2]
        return change

    end = start + 1.0
    found = solve_ivp(slope, (start, end), np.concatenate((p, np.zeros(3))), method="DOP853", rtol=TOLERANCE,
                      atol=1e-14, t_eval=[end])
    last = np.asarray(found.y[:, -1], dtype=np.float64)
    return last[:n], last[n:] / np.array([rate.total_until(end) - rate.total_until(start), 1.0, 1.0])
