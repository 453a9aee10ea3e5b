"""A process of its own for one feed: it opens the camera, runs the detector, and tells what it finds."""

from __future__ import annotations

import dataclasses
import itertools
import os
import queue
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from agents.detector import Detector, Stream
from agents.registry import make_detector
from agents.watching import Watch
from hw.credentials import redact
from hw.frame import Frame, Picture
from hw.health import CameraHealth
from hw.mask import MotionMask
from hw.notice import FeedNotice
from hw.schemes import LiveOptions, open_source
from hw.source import Source, SourceCounters
from hw.stream import StreamSource
from sim.input_records import SourceState
from sim.records import Alert
from watchfloor.memory import peak_memory_mib

BEAT_S = 0.25
PICTURE_S = 0.2
"""From one picture for people to the next, while somebody looks."""
LOOK_S = 3.0
"""How long somebody looks who asks once."""
PAST_S = 0.5
"""From one picture to look back at to the next."""
PICTURE_WIDTH_PX = 640
_NICE = 5
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTask:
    """What a worker is to do; plain values, so that it travels to the process."""

    camera_id: int
    address: str
    detector: str
    options: Mapping[str, object]
    is_masked: bool = False
    """Whether people see moving parts blurred; the detector never does."""
    keeps_past: bool = False
    """Whether masked pictures are sent all the time, to be looked back at."""

    def __repr__(self) -> str:
        return f"FeedTask(camera_id={self.camera_id}, address={redact(self.address)!r}, detector={self.detector!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """When one picture passed each stage, in monotonic nanoseconds of this machine."""

    capture_ns: int | None
    """None where the stream does not say."""
    arrival_ns: int
    decoded_ns: int
    """When the detector got it."""
    detected_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen:
    """A detector's claim, with the stages of the picture on which it was raised."""

    alert: Alert
    stamps: Stamps


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A worker lives, and how its feed does."""

    camera_id: int
    state: SourceState
    n_frames: int
    n_withheld: int
    """Tainted or corrupt, so kept from the detector."""
    counters: SourceCounters
    memory_mib: float
    why: str
    """What last ended an attempt; redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A worker gives up."""

    camera_id: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPicture:
    """What a camera showed, for people to look at."""

    camera_id: int
    jpeg: bytes
    sequence: int
    """Rises with each picture of the worker."""
    wall_s: float
    """``time.time()`` when it was taken."""
    is_past: bool = False
    """Whether it is one to look back at, masked; else one to be seen now."""


FromWorker: TypeAlias = AlertSeen | Beat | Fault | FeedNotice | FeedPicture


def work(task: FeedTask, pipe: Connection) -> None:
    """Watch one feed until the other side of the pipe has gone; where processors are scarce the engine goes first."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        _Watcher(task, pipe).run()
    except (BrokenPipeError, EOFError, ConnectionResetError):
        return
    except Exception as error:
        pipe.send(Fault(camera_id=task.camera_id, why=redact(f"{type(error).__name__}: {error}")[:300]))


