"""The instant of capture inside a stream: an SEI message put into H.264 or H.265 without encoding it anew.

The message is "user data unregistered" (ITU-T H.264 and H.265, annex D) under an identity of our own, with the frame's
number and the monotonic nanosecond at which it was sent. It means something on one machine only, where both sides read
the same clock.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass

IDENTITY = uuid.UUID("5f1c8d4e-6d0b-4f0e-9a53-77617463686c").bytes
_NUMBERS = struct.Struct(">QQ")
_MOST_ESCAPED_BYTES = _NUMBERS.size * 3 // 2
"""Of the numbers: at worst each second byte is followed by one that prevents a start code."""
_UNREGISTERED = 5
_START = b"\x00\x00\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStamp:
    """Which picture it is, and when it was captured."""

    index: int
    capture_ns: int
    """Monotonic nanoseconds of this machine."""


def insert_stamp(unit: bytes, stamp: CaptureStamp, *, codec: str) -> bytes:
    """Return an access unit with start codes that carries a stamp before its first slice.

    Args:
        unit: as an encoder gives it.
        stamp: what it shall carry.
        codec: h264 or h265.

    Raises:
        ValueError: if the unit holds no slice.
    """
    at = _first_slice(unit, codec)
    payload = IDENTITY + _NUMBERS.pack(stamp.index, stamp.capture_ns)
    head = b"\x06" if codec == "h264" else bytes([39 << 1, 1])
    body = bytes([_UNREGISTERED, len(payload)]) + payload + b"\x80"
    return unit[:at] + b"\x00" + _START + head + _escaped(body) + unit[at:]


def read_stamp(unit: bytes) -> CaptureStamp | None:
    """Return the stamp in an access unit, of which the first few kilobytes do; None where there is none.

    The decoder shows the message too, on its picture. But a PyAV picture whose ``side_data`` was looked at lies in a
    reference cycle, so its memory waits for the garbage collector.
    """
    at = unit.find(IDENTITY)
    if at < 0:
        return None
    numbers_at = at + len(IDENTITY)
    numbers = unit[numbers_at : numbers_at + _MOST_ESCAPED_BYTES].replace(b"\x00\x00\x03", b"\x00\x00")
    if len(numbers) < _NUMBERS.size:
        return None
    index, capture_ns = _NUMBERS.unpack_from(numbers)
    return CaptureStamp(index=index, capture_ns=capture_ns)


def _first_slice(unit: bytes, codec: str) -> int:
    """Return where the start code of the first slice begins."""
    at = unit.find(_START)
    while 0 <= at < len(unit) - 3:
        first = unit[at + 3]
        is_slice = 1 <= first & 0x1F <= 5 if codec == "h264" else first >> 1 & 0x3F < 32
        if is_slice:
            return at - 1 if at > 0 and unit[at - 1] == 0 else at
        at = unit.find(_START, at + 3)
    raise ValueError(f"insert_stamp: {unit[:16].hex()}…; expected an access unit with start codes and a slice")


def _escaped(body: bytes) -> bytes:
    """Return a unit's bytes with emulation prevention: no start code may arise inside it."""
    escaped, n_zeros = bytearray(), 0
    for byte in body:
        if n_zeros >= 2 and byte <= 3:
            escaped.append(3)
            n_zeros = 0
        escaped.append(byte)
        n_zeros = n_zeros + 1 if byte == 0 else 0
    return bytes(escaped)
