"""One trial of stream density: so many cameras at once, decoded and watched in a process of their own on one core."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from agents.batches import Batches
from agents.detector import Detector, Stream
from agents.network import Network
from agents.registry import make_detector
from agents.watching import Watch
from hw.connection import Connected
from hw.frame import Frame
from hw.hub import Hub
from hw.loopback import EncodedClip, PacedConnection
from hw.stream import FRESH_S, StreamSource

_WARM_S = 1.0
_DRAIN_S = 2.0
_GOLDEN = (5.0**0.5 - 1.0) / 2.0
_IDLE, _WAITING = 3, 4
"""Columns of a processor's row in /proc/stat in which it did nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a trial plays."""

    clip: EncodedClip
    n_streams: int
    is_spread: bool
    """Arrivals of different cameras lie apart, and so do their key frames; else all come at one instant, key frames
    too, which is the worst."""
    detector: str
    duration_s: float
    options: Mapping[str, object] = field(default_factory=dict)
    """The detector's."""
    urls: tuple[str, ...] = ()
    """Addresses that play the clip over a network; packets are handed over in the process where there are none."""
    core: int | None = None
    """The processor that the process is kept to; any if None."""
    fresh_s: float = FRESH_S
    """A picture that waited for longer gives way to newer ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial gave."""

    n_streams: int
    is_spread: bool
    n_due: int
    """Frames that were to be decided on."""
    n_decided: int
    most_missing: int
    """Frames missing of the camera that lacked most."""
    p50_s: float
    """From the instant at which a packet was due to the detector's decision on its picture."""
    p99_s: float
    cpu_per_stream: float
    """Share of one core."""
    memory_mib: float | None
    """Most that the process held; None where the system does not say."""
    others_share: float | None = None
    """Of the processor's time, taken by other programs; None where the process was not kept to one, or unknown."""
    pictures_a_run: float | None = None
    """Mean batch of the detector's network; None where it has none, or looks at pictures one by one."""

    @property
    def drop_share(self) -> float:
        """Share of the frames that were due and got no decision."""
        return 1.0 - self.n_decided / self.n_due if self.n_due else 1.0


def run_trial(load: Load) -> Trial:
    """Play a load in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_play, load).result()


def pin(core: int | None) -> None:
    """Keep this process to one processor, where the system can."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    cv2.setNumThreads(1)


class _Room:
    """The detectors of a trial and what they decided."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._watches: dict[int, Watch] = {}
        self.rows: list[tuple[int, float, int, int]] = []
        """Of each decision: camera, presentation time in seconds, arrival and decision in monotonic nanoseconds."""

    def see(self, frame: Frame) -> None:
        """Give a frame to its camera's detector, on the thread that decodes."""
        watch = self._watches.get(frame.camera_id)
        if watch is None:
            stream = Stream(camera_id=frame.camera_id, size_wh=frame.size_wh, fps=self._load.clip.fps)
            detector = make_detector(self._load.detector, **self._load.options)
            watch = self._watches[frame.camera_id] = Watch(detector, stream)
        watch.update(frame)
        if frame.pts_s is not None and not frame.is_tainted:
            self.rows.append((frame.camera_id, frame.pts_s, frame.arrival_ns, time.monotonic_ns()))

    def drain(self, until_s: float) -> None:
        """Wait for the decisions on all that arrived before an instant, so that what is late counts as late."""
        give_up_s = time.monotonic() + _DRAIN_S
        while time.monotonic() < give_up_s:
            newest_ns = {camera_id: arrival_ns for camera_id, _, arrival_ns, _ in tuple(self.rows)}
            if len(newest_ns) == self._load.n_streams and min(newest_ns.values()) * 1e-9 > until_s:
                return
            time.sleep(0.1)


def _play(load: Load) -> Trial:
    pin(load.core)
    first = make_detector(load.detector, **load.options)  # what it loads is loaded before the first camera begins
    batches = find_batches(first)
    hub, room = Hub(n_workers=1 if batches is None else batches.most), _Room(load)
    begin_s = time.monotonic() + 0.3 + 0.004 * load.n_streams
    starts_s = _starts_s(load, begin_s)
    sources = [_open(load, index, starts_s[index], hub, room) for index in range(load.n_streams)]
    from_s = float(starts_s.max()) + _WARM_S
    until_s = from_s + load.duration_s
    _wait_until(from_s)
    began_busy_s, cpu_s = _busy_s(load.core), time.process_time()
    _wait_until(until_s)
    cpu_s = time.process_time() - cpu_s
    busy_s = _busy_s(load.core)
    room.drain(until_s)
    for source in sources:
        source.close()
    hub.close()
    others_s = None if busy_s is None or began_busy_s is None else max(0.0, busy_s - began_busy_s - cpu_s)
    trial = _judge(load, room, starts_s, from_s, until_s, cpu_s, others_s)
    return trial if batches is None else dataclasses.replace(trial, pictures_a_run=batches.pictures_a_run)


