"""The conformance suite passes what is shipped and fails on every broken rule."""

from __future__ import annotations

import dataclasses
import time
from fractions import Fraction

import numpy as np
import pytest

from agents import (
    LeftObjectDetector,
    MotionDetector,
    Post,
    Stream,
    check_detector,
    detector_names,
    make_detector,
)
from agents.watching import NotStartedError
from hw.drawn_source import DrawnSource
from hw.scenes import make_scene
from sim.errors import ConformanceError, WatchfloorError


@pytest.fixture(scope="module")
def frames(scene_once):
    things = [scene_once.box_at(140, 90, from_s=4.0, to_s=8.0), scene_once.box_at(60, 90, from_s=12.0)]
    return scene_once.draw(things, duration_s=16.0)


@pytest.fixture(scope="module")
def stream(scene_once):
    return scene_once.stream


SHIPPED = {
    "bag": {"network": "none"}, "bottle": {"network": "none"}, "fight": {"least": 0.01, "hold_s": 0.2},
    "crowd": {"enabled": True, "network": "none", "n_people": 1, "hold_s": 0.5}, "left_object": {},
    "line": {"network": "none"}, "loiter": {"enabled": True, "network": "none", "dwell_s": 0.5}, "motion": {},
    "person": {"network": "none"}, "person_down": {"network": "none"}, "tamper": {}, "vehicle": {"network": "none"},
    "zone": {"network": "none"},
}
"""Every shipped detector, with options under which ten seconds of drawn boxes can make it raise."""

QUIET = {"crowd", "line", "loiter", "person_down", "tamper"}
"""Those that these frames do not make raise; their own tests do."""


def test_the_suite_is_run_over_every_shipped_detector():
    assert set(SHIPPED) == set(detector_names())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_detector_keeps_the_contract(name, frames, stream):
    check_detector(lambda: make_detector(name, **SHIPPED[name]), frames, stream, min_alerts=0 if name in QUIET else 1)


def test_the_street_profile_keeps_it(scene_once, stream):
    thing = dataclasses.replace(scene_once.box_at(150, 196, from_s=5.0), size_wh=(5, 5), grey=40)
    frames = scene_once.draw([scene_once.person_walking(2.0), thing], duration_s=13.0)
    check_detector(lambda: make_detector("left_object", profile="street", network="none"), frames, stream)


def test_a_detector_with_a_network_keeps_it(sample):
    sample("yolox_nano_dyn")
    source = DrawnSource(make_scene("market", seed=1), fps=Fraction(5), duration_s=2.4, size_wh=(416, 234))
    frames = list(source)
    stream = Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps)
    check_detector(lambda: make_detector("person"), frames, stream)


@pytest.mark.parametrize("name", ["motion", "left_object"])
def test_it_is_kept_without_presentation_times_too(name, frames, stream):
    untimed = [dataclasses.replace(frame, pts_s=None) for frame in frames]
    check_detector(lambda: make_detector(name), untimed, stream)


class BrightDetector:
    """Keeps the contract: says when the mean brightness changes by a grey level from one frame to the next."""

    name = "bright"
    pixels = "luma"
    working_size_wh = (8, 8)
    changes: dict[str, object] = {}  # noqa: RUF012 - the broken ones below replace it

    def __init__(self):
        self.post = None

    def start(self, stream):
        self.post = Post(self.name, stream)
        self.reset()

    def reset(self):
        self.before = None

    def update(self, frame):
        if self.post is None:
            raise NotStartedError(self.name)
        luma = frame.luma()
        before, self.before = self.before, self.keep(luma)
        if before is None or abs(luma.mean() - before.mean()) < 1.0:
            return []
        alert = self.post.alert("bright", detect_s=self.post.time_s(frame), score=0.5, box_xyxy=(0, 0, 8, 8))
        return [dataclasses.replace(alert, **self.changes)]

    def keep(self, luma):
        return luma.copy()


def broken(**attributes):
    return type("BrokenDetector", (BrightDetector,), attributes)


def update_before_start(self, frame):
    return [] if self.post is None else BrightDetector.update(self, frame)


def update_crashing(self, frame):
    self.post.stream  # noqa: B018 - fails with AttributeError when not started
    return BrightDetector.update(self, frame)


def update_refusing_vaguely(self, frame):
    if self.post is None:
        raise WatchfloorError("no")
    return BrightDetector.update(self, frame)


def update_writing(self, frame):
    alerts = BrightDetector.update(self, frame)
    frame.luma()[0, 0] ^= 1
    return alerts


class FickleDetector(BrightDetector):
    """Every second one raises nothing."""

    n_started = 0

    def start(self, stream):
        super().start(stream)
        FickleDetector.n_started += 1
        self.is_asleep = FickleDetector.n_started % 2 == 0

    def update(self, frame):
        alerts = super().update(frame)
        return [] if self.is_asleep else alerts


