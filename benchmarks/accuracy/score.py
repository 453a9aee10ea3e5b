"""A detector's score on one kind in one condition: counts, rates, curves and delays at about ten thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.busy import fit_false_rate
from benchmarks.accuracy.cameras import CameraScore, Interval, between_camera_sd, resample, score_cameras
from benchmarks.accuracy.det import DetCurve, i_lids_f1
from benchmarks.accuracy.ideal import Efficiency, find_efficiency
from benchmarks.accuracy.outcomes import Outcomes, find_delays_s, find_outcomes, judged_kinds
from benchmarks.accuracy.size_fit import SizeFit, fit_size_curve
from benchmarks.accuracy.watched import Watched
from benchmarks.truth.matching import MatchRule
from sim.detector_model import EVERYWHERE, DetectorRow

N_THRESHOLDS = 10
RATES_PER_H = (0.1, 1.0, 10.0)
"""False alarms in a camera-hour at which misses are told."""
ALPHAS: Mapping[str, float] = {"alert": 0.65, "record": 60.0}
"""Recall bias of i-LIDS F1: for alerting a person, and for recording."""
_QUANTILES = np.linspace(0.0, 1.0, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """How alerts are judged."""

    match: MatchRule
    aliases: Mapping[str, str]
    """Detector's kind → the truth's, where they differ."""
    min_score: float = 0.0
    """Alerts below it are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdScore:
    """What alerts of at least one score do."""

    row: DetectorRow
    recall_95: tuple[float, float] | None
    """Jeffreys interval; None where there was no event."""
    false_per_h_90: tuple[float, float]
    """Exact Poisson interval (Garwood 1936): each bound holds with 95 %."""
    f1: Mapping[str, float | None]
    """i-LIDS F1 by role."""
    size_fit: SizeFit | None
    delays_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """One kind in one condition."""

    kind: str
    condition: str
    outcomes: Outcomes
    det: DetCurve
    thresholds: tuple[ThresholdScore, ...]
    """In rising order."""
    p_miss_at: Mapping[float, Interval]
    """By rate of false alarms in a camera-hour; intervals over cameras."""
    naudc: Mapping[float, Interval]
    recall: Interval
    """At the lowest threshold; interval over cameras."""
    false_per_h: Interval
    cameras: tuple[CameraScore, ...]
    """At the lowest threshold, the worst first."""
    efficiency: Efficiency | None
    """At the lowest threshold; None but for drawn trials of one contrast in one light."""

    @property
    def lowest(self) -> ThresholdScore:
        """The score of all alerts."""
        return self.thresholds[0]


def score_kinds(watched: Sequence[Watched], rules: ScoringRules, *, declared: Sequence[str] = ()) -> list[KindScore]:
    """Score a detector over clips: each kind over all of them, then by light, then by condition.

    Args:
        watched: the clips, watched by one detector.
        rules: how alerts are judged.
        declared: kinds that the detector says it raises.
    """
    scores = []
    for kind in judged_kinds(watched, declared=declared, aliases=rules.aliases):
        scores += [score_kind(group, kind, condition, rules) for condition, group in _groups(watched).items()
                   if any(kind in (*item.case.truth.kinds, *item.case.truth.negative_for) for item in group)]
    return scores


def _groups(watched: Sequence[Watched]) -> dict[str, list[Watched]]:
    groups: dict[str, list[Watched]] = {EVERYWHERE: list(watched)}
    lights = {item.case.light for item in watched}
    if {"day", "night"} <= lights:
        for light in ("day", "night"):
            groups[light] = [item for item in watched if item.case.light == light]
    for condition in sorted({item.case.condition for item in watched}):
        members = [item for item in watched if item.case.condition == condition]
        if members not in groups.values():
            groups.setdefault(condition, members)
    return groups


def score_kind(watched: Sequence[Watched], kind: str, condition: str, rules: ScoringRules) -> KindScore:
    """Score one kind over clips of one condition."""
    outcomes = find_outcomes(watched, kind, rule=rules.match, aliases=rules.aliases)
    det = outcomes.det()
    thresholds = tuple(
        _score_threshold(watched, outcomes, condition, threshold, rules)
        for threshold in choose_thresholds(det, min_score=rules.min_score))
    lowest = thresholds[0].row.threshold
    return KindScore(
        kind=kind, condition=condition, outcomes=outcomes, det=det, thresholds=thresholds,
        p_miss_at={rate: resample(outcomes, lambda item, rate=rate: item.det().p_miss_at(rate))  # type: ignore[misc]
                   for rate in RATES_PER_H},
        naudc={rate: resample(outcomes, lambda item, rate=rate: item.det().naudc(rate))  # type: ignore[misc]
               for rate in RATES_PER_H},
        recall=resample(outcomes, lambda item: item.counts(lowest)[0] / item.n_events if item.n_events else None),
        false_per_h=resample(outcomes, lambda item: item.counts(lowest)[2] / item.hours),
        cameras=score_cameras(outcomes, lowest),
        efficiency=find_efficiency(watched, thresholds[0].size_fit, thresholds[0].delays_s))


def choose_thresholds(det: DetCurve, *, min_score: float = 0.0, n: int = N_THRESHOLDS) -> tuple[float, ...]:
    """Return at most ``n`` thresholds in rising order, from ``min_score`` up, equally many distinct scores apart."""
    above = np.sort(det.threshold[det.threshold >= min_score])[1:]  # the lowest score's counts are min_score's own
    if not above.size:
        return (min_score,)
    chosen = np.unique(np.linspace(0, above.size - 1, n - 1).round().astype(np.int64))
    return (min_score, *(float(value) for value in above[chosen]))


def _score_threshold(watched: Sequence[Watched], outcomes: Outcomes, condition: str, threshold: float,
                     rules: ScoringRules) -> ThresholdScore:
    hits, misses, false = outcomes.counts(threshold)
    delays_s = find_delays_s(watched, outcomes.kind, threshold, rule=rules.match, aliases=rules.aliases)
    known = np.isfinite(outcomes.event_px)
    fit = fit_size_curve(outcomes.event_px[known], outcomes.event_score[known] >= threshold)
    had = np.bincount(outcomes.event_camera, minlength=len(outcomes.cameras))
    found = np.bincount(outcomes.event_camera[outcomes.event_score >= threshold], minlength=len(outcomes.cameras))
    busy = fit_false_rate(watched, outcomes, threshold)
    row = DetectorRow(
        kind=outcomes.kind, condition=condition, threshold=threshold, hits=hits, misses=misses, false_alarms=false,
        plateau=fit.curve.plateau if fit else None, px50=fit.curve.px50 if fit else None,
        slope=fit.curve.slope if fit else None, cov=fit.cov if fit else None, camera_hours=outcomes.hours,
        n_cameras=len(outcomes.cameras), between_camera_sd=between_camera_sd(found, had),
        f0_per_h=busy.f0_per_h if busy else None,
        f1_per_person_min=busy.f1_per_person_min if busy else None,
        delay_quantiles_s=tuple(max(0.0, float(value)) for value in np.quantile(delays_s, _QUANTILES))
        if delays_s else ())
    return ThresholdScore(
        row=row, recall_95=row.recall_interval() if hits + misses else None,
        false_per_h_90=row.false_per_h_bounds(), size_fit=fit, delays_s=tuple(delays_s),
        f1={role: i_lids_f1(hits=hits, misses=misses, false_alarms=false, alpha=alpha)
            for role, alpha in ALPHAS.items()})
