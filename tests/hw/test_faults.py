"""What goes wrong with cameras and networks: every fault is noticed in time, reported, and survived."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time

import av
import numpy as np
import pytest

from agents.detector import Stream
from agents.registry import make_detector
from hw.fault_files import FAULT_ROWS
from hw.fault_rows import moving_picture
from hw.faults import FaultMissedError, FaultRow, NotTriedError, Outcome, run_row
from hw.loopback import FaultProxy, MjpegServer
from hw.notice import NoticeKind
from hw.packet_queue import PacketQueue, Parcel
from hw.stream import StreamSource
from sim.input_records import SourceState
from tests.conftest import plain_environment
from tests.hw.conftest import Notices
from tests.waiting import wait_until
from watchfloor.live.fault_rows import DETECTOR_ROWS

STALE_S = 1.4
RETURN_S = 6.0
needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="reads /proc")


def test_the_fault_table_holds_in_every_row():
    finished = subprocess.run([sys.executable, "-m", "watchfloor", "doctor", "--faults", "--json"],
                              env=plain_environment(), capture_output=True, text=True, timeout=300, check=False)
    rows = json.loads(finished.stdout)
    assert [row["name"] for row in rows] == [row.name for row in (*FAULT_ROWS, *DETECTOR_ROWS)]
    missed = [row["name"] for row in rows if row["outcome"] == "missed"]
    assert finished.returncode == bool(missed)
    again = [run_row(row) for row in (*FAULT_ROWS, *DETECTOR_ROWS) if row.name in missed]
    assert [result for result in again if result.outcome is Outcome.MISSED] == [], "twice, so it was no stall"
    assert all(row["found"] for row in rows)
    not_tried = {row["name"]: row["found"] for row in rows if row["outcome"] == "not tried"}
    if not_tried:
        pytest.skip(str(not_tried))


def test_a_row_that_is_missed_fails_or_cannot_be_tried_says_so():
    def miss() -> str:
        raise FaultMissedError("not live within 6 s")

    def lack() -> str:
        raise NotTriedError("needs a server")

    def fail() -> str:
        raise ValueError("broken row")

    results = [run_row(FaultRow(name="a", promise="b", run=run)) for run in (miss, lack, fail, lambda: "1 ms")]
    assert [result.outcome for result in results] == [Outcome.MISSED, Outcome.NOT_TRIED, Outcome.MISSED, Outcome.HELD]
    assert [result.found for result in results] == [
        "not live within 6 s", "needs a server", "ValueError('broken row')", "1 ms"]


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_an_rtsp_server_that_is_killed_or_frozen_is_stale_in_time_and_comes_back(rtsp, notices: Notices, fault):
    with (FaultProxy(rtsp.port) as proxy,
          StreamSource(rtsp.url(port=proxy.port), listener=notices.append) as source):
        assert source.take(5.0) is not None
        getattr(proxy, fault)()
        wait_until(lambda: source.state is not SourceState.LIVE, STALE_S)
        wait_until(lambda: source.state in (SourceState.BACKOFF, SourceState.CONNECTING), 5.0)
        proxy.revive() if fault == "kill" else proxy.thaw()
        wait_until(lambda: source.state is SourceState.LIVE, RETURN_S)
        assert notices.states()[:3] == ["live", "stale", "backoff"]
        assert not notices.of(NoticeKind.READER_ABANDONED)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_reader_that_no_timeout_frees_is_replaced_and_their_number_is_bounded(tmp_path, notices, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # opening it for reading blocks inside the system, where no timeout of FFmpeg's reaches
    monkeypatch.setattr("hw.stream.BLOCKED_S", 0.3)
    before = threading.active_count()
    with StreamSource(f"file:{pipe}", listener=notices.append):
        wait_until(lambda: len(notices.of(NoticeKind.READER_ABANDONED)) == 2, 20.0)
        time.sleep(0.8)
        assert len(notices.of(NoticeKind.READER_ABANDONED)) == 2
        assert threading.active_count() <= before + 6
    for _ in range(3):
        with open(os.open(pipe, os.O_RDWR), "wb") as writer:
            writer.write(b"over")
            time.sleep(0.1)
    wait_until(lambda: not any(t.name.startswith("reader-") for t in threading.enumerate()), 20.0)


def put(queue: PacketQueue, kinds: str) -> None:
    for kind in kinds:
        packet = av.Packet(b"picture")
        packet.is_keyframe = kind == "K"
        queue.put(Parcel(packet=packet, arrival_ns=0, connection=None, offset_s=0.0))


def kinds_in(queue: PacketQueue) -> str:
    text = ""
    while (parcel := queue.take()) is not None:
        text += "K" if parcel.packet.is_keyframe else "p"
    return text


def test_under_pressure_whole_groups_of_pictures_are_dropped_and_counted():
    queue = PacketQueue(n_late=3, limit=6)
    put(queue, "Kppp")
    put(queue, "Kpp")  # four wait when the key frame comes: they are needless
    assert queue.n_dropped == 4
    assert kinds_in(queue) == "Kpp"
    put(queue, "Kpppppppppp")  # no key frame comes: once too many wait, all up to the next one go
    assert queue.n_dropped == 4 + 11
    put(queue, "pKp")
    assert queue.n_dropped == 4 + 12
    assert kinds_in(queue) == "Kp"


@pytest.mark.parametrize(("p_loss", "n_allowed"), [(0.005, 4), (0.02, 2)])
def test_a_detector_on_a_still_scene_raises_few_false_alarms_under_loss(rtsp_still, p_loss, n_allowed):
    detector = make_detector("motion")
    n_alerts, n_given, was_tainted = 0, 0, False
    with (FaultProxy(rtsp_still.port, seed=5) as proxy, StreamSource(rtsp_still.url(port=proxy.port)) as source):
        detector.start(Stream(camera_id=0, size_wh=source.size_wh, fps=source.fps))
        for index in range(300):
            if index == 50:
                proxy.spoil(p_loss=p_loss)
            frame = source.take(3.0)
            if frame.is_tainted:
                was_tainted = True
                continue
            if was_tainted:
                detector.reset()
                was_tainted = False
            n_given += 1
            n_alerts += len(detector.update(frame))
        assert source.counters.net_lost + source.counters.corrupt > 0
    assert n_given > 40
    assert n_alerts <= n_allowed


@pytest.mark.parametrize(("fault", "n_damaged"), [({"p_swap": 0.02}, 2), ({"delay_s": 0.05}, 0)], ids=["swap", "delay"])
def test_packets_that_come_late_or_in_another_order_let_no_damaged_picture_through(rtsp_still, fault, n_damaged):
    clean, n_false = None, 0
    with (FaultProxy(rtsp_still.port, seed=7, **fault) as proxy,
          StreamSource(rtsp_still.url(port=proxy.port)) as source):
        for _ in range(120):
            frame = source.take(5.0)
            if not frame.is_tainted:
                luma = frame.luma().astype(np.int16)
                clean = luma if clean is None else clean
                n_false += bool((np.abs(luma - clean) > 30).mean() > 0.002)
        assert source.state is SourceState.LIVE
        assert bool(proxy.n_swapped) == ("p_swap" in fault)
    assert n_false <= n_damaged


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def soak(duration_s: float) -> None:
    """Break eight cameras again and again; memory, descriptors and threads must stay as they are."""
    with MjpegServer(moving_picture, fps=10) as server, FaultProxy(server.port) as proxy:
        sources = [StreamSource(f"http://127.0.0.1:{proxy.port}/{index}", camera_id=index) for index in range(8)]
        try:
            marks = []
            end_s = time.monotonic() + duration_s
            while time.monotonic() < end_s or len(marks) < 3:
                wait_until(lambda: all(source.state is SourceState.LIVE for source in sources), 60.0)
                for _ in range(5):
                    for source in sources:
                        source.take(1.0)
                gc.collect()
                marks.append((resident_bytes(), len(os.listdir("/proc/self/fd")), threading.active_count()))
                proxy.kill()
                wait_until(lambda: all(source.state is not SourceState.LIVE for source in sources), 60.0)
                proxy.revive()
        finally:
            for source in sources:
                source.close()
    rss, n_fds, n_threads = (np.array(column) for column in zip(*marks, strict=True))
    half = len(marks) // 2
    assert rss[half:].max() < rss[:half + 1].max() + 30e6
    assert n_fds[half:].max() <= n_fds[:half + 1].max() + 4
    assert n_threads[half:].max() <= n_threads[:half + 1].max() + 4


@needs_proc
def test_a_minute_of_breaking_leaves_memory_descriptors_and_threads_flat():
    soak(60.0)


@needs_proc
@pytest.mark.long
def test_ten_minutes_of_breaking_leave_memory_descriptors_and_threads_flat():
    soak(600.0)
