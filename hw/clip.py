"""Clips written from sources, in H.264 of a stated bit rate and key-frame distance."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
import cv2
from av.container import OutputContainer
from av.video.stream import VideoStream

from hw.source import Source
from sim.errors import InputError


def encode_clip(source: Source, path: str | Path, *, bit_rate: int, gop: int) -> int:
    """Write a source's frames as an H.264 clip and close the source.

    Frames are written as a camera would: no B frames, no look ahead, a key frame at every ``gop``-th frame and nowhere
    else, and a buffer of one second that holds the bit rate.

    Args:
        source: gives the frames; its fps must be known.
        path: the clip; the suffix names the container (.mp4, .mkv, .ts …).
        bit_rate: bits per second.
        gop: frames from one key frame to the next.

    Returns:
        Number of frames written.

    Raises:
        InputError: if the rate, the distance, the source's size or the file's suffix does not allow it.
    """
    return encode_clips(source, {path: bit_rate}, gop=gop)


def encode_clips(source: Source, bit_rates: Mapping[str | Path, int], *, gop: int) -> int:
    """Write the same frames as several clips, each at a bit rate of its own; else as :func:`encode_clip`."""
    rates = [_check_settings(source, path, bit_rate, gop) for path, bit_rate in bit_rates.items()]
    n_frames = 0
    with ExitStack() as stack:
        outputs = [_open_output(stack, source, path, bit_rate, gop, fps)
                   for (path, bit_rate), fps in zip(bit_rates.items(), rates, strict=True)]
        for frame in source:
            picture = av.VideoFrame.from_ndarray(cv2.cvtColor(frame.bgr(), cv2.COLOR_BGR2YUV_I420), format="yuv420p")
            picture.pts, picture.time_base = n_frames, Fraction(1) / rates[0]
            for output, stream in outputs:
                output.mux(stream.encode(picture))
            n_frames += 1
        for output, stream in outputs:
            output.mux(stream.encode(None))
    source.close()
    return n_frames


def _open_output(stack: ExitStack, source: Source, path: str | Path, bit_rate: int, gop: int, fps: Fraction,
                 ) -> tuple[OutputContainer, VideoStream]:
    try:
        output = stack.enter_context(av.open(str(path), "w"))
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InputError(str(path), got=error, expected="a file that can be written",
                         do="use a suffix such as .mp4") from error
    stream = output.add_stream("libx264", rate=fps)
    stream.width, stream.height = source.size_wh
    stream.pix_fmt = "yuv420p"
    stream.time_base = 1 / fps
    stream.bit_rate = bit_rate
    stream.gop_size = gop
    stream.max_b_frames = 0
    stream.codec_context.thread_count = 1
    stream.options = {
        "preset": "superfast", "rc-lookahead": "0", "keyint_min": str(gop), "sc_threshold": "0",
        "maxrate": str(bit_rate), "bufsize": str(bit_rate),
    }
    return output, stream


def _check_settings(source: Source, path: str | Path, bit_rate: int, gop: int) -> Fraction:
    where = f"encode_clip({path})"
    if source.fps is None:
        raise InputError(f"{where}: source.fps", got="None", expected="frames per second", do="state the source's rate")
    if bit_rate <= 0:
        raise InputError(f"{where}: bit_rate", got=bit_rate, expected="bits per second > 0")
    if gop < 1:
        raise InputError(f"{where}: gop", got=gop, expected="a whole number of frames ≥ 1")
    if source.size_wh[0] % 2 or source.size_wh[1] % 2:
        raise InputError(f"{where}: source.size_wh", got=source.size_wh, expected="an even width and height")
    return source.fps
