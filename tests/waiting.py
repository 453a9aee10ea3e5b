"""A wait for something to happen, which has an end."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOKS_PER_S = 100


def wait_until(holds: Callable[[], object], timeout_s: float = 120.0) -> float:
    """Return the seconds until something holds.

    The limit counts looks, so that a machine that stalls takes nothing from it.

    Raises:
        AssertionError: if it does not in time.
    """
    began_s, n_looks = time.monotonic(), 0
    while not holds():
        assert n_looks < LOOKS_PER_S * timeout_s, f"not within {timeout_s} s"
        n_looks += 1
        time.sleep(1.0 / LOOKS_PER_S)
    return time.monotonic() - began_s
