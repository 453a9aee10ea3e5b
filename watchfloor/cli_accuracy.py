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

On drawn conditions, sizes and bit rates: [cyan]watchfloor bench accuracy left_object --profile street --on drawn \\
--count object_placed=litter --workers 2[/cyan]

How well crowds are told, on the same clips:
[cyan]watchfloor bench accuracy crowd --option enabled=true --on drawn[/cyan]

Then in the city: [cyan]watchfloor run kostanay --detector out/accuracy-left_object-drawn/detector_model.json[/cyan]
"""


def accuracy_command(
    detector: Annotated[str, typer.Argument(metavar="DETECTOR", show_default=False, help="The detector's name.")],
    on: Annotated[str, typer.Option("--on", metavar="SET", help=(
        "drawn, drawn-long (ten camera-hours, for false alarms), a grid of drawn conditions in TOML, a folder, a clip, "
        "samples, or samples' names joined with commas."))]
    = "drawn",
    quick: Annotated[bool, typer.Option("--quick", metavar="", help="A small drawn grid, in under a minute.")] = False,
    profile: Annotated[str | None, typer.Option(metavar="NAME", show_default=False,
                                                help="The detector's settings.")] = None,
    device: Annotated[str, typer.Option(metavar="NAME", help=(
        "On which the detector's network runs: cpu, openvino or cuda."))] = "cpu",
    option: Annotated[list[str] | None, typer.Option("--option", metavar="NAME=VALUE", show_default=False, help=(
        "An option of the detector, such as enabled=true or network=yolox_tiny."))] = None,
    alerts: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Score the alerts in this CSV table, or this log of MQTT messages (.jsonl), of a program that DETECTOR only "
        "names."))] = None,
    began: Annotated[list[str] | None, typer.Option("--began", metavar="[CAMERA=]TIME", show_default=False, help=(
        "When the clips began, as 2026-07-01T10:00:00Z: MQTT messages tell the time of day."))] = None,
    count: Annotated[list[str] | None, typer.Option("--count", metavar="OURS=THEIRS", show_default=False, help=(
        "Count alerts of the detector's kind OURS for the truth's kind THEIRS."))] = None,
    stands_for: Annotated[list[str] | None, typer.Option("--stands-for", metavar="KIND=INCIDENT", show_default=False,
                                                         help=("Which incident of a scenario a kind stands for in the "
                                                               "detector model."))] = None,
    threshold: Annotated[float, typer.Option(min=0.0, metavar="SCORE", help="Leave weaker alerts out.")] = 0.0,
    max_delay: Annotated[float | None, typer.Option(min=0.0, metavar="S", show_default=False, help=(
        "An alert counts up to so long after an event's end; 10 s if not given, 20 s on drawn sets."))] = None,
    budget: Annotated[float, typer.Option(min=0.0, metavar="MIN", help=(
        "Draw and watch drawn clips for so many minutes at most; what is not begun by then is listed."))] = 10.0,
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
        from watchfloor.detector_options import parse_options

        options = AccuracyOptions(
            detector=detector, on=on, profile=profile, device=device, own=parse_options(option or ()), alerts=alerts,
            began=_by_camera(began), is_quick=quick, out=out, clips=clips, min_score=threshold,
            aliases=split_pairs(count, "--count"), max_delay_s=max_delay, budget_min=budget, n_workers=workers,
            incidents=split_pairs(stands_for, "--stands-for") if stands_for else None)
        result = bench_accuracy(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result_values(result))


def _by_camera(texts: list[str] | None) -> dict[str, str]:
    """Turn texts such as ``CAMERA=TIME`` or ``TIME`` into a mapping, with the empty name for all cameras."""
    return {camera: time for camera, _, time in ((text.rpartition("=")) for text in texts or ())}


def split_pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """Turn texts such as ``ours=theirs`` into a mapping."""
    pairs = {}
    for text in texts or ():
        ours, equals, theirs = text.partition("=")
        if not (ours and equals):
            raise typer.BadParameter(f"{option} = {text}; expected two names joined with =")
        pairs[ours] = theirs
    return pairs


PLAN_EXAMPLES = """[bold]Examples[/bold]

How long to watch before fewer than one false alarm in ten camera-hours is shown:
[cyan]watchfloor bench plan --far 0.1[/cyan]

How many staged acts for a recall of 0.9, known to ± 0.05: [cyan]watchfloor bench plan --recall 0.9 --within 0.05[/cyan]

With cameras that differ: [cyan]watchfloor bench plan --recall 0.9 --sd 0.1 --acts 10[/cyan]
"""


def plan_command(
    far: Annotated[float, typer.Option(min=1e-6, metavar="PER_H", help=(
        "False alarms in a camera-hour that are to be shown not to be exceeded."))] = 0.1,
    true_far: Annotated[float | None, typer.Option(min=0.0, metavar="PER_H", show_default=False, help=(
        "What you believe the rate truly is; a third of --far if not given."))] = None,
    recall: Annotated[float, typer.Option(min=0.0, max=1.0, metavar="0..1", help="The recall you expect.")] = 0.8,
    within: Annotated[float, typer.Option(min=0.005, max=0.5, metavar="0..0.5", help=(
        "Half width of the interval you want."))] = 0.1,
    acts: Annotated[int, typer.Option(min=1, metavar="N", help="Staged acts before each camera.")] = 5,
    sd: Annotated[float, typer.Option(min=0.0, max=0.5, metavar="0..0.5", help=(
        "Standard deviation between cameras of the share each finds; about 0.1 is usual."))] = 0.1,
    cameras: Annotated[int, typer.Option(min=1, metavar="N", help="Cameras at hand.")] = 10,
    level: Annotated[float, typer.Option(min=0.5, max=0.999, metavar="0..1", help="Of the intervals.")] = 0.95,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say how many camera-hours, cameras and staged acts a claim needs before it is shown."""
    with stoppable():
        from watchfloor.bench_plan import bench_plan

        plan = bench_plan(far_per_h=far, true_per_h=far / 3.0 if true_far is None else true_far, recall=recall,
                          half_width=within, acts_per_camera=acts, between_camera_sd=sd, n_cameras=cameras, level=level,
                          show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(plan)
