"""The commands about exercises: making them, listing them, and letting a simulated trainee play one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, make_table, print_json, print_table, stoppable
from watchfloor.cli_training import RECORDS, RecordsFile

exercises = typer.Typer(no_args_is_help=True, help="Make exercises, or let a simulated trainee play one.")


@exercises.command(name="make", epilog="""[bold]Example[/bold]

[cyan]watchfloor exercises make market_patrol -o morning.toml --minutes 5 --targets 6 --seed 4[/cyan]
""")
def make_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name or a TOML file."))],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The exercise.")],
    minutes: Annotated[float, typer.Option(min=1.0, metavar="MIN", help="How long it lasts.")] = 5.0,
    targets: Annotated[int, typer.Option(min=0, max=1000, metavar="N", help="Incidents to find.")] = 6,
    tiles: Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Cameras on the wall.")] = 9,
    kinds: Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", show_default=False, help=(
        "Kind of incident, once for each; those that drawn pictures show, if not given."))] = None,
    px: Annotated[tuple[float, float], typer.Option(metavar="MIN MAX", help=(
        "Size of what catches the eye, in pixels: the smaller, the harder."))] = (8.0, 60.0),
    visible: Annotated[tuple[float, float], typer.Option(metavar="MIN MAX", help="Seconds for which it is seen.")] = (
        20.0, 60.0),
    freezes: Annotated[int, typer.Option(min=0, max=20, metavar="N", help="Stops with questions.")] = 1,
    detect: Annotated[float | None, typer.Option(min=0.0, max=1.0, metavar="P", show_default=False, help=(
        "A detector claims this share of them; no detector if not given."))] = None,
    false_alarms: Annotated[float, typer.Option(min=0.0, metavar="N", help=(
        "Of that detector, for each camera and hour."))] = 0.0,
    pass_mark: Annotated[float | None, typer.Option("--pass", metavar="D", show_default=False, help=(
        "Pass mark: d′ to reach."))] = None,
    seed: Seed = 1,
    quiet: Quiet = False,
) -> None:
    """Make an exercise by chance; another seed gives a parallel form of the same difficulty."""
    from watchfloor.training.exercise import make_exercise
    from watchfloor.training.exercise_file import write_exercise

    exercise = make_exercise(
        scenario, seed=seed, minutes=minutes, n_targets=targets, n_tiles=tiles, kinds=tuple(kinds or ()), px=px,
        visible_s=visible, n_freezes=freezes, p_detect=detect, false_per_camera_h=false_alarms,
        pass_d_prime=pass_mark)
    write_exercise(exercise, out)
    make_show(quiet=quiet, as_json=False).line(
        f"{out}: {len(exercise.targets)} targets on {len(exercise.cameras)} cameras in {minutes:g} min")


@exercises.command(name="next", epilog="""[bold]Example[/bold]

[cyan]watchfloor exercises next market_patrol --trainee Aigerim -o next.toml[/cyan]
""")
def next_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name or a TOML file."))],
    trainee: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="As enrolled.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The exercise.")],
    minutes: Annotated[float, typer.Option(min=1.0, metavar="MIN", help="After the warm-up.")] = 5.0,
    targets: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="To find after the warm-up.")] = 6,
    tiles: Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Cameras on the wall.")] = 9,
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Make the exercise that a trainee should play next: at the size that tells most, with kinds that are overdue."""
    from watchfloor.training.desk import make_next

    exercise = make_next(records, trainee, scenario, out, minutes=minutes, n_targets=targets, n_tiles=tiles)
    kinds = ", ".join(sorted({target.kind for target in exercise.targets}))
    make_show(quiet=quiet, as_json=False).line(f"{out}: {len(exercise.targets)} targets with the warm-up's; {kinds}")


@exercises.command(name="list", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor exercises list[/cyan]")
def exercises_command(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where exercises are kept.")] = Path("exercises"),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List the exercises of a folder: those that the page saves are in exercises/."""
    from watchfloor.training.exercise_file import list_exercises

    rows = list_exercises(folder)
    if as_json:
        print_json(rows)
    elif not quiet:
        print_table(make_table(["file", "name", "scenario", "minutes", "targets", "tiles", "pass d′"], [
            [f"{row.stem}.toml", "damaged: " + str(row.problem), "", "", "", "", ""] if row.exercise is None else [
                f"{row.stem}.toml", row.exercise.name, row.exercise.scenario, f"{row.exercise.duration_s / 60:g}",
                str(len(row.exercise.targets)), str(len(row.exercise.cameras)),
                "" if row.exercise.pass_d_prime is None else f"{row.exercise.pass_d_prime:g}"] for row in rows]))


@exercises.command(name="forms", epilog="""[bold]Example[/bold]

[cyan]watchfloor exercises forms morning.toml --count 3[/cyan]
""")
def forms_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="An exercise.")],
    count: Annotated[int, typer.Option(min=1, max=99, metavar="N", help="How many more.")] = 2,
    quiet: Quiet = False,
) -> None:
    """Make parallel forms: other cameras and instants, the same kinds, sizes and durations; beside the file."""
    from watchfloor.training.exercise_file import load_exercise, write_exercise
    from watchfloor.training.forms import parallel_form

    exercise, show = load_exercise(file), make_show(quiet=quiet, as_json=False)
    for number in range(1, count + 1):
        out = file.with_name(f"{file.stem}-{number + 1}.toml")
        made = parallel_form(exercise, number=number)
        write_exercise(made, out)
        show.line(f"{out}: {len(made.targets)} targets on {len(made.cameras)} cameras")


@exercises.command(name="simulate", epilog="""[bold]Example[/bold]

[cyan]watchfloor exercises simulate morning.toml --as novice --times 20[/cyan]
""")
def simulate_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="An exercise.")],
    preset: Annotated[str, typer.Option("--as", metavar="NAME", help="novice, trained, assisted or optimal.")] = (
        "trained"),
    times: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How often, each with other luck.")] = 10,
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Let a simulated trainee play an exercise, to see how hard it is."""
    with stoppable():
        from watchfloor.training.trial_run import run_trials

        result = run_trials(file, preset=preset, times=times, seed=seed,
                            show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


@exercises.command(name="save", epilog="""[bold]Example[/bold]

[cyan]watchfloor exercises save out/train-market_patrol-1-1 -o harder.toml[/cyan]
""")
def save_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False, help="A session's folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The exercise.")],
    quiet: Quiet = False,
) -> None:
    """Save a session as an exercise, with what the instructor let happen in it."""
    from watchfloor.training.trial_run import save_as_exercise

    exercise = save_as_exercise(folder, out)
    make_show(quiet=quiet, as_json=False).line(f"{out}: {len(exercise.targets)} targets")
