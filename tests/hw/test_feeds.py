"""Tables of feeds, the names and passwords that belong to them, and what Prometheus is told."""

from __future__ import annotations

import json
import urllib.request

import keyring
import numpy as np
import pytest
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential

from hw.credentials import add_credentials, redact
from hw.feed_role import FeedRole
from hw.feeds import Feed, choose_streams, load_feeds
from hw.loopback import MjpegServer
from hw.metrics import WatchedFeed, metrics_text, serve_metrics
from hw.schemes import open_source
from hw.stream import StreamSource
from sim.errors import InputError
from tests.hw.conftest import Notices
from tests.waiting import wait_until

SECRET = "Tr0ub4dor"
GREY = np.full((48, 64, 3), 90, np.uint8)


def write(path, text: str):
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_feeds_is_read_with_either_separator_and_without_a_role(tmp_path):
    comma = write(tmp_path / "a.csv", "url,camera_id,role\nrtsp://a/1,4211,main\nrtsp://a/2, 4211, sub\n\n")
    semicolon = write(tmp_path / "b.csv", "\ufeffcamera_id;url\n7;udp://0.0.0.0:5000\n")
    assert [(feed.camera_id, feed.role) for feed in load_feeds(comma)] == [
        (4211, FeedRole.MAIN), (4211, FeedRole.SUB)]
    assert load_feeds(semicolon) == (Feed(url="udp://0.0.0.0:5000", camera_id=7, role=FeedRole.MAIN),)


def test_one_stream_of_each_camera_is_chosen_by_role_or_the_one_there_is():
    main, sub, only = (Feed(url=f"rtsp://a/{camera}{role}", camera_id=camera, role=role) for camera, role in (
        (1, FeedRole.MAIN), (1, FeedRole.SUB), (2, FeedRole.MAIN)))
    assert choose_streams([main, sub, only], FeedRole.SUB) == (sub, only)
    assert choose_streams([sub, main, only], FeedRole.MAIN) == (main, only)


@pytest.mark.parametrize(("text", "said"), [
    ("address,camera_id\nx,1\n", "line 1 = address, camera_id; expected the columns url, camera_id"),
    ("url,camera_id\nrtsp://a/1,north\n", "line 2: camera_id = north; expected a whole number"),
    ("url,camera_id,role\nrtsp://a/1,1,big\n", "line 2: role = big; expected main or sub"),
    ("url,camera_id\n,1\n", "line 2: url = nothing"),
    ("url,camera_id\nrtsp://a/1,1\nrtsp://a/2,1\n", "line 3: camera_id = 1; expected each camera's main stream once"),
    ("url,camera_id\n", "no feed"), ("", "line 1 = nothing"),
])
def test_a_table_that_cannot_be_used_is_refused_with_its_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        load_feeds(write(tmp_path / "cams.csv", text))


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        load_feeds(tmp_path / "none.csv")


def test_credentials_come_from_the_netrc_file_then_from_the_environment_and_never_replace_ones_own(tmp_path):
    file = write(tmp_path / "netrc", f"machine cam.example login duty password {SECRET}@/\n")
    environment = {"WATCHFLOOR_NETRC": str(file), "WATCHFLOOR_CAMERA_USER": "guest"}
    assert add_credentials("rtsp://cam.example:554/1", environment=environment) == (
        f"rtsp://duty:{SECRET}%40%2F@cam.example:554/1")
    assert add_credentials("rtsp://other/1", environment=environment) == "rtsp://guest:@other/1"
    assert add_credentials("rtsp://me:mine@cam.example/1", environment=environment) == "rtsp://me:mine@cam.example/1"
    assert add_credentials("rtsp://other/1", environment={}) == "rtsp://other/1"


class LockedKeyring(KeyringBackend):
    """A keyring that knows one camera, or is locked."""

    priority = 1
    is_locked = False

    def get_credential(self, service: str, username: str | None) -> SimpleCredential | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked(SECRET)
        return SimpleCredential("duty", f"{SECRET}@/") if service == "watchfloor cam.example" else None

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.PasswordSetError("nothing is written here")


def test_the_systems_keyring_is_asked_if_it_may_be_and_one_that_is_locked_is_told_without_its_words(request):
    backend, before = LockedKeyring(), keyring.get_keyring()
    request.addfinalizer(lambda: keyring.set_keyring(before))
    keyring.set_keyring(backend)
    allowed = {"WATCHFLOOR_KEYRING": "1", "WATCHFLOOR_CAMERA_USER": "guest"}
    assert add_credentials("rtsp://cam.example/1", environment=allowed) == f"rtsp://duty:{SECRET}%40%2F@cam.example/1"
    assert add_credentials("rtsp://other/1", environment=allowed) == "rtsp://guest:@other/1"
    assert add_credentials("rtsp://cam.example/1", environment={}) == "rtsp://cam.example/1"
    backend.is_locked = True
    with pytest.raises(InputError, match="WATCHFLOOR_KEYRING = KeyringLocked") as refused:
        add_credentials("rtsp://cam.example/1", environment=allowed)
    assert SECRET not in str(refused.value)


