"""Packets that wait for a decoder; when it falls behind, whole groups of pictures are dropped."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import av

from hw.connection import VideoPacket


class Coded(Protocol):
    """Where packets come from that one decoder takes: a connection, or a stretch of a recording."""

    @property
    def decoder(self) -> av.VideoCodecContext:
        """Takes the packets in order."""
        ...

    @property
    def has_times(self) -> bool:
        """Whether the packets' times are the stream's own, not counted up at a guessed rate."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One packet with what the reader knows of it."""

    packet: VideoPacket
    arrival_ns: int
    connection: Coded
    offset_s: float
    """From the stream's own seconds to the feed's rising ones."""
    wall_s: float | None = None
    """The camera's own wall time, from RTCP sender reports; None where there were none."""
    is_after_loss: bool = False


class PacketQueue:
    """Keeps the newest run of packets that can be decoded.

    A key frame makes what waits needless: if more than ``n_late`` packets wait when one comes, they are dropped. Once
    ``limit`` wait, they are dropped too, and so is all that follows up to the next key frame.
    """

    def __init__(self, *, n_late: int = 12, limit: int = 60) -> None:
        self._n_late, self._limit = n_late, limit
        self._parcels: deque[Parcel] = deque()
        self._lock = threading.Lock()
        self._is_skipping = False
        self.n_dropped = 0
        """Packets that were never decoded."""

    def __len__(self) -> int:
        return len(self._parcels)

    def put(self, parcel: Parcel) -> None:
        """Add a packet, or drop what must be."""
        with self._lock:
            is_key = parcel.packet.is_keyframe
            if len(self._parcels) > (self._n_late if is_key else self._limit):
                self.n_dropped += len(self._parcels)
                self._parcels.clear()
                self._is_skipping = True
            if self._is_skipping and not is_key:
                self.n_dropped += 1
                return
            self._is_skipping = False
            self._parcels.append(parcel)

    def take(self) -> Parcel | None:
        """Return the oldest packet; None if none waits."""
        with self._lock:
            return self._parcels.popleft() if self._parcels else None

    def clear(self) -> None:
        """Forget all packets."""
        with self._lock:
            self._parcels.clear()
