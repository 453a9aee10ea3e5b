"""What the hw tests share: real clips made on the spot, and the samples where this machine has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from hw.fault_rows import still_clip
from hw.loopback import EncodedClip, RtspServer, encode_units, find_rtsp_python, free_udp_port
from hw.loopback.rtsp import INSTALL
from hw.notice import FeedNotice, NoticeKind
from hw.samples import SampleUnavailableError, locate_sample
from hw.scenes import make_scene

MakeClip = Callable[..., Path]


def gradient(index: int, width: int, height: int) -> np.ndarray:
    """Return a picture (height, width, 3) with a bright square that moves two pixels a frame."""
    y, x = np.mgrid[0:height, 0:width]
    picture = np.dstack([x * 200 // width, y * 200 // height, (x + y) * 100 // (width + height)]).astype(np.uint8)
    left = 2 * index % (width - 16)
    picture[8:24, left : left + 16] = 240
    return picture


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """Encodes a small real clip with FFmpeg's encoders."""

    def make(
        name: str = "clip.mp4", *, codec: str = "libx264", pix_fmt: str = "yuv420p", n_frames: int = 30,
        size_wh: tuple[int, int] = (100, 60), fps: Fraction = Fraction(30000, 1001), rotation_deg: int = 0,
        options: dict[str, str] | None = None, container_options: dict[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=container_options or {}) as output:
            stream = output.add_stream(codec, rate=fps)
            stream.width, stream.height = size_wh
            stream.pix_fmt = pix_fmt
            stream.options = options or {}
            stream.gop_size = 10
            stream.codec_context.thread_count = 1
            if rotation_deg:
                stream.set_display_rotation(rotation_deg)
            for index in range(n_frames):
                picture = av.VideoFrame.from_ndarray(gradient(index, *size_wh), format="bgr24")
                picture.pts = index
                picture.time_base = 1 / fps
                output.mux(stream.encode(picture))
            output.mux(stream.encode(None))
        return path

    return make


@pytest.fixture(scope="session")
def bottle() -> Path:
    """The bottle clip where this machine has it."""
    try:
        return locate_sample("bottle", may_download=False)
    except SampleUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def corner_clip() -> EncodedClip:
    """Four seconds of a drawn street, as a camera encodes them."""
    scene = make_scene("street_corner")
    return encode_units((scene.render(index / 25, size_wh=(320, 180)).bgr() for index in range(100)), bit_rate=400_000)


@pytest.fixture(scope="session")
def rtsp(corner_clip: EncodedClip) -> Iterator[RtspServer]:
    """A real RTSP server with two dozen cameras that play the street."""
    if find_rtsp_python() is None:
        pytest.skip(f"GStreamer's RTSP server is not on this machine: {INSTALL}")
    with RtspServer(corner_clip, n_mounts=24) as server:
        yield server


@pytest.fixture(scope="session")
def rtsp_still() -> Iterator[RtspServer]:
    """A real RTSP server with a camera that looks at a wall."""
    if find_rtsp_python() is None:
        pytest.skip(f"GStreamer's RTSP server is not on this machine: {INSTALL}")
    with RtspServer(still_clip()) as server:
        yield server


@pytest.fixture(scope="session")
def udp_port() -> int:
    """A UDP port that nobody uses."""
    return free_udp_port()


class Notices(list[FeedNotice]):
    """All that feeds reported, in order."""

    def states(self) -> list[str]:
        """Return the states that were entered."""
        return [notice.state.value for notice in self if notice.kind is NoticeKind.STATE]

    def of(self, kind: NoticeKind) -> list[FeedNotice]:
        """Return those of a kind."""
        return [notice for notice in self if notice.kind is kind]


@pytest.fixture
def notices() -> Notices:
    return Notices()


