"""A camera without a network: packets of a clip, each handed over at its own instant."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import cast

import av

from hw.connection import FeedError, StreamFacts, VideoPacket
from hw.loopback.encoded import EncodedClip
from hw.picture import MAX_PIXELS

_FFMPEG_NAMES = {"h265": "hevc"}


class PacedConnection:
    """Hands over a clip round and round; packet n at ``begin_s`` + n / fps, however late the one before was taken.

    Args:
        clip: what is handed over.
        begin_s: monotonic seconds of the first packet.
        first: unit with which it begins, a key frame.
        is_looped: presentation time begins anew with each round, as of a file that a camera plays.
    """

    def __init__(self, clip: EncodedClip, *, begin_s: float, first: int = 0, is_looped: bool = False) -> None:
        self._clip, self._begin_s, self._first = clip, begin_s, first
        self._is_looped, self._is_closed = is_looped, False
        codec = _FFMPEG_NAMES.get(clip.codec, clip.codec)
        self.decoder = cast(av.VideoCodecContext, av.VideoCodecContext.create(codec, "r"))
        self.decoder.thread_count = 1
        self.decoder.options = {"max_pixels": str(MAX_PIXELS), "flags": "low_delay", "err_detect": "explode"}
        self.facts = StreamFacts(format="paced", codec=codec, size_wh=clip.size_wh, fps=clip.fps, has_times=True,
                                 open_s=0.0)

    @property
    def has_times(self) -> bool:
        """The packets' times are the clip's own."""
        return True

    @property
    def extradata(self) -> bytes:
        """None: each key frame carries its parameter sets."""
        return b""

    def self_contained(self, packet: VideoPacket) -> bytes:
        """Return a packet's bytes as they are."""
        return bytes(packet)

    def packets(self) -> Iterator[VideoPacket]:
        """Yield packets at their instants.

        Raises:
            FeedError: once closed.
        """
        clip, tick, interval_s = self._clip, 1 / self._clip.fps, float(1 / self._clip.fps)
        for index in itertools.count():
            wait_s = self._begin_s + index * interval_s - time.monotonic()
            if wait_s > 0.0:
                time.sleep(wait_s)
            if self._is_closed:
                raise FeedError("paced: closed")
            unit = (self._first + index) % len(clip.units)
            packet = cast(VideoPacket, av.Packet(clip.units[unit]))
            packet.pts = packet.dts = unit if self._is_looped else index
            packet.time_base = tick
            packet.is_keyframe = clip.is_key[unit]
            yield packet

    def close(self) -> None:
        """Hand over no more."""
        self._is_closed = True
