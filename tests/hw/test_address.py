"""Only what is known to be a real camera counts as one."""

from __future__ import annotations

import socket

import pytest

from hw.address import is_real_camera


@pytest.mark.parametrize("address", [
    "clip.mp4", "file:///clip.mp4", "drawn:street_corner", "sample:bottle", "rtsp://127.0.0.1:8554/1",
    "rtsp://localhost/1", "rtsp://[::1]/1", "rtsp://0.0.0.0/1", "rtsp://[::ffff:127.0.0.1]/1", "udp://0.0.0.0:5600",
    "udp://239.0.0.1:5600", "rtsp://no-such-host.invalid/1", "rtsp:///1", "http://127.8.9.1/video", "", "badge:9",
])
def test_what_may_be_simulated_is_not_real(address: str) -> None:
    assert not is_real_camera(address)


@pytest.mark.parametrize("address", ["rtsp://192.0.2.7/stream1", "RTSP://duty:word@192.0.2.7:554/1", "usb:0",
                                     "http://198.51.100.4/video.mjpg"])
def test_a_device_or_another_machines_camera_is_real(address: str) -> None:
    assert is_real_camera(address)


def test_this_machines_own_address_on_the_network_is_not_real() -> None:
    own = socket.gethostbyname(socket.gethostname())
    assert not is_real_camera(f"rtsp://{own}:8554/1")
