"""Single pictures of a clip by time, for people who step through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from hw.file import FileSource
from hw.frame import Picture
from hw.picture import bgr_of

_AHEAD_S = 2.0
"""What is no farther ahead than this is reached by decoding on, all else by a seek."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One picture of a clip."""

    t_s: float
    """Presentation time from the clip's start."""
    bgr: Picture


class ClipStills:
    """Gives the picture that a clip shows at an instant; times are those of :class:`hw.file.FileSource`.

    Args:
        path: the clip.

    Raises:
        InputError: if it cannot be read as video.
    """

    def __init__(self, path: str | Path) -> None:
        with FileSource(path) as source:  # which checks the file, and knows its size and rate as shown
            self.size_wh = source.size_wh
            self.fps = source.fps
        self._container = av.open(f"file:{path}")
        self._stream = next(stream for stream in self._container.streams.video)
        self._base = float(self._stream.time_base or 1)
        self._start = self._stream.start_time or 0
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._shown: av.VideoFrame | None = None
        self._next: av.VideoFrame | None = None
        self._rewind(0.0)

    @property
    def duration_s(self) -> float:
        """Length of the clip."""
        if self._stream.duration is not None:
            return float(self._stream.duration) * self._base
        return float(self._container.duration or 0) / av.time_base

    def at(self, t_s: float) -> Still:
        """Return the picture shown at an instant: the last one that is not later; the first before the clip's start."""
        shown_s = self._time_s(self._shown)
        if shown_s is None or not shown_s - 1e-6 <= t_s <= shown_s + _AHEAD_S:
            self._rewind(t_s)
        while self._next is not None and (self._time_s(self._next) or 0.0) <= t_s + 1e-6:
            self._step()
        assert self._shown is not None
        turns = round(self._shown.rotation / 90) % 4
        return Still(t_s=self._time_s(self._shown) or 0.0,
                     bgr=np.ascontiguousarray(np.rot90(bgr_of(self._shown), turns)))

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _rewind(self, t_s: float) -> None:
        self._container.seek(max(0, round(t_s / self._base)) + self._start, stream=self._stream, backward=True)
        self._frames = self._container.decode(self._stream)
        self._shown = self._next = next(self._frames, None)
        self._step()

    def _step(self) -> None:
        if self._next is not None:
            self._shown, self._next = self._next, next(self._frames, None)

    def _time_s(self, picture: av.VideoFrame | None) -> float | None:
        return None if picture is None or picture.pts is None else float(picture.pts - self._start) * self._base
