"""What a run is asked to do, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import Machine
from sim.detector_model import DetectorModel
from watchfloor.compare import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What a user may choose of a run."""

    scenario: str
    detector: str | None = None
    profile: str = "tabletop"
    clip: str | None = None
    detector_model: Path | None = None
    share: float = 0.01
    policy: str | None = None
    """Name or file of the dispatch policy of one more arm."""
    attention: str | None = None
    """Name of the attention planner of that arm."""
    queue_order: str | None = None
    """In which waiting alerts are taken, by name; None leaves the scenario's own."""
    hours: float | None = None
    replications: int = 10
    seed: int = 1
    out: Path | None = None
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run found, and where it lies."""

    scenario: str
    title: str
    seed: int
    hours: float
    folder: Path
    scenario_digest: str
    trace_digest: str
    log_digests: Mapping[str, str]
    """Of the shown replication, by arm."""
    comparison: Comparison
    model: DetectorModel | None
    is_complete: bool
    """False where Ctrl-C came before all replications were finished."""
    wall_s: float
    peak_memory_mib: float
    machine: Machine
