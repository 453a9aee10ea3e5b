"""The command that finds how many cameras one core takes."""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from agents.detector import Detector
from agents.motion import LOOK_S
from agents.network import Network
from agents.network_choice import read_network_choice
from agents.registry import make_detector
from benchmarks.clip_cost import ClipCosts, compare_costs, find_watchers
from benchmarks.density import (
    SLIGHT_SHARE,
    Density,
    DensityBench,
    StageCosts,
    encode_as_camera,
    load_average,
    measure_costs,
    measure_density,
)
from benchmarks.density_trial import Load
from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from hw.credentials import redact
from hw.loopback import EncodedClip, RtspServer
from hw.schemes import open_source
from sim.errors import InputError
from watchfloor.results import open_folder
from watchfloor.show import Advance, Show

_CLIP_S = 8.0
_PEER_SIZE_WH = (1280, 720)
_LONG_FRAMES, _SHORT_FRAMES = 200, 25
_N_ROUNDS = 2
_LARGE_CLIP_S = 4.0
"""Pictures above that size take long to encode."""
_BITS_A_FRAME = 20_000
"""At 640 × 360 in H.264."""
_SIZE_EXPONENT = 0.75
"""Neighbouring pixels of a larger picture are more alike."""
_H265_SHARE = 0.6
_N_MOUNTS = 256
_FIRST_SHARE = 0.85
"""Of what the processor time of the stages lets one expect, tried first."""
_MOTION_PACE = (f"motion looks at a picture at most every {LOOK_S:g} s; what comes sooner after the last look is "
                "decoded and not looked at")
_SIZE = re.compile(r"(\d+)[x×](\d+)")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputOptions:
    """What is asked for."""

    source: str
    fps: Fraction
    budget_s: float
    size_wh: tuple[int, int]
    codec: str
    bit_rate: int | None
    """None for one that goes with rate, size and codec, as a camera's does."""
    detector: str
    own: Mapping[str, object]
    """The detector's options."""
    over: str
    """``memory`` or ``rtsp``."""
    duration_s: float
    n_confirmed: int
    n_streams: int | None
    """This number alone is tried; None searches for the largest."""
    has_peers: bool
    out: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputBench:
    """Stream density, and what a frame costs others."""

    density: DensityBench
    clip_costs: ClipCosts | None
    """None if peers were not asked for."""


def bench_throughput(options: ThroughputOptions, *, show: Show) -> ThroughputBench:
    """Measure, print the tables, and save them if asked for."""
    if options.over not in ("memory", "rtsp"):
        raise InputError("bench throughput: --over", got=options.over, expected="memory or rtsp")
    bit_rate = options.bit_rate or camera_bit_rate(options.size_wh, options.fps, options.codec)
    network = _find_network(make_detector(options.detector, **options.own), show)
    clip = encode_as_camera(
        open_source(options.source), fps=options.fps, size_wh=options.size_wh, codec=options.codec,
        bit_rate=bit_rate, duration_s=_CLIP_S if options.size_wh[1] <= _PEER_SIZE_WH[1] else _LARGE_CLIP_S)
    with show.progress("stages", "rounds"):
        costs = measure_costs(clip, lambda: make_detector(options.detector, **_alone(options.own)))
    core = _last_core()
    densities: list[Density] = []
    with _addresses(clip, options.over) as urls, show.progress("density", "trials") as advance:
        tell = _counter(advance)
        for is_spread in (False, True):  # what is spread is easier to take
            first = options.n_streams or (densities[0].n_streams or 1 if is_spread else int(
                _FIRST_SHARE * costs.streams_bound(float(clip.fps)) / costs.pipeline_ratio))
            load = Load(clip=clip, n_streams=first, is_spread=is_spread, detector=options.detector, options=options.own,
                        duration_s=options.duration_s, urls=urls, core=core, fresh_s=options.budget_s)
            densities.append(measure_density(load, costs, first=first, is_fixed=options.n_streams is not None,
                                             n_confirmed=options.n_confirmed, progress=tell))
    density = DensityBench(
        source=redact(options.source), size_wh=clip.size_wh, codec=clip.codec, fps=float(clip.fps),
        bit_rate=bit_rate, detector=options.detector, options=options.own,
        one_by_one=network.one_by_one if network else "", budget_s=options.budget_s, over=options.over,
        duration_s=options.duration_s, costs=costs, densities=tuple(densities), load_average=load_average())
    bench = ThroughputBench(density=density, clip_costs=_compare(options.source, show) if options.has_peers else None)
    _show(bench, show)
    if options.out is not None:
        name = f"throughput-{clip.codec}-{clip.size_wh[0]}x{clip.size_wh[1]}-{float(clip.fps):g}fps-{options.over}"
        name += f"-{options.n_streams}streams" if options.n_streams else ""
        name += "" if options.detector == "motion" else f"-{options.detector}"
        name += f"-{_run_on(options.own)}" if "network" in options.own else ""
        save_result(open_folder(options.out) / f"{name}.json", f"stream density, {name}", bench, describe_machine())
        show.line(f"saved in {options.out}")
    return bench


