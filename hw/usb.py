"""A camera in this machine's own socket."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from hw.connection import Connected, Connection, FeedError
from hw.hub import Hub
from hw.notice import Listener
from hw.stream import StreamSource, Tap

Backend: TypeAlias = Callable[[int], Connected]
"""Opens the camera with a number, or raises FeedError."""


class UsbSource(StreamSource):
    """A USB camera's frames; it may be pulled out and put back.

    Args:
        number: of the camera, from 0.
        camera_id: see :class:`hw.stream.StreamSource`, as the rest.
        backend: opens it.
    """

    def __init__(self, number: int, *, camera_id: int = 0, hub: Hub | None = None, listener: Listener | None = None,
                 seed: int = 0, tap: Tap | None = None, backend: Backend | None = None) -> None:
        opens = backend or open_device
        super().__init__(f"usb:{number}", camera_id=camera_id, hub=hub, listener=listener, seed=seed, tap=tap,
                         connect=lambda _: opens(number))


def find_devices() -> tuple[int, ...]:
    """Return the numbers of the cameras that the system shows (Video4Linux2)."""
    names = sorted(path.name.removeprefix("video") for path in Path("/dev").glob("video*"))
    return tuple(sorted(int(name) for name in names if name.isdecimal()))


def open_device(number: int) -> Connected:
    """Open a camera through Video4Linux2, as JPEG pictures where it sends them, else as raw ones.

    Raises:
        FeedError: if there is none, it is in use, or the system is not Linux.
    """
    if sys.platform != "linux":
        raise FeedError(f"usb:{number}: USB cameras are read on Linux only", is_final=True)
    device = f"/dev/video{number}"
    try:
        return Connection(device, device_format="v4l2", device_options={"input_format": "mjpeg"})
    except FeedError:
        return Connection(device, device_format="v4l2")
