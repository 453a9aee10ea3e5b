"""Positions as metadata of MISB ST 0601: the standard's own examples, another library's reading, and damage."""

from __future__ import annotations

import klvdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.badge.klv import UNIVERSAL_KEY, KlvError, checksum, decode_positions, encode_position
from hw.badge.position import Position
from sim.errors import InputError

POSITIONS = st.builds(
    Position,
    wall_s=st.integers(0, 4_000_000_000_000_000).map(lambda micros: micros / 1e6),
    lat_deg=st.floats(-90.0, 90.0), lon_deg=st.floats(-180.0, 180.0),
    heading_deg=st.none() | st.floats(0.0, 360.0), speed_mps=st.none() | st.integers(0, 255).map(float),
    designation=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=127),
    mission=st.sampled_from(["", "EXERCISE"]),
)


def item(packet: bytes, tag: int) -> bytes:
    """Return an item's value by walking a packet whose tags and lengths have one byte each."""
    at = len(UNIVERSAL_KEY) + (1 if packet[16] < 0x80 else 1 + (packet[16] & 0x7F))
    while packet[at] != tag:
        at += 2 + packet[at + 1]
    return packet[at + 2 : at + 2 + packet[at + 1]]


def test_the_standards_own_examples_of_its_items_come_out_to_the_bit() -> None:
    packet = encode_position(Position(
        wall_s=1_224_807_209.913_000, lat_deg=60.176_822_966_978_335, lon_deg=128.426_759_042_046_62,
        heading_deg=159.974_364_843_213_55, speed_mps=140.0, mission="MISSION01", designation="MQ1-B"))
    assert item(packet, 2).hex() == "000459f4a6aa4aa8"
    assert item(packet, 13).hex() == "5595b66d"
    assert item(packet, 14).hex() == "5b5360c4"
    assert item(packet, 5).hex() == "71c2"
    assert item(packet, 56).hex() == "8c"
    assert item(packet, 3) == b"MISSION01"
    assert item(packet, 10) == b"MQ1-B"


@given(POSITIONS)
def test_what_is_written_is_read_back_to_the_resolution_of_its_items(position: Position) -> None:
    (found,) = decode_positions(encode_position(position))
    assert found.wall_s == pytest.approx(position.wall_s, abs=1e-6)
    assert found.lat_deg == pytest.approx(position.lat_deg, abs=90.0 / 2**31)
    assert found.lon_deg == pytest.approx(position.lon_deg, abs=180.0 / 2**31)
    if position.heading_deg is None:
        assert found.heading_deg is None
    else:
        assert found.heading_deg == pytest.approx(position.heading_deg, abs=360.0 / 65_535)
    assert (found.speed_mps, found.designation, found.mission) == (
        position.speed_mps, position.designation, position.mission)


@given(POSITIONS)
def test_another_library_reads_the_same(position: Position) -> None:
    (packet,) = klvdata.StreamParser(encode_position(position))
    values = {int.from_bytes(key, "big"): value.value.value for key, value in packet.items.items()}
    assert values[13] == pytest.approx(position.lat_deg, abs=1e-6)
    assert values[14] == pytest.approx(position.lon_deg, abs=1e-6)
    assert values[2].timestamp() == pytest.approx(position.wall_s, abs=1e-5)
    assert values.get(3, "") == position.mission


@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda tail: UNIVERSAL_KEY + tail))
def test_bytes_that_are_no_metadata_raise_one_error_only(data: bytes) -> None:
    try:
        assert all(isinstance(position, Position) for position in decode_positions(data))
    except KlvError:
        return
    assert data == b""


@given(POSITIONS, st.data())
def test_one_flipped_bit_is_never_taken_for_a_position(position: Position, data: st.DataObject) -> None:
    packet = bytearray(encode_position(position))
    bit = data.draw(st.integers(0, 8 * len(packet) - 1))
    packet[bit // 8] ^= 1 << bit % 8
    with pytest.raises(KlvError):
        list(decode_positions(bytes(packet)))


def test_items_that_are_not_known_are_passed_over_and_packets_may_follow_each_other() -> None:
    packet = encode_position(Position(wall_s=5.0, lat_deg=53.2, lon_deg=63.6))
    body = packet[17:-4] + bytes([0x81, 0x05, 3]) + b"abc" + bytes([1, 2])
    longer = UNIVERSAL_KEY + bytes([len(body) + 2]) + body
    longer += checksum(longer).to_bytes(2, "big")
    first, second = decode_positions(longer + packet)
    assert first == second


def test_an_unknown_position_is_no_position() -> None:
    packet = encode_position(Position(wall_s=5.0, lat_deg=-90.0, lon_deg=63.6)).replace(
        bytes.fromhex("0d0480000001"), bytes.fromhex("0d0480000000"))[:-2]
    with pytest.raises(KlvError, match="expected a position"):
        list(decode_positions(packet + checksum(packet).to_bytes(2, "big")))


def test_a_place_off_the_globe_is_refused() -> None:
    with pytest.raises(InputError, match="lat_deg = 91"):
        Position(wall_s=0.0, lat_deg=91.0, lon_deg=0.0)
