"""The conformance suite of sources: run it on a source of one's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from hw.frame import Frame
from hw.source import Source
from sim.errors import ConformanceError
from sim.input_records import SourceState


def check_source(make_source: Callable[[], Source], *, n_frames: int = 200) -> None:
    """Check that sources keep the contract of :class:`hw.source.Source`.

    Args:
        make_source: opens the source anew at each call; it must give at least two frames.
        n_frames: how many frames are looked at, so that an endless source can be checked.

    Raises:
        ConformanceError: naming the first rule that is broken.
    """
    source = make_source()
    try:
        _check_head(source)
        _check_frames(source, n_frames)
    finally:
        source.close()
    _check_closed(source)
    _check_close_on_the_way(make_source())


def _require(holds: bool, rule: str, got: object) -> None:
    if not holds:
        raise ConformanceError(f"source: {rule}; got {got}")


def _check_head(source: Source) -> None:
    size_wh, fps = source.size_wh, source.fps
    _require(len(size_wh) == 2 and min(size_wh) > 0, "size_wh is two numbers of pixels > 0", size_wh)
    _require(fps is None or isinstance(fps, Fraction), "fps is a Fraction or None", repr(fps))
    _require(fps is None or fps > 0, "fps is > 0", fps)
    _require(source.counters.decoded == 0, "counters.decoded is 0 before the first frame", source.counters.decoded)


def _check_frames(source: Source, n_frames: int) -> None:
    before: Frame | None = None
    last_pts_s: float | None = None
    n_given = 0
    for frame in itertools.islice(source, n_frames):
        _require(frame.index == n_given, f"index runs 0, 1, 2 …, so {n_given} is next", frame.index)
        n_given += 1
        _check_pixels(source, frame)
        _check_times(frame, before, last_pts_s)
        _require(source.state is SourceState.LIVE, "state is LIVE while frames come", source.state)
        _require(source.counters.decoded == n_given, f"counters.decoded is the {n_given} frames given",
                 source.counters.decoded)
        before, last_pts_s = frame, frame.pts_s if frame.pts_s is not None else last_pts_s
    _require(n_given >= 2, "at least two frames are given", n_given)


def _check_pixels(source: Source, frame: Frame) -> None:
    width, height = source.size_wh
    _require(tuple(frame.size_wh) == (width, height), f"a frame's size_wh is the source's {width, height}",
             frame.size_wh)
    for name, picture, shape in (("luma", frame.luma(), (height, width)), ("bgr", frame.bgr(), (height, width, 3))):
        _require(picture.shape == shape, f"{name}() has shape {shape}", picture.shape)
        _require(picture.dtype == np.uint8, f"{name}() has dtype uint8", picture.dtype)


def _check_times(frame: Frame, before: Frame | None, last_pts_s: float | None) -> None:
    if before is not None:
        _require(frame.arrival_ns >= before.arrival_ns, f"arrival_ns never falls, here from {before.arrival_ns}",
                 frame.arrival_ns)
        _require(frame.camera_id == before.camera_id, f"camera_id stays {before.camera_id}", frame.camera_id)
    if frame.pts_s is not None and last_pts_s is not None:
        _require(frame.pts_s > last_pts_s, f"pts_s rises, here from {last_pts_s}", frame.pts_s)


def _check_closed(source: Source) -> None:
    _require(source.state is SourceState.DEAD, "state is DEAD after close()", source.state)
    try:
        source.close()
    except Exception as error:
        raise ConformanceError(f"source: close() twice does nothing; got {error!r}") from error
    _require(_next(iter(source)) is None, "a closed source gives no frame", "one")


def _check_close_on_the_way(source: Source) -> None:
    frames = iter(source)
    try:
        _require(_next(frames) is not None, "a source opened anew gives frames", "none")
    finally:
        source.close()
    _require(source.state is SourceState.DEAD, "state is DEAD after close() on the way", source.state)
    _require(_next(frames) is None, "iteration ends after close()", "another frame")


def _next(frames: Iterator[Frame]) -> Frame | None:
    return next(frames, None)
