"""Recorded video as a source: any container and codec that FFmpeg reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from hw.frame import Frame
from hw.picture import MAX_PIXELS, bgr_of, luma_of
from hw.source import SourceCounters
from sim.errors import InputError
from sim.input_records import SourceState

_TEXT_ART = frozenset(["ansi", "bintext", "idf", "xbin"])
"""Codecs by which FFmpeg draws plain text files as pictures."""

_Packet: TypeAlias = "av.Packet[VideoStream]"

_DEMUX_ERRORS = (av.FFmpegError, IndexError)
"""PyAV raises IndexError at the end of a container in which a stream turned up on the way."""

_DO = "give a file that FFmpeg plays"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What one packet gave."""

    pictures: list[av.VideoFrame]
    arrival_ns: int
    """Before it was decoded."""
    is_corrupt: bool = False
    """The container says that data before or in the packet was lost, or it did not decode."""


class FileSource:
    """Yields the frames of a video file, in order, as fast as they are asked for.

    Brightness is a read-only view of the decoder's own memory, in the stream's own range (often 16 to 235). A
    rotation written in the container by whole quarter turns is applied. A damaged file gives what can be decoded:
    pictures made up after a loss are tainted until the next clean key frame.

    Args:
        path: the file.
        camera_id: identity written into the frames.
        n_threads: decoder threads; 1 keeps measurements per core honest, 0 lets FFmpeg choose.

    Raises:
        InputError: if the file is missing, is not a file, is empty, or holds no picture that can be decoded.
    """

    def __init__(self, path: str | Path, *, camera_id: int = 0, n_threads: int = 1) -> None:
        self._path = Path(path)
        self._camera_id = camera_id
        check_readable(self._path)
        with _open_container(self._path) as container:
            first = _first_picture(self._path, container)
        self._coded_wh = (first.width, first.height)
        self._quarter_turns = round(first.rotation / 90) % 4
        self._container = _open_container(self._path)
        self._stream = _video_stream(self._path, self._container)
        self._stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self._stream.codec_context.thread_count = n_threads
        if n_threads != 1:
            self._stream.codec_context.thread_type = "AUTO"
        self._counters = SourceCounters()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._frames = self._decode()
        self._last_pts_s: float | None = None
        self._is_after_loss = False

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height in pixels, as shown (after rotation)."""
        width, height = self._coded_wh
        return (height, width) if self._quarter_turns % 2 else (width, height)

    @property
    def fps(self) -> Fraction | None:
        """Average frames per second as the container states it; None where it does not."""
        return self._stream.average_rate or None

    @property
    def state(self) -> SourceState:
        """LIVE until the file ends or is closed, then DEAD."""
        return SourceState.DEAD if self._closed.is_set() else SourceState.LIVE

    @property
    def counters(self) -> SourceCounters:
        """Frames delivered, corrupt and tainted so far; a packet that gave no picture counts as corrupt."""
        return self._counters

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames in presentation order; a second iteration goes on where the first stopped."""
        return self._frames

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; frames already given keep their pixels."""
        with self._lock:
            if not self._closed.is_set():
                self._closed.set()
                self._container.close()

    def _decode(self) -> Iterator[Frame]:
        packets = self._container.demux(self._stream)
        while not self._closed.is_set():
            with self._lock:
                if self._closed.is_set():
                    return
                step = self._next_step(packets)
            if step is None:
                break
            for picture in step.pictures:
                if self._closed.is_set():
                    return
                yield self._frame(picture, step)
        self.close()

    def _next_step(self, packets: Iterator[_Packet]) -> _Step | None:
        """Decode the next packet; None at the end."""
        try:
            packet = next(packets, None)
            arrival_ns = time.monotonic_ns()
        except _DEMUX_ERRORS as error:
            if isinstance(error, av.FFmpegError):  # the container is broken from here on
                self._lose()
            return _Step(pictures=self._held_back(), arrival_ns=time.monotonic_ns())
        if packet is None:
            return None
        is_corrupt = packet.is_corrupt
        try:
            pictures = list(packet.decode())
        except av.FFmpegError:
            pictures, is_corrupt = [], True
        if is_corrupt and not pictures:
            self._lose()
        return _Step(pictures=pictures, arrival_ns=arrival_ns, is_corrupt=is_corrupt)

    def _held_back(self) -> list[av.VideoFrame]:
        """Return the pictures that the decoder still holds."""
        try:
            return list(self._stream.codec_context.decode(None))
        except av.FFmpegError:  # it has given them all
            return []

    def _lose(self) -> None:
        self._counters.corrupt += 1
        self._is_after_loss = True

    def _frame(self, picture: av.VideoFrame, step: _Step) -> Frame:
        counters = self._counters
        is_corrupt = picture.is_corrupt or step.is_corrupt
        if is_corrupt:
            self._lose()
        elif picture.key_frame:
            self._is_after_loss = False
        counters.tainted += self._is_after_loss
        pts_s = self._pts_s(picture)
        if (picture.width, picture.height) != self._coded_wh:  # the stream changed size on the way
            picture = picture.reformat(*self._coded_wh)
        turns = self._quarter_turns
        frame = Frame(
            camera_id=self._camera_id,
            index=counters.decoded,
            arrival_ns=step.arrival_ns,
            pts_s=pts_s,
            wall_s=None,
            size_wh=self.size_wh,
            is_key=bool(picture.key_frame),
            is_corrupt=is_corrupt,
            is_tainted=self._is_after_loss,
            make_luma=lambda: np.rot90(luma_of(picture), turns),
            make_bgr=lambda: np.ascontiguousarray(np.rot90(bgr_of(picture), turns)),
        )
        counters.decoded += 1
        return frame

    def _pts_s(self, picture: av.VideoFrame) -> float | None:
        """Return seconds from the stream's start; None where time is missing or runs backwards."""
        time_base = picture.time_base or self._stream.time_base
        if picture.pts is None or time_base is None:
            return None
        pts_s = float((picture.pts - (self._stream.start_time or 0)) * time_base)
        if self._last_pts_s is not None and pts_s <= self._last_pts_s:
            return None
        self._last_pts_s = pts_s
        return pts_s


