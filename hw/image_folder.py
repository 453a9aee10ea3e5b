"""A folder of pictures as a source."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from hw.finite_source import FiniteSource
from hw.frame import Frame, Picture
from hw.picture import MAX_PIXELS
from sim.errors import InputError

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


class FolderSource(FiniteSource):
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
        first = next((picture for picture in map(_load, self._files) if picture is not None), None)
        if first is None:
            raise InputError(str(path), got=f"{len(self._files)} pictures, none that can be read", expected=(
                "at least one whole picture"), do="put " + ", ".join(SUFFIXES) + " files into it")
        super().__init__(size_wh=(first.shape[1], first.shape[0]), fps=fps, camera_id=camera_id)

    def _make_frames(self) -> Iterator[Frame]:
        for position, file in enumerate(self._files):
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
