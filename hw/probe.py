"""What a source is, what it sends, how late and how healthy: looked at for some seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hw.credentials import redact
from hw.frame import Frame
from hw.health import CameraCondition, CameraHealth, TamperEvent
from hw.key_frames import RARE_S
from hw.recorded_source import RecordedSource
from hw.schemes import open_source
from hw.source import Source, SourceCounters
from hw.stream import StreamSource
from sim.input_records import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Middle and tail of a measured time."""

    p50_s: float
    p99_s: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    """What was found."""

    address: str
    """Redacted."""
    kind: str
    """What gave the frames: stream, file, recording, folder or drawn scene."""
    format: str | None
    codec: str | None
    size_wh: tuple[int, int]
    stated_fps: float | None
    measured_fps: float | None
    """Frames that arrived a second; None of a source that is read as fast as it can be."""
    bit_rate: float | None
    """Bits per second of video received."""
    key_interval_s: float | None
    open_s: float | None
    first_frame_s: float
    """From the start to the first picture."""
    capture_to_arrival: Spread | None
    """By the camera's own clock, from its RTCP reports: as right as the two clocks agree."""
    arrival_to_pixels: Spread
    state: SourceState
    counters: SourceCounters
    condition: CameraCondition
    tampers: tuple[TamperEvent, ...]
    warnings: tuple[str, ...]


def probe(address: str, *, duration_s: float = 5.0) -> ProbeReport:
    """Open a source and look at it.

    Args:
        address: as :func:`hw.schemes.open_source` takes it.
        duration_s: how long, after the first picture.

    Raises:
        FeedError: if no picture comes within ten seconds; InputError if the address names nothing.
    """
    began_s = time.monotonic()
    source = open_source(address)
    try:
        size_wh = source.size_wh
        return _look(address, source, size_wh, time.monotonic() - began_s, duration_s)
    finally:
        source.close()


def _look(
    address: str, source: Source, size_wh: tuple[int, int], first_frame_s: float, duration_s: float,
) -> ProbeReport:
    live = source if isinstance(source, StreamSource) else None
    stated_fps = float(source.fps) if source.fps else None
    health = CameraHealth(nominal_fps=stated_fps if live else None)
    frames: list[tuple[int, float | None]] = []
    pixels_s: list[float] = []
    tampers: list[TamperEvent] = []
    began_s, began_bytes = time.monotonic(), live.n_bytes if live else 0
    while (left_s := began_s + duration_s - time.monotonic()) > 0.0:
        frame = live.take(left_s) if live else next(iter(source), None)
        if frame is None:
            break
        frame.luma()
        now_ns = time.monotonic_ns()
        if not isinstance(source, RecordedSource):  # its frames arrived when it was recorded
            pixels_s.append((now_ns - frame.arrival_ns) * 1e-9)
        frames.append((frame.arrival_ns, _lateness_s(frame, now_ns) if live else None))
        tampers += health.update(frame)
    spent_s = time.monotonic() - began_s
    late_s = [lateness_s for _, lateness_s in frames if lateness_s is not None]
    facts = live.facts if live else None
    key_interval_s = live.key_interval_s if live else None
    return ProbeReport(
        address=redact(address), kind=type(source).__name__.removesuffix("Source").lower(),
        format=facts.format if facts else None, codec=facts.codec if facts else None, size_wh=size_wh,
        stated_fps=stated_fps, measured_fps=_rate([at_ns for at_ns, _ in frames]) if live else None,
        bit_rate=8.0 * (live.n_bytes - began_bytes) / spent_s if live else None, key_interval_s=key_interval_s,
        open_s=facts.open_s if facts else None, first_frame_s=first_frame_s,
        capture_to_arrival=_spread(late_s) if late_s else None, arrival_to_pixels=_spread(pixels_s),
        state=source.state, counters=source.counters, condition=health.condition(), tampers=tuple(tampers),
        warnings=tuple(_warnings(source.counters, key_interval_s, duration_s if live else None)),
    )


def _warnings(counters: SourceCounters, key_interval_s: float | None, duration_s: float | None) -> list[str]:
    said = []
    if key_interval_s is not None and key_interval_s > RARE_S:
        said.append(f"key frames lie {key_interval_s:.1f} s apart: a loss stays in the picture that long; "
                    "set the camera to one every 1 or 2 s and switch its smart codec off")
    elif key_interval_s is None and duration_s is not None and duration_s > RARE_S:
        said.append(f"fewer than two key frames came in {duration_s:.0f} s: a loss stays in the picture for longer")
    if counters.net_lost:
        said.append(f"the network lost {counters.net_lost} frames: look at cable, switch and bit rate")
    if counters.corrupt:
        said.append(f"{counters.corrupt} frames did not decode whole; {counters.tainted} after them were tainted")
    return said


def _lateness_s(frame: Frame, now_ns: int) -> float | None:
    if frame.wall_s is None:
        return None
    return time.time() - (now_ns - frame.arrival_ns) * 1e-9 - frame.wall_s


def _rate(arrivals_ns: Sequence[int]) -> float | None:
    span_s = (arrivals_ns[-1] - arrivals_ns[0]) * 1e-9 if len(arrivals_ns) > 1 else 0.0
    return (len(arrivals_ns) - 1) / span_s if span_s > 0.0 else None


def _spread(times_s: Sequence[float]) -> Spread:
    if not times_s:
        return Spread(p50_s=float("nan"), p99_s=float("nan"), n=0)
    p50_s, p99_s = np.quantile(times_s, (0.5, 0.99))
    return Spread(p50_s=float(p50_s), p99_s=float(p99_s), n=len(times_s))
