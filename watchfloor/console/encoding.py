"""Pictures as they are sent to a page."""

from __future__ import annotations

import cv2

from hw.frame import Picture

JPEG_QUALITY = 80


def encode_jpeg(bgr: Picture) -> bytes:
    """Return a picture (height, width, 3) as JPEG."""
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(encoded.tobytes())
