"""A clip that a detector has watched: its alerts, and what watching took."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from benchmarks.passage import Passage
from benchmarks.truth.clip_case import ClipCase
from hw.truth import TruthEvent
from sim.errors import WatchfloorError
from sim.records import Alert

_EDGE_PX = 1.0
"""A box may reach this far over the picture's edge, as rounding makes it."""


class BadAlertError(WatchfloorError):
    """A detector raised what cannot be an alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a detector made of one clip."""

    case: ClipCase
    alerts: tuple[Alert, ...]
    duration_s: float
    size_wh: tuple[int, int]
    """Of the frames that came."""
    n_frames: int
    detect_cpu_s: float
    """0 where the alerts came from elsewhere."""
    decode_cpu_s: float = 0.0

    @property
    def camera_hours(self) -> float:
        """Length of the clip in hours."""
        return self.duration_s / 3600.0

    @property
    def events(self) -> tuple[TruthEvent, ...]:
        """The clip's true events, with boxes and sizes in pixels of the frames that came."""
        truth = self.case.truth
        if truth.size_wh == self.size_wh:
            return truth.events
        x, y = self.size_wh[0] / truth.size_wh[0], self.size_wh[1] / truth.size_wh[1]
        return tuple(replace(event, object_px=None if event.object_px is None else event.object_px * max(x, y),
                             box_xyxy=None if event.box_xyxy is None else (
                                 event.box_xyxy[0] * x, event.box_xyxy[1] * y,
                                 event.box_xyxy[2] * x, event.box_xyxy[3] * y)) for event in truth.events)


def watched_from_passage(case: ClipCase, passage: Passage) -> Watched:
    """Take over a passage of a clip's frames through a detector.

    Raises:
        BadAlertError: if an alert cannot be one.
    """
    check_alerts(passage.alerts, size_wh=passage.size_wh, duration_s=passage.duration_s, where=case.name)
    return Watched(case=case, alerts=passage.alerts, duration_s=passage.duration_s, size_wh=passage.size_wh,
                   n_frames=passage.n_frames, detect_cpu_s=passage.detect.cpu_s, decode_cpu_s=passage.decode.cpu_s)


def check_alerts(alerts: Iterable[Alert], *, size_wh: tuple[int, int], duration_s: float, where: str) -> None:
    """Check that alerts lie in the clip, in time and place.

    Raises:
        BadAlertError: naming the first that does not.
    """
    width, height = size_wh
    for number, alert in enumerate(alerts):
        box = alert.box_xyxy
        rules: Mapping[str, tuple[object, bool, str]] = {
            "kind": (alert.kind, bool(alert.kind), "a text that is not empty"),
            "detect_s": (alert.detect_s, 0.0 <= alert.detect_s <= duration_s,
                         f"seconds within the clip, 0 to {duration_s:.2f}"),
            "score": (alert.score, math.isfinite(alert.score), "a finite number"),
            "box_xyxy": (box, box is None or (
                all(math.isfinite(edge) for edge in box) and box[0] < box[2] and box[1] < box[3]
                and min(box[:2]) >= -_EDGE_PX and box[2] <= width + _EDGE_PX and box[3] <= height + _EDGE_PX),
                f"left < right and top < bottom within {width} × {height}"),
        }
        for field, (value, holds, expected) in rules.items():
            if not holds:
                raise BadAlertError(f"{where}: alert {number} of {alert.detector}: {field} = {value}; expected "
                                    f"{expected}; the detector breaks its contract: see watchfloor bench "
                                    "check-detector")
