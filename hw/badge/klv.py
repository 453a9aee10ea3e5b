"""A position as metadata beside video: a local set of MISB ST 0601, written and read.

Every packet is a universal key, a length, and items of (tag, length, value): the precision time stamp first, the
checksum last. Items that are not known here are passed over, as the standard asks of readers.
"""

from __future__ import annotations

from collections.abc import Iterator

from hw.badge.position import Position
from sim.errors import InputError, WatchfloorError

UNIVERSAL_KEY = bytes.fromhex("060e2b34020b01010e01030101000000")
VERSION = 17
"""Of the standard: ST 0601.17."""
MAX_PACKET_BYTES = 65_536

_CHECKSUM, _TIME, _MISSION, _HEADING, _DESIGNATION, _LAT, _LON, _SPEED, _VERSION = 1, 2, 3, 5, 10, 13, 14, 56, 65
_UNKNOWN = -(2**31)
"""The integer that stands for "no position" in the items of latitude and longitude."""
_MAX_TEXT_BYTES = 127


class KlvError(WatchfloorError):
    """Metadata are not a local set of MISB ST 0601 that tells a position."""


def encode_position(position: Position) -> bytes:
    """Return the packet that tells a position; degrees are kept to 4·10⁻⁸, the heading to 0.0055."""
    items = [(_TIME, round(position.wall_s * 1e6).to_bytes(8, "big"))]
    if position.mission:
        items.append((_MISSION, _text(position.mission)))
    if position.heading_deg is not None:
        items.append((_HEADING, round(position.heading_deg / 360.0 * 65_535).to_bytes(2, "big")))
    if position.designation:
        items.append((_DESIGNATION, _text(position.designation)))
    items.append((_LAT, _signed(position.lat_deg / 90.0)))
    items.append((_LON, _signed(position.lon_deg / 180.0)))
    if position.speed_mps is not None:
        items.append((_SPEED, round(position.speed_mps).to_bytes(1, "big")))
    items.append((_VERSION, bytes([VERSION])))
    body = b"".join(bytes([tag, len(value)]) + value for tag, value in items) + bytes([_CHECKSUM, 2])
    head = UNIVERSAL_KEY + _length(len(body) + 2)
    return head + body + checksum(head + body).to_bytes(2, "big")


def decode_positions(data: bytes) -> Iterator[Position]:
    """Yield the positions that metadata tell, packet after packet.

    Raises:
        KlvError: if a packet is cut short, is not a local set of ST 0601, fails its checksum or has no position.
    """
    at = 0
    while at < len(data):
        end = _packet_end(data, at)
        yield _decode(data[at:end])
        at = end


def checksum(data: bytes) -> int:
    """Return the running 16-bit sum of a packet up to and including the length of its checksum's item."""
    return sum(byte << 8 if index % 2 == 0 else byte for index, byte in enumerate(data)) & 0xFFFF


def _packet_end(data: bytes, at: int) -> int:
    if not data.startswith(UNIVERSAL_KEY, at):
        raise KlvError(f"metadata at byte {at} = {data[at:at + 16].hex()}; expected the universal key of MISB ST 0601, "
                       f"{UNIVERSAL_KEY.hex()}")
    n_bytes, begin = _read_length(data, at + len(UNIVERSAL_KEY))
    if begin + n_bytes > len(data) or n_bytes > MAX_PACKET_BYTES:
        raise KlvError(f"metadata at byte {at}: length = {n_bytes}; expected no more than the "
                       f"{len(data) - begin} bytes that follow")
    return begin + n_bytes


def _decode(packet: bytes) -> Position:
    items = dict(_items(packet, _read_length(packet, len(UNIVERSAL_KEY))[1]))
    seal = bytes([_CHECKSUM, 2]) + checksum(packet[:-2]).to_bytes(2, "big")
    if packet[-4:] != seal:
        raise KlvError(f"metadata: checksum = {packet[-4:].hex()}; expected {seal.hex()}, which ends the packet")
    try:
        return Position(
            wall_s=_unsigned(items, _TIME, 8) / 1e6,
            lat_deg=90.0 * _fraction(items, _LAT), lon_deg=180.0 * _fraction(items, _LON),
            heading_deg=_unsigned(items, _HEADING, 2) / 65_535 * 360.0 if _HEADING in items else None,
            speed_mps=float(_unsigned(items, _SPEED, 1)) if _SPEED in items else None,
            designation=items.get(_DESIGNATION, b"").decode("ascii", "replace"),
            mission=items.get(_MISSION, b"").decode("ascii", "replace"),
        )
    except InputError as error:
        raise KlvError(f"metadata: {error}") from None


def _items(packet: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at < len(packet):
        tag, at = _read_tag(packet, at)
        n_bytes, at = _read_length(packet, at)
        if at + n_bytes > len(packet):
            raise KlvError(f"metadata: item {tag}: length = {n_bytes}; expected no more than {len(packet) - at}")
        yield tag, packet[at : at + n_bytes]
        at += n_bytes


def _read_tag(data: bytes, at: int) -> tuple[int, int]:
    """Return (tag, where it ends): seven bits a byte, the highest bit set on all but the last."""
    tag = 0
    for end in range(at, min(at + 4, len(data))):
        tag = tag << 7 | data[end] & 0x7F
        if data[end] < 0x80:
            return tag, end + 1
    raise KlvError(f"metadata at byte {at}: tag = {data[at:at + 4].hex()}; expected one of at most four bytes")


def _read_length(data: bytes, at: int) -> tuple[int, int]:
    """Return (length, where it ends): one byte under 128, else the number of bytes that hold it, and those."""
    if at >= len(data):
        raise KlvError(f"metadata at byte {at}: length = nothing; expected one or more bytes")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    n_bytes = first & 0x7F
    if not 1 <= n_bytes <= 4 or at + 1 + n_bytes > len(data):
        raise KlvError(f"metadata at byte {at}: length of {n_bytes} bytes; expected 1 to 4 that follow")
    return int.from_bytes(data[at + 1 : at + 1 + n_bytes], "big"), at + 1 + n_bytes


def _fixed(items: dict[int, bytes], tag: int, n_bytes: int) -> bytes:
    value = items.get(tag, b"")
    if len(value) != n_bytes:
        raise KlvError(f"metadata: item {tag} = {len(value)} bytes; expected {n_bytes}")
    return value


def _unsigned(items: dict[int, bytes], tag: int, n_bytes: int) -> int:
    return int.from_bytes(_fixed(items, tag, n_bytes), "big")


def _fraction(items: dict[int, bytes], tag: int) -> float:
    """Return an item that maps −(2³¹ − 1) … 2³¹ − 1 to −1 … 1."""
    value = int.from_bytes(_fixed(items, tag, 4), "big", signed=True)
    if value == _UNKNOWN:
        raise KlvError(f"metadata: item {tag} = unknown; expected a position")
    return value / (2**31 - 1)


def _signed(fraction: float) -> bytes:
    return round(fraction * (2**31 - 1)).to_bytes(4, "big", signed=True)


def _length(n_bytes: int) -> bytes:
    if n_bytes < 0x80:
        return bytes([n_bytes])
    return bytes([0x82]) + n_bytes.to_bytes(2, "big")


def _text(text: str) -> bytes:
    return text.encode("ascii", "replace")[:_MAX_TEXT_BYTES]
