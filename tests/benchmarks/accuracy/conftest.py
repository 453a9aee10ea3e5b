"""Clips watched on paper: events and alerts without any picture."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.watched import Watched
from benchmarks.truth import ClipCase
from hw.truth import ClipTruth, TruthEvent
from sim.records import Alert


def make_watched(
    events: list[tuple[float, float | None]], alerts: list[tuple[float, float]], *, camera: str = "yard",
    kind: str = "litter", raised: str | None = None, duration_s: float = 3600.0, negative_for: tuple[str, ...] = (),
    **case: Any,
) -> Watched:
    """Make a clip with events (start, pixels) and alerts (time, score), all of one kind."""
    truth = ClipTruth(
        name=camera, size_wh=(640, 360), fps=Fraction(10), n_frames=round(10 * duration_s), duration_s=duration_s,
        negative_for=negative_for, timing_tolerance_s=0.0, end_tolerance_s=0.0, source="made up",
        events=tuple(TruthEvent(kind=kind, start_s=start_s, end_s=start_s + 1.0, object_px=px)
                     for start_s, px in sorted(events, key=lambda event: event[0])))
    return Watched(
        case=ClipCase(name=camera, path=Path("none.mp4"), truth=truth, camera=camera, **case), duration_s=duration_s,
        size_wh=(640, 360), n_frames=10, detect_cpu_s=0.1,
        alerts=tuple(Alert(alert_id=number, camera_id=0, kind=raised or kind, detect_s=t_s, score=score, level=2,
                           detector="paper") for number, (t_s, score) in enumerate(alerts)))


@pytest.fixture(name="make_watched", scope="session")
def _make_watched() -> Callable[..., Watched]:
    return make_watched
