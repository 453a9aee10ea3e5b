"""A stream opened with as little delay as FFmpeg allows, read packet by packet."""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeAlias, cast
from urllib.parse import urlsplit

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from hw.credentials import redact
from hw.picture import MAX_PIXELS
from sim.errors import WatchfloorError

VideoPacket: TypeAlias = "av.Packet[VideoStream]"

OPEN_TIMEOUT_S = 2.4
"""For each of the two halves of opening, so both stay under 5 s."""
SILENCE_S = 3.0
"""A connection that sends nothing for so long is given up."""
READ_TIMEOUT_S = 4.0
"""PyAV's own bound, behind the protocols' timeouts of SILENCE_S."""

_QUICK = {"probesize": "32768", "analyzeduration": "0", "fpsprobesize": "0", "flags": "low_delay"}
"""Not ``fflags=nobuffer``: it throws away what was read while opening, often the only key frame for seconds."""
_SILENCE_US = str(round(SILENCE_S * 1e6))
_SDP_PROBE = "32"
"""The least there is: RTSP describes its streams before it sends them."""
_RTMP_PROBE = "1024"
"""RTMP does not say how many streams there are, so FFmpeg looks for others until it has read this much."""
_RTSP = {"rtsp_transport": "tcp", "allowed_media_types": "video", "timeout": _SILENCE_US, "probesize": _SDP_PROBE}
_BY_SCHEME: Mapping[str, Mapping[str, str]] = {
    "rtsp": _RTSP,
    "rtsps": _RTSP,
    "rtmp": {"rtmp_live": "live", "probesize": _RTMP_PROBE},
    "rtmps": {"rtmp_live": "live", "probesize": _RTMP_PROBE},
    "http": {"rw_timeout": _SILENCE_US},
    "https": {"rw_timeout": _SILENCE_US},
    "udp": {"scan_all_pmts": "0"},
}
_UDP_QUERY = {"timeout": _SILENCE_US, "fifo_size": "20000", "overrun_nonfatal": "1"}
_LATE_S = 1.9
_TOO_LATE = "nothing came in time"
_REFUSED = (av.HTTPUnauthorizedError, av.HTTPForbiddenError)
_TIMELESS = frozenset(["mjpeg", "mpjpeg", "mpjpeg,mjpeg", "image2", "h264", "hevc"])
"""Formats that carry no time: what FFmpeg gives for it is counted up at a guessed rate."""
_PARAMETER_SETS = {"h264": re.compile(rb"\x00\x00\x01[\x07\x27\x47\x67]"),
                   "hevc": re.compile(rb"\x00\x00\x01[\x42\x43]")}
"""Where a sequence parameter set begins."""


class FeedError(WatchfloorError):
    """A feed cannot be had; its message shows no password."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final
        """Trying again cannot help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFacts:
    """What a stream says of itself on opening."""

    format: str
    codec: str
    size_wh: tuple[int, int] | None
    """None where only its pictures tell."""
    fps: Fraction | None
    has_times: bool
    open_s: float
    """Seconds that opening took."""


