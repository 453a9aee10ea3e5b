"""The instant of capture inside a stream, put in without encoding anew and read from the packet."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable
from typing import cast

import av
import numpy as np
import pytest
from av.sidedata.sidedata import SideData
from hypothesis import given
from hypothesis import strategies as st

from hw.capture_stamp import IDENTITY, CaptureStamp, insert_stamp, read_stamp
from hw.fault_rows import moving_picture
from hw.loopback import EncodedClip, UdpSender, encode_units, free_udp_port
from hw.stream import StreamSource


@pytest.fixture(scope="module", params=["h264", "h265"])
def clip(request: pytest.FixtureRequest) -> EncodedClip:
    return encode_units((moving_picture(index / 25) for index in range(12)), gop=6, codec=request.param)


def decode(clip: EncodedClip, units: list[bytes]) -> list[av.VideoFrame]:
    decoder = av.VideoCodecContext.create(clip.codec.replace("h265", "hevc"), "r")
    pictures = [picture for unit in units for picture in decoder.decode(av.Packet(unit))]
    return [*pictures, *decoder.decode(None)]


def test_each_picture_carries_its_own_stamp_and_the_same_pixels(clip: EncodedClip) -> None:
    stamps = [CaptureStamp(index=index, capture_ns=7_000_000_000 * index) for index in range(len(clip.units))]
    units = [insert_stamp(unit, stamp, codec=clip.codec) for unit, stamp in zip(clip.units, stamps, strict=True)]
    stamped, plain = decode(clip, units), decode(clip, list(clip.units))
    assert [read_stamp(unit) for unit in units] == stamps
    assert [read_stamp(unit) for unit in clip.units] == [None] * len(clip.units)
    for one, other in zip(stamped, plain, strict=True):
        np.testing.assert_array_equal(one.to_ndarray(), other.to_ndarray())


@given(index=st.integers(0, 2**64 - 1), capture_ns=st.sampled_from([0, 1, 2, 3, 256, 2**16, 2**24]) |
       st.integers(0, 2**64 - 1))
def test_any_number_survives_though_its_bytes_look_like_start_codes(index: int, capture_ns: int) -> None:
    clip = _one_picture()
    stamp = CaptureStamp(index=index, capture_ns=capture_ns)
    unit = insert_stamp(clip.units[0], stamp, codec="h264")
    (picture,) = decode(clip, [unit])
    assert read_stamp(unit) == stamp
    numbers = struct.pack(">QQ", index, capture_ns)  # as FFmpeg's own reader of such messages finds them
    assert IDENTITY + numbers in [bytes(piece) for piece in cast(Iterable[SideData], picture.side_data)]


_KEPT: list[EncodedClip] = []


def _one_picture() -> EncodedClip:
    if not _KEPT:
        _KEPT.append(encode_units([moving_picture(0.0)]))
    return _KEPT[0]


def test_bytes_without_a_slice_are_refused() -> None:
    with pytest.raises(ValueError, match="expected an access unit"):
        insert_stamp(b"\x00\x00\x01\x67abc", CaptureStamp(index=0, capture_ns=0), codec="h264")


def test_over_a_real_stream_frames_tell_when_they_were_captured() -> None:
    clip = encode_units((moving_picture(index / 25) for index in range(25)), gop=5)
    port = free_udp_port()
    with UdpSender(clip, port, is_stamped=True), StreamSource(f"udp://127.0.0.1:{port}") as source:
        frames = [source.take(10.0) for _ in range(5)]
    for frame in frames:
        assert frame is not None
        assert frame.capture_ns is not None
        assert frame.capture_ns <= frame.arrival_ns <= time.monotonic_ns()
