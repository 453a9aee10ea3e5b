"""The contract of everything that turns frames into alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol, runtime_checkable

from hw.frame import Frame
from sim.records import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What a detector is told before the first frame."""

    camera_id: int
    size_wh: tuple[int, int]
    """Of the frames that will come."""
    fps: Fraction | None


@runtime_checkable
class Detector(Protocol):
    """Turns the frames of one stream, in order, into alerts.

    An alert's ``detect_s`` is the presentation time of the frame at which it was raised; its box is in pixels of
    the full frame.
    """

    @property
    def name(self) -> str:
        """Name by which the registry makes it."""
        ...

    @property
    def pixels(self) -> Literal["luma", "bgr"]:
        """Which pixels it asks of a frame."""
        ...

    @property
    def working_size_wh(self) -> tuple[int, int] | None:
        """Size at which it works; None until started if it follows the stream."""
        ...

    def start(self, stream: Stream) -> None:
        """Prepare for a stream; forget any earlier one."""
        ...

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame and return the alerts it completes, often none."""
        ...

    def reset(self) -> None:
        """Forget the scene, keep the stream: after a cut, a tainted gap or a camera's move."""
        ...
