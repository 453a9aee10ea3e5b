"""How much memory a run took."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


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


def resident_memory_mib(pids: Sequence[int]) -> float:
    """Return the memory that some processes hold now in MiB, what they share counted for each; NaN but on Linux."""
    if sys.platform != "linux":
        return float("nan")
    import resource  # not on Windows

    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids)
    return pages * resource.getpagesize() / 2**20
