"""The commands under ``watchfloor bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Clip, Json, Profile, Quiet, Seed, make_show, print_json, stoppable

app = typer.Typer(no_args_is_help=True, help="Measure a detector on a clip, or watchfloor's own speed.")

Out = Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
    "Folder in which the result is also saved as JSON."))]


@app.command(name="detector", epilog="""[bold]Example[/bold]

[cyan]watchfloor bench detector left_object --clip bottle --save-model left_object.json[/cyan]
""")
def detector_command(
    name: Annotated[str, typer.Argument(metavar="DETECTOR", show_default=False, help="The detector's name.")],
    clip: Clip = "bottle",
    profile: Profile = "tabletop",
    save_model: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Write the detector model, for run --detector-model."))] = None,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a detector over a clip: frames per second, streams per core, hits, misses, false alarms, delay."""
    with stoppable():
        from watchfloor.bench import bench_detector

        result = bench_detector(name, clip=clip or "bottle", profile=profile, save_model=save_model, seed=seed,
                                out=out, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


@app.command(name="engine", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench engine --out out/bench[/cyan]")
def engine_command(seed: Seed = 1, out: Out = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """Time the simulator: making the city, drawing a day, playing it on each engine, and the memory it takes."""
    with stoppable():
        from watchfloor.bench import bench_engine

        result = bench_engine(seed=seed, out=out, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


@app.command(name="study", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench study --replications 100[/cyan]")
def study_command(
    replications: Annotated[int, typer.Option(min=1, metavar="N", help="Of each of the 20 staffing levels.")] = 100,
    days: Annotated[float, typer.Option(min=0.1, metavar="D", help="Of each replication.")] = 7.0,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")] = 2,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time a study: 20 staffing levels of kostanay, the same again from the journal, and what a pool gains."""
    with stoppable():
        from watchfloor.study.bench import bench_study

        result = bench_study(n_replications=replications, n_days=days, n_workers=workers, seed=seed, out=out,
                             show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


@app.command(name="drawn", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench drawn market --out out/bench[/cyan]")
def drawn_command(
    scenes: Annotated[list[str] | None, typer.Argument(metavar="[SCENE...]", show_default=False, help=(
        "Scenes by name; all of them if none is named."))] = None,
    condition: Annotated[str, typer.Option(metavar="NAME", help="Light and weather, joined with +.")] = "day",
    frames: Annotated[int, typer.Option(min=1, metavar="N", help="Frames of each round.")] = 150,
    seed: Seed = 0,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time drawn scenes at 1280 × 720 on one core, with the camera still and with it moving."""
    with stoppable():
        from watchfloor.bench_drawn import bench_drawn

        speed = bench_drawn(scenes or [], condition=condition, n_frames=frames, seed=seed, out=out,
                            show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(speed)


@app.command(name="dispatch", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench dispatch --out out/bench[/cyan]")
def dispatch_command(
    scenario: Annotated[str, typer.Option(metavar="SCENARIO", help=(
        "In which policies are compared, too."))] = "kostanay",
    replications: Annotated[int, typer.Option(min=0, metavar="N", help="Of it; 0 leaves it out.")] = 10,
    days: Annotated[int, typer.Option(min=0, metavar="D", help=(
        "For which attention learns unknown rates; 0 leaves it out."))] = 7,
    slots: Annotated[int, typer.Option(min=10, metavar="N", help="Of six seconds, at known rates.")] = 6000,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "An earlier dispatch.json, to stand beside."))] = None,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hold dispatch and attention policies against what is optimal, and time their decisions."""
    with stoppable():
        from watchfloor.bench_dispatch import BenchOptions, bench_dispatch

        result = bench_dispatch(BenchOptions(
            scenario=scenario, replications=replications, days=days, slots=slots, seed=seed, baseline=baseline,
            out=out), show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
