"""What a changing stream of jobs asks of servers, hour by hour, by three methods of queueing theory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.city import F8
from sim.theory import servers_for_delay

P_WAIT = 0.2
"""Probability of waiting that the three methods are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyLoad:
    """Jobs and the servers they ask for; arrays of one length, one entry for each hour of a day that repeats."""

    rates_per_h: F8
    mean_service_h: float
    load: F8
    """Mean number of servers busy, were there always enough."""
    modified_offered_load: tuple[int, ...]
    lag_sipp: tuple[int, ...]
    sipp: tuple[int, ...]


def make_hourly_load(rates_per_h: Sequence[float] | F8, mean_service_h: float, *, p_wait: float = P_WAIT) -> HourlyLoad:
    """Return the servers each hour asks for, with Erlang's C at most ``p_wait``.

    Modified offered load takes the busy servers of M_t/M/∞ (Jennings, Mandelbaum, Massey & Whitt 1996), lag-SIPP the
    arrivals of one mean service earlier, and SIPP those of the hour itself (Green, Kolesar & Soares 2001). Where a
    job is short beside an hour the three agree; where it is long, SIPP staffs the peak too early.
    """
    rates = np.asarray(rates_per_h, dtype=np.float64)
    load = busy_by_hour(rates, mean_service_h)
    return HourlyLoad(
        rates_per_h=rates, mean_service_h=mean_service_h, load=load, modified_offered_load=_staff(load, p_wait),
        lag_sipp=_staff(lagged(rates, mean_service_h) * mean_service_h, p_wait),
        sipp=_staff(rates * mean_service_h, p_wait))


def busy_by_hour(rates_per_h: F8, mean_service_h: float) -> F8:
    """Return the mean of m(t) over each hour, for rates that are constant within hours and repeat.

    m' = λ − μm (Eick, Massey & Whitt 1993) is solved hour by hour: m(k + u) = λₖ/μ + (mₖ − λₖ/μ) e^(−μu).
    """
    if mean_service_h <= 0.0:
        return np.zeros(rates_per_h.size)
    settled = rates_per_h * mean_service_h
    kept = math.exp(-1.0 / mean_service_h)
    n = settled.size
    weights = kept ** np.arange(n - 1, -1, -1)
    at = float((settled * (1.0 - kept) * weights).sum() / (1.0 - kept**n))
    means = np.empty(n)
    for hour in range(n):
        means[hour] = settled[hour] + (at - settled[hour]) * (1.0 - kept) * mean_service_h
        at = settled[hour] + (at - settled[hour]) * kept
    return means


def lagged(rates_per_h: F8, lag_h: float) -> F8:
    """Return the mean rate over each hour moved back by a lag."""
    whole, part = divmod(lag_h, 1.0)
    back = int(whole)
    return np.asarray((1.0 - part) * np.roll(rates_per_h, back) + part * np.roll(rates_per_h, back + 1))


def _staff(loads: F8, p_wait: float) -> tuple[int, ...]:
    return tuple(servers_for_delay(load, p_wait=p_wait) if load > 0.0 else 1 for load in loads.tolist())
