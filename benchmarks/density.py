"""Stream density: how many cameras of a kind one core takes while every one of them is served, and in time."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import cv2
import numpy as np

from agents.detector import Detector, Stream
from agents.watching import start_detector
from benchmarks.density_trial import Load, Trial, pin, run_trial
from hw.decoding import Decoding
from hw.frame import Picture
from hw.loopback import EncodedClip, PacedConnection, encode_units
from hw.packet_queue import Parcel
from hw.source import Source, SourceCounters
from sim.errors import InputError

MOST_DROPPED = 0.001
N_CONFIRMED = 5
SLIGHT_SHARE = 0.05
"""Of the processor: other programs that took more lowered the number of streams."""
_FINENESS = 0.04
"""The search ends when the next number that fails is at most so much larger, or by one."""
_SETBACK = 0.95
_FIRST_STEP = 0.15
"""Of the first number tried, up or down to the next one; each further step is twice the one before."""
_MOST_STREAMS = 2000
_MOST_IN_TURN, _PIXELS_IN_TURN = 32, 8_000_000
"""Cameras that take turns where the costs are measured; of all their pictures together."""

MeasureTrial: TypeAlias = Callable[[int], Trial]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCosts:
    """CPU of one frame by stage, of several cameras in turn and without waiting.

    With one camera alone its last picture would still be in the processor's cache, which it is in no room.
    """

    decode_ms: float
    """Decoding and the view of brightness, alone."""
    pipeline_ms: float
    """The same with the detector."""
    n_frames: int
    n_cameras: int

    @property
    def pipeline_ratio(self) -> float:
        """What the pipeline costs in units of decoding alone."""
        return self.pipeline_ms / self.decode_ms

    def streams_bound(self, fps: float) -> float:
        """Streams that decoding alone would let one core take."""
        return 1000.0 / self.decode_ms / fps


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """The largest number of streams that held, for one kind of arrivals."""

    is_spread: bool
    n_streams: int
    """0 if not even one did."""
    share_of_bound: float
    """Of what decoding alone would let the core take."""
    streams_by_cpu: float
    """One core's worth by the CPU time of a stream, which other work on the machine disturbs less."""
    confirmed: tuple[Trial, ...]
    """Trials at that number, all held."""
    n_trials: int
    refused: str
    """Why the next number up did not hold."""

    @property
    def others_share(self) -> float | None:
        """Most of the processor's time that other programs took in a confirmation; None where unknown."""
        return max((trial.others_share for trial in self.confirmed if trial.others_share is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityBench:
    """Stream density of one clip."""

    source: str
    size_wh: tuple[int, int]
    codec: str
    fps: float
    bit_rate: int
    detector: str
    options: Mapping[str, object]
    """The detector's; ``network`` names its device and batches, too."""
    one_by_one: str
    """Why its network looked at pictures one after another although batches were asked for; else empty."""
    budget_s: float
    over: str
    """``memory`` or ``rtsp``."""
    duration_s: float
    """Of each trial."""
    costs: StageCosts
    densities: tuple[Density, ...]
    load_average: float | None
    """Of the machine over the minute before: above the number of its cores, others were at work too."""


def encode_as_camera(
    source: Source, *, fps: Fraction, size_wh: tuple[int, int], codec: str = "h264", bit_rate: int, duration_s: float,
) -> EncodedClip:
    """Encode the beginning of a source as a camera of another rate and size would, a key frame every two seconds.

    Raises:
        InputError: if the source has no rate, a lower rate, or too few frames for one key frame's distance.
    """
    if source.fps is None or source.fps < fps:
        raise InputError("bench throughput: fps", got=fps, expected=f"at most the source's own rate, {source.fps}")
    step, wanted = source.fps / fps, int(duration_s * fps)
    pictures: list[Picture] = []
    for index, frame in enumerate(source):
        if index >= len(pictures) * step:
            pictures.append(np.asarray(cv2.resize(frame.bgr(), size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8))
        if len(pictures) == wanted:
            break
    source.close()
    gop = max(1, round(2 * fps))
    if len(pictures) < gop:
        raise InputError("bench throughput: source", got=f"{len(pictures)} frames at {fps} a second",
                         expected=f"at least {gop}", do="use a longer clip")
    return encode_units(pictures[: len(pictures) // gop * gop], fps=fps, gop=gop, codec=codec, bit_rate=bit_rate)


def measure_costs(clip: EncodedClip, make: Callable[[], Detector], *, loop_s: float = 0.7) -> StageCosts:
    """Measure decoding alone and decoding with a detector, in turn, several times; the cheapest round counts."""
    pin(None)
    costs_ms: dict[bool, float] = {}
    n_frames, n_cameras = 0, max(1, min(_MOST_IN_TURN, _PIXELS_IN_TURN // (clip.size_wh[0] * clip.size_wh[1])))
    for _ in range(3):
        for has_detector in (False, True):
            n_frames, cpu_s = _loop(clip, make if has_detector else None, n_cameras, loop_s)
            cost_ms = 1000.0 * cpu_s / n_frames
            costs_ms[has_detector] = min(cost_ms, costs_ms.get(has_detector, cost_ms))
    return StageCosts(decode_ms=costs_ms[False], pipeline_ms=costs_ms[True], n_frames=n_frames,
                      n_cameras=n_cameras)


def find_fault(trial: Trial, *, budget_s: float) -> str:
    """Say why a trial did not hold; empty if it did: every camera at its rate, in time, hardly a drop."""
    if trial.most_missing > 1:
        return f"a camera lacks {trial.most_missing} decisions"
    if trial.drop_share > MOST_DROPPED:
        return f"{100 * trial.drop_share:.2f} % dropped"
    if trial.p99_s > budget_s:
        return f"p99 {1000 * trial.p99_s:.0f} ms"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a search ended."""

    n_streams: int
    """0 if not even one stream held."""
    confirmed: tuple[Trial, ...]
    n_trials: int
    refused: str
    """Why the last number that did not hold did not."""


class DensitySearch:
    """Finds the largest number of streams that holds: by bisection, then confirmed.

    Args:
        measure: plays a number of streams.
        budget_s: that p99 may take.
        most: streams that there can be.
        n_confirmed: trials in a row that must hold at the answer, the search's own among them; after one that does
            not, 5 % less is tried.
    """

    def __init__(self, measure: MeasureTrial, *, budget_s: float, most: int = _MOST_STREAMS,
                 n_confirmed: int = N_CONFIRMED) -> None:
        self._measure, self._budget_s, self._most, self._n_confirmed = measure, budget_s, most, n_confirmed
        self._n_trials, self._refused = 0, ""
        self._held: dict[int, Trial] = {}

    def find(self, first: int) -> Found:
        """Search, beginning with ``first`` streams."""
        n_streams = self._bisect(max(1, min(first, self._most)))
        while n_streams:
            trials = self._confirm(n_streams)
            if trials is not None:
                return Found(n_streams=n_streams, confirmed=trials, n_trials=self._n_trials, refused=self._refused)
            n_streams = min(n_streams - 1, int(_SETBACK * n_streams))
        return Found(n_streams=0, confirmed=(), n_trials=self._n_trials, refused=self._refused)

    def hold(self, n_streams: int) -> Found:
        """Try one number only, as often as an answer is confirmed."""
        trials = self._confirm(n_streams)
        return Found(n_streams=0 if trials is None else n_streams, confirmed=trials or (), n_trials=self._n_trials,
                     refused=self._refused)

    def _bisect(self, first: int) -> int:
        low, high = self._bracket(first)
        if low == self._most:
            return low
        while high - low > max(1, int(_FINENESS * low)):
            middle = (low + high) // 2
            low, high = (low, middle) if self._try(middle) is None else (middle, high)
        return low

    def _bracket(self, first: int) -> tuple[int, int]:
        """Return a number that holds, 0 if none below did, and one that does not."""
        tried, step = first, max(1, round(_FIRST_STEP * first))
        holds_first = self._try(first) is not None
        while True:
            before, tried = tried, min(tried + step, self._most) if holds_first else max(0, tried - step)
            step *= 2
            if holds_first and (before == tried or self._try(tried) is None):
                return before, tried
            if not holds_first and (tried == 0 or self._try(tried) is not None):
                return tried, before

    def _confirm(self, n_streams: int) -> tuple[Trial, ...] | None:
        trials = [self._held.pop(n_streams)] if n_streams in self._held else []
        while len(trials) < self._n_confirmed:
            trial = self._try(n_streams)
            if trial is None:
                return None
            trials.append(trial)
        return tuple(trials)

    def _try(self, n_streams: int) -> Trial | None:
        """Return a trial, None if it did not hold."""
        self._n_trials += 1
        trial = self._measure(n_streams)
        fault = find_fault(trial, budget_s=self._budget_s)
        if fault:
            self._refused = f"{n_streams} streams: {fault}{_beside(trial)}"
            return None
        self._held[n_streams] = trial
        return trial


def measure_density(
    load: Load, costs: StageCosts, *, first: int, is_fixed: bool = False, n_confirmed: int = N_CONFIRMED,
    progress: Callable[[str], None] | None = None,
) -> Density:
    """Find one density of a load, trying ``first`` streams first, and no other number if it is fixed.

    The load's ``urls`` bound the number where a network plays the clip, and its ``fresh_s`` is the budget.
    """

    def measure(n_streams: int) -> Trial:
        if progress:
            progress(f"{n_streams} streams, {'spread' if load.is_spread else 'at once'}")
        return run_trial(dataclasses.replace(load, n_streams=n_streams, urls=load.urls[:n_streams]))

    search = DensitySearch(measure, budget_s=load.fresh_s, most=len(load.urls) or _MOST_STREAMS,
                           n_confirmed=n_confirmed)
    found = search.hold(first) if is_fixed else search.find(first)
    cpu = min((trial.cpu_per_stream for trial in found.confirmed), default=float("inf"))
    return Density(
        is_spread=load.is_spread, n_streams=found.n_streams,
        share_of_bound=found.n_streams / costs.streams_bound(float(load.clip.fps)),
        streams_by_cpu=1.0 / cpu, confirmed=found.confirmed, n_trials=found.n_trials, refused=found.refused)


def _beside(trial: Trial) -> str:
    share = trial.others_share or 0.0
    return f" (other programs had {100 * share:.0f} % of the processor)" if share > SLIGHT_SHARE else ""


def load_average() -> float | None:
    """Return how many processes wanted to run over the last minute; None where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _loop(
    clip: EncodedClip, make: Callable[[], Detector] | None, n_cameras: int, loop_s: float,
) -> tuple[int, float]:
    """Return frames and their CPU seconds, of whole distances of key frames."""
    keys = [index for index, is_key in enumerate(clip.is_key) if is_key]
    cameras = [_Camera(clip, make, keys[index % len(keys)]) for index in range(n_cameras)]
    distance = len(clip.units) // len(keys)
    n_rounds, began_cpu_s, end_s = 0, time.process_time(), time.monotonic() + loop_s
    while n_rounds % distance or time.monotonic() < end_s:
        for camera in cameras:
            camera.take_turn()
        n_rounds += 1
    return n_rounds * n_cameras, time.process_time() - began_cpu_s


class _Camera:
    """Decodes a clip from a key frame on, packet by packet, and gives the pictures to a detector if there is one."""

    def __init__(self, clip: EncodedClip, make: Callable[[], Detector] | None, first: int) -> None:
        self._connection = PacedConnection(clip, begin_s=0.0, first=first)
        self._packets = self._connection.packets()
        self._decoding = Decoding(camera_id=0, counters=SourceCounters())
        self._detector = make() if make else None
        if self._detector is not None:
            start_detector(self._detector, Stream(camera_id=0, size_wh=clip.size_wh, fps=clip.fps))

    def take_turn(self) -> None:
        parcel = Parcel(packet=next(self._packets), arrival_ns=time.monotonic_ns(), connection=self._connection,
                        offset_s=0.0)
        for decoded in self._decoding.decode(parcel):
            if self._detector is None:
                decoded.frame.luma()
            else:
                self._detector.update(decoded.frame)
