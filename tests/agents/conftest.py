"""Drawn scenes for detectors: a textured ground on which boxes come, stay and go."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from agents.detector import Detector, Stream
from hw.file import FileSource
from hw.frame import Frame, Picture
from hw.samples import SampleUnavailableError, locate_sample
from sim.records import Alert

FPS = 10
SIZE_WH = (320, 240)
STREAM = Stream(camera_id=7, size_wh=SIZE_WH, fps=Fraction(FPS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A grey box in the scene from one instant to another, at a place that may depend on time."""

    size_wh: tuple[int, int]
    left_top: Callable[[float], tuple[float, float]]
    grey: int = 220
    from_s: float = 0.0
    to_s: float = float("inf")


def box_at(left: int, top: int, *, from_s: float = 0.0, to_s: float = float("inf")) -> Thing:
    return Thing(size_wh=(40, 50), left_top=lambda _: (left, top), from_s=from_s, to_s=to_s)


def person_walking(from_s: float, *, speed_px_per_s: float = 60.0) -> Thing:
    """A person who enters on the left and walks out on the right."""
    return Thing(size_wh=(36, 110), left_top=lambda t_s: ((t_s - from_s) * speed_px_per_s - 36.0, 100.0), grey=30,
                 from_s=from_s)


def draw_frames(things: Sequence[Thing], *, duration_s: float, noise_grey: float = 2.0,
                gain: Callable[[float], float] = lambda _: 1.0, has_pts: bool = True) -> list[Frame]:
    rng = np.random.default_rng(5)
    ground = cv2.resize(rng.integers(90, 150, (24, 32)).astype(np.float32), SIZE_WH, interpolation=cv2.INTER_CUBIC)
    frames = []
    for index in range(int(duration_s * FPS)):
        t_s = index / FPS
        picture = ground.copy()
        for thing in things:
            if thing.from_s <= t_s < thing.to_s:
                left, top = (round(value) for value in thing.left_top(t_s))
                right, bottom = left + thing.size_wh[0], top + thing.size_wh[1]
                picture[max(0, top): max(0, bottom), max(0, left): max(0, right)] = thing.grey
        picture = picture * gain(t_s) + rng.normal(0.0, noise_grey, picture.shape)
        frames.append(make_frame(np.clip(picture, 0, 255).astype(np.uint8), index, t_s if has_pts else None))
    return frames


def make_frame(luma: Picture, index: int, pts_s: float | None) -> Frame:
    height, width = luma.shape
    return Frame(camera_id=7, index=index, arrival_ns=index * 100_000_000, pts_s=pts_s, wall_s=None,
                 size_wh=(width, height), make_luma=lambda: luma,
                 make_bgr=lambda: np.repeat(luma[:, :, None], 3, axis=2))


def run_detector(detector: Detector, frames: Sequence[Frame]) -> list[Alert]:
    detector.start(STREAM)
    return [alert for frame in frames for alert in detector.update(frame)]


@pytest.fixture
def scene() -> type[Scene]:
    """The drawing tools of this file."""
    return Scene


@pytest.fixture(scope="module")
def scene_once() -> type[Scene]:
    """The same, for fixtures that draw once a module."""
    return Scene


class Scene:
    """What tests use of this file, by one name."""

    stream = STREAM
    box_at = staticmethod(box_at)
    person_walking = staticmethod(person_walking)
    draw = staticmethod(draw_frames)
    make_frame = staticmethod(make_frame)
    run = staticmethod(run_detector)


@pytest.fixture(scope="session")
def sample():
    """Locates a sample clip or network; the test is skipped where it is not to be had."""

    def locate(name: str) -> Path:
        try:
            return locate_sample(name)
        except SampleUnavailableError as missing:
            pytest.skip(f"{name} is not on this machine: {missing}")

    return locate


@pytest.fixture(scope="session")
def watch_clip(sample):
    """Runs a detector over sample clips, joined end to end as one stream, and returns its alerts."""

    def watch(detector: Detector, *names: str) -> list[Alert]:
        alerts: list[Alert] = []
        began_s = 0.0
        for number, name in enumerate(names):
            source = FileSource(sample(name))
            if number == 0:
                detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
            for frame in source:
                t_s = began_s + float(frame.index / source.fps)
                alerts += detector.update(dataclasses.replace(frame, pts_s=t_s))
            began_s = t_s + float(1 / source.fps)
        return alerts

    return watch