class _Watcher:
    """One feed and its detector."""

    def __init__(self, task: FeedTask, pipe: Connection) -> None:
        self._task, self._pipe = task, pipe
        self._ready: Detector | None = None
        self._watch: Watch | None = None
        self._watched_wh: tuple[int, int] | None = None
        self._counters = SourceCounters()
        self._notices: queue.SimpleQueue[FeedNotice] = queue.SimpleQueue()
        self._health = CameraHealth(camera_id=task.camera_id)
        self._mask = MotionMask() if task.is_masked else None
        self._past_mask = MotionMask() if task.keeps_past else None
        self._state, self._why = SourceState.CONNECTING, ""
        self._n_frames = self._n_withheld = 0
        self._beat_at_s = self._picture_at_s = self._past_at_s = self._looked_at_until_s = 0.0

    def run(self) -> None:
        """Take frames until the process is ended.

        The detector is made before the first word: what it loads or compiles takes longer than a hung one is given.
        """
        self._ready = self._make_detector()
        source = open_source(self._task.address, camera_id=self._task.camera_id,
                             live=LiveOptions(listener=self._notices.put))
        self._beat()
        if isinstance(source, StreamSource):
            self._follow(source)
        else:
            self._play(source)

    def _follow(self, source: StreamSource) -> None:
        while True:
            frame = source.take(BEAT_S)
            self._why, self._counters = source.fault, source.counters
            if frame is not None:
                self._take(source, frame)
                for event in self._health.update(frame):
                    self._notices.put(event.notice(self._state))
            self._beat()

    def _play(self, first: Source) -> None:
        """Give what is no live stream at its own pace, round after round; what comes too late is dropped."""
        for source in itertools.chain([first], map(self._reopened, itertools.count())):
            self._watch = None  # time begins anew, and so does the detector
            for frame in _at_its_pace(source):
                self._state, self._counters = SourceState.LIVE, source.counters
                self._take(source, frame)
                self._beat()
            source.close()

    def _reopened(self, _: int) -> Source:
        return open_source(self._task.address, camera_id=self._task.camera_id)

    def _take(self, source: Source, frame: Frame) -> None:
        self._n_frames += 1
        self._n_withheld += frame.is_tainted or frame.is_corrupt
        self._show(frame)
        self._keep(frame)
        if self._watch is None or frame.size_wh != self._watched_wh:  # a stream may change its size on the way
            detector, self._ready = self._ready or self._make_detector(), None
            self._watch = Watch(detector, Stream(camera_id=self._task.camera_id, size_wh=frame.size_wh, fps=source.fps))
            self._watched_wh = frame.size_wh
        decoded_ns = time.monotonic_ns()
        for alert in self._watch.update(frame):
            self._pipe.send(AlertSeen(alert=alert, stamps=Stamps(
                capture_ns=frame.capture_ns, arrival_ns=frame.arrival_ns, decoded_ns=decoded_ns,
                detected_ns=time.monotonic_ns())))

    def _make_detector(self) -> Detector:
        return make_detector(self._task.detector, **self._task.options)

    def _show(self, frame: Frame) -> None:
        """Send a picture for people, if somebody looks and it is time for one."""
        now_s = time.monotonic()
        if now_s >= self._looked_at_until_s or now_s < self._picture_at_s:
            return
        self._picture_at_s = now_s + PICTURE_S
        self._send(self._mask.apply(frame) if self._mask is not None else frame.bgr(), is_past=False)

    def _keep(self, frame: Frame) -> None:
        """Send a picture to look back at, if it is time for one."""
        now_s = time.monotonic()
        if self._past_mask is not None and now_s >= self._past_at_s:
            self._past_at_s = now_s + PAST_S
            self._send(self._past_mask.apply(frame), is_past=True)

    def _send(self, bgr: Picture, *, is_past: bool) -> None:
        if bgr.shape[1] > PICTURE_WIDTH_PX:
            height = round(bgr.shape[0] * PICTURE_WIDTH_PX / bgr.shape[1])
            bgr = np.asarray(cv2.resize(bgr, (PICTURE_WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)
        jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
        self._pipe.send(FeedPicture(camera_id=self._task.camera_id, jpeg=jpeg, sequence=self._n_frames,
                                    wall_s=time.time(), is_past=is_past))

    def _beat(self) -> None:
        now_s = time.monotonic()
        if now_s < self._beat_at_s:
            return
        while self._pipe.poll():  # all that is ever asked for is pictures
            self._pipe.recv()
            self._looked_at_until_s = now_s + LOOK_S
        self._beat_at_s = now_s + BEAT_S
        while not self._notices.empty():
            notice = self._notices.get()
            self._state = notice.state  # as it was told, so that no beat says what came before or after
            self._pipe.send(notice)
        self._pipe.send(Beat(
            camera_id=self._task.camera_id, state=self._state, n_frames=self._n_frames,
            n_withheld=self._n_withheld, counters=self._counters, memory_mib=_memory_mib(), why=self._why))


def _at_its_pace(source: Source) -> Iterator[Frame]:
    """Yield frames when they are due, which counts as their capture."""
    began_ns, step_ns = time.monotonic_ns(), round(1e9 / (source.fps or 25))
    for frame in source:
        due_ns = began_ns + (round(frame.pts_s * 1e9) if frame.pts_s is not None else frame.index * step_ns)
        ahead_ns = due_ns - time.monotonic_ns()
        if ahead_ns > 0:
            time.sleep(ahead_ns * 1e-9)
        if ahead_ns > -2 * step_ns:
            yield dataclasses.replace(frame, capture_ns=due_ns, arrival_ns=time.monotonic_ns())


def _memory_mib() -> float:
    """Return the memory that this process holds now; its most so far where the system does not say that."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return peak_memory_mib()
