"""The rows of the fault table that need no network: files that are none, odd pictures, spoilt bytes, spoilt lenses."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from hw.fault_answers import ANSWER_ROWS
from hw.fault_rows import NETWORK_ROWS, moving_picture
from hw.faults import FaultRow, require
from hw.frame import Frame, Picture
from hw.health import CameraHealth, Tamper
from hw.loopback import encode_units
from hw.scenes import make_scene
from hw.schemes import open_source
from sim.errors import InputError

_FAULT_S, _FPS = 10.0, 4


def _not_video() -> str:
    with tempfile.TemporaryDirectory() as folder:
        whole = _write_clip(Path(folder, "whole.mp4"))
        files = {
            "empty.mp4": b"", "text.mp4": b"This is no video.\n" * 200,
            "garbage.mp4": np.random.default_rng(0).bytes(40_000),
            "no_moov.mp4": whole.read_bytes().partition(b"moov")[0],
        }
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        with wave.open(str(Path(folder, "audio.wav")), "wb") as audio:
            audio.setparams((1, 2, 8000, 0, "NONE", ""))
            audio.writeframes(bytes(16_000))
        for name in (*files, "audio.wav"):
            _require_refused(Path(folder, name))
    return f"{len(files) + 1} files refused, each with its reason"


def _require_refused(path: Path) -> str:
    try:
        open_source(path).close()
    except InputError as error:
        return str(error)
    require(False, f"{path.name} was opened")
    return ""


def _huge() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "huge.avi")
        jpeg = cv2.imencode(".jpg", np.zeros((8192, 8192), np.uint8))[1].tobytes()
        with av.open(str(path), "w") as output:
            stream = output.add_stream("mjpeg", rate=1)
            stream.width = stream.height = 8192
            stream.pix_fmt = "yuvj420p"
            packet = av.Packet(jpeg)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1)
            output.mux(packet)
        said = _require_refused(path)
    require("8192" in said or "no frame that decodes" in said, said)
    return said.partition(" = ")[2]


def _odd_formats() -> str:
    kinds = [("libx264", "yuv420p10le", (96, 64)), ("libx264", "yuv444p", (97, 63)), ("libx264", "yuv422p", (98, 64)),
             ("ffv1", "gray16le", (33, 17))]
    with tempfile.TemporaryDirectory() as folder:
        for codec, pix_fmt, size_wh in kinds:
            path = _write_clip(Path(folder, f"{pix_fmt}.mkv"), codec=codec, pix_fmt=pix_fmt, size_wh=size_wh)
            frames = list(open_source(path))
            require(len(frames) == 10, f"{pix_fmt}: {len(frames)} of 10 frames")
            for frame in frames:
                luma = frame.luma()
                require(luma.shape == size_wh[::-1] and luma.dtype == np.uint8, f"{pix_fmt}: luma {luma.shape}")
                require(100 > float(np.median(luma)) > 70, f"{pix_fmt}: luma {np.median(luma)}")
    return "10-bit, 4:4:4, 4:2:2, 16-bit grey, odd sizes: all frames, 8-bit luma"


def _no_times() -> str:
    clip = encode_units((moving_picture(i / 25) for i in range(40)), gop=10)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "raw.h264")
        path.write_bytes(b"".join(clip.units))
        source = open_source(path)
        frames = list(source)
    require(len(frames) == 40, f"{len(frames)} of 40 frames")
    times_s = [frame.pts_s for frame in frames if frame.pts_s is not None]
    require(times_s == sorted(set(times_s)), "times do not rise")
    return f"40 frames, {len(times_s)} with a time"


def _bit_flips() -> str:
    with tempfile.TemporaryDirectory() as folder:
        clip = encode_units((moving_picture(i / 25, (320, 180)) for i in range(120)), gop=20)
        rng = np.random.default_rng(4)
        spoilt = bytearray(b"".join(clip.units))
        for at in rng.integers(2000, len(spoilt), 12):
            spoilt[at] ^= 1 << int(rng.integers(8))
        path = Path(folder, "spoilt.h264")
        path.write_bytes(spoilt)
        source = open_source(path)
        frames = list(source)
        counters = source.counters
    require(len(frames) > 60, f"only {len(frames)} of 120 frames")
    require(counters.corrupt > 0, "no corrupt frame was counted")
    require(counters.tainted > 0, "no frame was tainted")
    return f"{len(frames)} of 120 frames given, {counters.corrupt} corrupt, {counters.tainted} tainted"


def _tamper(spoil: Callable[[Picture, Picture], Picture], expected: Tamper) -> str:
    scene = make_scene("street_corner")
    health, still = CameraHealth(), None
    for index in range(int((_FAULT_S + 10.0) * _FPS)):
        t_s = index / _FPS
        luma = scene.render(t_s, size_wh=(320, 180)).luma()
        if t_s >= _FAULT_S:
            still = luma if still is None else still
            luma = spoil(luma, still)
        for event in health.update(_frame(luma, t_s)):
            require(t_s >= _FAULT_S, f"{event.tamper} before anything was wrong")
            require(event.tamper is expected, f"told {event.tamper}")
            return f"{event.tamper} told after {t_s - _FAULT_S:.1f} s"
    require(False, "nothing was told within 10 s")
    return ""


def _frame(luma: Picture, t_s: float) -> Frame:
    return Frame(camera_id=0, index=0, arrival_ns=round((t_s + 1.0) * 1e9), pts_s=t_s, wall_s=None,
                 size_wh=(luma.shape[1], luma.shape[0]), make_luma=lambda: luma, make_bgr=lambda: luma)


def _sprayed(luma: Picture, _: Picture) -> Picture:
    mask = np.zeros(luma.shape, np.float32)
    cv2.ellipse(mask, (160, 90), (150, 80), 0, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 8), dtype=np.float32)
    return np.asarray(luma * (1.0 - mask) + 110.0 * mask, dtype=np.uint8)


def _turned(luma: Picture, _: Picture) -> Picture:
    return np.roll(luma, (luma.shape[0] // 6, luma.shape[1] // 5), (0, 1))


def _write_clip(
    path: Path, *, codec: str = "libx264", pix_fmt: str = "yuv420p", size_wh: tuple[int, int] = (96, 64),
) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = size_wh
        stream.pix_fmt = pix_fmt
        stream.codec_context.thread_count = 1
        for index in range(10):
            picture = av.VideoFrame.from_ndarray(moving_picture(index / 25, size_wh), format="bgr24")
            picture.pts = index
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return path


_IN_TIME = "told within 10 s"

FILE_ROWS = (
    FaultRow(name="no video: empty, text, garbage, no moov, audio", promise="refused with the reason", run=_not_video),
    FaultRow(name="8192² picture", promise="refused before it is decoded", run=_huge),
    FaultRow(name="10-bit, 4:4:4, odd sizes", promise="every frame, 8-bit luma", run=_odd_formats),
    FaultRow(name="raw H.264 without times", promise="every frame in order", run=_no_times),
    FaultRow(name="bit flips in a file", promise="read to the end, corrupt and tainted counted", run=_bit_flips),
    FaultRow(name="blackout", promise=_IN_TIME, run=lambda: _tamper(
        lambda luma, _: np.full_like(luma, 16), Tamper.BLACKOUT)),
    FaultRow(name="sprayed lens", promise=_IN_TIME, run=lambda: _tamper(_sprayed, Tamper.COVERED)),
    FaultRow(name="defocused lens", promise=_IN_TIME, run=lambda: _tamper(
        lambda luma, _: np.asarray(cv2.GaussianBlur(luma, (0, 0), 2.5), dtype=np.uint8), Tamper.DEFOCUSED)),
    FaultRow(name="moved camera", promise=_IN_TIME, run=lambda: _tamper(_turned, Tamper.MOVED)),
    FaultRow(name="frozen picture", promise=_IN_TIME, run=lambda: _tamper(lambda _, still: still, Tamper.FROZEN)),
)
"""Those that run in seconds."""

FAULT_ROWS = (*NETWORK_ROWS, *ANSWER_ROWS, *FILE_ROWS)
"""The whole table."""
