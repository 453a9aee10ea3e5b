"""The kinds of address that name a source, and how each is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from hw.access_log import make_access
from hw.credentials import redact
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.image_folder import FolderSource
from hw.notice import Listener
from hw.onvif import OnvifSource
from hw.recorded_source import RecordedSource
from hw.recording import SUFFIX
from hw.samples import SAMPLES, locate_sample
from hw.scenes import make_scene
from hw.source import Source
from hw.stream import StreamSource, Tap
from hw.usb import UsbSource, find_devices
from sim.errors import InputError

STREAM_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "udp")
"""Kinds of address that name a live stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What only live streams take; see :class:`hw.stream.StreamSource`."""

    listener: Listener | None = None
    tap: Tap | None = None
    seed: int = 0


Opener: TypeAlias = Callable[[str, int, LiveOptions], Source]
"""Opens an address for a camera."""


def open_source(address: str | Path, *, camera_id: int = 0, live: LiveOptions | None = None) -> Source:
    """Open what an address names.

    Args:
        address: the path of a file, a recording or a folder of pictures, ``file:///path``, ``drawn:SCENE``,
            ``sample:NAME``, or a live stream: ``rtsp://``, ``rtmp://``, ``http://`` (JPEG pictures or any stream),
            ``udp://`` (MPEG-TS), ``onvif://HOST?role=main``, ``usb:NUMBER`` or
            ``badge://HOST:PORT`` (MPEG-TS with positions). A live stream is returned at once, and
            connects while one waits for its first frame.
        camera_id: identity written into the frames; of a recording, 0 stands for the recorded one.
        live: what only live streams take.

    Raises:
        InputError: if the kind of address is not known, what it names cannot be opened, or it is a recording and
            nobody says why it is viewed (see ``hw.access_log.make_access``).
        SampleUnavailableError: if a sample cannot be had.
    """
    text = str(address)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", text)  # two characters at least: C: is a drive
    if isinstance(address, Path) or scheme is None or Path(text).exists():
        return _open_path(text, camera_id)
    opener = SCHEMES.get(scheme[1].lower())
    if opener is None:
        known = ", ".join(f"{name}:" for name in SCHEMES)
        raise InputError(redact(text), got=f"an address of the kind {scheme[1]}:",
                         expected=f"a file's path or one of {known}", do="record the stream to a file first")
    return opener(text, camera_id, live or LiveOptions())


def _open_path(path: str, camera_id: int) -> Source:
    if path in SAMPLES and not Path(path).exists():
        raise InputError(path, got="no such file", expected="a video file", do=f"for the sample say sample:{path}")
    if Path(path).is_dir():
        return FolderSource(path, camera_id=camera_id)
    if Path(path).suffix.lower() == SUFFIX:
        return RecordedSource(path, make_access(), camera_id=camera_id or None)
    return FileSource(path, camera_id=camera_id)


def _open_file(address: str, camera_id: int, _: LiveOptions) -> Source:
    parts = urlsplit(address)
    return _open_path(url2pathname(unquote(parts.path)), camera_id)


def _open_drawn(address: str, camera_id: int, _: LiveOptions) -> Source:
    return DrawnSource(make_scene(address.partition(":")[2]), camera_id=camera_id)


def _open_sample(address: str, camera_id: int, _: LiveOptions) -> Source:
    return FileSource(locate_sample(address.partition(":")[2]), camera_id=camera_id)


def _open_stream(address: str, camera_id: int, live: LiveOptions) -> Source:
    return StreamSource(address, camera_id=camera_id, listener=live.listener, tap=live.tap, seed=live.seed)


def _open_onvif(address: str, camera_id: int, live: LiveOptions) -> Source:
    return OnvifSource(address, camera_id=camera_id, listener=live.listener, tap=live.tap, seed=live.seed)


def _open_usb(address: str, camera_id: int, live: LiveOptions) -> Source:
    number = address.partition(":")[2]
    if not number.isdecimal():
        raise InputError(address, got=f"camera {number or 'without a number'}", expected="usb:0, usb:1 …",
                         do=f"found here: {', '.join(f'usb:{found}' for found in find_devices()) or 'none'}")
    return UsbSource(int(number), camera_id=camera_id, listener=live.listener, tap=live.tap, seed=live.seed)


def _open_badge(address: str, camera_id: int, live: LiveOptions) -> Source:
    from hw.badge.badge_source import BadgeSource  # a badge plays sources, so this would import itself

    return BadgeSource(address, camera_id=camera_id, listener=live.listener, tap=live.tap, seed=live.seed)


SCHEMES: Mapping[str, Opener] = {
    "file": _open_file,
    "drawn": _open_drawn,
    "sample": _open_sample,
    **dict.fromkeys(STREAM_SCHEMES, _open_stream),
    "onvif": _open_onvif,
    "usb": _open_usb,
    "badge": _open_badge,
}
"""Kind of address: what opens it for a camera."""
