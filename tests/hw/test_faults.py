"""What goes wrong with cameras and networks: every fault is noticed in time, reported, and survived."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest

from hw.loopback import DroppedSyn, FaultProxy, MjpegServer, SilentListener
from hw.notice import NoticeKind
from hw.source import SourceState
from hw.stream import StreamSource
from tests.hw.conftest import Notices, wait_until

STALE_S = 1.0 + 0.35
"""The bound, with the watchdog's own interval and some air."""
RETURN_S = 6.0


def picture(t_s: float) -> np.ndarray:
    grey = np.full((90, 160, 3), 90, np.uint8)
    left = int(40 * t_s) % 140
    grey[20:40, left : left + 20] = 220
    return grey


@pytest.fixture
def mjpeg():
    with MjpegServer(picture, fps=20) as server:
        yield server


@pytest.mark.parametrize("kind", ["rtsp", "mjpeg"])
def test_a_killed_server_is_stale_at_once_and_live_soon_after_its_return(kind, request, notices: Notices):
    server = request.getfixturevalue(kind)
    path = "/0" if kind == "rtsp" else "/video"
    scheme = "rtsp" if kind == "rtsp" else "http"
    with (FaultProxy(server.port) as proxy,
          StreamSource(f"{scheme}://127.0.0.1:{proxy.port}{path}", listener=notices.append) as source):
        assert source.take(5.0) is not None
        proxy.kill()
        wait_until(lambda: source.state is not SourceState.LIVE, STALE_S)
        time.sleep(1.0)
        proxy.revive()
        wait_until(lambda: source.state is SourceState.LIVE, RETURN_S)
        assert notices.states()[:3] == ["live", "stale", "backoff"]
        wait_until(lambda: notices.of(NoticeKind.COVERAGE_LOST), 3.0)
        assert 0.9 < notices.of(NoticeKind.COVERAGE_LOST)[0].value < 1.0 + RETURN_S


@pytest.mark.parametrize("kind", ["rtsp", "mjpeg"])
def test_a_frozen_server_is_stale_in_time_blocks_no_thread_and_comes_back(kind, request, notices: Notices):
    server = request.getfixturevalue(kind)
    path = "/0" if kind == "rtsp" else "/video"
    scheme = "rtsp" if kind == "rtsp" else "http"
    with (FaultProxy(server.port) as proxy,
          StreamSource(f"{scheme}://127.0.0.1:{proxy.port}{path}", listener=notices.append) as source):
        assert source.take(5.0) is not None
        proxy.freeze()
        wait_until(lambda: source.state is SourceState.STALE, STALE_S)
        wait_until(lambda: source.state in (SourceState.BACKOFF, SourceState.CONNECTING), 4.5)
        proxy.thaw()
        wait_until(lambda: source.state is SourceState.LIVE, RETURN_S)
        assert not notices.of(NoticeKind.READER_ABANDONED)


def test_a_silent_listener_blocks_no_thread_and_each_attempt_ends(notices: Notices):
    with (SilentListener() as listener,
          StreamSource(f"rtsp://127.0.0.1:{listener.port}/0", listener=notices.append) as source):
        wait_until(lambda: source.state is SourceState.BACKOFF, 6.0)
        assert "nothing came in time" in notices[-1].why or "timed out" in notices[-1].why


@pytest.mark.skipif(os.name != "posix", reason="a full queue drops connections on Linux only")
def test_a_host_that_drops_whoever_knocks_ends_each_attempt(notices: Notices):
    with DroppedSyn() as host, StreamSource(f"rtsp://127.0.0.1:{host.port}/0", listener=notices.append) as source:
        wait_until(lambda: source.state is SourceState.BACKOFF, 6.0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_reader_that_no_timeout_frees_is_replaced_and_their_number_is_bounded(tmp_path, notices, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # opening it for reading blocks inside the system, where no timeout of FFmpeg's reaches
    monkeypatch.setattr("hw.stream.BLOCKED_S", 0.3)
    before = threading.active_count()
    with StreamSource(f"file:{pipe}", listener=notices.append):
        wait_until(lambda: len(notices.of(NoticeKind.READER_ABANDONED)) == 2, 3.0)
        time.sleep(0.8)
        assert len(notices.of(NoticeKind.READER_ABANDONED)) == 2
        assert threading.active_count() <= before + 6
    for _ in range(3):
        with open(os.open(pipe, os.O_RDWR), "wb") as writer:
            writer.write(b"over")
            time.sleep(0.1)
    wait_until(lambda: not any(t.name.startswith("reader-") for t in threading.enumerate()), 6.0)


def test_two_dozen_cameras_that_return_at_once_spread_their_attempts(rtsp):
    notices = [Notices() for _ in range(24)]
    with FaultProxy(rtsp.port) as proxy:
        sources = [StreamSource(rtsp.url(index, port=proxy.port), camera_id=index, listener=notices[index].append)
                   for index in range(24)]
        try:
            wait_until(lambda: all(source.state is SourceState.LIVE for source in sources), 10.0)
            proxy.kill()
            wait_until(lambda: all(source.state is not SourceState.LIVE for source in sources), STALE_S)
            time.sleep(1.5)
            proxy.revive()
            wait_until(lambda: all(source.state is SourceState.LIVE for source in sources), RETURN_S + 2.0)
        finally:
            for source in sources:
                source.close()
    second_ns = [[n.at_ns for n in own if n.state is SourceState.CONNECTING][1] for own in notices]
    assert np.ptp(np.array(second_ns)) > 0.1e9
    assert len({at_ns // 5_000_000 for at_ns in second_ns}) > 12
