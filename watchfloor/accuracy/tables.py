"""A detector's scores as tables for the terminal and as plain values for JSON."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.cameras import Interval
from benchmarks.accuracy.density import density_rows
from benchmarks.accuracy.score import RATES_PER_H, KindScore, ThresholdScore
from benchmarks.accuracy.sizes import count_sizes, size_edges
from sim.detector_model import EVERYWHERE
from watchfloor.show import Show
from watchfloor.wording import words

if TYPE_CHECKING:
    from watchfloor.bench_accuracy import AccuracyResult

EFFICIENCY_COLUMNS = ["kind", "condition", "px50", "ideal px50", "efficiency"]
DELAYS = (0.5, 0.9)
"""Quantiles of delay that are told; the model holds five."""
NO_EVENT = "no event"
"""Stands where recall cannot be told."""


def show_scores(result: AccuracyResult, show: Show) -> None:
    """Print the scores: kinds and conditions, thresholds, cameras, sizes, and what was left out."""
    watched = result.run.watched
    show.line(f"{result.detector} on {result.set_name}: {len(watched)} clips, "
              f"{sum(item.camera_hours for item in watched):.2f} camera-hours, "
              f"{sum(item.n_frames for item in watched):,} frames, {cost_text(result)}; "
              f"{result.run.n_known} clips from an earlier run")
    show.table("Every alert counted, 95 % intervals; delay: median, nine tenths", [
        "kind", "condition", "found", "recall", "false/h", "90 % of false/h", "px50", "delay (s)"],
        [condition_row(score) for score in result.scores])
    for kind in dict.fromkeys(score.kind for score in result.scores):
        show_sizes([score for score in result.scores if score.kind == kind], show)
    if rows := efficiency_rows(result.scores):
        show.table("Beside the ideal observer of a thing in the sensor's noise", EFFICIENCY_COLUMNS, rows)
    for score in result.scores:
        if score.condition == EVERYWHERE:
            show_kind(score, show)
    for caution in result.cautions:
        show.warn(caution)
    if result.skipped:
        show.table("Left out", ["what", "why"], [[name, why] for name, why in result.skipped.items()])
    mapped = ", ".join(f"{kind} → {incident}" for kind, incident in result.model.kind_map.items())
    show.line("assumed in the detector model: "
              f"{mapped or 'nothing: no kind is mapped to an incident; use --stands-for'}")
    if result.is_drawn:
        show.line("drawn, SYNTHETIC: these figures tell limits and compare detectors; they say nothing of real video")
    show.line(f"written to {result.folder}: report.html, accuracy.json, detector_model.json, journal.jsonl "
              f"({result.wall_s:.1f} s)")


def show_sizes(scores: Sequence[KindScore], show: Show) -> None:
    """Print what was found of each size in each condition, where sizes are known."""
    edges = size_edges(np.concatenate([score.outcomes.event_px for score in scores]))
    if edges.size < 3:
        return
    rows = [count_sizes(score.outcomes, score.lowest.row.threshold, edges) for score in scores]
    spans = [f"{low:.3g} to {high:.3g}" for low, high in itertools.pairwise(edges)]
    show.table(f"{words(scores[0].kind)}: found, by pixels on target", ["condition", *spans], [
        [score.condition, *(f"{cell.hits} of {cell.n_events}" if cell.n_events else "–" for cell in row)]
        for score, row in zip(scores, rows, strict=True)])


def efficiency_rows(scores: Sequence[KindScore]) -> list[list[str]]:
    """Return kind, condition, both px50 and the efficiency, where there is one."""
    return [[words(score.kind), score.condition, _px50(score.lowest, score.outcomes.event_px),
             f"{score.efficiency.ideal_px50:.2g}",
             f"{score.efficiency.value:.2g} ({score.efficiency.low:.2g} to {score.efficiency.high:.2g})"]
            for score in scores if score.efficiency is not None]


def show_kind(score: KindScore, show: Show) -> None:
    """Print one kind at every threshold, what is missed at given rates of false alarms, and the worst cameras."""
    show.table(f"{words(score.kind)}: thresholds", [
        "score ≥", "found", "missed", "false", "recall", "false/h", "F1 alert", "F1 record", "px50"],
        [threshold_row(item, score.outcomes.event_px) for item in score.thresholds])
    show.table(f"{words(score.kind)}: misses at a rate of false alarms", ["false/h", "Pmiss", "nAUDC", "score ≥"], [
        [f"{rate:g}", interval_text(score.p_miss_at[rate]), interval_text(score.naudc[rate]),
         _number(score.det.threshold_for(rate))] for rate in RATES_PER_H])
    show.line(too_short(score))
    if len(score.cameras) > 1:
        show.table(f"{words(score.kind)}: cameras, the worst first", ["camera", "found", "missed", "false", "hours"], [
            [item.camera, str(item.hits), str(item.misses), str(item.false_alarms), f"{item.camera_hours:.3f}"]
            for item in score.cameras[:5]])


def too_short(score: KindScore) -> str:
    """Say which rates of false alarms the set is too short to tell."""
    hours = score.outcomes.hours
    return (f"{words(score.kind)}: {hours:.3g} camera-hours cannot tell rates below {1.0 / hours:.3g} an hour from "
            "none; see watchfloor bench plan")


def interval_text(interval: Interval) -> str:
    """Return ``value (low to high)``; – where it cannot be told."""
    if interval.value is None:
        return "–"
    if interval.low is None or interval.high is None:
        return f"{interval.value:.2f}"
    return f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def condition_row(score: KindScore) -> list[str]:
    """Return a condition's row: kind, condition, found, recall, false alarms and their interval, px50, delay."""
    lowest = score.lowest
    n = lowest.row.hits + lowest.row.misses
    recall = NO_EVENT
    if lowest.recall_95 is not None:
        low, high = lowest.recall_95
        recall = f"{lowest.row.hits / n:.2f} ({low:.2f} to {high:.2f})"
    return [words(score.kind), score.condition, f"{lowest.row.hits} of {n}", recall,
            rate_text(lowest.row.false_alarms / lowest.row.camera_hours), _span(*lowest.false_per_h_90),
            _px50(lowest, score.outcomes.event_px),
            delay_text(lowest.delays_s)]


