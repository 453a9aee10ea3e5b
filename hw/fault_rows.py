"""The rows of the fault table that need a network: servers and links that break in every way we know."""

from __future__ import annotations

import functools
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction

import numpy as np
from av.packet import PacketSideData
from numpy.typing import NDArray

from hw.connection import VideoPacket
from hw.faults import Diary, FaultRow, NotTriedError, require, wait_until
from hw.frame import Frame, Picture
from hw.loopback import (
    DroppedSyn,
    EncodedClip,
    FaultProxy,
    MjpegServer,
    PacedConnection,
    RtspServer,
    SilentListener,
    UdpSender,
    encode_units,
    find_rtsp_python,
    free_udp_port,
)
from hw.loopback.rtsp import INSTALL
from hw.notice import NoticeKind
from hw.stream import StreamSource
from sim.input_records import SourceState

STALE_WITHIN_S = 1.0 + 0.4
"""The promise, and the watchdog's own step with some air."""
BACK_WITHIN_S = 6.0
"""The longest back-off and a second."""
UNBLOCKED_WITHIN_S = 6.0
N_AT_ONCE = 50
SPREAD_S = 0.25
"""Without jitter the attempt that meets the mended link starts everywhere at the same moment."""
_CLOCK_STEP_S = 3600.0
_PRFT = 27
"""FFmpeg's AV_PKT_DATA_PRFT: when a packet was made, by its producer's clock."""


