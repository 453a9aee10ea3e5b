"""A camera on the network as a source: it reconnects by itself, drops what is late, and says what it lost."""

from __future__ import annotations

import dataclasses
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from hw.arrivals import Arrivals
from hw.backoff import Backoff
from hw.connection import Connected, Connection, FeedError, StreamFacts, VideoPacket
from hw.credentials import add_credentials, redact
from hw.decoding import Decoded, Decoding
from hw.feed_state import FeedState
from hw.frame import Frame
from hw.hub import Hub, shared_hub
from hw.notice import Listener, NoticeKind
from hw.onlooker import Onlooker
from hw.packet_queue import PacketQueue, Parcel
from hw.reader import Connect, Reader
from hw.slot import Slot
from hw.source import SourceCounters
from sim.input_records import SourceState

STALE_S = 1.0
"""A feed is stale without a frame for this long, or for three frame intervals if that is longer."""
BLOCKED_S = 5.8
"""A reader that is inside one network call for longer is replaced."""
BARREN_S = 5.0
"""A connection that gives no picture for this long is opened anew."""
TAINTED_S = 10.0
"""The same for one that gives no clean picture."""
FIRST_PICTURE_S = 10.0
_MAX_ABANDONED = 2
_PARCELS_A_TURN = 4
FRESH_S = 0.25
"""A frame that waited for longer is not given to ``see`` while newer ones wait and it was given one in that time."""

Tap: TypeAlias = Callable[[Connected, Parcel], None]


