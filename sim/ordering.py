"""What happens in order of time: sorted in a time that grows with its number alone, as instants lie all over a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.compiled import compiled

I8 = NDArray[np.int64]
MOST_IN_BUCKET = 64
"""Where more fall into one of as many buckets as there are instants, numpy sorts them."""


def time_order(t_s: F8, tie: NDArray[np.integer] | None = None) -> I8:
    """Return the order by time, then by ``tie``, then as they come.

    Args:
        t_s: (n,) finite instants.
        tie: (n,) decides between equal instants.
    """
    order = np.empty(t_s.size, dtype=np.int64)
    second = np.zeros(0, dtype=np.int64) if tie is None else tie.astype(np.int64)
    if _fill_order(t_s, second, order):
        return order
    return np.argsort(t_s, kind="stable") if tie is None else np.lexsort((tie, t_s))


@compiled
def _fill_order(t_s: F8, tie: I8, order: I8) -> bool:
    """Fill the order, unless the instants are too unevenly spread."""
    n = t_s.size
    if n == 0:
        return True
    from_s, to_s = t_s.min(), t_s.max()
    if not to_s > from_s:
        return False
    per_s = n * (1.0 - 1e-12) / (to_s - from_s)
    begins, bucket = np.zeros(n + 1, dtype=np.int32), np.empty(n, dtype=np.int32)
    for index in range(n):
        bucket[index] = int((t_s[index] - from_s) * per_s)
        begins[bucket[index] + 1] += 1
    if begins.max() > MOST_IN_BUCKET:
        return False
    for place in range(n):
        begins[place + 1] += begins[place]
    for index in range(n):
        order[begins[bucket[index]]] = index
        begins[bucket[index]] += 1
    for place in range(1, n):
        one, to = order[place], place
        while to > 0 and _comes_before(t_s, tie, one, order[to - 1]):
            order[to] = order[to - 1]
            to -= 1
        order[to] = one
    return True


@compiled
def _comes_before(t_s: F8, tie: I8, one: int, other: int) -> bool:
    """Say whether one that came later is to go before the other."""
    if t_s[one] != t_s[other]:
        return bool(t_s[one] < t_s[other])
    return tie.size > 0 and bool(tie[one] < tie[other])
