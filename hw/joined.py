"""Several files played one after another as one stream, with hard cuts between them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from hw.file import FileSource
from hw.finite_source import FiniteSource
from hw.frame import Frame
from hw.source import SourceCounters
from sim.errors import InputError


class JoinedSource(FiniteSource):
    """Yields the frames of files in order; indices and presentation times go on from file to file.

    Args:
        paths: the files, of one picture size.
        camera_id: identity written into the frames.

    Raises:
        InputError: if there is no file, one cannot be read, or their sizes differ.
    """

    def __init__(self, paths: Sequence[str | Path], *, camera_id: int = 0) -> None:
        if not paths:
            raise InputError("joined: files", got=0, expected="at least one")
        self._paths = tuple(Path(path) for path in paths)
        self._part: FileSource | None = None
        with FileSource(self._paths[0]) as first:
            super().__init__(size_wh=first.size_wh, fps=first.fps, camera_id=camera_id)
        for path in self._paths[1:]:
            with FileSource(path) as part:
                if part.size_wh != self._size_wh:
                    raise InputError(f"joined: {path.name}", got=part.size_wh,
                                     expected=f"{self._size_wh}, as {self._paths[0].name}", do="join clips of one size")

    def close(self) -> None:
        """Let go of the file that is open."""
        super().close()
        if self._part is not None:
            self._part.close()

    def _make_frames(self) -> Iterator[Frame]:
        offset_s, step_s = 0.0, float(1 / self._fps) if self._fps else 0.04
        for path in self._paths:
            self._part = FileSource(path, camera_id=self._camera_id)
            before = dataclasses.replace(self._counters)
            last_s = -step_s
            for frame in self._part:
                self._add(before, self._part.counters)
                last_s = last_s + step_s if frame.pts_s is None else frame.pts_s
                yield dataclasses.replace(frame, index=self._counters.decoded - 1, pts_s=offset_s + last_s)
            self._part.close()
            offset_s += last_s + step_s

    def _add(self, before: SourceCounters, part: SourceCounters) -> None:
        for name in SourceCounters.__slots__:
            setattr(self._counters, name, getattr(before, name) + getattr(part, name))
