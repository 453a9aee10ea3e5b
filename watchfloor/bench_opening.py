"""The command ``bench opening``: how soon a stream is there, and how old its pictures are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

from benchmarks.machine import describe_machine
from benchmarks.opening import OpeningCost, measure_opening
from benchmarks.save import save_result
from hw.loopback import EncodedClip, RtspServer, UdpSender, encode_units, find_rtsp_python, free_udp_port
from hw.loopback.rtsp import INSTALL
from hw.scenes import make_scene
from watchfloor.results import open_folder
from watchfloor.show import Show

SCENE, SIZE_WH, FPS, GOP = "street_corner", (640, 360), 25, 25

Transport: TypeAlias = Literal["rtsp", "mpegts"]
TRANSPORTS: Mapping[Transport, tuple[str, str]] = {
    "rtsp": ("RTSP over TCP", f"a picture is whole for FFmpeg's parser when the next one begins, {1000 // FPS} ms "
             "later; the camera begins with a key frame for each viewer"),
    "mpegts": ("MPEG-TS over UDP", f"a picture is whole when the next one begins, {1000 // FPS} ms later, and for "
               f"FFmpeg's parser one later still; the first that can be shown is a key frame, each {GOP / FPS:g} s"),
}
"""What each is called, and what delays its pictures however it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What each way of opening gives on one stream."""

    over: Transport
    source: str
    ways: tuple[OpeningCost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One measurement."""

    watched_s: float
    """Of each opening, from its first picture on."""
    n_rounds: int
    streams: tuple[Opened, ...]


def bench_opening(*, over: Transport | None, seconds: float, n_rounds: int, out: Path | None, show: Show,
                  ) -> Opening:
    """Measure on stamped streams of this machine, print their tables, save them if asked.

    Args:
        over: how the stream comes; in each way that this machine can serve if None.
        seconds: how long each opening is watched from its first picture on.
        n_rounds: openings of each kind.
        out: where ``opening.json`` is written; nowhere if None.
        show: takes the tables.

    Raises:
        WatchfloorError: if a transport is asked for that cannot be served here.
    """
    scene = make_scene(SCENE)
    clip = encode_units((scene.render(index / FPS, size_wh=SIZE_WH).bgr() for index in range(GOP)),
                        fps=Fraction(FPS), gop=GOP)
    streams = []
    for transport in (over,) if over else _servable(show):
        name, delay = TRANSPORTS[transport]
        with _serve(transport, clip) as url, show.progress(f"open {name}", "times") as advance:
            ways = measure_opening(url, seconds=seconds, n_rounds=n_rounds, progress=advance)
        streams.append(Opened(over=transport, ways=ways, source=(
            f"{SCENE}, {SIZE_WH[0]} × {SIZE_WH[1]}, {FPS} frames/s, H.264, {name} on this machine")))
        _show_stream(streams[-1], n_rounds, show)
        show.line(delay)
    opening = Opening(watched_s=seconds, n_rounds=n_rounds, streams=tuple(streams))
    if out is not None:
        save_result(open_folder(out) / "opening.json", "opening of a stream", opening, describe_machine())
        show.line(f"saved in {out}")
    return opening


def _servable(show: Show) -> tuple[Transport, ...]:
    if find_rtsp_python() is None:
        show.warn(f"RTSP is left out: GStreamer's server is not on this machine: {INSTALL}")
        return ("mpegts",)
    return tuple(TRANSPORTS)


@contextmanager
def _serve(transport: Transport, clip: EncodedClip) -> Iterator[str]:
    """Yield the address of a stream whose pictures say when they were sent."""
    if transport == "rtsp":
        with RtspServer(clip, is_stamped=True) as server:
            yield server.url()
    else:
        port = free_udp_port()
        with UdpSender(clip, port, is_stamped=True):
            yield f"udp://127.0.0.1:{port}"


def _show_stream(opened: Opened, n_rounds: int, show: Show) -> None:
    show.table(
        f"A stream opened: {TRANSPORTS[opened.over][0]}, median of {n_rounds} (ms)",
        ["opened by", "to open", "to the first picture", "its age", "age p50", "age p99", "pictures"],
        [[way.name, *(f"{1e3 * value:,.0f}" for value in (
            way.open_s, way.first_picture_s, way.first_age_s, way.p50_s, way.p99_s)), str(way.n_pictures)]
         for way in opened.ways])
