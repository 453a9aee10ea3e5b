"""The conformance suite of the Detector contract, for the detectors shipped and for those of users."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from agents.check_input import check_hard_input
from agents.detector import Detector, Stream
from agents.watching import DetectorError, Post, claims_of, start_detector
from hw.frame import Frame, Picture
from sim.errors import ConformanceError, WatchfloorError
from sim.records import Alert

MakeDetector: TypeAlias = Callable[[], Detector]


def check_detector(make: MakeDetector, frames: Sequence[Frame], stream: Stream, *, min_alerts: int = 1) -> None:
    """Check that a detector keeps the contract.

    Args:
        make: makes a new detector, alike each time.
        frames: of one scene, in order, whose pixels can be asked for again and again.
        stream: what the frames are of.
        min_alerts: alerts that the frames must bring; rules about alerts are tried only on alerts.

    Raises:
        ConformanceError: at the first rule that is broken.
    """
    _check_declaration(make())
    _check_refuses_before_start(make(), frames[0])
    alerts = _run(make(), frames, stream)
    if len(alerts) < min_alerts:
        raise ConformanceError(f"check_detector: alerts = {len(alerts)}; expected at least {min_alerts}; "
                               "give frames that make this detector raise")
    _check_same(make().name, "a second detector on the same frames", alerts, _run(make(), frames, stream))
    _check_reset(make(), frames, stream, alerts)
    _check_lent_pixels(make(), frames, stream, alerts)
    check_hard_input(make, frames, stream)


def _check_declaration(detector: Detector) -> None:
    for attribute in ("name", "pixels", "working_size_wh", "start", "update", "reset"):
        if not hasattr(detector, attribute):
            raise _broken(type(detector).__name__, attribute, "nothing", "every attribute of agents.Detector")
    if not isinstance(detector.name, str) or not detector.name:
        raise _broken(type(detector).__name__, "name", detector.name, "a text that is not empty")
    if detector.pixels not in ("luma", "bgr"):
        raise _broken(detector.name, "pixels", detector.pixels, "luma or bgr")
    _check_size(detector, detector.working_size_wh)


def _check_size(detector: Detector, size_wh: object) -> None:
    is_size = (isinstance(size_wh, tuple) and len(size_wh) == 2
               and all(isinstance(side, int) and side > 0 for side in size_wh))
    if size_wh is not None and not is_size:
        raise _broken(detector.name, "working_size_wh", size_wh, "(width, height) in whole pixels, or None")


def _check_refuses_before_start(detector: Detector, frame: Frame) -> None:
    expected = "a WatchfloorError that asks for start(stream)"
    try:
        detector.update(frame)
    except WatchfloorError as error:
        if "start" not in str(error):
            raise _broken(detector.name, "update before start", str(error), expected) from error
    except Exception as error:
        raise _broken(detector.name, "update before start", repr(error), expected) from error
    else:
        raise _broken(detector.name, "update before start", "accepted", expected)


def _run(detector: Detector, frames: Sequence[Frame], stream: Stream) -> list[Alert]:
    _start(detector, stream)
    if detector.working_size_wh is None:
        raise _broken(detector.name, "working_size_wh after start", None, "(width, height)")
    _check_size(detector, detector.working_size_wh)
    return _feed(detector, frames, stream)


def _start(detector: Detector, stream: Stream) -> None:
    try:
        start_detector(detector, stream)
    except DetectorError as error:
        raise ConformanceError(str(error)) from error


def _feed(detector: Detector, frames: Sequence[Frame], stream: Stream) -> list[Alert]:
    alerts: list[Alert] = []
    clock = Post(detector.name, stream)
    for frame in frames:
        frame_s = clock.time_s(frame)
        raised = _claims(detector, frame)
        for alert in raised:
            _check_alert(detector.name, alert, frame_s, stream)
        alerts.extend(raised)
    ids = [alert.alert_id for alert in alerts]
    if len(set(ids)) < len(ids):
        raise _broken(detector.name, "alert_id", ids, "no number twice in one stream")
    return alerts


def _claims(detector: Detector, frame: Frame) -> tuple[Alert, ...]:
    try:
        return claims_of(detector, frame)
    except DetectorError as error:
        raise ConformanceError(str(error)) from error


def _check_alert(detector: str, alert: Alert, frame_s: float, stream: Stream) -> None:
    width, height = stream.size_wh
    box = alert.box_xyxy
    rules: tuple[tuple[str, object, bool, str], ...] = (
        ("camera_id", alert.camera_id, alert.camera_id == stream.camera_id, f"the stream's {stream.camera_id}"),
        ("detector", alert.detector, alert.detector == detector, f"the detector's name, {detector}"),
        ("kind", alert.kind, isinstance(alert.kind, str) and alert.kind != "", "a text that is not empty"),
        ("score", alert.score, 0.0 <= alert.score <= 1.0, "a number from 0 to 1"),
        ("level", alert.level, alert.level in (1, 2, 3, 4), "1, 2, 3 or 4"),
        ("detect_s", alert.detect_s, alert.detect_s <= frame_s, f"no later than its frame, {frame_s}"),
        ("box_xyxy", box, box is None or (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height),
         f"left < right and top < bottom within the frame, {width} × {height}"),
    )
    for field, value, holds, expected in rules:
        if not holds:
            raise _broken(detector, f"alert.{field}", value, expected)


def _check_reset(detector: Detector, frames: Sequence[Frame], stream: Stream, expected: Sequence[Alert]) -> None:
    _run(detector, frames, stream)
    detector.reset()
    alerts = [dataclasses.replace(alert, alert_id=0) for alert in _feed(detector, frames, stream)]
    _check_same(detector.name, "the same frames after reset",
                [dataclasses.replace(alert, alert_id=0) for alert in expected], alerts)


def _check_lent_pixels(detector: Detector, frames: Sequence[Frame], stream: Stream,
                       expected: Sequence[Alert]) -> None:
    """Lend each frame's pixels from memory that is written over once the detector has seen it."""
    _start(detector, stream)
    alerts: list[Alert] = []
    for frame in frames:
        luma, bgr = _Loan(frame.luma), _Loan(frame.bgr)
        alerts.extend(detector.update(dataclasses.replace(frame, make_luma=luma.lend, make_bgr=bgr.lend)))
        for loan in (luma, bgr):
            if not loan.take_back():
                raise _broken(detector.name, "the frame's pixels after update", "changed", "pixels only read")
    _check_same(detector.name, "pixels written over after update (it keeps a view: copy what is kept)",
                expected, alerts)


class _Loan:
    """Pixels that are lent for one update, then written over."""

    def __init__(self, make: Callable[[], Picture]) -> None:
        self._make = make
        self._true: Picture | None = None
        self._lent: Picture | None = None

    def lend(self) -> Picture:
        if self._lent is None:
            self._true = self._make()
            self._lent = self._true.copy()
        return self._lent

    def take_back(self) -> bool:
        """Write over the pixels and return whether they had been left as they were."""
        if self._lent is None or self._true is None:
            return True
        was_kept = np.array_equal(self._lent, self._true)
        self._lent[...] = 255 - self._lent
        return was_kept


def _check_same(detector: str, case: str, expected: Sequence[Alert], got: Sequence[Alert]) -> None:
    if list(expected) != list(got):
        raise _broken(detector, case, f"{len(got)} alerts {_brief(got)}",
                      f"the first run's {len(expected)} alerts {_brief(expected)}")


def _brief(alerts: Sequence[Alert]) -> str:
    return ", ".join(f"{alert.kind} at {alert.detect_s:.2f} s" for alert in alerts[:5]) or "(none)"


def _broken(detector: str, where: str, got: object, expected: str) -> ConformanceError:
    return ConformanceError(f"{detector}: {where} = {got}; expected {expected}")
