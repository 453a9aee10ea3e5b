"""A folder of pictures as a source."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from hw.frame import Frame, Picture
from hw.picture import MAX_PIXELS
from hw.source import SourceCounters, SourceState
from sim.errors import InputError

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


class FolderSource:
    """Yields a folder's pictures in the order of their names, as fast as they are asked for.

    A picture that cannot be read, is too large or has another size than the first is left out and counted corrupt.

    Args:
        path: the folder.
        camera_id: identity written into the frames.
        fps: pictures a second, from which presentation times follow; None if they have none.

    Raises:
        InputError: if there is no folder or no picture in it that can be read.
    """

    def __init__(self, path: str | Path, *, camera_id: int = 0, fps: Fraction | None = None) -> None:
        folder = Path(path)
        if not folder.is_dir():
            raise InputError(str(path), got="no such folder", expected="a folder of pictures", do="check the path")
        self._files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
        self._camera_id, self._fps = camera_id, fps
        first = next((picture for picture in map(_load, self._files) if picture is not None), None)
        if first is None:
            raise InputError(str(path), got=f"{len(self._files)} pictures, none that can be read", expected=(
                "at least one whole picture"), do="put " + ", ".join(SUFFIXES) + " files into it")
        self._size_wh = (first.shape[1], first.shape[0])
        self._counters = SourceCounters()
        self._is_closed = False
        self._frames = self._give()

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the first picture, in pixels."""
        return self._size_wh

    @property
    def fps(self) -> Fraction | None:
        """Pictures a second as told; None if they have no time."""
        return self._fps

    @property
    def state(self) -> SourceState:
        """LIVE until the last picture or until closed, then DEAD."""
        return SourceState.DEAD if self._is_closed else SourceState.LIVE

    @property
    def counters(self) -> SourceCounters:
        """Pictures given, and those that could not be."""
        return self._counters

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames; a second iteration goes on where the first stopped."""
        return self._frames

    def __enter__(self) -> FolderSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the iteration."""
        self._is_closed = True

    def _give(self) -> Iterator[Frame]:
        for position, file in enumerate(self._files):
            if self._is_closed:
                return
            arrival_ns = time.monotonic_ns()
            picture = _load(file)
            if picture is None or (picture.shape[1], picture.shape[0]) != self._size_wh:
                self._counters.corrupt += 1
                continue
            self._counters.decoded += 1
            yield Frame(
                camera_id=self._camera_id, index=self._counters.decoded - 1, arrival_ns=arrival_ns,
                pts_s=None if self._fps is None else float(position / self._fps), wall_s=None, size_wh=self._size_wh,
                is_key=True, make_luma=functools.partial(_luma, picture), make_bgr=functools.partial(_same, picture),
            )
        self.close()


def _load(file: Path) -> Picture | None:
    try:
        encoded = np.fromfile(file, dtype=np.uint8)
        picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    except (OSError, cv2.error):
        return None
    if picture is None or picture.shape[0] * picture.shape[1] > MAX_PIXELS:
        return None
    return np.asarray(picture, dtype=np.uint8)


def _luma(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _same(picture: Picture) -> Picture:
    return picture
