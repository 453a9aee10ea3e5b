"""A camera that sends MPEG-TS over UDP, as encoders and body cameras do."""

from __future__ import annotations

import itertools
import threading
from fractions import Fraction
from typing import cast

import av

from hw.loopback.encoded import EncodedClip


class UdpSender:
    """Sends a clip round and round, in real time, to a port of the loopback until closed.

    Args:
        clip: what is sent.
        port: where to.
        leap_at: frame from which presentation times are ``leap_s`` further on; none if None.
        leap_s: seconds.
    """

    def __init__(self, clip: EncodedClip, port: int, *, leap_at: int | None = None, leap_s: float = 0.0) -> None:
        self._clip = clip
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
                packet = av.Packet(clip.units[index % len(clip.units)])
                packet.stream, packet.time_base = stream, 1 / clip.fps
                has_leapt = self._leap_at is not None and index >= self._leap_at
                packet.pts = packet.dts = index + has_leapt * self._leap_frames
                packet.is_keyframe = clip.is_key[index % len(clip.units)]
                output.mux(packet)
                if self._closing.wait(float(1 / Fraction(clip.fps))):
                    return
