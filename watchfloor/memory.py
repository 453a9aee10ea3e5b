"""How much memory a run took."""

from __future__ import annotations

import sys


def peak_memory_mib(n_workers: int = 0) -> float:
    """Return the largest resident memory so far in MiB: this process's, and the largest worker's for each worker.

    Not a number where the system does not say (Windows).
    """
    if sys.platform == "win32":
        return float("nan")
    import resource  # not on Windows

    unit = 2**20 if sys.platform == "darwin" else 2**10
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + n_workers * child) / unit
