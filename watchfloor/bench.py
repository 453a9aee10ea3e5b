"""The measuring commands: a detector on a clip, and the simulator's own speed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engine import EngineSpeed, measure_engine
from benchmarks.machine import describe_machine
from benchmarks.region import RegionSpeed, measure_region
from benchmarks.save import save_result
from benchmarks.side_by_side import Entrant, SideBySide, compare, find_peers
from benchmarks.whole_run import WholeRun, measure_whole_run
from scenarios.detector_models import save_detector_model
from watchfloor.measurement import Measurement, measure_clip
from watchfloor.results import open_folder
from watchfloor.show import Advance, Show
from watchfloor.tables import show_measurement, show_model


def bench_detector(
    name: str, *, clip: str, profile: str, seed: int, save_model: Path | None, out: Path | None, show: Show
) -> dict[str, object]:
    """Measure a detector on a clip, print the tables, and save what was asked for."""
    measurement = measure_clip(name, clip=clip, profile=profile, seed=seed, show=show)
    show_measurement(measurement, show)
    if measurement.model is not None:
        show_model(measurement.model, show)
    if save_model is not None:
        save_detector_model(measurement.model, save_model)
        show.line(f"detector model written to {save_model}")
    values = measurement_values(measurement)
    if out is not None:
        save_result(open_folder(out) / f"detector-{name}-{measurement.clip.name.replace(':', '-')}.json",
                    f"detector {name} on {measurement.clip.name}", values, describe_machine())
        show.line(f"saved in {out}")
    return values


def measurement_values(measurement: Measurement) -> dict[str, object]:
    """Return a measurement as plain values for JSON."""
    accuracy = measurement.accuracy
    return {
        "clip": measurement.clip.name,
        "is_drawn": measurement.clip.is_drawn,
        "detector": accuracy.detector,
        "profile": accuracy.profile,
        "n_frames": accuracy.passage.n_frames,
        "duration_s": accuracy.passage.duration_s,
        "throughput": measurement.throughput.rows,
        "accuracy": accuracy.kinds,
        "false_alarms_per_camera_h_95": {
            row.kind: row.false_per_h_bounds() for row in measurement.model.rows},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineBench:
    """The simulator's speed, and the whole demo's."""

    engine: EngineSpeed
    first_run: WholeRun
    """Of the demo's command with nothing compiled yet."""
    next_run: WholeRun
    region: RegionSpeed
    side_by_side: SideBySide
    """The control room on each engine, and the peers that are here, on one queue."""


def bench_engine(*, seed: int, out: Path | None, show: Show) -> EngineBench:
    """Time the simulator, the whole demo and the peers, print the tables, and save them if asked for."""
    with show.progress("time the simulator", "parts") as advance:
        advance(0, 4)
        speed = measure_engine(seed=seed)
        advance(1, 4)
        first = measure_whole_run(is_first=True)
        advance(2, 4)
        following = measure_whole_run(is_first=False)
        advance(3, 4)
        region = measure_region(seed=seed)
    with show.progress("side by side", "runs") as advance:
        beside = compare_with_peers(seed=seed, advance=advance)
    bench = EngineBench(engine=speed, first_run=first, next_run=following, region=region, side_by_side=beside)
    show.table(f"Simulator on {speed.scenario}: {speed.n_junctions:,} junctions, {speed.n_cameras:,} cameras",
               ["step", "time"], [*_engine_rows(speed), *_region_rows(region), *(
                   [f"the demo's command, {when}", f"{run.wall_s:.1f} s, {run.peak_memory_mib:.0f} MiB"]
                   for when, run in (("first time", bench.first_run), ("after that", bench.next_run)))])
    show_side_by_side(beside, show)
    if out is not None:
        save_result(open_folder(out) / "engine.json", "engine", bench, describe_machine())
        show.line(f"saved in {out}")
    return bench


def compare_with_peers(*, seed: int, advance: Advance) -> SideBySide:
    """Let the control room and the peers that are here play the same queue in turn."""
    mine = [Entrant(name=f"watchfloor, {title}", command=(
        sys.executable, "-m", "watchfloor.validation.as_queue", "--engine", engine))
        for title, engine in (("kernel", "kernel"), ("SimPy world", "simpy"))]
    peers, missing = find_peers()
    return compare([*mine, *peers], missing, seed=seed, progress=advance)


def show_side_by_side(beside: SideBySide, show: Show) -> None:
    """Print the peers' table, and what is missing from it."""
    show.table(
        f"{beside.workload}: {beside.n_customers:,} customers, {beside.n_rounds} rounds in turn, one core each",
        ["simulator", "customers/s", "time, × the first", "CPU, ×", "set-up s", "peak MiB", "mean wait"],
        [[f"{item.name} {item.version}", f"{item.customers_per_s:,.0f}",
          *("" if ratio is None else f"{ratio:.2f}" for ratio in (item.ratio, item.cpu_ratio)),
          f"{item.set_up_s:.2f}", f"{item.peak_memory_mib:.0f}",
          f"{item.mean_wait:.3f}"] for item in beside.figures])
    show.line(f"Erlang C gives a mean wait of {beside.theory_mean_wait:.3f}; a right simulator's answer here has a "
              f"standard error of {beside.standard_error:.3f}")
    for lacking in beside.missing:
        show.line(f"{lacking.name}: not available: {lacking.why}; {lacking.do}")


def _engine_rows(speed: EngineSpeed) -> list[list[str]]:
    return [
        ["generate the city", f"{speed.city_s:.2f} s"],
        ["draw a day", f"{1000 * speed.trace_s:.1f} ms"],
        ["set the world up", f"{1000 * speed.set_up_s:.1f} ms"],
        [f"play the day on SimPy ({speed.n_alerts:,} alerts, {speed.n_units} units)",
         f"{1000 * speed.play_s:.1f} ms (fastest {1000 * speed.play_fastest_s:.1f})"],
        ["play the same day on the kernel", f"{1000 * speed.kernel_s:.2f} ms ({speed.kernel_speedup:.0f} × less)"],
        ["simulated days a second, trace and log included", f"{speed.days_per_s:.0f}"],
        ["the same, a week drawn and played at once", f"{speed.days_in_weeks_per_s:.0f}"],
        ["log rows a second on SimPy", f"{speed.rows_per_s:,.0f}"],
        ["driving times from everywhere to a place", f"{speed.row_cold_ms:.2f} ms (p99 {speed.row_cold_p99_ms:.2f})"],
        ["nearest of 200 units, warm", f"{speed.nearest_warm_us:.1f} µs"],
        ["nearest of 200 units, at a new place",
         f"{speed.nearest_cold_ms:.2f} ms (p99 {speed.nearest_cold_p99_ms:.2f})"],
    ]


def _region_rows(region: RegionSpeed) -> list[list[str]]:
    return [
        [f"set up {region.n_cameras:,} cameras", f"{region.set_up_s:.2f} s, {region.set_up_memory_mib:.0f} MiB"],
        ["their day against this one's, same demand",
         f"{1000 * region.day_s:.1f} ms, {region.day_ratio:.2f} × {1000 * region.city_day_s:.1f} ms"],
    ]
