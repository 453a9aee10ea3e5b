"""The command ``watchfloor bench throughput``."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Out, Quiet, make_show, print_json, stoppable

EXAMPLES = """[bold]Examples[/bold]

[cyan]watchfloor bench throughput drawn:street_corner --fps 5 --budget 500ms --out out/bench[/cyan]

Over real connections, at full rate: [cyan]watchfloor bench throughput sample:bottle --fps 25 --over rtsp[/cyan]

How late 50 cameras are served: [cyan]watchfloor bench throughput drawn:street_corner --streams 50 --budget 200ms[/cyan]

Full HD and 4K, in both codecs: [cyan]watchfloor bench throughput drawn:street_corner --size 1920x1080 --size 3840x2160
--codec h264 --codec h265 --confirm 2 --no-peers[/cyan]

A network on two devices: [cyan]watchfloor bench throughput sample:vtest --detector person --fps 5 --device cpu
--device openvino --batch 4 --no-peers[/cyan]
"""


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
    option: Annotated[list[str] | None, typer.Option("--option", metavar="NAME=VALUE", show_default=False, help=(
        "An option of the detector, such as network=yolox_tiny."))] = None,
    device: Annotated[list[str] | None, typer.Option(metavar="NAME", show_default=False, help=(
        "On which the detector's network runs: cpu, openvino or cuda; may be given several times, and each is measured."
    ))] = None,
    batch: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, help=(
        "Pictures of several cameras that the network may look at in one run; so many threads decode."))] = None,
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
        from watchfloor.detector_options import parse_options, with_device

        show = make_show(quiet=quiet, as_json=as_json)
        devices: list[str | None] = [*device] if device else [None]
        kinds = itertools.product(size or ["640x360"], codec or ["h264"], devices)
        benches = [bench_throughput(ThroughputOptions(
            source=source, fps=_read_rate(fps), budget_s=read_budget_s(budget), size_wh=read_size_wh(one_size),
            codec=one_codec, bit_rate=bitrate, detector=detector, over=over, duration_s=seconds, n_confirmed=confirm,
            own=with_device(parse_options(option or ()), device=one_device, batch=batch),
            n_streams=streams, has_peers=peers and index == 0, out=out), show=show)
            for index, (one_size, one_codec, one_device) in enumerate(kinds)]
        if as_json:
            print_json(benches[0] if len(benches) == 1 else benches)


def _read_rate(text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise typer.BadParameter(f"--fps = {text}; expected a number > 0")
    return rate