def moving_picture(t_s: float, size_wh: tuple[int, int] = (160, 90)) -> Picture:
    """Return a grey picture in which a bright square moves."""
    width, height = size_wh
    picture = np.full((height, width, 3), 90, np.uint8)
    left = int(40 * t_s) % (width - 20)
    picture[height // 4 : height // 2, left : left + 20] = 220
    return picture


@contextmanager
def _camera(port: int, diary: Diary) -> Iterator[StreamSource]:
    with StreamSource(f"http://127.0.0.1:{port}/video", listener=diary.append) as source:
        yield source


def _broken(break_it: Callable[[FaultProxy], None], mend_it: Callable[[FaultProxy], None]) -> str:
    diary = Diary()
    with (MjpegServer(moving_picture, fps=20) as server, FaultProxy(server.port) as proxy,
          _camera(proxy.port, diary) as source):
        wait_until(lambda: source.state is SourceState.LIVE, 5.0, "live")
        break_it(proxy)
        stale_s = wait_until(lambda: source.state is not SourceState.LIVE, STALE_WITHIN_S, "stale")
        wait_until(lambda: source.state in (SourceState.BACKOFF, SourceState.CONNECTING), UNBLOCKED_WITHIN_S,
                   "free of the dead connection")
        time.sleep(1.0)
        mend_it(proxy)
        back_s = wait_until(lambda: source.state is SourceState.LIVE, BACK_WITHIN_S, "live again")
        wait_until(lambda: diary.of(NoticeKind.COVERAGE_LOST), 2.0, "told of lost coverage")
    require(diary.states()[:3] == ["live", "stale", "backoff"], f"states {diary.states()}")
    require(not diary.of(NoticeKind.READER_ABANDONED), "a reader had to be abandoned")
    lost_s = diary.of(NoticeKind.COVERAGE_LOST)[0].value
    return f"stale after {stale_s:.2f} s, back after {back_s:.2f} s, lost coverage told: {lost_s:.1f} s"


def _unanswered(make_host: Callable[[], SilentListener | DroppedSyn]) -> str:
    diary = Diary()
    with make_host() as host, _camera(host.port, diary) as source:
        end_s = wait_until(lambda: source.state is SourceState.BACKOFF, UNBLOCKED_WITHIN_S, "free of the attempt")
        host.close()
        with MjpegServer(moving_picture, fps=20, port=host.port):
            back_s = wait_until(lambda: source.state is SourceState.LIVE, BACK_WITHIN_S, "live")
    require(not diary.of(NoticeKind.READER_ABANDONED), "a reader had to be abandoned")
    return f"attempt given up after {end_s:.2f} s, live {back_s:.2f} s after a server came"


def _all_at_once() -> str:
    diaries = [Diary() for _ in range(N_AT_ONCE)]
    with MjpegServer(moving_picture, fps=5) as server, FaultProxy(server.port) as proxy, ExitStack() as stack:
        sources = [stack.enter_context(StreamSource(
            f"http://127.0.0.1:{proxy.port}/{index}", camera_id=index, listener=diaries[index].append,
        )) for index in range(N_AT_ONCE)]
        wait_until(lambda: all(source.state is SourceState.LIVE for source in sources), 10.0, "all live")
        proxy.kill()
        wait_until(lambda: all(source.state is not SourceState.LIVE for source in sources), STALE_WITHIN_S, "all stale")
        time.sleep(1.5)
        proxy.revive()
        back_s = wait_until(lambda: all(source.state is SourceState.LIVE for source in sources), BACK_WITHIN_S + 1.0,
                            "all live again")
    tries_s = [np.array([notice.at_ns for notice in diary.of(NoticeKind.STATE)
                         if notice.state is SourceState.CONNECTING]) * 1e-9 for diary in diaries]
    last_s = np.array([times_s[-1] for times_s in tries_s])
    spread_s = float(np.ptp(last_s))
    require(spread_s > SPREAD_S, f"the attempts that brought all {N_AT_ONCE} back came within {spread_s:.3f} s")
    return (f"{N_AT_ONCE} back after {back_s:.2f} s, the attempts that brought them spread over {spread_s:.2f} s, at "
            f"most {most_within(last_s, 0.1)} within 0.1 s")


def most_within(times_s: NDArray[np.float64], span_s: float) -> int:
    """Return how many instants, in seconds, lie at most within any span of ``span_s``."""
    ordered_s = np.sort(times_s)
    return int((np.searchsorted(ordered_s, ordered_s + span_s) - np.arange(ordered_s.size)).max(initial=0))


@functools.cache
def still_clip() -> EncodedClip:
    """Return half a second of a patterned wall under a camera's noise, a key frame first, 100 frames a second."""
    rng = np.random.default_rng(1)
    scene = np.asarray(rng.integers(40, 200, (45, 80, 3)), dtype=np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    noisy = (np.clip(scene + rng.normal(0.0, 2.0, scene.shape), 0, 255).astype(np.uint8) for _ in range(50))
    return encode_units(noisy, fps=Fraction(100), gop=50, bit_rate=6_000_000)


def _rtp_loss(p_loss: float, n_allowed: int) -> str:
    _require_rtsp()
    diary, n_false, n_tainted, clean = Diary(), 0, 0, None
    with (RtspServer(still_clip()) as server, FaultProxy(server.port, p_loss=p_loss, seed=3) as proxy,
          StreamSource(server.url(port=proxy.port), listener=diary.append) as source):
        for _ in range(300):
            frame = source.take(3.0)
            require(frame is not None, f"no frame; {source.state}: {source.fault}")
            assert frame is not None
            n_tainted += frame.is_tainted
            if frame.is_tainted:
                continue
            luma = frame.luma().astype(np.int16)
            clean = luma if clean is None else clean
            n_false += bool((np.abs(luma - clean) > 30).mean() > 0.002)
        counters, n_lost = source.counters, proxy.n_lost
    require(n_lost > 0, "the relay lost nothing")
    require(counters.net_lost + counters.corrupt > 0, "the loss was not noticed")
    require(n_false <= n_allowed, f"{n_false} of 300 frames were damaged and not tainted; at most {n_allowed} may be")
    require(bool(diary.of(NoticeKind.COVERAGE_LOST)), "lost coverage was not told")
    lost_s = sum(notice.value or 0.0 for notice in diary.of(NoticeKind.COVERAGE_LOST))
    return (f"{n_lost} packets lost: {n_false} damaged frames let through, {n_tainted} tainted, "
            f"lost coverage told: {lost_s:.1f} s")


def _burst() -> str:
    _require_rtsp()
    clip = encode_units((moving_picture(index / 25) for index in range(25)), gop=25)
    with (RtspServer(clip) as server, FaultProxy(server.port) as proxy,
          StreamSource(server.url(port=proxy.port)) as source):
        began_s = _begin_s(source)
        proxy.freeze()
        time.sleep(1.5)
        source.take(0.0)  # what came before the stall is not late
        proxy.thaw()
        caught_up_s = wait_until(lambda: _begin_s(source) - began_s < 0.2, 1.0, "less than 0.2 s behind")
        n_dropped = source.counters.dropped_after + source.counters.dropped_before
    require(n_dropped > 20, f"only {n_dropped} old frames dropped")
    return f"caught up {1e3 * caught_up_s:.0f} ms after a stall of 1.5 s, {n_dropped} old frames dropped"


def _begin_s(source: StreamSource) -> float:
    """Return when the stream would have begun by the newest frame, which grows as frames come late."""
    frame = source.take(3.0)
    require(frame is not None and frame.pts_s is not None, f"no frame; {source.state}: {source.fault}")
    assert frame is not None
    return frame.arrival_ns * 1e-9 - (frame.pts_s or 0.0)


def _new_size() -> str:
    large, small = (encode_units((moving_picture(i / 25, size) for i in range(25)), gop=25)
                    for size in ((320, 180), (160, 90)))
    both = EncodedClip(units=large.units + small.units, is_key=large.is_key + small.is_key, fps=large.fps,
                       size_wh=large.size_wh, codec="h264")
    diary, port, sizes = Diary(), free_udp_port(), set()
    with UdpSender(both, port), StreamSource(f"udp://127.0.0.1:{port}", listener=diary.append) as source:
        end_s = time.monotonic() + 15.0
        while len(diary.of(NoticeKind.SIZE_CHANGED)) < 2 and time.monotonic() < end_s:
            frame = source.take(1.0)
            if frame is not None:
                require(frame.luma().shape == frame.size_wh[::-1], "pixels of another size than the frame says")
                sizes.add(frame.size_wh)
    require(sizes == {(320, 180), (160, 90)}, f"sizes {sorted(sizes)}")
    require(len(diary.of(NoticeKind.SIZE_CHANGED)) >= 2, "the change was not told")
    return f"both sizes decoded, {len(diary.of(NoticeKind.SIZE_CHANGED))} changes told"


def _time_leaps() -> str:
    clip = encode_units((moving_picture(i / 25) for i in range(25)), gop=25)
    diary, port = Diary(), free_udp_port()
    with (UdpSender(clip, port, leap_at=75, leap_s=3600.0),
          StreamSource(f"udp://127.0.0.1:{port}", listener=diary.append) as source):
        times_s = []
        end_s = time.monotonic() + 8.0
        while time.monotonic() < end_s:
            frame = source.take(1.0)
            if frame is not None and frame.pts_s is not None:
                times_s.append(frame.pts_s)
            if diary.of(NoticeKind.PTS_JUMP) and len(times_s) > 90:
                break
    require(bool(diary.of(NoticeKind.PTS_JUMP)), "the leap was not told")
    steps_s = np.diff(times_s)
    require(bool((steps_s > 0.0).all()), "time ran backwards")
    require(float(steps_s.max()) < 5.0, f"time leapt by {steps_s.max():.1f} s")
    return f"leap of 3600 s told, longest step of pts_s {steps_s.max():.2f} s"


def _time_loops() -> str:
    clip, diary = encode_units((moving_picture(i / 25) for i in range(25)), gop=25), Diary()
    connection = PacedConnection(clip, begin_s=time.monotonic(), is_looped=True)
    times_s: list[float] = []
    with StreamSource("looped", listener=diary.append, connect=lambda _: connection) as source:
        end_s = time.monotonic() + 8.0
        while len(diary.of(NoticeKind.PTS_JUMP)) < 2 and time.monotonic() < end_s:
            frame = source.take(1.0)
            if frame is not None and frame.pts_s is not None:
                times_s.append(frame.pts_s)
    require(len(diary.of(NoticeKind.PTS_JUMP)) >= 2, "the loops were not told")
    steps_s = np.diff(times_s)
    require(bool((steps_s > 0.0).all()), "time ran backwards")
    require(float(steps_s.max()) < 2.0, f"time leapt by {steps_s.max():.1f} s")
    return f"{len(diary.of(NoticeKind.PTS_JUMP))} loops told, longest step of pts_s {steps_s.max():.2f} s"


class _SteppingClock(PacedConnection):
    """A camera whose own wall clock is set back by an hour after its fiftieth packet."""

    def __init__(self, clip: EncodedClip, *, begin_s: float) -> None:
        super().__init__(clip, begin_s=begin_s)
        self.facts = replace(self.facts, format="rtsp")  # alone it has sender reports

    def packets(self) -> Iterator[VideoPacket]:
        """Yield packets that tell the camera's wall time, as RTCP sender reports do."""
        for index, packet in enumerate(super().packets()):
            told = PacketSideData(_PRFT, 24)  # type: ignore[call-arg] # left out of its stub
            told.update(struct.pack("=q16x", round(1e6 * (1.8e9 + index / 25 - (_CLOCK_STEP_S if index >= 50 else 0)))))
            packet.set_sidedata(told)
            yield packet


def _clock_steps() -> str:
    clip, diary = encode_units((moving_picture(i / 25) for i in range(25)), gop=25), Diary()
    connection = _SteppingClock(clip, begin_s=time.monotonic())
    frames: list[Frame] = []
    with StreamSource("stepping", listener=diary.append, connect=lambda _: connection) as source:
        end_s = time.monotonic() + 8.0
        while time.monotonic() < end_s and not (frames and frames[-1].index > 80):
            frame = source.take(1.0)
            if frame is not None:
                frames.append(frame)
    wall_steps_s = np.diff([frame.wall_s or 0.0 for frame in frames])
    require(float(wall_steps_s.min()) < -0.9 * _CLOCK_STEP_S, "the step did not come")
    require(not diary.of(NoticeKind.PTS_JUMP), "a step of the wall clock was taken for a leap of the stream")
    steps_s = np.diff([frame.pts_s or 0.0 for frame in frames])
    require(bool((steps_s > 0.0).all()) and float(steps_s.max()) < 2.0, f"pts_s stepped by {steps_s.max():.1f} s")
    return f"wall_s stepped by {wall_steps_s.min():.0f} s, longest step of pts_s {steps_s.max():.2f} s"


def _require_rtsp() -> None:
    if find_rtsp_python() is None:
        raise NotTriedError(f"needs GStreamer's RTSP server: {INSTALL}")


_BOUNDS = "stale within 1 s, no thread blocked over 6 s, live within 6 s of its return"

NETWORK_ROWS = (
    FaultRow(name="server killed", promise=_BOUNDS,
             run=lambda: _broken(FaultProxy.kill, FaultProxy.revive)),
    FaultRow(name="server frozen", promise=_BOUNDS,
             run=lambda: _broken(FaultProxy.freeze, FaultProxy.thaw)),
    FaultRow(name="silent listener", promise="no thread blocked over 6 s, live within 6 s of a server's coming",
             run=lambda: _unanswered(SilentListener)),
    FaultRow(name="dropped SYN", promise="no thread blocked over 6 s, live within 6 s of a server's coming",
             run=lambda: _unanswered(DroppedSyn)),
    FaultRow(name="RTP loss 0.5 %", promise="at most 4 damaged frames of 300 let through, lost coverage told",
             run=lambda: _rtp_loss(0.005, 4)),
    FaultRow(name="RTP loss 2 %", promise="at most 2 damaged frames of 300 let through, lost coverage told",
             run=lambda: _rtp_loss(0.02, 2)),
    FaultRow(name="burst after a stall", promise="old frames dropped, less than 0.2 s behind within 1 s", run=_burst),
    FaultRow(name="resolution change", promise="decoded on, told", run=_new_size),
    FaultRow(name="presentation time leaps", promise="told; pts_s rises on", run=_time_leaps),
    FaultRow(name="presentation time loops", promise="told; pts_s rises on", run=_time_loops),
    FaultRow(name="wall-clock step", promise="order and pts_s go on as if nothing were", run=_clock_steps),
    FaultRow(name=f"{N_AT_ONCE} cameras reconnect at once", promise="spread by jitter, all live within 7 s",
             run=_all_at_once),
)
"""Those that run in seconds."""
