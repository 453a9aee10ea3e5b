"""The commands that score detectors: ``bench accuracy`` and ``bench plan``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, print_json, stoppable

ACCURACY_EXAMPLES = """[bold]Examples[/bold]

On real clips: [cyan]watchfloor bench accuracy left_object --on bottle,car[/cyan]

On a folder of clips with a manifest or with truth beside each clip:
[cyan]watchfloor bench accuracy left_object --on cameras/[/cyan]

On drawn conditions, sizes and bit rates: [cyan]watchfloor bench accuracy left_object --on drawn \\
--count object_placed=litter[/cyan]

Then in the city: [cyan]watchfloor run kostanay --detector out/accuracy-left_object-drawn/detector_model.json[/cyan]
"""


def accuracy_command(
    detector: Annotated[str, typer.Argument(metavar="DETECTOR", show_default=False, help="The detector's name.")],
    on: Annotated[str, typer.Option("--on", metavar="SET", help=(
        "drawn, a grid of drawn conditions in TOML, a folder, a clip, samples, or samples' names joined with commas."))]
    = "drawn",
    quick: Annotated[bool, typer.Option("--quick", metavar="", help="A small drawn grid, in under a minute.")] = False,
    profile: Annotated[str | None, typer.Option(metavar="NAME", show_default=False,
                                                help="The detector's settings.")] = None,
    count: Annotated[list[str] | None, typer.Option("--count", metavar="OURS=THEIRS", show_default=False, help=(
        "Count alerts of the detector's kind OURS for the truth's kind THEIRS."))] = None,
    stands_for: Annotated[list[str] | None, typer.Option("--stands-for", metavar="KIND=INCIDENT", show_default=False,
                                                         help=("Which incident of a scenario a kind stands for in the "
                                                               "detector model."))] = None,
    threshold: Annotated[float, typer.Option(min=0.0, metavar="SCORE", help="Leave weaker alerts out.")] = 0.0,
    max_delay: Annotated[float, typer.Option(min=0.0, metavar="S", help=(
        "An alert counts up to so long after an event's end."))] = 10.0,
    budget: Annotated[float, typer.Option(min=0.0, metavar="MIN", help=(
        "Draw for so many minutes at most; what is not begun by then is skipped and listed."))] = 10.0,
    clips: Annotated[Path, typer.Option(metavar="DIR", help="Where drawn clips are kept.")] = Path("out/drawn-clips"),
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder for the results; out/accuracy-DETECTOR-SET if not given."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score a detector on a set of cameras: what it finds at which size, its false alarms, its delays, each in doubt.

    Writes report.html, accuracy.json and detector_model.json; the same command goes on where it was stopped.
    """
    with stoppable():
        from watchfloor.accuracy.tables import result_values
        from watchfloor.bench_accuracy import AccuracyOptions, bench_accuracy

        options = AccuracyOptions(
            detector=detector, on=on, profile=profile, is_quick=quick, out=out, clips=clips, min_score=threshold,
            aliases=_pairs(count, "--count"), max_delay_s=max_delay, budget_min=budget, n_workers=workers,
            incidents=_pairs(stands_for, "--stands-for") if stands_for else None)
        result = bench_accuracy(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result_values(result))


def _pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        ours, equals, theirs = text.partition("=")
        if not (ours and equals and theirs):
            raise typer.BadParameter(f"{option} = {text}; expected two names joined with =")
        pairs[ours] = theirs
    return pairs
