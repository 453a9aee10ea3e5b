"""How well and how fast a detector finds what truly happens in a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.detector import Detector
from benchmarks.passage import Passage, Progress, run_passage
from benchmarks.truth import Matching, MatchRule, match_alerts
from hw.source import Source
from hw.truth import ClipTruth, TruthEvent
from sim.detector_model import DetectorRow
from sim.records import Alert

_QUANTILES = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAlert:
    """An alert and whether it was right."""

    alert: Alert
    is_matched: bool | None
    """None where the clip's truth does not say whether this kind happens in it."""
    event_index: int | None
    """Of the event it found, in the measurement's events."""
    delay_s: float | None
    """From the start of the event it found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """What was counted for one kind in one clip."""

    kind: str
    hits: int
    misses: int
    false_alarms: int
    delays_s: tuple[float, ...]
    """Of the hits, in order of the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """A detector measured on one clip."""

    detector: str
    profile: str
    """Empty where the detector has none."""
    sample: str
    """The clip's name."""
    camera: str
    """Whose clip it is; clips of one camera count as one when pooled."""
    condition: str
    threshold: float
    """Alerts with a lower score were left out."""
    passage: Passage
    """Frames, times and every alert, also those below the threshold."""
    kinds: tuple[KindCount, ...]
    """Kinds that the clip's truth can judge, in alphabetical order."""
    alerts: tuple[JudgedAlert, ...]
    events: tuple[TruthEvent, ...]
    """Of those kinds, in order of start; boxes in pixels of the frames that came."""

    @property
    def misses(self) -> tuple[TruthEvent, ...]:
        """Events that no alert found."""
        found = {item.event_index for item in self.alerts}
        return tuple(event for index, event in enumerate(self.events) if index not in found)

    @property
    def camera_hours(self) -> float:
        """Length of the clip in hours."""
        return self.passage.duration_s / 3600.0

    @property
    def rows(self) -> tuple[DetectorRow, ...]:
        """One row for each kind, as a detector model has it."""
        return tuple(make_row([self], count.kind) for count in self.kinds)


def measure_accuracy(source: Source, detector: Detector, truth: ClipTruth, *, threshold: float = 0.0,
                     condition: str = "any", camera: str | None = None, negative_for: Sequence[str] = (),
                     rule: MatchRule | None = None, progress: Progress | None = None) -> Accuracy:
    """Run a detector over a clip, time it, and judge its alerts.

    The source is closed at the end, also when the user interrupts.

    Args:
        source: the clip.
        detector: not yet started.
        truth: what happens in the clip. Alerts of kinds on which it is silent are kept, but not judged.
        threshold: alerts with a lower score are left out.
        condition: under which the clip was taken, for the rows (``night``, ``snow``).
        camera: whose clip it is; the clip's own name where it is not said.
        negative_for: further kinds of which the caller knows that none happens in the clip.
        rule: when an alert may count for an event.
        progress: called after each frame.
    """
    passage = run_passage(source, detector, n_total=truth.n_frames, progress=progress)
    events = _scaled(truth, passage.size_wh)
    alerts = [alert for alert in passage.alerts if alert.score >= threshold]
    can_judge = {*truth.kinds, *truth.negative_for, *negative_for}
    declared = set(getattr(detector, "kinds", ()))
    raised = {alert.kind for alert in alerts}
    kinds = sorted(can_judge & (declared | raised if declared else raised | set(truth.kinds)))
    events = tuple(event for event in events if event.kind in kinds)
    matching = match_alerts(events, [alert for alert in alerts if alert.kind in kinds], rule)
    judged = _judge(alerts, kinds, matching)
    return Accuracy(detector=detector.name, profile=_profile_name(detector), sample=truth.name,
                    camera=camera or truth.name, condition=condition, threshold=threshold, passage=passage,
                    alerts=judged, kinds=tuple(_count(kind, events, judged) for kind in kinds), events=events)


def make_row(accuracies: Sequence[Accuracy], kind: str) -> DetectorRow:
    """Pool the counts of one kind over the clips that judge it."""
    counts = [(accuracy, count) for accuracy in accuracies for count in accuracy.kinds if count.kind == kind]
    delays_s = [delay_s for _, count in counts for delay_s in count.delays_s]
    quantiles_s = tuple(float(value) for value in np.quantile(delays_s, _QUANTILES)) if delays_s else ()
    return DetectorRow(
        kind=kind, condition=counts[0][0].condition, threshold=counts[0][0].threshold, plateau=None, px50=None,
        slope=None, cov=None, hits=sum(count.hits for _, count in counts),
        misses=sum(count.misses for _, count in counts), false_alarms=sum(count.false_alarms for _, count in counts),
        camera_hours=sum(accuracy.camera_hours for accuracy, _ in counts),
        n_cameras=len({accuracy.camera for accuracy, _ in counts}), between_camera_sd=None, f0_per_h=None,
        f1_per_person_min=None, delay_quantiles_s=quantiles_s)


def _scaled(truth: ClipTruth, size_wh: tuple[int, int]) -> tuple[TruthEvent, ...]:
    """Return the events with boxes in pixels of the frames that came."""
    if truth.size_wh == size_wh:
        return truth.events
    x, y = size_wh[0] / truth.size_wh[0], size_wh[1] / truth.size_wh[1]
    return tuple(event if event.box_xyxy is None else replace(event, box_xyxy=(
        event.box_xyxy[0] * x, event.box_xyxy[1] * y, event.box_xyxy[2] * x, event.box_xyxy[3] * y))
        for event in truth.events)


def _judge(alerts: Sequence[Alert], kinds: Sequence[str], matching: Matching) -> tuple[JudgedAlert, ...]:
    hits = {hit.alert_index: hit for hit in matching.hits}
    judged = []
    index = 0  # among the alerts of kinds that the truth can judge
    for alert in alerts:
        is_judged = alert.kind in kinds
        hit = hits.get(index) if is_judged else None
        index += is_judged
        judged.append(JudgedAlert(alert=alert, is_matched=(hit is not None) if is_judged else None,
                                  event_index=hit.event_index if hit else None, delay_s=hit.delay_s if hit else None))
    return tuple(judged)


def _count(kind: str, events: Sequence[TruthEvent], judged: Sequence[JudgedAlert]) -> KindCount:
    mine = [item for item in judged if item.alert.kind == kind]
    found = sorted((item for item in mine if item.is_matched), key=lambda item: item.event_index or 0)
    n_events = sum(event.kind == kind for event in events)
    return KindCount(kind=kind, hits=len(found), misses=n_events - len(found), false_alarms=len(mine) - len(found),
                     delays_s=tuple(item.delay_s for item in found if item.delay_s is not None))


def _profile_name(detector: Detector) -> str:
    profile = getattr(detector, "profile", "")
    return profile if isinstance(profile, str) else str(getattr(profile, "name", ""))
