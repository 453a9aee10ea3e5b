"""How a picture travels to the page: one binary message, a fixed header before the JPEG."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from watchfloor.console.session import TILE_STATES

VERSION = 1
_HEADER = struct.Struct("<BBBBIIdd")
"""Version, tile, state's index, bytes of the label, camera, sequence, t_s, wall_s; little-endian, 28 bytes. The label
in UTF-8 follows, then the JPEG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFrame:
    """One picture for one tile."""

    tile: int
    camera_id: int
    sequence: int
    t_s: float
    wall_s: float
    state: str
    label: str
    jpeg: bytes


def pack_frame(frame: TileFrame) -> bytes:
    """Return the message for a frame; a label is cut at 255 bytes."""
    label = frame.label.encode()[:255]
    return _HEADER.pack(VERSION, frame.tile, TILE_STATES.index(frame.state), len(label), frame.camera_id,
                        frame.sequence & 0xFFFFFFFF, frame.t_s, frame.wall_s) + label + frame.jpeg


def unpack_frame(message: bytes) -> TileFrame:
    """Return the frame of a message; what the page does, for tests and other clients."""
    _, tile, state, n_label, camera, sequence, t_s, wall_s = _HEADER.unpack_from(message)
    end = _HEADER.size + n_label
    return TileFrame(tile=tile, camera_id=camera, sequence=sequence, t_s=t_s, wall_s=wall_s, state=TILE_STATES[state],
                     label=message[_HEADER.size:end].decode(), jpeg=message[end:])
