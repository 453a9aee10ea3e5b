"""What sources with an end have in common: size, rate, state and counters, and an iteration that goes on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from typing import Self

from hw.frame import Frame
from hw.source import SourceCounters
from sim.input_records import SourceState


class FiniteSource(ABC):
    """A source whose frames are made one after another when asked for, until the last one or until it is closed.

    Args:
        size_wh: width and height of every frame, in pixels.
        fps: frames per second; None where frames have no time.
        camera_id: identity written into the frames.
    """

    def __init__(self, *, size_wh: tuple[int, int], fps: Fraction | None, camera_id: int) -> None:
        self._size_wh, self._fps, self._camera_id = size_wh, fps, camera_id
        self._counters = SourceCounters()
        self._is_closed = False
        self._frames = self._give()

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._size_wh

    @property
    def fps(self) -> Fraction | None:
        """Frames per second; None where frames have no time."""
        return self._fps

    @property
    def state(self) -> SourceState:
        """LIVE until the last frame or until closed, then DEAD."""
        return SourceState.DEAD if self._is_closed else SourceState.LIVE

    @property
    def counters(self) -> SourceCounters:
        """Frames given so far, and those that could not be."""
        return self._counters

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames in order; a second iteration goes on where the first stopped."""
        return self._frames

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the iteration."""
        self._is_closed = True

    def _give(self) -> Iterator[Frame]:
        frames = self._make_frames()
        while not self._is_closed:
            frame = next(frames, None)
            if frame is None:
                self.close()
                return
            yield frame

    @abstractmethod
    def _make_frames(self) -> Iterator[Frame]:
        """Make the frames from the first to the last, each counted in ``counters`` before it is given."""
