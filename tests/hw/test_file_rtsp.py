"""RTSP as another server speaks it: the contract holds, and a stream that ends is connected to again."""

from __future__ import annotations

import pytest

from hw.check import check_source
from hw.frame import Frame
from hw.notice import NoticeKind
from hw.schemes import open_source
from hw.stream import StreamSource
from tests.hw.conftest import MakeClip, Notices
from tests.hw.file_rtsp import serving_files
from tests.waiting import wait_until


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_an_rtsp_camera_of_another_make_keeps_the_contract(codec, make_clip: MakeClip, tmp_path, monkeypatch):
    make_clip("a.mp4", codec=codec, options={"tune": "zerolatency"}, n_frames=60)
    with serving_files(tmp_path, monkeypatch) as where:
        check_source(lambda: open_source(f"{where}/a.mp4?play_count=0"), n_frames=30)


def test_a_stream_that_ends_is_connected_to_again_and_time_goes_on(
    make_clip: MakeClip, tmp_path, monkeypatch, notices: Notices,
):
    make_clip("a.mp4", options={"tune": "zerolatency"}, n_frames=20)
    times_s = []

    def see(frame: Frame) -> None:
        times_s.append(frame.pts_s)

    with (serving_files(tmp_path, monkeypatch) as where,
          StreamSource(f"{where}/a.mp4", listener=notices.append, see=see) as source):
        wait_until(lambda: notices.states().count("live") >= 2, 30.0)
        assert source.counters.net_lost == 0
    assert "ended" in notices.of(NoticeKind.STATE)[1].why
    assert None not in times_s
    assert times_s == sorted(times_s)