class Connected(Protocol):
    """What a reader reads: a :class:`Connection`, or a stand-in that makes packets without a network."""

    decoder: av.VideoCodecContext
    facts: StreamFacts

    @property
    def has_times(self) -> bool:
        """Whether the stream carries times of its own."""
        ...

    @property
    def extradata(self) -> bytes:
        """Parameter sets from the stream's head; often empty."""
        ...

    def self_contained(self, packet: VideoPacket) -> bytes:
        """Return a packet's bytes with start codes, a key frame's with its parameter sets."""
        ...

    def packets(self) -> Iterator[VideoPacket]:
        """Yield packets as they come."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Connection:
    """One opened stream.

    Args:
        url: its address, with credentials if it needs them; of a device, its file.
        n_threads: decoder threads.
        device_format: FFmpeg's name of the system's interface to devices, where it is one.
        device_options: what that interface takes.
        on_metadata: takes each packet of the metadata (KLV) beside the video, on the thread that reads.

    Raises:
        FeedError: if it cannot be opened in time or holds no video.
    """

    def __init__(
        self, url: str, *, n_threads: int = 1, device_format: str | None = None,
        device_options: Mapping[str, str] | None = None, on_metadata: Callable[[bytes], None] | None = None,
    ) -> None:
        self._where = redact(url)
        began_ns = time.monotonic_ns()
        self._container = _open(url, self._where, device_format, device_options or {})
        try:
            self._stream = _video_stream(self._container, self._where)
            self.decoder = _make_decoder(self._stream, n_threads)
        except FeedError:
            self._container.close()
            raise
        self._on_metadata = on_metadata
        self._beside = [stream for stream in self._container.streams.data if on_metadata and stream.name == "klv"]
        self._start_codes: av.bitstream.BitStreamFilterContext | None = None
        context = self._stream.codec_context
        self.facts = StreamFacts(
            format=self._container.format.name, codec=context.name,
            size_wh=(context.width, context.height) if context.width and context.height else None,
            fps=self._stream.average_rate or context.framerate or None,
            has_times=self._container.format.name not in _TIMELESS,
            open_s=(time.monotonic_ns() - began_ns) * 1e-9,
        )

    @property
    def has_times(self) -> bool:
        """Whether the stream carries times of its own."""
        return self.facts.has_times

    @property
    def extradata(self) -> bytes:
        """Parameter sets from the stream's head; often empty."""
        return bytes(self._stream.codec_context.extradata or b"")

    def self_contained(self, packet: VideoPacket) -> bytes:
        """Return a packet's bytes with start codes, a key frame's with its parameter sets; on the thread that reads."""
        data, codec = bytes(packet), self.facts.codec
        if codec not in _PARAMETER_SETS:
            return data
        if self.extradata[:1] == b"\x01":  # lengths before the units, as in MP4 and RTMP
            if self._start_codes is None:
                self._start_codes = av.bitstream.BitStreamFilterContext(f"{codec}_mp4toannexb", self._stream)
            copied = av.Packet(data)
            copied.is_keyframe = packet.is_keyframe
            return b"".join(bytes(piece) for piece in self._start_codes.filter(copied))
        is_bare = packet.is_keyframe and _PARAMETER_SETS[codec].search(data) is None
        return self.extradata + data if is_bare else data

    def packets(self) -> Iterator[VideoPacket]:
        """Yield packets as they come.

        Raises:
            FeedError: when the stream ends, breaks or stays silent.
        """
        asked_s = time.monotonic()
        try:
            for packet in self._container.demux(self._stream, *self._beside):
                if time.monotonic() - asked_s > SILENCE_S - 0.1:  # it timed out, and gives what its parser held back
                    raise FeedError(f"{self._where}: {_TOO_LATE}")
                if packet.size and packet.stream is self._stream:
                    yield cast(VideoPacket, packet)
                elif packet.size and self._on_metadata:
                    self._on_metadata(bytes(packet))
                asked_s = time.monotonic()
        except (av.FFmpegError, IndexError) as error:  # IndexError: a stream turned up on the way
            raise FeedError(f"{self._where}: {describe(error)}") from None
        raise FeedError(f"{self._where}: the other side ended the stream")

    def close(self) -> None:
        """Let go of the connection; call it on the thread that reads."""
        self._container.close()


def wall_s_of(packet: VideoPacket) -> float | None:
    """Return the camera's own wall time of a packet, from RTCP sender reports; None where there were none."""
    if not packet.has_sidedata("prft"):
        return None
    micros: int = struct.unpack_from("=q", bytes(packet.get_sidedata("prft")))[0]
    return micros * 1e-6


def describe(error: BaseException) -> str:
    """Say what an error of FFmpeg is, without the address that its own message carries."""
    if isinstance(error, av.ExitError):
        return _TOO_LATE
    return redact(getattr(error, "strerror", None) or type(error).__name__)


def _open(url: str, where: str, device_format: str | None, device_options: Mapping[str, str]) -> InputContainer:
    scheme = urlsplit(url).scheme.lower()
    began_s = time.monotonic()
    options = {**_QUICK, **_BY_SCHEME.get(scheme, {}), "max_pixels": str(MAX_PIXELS), **device_options}
    try:
        return av.open(
            _with_query(url) if scheme == "udp" else url, format="mpegts" if scheme == "udp" else device_format,
            options=options, timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S),
        )
    except _REFUSED as error:
        raise FeedError(f"{where}: {describe(error)}; give name and password in the environment or a netrc file",
                        is_final=True) from None
    except (av.FFmpegError, OSError, ValueError) as error:
        is_late = time.monotonic() - began_s > _LATE_S  # FFmpeg calls a cut-off answer invalid data
        raise FeedError(f"{where}: {_TOO_LATE if is_late else describe(error)}") from None


def _with_query(url: str) -> str:
    present = urlsplit(url).query
    missing = [f"{name}={value}" for name, value in _UDP_QUERY.items() if f"{name}=" not in present]
    return url + ("&" if present else "?") + "&".join(missing) if missing else url


def _video_stream(container: InputContainer, where: str) -> VideoStream:
    if not container.streams.video:
        found = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        raise FeedError(f"{where}: sends {found} only; expected video")
    return container.streams.video[0]


def _make_decoder(stream: VideoStream, n_threads: int) -> av.VideoCodecContext:
    """Make a decoder apart from the container, so that it outlives it while its last packets wait."""
    decoder = cast(av.VideoCodecContext, av.VideoCodecContext.create(stream.codec_context.name, "r"))
    decoder.extradata = stream.codec_context.extradata
    if stream.codec_context.name == "rawvideo":  # its packets do not say what they hold
        decoder.width, decoder.height = stream.codec_context.width, stream.codec_context.height
        decoder.pix_fmt = stream.codec_context.pix_fmt
    decoder.thread_count = n_threads
    decoder.options = {"max_pixels": str(MAX_PIXELS), "flags": "low_delay", "err_detect": "explode"}
    return decoder