def check_readable(path: Path) -> None:
    """Check that a path is a file with something in it.

    Raises:
        InputError: if it is not.
    """
    if not path.exists():
        raise InputError(str(path), got="no such file", expected="a video file", do="check the path")
    if path.is_dir():
        raise InputError(str(path), got="a directory", expected="a video file", do="name one file inside it")
    if not path.is_file():
        raise InputError(str(path), got="not a regular file", expected="a video file", do="save it to a file first")
    if path.stat().st_size == 0:
        raise InputError(str(path), got="an empty file", expected="a video file", do="record or copy it again")


def _open_container(path: Path) -> InputContainer:
    try:
        return av.open(f"file:{path}")  # the prefix keeps a colon in a name from being read as a protocol
    except PermissionError as error:
        raise InputError(str(path), got="not permitted", expected="a readable file", do="check its rights") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(str(path), got=f"not read as video ({why})", expected="a whole video file", do=_DO) from error


def _video_stream(path: Path, container: InputContainer) -> VideoStream:
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not pictures:
        found = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        raise InputError(str(path), got=f"a file with {found} only", expected="a video stream", do=_DO)
    if pictures[0].codec_context.name in _TEXT_ART:
        raise InputError(str(path), got="a text file", expected="a video file", do=_DO)
    return pictures[0]


def _first_picture(path: Path, container: InputContainer) -> av.VideoFrame:
    """Return the first picture that decodes, which alone knows the true size and rotation."""
    stream = _video_stream(path, container)
    context = stream.codec_context
    if context.width * context.height > MAX_PIXELS:
        raise InputError(str(path), got=f"pictures of {context.width}×{context.height} pixels",
                         expected=f"at most {MAX_PIXELS} pixels each", do="scale the video down")
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.thread_count = 1
    try:
        for packet in container.demux(stream):
            picture = _decoded(packet)
            if picture is not None:
                return picture
    except _DEMUX_ERRORS:
        pass
    raise InputError(str(path), got="no frame that decodes", expected="at least one whole frame",
                     do="copy or record it again")


def _decoded(packet: _Packet) -> av.VideoFrame | None:
    try:
        return next(iter(packet.decode()), None)
    except av.FFmpegError:
        return None