def find_batches(detector: Detector) -> Batches | None:
    """Return what joins the pictures of all detectors of this process that share a detector's network."""
    network: Network | None = getattr(detector, "network", None)
    return None if network is None else network.batches


def _starts_s(load: Load, begin_s: float) -> NDArray[np.float64]:
    """Return when each camera begins; spread ones over the distance of key frames, as of cameras that know no other.

    Steps of the golden section leave no two of any number of cameras near each other (Weyl's sequence).
    """
    if not load.is_spread:
        return np.full(load.n_streams, begin_s)
    clip = load.clip
    key_distance = next((index for index in range(1, len(clip.units)) if clip.is_key[index]), len(clip.units))
    phase = np.asarray(_GOLDEN * np.arange(load.n_streams) % 1.0, dtype=np.float64)
    return begin_s + phase * (key_distance / float(clip.fps))


def _open(load: Load, index: int, start_s: float, hub: Hub, room: _Room) -> StreamSource:
    if load.urls:
        return StreamSource(load.urls[index], camera_id=index, hub=hub, see=room.see, fresh_s=load.fresh_s)

    def connect(_: str) -> Connected:
        return PacedConnection(load.clip, begin_s=start_s)

    return StreamSource(f"paced:{index}", camera_id=index, hub=hub, see=room.see, fresh_s=load.fresh_s,
                        connect=connect)


def _wait_until(at_s: float) -> None:
    time.sleep(max(0.0, at_s - time.monotonic()))


def _judge(
    load: Load, room: _Room, starts_s: NDArray[np.float64], from_s: float, until_s: float, cpu_s: float,
    others_s: float | None,
) -> Trial:
    camera, pts_s, arrival_ns, decided_ns = (np.array(column) for column in zip(
        *(room.rows or [(0, 0.0, 0, 0)]), strict=True))
    if load.urls:  # the network's own delay is not ours: a stream began when its quickest packet says
        starts_s = np.array([_quickest(arrival_ns[camera == index] * 1e-9 - pts_s[camera == index])
                             for index in range(load.n_streams)])
    due_s = starts_s[camera] + pts_s
    is_in = (due_s >= from_s) & (due_s < until_s)
    late_s = decided_ns[is_in] * 1e-9 - due_s[is_in]
    expected = np.array([_n_due(start_s, float(load.clip.fps), from_s, until_s) for start_s in starts_s])
    given = np.bincount(camera[is_in], minlength=load.n_streams)
    p50_s, p99_s = np.quantile(late_s, (0.5, 0.99)) if late_s.size else (float("inf"), float("inf"))
    return Trial(
        n_streams=load.n_streams, is_spread=load.is_spread, n_due=int(expected.sum()), n_decided=int(given.sum()),
        most_missing=int((expected - given).max()), p50_s=float(p50_s), p99_s=float(p99_s),
        cpu_per_stream=cpu_s / load.duration_s / load.n_streams,
        memory_mib=_peak_memory_mib(), others_share=None if others_s is None else others_s / load.duration_s)


def _quickest(begins_s: NDArray[np.float64]) -> float:
    return float(begins_s.min()) if begins_s.size else float("inf")


def _n_due(start_s: float, fps: float, from_s: float, until_s: float) -> int:
    """Return how many instants ``start_s`` + n / ``fps`` lie in a window."""
    if not np.isfinite(start_s):
        return round((until_s - from_s) * fps)
    first, end = np.ceil((np.array([from_s, until_s]) - start_s) * fps - 1e-9)
    return int(end - max(0.0, first))


def _busy_s(core: int | None) -> float | None:
    """Return for how long a processor was busy since the system's start, with whatever; None where nothing says."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return None
    row = next((line.split()[1:9] for line in lines if line.startswith(f"cpu{core} ")), None)
    if row is None:
        return None
    ticks = [int(word) for word in row]
    return (sum(ticks) - ticks[_IDLE] - ticks[_WAITING]) / os.sysconf("SC_CLK_TCK")


def _peak_memory_mib() -> float | None:
    """Return the most memory that this process held; getrusage counts what held its place before it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM:")), None)
