"""Which alert found which true event: one to one, as many as can be, then as early as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from agents.watching import Box
from benchmarks.truth.alignment import Flags
from hw.truth import ClipTruth, TruthEvent
from sim.errors import InputError
from sim.records import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An alert that found an event."""

    event_index: int
    alert_index: int
    delay_s: float
    """From the event's start to the alert; negative by at most the tolerance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Every event and every alert, each once."""

    hits: tuple[Hit, ...]
    """In order of the events."""
    misses: tuple[int, ...]
    """Indices of events that no alert found."""
    false_alarms: tuple[int, ...]
    """Indices of alerts that found no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """When an alert may count for an event of its kind."""

    tolerance_s: float = 0.5
    """An alert may come this much before the event's start, for the truth's own error in time."""
    max_delay_s: float = 5.0
    """An alert may come this long after the event's end."""
    min_iou: float = 0.1
    """Least intersection over union of the boxes, unless the centre of one lies inside the other."""

    def __post_init__(self) -> None:
        for name in ("tolerance_s", "max_delay_s", "min_iou"):
            if not getattr(self, name) >= 0.0:
                raise InputError(f"MatchRule: {name}", got=getattr(self, name), expected="a number ≥ 0")

    def for_truth(self, truth: ClipTruth) -> MatchRule:
        """Return the rule for a clip whose truth is itself only so exact in time."""
        return replace(self, tolerance_s=max(self.tolerance_s, truth.timing_tolerance_s),
                       max_delay_s=self.max_delay_s + truth.end_tolerance_s)

    def allows(self, event: TruthEvent, alert: Alert) -> bool:
        """Say whether the alert may count for the event."""
        return event.kind == alert.kind and self.is_near(event, alert)

    def is_near(self, event: TruthEvent, alert: Alert) -> bool:
        """Say whether time and place let the alert count for the event, whatever their kinds."""
        return (event.start_s - self.tolerance_s <= alert.detect_s <= event.end_s + self.max_delay_s
                and (event.box_xyxy is None or alert.box_xyxy is None
                     or self._is_same_place(event.box_xyxy, alert.box_xyxy)))

    def _is_same_place(self, a: Box, b: Box) -> bool:
        return box_iou(a, b) >= self.min_iou or _holds_centre(a, b) or _holds_centre(b, a)


def match_alerts(events: Sequence[TruthEvent], alerts: Sequence[Alert], rule: MatchRule | None = None) -> Matching:
    """Match alerts with events of their kind, one to one: the most hits, and among those the least sum of delays."""
    rule = rule or MatchRule()
    is_allowed = np.array([[rule.allows(event, alert) for alert in alerts] for event in events], dtype=np.bool_)
    return _match(events, alerts, is_allowed.reshape(len(events), len(alerts)), rule)


def match_earliest(events: Sequence[TruthEvent], alerts: Sequence[Alert], rule: MatchRule) -> Matching:
    """Do as :func:`match_alerts` with events and alerts that are known to be of one kind."""
    return _match(events, alerts, allowed_pairs(events, alerts, rule), rule)


def allowed_pairs(events: Sequence[TruthEvent], alerts: Sequence[Alert], rule: MatchRule) -> Flags:
    """Return (events, alerts) whether the rule lets an alert count for an event, whatever their kinds."""
    is_allowed = np.array([[rule.is_near(event, alert) for alert in alerts] for event in events], dtype=np.bool_)
    return is_allowed.reshape(len(events), len(alerts))


def _match(events: Sequence[TruthEvent], alerts: Sequence[Alert], is_allowed: Flags, rule: MatchRule) -> Matching:
    delay_s = np.subtract.outer([-event.start_s for event in events], [-alert.detect_s for alert in alerts])
    cost = delay_s + rule.tolerance_s
    cost[~is_allowed] = 1.0 + min(cost.shape) * float(cost[is_allowed].max(initial=0.0))  # dearer than all hits
    hits = tuple(Hit(event_index=int(e), alert_index=int(a), delay_s=float(delay_s[e, a]))
                 for e, a in zip(*linear_sum_assignment(cost), strict=True) if is_allowed[e, a])
    found, used = {hit.event_index for hit in hits}, {hit.alert_index for hit in hits}
    return Matching(hits=hits, misses=tuple(e for e in range(len(events)) if e not in found),
                    false_alarms=tuple(a for a in range(len(alerts)) if a not in used))


def box_iou(a: Box, b: Box) -> float:
    """Return intersection over union of two boxes (left, top, right, bottom); 0 if either is empty."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0.0 or height <= 0.0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def _holds_centre(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2.0, (inner[1] + inner[3]) / 2.0
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