def camera_bit_rate(size_wh: tuple[int, int], fps: Fraction, codec: str) -> int:
    """Return what a camera of this kind usually sends, in bits a second: 2.6 Mbit/s at 1080p and 25 frames/s."""
    bits: float = _BITS_A_FRAME * (size_wh[0] * size_wh[1] / (640 * 360)) ** _SIZE_EXPONENT
    return round(bits * (_H265_SHARE if codec == "h265" else 1.0) * float(fps))


def read_size_wh(text: str) -> tuple[int, int]:
    """Return width and height of a text such as 640x360.

    Raises:
        InputError: if it is none, or one is odd.
    """
    found = _SIZE.fullmatch(text)
    size_wh = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(size_wh) < 16 or size_wh[0] % 2 or size_wh[1] % 2:
        raise InputError("bench throughput: --size", got=text, expected="even width x height, for example 640x360")
    return size_wh


def read_budget_s(text: str) -> float:
    """Return the seconds of a text such as 500ms or 2s.

    Raises:
        InputError: if it is none.
    """
    found = _SPAN.fullmatch(text)
    if found is None or float(found[1]) <= 0.0:
        raise InputError("bench throughput: --budget", got=text, expected="a span > 0, for example 500ms or 2s")
    return float(found[1]) * (1e-3 if found[2] == "ms" else 1.0)


def _compare(source: str, show: Show) -> ClipCosts:
    """Let all programs watch the source's beginning at 720p."""
    watchers, missing = find_watchers()
    with tempfile.TemporaryDirectory() as folder, show.progress("peers", "runs") as advance:
        opened = open_source(source)
        clip = encode_as_camera(opened, fps=opened.fps or Fraction(25), size_wh=_PEER_SIZE_WH, bit_rate=2_000_000,
                                duration_s=_CLIP_S)
        return compare_costs(
            watchers, lambda n_frames: clip.write(Path(folder, f"{n_frames}.mp4"), n_frames=n_frames),
            n_long=_LONG_FRAMES, n_short=_SHORT_FRAMES, n_rounds=_N_ROUNDS, missing=missing, progress=advance)


def _find_network(detector: Detector, show: Show) -> Network | None:
    """Return a detector's network, and warn of what is not as it was asked for."""
    network: Network | None = getattr(detector, "network", None)
    for warning in (getattr(detector, "degraded", ""), network.one_by_one if network else ""):
        if warning:
            show.warn(warning)
    return network


def _alone(own: Mapping[str, object]) -> dict[str, object]:
    """Return a detector's options for one camera after another, where no picture need wait for others."""
    if "network" not in own:
        return dict(own)
    return {**own, "network": str(dataclasses.replace(read_network_choice(str(own["network"])), batch=1))}


