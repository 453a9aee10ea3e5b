"""The conformance suite of sources: every source passes it, and every rule can fail."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from hw.check import check_source
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.frame import Frame
from hw.scenes import make_scene
from hw.source import SourceCounters
from sim.errors import ConformanceError
from sim.input_records import SourceState


class PlainSource:
    """The simplest source that keeps the contract; each broken one below breaks it once."""

    def __init__(self) -> None:
        self.size_wh = (32, 24)
        self.fps: object = Fraction(10)
        self.counters = SourceCounters()
        self.n_closed = 0
        self._frames = self._make()

    @property
    def state(self) -> SourceState:
        return SourceState.DEAD if self.n_closed else SourceState.LIVE

    def frame(self, index: int) -> Frame:
        return Frame(
            camera_id=0, index=index, arrival_ns=time.monotonic_ns(), pts_s=index / 10, wall_s=None, size_wh=(32, 24),
            make_luma=lambda: np.zeros((24, 32), np.uint8), make_bgr=lambda: np.zeros((24, 32, 3), np.uint8),
        )

    def _make(self) -> Iterator[Frame]:
        for index in range(5):
            if self.n_closed:
                return
            self.counters.decoded += 1
            yield self.frame(index)

    def __iter__(self) -> Iterator[Frame]:
        return self._frames

    def close(self) -> None:
        self.n_closed += 1


def broken_frame(**changes: object) -> type[PlainSource]:
    """Return a source whose frames, after the first, have one field wrong."""

    class Broken(PlainSource):
        def frame(self, index: int) -> Frame:
            frame = super().frame(index)
            return dataclasses.replace(frame, **changes) if index else frame

    return Broken


class FloatRate(PlainSource):
    def __init__(self) -> None:
        super().__init__()
        self.fps = 29.97


class ZeroRate(PlainSource):
    def __init__(self) -> None:
        super().__init__()
        self.fps = Fraction(0)


class NoSize(PlainSource):
    def __init__(self) -> None:
        super().__init__()
        self.size_wh = (0, 0)


class WrongSize(PlainSource):
    def __init__(self) -> None:
        super().__init__()
        self.size_wh = (64, 48)


class CountsAhead(PlainSource):
    def __init__(self) -> None:
        super().__init__()
        self.counters.decoded = 3


class NeverCounts(PlainSource):
    def _make(self) -> Iterator[Frame]:
        for frame in super()._make():
            self.counters.decoded = 0
            yield frame


class NeverLive(PlainSource):
    @property
    def state(self) -> SourceState:
        return SourceState.DEAD if self.n_closed else SourceState.STALE


class NeverDead(PlainSource):
    state = SourceState.LIVE


class ClosesOnce(PlainSource):
    def close(self) -> None:
        super().close()
        if self.n_closed > 1:
            raise OSError("closed already")


class GoesOn(PlainSource):
    def _make(self) -> Iterator[Frame]:
        for index in range(5):
            self.counters.decoded += 1
            yield self.frame(index)


class GoesOnForNewcomers(PlainSource):
    def __iter__(self) -> Iterator[Frame]:
        return iter([self.frame(0)]) if self.n_closed else self._frames


class Empty(PlainSource):
    def _make(self) -> Iterator[Frame]:
        yield from ()


class EmptySecond(PlainSource):
    n_made = 0

    def _make(self) -> Iterator[Frame]:
        type(self).n_made += 1
        yield from super()._make() if self.n_made == 1 else ()


class DeadOnlyAtTheEnd(PlainSource):
    @property
    def state(self) -> SourceState:
        return SourceState.DEAD if self.n_closed and self.counters.decoded == 5 else SourceState.LIVE


BROKEN = [
    (FloatRate, "fps is a Fraction or None"),
    (ZeroRate, "fps is > 0"),
    (NoSize, "size_wh is two numbers of pixels"),
    (WrongSize, "a frame's size_wh is the source's"),
    (CountsAhead, "decoded is 0 before the first frame"),
    (NeverCounts, "counters.decoded is the 1 frames given"),
    (broken_frame(index=7), "index runs 0, 1, 2"),
    (broken_frame(size_wh=(24, 32)), "a frame's size_wh is the source's"),
    (broken_frame(make_luma=lambda: np.zeros((32, 24), np.uint8)), r"luma\(\) has shape"),
    (broken_frame(make_luma=lambda: np.zeros((24, 32), np.float32)), r"luma\(\) has dtype uint8"),
    (broken_frame(make_bgr=lambda: np.zeros((24, 32), np.uint8)), r"bgr\(\) has shape"),
    (broken_frame(make_bgr=lambda: np.zeros((24, 32, 3), np.uint16)), r"bgr\(\) has dtype uint8"),
    (broken_frame(arrival_ns=0), "arrival_ns never falls"),
    (broken_frame(camera_id=3), "camera_id stays 0"),
    (broken_frame(pts_s=0.0), "pts_s rises"),
    (NeverLive, "state is LIVE while frames come"),
    (NeverDead, r"state is DEAD after close\(\)"),
    (ClosesOnce, r"close\(\) twice does nothing"),
    (GoesOn, r"iteration ends after close\(\)"),
    (GoesOnForNewcomers, "a closed source gives no frame"),
    (Empty, "at least two frames"),
    (EmptySecond, "a source opened anew gives frames"),
    (DeadOnlyAtTheEnd, "DEAD after close.. on the way"),
]


def test_a_plain_source_passes():
    check_source(PlainSource)


@pytest.mark.parametrize(("broken", "rule"), BROKEN, ids=[rule for _, rule in BROKEN])
def test_a_source_that_breaks_one_rule_is_caught_by_that_rule(broken, rule):
    with pytest.raises(ConformanceError, match=rule):
        check_source(broken)


def test_frames_without_a_time_are_allowed_between_frames_with_one():
    check_source(broken_frame(pts_s=None))


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.avi", "a.mkv"])
def test_a_file_source_keeps_the_contract(make_clip, name):
    path = make_clip(name, fps=Fraction(25))
    check_source(lambda: FileSource(path))


def test_a_turned_file_keeps_the_contract(make_clip):
    path = make_clip(rotation_deg=90)
    check_source(lambda: FileSource(path))


def test_the_bottle_clip_keeps_the_contract(bottle):
    check_source(lambda: FileSource(bottle))


def test_a_drawn_source_keeps_the_contract():
    scene = make_scene("street_corner")
    check_source(lambda: DrawnSource(scene, fps=Fraction(10), duration_s=1.0))
