"""The command line's front: what each command takes, what it exits with, and nothing that is slow to import."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from watchfloor import (
    __version__,
    cli_badge,
    cli_bench,
    cli_calibrate,
    cli_classes,
    cli_console,
    cli_draw,
    cli_exercises,
    cli_feeds,
    cli_label,
    cli_live,
    cli_policy,
    cli_record,
    cli_scenarios,
    cli_study,
    cli_training,
)
from watchfloor.cli_options import (
    Clip,
    Json,
    Profile,
    Quiet,
    Seed,
    make_show,
    print_json,
    print_table,
    stoppable,
)
from watchfloor.guard import check_own_packages

RUN_EXAMPLES = """[bold]Examples[/bold]

Inspectors alone: [cyan]watchfloor run kostanay[/cyan]

With a detector, measured first: [cyan]watchfloor run kostanay --detector left_object --clip bottle[/cyan]

With a detector scored before: [cyan]watchfloor run kostanay --detector detector_model.json[/cyan]

With another dispatch policy: [cyan]watchfloor run kostanay --policy coverage[/cyan]

Your own scenario, a night shift: [cyan]watchfloor run my-city.toml --hours 8 --out results/night[/cyan]
"""

app = typer.Typer(
    name="watchfloor", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode="rich", context_settings={"help_option_names": ["--help", "-h"]},
)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 success, 1 failure, 2 bad usage or input, 130 Ctrl-C."""
    try:
        check_own_packages()
        app(arguments, prog_name="watchfloor")
    except Exception as error:
        # the errors are imported here, after the guard has looked whose `sim` this would be
        from sim.errors import InputError, WatchfloorError

        if not isinstance(error, WatchfloorError):
            raise
        _fail(str(error), code=2 if isinstance(error, InputError) else 1)
    sys.exit(0)


def _fail(message: str, *, code: int) -> NoReturn:
    typer.echo(f"watchfloor: {message}", err=True)
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"watchfloor {__version__}")
        raise typer.Exit


@app.callback()
def describe(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, metavar="",
                                          help="Print the version and exit.")] = False,
) -> None:
    """A city's video control room, simulated, with real detectors and devices in the loop.

    Cameras, the inspectors who watch them, the detectors that help them and the patrols they send.
    """


def run_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", show_default=False,
                                            help="A scenario's name (see scenarios list) or a TOML file.")],
    detector: Annotated[str | None, typer.Option(metavar="NAME", rich_help_panel="Detector", help=(
        "Measure this detector on the clip, and also play the day with it; a FILE.json is an earlier measurement's "
        "detector model."))] = None,
    profile: Profile = "tabletop",
    clip: Clip = None,
    detector_model: Annotated[Path | None, typer.Option(metavar="FILE", rich_help_panel="Detector", help=(
        "Take an earlier measurement (from bench detector --save-model) instead."))] = None,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, metavar="0..1", rich_help_panel="Detector", help=(
        "Share of the cameras that get the detector."))] = 0.01,
    policy: Annotated[str | None, typer.Option(metavar="NAME_OR_FILE", rich_help_panel="Policy", show_default=False,
                                               help=("Also play the day with this dispatch policy: a name such as "
                                                     "coverage, or a file from train-policy."))] = None,
    attention: Annotated[str | None, typer.Option(metavar="NAME", rich_help_panel="Policy", show_default=False, help=(
        "Let that day's inspectors look where this planner says: whittle or learning."))] = None,
    queue_order: Annotated[str | None, typer.Option(metavar="NAME", rich_help_panel="Policy", show_default=False, help=(
        "Take waiting alerts in this order, on every day compared: likelihood or likelihood_and_load."))] = None,
    hours: Annotated[float | None, typer.Option(metavar="H", rich_help_panel="Length", show_default=False, help=(
        "Simulated hours; the scenario's own length if not given."))] = None,
    days: Annotated[float | None, typer.Option(metavar="D", rich_help_panel="Length", show_default=False,
                                               help="The same in days.")] = None,
    replications: Annotated[int, typer.Option(min=1, metavar="N", rich_help_panel="Length", help=(
        "How often that stretch is drawn and played."))] = 10,
    seed: Seed = 1,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, help=(
        "Processes; each takes some 400 MB more. 1 if not given."))] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder for the results; out/SCENARIO-SEED if not given."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play a scenario: inspectors alone and, if a detector is named, with it, on the same incidents.

    Writes report.html, events.parquet, cases.parquet and manifest.json.
    """
    span_h = _find_span_h(hours, days)
    with stoppable():
        from watchfloor.job import RunOptions
        from watchfloor.run import run_scenario

        if detector is not None and detector.endswith(".json") and detector_model is None:
            detector_model = Path(detector)
            detector = None
        options = RunOptions(
            scenario=scenario, detector=detector, profile=profile, clip=clip, detector_model=detector_model,
            share=share, policy=policy, attention=attention, queue_order=queue_order, hours=span_h,
            replications=replications, seed=seed, out=out, workers=workers or 1,
        )
        result = run_scenario(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)


def _find_span_h(hours: float | None, days: float | None) -> float | None:
    """Return the simulated hours asked for, None if neither option was given."""
    if hours is not None and days is not None:
        raise typer.BadParameter("give --hours or --days, not both")
    span_h = days * 24.0 if days is not None else hours
    if span_h is not None and not (math.isfinite(span_h) and span_h > 0.0):
        raise typer.BadParameter(f"simulated time = {span_h:g} h; expected more than 0")
    return span_h


def doctor_command(
    faults: Annotated[bool, typer.Option("--faults", metavar="", help=(
        "Break feeds in every known way instead, on the loopback, and tell what happens."))] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Check Python, packages, codecs, samples and machine; exit with 1 if something needed is broken."""
    if faults:
        cli_feeds.try_faults(quiet=quiet, as_json=as_json)
        return
    from watchfloor.doctor import State, examine, make_table

    checks = examine()
    broken = [check for check in checks if check.state is State.BROKEN]
    if as_json:
        print_json(checks)
    elif not quiet:
        print_table(make_table(checks))
    if broken:
        _fail("broken: " + ", ".join(check.subject for check in broken), code=1)


