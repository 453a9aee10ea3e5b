"""Queues in which the more urgent go first: waiting for a free server, or taking one at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from sim.errors import ModelError
from sim.theory.checks import check_positive, check_stable
from sim.theory.erlang import erlang_c, mmc


def nonpreemptive_waits(n_servers: int, *, arrival_rates: Sequence[float], service_rate: float) -> tuple[float, ...]:
    """Return the mean wait of each class, most urgent first, when nobody is interrupted.

    W_k = W₀ / ((1 − σ_{k−1})(1 − σ_k)), W₀ = C / (cμ), σ_k = Σ_{i≤k} λ_i / (cμ) (Cobham 1954; it is what
    PCAM computes, Chaiken & Dormont 1978). All classes have one service rate.

    Raises:
        ModelError: if there is no class, a rate is not above zero, or the servers cannot carry the load.
    """
    shares = _loads(n_servers, arrival_rates, service_rate)
    unit = erlang_c(n_servers, shares[-1]) / (n_servers * service_rate)
    used = [0.0, *(share / n_servers for share in shares)]
    return tuple(unit / ((1.0 - above) * (1.0 - with_own)) for above, with_own in pairwise(used))


def preemptive_times(n_servers: int, *, arrival_rates: Sequence[float], service_rate: float) -> tuple[float, ...]:
    """Return the mean time in the system of each class when the more urgent interrupt (preemptive resume).

    With one exponential service rate, classes 1 to k do not see the others, so L of class k is L_{M/M/c}(Λ_k) −
    L_{M/M/c}(Λ_{k−1}) and W_k = L_k / λ_k.

    Raises:
        ModelError: as for ``nonpreemptive_waits``.
    """
    shares = _loads(n_servers, arrival_rates, service_rate)
    numbers = [0.0]
    for share in shares:
        queue = mmc(n_servers, arrival_rate=share * service_rate, service_rate=service_rate)
        numbers.append(queue.mean_queue + share)
    return tuple((upto - above) / rate for (above, upto), rate in zip(pairwise(numbers), arrival_rates, strict=True))


def _loads(n_servers: int, arrival_rates: Sequence[float], service_rate: float) -> list[float]:
    """Return the offered load of classes 1 to k, for each k, checked."""
    if not arrival_rates:
        raise ModelError("arrival_rates is empty; expected the rate of at least one class")
    check_positive(service_rate=service_rate)
    for rate in arrival_rates:
        check_positive(arrival_rate=rate)
    loads = [total / service_rate for total in accumulate(arrival_rates)]
    check_stable(loads[-1], n_servers)
    return loads
