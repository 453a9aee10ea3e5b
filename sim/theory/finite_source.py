"""Closed pools: a fixed number of sources, each silent while its own request is in hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.birth_death import stationary
from sim.theory.checks import check_count, check_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPool:
    """The stationary measures of a closed pool."""

    mean_in_system: float
    mean_queue: float
    mean_wait: float
    throughput: float
    """Requests per unit of time."""


def closed_pool(*, n_sources: int, n_servers: int, rate_each: float, service_rate: float) -> ClosedPool:
    """Return the measures of M/M/c//N, the machine-repair model (Palm; Gross & Harris, ch. 2).

    Args:
        n_sources: N; each asks at ``rate_each`` while nothing of its own is in hand.
        n_servers: c.
        rate_each: per unit of time.
        service_rate: per unit of time.

    Raises:
        ModelError: if a count is below one or a rate not above zero.
    """
    check_count(n_sources=n_sources, n_servers=n_servers)
    check_positive(rate_each=rate_each, service_rate=service_rate)
    number = np.arange(n_sources + 1)
    p = stationary(np.asarray((n_sources - number[:-1]) * rate_each, dtype=np.float64),
                   np.asarray(np.minimum(number[1:], n_servers) * service_rate, dtype=np.float64))
    mean_in_system = float(p @ number)
    mean_queue = float(p @ np.maximum(number - n_servers, 0))
    throughput = rate_each * (n_sources - mean_in_system)
    return ClosedPool(mean_in_system=mean_in_system, mean_queue=mean_queue, mean_wait=mean_queue / throughput,
                      throughput=throughput)
