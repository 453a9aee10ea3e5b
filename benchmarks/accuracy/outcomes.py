"""What became of every true event and of every alert of one kind, over all clips and all thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.det import DetCurve, make_det
from benchmarks.accuracy.watched import Watched
from benchmarks.truth.alignment import align
from benchmarks.truth.matching import MatchRule, allowed_pairs, match_earliest
from sim.records import Alert

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
NEVER = -np.inf
"""Score of an event that no alert found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Events and false alarms of one kind; a clip is named by its position among the clips."""

    kind: str
    cameras: tuple[str, ...]
    clip: I8
    """(clips,) positions of the clips whose truth judges this kind."""
    camera_hours: F8
    """(cameras,)"""
    event_clip: I8
    event_index: I8
    """(events,) position of the event in its clip's truth."""
    event_camera: I8
    event_px: F8
    """(events,) pixels on target; NaN where it is not known."""
    event_score: F8
    """(events,) of the alert that found it; NEVER where none did."""
    false_clip: I8
    false_index: I8
    """(false alarms,) position of the alert among its clip's alerts."""
    false_camera: I8
    false_score: F8

    @property
    def n_events(self) -> int:
        """Events in all."""
        return int(self.event_score.size)

    @property
    def hours(self) -> float:
        """Camera-hours in all."""
        return float(self.camera_hours.sum())

    def det(self) -> DetCurve:
        """Return misses against false alarms."""
        return make_det(self.event_score[self.event_score > NEVER].tolist(), self.false_score.tolist(),
                        n_events=self.n_events, camera_hours=self.hours)

    def counts(self, threshold: float) -> tuple[int, int, int]:
        """Return (hits, misses, false alarms) of alerts with at least that score."""
        hits = int((self.event_score >= threshold).sum())
        return hits, self.n_events - hits, int((self.false_score >= threshold).sum())

    def resampled(self, chosen: I8) -> Outcomes:
        """Return the outcomes of cameras drawn with replacement; each draw counts as a camera of its own."""
        event = [np.flatnonzero(self.event_camera == camera) for camera in chosen]
        false = [np.flatnonzero(self.false_camera == camera) for camera in chosen]
        event_at, false_at = (np.concatenate(part) if part else np.zeros(0, np.int64) for part in (event, false))
        return Outcomes(
            kind=self.kind, cameras=tuple(self.cameras[camera] for camera in chosen), clip=self.clip,
            camera_hours=self.camera_hours[chosen], event_clip=self.event_clip[event_at],
            event_index=self.event_index[event_at], event_camera=_numbers(event), event_px=self.event_px[event_at],
            event_score=self.event_score[event_at], false_clip=self.false_clip[false_at],
            false_index=self.false_index[false_at], false_camera=_numbers(false),
            false_score=self.false_score[false_at])


def _numbers(parts: Sequence[I8]) -> I8:
    return np.repeat(np.arange(len(parts)), [part.size for part in parts])


def judged_kinds(watched: Sequence[Watched], *, declared: Sequence[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds on which the clips can judge a detector, in alphabetical order.

    Args:
        watched: the clips.
        declared: kinds that the detector says it raises; where it says nothing, all that it raised or should have.
        aliases: detector's kind → the truth's, where they differ.
    """
    can_judge = {kind for item in watched for kind in (*item.case.truth.kinds, *item.case.truth.negative_for)}
    raised = {aliases.get(alert.kind, alert.kind) for item in watched for alert in item.alerts}
    wanted = {aliases.get(kind, kind) for kind in declared}
    if not wanted:
        wanted = {kind for item in watched for kind in item.case.truth.kinds}
    return tuple(sorted(can_judge & (wanted | raised)))


def find_outcomes(watched: Sequence[Watched], kind: str, *, rule: MatchRule | None = None,
                  aliases: Mapping[str, str] | None = None) -> Outcomes:
    """Align the alerts of one kind with its events, clip by clip, once for all thresholds.

    Args:
        watched: the clips; those whose truth is silent about the kind are passed over.
        kind: as the truth names it.
        rule: when an alert may count for an event.
        aliases: detector's kind → the truth's, where they differ.
    """
    rule, aliases = rule or MatchRule(), aliases or {}
    judging = [number for number, item in enumerate(watched)
               if kind in (*item.case.truth.kinds, *item.case.truth.negative_for)]
    cameras = tuple(sorted({watched[number].case.camera for number in judging}))
    hours = np.zeros(len(cameras))
    events: list[tuple[int, int, int, float, float]] = []
    false: list[tuple[int, int, int, float]] = []
    for number in judging:
        item, camera = watched[number], cameras.index(watched[number].case.camera)
        hours[camera] += item.camera_hours
        indices, alerts = _alerts_of(item, kind, aliases)
        truths = [(index, event) for index, event in enumerate(item.events) if event.kind == kind]
        scores = [alert.score for alert in alerts]
        found = align(allowed_pairs([event for _, event in truths], alerts, rule.for_truth(item.case.truth)), scores)
        for (index, event), claim in zip(truths, found.claim_of_event, strict=True):
            px = np.nan if event.object_px is None else event.object_px
            events.append((number, index, camera, px, NEVER if claim is None else scores[claim]))
        false += [(number, indices[claim], camera, scores[claim]) for claim in found.false_claims]
    true, wrong = (np.array(rows, dtype=np.float64).reshape(-1, width) for rows, width in ((events, 5), (false, 4)))
    return Outcomes(
        kind=kind, cameras=cameras, clip=np.array(judging, dtype=np.int64), camera_hours=hours,
        event_clip=true[:, 0].astype(np.int64), event_index=true[:, 1].astype(np.int64),
        event_camera=true[:, 2].astype(np.int64), event_px=true[:, 3], event_score=true[:, 4],
        false_clip=wrong[:, 0].astype(np.int64), false_index=wrong[:, 1].astype(np.int64),
        false_camera=wrong[:, 2].astype(np.int64), false_score=wrong[:, 3])


def find_delays_s(watched: Sequence[Watched], kind: str, threshold: float, *, rule: MatchRule | None = None,
                  aliases: Mapping[str, str] | None = None) -> list[float]:
    """Return from each found event's start to its earliest alert of at least that score, in seconds."""
    rule, aliases = rule or MatchRule(), aliases or {}
    delays_s = []
    for item in watched:
        alerts = [alert for alert in _alerts_of(item, kind, aliases)[1] if alert.score >= threshold]
        events = [event for event in item.events if event.kind == kind]
        delays_s += [hit.delay_s for hit in match_earliest(events, alerts, rule.for_truth(item.case.truth)).hits]
    return delays_s


def _alerts_of(item: Watched, kind: str, aliases: Mapping[str, str]) -> tuple[list[int], list[Alert]]:
    chosen = [(index, alert) for index, alert in enumerate(item.alerts) if aliases.get(alert.kind, alert.kind) == kind]
    return [index for index, _ in chosen], [alert for _, alert in chosen]
