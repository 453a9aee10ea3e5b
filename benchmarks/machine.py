"""The machine and the versions that a figure was measured with; saved beside every figure."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_DISTRIBUTIONS = {"numpy": "numpy", "opencv": "opencv-python-headless", "av": "av", "scipy": "scipy",
                  "numba": "numba", "simpy": "simpy", "watchfloor": "watchfloor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and when something was measured."""

    cpu: str
    """The processor's own name."""
    n_cores: int
    """Logical processors this process may use."""
    memory_gib: float | None
    """None where the system does not say."""
    system: str
    python: str
    versions: Mapping[str, str]
    """Of watchfloor and the libraries that its speed depends on."""
    date: str
    """Of the description, ISO 8601 in UTC."""

    @property
    def summary(self) -> str:
        """One line for a report."""
        memory = "" if self.memory_gib is None else f", {self.memory_gib:.0f} GiB"
        return f"{self.cpu}, {self.n_cores} cores{memory}, {self.system}, Python {self.python}"


def describe_machine() -> Machine:
    """Describe this machine now."""
    return Machine(cpu=_cpu(), n_cores=_n_cores(), memory_gib=_memory_gib(),
                   system=f"{platform.system()} {platform.release()}",
                   python=f"{platform.python_version()} ({sys.implementation.name})",
                   versions={name: installed_version(distribution) for name, distribution in _DISTRIBUTIONS.items()},
                   date=datetime.now(UTC).isoformat(timespec="seconds"))


def installed_version(distribution: str) -> str:
    """Return the version of an installed distribution, or ``not installed``."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def _cpu() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "unknown"


def _n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # a container may be given fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
