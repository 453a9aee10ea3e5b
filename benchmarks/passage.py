"""One passage of a source's frames through a detector, timed stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import cv2

from agents.detector import Detector, Stream
from agents.watching import DetectorError, Post, Watch
from hw.frame import Frame
from hw.source import Source
from sim.errors import InputError
from sim.records import Alert

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with (frames done, frames in all or None)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """Time that one stage took over all frames."""

    wall_s: float
    cpu_s: float
    """Of the whole process; one thread's, because measuring keeps OpenCV and the decoder to one thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What came out of a passage, and what it cost."""

    n_frames: int
    n_withheld: int
    """Tainted or corrupt frames that the detector was not given."""
    duration_s: float
    """Of the stream, by its own clock."""
    fps: Fraction | None
    size_wh: tuple[int, int]
    decode: StageTime
    """Reading and decoding; without a detector also the view of brightness that one would ask for."""
    detect: StageTime
    """The detector, and the conversion of the pixels it asks for; zero without a detector."""
    alerts: tuple[Alert, ...]

    @property
    def frames_per_s(self) -> float:
        """Frames through both stages in a second on the wall clock."""
        return self.n_frames / max(self.decode.wall_s + self.detect.wall_s, 1e-9)

    @property
    def streams_per_core(self) -> float | None:
        """Streams of this rate that one core decodes and watches: frames / CPU second / fps."""
        return self._per_core(self.decode.cpu_s + self.detect.cpu_s)

    @property
    def detector_streams_per_core(self) -> float | None:
        """The same for the detector alone; None without one."""
        return self._per_core(self.detect.cpu_s) if self.detect.cpu_s > 0.0 else None

    def _per_core(self, cpu_s: float) -> float | None:
        return None if not self.fps else self.n_frames / max(cpu_s, 1e-9) / float(self.fps)


def run_passage(source: Source, detector: Detector | None, *, n_total: int | None = None,
                progress: Progress | None = None) -> Passage:
    """Pass every frame of a source through a detector, or only decode it.

    The source is closed at the end, also when the user interrupts.

    Raises:
        InputError: if the source gives no frame.
        DetectorError: if the detector crashes, or tells anything but alerts of what it has seen by then.
    """
    clock = _StageClock()
    tally = _Tally(source, detector)
    try:
        with one_thread():
            frames = iter(source)
            clock.begin()
            while (frame := next(frames, None)) is not None:
                if detector is None:
                    frame.luma()  # as a detector would ask, so that the cost of a view or a copy is counted
                clock.end_decode()
                tally.take(frame)
                clock.end_detect()
                if progress is not None:
                    progress(tally.n_frames, n_total)
                    clock.begin()
            clock.end_decode()
    finally:
        source.close()
    return tally.passage(clock)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep OpenCV to one thread, so that CPU time is one core's."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def check_not_ahead(claims: Sequence[Alert], frame_s: float) -> None:
    """Raise DetectorError if an alert tells of what comes after its frame."""
    for claim in claims:
        if claim.detect_s > frame_s:
            raise DetectorError(f"{claim.detector}: alert.detect_s = {claim.detect_s}; expected no later than its "
                                f"frame, {frame_s}; mend the detector: see watchfloor bench check-detector")


class _StageClock:
    """Adds each span of time to the stage that it belongs to."""

    def __init__(self) -> None:
        self._decode = [0.0, 0.0]
        self._detect = [0.0, 0.0]
        self.begin()

    def begin(self) -> None:
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def end_decode(self) -> None:
        self._add(self._decode)

    def end_detect(self) -> None:
        self._add(self._detect)

    def times(self) -> tuple[StageTime, StageTime]:
        decode, detect = (StageTime(wall_s=wall_s, cpu_s=cpu_s) for wall_s, cpu_s in (self._decode, self._detect))
        return decode, detect

    def _add(self, stage: list[float]) -> None:
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        stage[0] += wall_s - self._wall_s
        stage[1] += cpu_s - self._cpu_s
        self._wall_s, self._cpu_s = wall_s, cpu_s


class _Tally:
    """Counts frames and collects alerts."""

    def __init__(self, source: Source, detector: Detector | None) -> None:
        self._source = source
        self._detector = detector
        self._watch: Watch | None = None
        self._post: Post | None = None
        self._alerts: list[Alert] = []
        self._first: Frame | None = None
        self._last: Frame | None = None
        self.n_frames = 0

    def take(self, frame: Frame) -> None:
        if self._first is None:
            self._first = frame
            if self._detector is not None:
                stream = Stream(camera_id=frame.camera_id, size_wh=frame.size_wh, fps=self._source.fps)
                self._watch, self._post = Watch(self._detector, stream), Post(self._detector.name, stream)
        self._last = frame
        self.n_frames += 1
        if self._watch is not None and self._post is not None:
            claims = self._watch.update(frame)
            check_not_ahead(claims, self._post.time_s(frame))
            self._alerts.extend(claims)

    def passage(self, clock: _StageClock) -> Passage:
        if self._first is None or self._last is None:
            raise InputError("run_passage: frames", got=0, expected="at least one frame", do="check the source")
        decode, detect = clock.times()
        if self._detector is None:
            detect = StageTime(wall_s=0.0, cpu_s=0.0)
        return Passage(n_frames=self.n_frames, n_withheld=self._watch.n_withheld if self._watch else 0,
                       duration_s=self._duration_s(self._first, self._last), fps=self._source.fps,
                       size_wh=self._first.size_wh, decode=decode, detect=detect, alerts=tuple(self._alerts))

    def _duration_s(self, first: Frame, last: Frame) -> float:
        fps = self._source.fps
        last_frame_s = float(1 / fps) if fps else 0.0
        if first.pts_s is not None and last.pts_s is not None:
            return last.pts_s - first.pts_s + last_frame_s
        if fps:
            return float(self.n_frames / fps)
        return (last.arrival_ns - first.arrival_ns) / 1e9