class StickyDetector(BrightDetector):
    """Its reset does nothing."""

    def start(self, stream):
        super().start(stream)
        self.before = None

    def reset(self):
        pass


def update_hanging_in_the_dark(self, frame):
    if self.post is not None and not frame.luma().any():
        time.sleep(0.3)
    return BrightDetector.update(self, frame)


def update_crashing_in_the_dark(self, frame):
    if self.post is not None:
        1 / int(frame.luma().max())
    return BrightDetector.update(self, frame)


def update_crashing_when_resized(self, frame):
    if self.post is not None:
        np.broadcast_to(frame.luma(), (240, 320))
    return BrightDetector.update(self, frame)


def update_crashing_at_3(self, frame):
    if self.post is not None and frame.index == 3:
        raise ValueError("boom")
    return BrightDetector.update(self, frame)


def update_telling(what):
    return lambda self, frame: BrightDetector.update(self, frame) and what


class HoardingDetector(BrightDetector):
    """Keeps every picture for ever."""

    def __init__(self):
        super().__init__()
        self.hoard = []

    def keep(self, luma):
        self.hoard.append(luma.copy())
        return luma.copy()


BROKEN = {
    "no name": (broken(name=""), "name"),
    "no such pixels": (broken(pixels="rgb"), "pixels = rgb; expected luma or bgr"),
    "a size with a fraction": (broken(working_size_wh=(8.5, 8)), "working_size_wh"),
    "no size after start": (broken(working_size_wh=None), "working_size_wh after start"),
    "no reset at all": (broken(reset=property(lambda self: self.missing)), "reset"),
    "update before start is accepted": (broken(update=update_before_start), "update before start = accepted"),
    "update before start crashes": (broken(update=update_crashing), "update before start = AttributeError"),
    "update before start is refused without a reason": (broken(update=update_refusing_vaguely), "start"),
    "two runs differ": (FickleDetector, "a second detector on the same frames"),
    "reset does nothing": (StickyDetector, "after reset"),
    "another camera": (broken(changes={"camera_id": 3}), "alert.camera_id = 3; expected the stream's 7"),
    "another detector's name": (broken(changes={"detector": "x"}), "alert.detector"),
    "a kind that is no text": (broken(changes={"kind": 4}), "alert.kind"),
    "a score above 1": (broken(changes={"score": 1.2}), "alert.score"),
    "a score that is no number": (broken(changes={"score": float("nan")}), "alert.score"),
    "a level beyond 4": (broken(changes={"level": 5}), "alert.level"),
    "a box outside the frame": (broken(changes={"box_xyxy": (0, 0, 321, 8)}), "alert.box_xyxy"),
    "an empty box": (broken(changes={"box_xyxy": (5, 0, 5, 8)}), "alert.box_xyxy"),
    "an alert from the future": (broken(changes={"detect_s": 99.0}), "alert.detect_s = 99.0; expected no later"),
    "it crashes": (broken(update=update_crashing_at_3), "update of frame 3 = ValueError('boom') in test_check.py"),
    "it tells texts": (broken(update=update_telling(["x"])), "= ['x']; expected a list of alerts"),
    "it tells no list": (broken(update=update_telling(None)), "= None; expected a list of alerts"),
    "one number for all alerts": (broken(changes={"alert_id": 0}), "alert_id"),
    "a view of the pixels is kept": (broken(keep=lambda self, luma: luma), "keeps a view"),
    "it hangs on black pictures": (broken(update=update_hanging_in_the_dark), "s for one frame; expected at most"),
    "it crashes on black pictures": (broken(update=update_crashing_in_the_dark), "black pictures = ZeroDivisionError"),
    "it crashes on a frame of another size": (broken(update=update_crashing_when_resized), "a frame of another size"),
    "it keeps every picture": (HoardingDetector, "memory after"),
    "the pixels are written to": (broken(update=update_writing), "pixels"),
}


def test_a_plain_detector_that_keeps_the_contract_passes(frames, stream):
    check_detector(BrightDetector, frames, stream)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_detector_is_caught(case, frames, stream, monkeypatch):
    monkeypatch.setattr("agents.check_input.LONGEST_UPDATE_S", 0.2)
    make, message = BROKEN[case]
    with pytest.raises(ConformanceError, match=r"expected") as caught:
        check_detector(make, frames, stream)
    assert message in str(caught.value)


def test_frames_that_bring_no_alert_prove_nothing_and_are_refused(frames, stream):
    with pytest.raises(ConformanceError, match="alerts = 0; expected at least 1"):
        check_detector(MotionDetector, frames[:20], stream)
    check_detector(LeftObjectDetector, frames[:20], stream, min_alerts=0)
