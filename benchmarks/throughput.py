"""Frames per second and streams per core of decoding alone and with each detector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.registry import make_detector
from benchmarks.passage import Passage, Progress, run_passage
from hw.source import Source

OpenSource: TypeAlias = Callable[[], Source]
"""Opens the same source anew for each measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputRow:
    """What one chain of stages reaches on one core."""

    name: str
    """``decode``, or the detector's name."""
    n_frames: int
    """Frames that really passed."""
    n_alerts: int
    frames_per_s: float
    """On the wall clock, decoding included."""
    cpu_ms_per_frame: float
    """Of one core, decoding included."""
    detector_cpu_ms_per_frame: float
    """Of the detector alone."""
    streams_per_core: float | None
    """At the source's own rate; None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """A source measured with several detectors."""

    size_wh: tuple[int, int]
    fps: float | None
    duration_s: float
    rows: tuple[ThroughputRow, ...]


def measure_throughput(open_source: OpenSource, *, detectors: Sequence[str] = ("motion", "left_object"),
                       progress: Progress | None = None) -> Throughput:
    """Measure decoding alone, then decoding with each detector by name; each row says how many frames passed."""
    passages = {"decode": run_passage(open_source(), None, progress=progress)}
    for name in detectors:
        passages[name] = run_passage(open_source(), make_detector(name), progress=progress)
    first = passages["decode"]
    return Throughput(size_wh=first.size_wh, fps=float(first.fps) if first.fps else None, duration_s=first.duration_s,
                      rows=tuple(_row(name, passage) for name, passage in passages.items()))


def _row(name: str, passage: Passage) -> ThroughputRow:
    per_frame_ms = 1000.0 / passage.n_frames
    return ThroughputRow(
        name=name, n_frames=passage.n_frames, n_alerts=len(passage.alerts), frames_per_s=passage.frames_per_s,
        cpu_ms_per_frame=(passage.decode.cpu_s + passage.detect.cpu_s) * per_frame_ms,
        detector_cpu_ms_per_frame=passage.detect.cpu_s * per_frame_ms, streams_per_core=passage.streams_per_core)