class StreamSource:
    """Yields a live stream's newest frames; whoever is slow misses frames, never sees old ones.

    The source begins to connect when it is made and goes on until it is closed. A thread of its own reads packets
    and never decodes; the hub's threads decode; between, whole groups of pictures are dropped when decoding falls
    behind, and after it the latest frame replaces one that nobody took. ``index`` and ``counters.decoded`` count the
    frames taken; ``pts_s`` goes on rising over reconnections.

    Args:
        url: rtsp, rtmp, http or udp. Name and password are added from the environment (see ``hw.credentials``).
        camera_id: identity written into the frames.
        hub: decodes and watches; the process's own if None.
        listener: takes every change of state and every loss.
        seed: of the jitter between attempts.
        connect: opens the address.
        tap: is shown every packet, before any is dropped, on the thread that reads: it must return at once.
        see: is given each frame on the thread that decodes, in place of ``take``, which spares handing it
            over; for what is quick. A frame that waited for longer than ``fresh_s`` gives way to those that wait behind
            it, if another was given in that time: however little a machine can do, each camera is looked at.
        fresh_s: seconds.
        ready: is told when a frame waits where none did, so that one thread can serve many feeds by ``take(0.0)``.
        ask_key_frame: asks the camera for one, on a thread of its own, and returns whether it agreed.
    """

    def __init__(
        self, url: str, *, camera_id: int = 0, hub: Hub | None = None, listener: Listener | None = None,
        seed: int = 0, connect: Connect = Connection, tap: Tap | None = None,
        see: Callable[[Frame], None] | None = None, fresh_s: float = FRESH_S,
        ready: Callable[[StreamSource], None] | None = None,
        ask_key_frame: Callable[[], bool] | None = None,
    ) -> None:
        self.where = redact(url)
        self._url, self._connect = add_credentials(url), connect
        self._camera_id, self._tap = camera_id, tap
        self._hub = hub or shared_hub()
        own = zlib.crc32(self.where.encode())  # a camera's two streams do not return together either
        self._backoff = Backoff(np.random.default_rng((seed, camera_id, own)))
        self._queue, self._slot = PacketQueue(), Slot()
        self._onlooker = Onlooker(see, fresh_s) if see else None
        self._ready = ready
        self._counters, self._state = SourceCounters(), FeedState(camera_id, listener)
        self._arrivals = Arrivals(self._counters, self._state, ask_key_frame)
        self._decoding = Decoding(camera_id=camera_id, counters=self._counters)
        self._seen = threading.Event()
        self._size_wh: tuple[int, int] | None = None
        self._last_picture_ns = self._connected_ns = time.monotonic_ns()
        self._connection: Connected | None = None
        self._facts: StreamFacts | None = None
        self._fault = ""
        self._abandoned: list[Reader] = []
        self._frames = self._give()
        self._reader = self._new_reader()
        self._hub.join(self)
        self._reader.start()

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the newest picture; waits for the first one.

        Raises:
            FeedError: if none comes within ten seconds.
        """
        self._seen.wait(FIRST_PICTURE_S)
        if self._size_wh is None:
            raise FeedError(f"{self.where} = no picture within {FIRST_PICTURE_S:.0f} s ({self._fault or self.state}); "
                            "expected a live stream; check the address and that the camera is on")
        return self._size_wh

    @property
    def fps(self) -> Fraction | None:
        """Frames per second as the stream states it; None where it does not."""
        return self._facts.fps if self._facts else None

    @property
    def facts(self) -> StreamFacts | None:
        """What the stream said of itself on opening; None before that."""
        return self._facts

    @property
    def key_interval_s(self) -> float | None:
        """Longest distance between key frames so far; None before two were seen on one connection."""
        return self._arrivals.key_frames.interval_s

    @property
    def interval_s(self) -> float | None:
        """Seconds from frame to frame as measured, else as stated; None where neither is known."""
        measured_s = self._arrivals.interval_s
        return measured_s or (float(1 / self.fps) if self.fps else None)

    @property
    def state(self) -> SourceState:
        """Where the source stands now."""
        return self._state.now

    @property
    def counters(self) -> SourceCounters:
        """What was delivered and lost so far."""
        self._counters.dropped_before = self._queue.n_dropped
        self._counters.dropped_after = self._slot.n_dropped + (self._onlooker.n_stale if self._onlooker else 0)
        return self._counters

    @property
    def fault(self) -> str:
        """What last ended an attempt or a connection; empty if nothing did."""
        return self._fault

    @property
    def n_bytes(self) -> int:
        """Bytes of video received."""
        return self._arrivals.n_bytes

    @property
    def n_waiting(self) -> int:
        """Packets that wait to be decoded."""
        return len(self._queue)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the newest frames until closed."""
        return self._frames

    def __enter__(self) -> StreamSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, timeout_s: float | None = None) -> Frame | None:
        """Wait for the newest frame that was not taken yet; None when time is up or the source is closed."""
        frame = self._slot.take(timeout_s)
        if frame is None:
            return None
        frame = dataclasses.replace(frame, index=self._counters.decoded)
        self._counters.decoded += 1
        return frame

    def close(self) -> None:
        """End the stream; a reader that is inside a network call ends by itself within six seconds."""
        self._reader.stop()
        self._hub.leave(self)
        self._state.change(SourceState.DEAD, "closed")
        self._slot.close()
        self._queue.clear()
        self._seen.set()
        self._reader.join(0.1)

    def _give(self) -> Iterator[Frame]:
        while (frame := self.take()) is not None:
            yield frame

    # told by the reader

    def connecting(self) -> None:
        """Another attempt begins."""
        self._state.change(SourceState.CONNECTING)

    def connected(self, connection: Connected) -> None:
        """The stream is open."""
        self._arrivals.restart(connection)
        self._connection, self._facts = connection, connection.facts
        self._connected_ns = time.monotonic_ns()

    def accept(self, connection: Connected, packet: VideoPacket, arrival_ns: int) -> None:
        """A packet came."""
        parcel = self._arrivals.take(connection, packet, arrival_ns)
        if self._tap is not None:
            self._tap(connection, parcel)
        self._queue.put(parcel)
        self._hub.wake(self)

    def failed(self, error: FeedError) -> None:
        """The attempt or the connection came to its end."""
        self._fault, self._connection = str(error), None
        if self.state is SourceState.LIVE:
            self._state.change(SourceState.STALE, self._fault)
        self._state.change(SourceState.DEAD if error.is_final else SourceState.BACKOFF, self._fault)
        if error.is_final:
            self.close()

    # told by the hub

    def watch(self, now_ns: int) -> None:
        """Look at the age of the last frame and at the reader."""
        interval_s = self.interval_s or 0.0
        age_s = (now_ns - self._last_picture_ns) * 1e-9
        if self.state is SourceState.LIVE and age_s > max(STALE_S, 3.0 * interval_s):
            self._state.change(SourceState.STALE, f"no frame for {age_s:.1f} s",
                               if_still=lambda: self._last_picture_ns <= now_ns)
        if self._reader.blocked_s(now_ns) > BLOCKED_S:
            self._replace_reader()
        if self._connection is None:
            return
        barren_s = (now_ns - max(self._last_picture_ns, self._connected_ns)) * 1e-9
        tainted_ns = self._decoding.tainted_since_ns
        if barren_s > max(BARREN_S, 3.0 * interval_s):
            why = f" ({self._decoding.fault})" if self._decoding.fault else ""
            self._reader.reopen(f"{self.where}: no picture for {barren_s:.0f} s{why}")
        elif tainted_ns is not None:
            since_ns = max(tainted_ns, self._connected_ns)
            if self._arrivals.key_frames.is_to_be_asked(since_ns, now_ns):
                threading.Thread(target=self._ask, name=f"key-frame-{self._camera_id}", daemon=True).start()
            elif (now_ns - since_ns) * 1e-9 > TAINTED_S:
                self._reader.reopen(f"{self.where}: no clean picture for {TAINTED_S:.0f} s")

    def _ask(self) -> None:
        has_agreed = self._arrivals.key_frames.ask()
        self._state.notify(NoticeKind.KEY_FRAME_ASKED, value=float(has_agreed),
                           why="" if has_agreed else "the camera did not agree")
        if not has_agreed:
            self._reader.reopen(f"{self.where}: pictures are tainted and the camera gives no key frame when asked")

    def decode_some(self) -> None:
        """Decode a few packets."""
        for _ in range(_PARCELS_A_TURN):
            parcel = self._queue.take()
            if parcel is None or self.state is SourceState.DEAD:
                return
            for decoded in self._decoding.decode(parcel):
                self._publish(decoded)

    def _publish(self, decoded: Decoded) -> None:
        frame = decoded.frame
        before_wh, self._size_wh = self._size_wh, frame.size_wh
        self._last_picture_ns = time.monotonic_ns()
        if decoded.connection is self._connection:
            self._backoff.reset()
            self._state.change(SourceState.LIVE)
        if before_wh is not None and before_wh != frame.size_wh:
            self._state.notify(NoticeKind.SIZE_CHANGED, why="{}×{} to {}×{}".format(*before_wh, *frame.size_wh))
        if decoded.lost_s is not None:
            self._state.notify(NoticeKind.COVERAGE_LOST, value=decoded.lost_s,
                               why="no clean picture for so many seconds")
        if before_wh is None:
            self._seen.set()
        if self._onlooker is None:
            if self._slot.put(frame) and self._ready is not None:
                self._ready(self)
        elif not (len(self._queue) and self._onlooker.lets_go(frame, self._last_picture_ns)):
            self._counters.decoded += 1
            self._onlooker.give(frame)

    def _new_reader(self) -> Reader:
        return Reader(self._url, self._connect, self._backoff, self, name=f"reader-{self._camera_id}")

    def _replace_reader(self) -> None:
        self._abandoned = [reader for reader in self._abandoned if reader.is_alive]
        if len(self._abandoned) >= _MAX_ABANDONED:
            return
        self._reader.stop()
        self._abandoned.append(self._reader)
        self._fault = f"{self.where}: the network call did not return"
        self._state.notify(NoticeKind.READER_ABANDONED, value=float(len(self._abandoned)), why=self._fault)
        self._state.change(SourceState.BACKOFF, self._fault)
        self._reader = self._new_reader()
        self._reader.start()
