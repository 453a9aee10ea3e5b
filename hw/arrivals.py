"""A feed's packets as they arrive: set on one line of time, with what is missing between them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hw.connection import Connected, StreamFacts, VideoPacket, wall_s_of
from hw.feed_state import FeedState
from hw.key_frames import KeyFrames
from hw.notice import NoticeKind
from hw.packet_queue import Parcel
from hw.source import SourceCounters
from hw.timeline import NOMINAL_S, Step, Timeline


class Arrivals:
    """Follows one feed's packets over all its connections, on the thread that reads.

    Args:
        counters: packets lost on the way are counted here.
        state: is told of leaps in time and of rare key frames.
        ask_key_frame: asks the camera for one and returns whether it agreed; None if it cannot be asked.
    """

    def __init__(self, counters: SourceCounters, state: FeedState, ask_key_frame: Callable[[], bool] | None) -> None:
        self._counters, self._state = counters, state
        self._timeline = Timeline()
        self._tick: Fraction | None = None
        self._has_reports = False
        self._is_first = True
        self.key_frames = KeyFrames(ask_key_frame)
        self.n_bytes = 0
        """Of video received."""

    @property
    def interval_s(self) -> float | None:
        """Usual seconds from packet to packet; None before three were seen."""
        return self._timeline.interval_s

    def restart(self, connection: Connected) -> None:
        """Begin anew on another connection."""
        self._timeline.restart()
        self.key_frames.restart()
        self._tick = None
        self._is_first = True
        self._has_reports = connection.facts.format == "rtsp"

    def take(self, connection: Connected, packet: VideoPacket, arrival_ns: int) -> Parcel:
        """Return a packet with what its arrival says."""
        step = self._follow(connection.facts, packet, arrival_ns)
        self._is_first = False
        self._counters.net_lost += step.n_lost
        self.n_bytes += packet.size
        if step.jump_s is not None:
            self._state.notify(NoticeKind.PTS_JUMP, value=step.jump_s, why="the stream's time leapt")
        rare_s = self.key_frames.note(arrival_ns * 1e-9) if packet.is_keyframe else None
        if rare_s is not None:
            self._state.notify(NoticeKind.RARE_KEY_FRAMES, value=rare_s, why=(
                "a loss stays in the picture until the next key frame; set the camera to one every 1 or 2 s"))
        return Parcel(
            packet=packet, arrival_ns=arrival_ns, connection=connection, offset_s=step.offset_s,
            wall_s=wall_s_of(packet) if self._has_reports else None,
            is_after_loss=step.n_lost > 0 or step.jump_s is not None or packet.is_corrupt,
        )

    def _follow(self, facts: StreamFacts, packet: VideoPacket, arrival_ns: int) -> Step:
        if not facts.has_times:
            return self._timeline.follow(None, arrival_ns)
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None and self._is_first:  # FFmpeg loses that of RTSP when it comes in more than four pieces
            packet.pts = packet.dts = 0
            return self._timeline.place_first(arrival_ns, float(1 / facts.fps) if facts.fps else NOMINAL_S)
        self._tick = self._tick or packet.time_base  # one for a connection; each look makes a new fraction
        stream_s = None if stamp is None else stamp * self._tick.numerator / self._tick.denominator
        return self._timeline.follow(stream_s, arrival_ns)
