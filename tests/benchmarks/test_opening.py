"""Each way of opening shows the pictures of a stream, and their age is counted from their capture."""

from __future__ import annotations

import json

import pytest

from benchmarks.opening import WAYS, measure_opening
from hw.fault_rows import moving_picture
from hw.loopback import UdpSender, encode_units, find_rtsp_python, free_udp_port
from hw.loopback.rtsp import INSTALL
from watchfloor import bench_opening
from watchfloor.show import Show


def test_each_way_is_measured_on_pictures_that_carry_their_instant_of_capture():
    clip = encode_units((moving_picture(index / 25, (160, 90)) for index in range(25)), gop=25)
    port = free_udp_port()
    with UdpSender(clip, port, is_stamped=True):
        costs = measure_opening(f"udp://127.0.0.1:{port}", seconds=1.5, n_rounds=1)
    assert [cost.name for cost in costs] == list(WAYS)
    for cost in costs:
        assert cost.n_pictures > 0
        assert 0.0 < cost.open_s < cost.first_picture_s
        assert cost.first_age_s > 0.04  # MPEG-TS tells that a picture is whole when the next one begins
        assert 0.04 < cost.p50_s <= cost.p99_s


def test_rtsp_is_measured_where_its_server_is_and_saved(tmp_path):
    if find_rtsp_python() is None:
        pytest.skip(f"GStreamer's RTSP server is not on this machine: {INSTALL}")
    opening = bench_opening.bench_opening(over="rtsp", seconds=1.1, n_rounds=1, out=tmp_path, show=Show(quiet=True))
    (stream,) = opening.streams
    assert stream.over == "rtsp"
    assert all(way.n_pictures > 0 and way.open_s < way.first_picture_s for way in stream.ways)
    saved = json.loads((tmp_path / "opening.json").read_text())["values"]["streams"][0]["ways"]
    assert [way["name"] for way in saved] == list(WAYS)


def test_where_no_rtsp_server_is_it_is_left_out_and_that_is_said(monkeypatch, capsys):
    monkeypatch.setattr(bench_opening, "find_rtsp_python", lambda: None)
    assert bench_opening._servable(Show()) == ("mpegts",)
    assert "is not on this machine: apt-get install" in " ".join(capsys.readouterr().out.split())
