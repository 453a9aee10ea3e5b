"""A recording played back: the same frames with the same stamps."""

from __future__ import annotations

import base64
import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import numpy as np

from hw.access_log import Access, AccessAction, AccessLog
from hw.connection import VideoPacket
from hw.decoding import Decoding
from hw.finite_source import FiniteSource
from hw.frame import Frame, Picture
from hw.packet_queue import Parcel
from hw.picture import MAX_PIXELS, bgr_of, luma_of
from hw.recording import Coding, FrameStamp, PacketStamp, RecordingHead, load_head, read_entries
from sim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """What one decoder takes; see ``hw.packet_queue.Coded``."""

    decoder: av.VideoCodecContext
    has_times: bool


class RecordedSource(FiniteSource):
    """Yields a recording's frames as fast as they are asked for; that it is viewed is written to the access log.

    Of a recording of packets, all pictures that could be decoded live are given, also those that nobody took in time.

    Args:
        path: the recording.
        access: who views it and why.
        camera_id: identity written into the frames; the recorded one if None.

    Raises:
        InputError: if the file is no recording or holds no picture.
        AccessLogError: if the folder's access log was changed.
    """

    def __init__(self, path: str | Path, access: Access, *, camera_id: int | None = None) -> None:
        self.head: RecordingHead = load_head(path)
        AccessLog(Path(path).parent).add(AccessAction.VIEW, Path(path).name, access)
        super().__init__(size_wh=(0, 0), fps=self.head.fps,
                         camera_id=self.head.camera_id if camera_id is None else camera_id)
        self._decoding = Decoding(camera_id=self._camera_id, counters=self._counters)
        self._entries = read_entries(path)
        self._stretch: _Stretch | None = None
        rest = self._decode()
        first = next(rest, None)
        if first is None:
            raise InputError(str(path), got="no picture", expected="a recording with pictures", do="record it again")
        self._size_wh = first.size_wh
        self._decoded = itertools.chain((first,), rest)

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._entries.close()

    def _make_frames(self) -> Iterator[Frame]:
        for frame in self._decoded:
            self._size_wh = frame.size_wh
            self._counters.decoded += 1
            yield dataclasses.replace(frame, index=self._counters.decoded - 1)

    def _decode(self) -> Iterator[Frame]:
        stamp: FrameStamp | PacketStamp | None = None
        for entry in self._entries:
            if isinstance(entry.said, Coding):
                self._stretch = _Stretch(decoder=_make_decoder(entry.said), has_times=entry.said.has_times)
            elif isinstance(entry.said, FrameStamp | PacketStamp):
                stamp = entry.said
            elif entry.said is None and stamp is not None and self._stretch is not None:
                yield from self._pictures(entry.data, stamp, self._stretch)
                stamp = None

    def _pictures(self, data: bytes, stamp: FrameStamp | PacketStamp, stretch: _Stretch) -> Iterator[Frame]:
        packet = cast(VideoPacket, av.Packet(data))
        if isinstance(stamp, FrameStamp):
            try:
                pictures = stretch.decoder.decode(packet)
            except av.FFmpegError:  # the file was spoilt
                self._counters.corrupt += 1
                return
            self._counters.corrupt += stamp.is_corrupt
            self._counters.tainted += stamp.is_tainted
            for picture in pictures:
                yield _masked_frame(self._camera_id, picture, stamp)
            return
        packet.pts, packet.dts, packet.is_keyframe, packet.is_corrupt = (
            stamp.pts, stamp.dts, stamp.is_key, stamp.is_corrupt)
        if stamp.time_base is not None:
            packet.time_base = stamp.time_base
        parcel = Parcel(packet=packet, arrival_ns=stamp.arrival_ns, connection=stretch, offset_s=stamp.offset_s,
                        wall_s=stamp.wall_s, is_after_loss=stamp.is_after_loss)
        for decoded in self._decoding.decode(parcel):
            yield decoded.frame


def _masked_frame(camera_id: int, picture: av.VideoFrame, stamp: FrameStamp) -> Frame:
    width, height = stamp.size_wh

    def cropped(pixels: Picture) -> Picture:
        return pixels[:height, :width]

    return Frame(
        camera_id=camera_id, index=0, arrival_ns=stamp.arrival_ns, pts_s=stamp.pts_s, wall_s=stamp.wall_s,
        size_wh=stamp.size_wh, is_key=stamp.is_key, is_corrupt=stamp.is_corrupt, is_tainted=stamp.is_tainted,
        make_luma=lambda: cropped(luma_of(picture)), make_bgr=lambda: np.ascontiguousarray(cropped(bgr_of(picture))))


def _make_decoder(coding: Coding) -> av.VideoCodecContext:
    """Make a decoder with the settings that a live stream's has."""
    decoder = cast(av.VideoCodecContext, av.VideoCodecContext.create(coding.codec, "r"))
    extradata = base64.b64decode(coding.extradata)
    if extradata and extradata[:1] != b"\x01":  # packets have start codes, and so must these
        decoder.extradata = extradata
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(MAX_PIXELS), "flags": "low_delay", "err_detect": "explode"}
    return decoder
