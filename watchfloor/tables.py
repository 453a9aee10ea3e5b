"""The tables that the main job prints."""

from __future__ import annotations

from benchmarks.model import DRAWN_PICTURES
from sim.detector_model import DetectorModel, DetectorRow
from sim.occasions import Operation
from sim.scenario import Scenario
from watchfloor.compare import Comparison
from watchfloor.measurement import Measurement
from watchfloor.show import Show
from watchfloor.wording import ARMS, MEASURES, estimate_text, measures_of, words

NOT_EVIDENCE = "not evidence for streets: a few objects on one clip"
NOT_REAL = "not evidence for streets: measured on DRAWN, SYNTHETIC scenes"
REGION_WIDE = "stopped, region-wide"
SHARE_UNKNOWN = "which part of what the operation stopped the cameras found was not published: the share is not known"
RATE_TO_DECIDE_PER_H = 0.1
"""A false-alarm rate that a room of hundreds of cameras could live with: the yardstick of what was too little seen."""


def show_measurement(measurement: Measurement, show: Show) -> None:
    """Print how well and how fast the detector did on the clip."""
    accuracy, clip = measurement.accuracy, measurement.clip
    show.line(f"{'DRAWN (SYNTHETIC) clip' if clip.is_drawn else 'clip'} {clip.name}: "
              f"{accuracy.passage.n_frames} frames, {accuracy.passage.duration_s:.2f} s, "
              f"{float(accuracy.passage.fps or 0):.2f} frames/s; profile {accuracy.profile or '–'}")
    show.table("Speed on one core, decoding included", ["stage", "frames/s", "CPU ms/frame", "streams per core"], [
        [row.name, f"{row.frames_per_s:.0f}", f"{row.cpu_ms_per_frame:.2f}",
         "–" if row.streams_per_core is None else f"{row.streams_per_core:.0f}"]
        for row in measurement.throughput.rows])
    show.table("Accuracy", ["kind", "hits", "misses", "false alarms", "delay p50 (s)", "delay max (s)"], [
        [words(count.kind), str(count.hits), str(count.misses), str(count.false_alarms),
         f"{sorted(count.delays_s)[len(count.delays_s) // 2]:.2f}" if count.delays_s else "–",
         f"{max(count.delays_s):.2f}" if count.delays_s else "–"]
        for count in accuracy.kinds])


def doubt(row: DetectorRow) -> str:
    """Say in a sentence how little was seen."""
    low, high = row.false_per_h_bounds()
    recall = row.recall_interval()
    need_h = row.camera_hours_to_show(RATE_TO_DECIDE_PER_H)
    where = "" if row.condition in ("all", "any") else f" ({row.condition})"
    size = "" if row.px50 is None else f", half of the best share at {row.px50:.1f} pixels on target"
    return (f"{words(row.kind)}{where}: {row.hits} of {row.hits + row.misses} found, so recall may be {recall[0]:.2f} "
            f"to {recall[1]:.2f}{size}; {row.false_alarms} false in {row.camera_hours * 3600:.2f} s still allows "
            f"{low:.3g} to {high:.0f} an hour for each camera (95 %); to show fewer than {RATE_TO_DECIDE_PER_H:g} an "
            f"hour takes {need_h:.0f} camera-hours without one")


def show_model(model: DetectorModel, show: Show) -> None:
    """Print what the detector model allows, and what is assumed."""
    for row in model.played_rows:
        show.line(doubt(row))
    if not model.played_rows:
        show.warn(f"detector model {model.name}: no row is of a kind in its kind_map, so it raises no alert")
    show.line(f"assumed: {', '.join(f'{one} → {other}' for one, other in model.kind_map.items())}")
    if (caution := caution_of(model)) is not None:
        show.line(f"this detector model is {caution}")


def caution_of(model: DetectorModel) -> str | None:
    """Say why a model tells little of streets; None for one that was measured on several real cameras."""
    if model.provenance.get("pictures") == DRAWN_PICTURES:
        return NOT_REAL
    n_cameras = max((row.n_cameras for row in model.played_rows), default=1)
    if model.profile == "tabletop" or n_cameras == 1:
        return NOT_EVIDENCE
    return None


def operation_rows(operation: Operation, comparison: Comparison) -> list[list[str]]:
    """Return what an operation's report counted in its region beside what cameras found in each arm."""
    rows = [(words(named.name), named.n_stopped, f"operation:{named.name}") for named in operation.named]
    return [[text, f"{n_stopped:,}", *(estimate_text(comparison.estimates[arm][name]) for arm in comparison.arms)]
            for text, n_stopped, name in [*rows, ("all", operation.n_stopped, "found")]]


def show_comparison(scenario: Scenario, comparison: Comparison, show: Show) -> None:
    """Print the arms beside each other, and the paired differences."""
    columns = ["per run", *(ARMS.get(arm, arm) for arm in comparison.arms)]
    units = {"cost_per_found": f" ({scenario.costs.currency})"}
    show.table(f"{scenario.title}: mean of {comparison.n_replications} replications ± 95 % half width", columns, [
        [text + units.get(name, ""), *(estimate_text(comparison.estimates[arm][name]) for arm in comparison.arms)]
        for name, text in measures_of(comparison.estimates[comparison.arms[0]]).items()])
    show.table("Found by kind", columns, [
        [words(kind.name), *(estimate_text(comparison.estimates[arm][f"found:{kind.name}"])
                             for arm in comparison.arms)]
        for kind in scenario.kinds])
    if scenario.operation is not None:
        show.table("The operation's report beside this run", ["", REGION_WIDE, *columns[1:]],
                   operation_rows(scenario.operation, comparison))
        show.line(SHARE_UNKNOWN)
    if comparison.differences:
        show.table("Difference to inspectors alone, paired by trace", ["", *columns[2:]], [
            [text, *(estimate_text(comparison.differences[arm][name]) for arm in comparison.arms[1:])]
            for name, text in MEASURES.items() if name in (
                "found", "unfounded_stops", "p50:detection_delay_s", "p90:response_time_s", "inspector_utilisation")])
