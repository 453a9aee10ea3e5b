"""The commands ``watchfloor bench opening`` and ``watchfloor bench latency``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from watchfloor.cli_options import Json, Out, Quiet, Seed, make_show, print_json, stoppable

OPENING_EXAMPLES = "[bold]Example[/bold]\n\n[cyan]watchfloor bench opening --out out/bench[/cyan]"
LATENCY_EXAMPLES = "[bold]Example[/bold]\n\n[cyan]watchfloor bench latency --out out/bench[/cyan]"


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
