"""The commands about training's records: sessions, certificates, and inspectors' calibration from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, make_table, print_json, print_table, stoppable

RECORDS = "sessions.db"
RecordsFile = Annotated[str, typer.Option("--records", metavar="FILE", help=(
    "The centre's records of training: a file, or a database such as postgresql+psycopg://HOST/NAME."))]
Trainee = Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="As the trainee was enrolled.")]

VERIFY_EXAMPLE = "[bold]Example[/bold]\n\n[cyan]watchfloor verify certificate.json[/cyan]"
INSPECTORS_EXAMPLE = """[bold]Example[/bold]

[cyan]watchfloor calibrate inspectors --from sessions.db -o inspectors.json[/cyan]
"""

sessions = typer.Typer(no_args_is_help=True, help="Look at training sessions, export them, certify, forget names.")


@sessions.command(name="list", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor sessions list[/cyan]")
def list_command(records: RecordsFile = RECORDS, quiet: Quiet = False, as_json: Json = False) -> None:
    """List trainees with what their sessions show together."""
    from watchfloor.training.desk import list_trainees

    rows = list_trainees(records)
    if as_json:
        print_json(rows)
    elif not quiet:
        print_table(make_table(["trainee", "sessions", "targets", "d′", "95 % interval", "consents"], [
            [row.name, str(row.n_sessions), str(row.n_targets), f"{row.d_prime.value:.2f}",
             f"{row.d_prime.low:.2f} to {row.d_prime.high:.2f}", "yes" if row.consents else "no"] for row in rows]))


@sessions.command(name="enrol", epilog="""[bold]Example[/bold]

[cyan]watchfloor sessions enrol Aigerim --consent[/cyan]
""")
def enrol_command(
    name: Trainee, records: RecordsFile = RECORDS,
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", show_default=False, help=(
        "To pooled, nameless use of the responses in calibration; left as it was if not given."))] = None,
) -> None:
    """Enrol a trainee, or change their consent; prints the random id that logs hold."""
    from watchfloor.training.desk import enrol

    typer.echo(enrol(records, name, consents=consent))


@sessions.command(name="chart", epilog="""[bold]Example[/bold]

[cyan]watchfloor sessions chart Aigerim -o progress.svg[/cyan]
""")
def chart_command(
    name: Trainee,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help=(
        "The picture: .png, .svg or .pdf."))],
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Draw a trainee's progress: sensitivity with its interval, and reaction time, session by session."""
    from watchfloor.training.desk import draw_trainee

    n_sessions = draw_trainee(records, name, out)
    make_show(quiet=quiet, as_json=False).line(f"{out}: {n_sessions} sessions")


@sessions.command(name="export", epilog="""[bold]Example[/bold]

[cyan]watchfloor sessions export --format xapi -o statements.jsonl[/cyan]
""")
def export_command(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The file to write.")],
    form: Annotated[str, typer.Option("--format", metavar="NAME", help=(
        "csv, xapi (JSON lines), or json: everything that is kept of one trainee, the name too."))] = "csv",
    trainee: Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help=(
        "Whose; everybody's if not given."))] = None,
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Export responses under random ids, as a table or as experience statements; or give a trainee their own data."""
    from watchfloor.training.desk import export

    done = export(records, out, form=form, name=trainee)
    make_show(quiet=quiet, as_json=False).line(f"{done.path}: {done.n_rows} rows")


@sessions.command(name="forget", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor sessions forget Aigerim[/cyan]")
def forget_command(name: Trainee, records: RecordsFile = RECORDS, quiet: Quiet = False) -> None:
    """Delete what ties a trainee's name to their random id; their sessions stay, nameless."""
    from watchfloor.training.desk import forget

    forget(records, name)
    make_show(quiet=quiet, as_json=False).line(f"{name} is forgotten; the sessions stay under a random id")


@sessions.command(name="certify", epilog="""[bold]Example[/bold]

[cyan]watchfloor sessions certify Aigerim --key centre.pem -o certificate.json[/cyan]
""")
def certify_command(
    name: Trainee,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help=(
        "The certificate; a page to print is written beside it."))],
    key: Annotated[Path, typer.Option(metavar="FILE", show_default=False, help=(
        "The centre's Ed25519 key in PEM, made if it is not there; keep it secret."))],
    lang: Annotated[str, typer.Option(metavar="en|ru|kk", help="Language of the page.")] = "en",
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Sign what a trainee has shown, with its interval; it takes 30 targets at least."""
    from watchfloor.training.desk import certify_trainee

    page = certify_trainee(records, name, out=out, key=key, date=datetime.now(UTC).date().isoformat(),
                           language=lang)
    make_show(quiet=quiet, as_json=False).line(f"{out}, to print: {page}; check with: watchfloor verify {out}")


@sessions.command(name="replay", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor sessions replay out/session-1[/cyan]")
def replay_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False, help="A finished session's folder.")],
    pictures: Annotated[float | None, typer.Option(metavar="S", show_default=False, help=(
        "Also draw the wall's pictures again, so often, and print their digest."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Play a session again from its exercise and its inputs, and say whether the log is the same."""
    with stoppable():
        from watchfloor.training.replay import picture_digest, replay_folder

        replayed, show = replay_folder(folder), make_show(quiet=quiet, as_json=as_json)
        show.line(f"{replayed.n_inputs} inputs, log {replayed.digest}: {'the same' if replayed.is_same else 'another'}")
        drawn = None
        if pictures is not None:
            with show.progress("draw", "instants") as advance:
                drawn = picture_digest(folder, every_s=pictures, advance=advance)
            show.line(f"{drawn.n_pictures} pictures, digest {drawn.digest}")
        if as_json:
            print_json({"log": replayed, "pictures": drawn})
        if not replayed.is_same:
            raise typer.Exit(1)


def verify_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help=(
        "A certificate, or another file that proves itself."))],
    quiet: Quiet = False,
) -> None:
    """Prove that a file is as it was made; exits with 2 if it was altered."""
    from watchfloor.verify import verify_file

    make_show(quiet=quiet, as_json=False).line(verify_file(file))


def inspectors_command(
    records: Annotated[str, typer.Option("--from", metavar="FILE", help=(
        "Records of training sessions: a file, or a database's address."))] = RECORDS,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The inspector model.")] = Path(
        "inspectors.json"),
    seed: Seed = 1,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fit the simulated inspector to how trainees watched; takes five who consent, and writes pooled numbers only.

    A scenario names the file as watching.inspector_model; then its studies run on the centre's own people.
    """
    with stoppable():
        from watchfloor.calibration.inspectors import calibrate_inspectors

        result = calibrate_inspectors(records, out=out, date=datetime.now(UTC).date().isoformat(), seed=seed,
                                      show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
