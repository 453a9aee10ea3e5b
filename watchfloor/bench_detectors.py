"""The command that measures the shipped detectors."""

from __future__ import annotations

from pathlib import Path

from benchmarks.detectors import TARGET_WH, TARGETS_MS, DetectorBench, Only, measure_detectors
from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from benchmarks.track_check import TrackScores
from watchfloor.results import open_folder
from watchfloor.show import Show


def bench_detectors(*, only: Only | None, seed: int, out: Path | None, show: Show) -> DetectorBench:
    """Measure the detectors, print the tables, and save them if asked for."""
    with show.progress("measure detectors", "parts") as advance:
        bench = measure_detectors(only=only, seed=seed, progress=advance)
    if bench.clips:
        show.table("On real clips", [
            "detector", "clips", "size", "found", "false", "CPU ms/frame", "target"], [
            [row.detector, row.clips, _size(row.size_wh), f"{row.n_found} of {row.n_events}", str(row.n_false),
             f"{row.cpu_ms_per_frame:.2f}", "–" if row.target_ms is None else f"{row.target_ms:g}"]
            for row in bench.clips])
    if bench.boxes:
        show.table("People on vtest, frames between looks predicted", [
            "rate (Hz)", "phase", "AP50", "by faster-coco-eval", "CPU ms/frame"], [
            [f"{row.rate_hz:g}", str(row.phase), "–" if row.ap50 is None else f"{row.ap50:.3f}",
             "not here: make peers" if row.coco_ap50 is None else f"{row.coco_ap50:.3f}",
             f"{row.cpu_ms_per_frame:.2f}"] for row in bench.boxes])
    if bench.litter:
        show.table(f"left_object, profile street, on drawn scenes of seed {seed}, day, 10 frames/s", [
            "scene", "size", "object (px)", "kbit/s", "found", "false", "CPU ms/frame"], [
            [row.scene, _size(row.size_wh), "–" if row.object_px is None else f"{row.object_px:g}",
             "as drawn" if row.bit_rate is None else f"{row.bit_rate / 1000:g}", f"{row.n_found} of {row.n_events}",
             str(row.n_false), f"{row.cpu_ms_per_frame:.2f}"] for row in bench.litter])
        show.line(f"left_object's target of {TARGETS_MS['left_object street']:g} ms is for {_size(TARGET_WH)}")
        hours = sum(row.camera_h for row in bench.litter)
        show.line(f"{sum(row.n_false for row in bench.litter)} false alarms in {hours:.2f} camera-hours drawn")
    if bench.tracks:
        show.table(f"People followed in drawn scenes of seed {seed}, scored by trackeval", [
            "scene", "frames", "people", "our tracks", "HOTA", "MOTA", "IDF1", "switches", "CPU ms/frame"], [
            [row.scene, str(row.n_frames), str(row.n_people), str(row.n_tracks), *_scores(row.scores),
             f"{row.cpu_ms_per_frame:.2f}"] for row in bench.tracks])
    for missing in bench.skipped:
        show.warn(f"skipped: {missing}")
    if out is not None:
        name = "detectors" if only is None else f"detectors-{only}"
        save_result(open_folder(out) / f"{name}.json", name, bench, describe_machine())
        show.line(f"saved in {out}")
    return bench


def _scores(scores: TrackScores | None) -> list[str]:
    if scores is None:
        return ["not here: make peers", "–", "–", "–"]
    return [f"{scores.hota:.3f}", f"{scores.mota:.3f}", f"{scores.idf1:.3f}", str(scores.n_switches)]


def _size(size_wh: tuple[int, int]) -> str:
    return f"{size_wh[0]} × {size_wh[1]}"
