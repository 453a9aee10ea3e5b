"""A picture from a camera, with the instants that let its lateness be measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""Shape (height, width) for luma, (height, width, 3) for BGR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame; its pixels are made when asked for."""

    camera_id: int
    index: int
    """0 for the first frame of the stream."""
    arrival_ns: int
    """Monotonic nanoseconds, stamped before decoding."""
    pts_s: float | None
    """Presentation time in seconds of the stream; None where the stream carries none."""
    wall_s: float | None
    """Estimated wall time of capture; never used for order."""
    size_wh: tuple[int, int]
    capture_ns: int | None = None
    """Monotonic nanoseconds of capture, where the stream carries them or the source keeps to a pace; else None."""
    is_key: bool = False
    is_corrupt: bool = False
    is_tainted: bool = False
    """True after a loss until a clean key frame: detectors are not given it."""
    make_luma: Callable[[], Picture]
    make_bgr: Callable[[], Picture]

    def luma(self) -> Picture:
        """Return brightness, shape (height, width); it may share memory with the decoder, so copy to keep it."""
        return self.make_luma()

    def bgr(self) -> Picture:
        """Return colour, shape (height, width, 3)."""
        return self.make_bgr()
