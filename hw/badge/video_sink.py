"""Where a badge's video goes: H.264 in MPEG-TS with positions beside it, over UDP or SRT."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction
from urllib.parse import urlsplit

import av
from av.container import OutputContainer

from hw.badge.klv import encode_position
from hw.badge.position import Position
from hw.credentials import redact
from hw.frame import Picture
from sim.errors import InputError

FPS = Fraction(15)
SIZE_WH = (640, 360)
_TICKS = 90_000
_DATAGRAM_BYTES = 1316


class VideoSink:
    """An encoder and a muxer.

    Args:
        url: ``udp://HOST:PORT``, or ``srt://HOST:PORT`` by the ffmpeg program.
        has_positions: positions are sent too. A stream that is announced and never comes keeps a receiver waiting, so
            none is announced without.
    """

    def __init__(self, url: str, *, has_positions: bool = True) -> None:
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
        self._metadata = self._output.add_data_stream("klv") if has_positions else None

    def __enter__(self) -> VideoSink:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._output.close()
        finally:
            if self._program is not None:
                self._program.kill()
                self._program.wait(5.0)

    def tell(self, position: Position, t_s: float) -> None:
        """Send a position beside the picture of that instant, where positions are sent."""
        if self._metadata is None:
            return
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
