"""How many servers a load needs: exactly, by the square-root rule, and hour by hour under a changing load."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy.stats import norm

from sim.errors import ModelError
from sim.theory.checks import check_positive
from sim.theory.erlang import erlang_c
from sim.theory.rates import SineRate


def halfin_whitt(beta: float) -> float:
    """Return the limiting probability of waiting: α(β) = 1 / (1 + β Φ(β) / φ(β)) (Halfin & Whitt 1981).

    Raises:
        ModelError: if β is not above zero.
    """
    check_positive(beta=beta)
    return 1.0 / (1.0 + beta * float(norm.cdf(beta)) / float(norm.pdf(beta)))


def square_root_servers(offered_load: float, *, beta: float) -> int:
    """Return s = ⌈R + β√R⌉ (Halfin & Whitt 1981).

    Raises:
        ModelError: if the load is not above zero.
    """
    check_positive(offered_load=offered_load)
    exact = offered_load + beta * math.sqrt(offered_load)
    return math.ceil(exact - 1e-9 * exact)


def servers_for_delay(offered_load: float, *, p_wait: float) -> int:
    """Return the fewest servers with which Erlang's C is at most ``p_wait``.

    Raises:
        ModelError: if the load is not above zero, or the target not above 0.
    """
    check_positive(offered_load=offered_load, p_wait=p_wait)
    n_servers = math.floor(offered_load) + 1
    while erlang_c(n_servers, offered_load) > p_wait:
        n_servers += 1
    return n_servers


def sipp_staff(rate: SineRate, *, service_rate: float, p_wait: float, n_periods: int = 24) -> tuple[int, ...]:
    """Return the staff of each period by its mean rate: SIPP-avg (Green, Kolesar & Soares 2001).

    Stationary, independent, period by period: each gets what M/M/c would need at that period's mean arrival rate.
    A period is one unit of time.
    """
    return _staff([rate.mean_between(start, start + 1) / service_rate for start in range(n_periods)], p_wait)


def lag_sipp_staff(rate: SineRate, *, service_rate: float, p_wait: float, n_periods: int = 24) -> tuple[int, ...]:
    """Return SIPP's staff for the arrivals of one mean service earlier: Lag-avg (Green, Kolesar & Soares 2001)."""
    lag = 1.0 / service_rate
    return _staff([rate.mean_between(start - lag, start + 1 - lag) / service_rate for start in range(n_periods)],
                  p_wait)


def offered_load_staff(rate: SineRate, *, service_rate: float, p_wait: float, n_periods: int = 24) -> tuple[int, ...]:
    """Return the staff for each period's mean offered load m(t) of M_t/M/∞: MOL.

    The modified offered load of Jennings, Mandelbaum, Massey & Whitt (1996), with Erlang's C instead of its normal
    approximation.
    """
    return _staff([rate.load_mean_between(start, start + 1, service_rate=service_rate)
                   for start in range(n_periods)], p_wait)


def _staff(loads: Sequence[float], p_wait: float) -> tuple[int, ...]:
    if min(loads) <= 0.0:
        raise ModelError(f"rate: offered load = {min(loads)} in period {loads.index(min(loads))}; "
                         "expected more than 0 in each")
    return tuple(servers_for_delay(load, p_wait=p_wait) for load in loads)
