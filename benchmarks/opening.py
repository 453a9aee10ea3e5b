"""How soon a stream shows its first picture and how old its pictures are, opened as watchfloor does and otherwise."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import av
import numpy as np

from hw.connection import Connection, VideoPacket
from hw.decoding import Decoding
from hw.packet_queue import Coded, Parcel
from hw.source import SourceCounters

_SETTLED_S = 1.0
"""Pictures that come sooner after the first are its burst and not yet the stream's pace."""


class Opened(Coded, Protocol):
    """A stream to read, however it was opened."""

    def packets(self) -> Iterator[VideoPacket]:
        """Yield its packets as they come."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


Open: TypeAlias = Callable[[str], Opened]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCost:
    """What one way of opening gives; medians over the rounds."""

    name: str
    open_s: float
    """Until packets can be read."""
    first_picture_s: float
    """Until the first picture is shown, from the same instant on."""
    first_age_s: float
    """From that picture's capture to its showing."""
    p50_s: float
    """The same of the pictures after the first second."""
    p99_s: float
    n_pictures: int
    """After the first second, of all rounds."""


class DefaultConnection:
    """A stream opened with FFmpeg's and PyAV's defaults, and with automatic decoder threads."""

    def __init__(self, url: str) -> None:
        self._container = av.open(url)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self.decoder = self._stream.codec_context

    @property
    def has_times(self) -> bool:
        """The stream's own."""
        return True

    def packets(self) -> Iterator[VideoPacket]:
        """Yield its packets as they come."""
        return (packet for packet in self._container.demux(self._stream) if packet.size)

    def close(self) -> None:
        """Let go of it."""
        self._container.close()


def _open_threaded(url: str) -> Connection:
    connection = Connection(url, n_threads=0)
    connection.decoder.thread_type = "AUTO"
    return connection


WAYS: Mapping[str, Open] = {
    "watchfloor": Connection,
    "watchfloor, automatic threads": _open_threaded,
    "FFmpeg's defaults": DefaultConnection,
}
"""Ways of opening, by name."""


def measure_opening(url: str, *, seconds: float, n_rounds: int, progress: Callable[[int, int], None] | None = None,
                    ) -> tuple[OpeningCost, ...]:
    """Open a stream that carries instants of capture in each way, in turn, round after round.

    Args:
        url: its address.
        seconds: how long each is watched from its first picture on; more than one.
        n_rounds: rounds.
        progress: called with (openings done, openings in all).
    """
    rounds: dict[str, list[_Watched]] = {name: [] for name in WAYS}
    for turn in range(n_rounds):
        for place, (name, open_stream) in enumerate(WAYS.items()):
            if progress:
                progress(turn * len(WAYS) + place, n_rounds * len(WAYS))
            rounds[name].append(_watch(open_stream, url, seconds))
    return tuple(_cost(name, watched) for name, watched in rounds.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """One opening, and the pictures that followed."""

    open_s: float
    first_picture_s: float
    first_age_s: float
    ages_s: list[float]


def _watch(open_stream: Open, url: str, seconds: float) -> _Watched:
    began_s = time.monotonic()
    stream = open_stream(url)
    open_s = time.monotonic() - began_s
    shown: list[tuple[float, float]] = []
    decoding = Decoding(camera_id=0, counters=SourceCounters())
    try:
        for packet in stream.packets():
            parcel = Parcel(packet=packet, arrival_ns=time.monotonic_ns(), connection=stream, offset_s=0.0)
            for decoded in decoding.decode(parcel):
                now_s = time.monotonic()
                if decoded.frame.capture_ns is not None:
                    shown.append((now_s, now_s - decoded.frame.capture_ns * 1e-9))
            if shown and shown[-1][0] - shown[0][0] > seconds:
                break
    finally:
        stream.close()
    first_s, first_age_s = shown[0]
    return _Watched(open_s=open_s, first_picture_s=first_s - began_s, first_age_s=first_age_s,
                    ages_s=[age_s for at_s, age_s in shown if at_s - first_s > _SETTLED_S])


def _cost(name: str, rounds: list[_Watched]) -> OpeningCost:
    ages_s = [age_s for watched in rounds for age_s in watched.ages_s]
    p50_s, p99_s = np.quantile(ages_s, (0.5, 0.99))
    return OpeningCost(
        name=name, open_s=statistics.median(watched.open_s for watched in rounds),
        first_picture_s=statistics.median(watched.first_picture_s for watched in rounds),
        first_age_s=statistics.median(watched.first_age_s for watched in rounds), p50_s=float(p50_s),
        p99_s=float(p99_s), n_pictures=len(ages_s))
