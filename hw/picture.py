"""Pixels out of a decoder's picture."""

from __future__ import annotations

import av
import numpy as np

from hw.frame import Picture

MAX_PIXELS = 8192 * 4320
"""Larger pictures are refused before they are decoded."""

_VIEWABLE_LUMA = frozenset(
    ["gray", "nv12", "nv21", "nv16", "nv24", "yuva420p", "yuva422p", "yuva444p"]
    + [f"{family}{layout}p" for family in ("yuv", "yuvj") for layout in ("410", "411", "420", "422", "440", "444")]
)
"""8-bit formats whose first plane is brightness, one byte a pixel."""


def luma_of(picture: av.VideoFrame) -> Picture:
    """Return brightness, shape (height, width): a read-only view where the pixel format allows, else converted."""
    plane = picture.planes[0]
    if picture.format.name not in _VIEWABLE_LUMA or plane.line_size < picture.width:
        picture = picture.reformat(format="yuv420p")  # keeps the range that the other streams' views have
        plane = picture.planes[0]
    shape = (picture.height, picture.width)
    luma: Picture = np.ndarray(shape, np.uint8, memoryview(plane), strides=(plane.line_size, 1))
    luma.flags.writeable = False  # later pictures are predicted from these very bytes
    return luma


def bgr_of(picture: av.VideoFrame) -> Picture:
    """Return colour, shape (height, width, 3)."""
    return picture.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
