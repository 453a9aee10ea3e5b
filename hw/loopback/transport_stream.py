"""A camera that sends MPEG-TS over UDP, as encoders and body cameras do."""

from __future__ import annotations

import itertools
import threading
import time
from fractions import Fraction
from typing import cast

import av

from hw.capture_stamp import CaptureStamp, insert_stamp
from hw.loopback.encoded import EncodedClip


class UdpSender:
    """Sends a clip round and round, in real time, to a port of the loopback until closed.

    Args:
        clip: what is sent.
        port: where to.
        leap_at: frame from which presentation times are ``leap_s`` further on; none if None.
        leap_s: seconds.
        is_stamped: whether each picture carries the instant at which it was sent.
    """

    def __init__(self, clip: EncodedClip, port: int, *, leap_at: int | None = None, leap_s: float = 0.0,
                 is_stamped: bool = False) -> None:
        self._clip = clip
        self._is_stamped = is_stamped
        self._leap_at, self._leap_frames = leap_at, round(leap_s * clip.fps)
        self._url = f"udp://127.0.0.1:{port}?pkt_size=1316"
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._send, name="udp-sender", daemon=True)
        self._thread.start()

    def __enter__(self) -> UdpSender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Send no more."""
        self._closing.set()
        self._thread.join(2.0)

    def _send(self) -> None:
        clip = self._clip
        with av.open(self._url, "w", format="mpegts", options={"flush_packets": "1"}) as output:
            stream = cast(av.VideoStream, output.add_stream(clip.codec.replace("h265", "hevc"), rate=clip.fps))
            stream.width, stream.height = clip.size_wh
            stream.pix_fmt = "yuv420p"
            for index in itertools.count():
                packet = av.Packet(self._unit(index))
                packet.stream, packet.time_base = stream, 1 / clip.fps
                has_leapt = self._leap_at is not None and index >= self._leap_at
                packet.pts = packet.dts = index + has_leapt * self._leap_frames
                packet.is_keyframe = clip.is_key[index % len(clip.units)]
                output.mux(packet)
                if self._closing.wait(float(1 / Fraction(clip.fps))):
                    return

    def _unit(self, index: int) -> bytes:
        unit = self._clip.units[index % len(self._clip.units)]
        if not self._is_stamped:
            return unit
        stamp = CaptureStamp(index=index, capture_ns=time.monotonic_ns())
        return insert_stamp(unit, stamp, codec=self._clip.codec)
