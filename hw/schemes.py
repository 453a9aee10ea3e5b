"""The kinds of address that name a source, and how each is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.samples import SAMPLES, locate_sample
from hw.scenes import make_scene
from hw.source import Source
from sim.errors import InputError


def open_source(address: str | Path, *, camera_id: int = 0) -> Source:
    """Open what an address names.

    Args:
        address: a file's path, ``file:///path``, ``drawn:SCENE`` or ``sample:NAME``.
        camera_id: identity written into the frames.

    Raises:
        InputError: if the kind of address is not known, or what it names cannot be opened.
        SampleUnavailableError: if a sample cannot be had.
    """
    text = str(address)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", text)  # two characters at least: C: is a drive
    if isinstance(address, Path) or scheme is None or Path(text).exists():
        return _open_path(text, camera_id)
    opener = SCHEMES.get(scheme[1].lower())
    if opener is None:
        known = ", ".join(f"{name}:" for name in SCHEMES)
        raise InputError(text, got=f"an address of the kind {scheme[1]}:", expected=f"a file's path or one of {known}",
                         do="record the stream to a file first")
    return opener(text, camera_id)


def _open_path(path: str, camera_id: int) -> Source:
    if path in SAMPLES and not Path(path).exists():
        raise InputError(path, got="no such file", expected="a video file", do=f"for the sample say sample:{path}")
    return FileSource(path, camera_id=camera_id)


def _open_file(address: str, camera_id: int) -> Source:
    parts = urlsplit(address)
    return FileSource(url2pathname(unquote(parts.path)), camera_id=camera_id)


def _open_drawn(address: str, camera_id: int) -> Source:
    return DrawnSource(make_scene(address.partition(":")[2]), camera_id=camera_id)


def _open_sample(address: str, camera_id: int) -> Source:
    return FileSource(locate_sample(address.partition(":")[2]), camera_id=camera_id)


SCHEMES: Mapping[str, Callable[[str, int], Source]] = {
    "file": _open_file,
    "drawn": _open_drawn,
    "sample": _open_sample,
}
"""Kind of address: what opens it for a camera."""
