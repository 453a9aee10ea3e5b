"""The part of the conformance suite that gives a detector what cameras send: nothing, blackness, stills, losses."""

from __future__ import annotations

import dataclasses
import time
import tracemalloc
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from agents.detector import Detector, Stream
from agents.watching import Watch
from hw.frame import Frame, Picture
from sim.errors import ConformanceError, WatchfloorError

LONGEST_UPDATE_S = 5.0
"""No frame may take longer: a worker that hangs is killed."""

_N_HARD = 12
_N_LAP = 24
_GROWTH_FRAMES = 3.0
_GROWTH_BYTES = 2**20


def check_hard_input(make: Callable[[], Detector], frames: Sequence[Frame], stream: Stream) -> None:
    """Check that a detector survives hard input, in bounded time and memory.

    Raises:
        ConformanceError: at the first rule that is broken.
    """
    name = make().name
    for case, make_picture in _HARD.items():
        hard = [_frame_with(frame, make_picture(frame, index)) for index, frame in enumerate(frames[:_N_HARD])]
        _feed(make(), hard, stream, case)
    _check_empty(make(), stream)
    _check_resized(make(), frames[0], stream)
    _check_losses(make(), frames[:_N_HARD], stream)
    _check_memory(make(), frames[:_N_LAP], stream)
    _check_time_back(make(), frames[:_N_HARD], stream, name)


def _still(frame: Frame, _: int) -> Picture:
    return np.full((frame.size_wh[1], frame.size_wh[0]), 128, np.uint8)


def _noise(frame: Frame, index: int) -> Picture:
    return np.random.default_rng(index).integers(0, 256, (frame.size_wh[1], frame.size_wh[0]), dtype=np.uint8)


_HARD: dict[str, Callable[[Frame, int], Picture]] = {
    "black pictures": lambda frame, _: np.zeros((frame.size_wh[1], frame.size_wh[0]), np.uint8),
    "frozen pictures": _still,
    "pictures that flash": lambda frame, index: _still(frame, index) * np.uint8(index % 2),
    "pictures of noise": _noise,
}


def _frame_with(frame: Frame, luma: Picture) -> Frame:
    return dataclasses.replace(frame, make_luma=lambda: luma,
                               make_bgr=lambda: np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), dtype=np.uint8))


def _feed(detector: Detector, frames: Sequence[Frame], stream: Stream, case: str) -> None:
    try:
        detector.start(stream)
        for frame in frames:
            begin_s = time.perf_counter()
            detector.update(frame)
            if time.perf_counter() - begin_s > LONGEST_UPDATE_S:
                raise _broken(detector, case, f"{time.perf_counter() - begin_s:.1f} s for one frame",
                              f"at most {LONGEST_UPDATE_S:g} s")
    except WatchfloorError:
        raise
    except Exception as error:
        raise _broken(detector, case, repr(error), "frames taken without a crash") from error


def _check_empty(detector: Detector, stream: Stream) -> None:
    try:
        detector.start(stream)
        detector.reset()
        detector.reset()
        detector.start(stream)
    except Exception as error:
        raise _broken(detector, "a stream without frames", repr(error), "start and reset at any time") from error


def _check_resized(detector: Detector, frame: Frame, stream: Stream) -> None:
    width, height = frame.size_wh
    small = dataclasses.replace(frame, size_wh=(width // 2, height // 2), index=frame.index + 1,
                                make_luma=lambda: np.ascontiguousarray(frame.luma()[:height // 2, :width // 2]),
                                make_bgr=lambda: np.ascontiguousarray(frame.bgr()[:height // 2, :width // 2]))
    detector.start(stream)
    detector.update(frame)
    try:
        detector.update(small)
    except WatchfloorError as error:
        if "size" not in str(error):
            raise _broken(detector, "a frame of another size", str(error), "an error that names the size") from error
    except Exception as error:
        raise _broken(detector, "a frame of another size", repr(error), "it taken, or a WatchfloorError") from error


def _check_losses(detector: Detector, frames: Sequence[Frame], stream: Stream) -> None:
    """Withhold tainted frames as live feeds do; the detector meets a reset and a gap in time."""
    case = "frames after a loss"
    try:
        watch = Watch(detector, stream)
        for index, frame in enumerate(frames):
            watch.update(dataclasses.replace(frame, is_tainted=index % 4 in (1, 2), is_corrupt=index % 4 == 1))
    except WatchfloorError:
        raise
    except Exception as error:
        raise _broken(detector, case, repr(error), "frames taken without a crash") from error


def _check_time_back(detector: Detector, frames: Sequence[Frame], stream: Stream, name: str) -> None:
    """Let the stream begin anew without a word, as a camera that was switched off and on does."""
    _feed(detector, [*frames, *frames], stream, f"{name}: a stream that begins again")


def _check_memory(detector: Detector, frames: Sequence[Frame], stream: Stream) -> None:
    """Feed the same stretch again and again, time going on, and see what is kept."""
    if len(frames) < 2:
        return
    step_s = 1.0 / float(stream.fps or 10)
    kept = []
    detector.start(stream)
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        for lap in range(4):
            for number, frame in enumerate(frames):
                index = lap * len(frames) + number
                detector.update(dataclasses.replace(frame, index=index, pts_s=index * step_s))
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        if not was_tracing:
            tracemalloc.stop()
    frame_bytes = frames[0].size_wh[0] * frames[0].size_wh[1] * 4
    grown, allowed = kept[-1] - kept[1], _GROWTH_BYTES + _GROWTH_FRAMES * frame_bytes
    if grown > allowed:
        raise _broken(detector, f"memory after {4 * len(frames)} frames", f"{grown / 2**20:.1f} MiB more than halfway",
                      f"at most {allowed / 2**20:.1f} MiB more")


def _broken(detector: Detector, where: str, got: object, expected: str) -> ConformanceError:
    return ConformanceError(f"{detector.name}: {where} = {got}; expected {expected}")
