"""Erlang's models of a pool of servers: calls that are lost (B), that wait (C), and that lose patience (A)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.errors import ModelError
from sim.theory.birth_death import stationary
from sim.theory.checks import check_count, check_positive, check_stable

MAX_WAITING = 1_000_000
"""Mean number waiting beyond which a queue with patience is not solved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The stationary measures of a queue in which everybody waits for service."""

    p_wait: float
    """Probability that an arrival must wait."""
    mean_queue: float
    """Mean number waiting."""
    mean_wait: float
    """Mean time from arrival to service, those who need not wait included."""
    utilisation: float
    """Share of the servers' time that is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpatientQueue:
    """The stationary measures of a queue that people leave when their patience ends."""

    p_wait: float
    mean_queue: float
    p_abandon: float
    """Probability that an arrival leaves unserved."""
    mean_wait: float
    """Mean time in the queue of all arrivals, served or not."""
    utilisation: float


def erlang_b(n_servers: int, offered_load: float) -> float:
    """Return the probability that an arrival finds all servers busy and is lost (M/G/c/c).

    Recursion B(c, a) = a B(c − 1, a) / (c + a B(c − 1, a)), B(0, a) = 1 (Erlang 1917).

    Raises:
        ModelError: if the load is not above zero.
    """
    check_positive(offered_load=offered_load)
    blocking = 1.0
    for server in range(1, n_servers + 1):
        blocking = offered_load * blocking / (server + offered_load * blocking)
    return blocking


def erlang_c(n_servers: int, offered_load: float) -> float:
    """Return the probability that an arrival must wait (M/M/c).

    C = B / (1 − ρ(1 − B)), ρ = a / c (Erlang 1917).

    Raises:
        ModelError: if the servers cannot carry the load.
    """
    check_stable(offered_load, n_servers)
    blocking = erlang_b(n_servers, offered_load)
    return blocking / (1.0 - offered_load / n_servers * (1.0 - blocking))


def mmc(n_servers: int, *, arrival_rate: float, service_rate: float) -> Queue:
    """Return the measures of M/M/c: Wq = C / (cμ − λ), Lq = λ Wq (Gross & Harris, ch. 2).

    Raises:
        ModelError: if the servers cannot carry the load.
    """
    check_positive(arrival_rate=arrival_rate, service_rate=service_rate)
    p_wait = erlang_c(n_servers, arrival_rate / service_rate)
    mean_wait = p_wait / (n_servers * service_rate - arrival_rate)
    return Queue(p_wait=p_wait, mean_queue=arrival_rate * mean_wait, mean_wait=mean_wait,
                 utilisation=arrival_rate / (n_servers * service_rate))


def p_wait_longer(n_servers: int, *, arrival_rate: float, service_rate: float, than: float) -> float:
    """Return P(wait > t) of M/M/c: C e^(−(cμ − λ)t), t in the unit of the rates.

    Raises:
        ModelError: if the servers cannot carry the load.
    """
    p_wait = mmc(n_servers, arrival_rate=arrival_rate, service_rate=service_rate).p_wait
    return p_wait * math.exp(-(n_servers * service_rate - arrival_rate) * than)


def erlang_a(n_servers: int, *, arrival_rate: float, service_rate: float, abandon_rate: float) -> ImpatientQueue:
    """Return the measures of M/M/c+M, solved exactly as a birth–death chain.

    State n dies at min(n, c)μ + max(n − c, 0)θ (Palm 1946; Garnett, Mandelbaum & Reiman 2002); the chain is
    cut where its tail is below 1e-18 of its peak. P(abandon) = θ Lq / λ.

    Raises:
        ModelError: if a rate is not above zero, or more than MAX_WAITING would wait.
    """
    check_positive(arrival_rate=arrival_rate, service_rate=service_rate, abandon_rate=abandon_rate)
    check_count(n_servers=n_servers)
    n_states = _n_states(n_servers, arrival_rate, service_rate, abandon_rate)
    number = np.arange(1, n_states)
    waiting = np.maximum(np.arange(n_states) - n_servers, 0)
    deaths = np.minimum(number, n_servers) * service_rate + waiting[1:] * abandon_rate
    p = stationary(np.full(n_states - 1, arrival_rate), deaths)
    mean_queue = float(p @ waiting)
    return ImpatientQueue(
        p_wait=float(p[n_servers:].sum()), mean_queue=mean_queue, p_abandon=abandon_rate * mean_queue / arrival_rate,
        mean_wait=mean_queue / arrival_rate,
        utilisation=(arrival_rate - abandon_rate * mean_queue) / (n_servers * service_rate))


def _n_states(n_servers: int, arrival_rate: float, service_rate: float, abandon_rate: float) -> int:
    """Return how many states hold all but 1e-18 of the chain, beyond the point from which it can only fall."""
    if arrival_rate - n_servers * service_rate > MAX_WAITING * abandon_rate:
        raise ModelError(f"abandon_rate = {abandon_rate}; expected a queue of fewer than {MAX_WAITING:,} waiting")
    n, log_fall = n_servers, 0.0
    while log_fall > -42.0:
        n += 1
        step = math.log(arrival_rate / (n_servers * service_rate + (n - n_servers) * abandon_rate))
        log_fall = log_fall + step if step < 0.0 else 0.0
    return n + 1
