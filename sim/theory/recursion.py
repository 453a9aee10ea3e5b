"""Queues followed customer by customer: exact waits for given arrivals and services, tens of millions at a time.

Each function is a few lines, knows nothing of cities or control rooms, and must agree with the simulator's own
parts on every single wait. What they share is the arithmetic of absolute instants: start, plus service, is done.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.compiled import compiled
from sim.trace import I8


@compiled
def waits_in_order(arrive: F8, service: F8, patience: F8, n_servers: int) -> F8:
    """Return each customer's wait for the first free of c servers, first come first served.

    The recursion of Kiefer & Wolfowitz (1955) with patience: who would have to wait longer than their patience
    leaves at its end and takes no server's time. A patience of 0 makes a loss system.

    Args:
        arrive: (n,) instants, ascending.
        service: (n,) times.
        patience: (n,) longest wait each would bear; infinity to wait for ever.
        n_servers: c.

    Returns:
        (n,) waits; that of whoever left is minus the patience, or minus infinity where the patience is 0.
    """
    waits = np.empty(arrive.size)
    free_at = [-np.inf] * n_servers
    for index in range(arrive.size):
        start = max(free_at[0], arrive[index])
        wait = start - arrive[index]
        if wait > patience[index]:
            waits[index] = -patience[index] if patience[index] > 0.0 else -np.inf
        else:
            waits[index] = wait
            heapreplace(free_at, start + service[index])
    return waits


@compiled
def waits_by_class(arrive: F8, service: F8, rank: I4, n_servers: int) -> F8:
    """Return each customer's wait when the lowest rank goes first, first come first within it, uninterrupted.

    Args:
        arrive: (n,) instants, ascending.
        service: (n,) times.
        rank: (n,) class of each, the most urgent lowest.
        n_servers: c.
    """
    n = arrive.size
    waits = np.zeros(n)
    free_at = [-np.inf] * n_servers
    behind = np.full(n, -1, dtype=np.int64)
    first = np.full(rank.max() + 1, -1, dtype=np.int64)
    last = np.full(rank.max() + 1, -1, dtype=np.int64)
    n_waiting = 0
    for index in range(n + 1):
        now = arrive[index] if index < n else np.inf
        while n_waiting > 0 and free_at[0] <= now:
            who = _pop_first(first, behind)
            n_waiting -= 1
            waits[who] = free_at[0] - arrive[who]
            heapreplace(free_at, free_at[0] + service[who])
        if index < n and free_at[0] <= now:
            heapreplace(free_at, now + service[index])
        elif index < n:
            _push_last(first, last, behind, rank[index], index)
            n_waiting += 1
    return waits


@compiled
def times_interrupted(arrive: F8, service: F8, rank: I4, n_servers: int) -> F8:
    """Return each customer's time in the system when lower ranks interrupt higher ones, whose work is kept.

    Interrupted is who has the highest rank, of these the last to come, and then waits before all others of that rank.

    Args:
        arrive: (n,) instants, ascending.
        service: (n,) times.
        rank: (n,) class of each, the most urgent lowest.
        n_servers: c.
    """
    n = arrive.size
    times, left = np.empty(n), service.copy()
    ends, served = np.full(n_servers, np.inf), np.full(n_servers, -1, dtype=np.int64)
    behind = np.full(n, -1, dtype=np.int64)
    first = np.full(rank.max() + 1, -1, dtype=np.int64)
    last = np.full(rank.max() + 1, -1, dtype=np.int64)
    for index in range(n + 1):
        now = arrive[index] if index < n else np.inf
        server = int(np.argmin(ends))
        while served[server] >= 0 and ends[server] <= now:
            times[served[server]] = ends[server] - arrive[served[server]]
            served[server] = _pop_first(first, behind)
            ends[server] = np.inf if served[server] < 0 else ends[server] + left[served[server]]
            server = int(np.argmin(ends))
        if index == n:
            break
        server = _yielding(served, rank, rank[index])
        if server < 0:
            _push_last(first, last, behind, rank[index], index)
            continue
        if served[server] >= 0:
            left[served[server]] = ends[server] - now
            _push_first(first, last, behind, rank[served[server]], served[server])
        served[server], ends[server] = index, now + left[index]
    return times


@compiled
def _yielding(served: I8, rank: I4, own: int) -> int:
    """Return a free server, else that of the highest rank above one's own, the last to come; −1 if there is none."""
    best = -1
    for server in range(served.size):
        who = served[server]
        if who < 0:
            return server
        if rank[who] > own and (best < 0 or (rank[who], who) > (rank[served[best]], served[best])):
            best = server
    return best


@compiled
def _pop_first(first: I8, behind: I8) -> int:
    """Take the first of the most urgent who wait; −1 if nobody does."""
    for urgent in range(first.size):
        who = first[urgent]
        if who >= 0:
            first[urgent] = behind[who]
            return int(who)
    return -1


@compiled
def _push_last(first: I8, last: I8, behind: I8, own: int, who: int) -> None:
    behind[who] = -1
    if first[own] < 0:
        first[own] = who
    else:
        behind[last[own]] = who
    last[own] = who


@compiled
def _push_first(first: I8, last: I8, behind: I8, own: int, who: int) -> None:
    behind[who] = first[own]
    if first[own] < 0:
        last[own] = who
    first[own] = who


@compiled
def units_sent(
    arrive: F8, service: F8, kind: I4, preference: NDArray[np.int64]
) -> tuple[F8, I4, I4]:
    """Return how long each call waits, which unit it is sent, and which units were busy when it came.

    The hypercube's rule: the first free unit of the call's preference, else the first to become free.

    Args:
        arrive: (n,) instants, ascending.
        service: (n,) times.
        kind: (n,) class of each call.
        preference: (k, u) units in order of preference, by class.

    Returns:
        (waits, units, sets of busy units as bits at the call's arrival), each of shape (n,).
    """
    n = arrive.size
    waits = np.zeros(n)
    sent = np.empty(n, dtype=np.int32)
    busy = np.zeros(n, dtype=np.int32)
    free_at = np.full(preference.shape[1], -np.inf)
    for index in range(n):
        chosen = -1
        for unit in preference[kind[index]]:
            if free_at[unit] <= arrive[index]:
                if chosen < 0:
                    chosen = unit
            else:
                busy[index] |= 1 << unit
        if chosen < 0:
            chosen = int(np.argmin(free_at))
            waits[index] = free_at[chosen] - arrive[index]
        sent[index] = chosen
        free_at[chosen] = max(free_at[chosen], arrive[index]) + service[index]
    return waits, sent, busy


@compiled
def waits_in_pool(think: F8, service: F8, n_servers: int, end: float) -> tuple[F8, F8, F8]:
    """Return the requests of a closed pool in order of arrival: when each came, waited and was served.

    Args:
        think: (sources, k) how long each source is silent before its k-th request.
        service: (sources, k) how long that request takes.
        n_servers: c.
        end: requests that come later are left out, so k must suffice until then.

    Returns:
        (arrivals, waits, services).
    """
    arrivals, waits, services = [0.0], [0.0], [0.0]
    free_at = [0.0] * n_servers
    due = [(think[source, 0], source, 0) for source in range(think.shape[0])]
    heapify(due)
    while due[0][0] < end:
        now, source, turn = due[0]
        start = max(now, free_at[0])
        done = start + service[source, turn]
        heapreplace(free_at, done)
        heapreplace(due, (done + think[source, turn + 1], source, turn + 1))
        arrivals.append(now)
        waits.append(start - now)
        services.append(service[source, turn])
    return np.array(arrivals[1:]), np.array(waits[1:]), np.array(services[1:])
