"""What every detector keeps of its stream, and the one way in which frames reach a detector."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from agents.detector import Detector, Stream
from hw.frame import Frame
from sim.errors import WatchfloorError
from sim.records import Alert

Box: TypeAlias = tuple[float, float, float, float]
"""Pixels (left, top, right, bottom)."""


class DetectorError(WatchfloorError):
    """A detector was used in a way that its contract does not allow."""


class NotStartedError(DetectorError):
    """A frame came before the stream was named."""

    def __init__(self, detector: str) -> None:
        super().__init__(f"{detector}.update: stream = None; expected a started stream; call start(stream) first")


def level_of(score: float) -> int:
    """Return the likelihood level, 1 to 4, of a score: quarters of 0 … 1."""
    return 1 + min(3, int(score * 4.0))


class Post:
    """A detector's place at one stream: tells the time, numbers the alerts."""

    def __init__(self, detector: str, stream: Stream) -> None:
        self.detector = detector
        self.stream = stream
        self._n_alerts = 0
        self._first_arrival_ns: int | None = None
        self._last_s = 0.0

    def time_s(self, frame: Frame) -> float:
        """Return seconds from the start of the stream: presentation time, else index / fps, else arrival.

        A frame without presentation time is never before the frame that came before it.

        Raises:
            DetectorError: if the frame is of another size than the stream.
        """
        if frame.size_wh != self.stream.size_wh:
            raise DetectorError(f"{self.detector}: frame.size_wh = {frame.size_wh}; expected the stream's "
                                f"{self.stream.size_wh}; call start with a stream of the new size")
        if self._first_arrival_ns is None:
            self._first_arrival_ns = frame.arrival_ns
        if frame.pts_s is not None:
            self._last_s = frame.pts_s
        elif self.stream.fps:
            self._last_s = max(self._last_s, float(frame.index / self.stream.fps))
        else:
            self._last_s = max(self._last_s, (frame.arrival_ns - self._first_arrival_ns) / 1e9)
        return self._last_s

    def forget_time(self) -> None:
        """Let time start anew, as after a reset."""
        self._first_arrival_ns = None
        self._last_s = 0.0

    def alert(self, kind: str, *, detect_s: float, score: float, box_xyxy: Box | None) -> Alert:
        """Make the next alert of this stream; the box is cut to the frame."""
        self._n_alerts += 1
        width, height = self.stream.size_wh
        box = None
        if box_xyxy is not None:
            left, top, right, bottom = (float(edge) for edge in box_xyxy)
            box = (max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
        return Alert(alert_id=self._n_alerts - 1, camera_id=self.stream.camera_id, kind=kind, detect_s=detect_s,
                     score=score, level=level_of(score), detector=self.detector, box_xyxy=box)


@contextmanager
def blaming(where: str, *, expected: str) -> Iterator[None]:
    """Name the file and the line in which a detector crashes: another's code may fail in any way.

    Raises:
        DetectorError: in place of whatever is raised inside, but for watchfloor's own errors.
    """
    try:
        yield
    except WatchfloorError:
        raise
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        raise DetectorError(f"{where} = {error!r} in {Path(line.filename).name}, line {line.lineno}; expected "
                            f"{expected}; mend the detector") from error


def start_detector(detector: Detector, stream: Stream) -> None:
    """Name the stream to a detector.

    Raises:
        DetectorError: if it crashes.
    """
    with blaming(f"{detector.name}: start", expected="a detector that takes its stream"):
        detector.start(stream)


def claims_of(detector: Detector, frame: Frame) -> tuple[Alert, ...]:
    """Return the alerts that a detector completes with a frame.

    Raises:
        DetectorError: if it crashes, or returns anything but alerts.
    """
    where = f"{detector.name}: update of frame {frame.index}"
    with blaming(where, expected="alerts, or none"):
        claims = detector.update(frame)
    if not isinstance(claims, Sequence) or not all(isinstance(claim, Alert) for claim in claims):
        raise DetectorError(f"{where} = {claims!r}; expected a list of alerts, empty if none came; mend the detector")
    return tuple(claims)


class Watch:
    """Gives a started detector the frames it may see.

    Tainted and corrupt frames are withheld; the first clean frame after them meets a detector that was reset.
    """

    def __init__(self, detector: Detector, stream: Stream) -> None:
        self._detector = detector
        self._after_gap = False
        self.n_withheld = 0
        start_detector(detector, stream)

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Pass the frame on, or withhold it, and return the alerts it completed.

        Raises:
            DetectorError: if the detector crashes, or returns anything but alerts.
        """
        if frame.is_tainted or frame.is_corrupt:
            self._after_gap = True
            self.n_withheld += 1
            return ()
        if self._after_gap:
            with blaming(f"{self._detector.name}: reset", expected="a detector that forgets"):
                self._detector.reset()
            self._after_gap = False
        return claims_of(self._detector, frame)
