"""USB cameras: the contract holds over an injected device, and a camera that is not there is told and waited for."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest

from hw.check import check_source
from hw.connection import Connected, Connection, FeedError
from hw.loopback import PacedConnection, encode_units
from hw.schemes import open_source
from hw.stream import StreamSource
from hw.usb import UsbSource, find_devices, open_device
from sim.errors import InputError
from sim.input_records import SourceState
from tests.hw.conftest import Notices, gradient
from tests.waiting import wait_until

CLIP = encode_units((gradient(index, 160, 90) for index in range(20)), fps=Fraction(20), gop=10)


def plugged(number: int) -> Connected:
    """A camera that hands over its packets at its own pace."""
    return PacedConnection(CLIP, begin_s=time.monotonic())


def test_a_usb_camera_keeps_the_contract():
    check_source(lambda: UsbSource(0, backend=plugged), n_frames=15)


def test_a_camera_that_is_pulled_out_is_waited_for_and_comes_back(notices: Notices):
    sockets: list[PacedConnection | None] = [PacedConnection(CLIP, begin_s=time.monotonic())]

    def backend(number: int) -> Connected:
        if sockets[0] is None:
            raise FeedError(f"usb:{number}: no such device")
        return sockets[0]

    with UsbSource(3, camera_id=17, backend=backend, listener=notices.append) as source:
        assert source.take(5.0).camera_id == 17
        pulled, sockets[0] = sockets[0], None
        pulled.close()
        wait_until(lambda: source.state is SourceState.BACKOFF, 3.0)
        sockets[0] = PacedConnection(CLIP, begin_s=time.monotonic())
        wait_until(lambda: source.state is SourceState.LIVE, 6.0)
    assert notices.states()[:3] == ["live", "stale", "backoff"]


def test_raw_pictures_as_many_cameras_send_them_are_decoded(make_clip):
    clip = make_clip("raw.nut", codec="rawvideo", pix_fmt="yuyv422", n_frames=5, size_wh=(96, 64))
    with StreamSource("device", connect=lambda _: Connection(str(clip), device_format="nut")) as source:
        frame = source.take(5.0)
    assert frame.luma().shape == (64, 96)
    assert np.ptp(frame.luma()) > 50


def test_a_device_that_is_not_there_is_told():
    free = max(find_devices(), default=-1) + 1
    with pytest.raises(FeedError, match="No such file"):
        open_device(free)
    with open_source(f"usb:{free}") as source:
        wait_until(lambda: source.fault, 3.0)
        assert "No such file" in source.fault


def test_an_address_without_a_number_is_refused():
    with pytest.raises(InputError, match=r"expected usb:0, usb:1 …; found here: "):
        open_source("usb:front")

