"""Packets of one feed turned into frames that say whether they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av

from hw.capture_stamp import read_stamp
from hw.connection import describe
from hw.frame import Frame
from hw.packet_queue import Coded, Parcel
from hw.picture import bgr_of, luma_of
from hw.source import SourceCounters
from hw.taint import Taint

_MAX_HELD_BACK = 64
"""Packets whose picture a decoder may still owe; more than any reorders."""
_HEAD_BYTES = 4096
"""Of a packet: parameter sets and messages come before the first slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A frame, and what ended with it."""

    frame: Frame
    connection: Coded
    lost_s: float | None
    """Seconds without a clean picture that end with this one; None where none were lost."""


class Decoding:
    """Decodes a feed's packets in order over all its connections; one thread at a time may use it.

    Args:
        camera_id: identity written into the frames.
        counters: corrupt and tainted are counted here; ``decoded`` numbers the frames.
    """

    def __init__(self, *, camera_id: int, counters: SourceCounters) -> None:
        self._camera_id, self._counters = camera_id, counters
        self._taint = Taint()
        self._connection: Coded | None = None
        self._n_pictures = 0
        self._tick: Fraction | None = None
        self._owed: dict[int | None, Parcel] = {}
        self._last_pts_s: float | None = None
        self.fault = ""
        """Why a packet last did not decode."""

    @property
    def tainted_since_ns(self) -> int | None:
        """When pictures last began to be tainted; None while they are clean."""
        return self._taint.since_ns

    def decode(self, parcel: Parcel) -> Iterator[Decoded]:
        """Yield the frames that a packet completes, often one."""
        is_first = parcel.connection is not self._connection
        if is_first or parcel.is_after_loss:
            self._taint.lose(parcel.arrival_ns)
        if is_first:
            self._connection, self._n_pictures, self._tick = parcel.connection, 0, None
            self._owed.clear()
        self._owed[parcel.packet.pts] = parcel
        try:
            pictures = parcel.connection.decoder.decode(parcel.packet)
        except (av.FFmpegError, ValueError) as error:
            self._owed.pop(parcel.packet.pts, None)
            self.fault = describe(error)
            self._taint.lose(parcel.arrival_ns)
            self._counters.corrupt += self._n_pictures > 0  # before the first picture nothing can be decoded
            return
        for picture in pictures:
            yield self._judge(picture, self._owed.pop(picture.pts, parcel))
        while len(self._owed) > _MAX_HELD_BACK:
            self._owed.pop(next(iter(self._owed)))

    def _judge(self, picture: av.VideoFrame, parcel: Parcel) -> Decoded:
        self._n_pictures += 1
        is_key = bool(picture.key_frame)
        is_corrupt = picture.is_corrupt or parcel.packet.is_corrupt
        verdict = self._taint.judge(is_key=is_key, is_corrupt=is_corrupt, arrival_ns=parcel.arrival_ns)
        self._counters.corrupt += is_corrupt
        self._counters.tainted += verdict.is_tainted
        stamp = read_stamp(bytes(memoryview(parcel.packet)[:_HEAD_BYTES]))
        frame = Frame(
            camera_id=self._camera_id, index=self._counters.decoded, arrival_ns=parcel.arrival_ns,
            pts_s=self._pts_s(picture, parcel), wall_s=parcel.wall_s, size_wh=(picture.width, picture.height),
            is_key=is_key, is_corrupt=is_corrupt, is_tainted=verdict.is_tainted,
            capture_ns=stamp.capture_ns if stamp else None, make_luma=lambda: luma_of(picture),
            make_bgr=lambda: bgr_of(picture),
        )
        return Decoded(frame=frame, connection=parcel.connection, lost_s=verdict.lost_s)

    def _pts_s(self, picture: av.VideoFrame, parcel: Parcel) -> float | None:
        if picture.pts is None or not parcel.connection.has_times:
            return None
        self._tick = self._tick or picture.time_base  # one for a connection; each look makes a new fraction
        if self._tick is None:
            return None
        pts_s = picture.pts * self._tick.numerator / self._tick.denominator + parcel.offset_s
        if self._last_pts_s is not None and pts_s <= self._last_pts_s:
            return None
        self._last_pts_s = pts_s
        return pts_s

