"""When each alert passed each stage from the picture to the badge."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from watchfloor.live.feed_worker import Stamps


class Stage(StrEnum):
    """Stages in their order; a stage's cost is its distance from the one before that is known."""

    CAPTURE = "capture"
    ARRIVAL = "arrival"
    DECODED = "decoded"
    DETECTED = "detected"
    PUT = "put"
    """It reached the engine's inbox."""
    ALERT = "alert"
    """The log has it, and the people may see it."""
    CONFIRM = "confirm"
    DISPATCH = "dispatch"
    ORDERED = "ordered"
    """The order left the gate."""
    RECEIVED = "received"
    """The badge said that it keeps the order."""
    ACKNOWLEDGED = "acknowledged"
    """The wearer's acknowledgement was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took; None where it never happened."""

    n: int
    p50_s: float | None
    p90_s: float | None
    p99_s: float | None
    most_s: float | None


def spread_of(seconds: Iterable[float]) -> Spread:
    """Return the spread of durations."""
    values = np.array(list(seconds), dtype=np.float64)
    if not values.size:
        return Spread(n=0, p50_s=None, p90_s=None, p99_s=None, most_s=None)
    p50, p90, p99 = np.quantile(values, (0.5, 0.9, 0.99)).tolist()
    return Spread(n=int(values.size), p50_s=p50, p90_s=p90, p99_s=p99, most_s=float(values.max()))


class Stages:
    """Collects monotonic nanoseconds by alert; any thread may note one, the first of each stage counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_alert: dict[int, dict[Stage, int]] = {}

    def begin(self, alert_id: int, stamps: Stamps, *, put_ns: int, alert_ns: int) -> None:
        """Note an alert's first stages."""
        known = {Stage.ARRIVAL: stamps.arrival_ns, Stage.DECODED: stamps.decoded_ns,
                 Stage.DETECTED: stamps.detected_ns, Stage.PUT: put_ns, Stage.ALERT: alert_ns}
        if stamps.capture_ns is not None:
            known = {Stage.CAPTURE: stamps.capture_ns, **known}
        with self._lock:
            self._by_alert.setdefault(alert_id, {}).update(known)

    def note(self, alert_id: int | None, stage: Stage, at_ns: int) -> None:
        """Note one stage of an alert; None is a call that came of no alert."""
        if alert_id is not None:
            with self._lock:
                self._by_alert.setdefault(alert_id, {}).setdefault(stage, at_ns)

    def all(self) -> dict[int, dict[Stage, int]]:
        """Return every alert's stages, in monotonic nanoseconds."""
        with self._lock:
            return {alert_id: dict(stages) for alert_id, stages in self._by_alert.items()}


def costs(by_alert: Mapping[int, Mapping[Stage, int]]) -> dict[str, Spread]:
    """Return the cost of each stage over alerts, and of several together: "arrival to queue" is from a frame's arrival
    to its alert in the inspectors' queue, "glass" from the picture's own instant.

    A stage's cost counts from the stage before it; alerts that lack either are left out.
    """
    found = {}
    for before, stage in itertools.pairwise(Stage):
        found[stage.value] = _between(by_alert, before, stage)
    first = Stage.CAPTURE if any(Stage.CAPTURE in stages for stages in by_alert.values()) else Stage.ARRIVAL
    for name, begin, end in (
            ("arrival to queue", Stage.ARRIVAL, Stage.ALERT), ("glass to alert", first, Stage.ALERT),
            ("glass to badge", first, Stage.RECEIVED), ("order to badge", Stage.DISPATCH, Stage.RECEIVED)):
        found[name] = _between(by_alert, begin, end)
    return found


def _between(by_alert: Mapping[int, Mapping[Stage, int]], before: Stage, after: Stage) -> Spread:
    return spread_of([(stages[after] - stages[before]) * 1e-9 for stages in by_alert.values()
                      if before in stages and after in stages])
