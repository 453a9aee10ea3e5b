"""Stationary birth–death chains, the common ground of the Erlang models and of closed pools."""

from __future__ import annotations

import numpy as np

from sim.city import F8


def stationary(births: F8, deaths: F8) -> F8:
    """Return the stationary probabilities of states 0 to m.

    p(n + 1) / p(n) = births[n] / deaths[n] (Gross & Harris, *Fundamentals of Queueing Theory*, ch. 2). The
    products are taken as sums of logarithms, so that hundreds of servers neither overflow nor underflow.

    Args:
        births: (m,) rate from state n to n + 1.
        deaths: (m,) rate from state n + 1 to n.
    """
    logs = np.concatenate(([0.0], np.cumsum(np.log(births) - np.log(deaths))))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
