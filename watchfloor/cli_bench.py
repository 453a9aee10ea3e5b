"""The commands under ``watchfloor bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from watchfloor import cli_accuracy, cli_bench_feeds, cli_listen, cli_throughput
from watchfloor.cli_options import Clip, Json, Out, Profile, Quiet, Seed, make_show, print_json, stoppable

app = typer.Typer(no_args_is_help=True, help="Measure a detector on a clip, or watchfloor's own speed.")

app.command(name="accuracy", epilog=cli_accuracy.ACCURACY_EXAMPLES)(cli_accuracy.accuracy_command)
app.command(name="plan", epilog=cli_accuracy.PLAN_EXAMPLES)(cli_accuracy.plan_command)
app.command(name="listen", epilog=cli_listen.EXAMPLES)(cli_listen.listen_command)
app.command(name="throughput", epilog=cli_throughput.EXAMPLES)(cli_throughput.throughput_command)
app.command(name="opening", epilog=cli_bench_feeds.OPENING_EXAMPLES)(cli_bench_feeds.opening_command)
app.command(name="latency", epilog=cli_bench_feeds.LATENCY_EXAMPLES)(cli_bench_feeds.latency_command)


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
    cold: Annotated[bool, typer.Option("--cold/--no-cold", help=(
        "Also time it in a new process with nothing compiled."))] = True,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time a study: 20 staffing levels of kostanay, cold and warm, again from the journal, and what a pool gains."""
    with stoppable():
        from watchfloor.study.bench import SCENARIO, Sweep, bench_study

        sweep = Sweep(scenario=SCENARIO, n_replications=replications, n_days=days, n_workers=workers, seed=seed)
        result = bench_study(sweep, out=out, is_cold_too=cold, show=make_show(quiet=quiet, as_json=as_json))
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


@app.command(name="console", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench console --out out/bench[/cyan]")
def console_command(
    tiles: Annotated[list[int] | None, typer.Option(min=1, max=16, metavar="N", show_default=False, help=(
        "Tiles of the wall; may be given several times. 9 and 16 if not given."))] = None,
    seconds: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long each wall is watched.")] = 20.0,
    city: Annotated[list[str] | None, typer.Option(metavar="SCENARIO", show_default=False, help=(
        "Cities for the map; market_patrol and region_123k if none is given."))] = None,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time the console in headless Chromium: pictures a second and their age, actions, the map."""
    with stoppable():
        from watchfloor.cli_console import check_console

        check_console()
        from watchfloor.console.bench import bench_console

        speed = bench_console(tiles=tiles or [9, 16], watch_s=seconds, maps=city or ["market_patrol", "region_123k"],
                              out=out, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(speed)


@app.command(name="first-session", epilog=(
    "[bold]Example[/bold]\n\n[cyan]watchfloor bench first-session --out out/bench[/cyan]"))
def first_session_command(
    minutes: Annotated[float, typer.Option(min=1.0, metavar="MIN", help="How long the exercise lasts.")] = 2.5,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Time a newcomer's first session at a person's pace: from the command, through a browser, to the debrief."""
    with stoppable():
        from watchfloor.cli_console import check_console

        check_console()
        from watchfloor.training.first_session import bench_first_session

        took = bench_first_session(minutes=minutes, out=out, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(took)


@app.command(name="detectors", epilog=(
    "[bold]Example[/bold]\n\n[cyan]watchfloor bench detectors --out out/bench[/cyan]"))
def detectors_command(
    only: Annotated[Literal["clips", "drawn"] | None, typer.Option(show_default=False, help=(
        "The real clips, or the drawn scenes; both if not given."))] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help=(
        "Of drawn scenes; the detectors were set on seed 1."))] = 21,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Measure every shipped detector on the sample clips and on drawn litter: found, false, milliseconds a frame."""
    with stoppable():
        from watchfloor.bench_detectors import bench_detectors

        result = bench_detectors(only=only, seed=seed, out=out, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


@app.command(name="check-detector", epilog="""[bold]Examples[/bold]

What there is: [cyan]watchfloor bench check-detector --list[/cyan]

[cyan]watchfloor bench check-detector motion[/cyan]

[cyan]watchfloor bench check-detector loiter --option enabled=true --option dwell_s=2 --on dwell[/cyan]
""")
def check_detector_command(
    name: Annotated[str | None, typer.Argument(metavar="DETECTOR", show_default=False, help=(
        "A shipped detector's name, or that of an installed package's."))] = None,
    option: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", show_default=False, help=(
        "For the detector; may be given several times."))] = None,
    on: Annotated[str, typer.Option(metavar="SCENE_OR_FILE", help=(
        "A drawn scene, a sample or a video file."))] = "square",
    seconds: Annotated[float, typer.Option(min=0.5, metavar="S", help="Of it.")] = 20.0,
    list_all: Annotated[bool, typer.Option("--list", metavar="", help="List the detectors and end.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run the conformance suite over a detector; exit with 1 if it breaks a rule."""
    with stoppable():
        from watchfloor.check_detector import check_by_name, list_detectors
        from watchfloor.cli_options import make_table, print_table
        from watchfloor.detector_options import parse_options

        if list_all:
            known = list_detectors()
            if as_json:
                print_json(known)
            else:
                print_table(make_table(["detector", "claim", "kinds", "about"], [
                    [item.name, item.claim, ", ".join(item.kinds), item.about] for item in known]))
            return
        if name is None:
            raise typer.BadParameter("name a detector; --list tells which there are")
        checked = check_by_name(name, options=parse_options(option or ()), on=on, seconds=seconds,
                                show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(checked)


@app.command(name="dispatch", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor bench dispatch --out out/bench[/cyan]")
def dispatch_command(
    scenario: Annotated[str, typer.Option(metavar="SCENARIO", help=(
        "In which policies are compared, too."))] = "kostanay",
    replications: Annotated[int, typer.Option(min=0, metavar="N", help="Of it; 0 leaves it out.")] = 10,
    days: Annotated[int, typer.Option(min=0, metavar="D", help=(
        "For which attention learns unknown rates; 0 leaves it out."))] = 7,
    slots: Annotated[int, typer.Option(min=10, metavar="N", help="Of six seconds, at known rates.")] = 6000,
    towns: Annotated[int, typer.Option(min=1, metavar="N", help="In which attention is measured.")] = 3,
    hours: Annotated[float | None, typer.Option(min=0.5, metavar="H", show_default=False, help=(
        "Of a replication; the scenario's own length if not given."))] = None,
    load: Annotated[list[float] | None, typer.Option("--load", min=0.01, metavar="X", show_default=False, help=(
        "Times the scenario's own demand; may be given more than once; 1 and 2 if not given."))] = None,
    policy: Annotated[list[str] | None, typer.Option("--policy", metavar="NAME", show_default=False, help=(
        "To compare with the nearest unit in the city: a shipped or trained one, or your own as file.py or "
        "module:name; may be given more than once; all that ship if not given."))] = None,
    against: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "An earlier dispatch.json, to tell what has changed."))] = None,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hold dispatch and attention policies against what is optimal, and time their decisions."""
    with stoppable():
        from agents.policies import policy_names
        from watchfloor.bench_dispatch import BenchOptions, bench_dispatch

        result = bench_dispatch(BenchOptions(
            scenario=scenario, hours=hours, replications=replications, loads=tuple(load or (1.0, 2.0)),
            policies=tuple(policy or policy_names()), days=days, towns=towns, slots=slots, seed=seed, against=against,
            out=out), show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
