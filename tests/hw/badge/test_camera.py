"""A badge's live picture and position over real sockets, and what damage does to them."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from hw.badge.badge_source import BadgeSource
from hw.badge.camera import SIZE_WH, BadgeCamera
from hw.badge.klv import decode_positions
from hw.badge.position import Position
from hw.badge.route import HOME, Route, distance_m, load_route, square_round
from hw.check import check_source
from hw.loopback import free_udp_port
from hw.schemes import open_source
from hw.source import Source
from sim.errors import InputError
from tests.waiting import wait_until

SCENE = "drawn:street_corner"


def walking(route: Route, *, mission: str = "") -> Position:
    stand = route.at(time.monotonic() % 1000.0)
    return Position(wall_s=time.time(), lat_deg=stand.lat_deg, lon_deg=stand.lon_deg, heading_deg=stand.heading_deg,
                    speed_mps=route.speed_mps, designation="unit 17", mission=mission)


def test_picture_and_position_arrive_together() -> None:
    url = f"udp://127.0.0.1:{free_udp_port()}"
    route = Route(square_round(HOME), speed_mps=5.0)
    with BadgeSource(url) as source, BadgeCamera(SCENE, url, position=lambda: walking(route, mission="EXERCISE")):
        frame = source.take(8.0)
        wait_until(lambda: source.n_positions >= 3)
        position = source.position
    assert frame is not None
    assert frame.size_wh == SIZE_WH
    assert position is not None
    assert (position.designation, position.mission) == ("unit 17", "EXERCISE")
    assert distance_m(HOME, (position.lat_deg, position.lon_deg)) < 145.0
    assert time.time() - position.wall_s < 2.0
    assert source.n_damaged == 0


def test_the_marking_is_burnt_into_the_picture(tmp_path: Path) -> None:
    folder = tmp_path / "grey"
    folder.mkdir()
    cv2.imwrite(str(folder / "0.png"), np.full((90, 160, 3), 90, np.uint8))
    found = {}
    for marking in ("", "EXERCISE"):
        url = f"udp://127.0.0.1:{free_udp_port()}"
        with (BadgeSource(url) as source,
              BadgeCamera(str(folder), url, position=lambda: walking(Route([HOME])), marking=lambda: marking)):  # noqa: B023
            frame = source.take(8.0)
            assert frame is not None
            found[marking] = int((frame.luma()[-40:, :200] > 200).sum())
    assert found[""] == 0
    assert found["EXERCISE"] > 100


def test_it_keeps_the_contract_of_sources() -> None:
    url = f"udp://127.0.0.1:{free_udp_port()}"
    with BadgeCamera(SCENE, url, position=lambda: walking(Route([HOME]))):
        check_source(lambda: _opened(url.replace("udp", "badge")), n_frames=8)


def _opened(url: str) -> Source:
    source = open_source(url)
    assert isinstance(source, BadgeSource)
    assert source.size_wh == SIZE_WH  # waits for the first picture
    return source


def test_metadata_that_are_damaged_are_counted_and_the_picture_goes_on() -> None:
    url = f"udp://127.0.0.1:{free_udp_port()}"
    with BadgeSource(url) as source:
        source._take_metadata(b"\x00" * 40)
        assert (source.n_damaged, source.position) == (1, None)


def test_ffmpegs_own_program_finds_the_metadata() -> None:
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe is not on this machine: apt-get install ffmpeg")
    port = free_udp_port()
    with BadgeCamera(SCENE, f"udp://127.0.0.1:{port}", position=lambda: walking(Route([HOME]))):
        found = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0",
             f"udp://127.0.0.1:{port}?timeout=5000000"], capture_output=True, text=True, timeout=30, check=True)
    assert set(found.stdout.split()) == {"h264", "klv"}


def test_srt_carries_both(tmp_path: Path) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("the ffmpeg program is not on this machine: apt-get install ffmpeg")
    port, file = free_udp_port(), tmp_path / "badge.ts"
    listener = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-i", f"srt://127.0.0.1:{port}?mode=listener", "-map", "0", "-c", "copy",
         "-t", "3", "-f", "mpegts", str(file)], stdin=subprocess.DEVNULL)
    try:
        with BadgeCamera(SCENE, f"srt://127.0.0.1:{port}", position=lambda: walking(Route([HOME]))):
            assert listener.wait(30) == 0
    finally:
        listener.kill()
    with av.open(str(file)) as found:
        packets = [packet for packet in found.demux(*found.streams.data) if packet.size]
        assert len(found.streams.video) == 1
    positions = [position for packet in packets for position in decode_positions(bytes(packet))]
    assert {position.designation for position in positions} == {"unit 17"}


def test_a_route_is_walked_at_its_pace_round_and_round() -> None:
    route = Route(square_round(HOME, side_m=100.0), speed_mps=2.0)
    start, later, round_later = route.at(0.0), route.at(10.0), route.at(200.0)
    assert distance_m((start.lat_deg, start.lon_deg), (later.lat_deg, later.lon_deg)) == pytest.approx(20.0, rel=1e-3)
    assert distance_m((start.lat_deg, start.lon_deg), (round_later.lat_deg, round_later.lon_deg)) < 0.1
    assert [round(route.at(25.0 + 50.0 * leg).heading_deg) % 360 for leg in range(4)] == [90, 180, 270, 0]


def test_a_route_comes_from_a_table(tmp_path: Path) -> None:
    table = tmp_path / "route.csv"
    table.write_text("lat_deg,lon_deg\n53.2,63.6\n53.3,63.6\n")
    assert load_route(table).at(1.0).heading_deg == 0.0
    table.write_text("lat_deg,lon_deg\n53.2,east\n")
    with pytest.raises(InputError, match=r"route.csv: line 2 = 53.2,east"):
        load_route(table)


@pytest.mark.parametrize("url", ["rtsp://127.0.0.1:9", "udp://127.0.0.1", "file.ts"])
def test_video_goes_by_udp_or_srt_only(url: str) -> None:
    with pytest.raises(InputError, match="udp://HOST:PORT"):
        BadgeCamera(SCENE, url, position=lambda: walking(Route([HOME])))
