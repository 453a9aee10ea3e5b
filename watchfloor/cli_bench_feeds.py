"""The commands that measure feeds: ``bench throughput``, ``bench opening`` and ``bench latency``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

import typer

from watchfloor.cli_options import Json, Out, Quiet, Seed, make_show, print_json, stoppable

THROUGHPUT_EXAMPLES = """[bold]Examples[/bold]

[cyan]watchfloor bench throughput drawn:street_corner --fps 5 --budget 500ms --out out/bench[/cyan]

Over real connections, at full rate: [cyan]watchfloor bench throughput sample:bottle --fps 25 --over rtsp[/cyan]

How late 50 cameras are served: [cyan]watchfloor bench throughput drawn:street_corner --streams 50 --budget 200ms[/cyan]

Full HD and 4K, in both codecs: [cyan]watchfloor bench throughput drawn:street_corner --size 1920x1080 --size 3840x2160
--codec h264 --codec h265 --confirm 2 --no-peers[/cyan]
"""
OPENING_EXAMPLES = "[bold]Example[/bold]\n\n[cyan]watchfloor bench opening --out out/bench[/cyan]"
LATENCY_EXAMPLES = "[bold]Example[/bold]\n\n[cyan]watchfloor bench latency --out out/bench[/cyan]"


def throughput_command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", show_default=False, help=(
        "A video file, drawn:SCENE or sample:NAME: what all cameras show."))],
    fps: Annotated[str, typer.Option(metavar="RATE", help="Frames a second of each camera.")] = "25",
    budget: Annotated[str, typer.Option(metavar="SPAN", help="What p99 from arrival to decision may take.")] = "500ms",
    size: Annotated[list[str] | None, typer.Option(metavar="WxH", show_default=False, help=(
        "Picture size of each camera; may be given several times. 640x360 if not given."))] = None,
    codec: Annotated[list[str] | None, typer.Option(metavar="NAME", show_default=False, help=(
        "h264 or h265; may be given several times, and each size is measured with each. h264 if not given."))] = None,
    bitrate: Annotated[int | None, typer.Option(min=1000, metavar="N", show_default=False, help=(
        "Bits a second of each camera; if not given it goes with rate, size and codec: 500,000 at 640x360 and 25."
    ))] = None,
    detector: Annotated[str, typer.Option(metavar="NAME", help="The detector.")] = "motion",
    over: Annotated[str, typer.Option(metavar="WAY", help=(
        "memory: packets are handed over in the process; rtsp: by a real server on the loopback."))] = "memory",
    seconds: Annotated[float, typer.Option(min=1.0, metavar="S", help="Of each trial.")] = 2.0,
    confirm: Annotated[int, typer.Option(min=1, metavar="N", help="Trials that must hold at the answer.")] = 5,
    streams: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, help=(
        "Try this number of cameras alone, and say how late they are served; else the largest is sought."))] = None,
    peers: Annotated[bool, typer.Option("--peers/--no-peers", help=(
        "Also let other programs watch the same pictures; make peers installs them."))] = True,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find how many cameras one core takes while every one is served in time, arriving at once and spread."""
    with stoppable():
        from watchfloor.bench_throughput import ThroughputOptions, bench_throughput, read_budget_s, read_size_wh

        show = make_show(quiet=quiet, as_json=as_json)
        benches = [bench_throughput(ThroughputOptions(
            source=source, fps=_read_rate(fps), budget_s=read_budget_s(budget), size_wh=read_size_wh(one_size),
            codec=one_codec, bit_rate=bitrate, detector=detector, over=over, duration_s=seconds, n_confirmed=confirm,
            n_streams=streams, has_peers=peers and is_first, out=out), show=show)
            for is_first, one_size, one_codec in _kinds_of_camera(size or ["640x360"], codec or ["h264"])]
        if as_json:
            print_json(benches[0] if len(benches) == 1 else benches)


def _kinds_of_camera(sizes: list[str], codecs: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Yield each size with each codec, and whether it is the first."""
    for index, (size, codec) in enumerate(itertools.product(sizes, codecs)):
        yield index == 0, size, codec


def _read_rate(text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise typer.BadParameter(f"--fps = {text}; expected a number > 0")
    return rate


def opening_command(
    over: Annotated[Literal["rtsp", "mpegts"] | None, typer.Option(show_default=False, help=(
        "How the stream comes; both ways if not given, RTSP where its server is installed."))] = None,
    seconds: Annotated[float, typer.Option(min=1.5, metavar="S", help=(
        "How long a stream is watched from its first picture on."))] = 4.0,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Openings of each kind.")] = 5,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time how soon a stream is there and how old its pictures are: opened as here, and by FFmpeg's defaults."""
    with stoppable():
        from watchfloor.bench_opening import bench_opening

        opening = bench_opening(over=over, seconds=seconds, n_rounds=rounds, out=out,
                                show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(opening)


def latency_command(
    feeds: Annotated[int, typer.Option(min=1, metavar="N", help="Streams, each with a detector of its own.")] = 10,
    seconds: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long, once all are up.")] = 60.0,
    detector: Annotated[str, typer.Option(metavar="NAME", help="The detector's name.")] = "motion",
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time every stage from the picture to the badge and back, and how long inputs wait for a live engine."""
    with stoppable():
        from watchfloor.live.bench import bench_latency

        result = bench_latency(n_feeds=feeds, seconds=seconds, detector=detector, seed=seed, out=out,
                               show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