def validate_command(
    full: Annotated[bool, typer.Option("--full", metavar="", help=(
        "Play more and heavier loads: half an hour instead of seconds."))] = False,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder of finished parts, from which a stopped run goes on; with --full out/validate if not given."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hold the simulator's own parts against exact queueing theory; exit with 1 if they disagree."""
    with stoppable():
        from benchmarks.keyed_lines import KeyedLines
        from watchfloor.validate import make_table, validate

        folder = out or (Path("out", "validate") if full else None)
        checks = validate(quick=not full, seed=seed, workers=workers, show=make_show(quiet=quiet, as_json=as_json),
                          lines=KeyedLines(folder / "parts.jsonl") if folder else None)
        if as_json:
            print_json(checks)
        elif not quiet:
            print_table(make_table(checks))
        failed = [f"{check.part}: {check.name}" for check in checks if not check.passed]
        if failed:
            _fail("theory and simulation disagree on " + "; ".join(failed), code=1)


PLAN, MEASURE, CONNECT, PRACTISE, CHECK = "Plan", "Measure", "Cameras and badges", "Practise", "Check"
"""Panels of the help, after what somebody wants to do."""

app.command(name="run", epilog=RUN_EXAMPLES, rich_help_panel=PLAN)(run_command)
app.command(name="study", epilog=cli_study.EPILOG, rich_help_panel=PLAN)(cli_study.study_command)
app.command(name="backtest", epilog=cli_calibrate.BACKTEST_EXAMPLES, rich_help_panel=PLAN)(
    cli_calibrate.backtest_command)
app.add_typer(cli_scenarios.app, name="scenarios", rich_help_panel=PLAN)
app.add_typer(cli_calibrate.app, name="calibrate", rich_help_panel=PLAN)
cli_calibrate.app.command(name="rates", epilog=cli_calibrate.CALIBRATE_EXAMPLES)(cli_calibrate.calibrate_command)
cli_calibrate.app.command(name="inspectors", epilog=cli_training.INSPECTORS_EXAMPLE)(
    cli_training.inspectors_command)
app.add_typer(cli_policy.app, name="train-policy", rich_help_panel=PLAN)

app.add_typer(cli_bench.app, name="bench", rich_help_panel=MEASURE)
app.command(name="draw", epilog=cli_draw.EXAMPLES, rich_help_panel=MEASURE)(cli_draw.draw_command)
app.command(name="label", epilog=cli_label.LABEL_EXAMPLES, rich_help_panel=MEASURE)(cli_label.label_command)
app.command(name="review", epilog=cli_label.REVIEW_EXAMPLES, rich_help_panel=MEASURE)(cli_label.review_command)

app.command(name="discover", epilog=cli_feeds.DISCOVER_EXAMPLES, rich_help_panel=CONNECT)(cli_feeds.discover_command)
app.command(name="probe", epilog=cli_feeds.PROBE_EXAMPLES, rich_help_panel=CONNECT)(cli_feeds.probe_command)
app.command(name="feeds", epilog=cli_feeds.FEEDS_EXAMPLES, rich_help_panel=CONNECT)(cli_feeds.feeds_command)
app.command(name="record", epilog=cli_record.RECORD_EXAMPLES, rich_help_panel=CONNECT)(cli_record.record_command)
app.add_typer(cli_record.app, name="recordings", rich_help_panel=CONNECT)
app.command(name="live", epilog=cli_live.EXAMPLES, rich_help_panel=CONNECT)(cli_live.live_command)
app.command(name="badge", epilog=cli_badge.EXAMPLES, rich_help_panel=CONNECT)(cli_badge.badge_command)

app.command(name="train", epilog=cli_console.TRAIN_EXAMPLES, rich_help_panel=PRACTISE)(cli_console.train_command)
app.command(name="serve", epilog=cli_console.SERVE_EXAMPLES, rich_help_panel=PRACTISE)(cli_console.serve_command)
app.add_typer(cli_exercises.exercises, name="exercises", rich_help_panel=PRACTISE)
app.add_typer(cli_training.sessions, name="sessions", rich_help_panel=PRACTISE)
app.add_typer(cli_classes.app, name="classes", rich_help_panel=PRACTISE)
app.command(name="evidence", epilog=cli_console.EVIDENCE_EXAMPLE, rich_help_panel=PRACTISE)(
    cli_console.evidence_command)
app.command(name="passwords", epilog=cli_console.PASSWORDS_EXAMPLE, rich_help_panel=PRACTISE)(
    cli_console.passwords_command)

app.command(name="doctor", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor doctor[/cyan]", rich_help_panel=CHECK)(
    doctor_command)
app.command(name="validate", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor validate --full[/cyan]",
            rich_help_panel=CHECK)(validate_command)
app.command(name="verify", epilog=cli_training.VERIFY_EXAMPLE, rich_help_panel=CHECK)(cli_training.verify_command)
