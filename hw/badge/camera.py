"""The badge's camera: plays a source as H.264 in MPEG-TS with its position beside it, over UDP or SRT."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import cast

import av
import cv2

from hw.badge.position import Position
from hw.badge.video_sink import FPS, SIZE_WH, VideoSink, check_sink
from hw.credentials import redact
from hw.frame import Picture
from hw.schemes import open_source

POSITION_S = 0.5
"""From one position to the next."""
_RETRY_S = 1.0


class BadgeCamera:
    """Sends live video until closed; what it plays begins anew at its end.

    Args:
        address: what it plays, as for ``open_source``.
        url: where to: ``udp://HOST:PORT`` or ``srt://HOST:PORT`` (by the ffmpeg program).
        position: where the badge is now.
        marking: burnt into the picture when not empty.

    Raises:
        InputError: if the url is neither, or the ffmpeg program is missing.
    """

    def __init__(
        self, address: str, url: str, *, position: Callable[[], Position], marking: Callable[[], str] = lambda: "",
    ) -> None:
        self._address, self._url = address, url
        self._position, self._marking = position, marking
        check_sink(url)
        open_source(address).close()
        self.n_sent = 0
        self.fault = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="badge-camera", daemon=True)
        self._thread.start()

    def __enter__(self) -> BadgeCamera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Send no more."""
        self._closing.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._send()
            except (av.FFmpegError, OSError) as error:
                self.fault = f"{redact(self._url)}: {error.strerror or type(error).__name__}"
                self._closing.wait(_RETRY_S)

    def _send(self) -> None:
        """Send until closed, or the network fails."""
        with VideoSink(self._url) as sink:
            began_s, told_s = time.monotonic(), float("-inf")
            for index, picture in enumerate(self._pictures()):
                if self._closing.wait(max(0.0, began_s + float(index / FPS) - time.monotonic())):
                    return
                t_s = float(index / FPS)
                if t_s - told_s >= POSITION_S:
                    sink.tell(self._position(), t_s)
                    told_s = t_s
                sink.show(_marked(picture, self._marking()), index)
                self.n_sent += 1

    def _pictures(self) -> Iterator[Picture]:
        """Yield pictures at FPS, round after round."""
        while True:
            source = open_source(self._address)
            try:
                n_given = 0
                for frame in source:
                    t_s = frame.pts_s if frame.pts_s is not None else float(frame.index / (source.fps or FPS))
                    n_due = 1 + int(t_s * FPS) - n_given
                    if n_due > 0:
                        n_given += n_due
                        picture = cast(Picture, cv2.resize(frame.bgr(), SIZE_WH, interpolation=cv2.INTER_AREA))
                        yield from itertools.repeat(picture, n_due)
            finally:
                source.close()


def _marked(picture: Picture, marking: str) -> Picture:
    if not marking:
        return picture
    marked = picture.copy()
    for colour, thickness in (((0, 0, 0), 4), ((255, 255, 255), 2)):
        cv2.putText(marked, marking, (12, SIZE_WH[1] - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.8, colour, thickness)
    return marked
