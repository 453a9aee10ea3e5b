"""The hypercube queueing model: which of several distinct units is busy, and who is sent where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from sim.city import F8
from sim.errors import ModelError
from sim.theory.checks import check_positive, check_stable

MAX_UNITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClass:
    """Calls of one kind of place: how often they come and whom they would rather have."""

    rate: float
    """Per unit of time."""
    preference: tuple[int, ...]
    """Every unit, 0 to n − 1, the first choice first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypercube:
    """The stationary measures of n units with calls of k classes."""

    p_state: F8
    """(2**n,) probability of each set of busy units with nobody waiting; bit i of the index is unit i."""
    p_queue: float
    """Probability that somebody waits; 0 where calls are lost instead."""
    workload: F8
    """(n,) share of its time for which each unit is busy."""
    served_at_once: F8
    """(n, k) share of all calls that are of class k and sent unit n without waiting."""
    served_from_queue: F8
    """(n, k) share of all calls that are of class k and sent unit n after waiting."""


def hypercube(classes: Sequence[CallClass], *, service_rate: float, calls_wait: bool = True) -> Hypercube:
    """Solve the hypercube model exactly.

    A call takes the first free unit of its preference; with all busy it waits, first come first served, or is
    lost. For each set of busy units, the flow out is the flow in (Larson 1974; Larson & Odoni 1981, sec. 5.4).

    Args:
        classes: at least one; all name the same units.
        service_rate: of every unit, per unit of time.
        calls_wait: whether calls wait when all are busy.

    Raises:
        ModelError: if preferences are no orders of the same units, there are more than MAX_UNITS, or calls wait and
            the units cannot carry them.
    """
    n_units = check_classes(classes)
    check_positive(service_rate=service_rate)
    total = sum(item.rate for item in classes)
    load = total / service_rate
    if calls_wait:
        check_stable(load, n_units)
    sent = _first_free(classes, n_units)
    p = _balance(classes, sent, service_rate)
    full = p.size - 1
    line = load / n_units / (1.0 - load / n_units) if calls_wait else 0.0
    p = p / (p.sum() + p[full] * line)
    p_queue = float(p[full] * line)
    busy = (np.arange(p.size)[:, None] >> np.arange(n_units)) & 1
    shares = np.array([item.rate for item in classes]) / total
    at_once = np.array([[p[:full][sent[index, :full] == unit].sum() * shares[index] for index in range(len(classes))]
                        for unit in range(n_units)])
    queued = (p[full] + p_queue if calls_wait else 0.0) / n_units
    return Hypercube(p_state=p, p_queue=p_queue, workload=np.asarray(p @ busy + p_queue), served_at_once=at_once,
                     served_from_queue=np.tile(shares * queued, (n_units, 1)))


def check_classes(classes: Sequence[CallClass]) -> int:
    """Check that all classes order the same units; return how many units there are.

    Raises:
        ModelError: if they do not, or there are more than MAX_UNITS.
    """
    if not classes:
        raise ModelError("classes is empty; expected at least one class of calls")
    n_units = len(classes[0].preference)
    if not 1 <= n_units <= MAX_UNITS:
        raise ModelError(f"classes: {n_units} units; expected 1 to {MAX_UNITS}")
    for index, item in enumerate(classes):
        check_positive(rate=item.rate)
        if sorted(item.preference) != list(range(n_units)):
            raise ModelError(f"classes[{index}].preference = {item.preference}; expected each of 0 to {n_units - 1} "
                             "once")
    return n_units


def _first_free(classes: Sequence[CallClass], n_units: int) -> NDArray[np.int64]:
    """Return which unit each class is sent in each state; −1 where all are busy; shape (k, 2**n)."""
    states = np.arange(1 << n_units)
    sent = np.full((len(classes), states.size), -1, dtype=np.int64)
    for index, item in enumerate(classes):
        for unit in reversed(item.preference):
            sent[index, (states >> unit) & 1 == 0] = unit
    return sent


def _balance(classes: Sequence[CallClass], sent: NDArray[np.int64], service_rate: float) -> F8:
    """Return the probabilities of the states up to a factor, that of nobody busy being 1."""
    n_states = sent.shape[1]
    n_units = n_states.bit_length() - 1
    states = np.arange(n_states)
    start, end, rate = [], [], []
    for index, item in enumerate(classes):
        start.append(states[:-1])
        end.append(states[:-1] | (1 << sent[index, :-1]))
        rate.append(np.full(n_states - 1, item.rate))
    for unit in range(n_units):
        busy = states[(states >> unit) & 1 == 1]
        start.append(busy)
        end.append(busy ^ (1 << unit))
        rate.append(np.full(busy.size, service_rate))
    tails, heads, rates = np.concatenate(start), np.concatenate(end), np.concatenate(rate)
    leaving = np.bincount(tails, weights=rates, minlength=n_states)
    flow = coo_matrix((np.concatenate((rates, -leaving)),
                       (np.concatenate((heads, states)), np.concatenate((tails, states))))).tocsc()
    others = spsolve(flow[1:, 1:], -flow[1:, [0]].toarray().ravel())
    return np.concatenate(([1.0], np.atleast_1d(others)))
