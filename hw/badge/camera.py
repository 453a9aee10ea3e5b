"""The badge's camera: plays a source as H.264 in MPEG-TS with its position beside it, over UDP or SRT."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import cast
from urllib.parse import urlsplit

import av
import cv2
from av.container import OutputContainer

from hw.badge.klv import encode_position
from hw.badge.position import Position
from hw.credentials import redact
from hw.frame import Picture
from hw.schemes import open_source
from sim.errors import InputError

FPS = Fraction(15)
SIZE_WH = (640, 360)
POSITION_S = 0.5
"""From one position to the next."""
_TICKS = 90_000
_DATAGRAM_BYTES = 1316
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
        with _Sink(self._url) as sink:
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


class _Sink:
    """The muxer, and the encoder before it."""

    def __init__(self, url: str) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        options = {"flush_packets": "1", "mpegts_flags": "resend_headers"}
        if urlsplit(url).scheme == "srt":
            self._program = _srt_program(url)
            self._output: OutputContainer = av.open(self._program.stdin, "w", format="mpegts", options=options)
        else:
            joint = "&" if urlsplit(url).query else "?"
            self._output = av.open(f"{url}{joint}pkt_size={_DATAGRAM_BYTES}", "w", format="mpegts", options=options)
        self._video = self._output.add_stream("libx264", rate=FPS)
        self._video.width, self._video.height = SIZE_WH
        self._video.pix_fmt, self._video.bit_rate = "yuv420p", 600_000
        self._video.gop_size, self._video.codec_context.thread_count = int(FPS), 1
        self._video.options = {"preset": "veryfast", "tune": "zerolatency"}
        self._metadata = self._output.add_data_stream("klv")

    def __enter__(self) -> _Sink:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._output.close()
        finally:
            if self._program is not None:
                self._program.kill()
                self._program.wait(5.0)

    def tell(self, position: Position, t_s: float) -> None:
        """Send a position beside the picture of that instant."""
        packet = av.Packet(encode_position(position))
        packet.stream, packet.time_base = self._metadata, Fraction(1, _TICKS)
        packet.pts = packet.dts = round(t_s * _TICKS)
        self._output.mux_one(packet)

    def show(self, picture: Picture, index: int) -> None:
        """Send a picture."""
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = index, 1 / FPS
        self._output.mux(self._video.encode(frame))


def check_sink(url: str) -> None:
    """Raise InputError if video cannot be sent to a url."""
    parts = urlsplit(url)
    if parts.scheme not in ("udp", "srt") or not parts.hostname or not parts.port:
        raise InputError(f"badge video: {redact(url)}", got=f"the kind {parts.scheme or 'none'}:",
                         expected="udp://HOST:PORT or srt://HOST:PORT")
    if parts.scheme == "srt" and shutil.which("ffmpeg") is None:
        raise InputError(f"badge video: {redact(url)}", got="no ffmpeg program", expected="one that speaks SRT",
                         do="apt-get install ffmpeg, or use udp://")


def _srt_program(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["ffmpeg", "-loglevel", "error", "-fflags", "nobuffer", "-f", "mpegts", "-i", "pipe:0", "-map", "0",
         "-c", "copy", "-copy_unknown", "-flush_packets", "1", "-f", "mpegts", url],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _marked(picture: Picture, marking: str) -> Picture:
    if not marking:
        return picture
    marked = picture.copy()
    for colour, thickness in (((0, 0, 0), 4), ((255, 255, 255), 2)):
        cv2.putText(marked, marking, (12, SIZE_WH[1] - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.8, colour, thickness)
    return marked