def test_a_netrc_file_that_is_broken_is_refused_without_its_words(tmp_path):
    file = write(tmp_path / "netrc", f"machine cam.example login duty passwort {SECRET}\n")
    with pytest.raises(InputError, match="line 1") as refused:
        add_credentials("rtsp://cam.example/1", environment={"WATCHFLOOR_NETRC": str(file)})
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("address", [
    f"rtsp://duty:{SECRET}@cam/1", f"rtsp://{SECRET}@cam/1", f"http://cam/video?user=duty&password={SECRET}&fps=5",
    f"http://cam/video?token={SECRET}#x", f"rtmp://cam/live?AUTH={SECRET}", f"rtsp://duty:a:b{SECRET}@[::1]:554/1",
    f"http://cam/videostream.cgi?loginuse=duty&loginpas={SECRET}", f"failed on rtsp://duty:{SECRET}@cam/1 (timed out)",
])
def test_no_address_shows_its_secret(address):
    assert SECRET not in redact(address)
    assert "cam" in redact(address) or "::1" in redact(address)


def test_nothing_that_is_printed_logged_or_raised_holds_a_password(tmp_path, watchfloor, notices: Notices):
    table = write(tmp_path / "cams.csv", f"url,camera_id\nrtsp://duty:{SECRET}@127.0.0.1:9/1,1\n")
    printed = [str(load_feeds(table)), repr(load_feeds(table)[0])]
    with StreamSource(f"rtsp://duty:{SECRET}@127.0.0.1:9/1?password={SECRET}", listener=notices.append) as source:
        wait_until(lambda: len(notices) > 4, 5.0)
        printed += [str(notices), source.where, source.fault, repr(source), metrics_text(
            [WatchedFeed(camera_id=1, role="main", source=source)])]
    with pytest.raises(InputError) as refused:
        open_source(f"gopher://duty:{SECRET}@cam/1")
    printed.append(str(refused.value))
    for command in (("feeds", str(table), "--seconds", "1"), ("feeds", str(table), "--seconds", "1", "--json"),
                    ("probe", f"gopher://duty:{SECRET}@cam/1")):
        finished = watchfloor(*command)
        printed += [finished.stdout, finished.stderr]
    assert all(SECRET not in text and "duty" not in text for text in printed)
    assert any("***@127.0.0.1:9" in text for text in printed)


def test_prometheus_is_told_counters_and_states_over_the_loopback():
    with MjpegServer(lambda t_s: GREY, fps=20) as server, StreamSource(server.url, camera_id=17) as source:
        assert source.take(5.0) is not None
        feeds = [WatchedFeed(camera_id=17, role="main", source=source)]
        port, stop = serve_metrics(lambda: feeds, port=0)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        finally:
            stop()
    assert 'watchfloor_feed_frames_decoded_total{camera_id="17",role="main"} 1.0' in text
    assert 'watchfloor_feed_state{camera_id="17",role="main",state="live"} 1.0' in text
    assert 'watchfloor_feed_state{camera_id="17",role="main",state="stale"} 0.0' in text
    for name in ("net_lost", "corrupt", "tainted", "dropped_before", "dropped_after"):
        assert f"watchfloor_feed_frames_{name}_total" in text


def test_probe_says_what_a_camera_is_what_it_sends_how_late_and_how_healthy(rtsp, watchfloor):
    finished = watchfloor("probe", rtsp.url(9), "--seconds", "4.5", "--json")
    assert finished.returncode == 0, finished.stderr
    report = json.loads(finished.stdout)
    assert (report["kind"], report["codec"], report["size_wh"]) == ("stream", "h264", [320, 180])
    assert report["measured_fps"] == pytest.approx(25.0, rel=0.2)
    assert report["key_interval_s"] == pytest.approx(1.0, rel=0.2)
    assert 100_000 < report["bit_rate"] < 900_000
    assert abs(report["capture_to_arrival"]["p50_s"]) < 1.0
    assert report["arrival_to_pixels"]["p50_s"] < 1.0
    assert report["condition"]["faults"] == report["warnings"] == []


def test_probe_prints_a_table_of_any_source_and_fails_where_nothing_is(watchfloor):
    finished = watchfloor("probe", "drawn:street_corner", "--seconds", "1")
    assert finished.returncode == 0, finished.stderr
    for word in ("sends", "late", "lost", "health", "640×360"):
        assert word in finished.stdout
    assert watchfloor("probe", "nothing.mp4").returncode == 2
