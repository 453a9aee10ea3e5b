"""Live streams from real servers on the loopback: every kind keeps the contract and reports what happens to it."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import threading
import time

import cv2
import numpy as np
import pytest

from hw.capture_stamp import read_stamp
from hw.check import check_source
from hw.connection import Connection, FeedError
from hw.frame import Frame
from hw.hub import Hub
from hw.image_folder import FolderSource
from hw.loopback import EncodedClip, MjpegServer, PacedConnection, RtspServer, UdpSender, encode_units, free_tcp_port
from hw.notice import NoticeKind
from hw.scenes import make_scene
from hw.schemes import open_source
from hw.source import Source
from hw.stream import StreamSource
from sim.errors import InputError
from sim.input_records import SourceState
from tests.hw.conftest import Notices
from tests.waiting import wait_until

SCENE = make_scene("street_corner")


def street(t_s: float) -> np.ndarray:
    return SCENE.render(t_s, size_wh=(160, 90)).bgr()


def test_an_rtsp_camera_keeps_the_contract(rtsp):
    check_source(lambda: open_source(rtsp.url()), n_frames=30)


def test_what_is_read_while_a_stream_is_opened_is_not_lost(corner_clip):
    with hosting(corner_clip, is_stamped=True) as server:
        connection = Connection(server.url())
        first = next(connection.packets())
        connection.close()
    assert first.is_keyframe
    assert read_stamp(bytes(first)).index == 0


def test_an_mjpeg_camera_keeps_the_contract():
    with MjpegServer(street, fps=20) as server:
        check_source(lambda: open_source(server.url), n_frames=20)


def test_a_transport_stream_over_udp_keeps_the_contract(corner_clip, udp_port):
    with UdpSender(corner_clip, udp_port):
        check_source(lambda: open_source(f"udp://127.0.0.1:{udp_port}"), n_frames=30)


def test_an_rtmp_camera_keeps_the_contract(make_clip):
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("the ffmpeg program, which serves RTMP here, is not on this machine: apt-get install ffmpeg")
    url = f"rtmp://127.0.0.1:{free_tcp_port()}/live/1"
    clip = make_clip("a.flv", n_frames=100, options={"tune": "zerolatency"})
    command = [program, "-v", "error", "-re", "-stream_loop", "-1", "-i", str(clip), "-c", "copy", "-f", "flv",
               "-listen", "1", url]
    servers = []

    def open_camera() -> Source:
        for server in servers:
            server.wait(5)
        servers.append(subprocess.Popen(command, stdin=subprocess.DEVNULL))
        time.sleep(0.3)
        return open_source(url)

    try:
        check_source(open_camera, n_frames=20)
    finally:
        for server in servers:
            server.kill()
            server.wait()


def test_a_folder_of_pictures_keeps_the_contract(tmp_path):
    for index in range(5):
        cv2.imwrite(str(tmp_path / f"{index}.png"), street(float(index)))
    (tmp_path / "notes.txt").write_text("not a picture")
    check_source(lambda: open_source(tmp_path), n_frames=5)


def test_a_spoilt_picture_in_a_folder_is_left_out_and_counted(tmp_path):
    for index in range(3):
        cv2.imwrite(str(tmp_path / f"{index}.jpg"), street(float(index)))
    (tmp_path / "1.jpg").write_bytes(b"spoilt")
    source = FolderSource(tmp_path)
    assert len(list(source)) == 2
    assert source.counters.corrupt == 1


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(InputError, match="at least one whole picture"):
        open_source(tmp_path)


def test_frames_tell_arrival_time_order_and_key_and_luma_is_no_copy(rtsp):
    with StreamSource(rtsp.url(1), camera_id=17) as source:
        frames = [source.take(5.0) for _ in range(40)]
        now_ns = time.monotonic_ns()
    assert all(frame is not None and frame.camera_id == 17 for frame in frames)
    assert all(0 <= now_ns - frame.arrival_ns < 5e9 for frame in frames)
    assert all(later.pts_s > frame.pts_s for frame, later in itertools.pairwise(frames))
    assert any(frame.is_key for frame in frames)
    luma = frames[-1].luma()
    assert not luma.flags.owndata
    assert not luma.flags.writeable


def test_the_rate_of_a_camera_is_measured_and_its_pictures_are_all_taken_or_counted(rtsp):
    with StreamSource(rtsp.url(2)) as source:
        frames = [source.take(5.0) for _ in range(25)]
        counters = source.counters
        assert source.interval_s == pytest.approx(0.04, rel=0.1)
    n_passed = round((frames[-1].pts_s - frames[0].pts_s) / 0.04)
    assert n_passed <= 24 + counters.dropped_after, "more may have come since"
    assert counters.decoded == 25
    assert counters.dropped_before == counters.net_lost == 0


def test_a_slow_reader_sees_the_newest_frame_and_the_others_are_counted(rtsp):
    with StreamSource(rtsp.url(3)) as source:
        first = source.take(5.0)
        wait_until(lambda: source.counters.dropped_after >= 15, 20.0)
        newest = source.take(5.0)
        assert newest.index == 1
        assert newest.pts_s - first.pts_s >= 15 * 0.04


def test_frames_may_be_seen_where_they_are_decoded_and_stale_ones_give_way(corner_clip):
    seen, is_over = [], threading.Event()

    def see(frame: Frame) -> None:
        seen.append(frame)
        wait_until(lambda: is_over.is_set() or hub.feeds[0].n_waiting >= 10, 20.0)

    hub = Watched(n_workers=1)
    with StreamSource("paced", hub=hub, see=see,
                      connect=lambda _: PacedConnection(corner_clip, begin_s=time.monotonic())) as source:
        wait_until(lambda: len(seen) > 5 and source.counters.dropped_after > 0, 30.0)
        assert source.take(0.0) is None
        is_over.set()
    hub.close()
    assert [frame.index for frame in seen] == list(range(len(seen)))
    assert all(later.pts_s > frame.pts_s for frame, later in itertools.pairwise(seen))


def test_where_decoding_cannot_keep_up_pictures_are_still_seen(corner_clip):
    decode_s, fresh_s = 0.08, 0.2
    connection = PacedConnection(corner_clip, begin_s=time.monotonic())
    slow = connection.decoder = SlowDecoder(connection.decoder, decode_s)
    n_decoded_at = []
    hub = Hub(n_workers=1)
    with StreamSource("paced", hub=hub, see=lambda _: n_decoded_at.append(slow.n_decoded), fresh_s=fresh_s,
                      connect=lambda _: connection) as source:
        wait_until(lambda: source.counters.dropped_after >= 6 and source.counters.decoded >= 6, 60.0)
    hub.close()
    skipped = [later - before - 1 for before, later in itertools.pairwise(n_decoded_at)]
    assert 0 < max(skipped) <= fresh_s / decode_s


class SlowDecoder:
    """A decoder that takes longer for a picture than the camera."""

    def __init__(self, decoder, decode_s):
        self._decoder, self._decode_s, self.n_decoded = decoder, decode_s, 0

    def decode(self, packet):
        time.sleep(self._decode_s)
        self.n_decoded += 1
        return self._decoder.decode(packet)


class Watched(Hub):
    """A hub that tells whom it serves."""

    def join(self, feed):
        self.feeds = [feed]
        super().join(feed)


def test_h265_is_read_like_h264():
    scene = make_scene("street_corner")
    clip = encode_units((scene.render(i / 10, size_wh=(320, 180)).bgr() for i in range(20)), codec="h265", gop=10)
    with hosting(clip) as server, StreamSource(server.url()) as source:
        frame = source.take(8.0)
        assert frame is not None
        assert source.facts.codec == "hevc"
        assert abs(frame.luma().mean() - scene.render(0.0, size_wh=(320, 180)).luma().mean()) < 12


def hosting(clip: EncodedClip, *, is_stamped: bool = False) -> RtspServer:
    try:
        return RtspServer(clip, is_stamped=is_stamped)
    except Exception as error:
        pytest.skip(str(error))


def test_every_change_of_state_is_reported_in_order(rtsp, notices: Notices):
    source = StreamSource(rtsp.url(4), camera_id=4, listener=notices.append)
    assert source.take(5.0) is not None
    source.close()
    assert notices.states() == ["live", "dead"]
    assert [notice.before.value for notice in notices.of(NoticeKind.STATE)] == ["connecting", "live"]
    assert {notice.camera_id for notice in notices} == {4}


def test_a_listener_that_raises_harms_nothing(rtsp):
    def fail(_: object) -> None:
        raise RuntimeError("spilled coffee")

    with pytest.warns(RuntimeWarning, match="spilled coffee"), StreamSource(rtsp.url(5), listener=fail) as source:
        assert source.take(5.0) is not None


def test_an_address_where_nothing_is_gives_an_error_that_hides_the_password(monkeypatch):
    monkeypatch.setattr("hw.stream.FIRST_PICTURE_S", 0.5)
    with (StreamSource("rtsp://operator:s3cret@127.0.0.1:9/1") as source,
          pytest.raises(FeedError, match="Connection refused") as refused):
        _ = source.size_wh
    assert "s3cret" not in str(refused.value)
    assert "operator" not in str(refused.value)
    assert source.state is SourceState.DEAD


def test_a_camera_that_asks_for_a_password_is_dead_without_and_live_with_it(monkeypatch, notices: Notices):
    with MjpegServer(street, login=("duty", "p@ss/word")) as server:
        with StreamSource(server.url, listener=notices.append) as source:
            wait_until(lambda: source.state is SourceState.DEAD, 5.0)
        assert notices[-1].why.count("netrc") == 1
        monkeypatch.setenv("WATCHFLOOR_CAMERA_USER", "duty")
        monkeypatch.setenv("WATCHFLOOR_CAMERA_PASSWORD", "p@ss/word")
        with StreamSource(server.url) as source:
            assert source.take(5.0) is not None


def test_closing_leaves_no_thread_and_no_connection(rtsp):
    hub = Hub(n_workers=1)
    before = threading.active_count()
    sources = [StreamSource(rtsp.url(index), camera_id=index, hub=hub) for index in range(3)]
    assert all(source.take(5.0) is not None for source in sources)
    for source in sources:
        source.close()
    hub.close()
    wait_until(lambda: threading.active_count() <= before, 6.0)


def test_an_error_that_nobody_foresaw_is_reported_and_the_camera_comes_back(rtsp, notices: Notices):
    attempts = []

    def connect(url: str) -> Connection:
        attempts.append(url)
        if len(attempts) == 1:
            raise ZeroDivisionError("in the depths")
        return Connection(url)

    with StreamSource(rtsp.url(6), listener=notices.append, connect=connect) as source:
        assert source.take(5.0) is not None
    assert notices.states()[:3] == ["backoff", "connecting", "live"]
    assert "in the depths" in notices[0].why


class Failing:
    """A feed that fails at every turn."""

    n_waiting = 0

    def decode_some(self) -> None:
        raise RuntimeError("lost its head")

    def watch(self, now_ns: int) -> None:
        raise RuntimeError("sees nothing")


@pytest.mark.filterwarnings("ignore:a feed failed in the hub:RuntimeWarning")
def test_a_feed_that_fails_in_the_hub_harms_no_other(rtsp):
    hub = Hub(n_workers=1)
    failing = Failing()
    with StreamSource(rtsp.url(7), hub=hub) as source:
        hub.join(failing)
        for _ in range(3):
            hub.wake(failing)
            assert source.take(5.0) is not None
        time.sleep(0.3)
        assert source.take(2.0) is not None
        assert source.state is SourceState.LIVE
    hub.close()
