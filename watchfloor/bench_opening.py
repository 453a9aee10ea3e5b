"""The command ``bench opening``: how soon a stream is there, and how old its pictures are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.machine import describe_machine
from benchmarks.opening import OpeningCost, measure_opening
from benchmarks.save import save_result
from hw.loopback import UdpSender, encode_units, free_udp_port
from hw.scenes import make_scene
from watchfloor.results import open_folder
from watchfloor.show import Show

SCENE, SIZE_WH, FPS, GOP, N_FRAMES = "street_corner", (640, 360), 25, 25, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What each way of opening gives on one stream."""

    source: str
    watched_s: float
    """Of each opening, from its first picture on."""
    n_rounds: int
    ways: tuple[OpeningCost, ...]


def bench_opening(*, seconds: float, n_rounds: int, out: Path | None, show: Show) -> Opening:
    """Measure on a stamped stream of this machine, print the table, save it if asked."""
    scene = make_scene(SCENE)
    clip = encode_units((scene.render(index / FPS, size_wh=SIZE_WH).bgr() for index in range(N_FRAMES)),
                        fps=Fraction(FPS), gop=GOP)
    port = free_udp_port()
    with UdpSender(clip, port, is_stamped=True), show.progress("open", "times") as advance:
        ways = measure_opening(f"udp://127.0.0.1:{port}", seconds=seconds, n_rounds=n_rounds, progress=advance)
    opening = Opening(
        source=f"{SCENE}, {SIZE_WH[0]} × {SIZE_WH[1]}, {FPS} frames/s, H.264 in MPEG-TS over UDP on this machine",
        watched_s=seconds, n_rounds=n_rounds, ways=ways)
    show.table(f"A stream opened, median of {n_rounds} (ms)",
               ["opened by", "to open", "age of the first picture", "age p50", "age p99", "pictures"],
               [[way.name, *(f"{1e3 * value:,.0f}" for value in (way.open_s, way.first_age_s, way.p50_s, way.p99_s)),
                 str(way.n_pictures)] for way in ways])
    show.line(f"a picture is whole when the next one begins, {1000 // FPS} ms later, and the stream can be opened at a "
              f"key frame, which comes each {GOP / FPS:g} s")
    if out is not None:
        save_result(open_folder(out) / "opening.json", "opening of a stream", opening, describe_machine())
        show.line(f"saved in {out}")
    return opening