def delay_text(delays_s: Sequence[float]) -> str:
    """Return the quantiles of delay that are told; – where nothing was found."""
    return ", ".join(f"{value:.1f}" for value in np.quantile(delays_s, DELAYS)) if delays_s else "–"


def cost_text(result: AccuracyResult) -> str:
    """Say what the detector's watching took."""
    watched = result.run.watched
    cpu_s = sum(item.detect_cpu_s for item in watched)
    if not cpu_s:
        return "alerts of another program"
    return f"{1000.0 * cpu_s / sum(item.n_frames for item in watched):.1f} ms of CPU a frame"


def threshold_row(item: ThresholdScore, sizes: NDArray[np.float64]) -> list[str]:
    """Return a threshold's row: score, found, missed, false, recall, false alarms, both F1, px50."""
    row = item.row
    return [f"{row.threshold:.3f}", str(row.hits), str(row.misses), str(row.false_alarms),
            NO_EVENT if item.recall_95 is None else f"{row.hits / (row.hits + row.misses):.2f}",
            rate_text(row.false_alarms / row.camera_hours), _number(item.f1["alert"]), _number(item.f1["record"]),
            _px50(item, sizes)]


def _px50(item: ThresholdScore, sizes: NDArray[np.float64]) -> str:
    if item.size_fit is None:
        return "–"
    if not item.row.hits:
        return f"above {np.nanmax(sizes):.0f}"
    if not item.row.misses:
        return f"below {np.nanmin(sizes):.0f}"
    return f"{item.size_fit.curve.px50:.1f} ({_span(*item.size_fit.px50_interval)})"


def _span(low: float, high: float) -> str:
    return f"{rate_text(low)} to {rate_text(high)}"


def rate_text(value: float) -> str:
    """Return a number with three digits, or whole if it is large."""
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def result_values(result: AccuracyResult) -> dict[str, object]:
    """Return the result as plain values for JSON."""
    watched = result.run.watched
    frames = sum(item.n_frames for item in watched)
    return {
        "set": result.set_name, "is_drawn": result.is_drawn, "detector": result.detector, "profile": result.profile,
        "n_clips": len(watched), "camera_hours": sum(item.camera_hours for item in watched), "n_frames": frames,
        "detector_cpu_ms_per_frame": 1000.0 * sum(item.detect_cpu_s for item in watched) / max(frames, 1),
        "degraded": result.run.degraded, "cautions": list(result.cautions), "skipped": dict(result.skipped),
        "wall_s": result.wall_s,
        "kind_map": dict(result.model.kind_map), "scores": [_score_values(score) for score in result.scores],
    }


def _score_values(score: KindScore) -> dict[str, object]:
    lowest = score.lowest
    return {
        "kind": score.kind, "condition": score.condition, "n_events": score.outcomes.n_events,
        "n_cameras": len(score.outcomes.cameras), "camera_hours": score.outcomes.hours,
        "recall": score.recall, "false_per_h": score.false_per_h,
        "p_miss_at_false_per_h": {f"{rate:g}": value for rate, value in score.p_miss_at.items()},
        "naudc": {f"{rate:g}": value for rate, value in score.naudc.items()},
        "threshold_for_false_per_h": {f"{rate:g}": score.det.threshold_for(rate) for rate in RATES_PER_H},
        "thresholds": [{
            "threshold": item.row.threshold, "hits": item.row.hits, "misses": item.row.misses,
            "false_alarms": item.row.false_alarms, "recall_95": item.recall_95,
            "false_per_h_90": item.false_per_h_90, "f1": item.f1, "px50": item.row.px50,
            "px50_95": item.size_fit.px50_interval if item.size_fit else None, "plateau": item.row.plateau,
            "slope": item.row.slope, "between_camera_sd": item.row.between_camera_sd,
            "delay_quantiles_s": item.row.delay_quantiles_s} for item in score.thresholds],
        "cameras": list(score.cameras), "efficiency": score.efficiency,
        "sizes": [{"px": cell.px, "n_events": cell.n_events, "hits": cell.hits, "recall_95": cell.recall_95}
                  for cell in count_sizes(score.outcomes, lowest.row.threshold, size_edges(score.outcomes.event_px))],
        "pixel_density": density_rows(lowest.size_fit.curve) if lowest.size_fit else None,
    }
