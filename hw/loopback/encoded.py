"""Pictures encoded as a camera encodes them, one access unit a picture."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av

from hw.frame import Picture

_ENCODERS = {"h264": "libx264", "h265": "libx265"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedClip:
    """A short clip that a loopback camera plays round and round."""

    units: tuple[bytes, ...]
    """Access units with start codes; each key frame carries its parameter sets."""
    is_key: tuple[bool, ...]
    fps: Fraction
    size_wh: tuple[int, int]
    codec: str
    """h264 or h265."""

    def save(self, path: Path) -> Path:
        """Write the units, each after its length as four bytes."""
        path.write_bytes(b"".join(struct.pack(">I", len(unit)) + unit for unit in self.units))
        return path

    def write(self, path: Path, *, n_frames: int) -> Path:
        """Write a video file of so many frames, the clip round and round; the suffix names the container."""
        with av.open(str(path), "w") as output:
            stream = cast(av.VideoStream, output.add_stream(self.codec.replace("h265", "hevc"), rate=self.fps))
            stream.width, stream.height = self.size_wh
            stream.pix_fmt = "yuv420p"
            stream.codec_context.extradata = self.units[0]
            for index in range(n_frames):
                packet = av.Packet(self.units[index % len(self.units)])
                packet.stream, packet.time_base = stream, 1 / self.fps
                packet.pts = packet.dts = index
                packet.is_keyframe = self.is_key[index % len(self.units)]
                output.mux(packet)
        return path


def encode_units(
    pictures: Iterable[Picture], *, fps: Fraction = Fraction(25), gop: int = 25, codec: str = "h264",
    bit_rate: int = 1_000_000, thread_count: int = 1,
) -> EncodedClip:
    """Encode BGR pictures, shape (height, width, 3), without B frames, a key frame at every ``gop``-th."""
    encoder: av.VideoCodecContext | None = None
    packets: list[av.Packet[av.VideoStream]] = []
    for index, picture in enumerate(pictures):
        if encoder is None:
            encoder = _make_encoder(picture, fps, gop, codec, bit_rate, thread_count)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = index, 1 / fps
        packets += encoder.encode(frame)
    if encoder is None:
        raise ValueError("encode_units: no picture was given; expected at least one")
    packets += encoder.encode(None)
    return EncodedClip(units=tuple(bytes(packet) for packet in packets), fps=fps, codec=codec,
                       is_key=tuple(packet.is_keyframe for packet in packets),
                       size_wh=(encoder.width, encoder.height))


def _make_encoder(
    picture: Picture, fps: Fraction, gop: int, codec: str, bit_rate: int, thread_count: int,
) -> av.VideoCodecContext:
    encoder = cast(av.VideoCodecContext, av.VideoCodecContext.create(_ENCODERS[codec], "w"))
    encoder.height, encoder.width = picture.shape[:2]
    encoder.pix_fmt, encoder.framerate, encoder.time_base = "yuv420p", fps, 1 / fps
    encoder.gop_size, encoder.max_b_frames, encoder.bit_rate = gop, 0, bit_rate
    encoder.thread_count = thread_count
    own = "log-level=none:pools=1:frame-threads=1:repeat-headers=1" if codec == "h265" else "sliced-threads=0"
    encoder.options = {"preset": "veryfast", "tune": "zerolatency", "sc_threshold": "0", "keyint_min": str(gop),
                       f"{_ENCODERS[codec][3:]}-params": own}
    return encoder