def _run_on(own: Mapping[str, object]) -> str:
    choice = read_network_choice(str(own["network"]))
    return f"{Path(choice.name).stem}-{choice.device}-batch{choice.batch}"


@contextmanager
def _addresses(clip: EncodedClip, over: str) -> Iterator[tuple[str, ...]]:
    """Yield addresses that play the clip, none where packets stay in memory."""
    if over == "memory":
        yield ()
        return
    with RtspServer(clip, n_mounts=_N_MOUNTS) as server:
        yield tuple(server.url(mount) for mount in range(_N_MOUNTS))


def _last_core() -> int | None:
    """Return the last processor that this process may use; None where the system does not say."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _counter(advance: Advance) -> Callable[[str], None]:
    n_trials = itertools.count()
    return lambda _: advance(next(n_trials), None)


def _show(bench: ThroughputBench, show: Show) -> None:
    density, costs = bench.density, bench.density.costs
    width, height = density.size_wh
    show.table(
        f"{width}×{height} {density.codec} at {density.fps:g} frames/s, {_named(density)}, from {density.over}, "
        f"budget {1000 * density.budget_s:.0f} ms, one core",
        ["arrivals", "streams", "of the decode bound", "by CPU", "p50 ms", "p99 ms", "MiB", "the next"],
        [_density_row(item, costs, density.fps) for item in density.densities])
    show.line(f"with {costs.n_cameras} cameras in turn a frame costs {costs.decode_ms:.3f} ms to decode and "
              f"{costs.pipeline_ms:.3f} ms with the detector "
              f"({costs.pipeline_ratio:.2f} ×); decoding alone: {costs.streams_bound(density.fps):.0f} streams")
    if density.detector == "motion":
        show.line(_MOTION_PACE)
    a_run = [trial.pictures_a_run for item in density.densities for trial in item.confirmed if trial.pictures_a_run]
    if a_run:
        show.line(f"the network looked at {min(a_run):.1f} to {max(a_run):.1f} pictures a run")
    others_share = max((item.others_share or 0.0 for item in density.densities), default=0.0)
    if others_share > SLIGHT_SHARE:
        show.warn(f"other programs had up to {100 * others_share:.0f} % of the processor, so fewer streams held; the "
                  "column by CPU says what the whole processor would take")
    if bench.clip_costs is not None:
        show.table(f"Cost of a frame at 720p, not what is found in it ({bench.clip_costs.n_frames} frames, "
                   f"{bench.clip_costs.n_rounds} rounds in turn)", ["program", "CPU ms", "× the gate"],
                   [[cost.name, f"{cost.cpu_ms_per_frame:.2f}", "" if cost.ratio is None else f"{cost.ratio:.2f}"]
                    for cost in bench.clip_costs.costs])
        for lacking in bench.clip_costs.missing:
            show.line(f"{lacking.name}: not available: {lacking.why}; {lacking.do}")


def _named(density: DensityBench) -> str:
    return f"{density.detector} ({density.options['network']})" if "network" in density.options else density.detector


def _density_row(item: Density, costs: StageCosts, fps: float) -> list[str]:
    trials = item.confirmed
    if not trials:
        return ["spread" if item.is_spread else "at once", "0", "", "", "", "", "", item.refused]
    by_cpu = item.streams_by_cpu / costs.streams_bound(fps)
    memory_mib = max((trial.memory_mib or 0.0 for trial in trials), default=0.0)
    return ["spread" if item.is_spread else "at once", str(item.n_streams), f"{100 * item.share_of_bound:.0f} %",
            f"{item.streams_by_cpu:.0f} ({100 * by_cpu:.0f} %)", f"{1000 * max(trial.p50_s for trial in trials):.0f}",
            f"{1000 * max(trial.p99_s for trial in trials):.0f}", f"{memory_mib:.0f}", item.refused]
