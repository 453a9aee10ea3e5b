"""The commands about classes: who learns together, what passes, and how far each has come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, make_table, print_json, print_table

if TYPE_CHECKING:
    from watchfloor.training.classes import Standing

RECORDS = "sessions.db"
RecordsFile = Annotated[str, typer.Option("--records", metavar="FILE", help=(
    "The centre's records of training: a file, or a database such as postgresql+psycopg://HOST/NAME."))]
Class = Annotated[str, typer.Argument(metavar="CLASS", show_default=False, help="The class's name.")]
Trainees = Annotated[list[str], typer.Argument(metavar="TRAINEE...", show_default=False, help="As they are enrolled.")]
EXAMPLE = "[bold]Example[/bold]\n\n[cyan]watchfloor classes {}[/cyan]"

app = typer.Typer(no_args_is_help=True, help="Keep classes: members, pass marks, progress.")


@app.command(name="make", epilog=EXAMPLE.format("make autumn --pass-d-prime 1.5 --pass-hits 0.7"))
def make_command(
    name: Class,
    pass_d_prime: Annotated[float | None, typer.Option(metavar="D", show_default=False, help=(
        "d′ to reach; surely, so with the lower end of its interval."))] = None,
    pass_hits: Annotated[float | None, typer.Option(metavar="0..1", show_default=False, help=(
        "Share of the targets to find."))] = None,
    pass_checklist: Annotated[float | None, typer.Option(metavar="0..1", show_default=False, help=(
        "Share of the expected items of the procedure to do."))] = None,
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Make a class, or give one other pass marks."""
    from watchfloor.training.classes import Classes, PassMarks
    from watchfloor.training.records import Records

    kept = Records(records)
    Classes(kept).make(name, PassMarks(d_prime=pass_d_prime, hit_share=pass_hits, checklist_share=pass_checklist))
    kept.close()
    make_show(quiet=quiet, as_json=False).line(f"class {name}: add members with watchfloor classes add {name} NAME")


@app.command(name="add", epilog=EXAMPLE.format("add autumn Aigerim Marat"))
def add_command(name: Class, trainees: Trainees, records: RecordsFile = RECORDS, quiet: Quiet = False) -> None:
    """Put trainees into a class; those who are new are enrolled."""
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        classes = Classes(kept)
        for trainee in trainees:
            classes.members(name)
            classes.add(name, kept.enrol(trainee))
    make_show(quiet=quiet, as_json=False).line(f"class {name}: {len(trainees)} added")


@app.command(name="drop", epilog=EXAMPLE.format("drop autumn Marat"))
def drop_command(name: Class, trainees: Trainees, records: RecordsFile = RECORDS, quiet: Quiet = False) -> None:
    """Take trainees out of a class; their sessions stay."""
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        for trainee in trainees:
            Classes(kept).drop(name, kept.find(trainee))
    make_show(quiet=quiet, as_json=False).line(f"class {name}: {len(trainees)} taken out")


@app.command(name="remove", epilog=EXAMPLE.format("remove autumn"))
def remove_command(name: Class, records: RecordsFile = RECORDS, quiet: Quiet = False) -> None:
    """Dissolve a class; its members' sessions stay."""
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        Classes(kept).remove(name)
    make_show(quiet=quiet, as_json=False).line(f"class {name} is dissolved")


@app.command(name="list", epilog=EXAMPLE.format("list"))
def list_command(records: RecordsFile = RECORDS, quiet: Quiet = False, as_json: Json = False) -> None:
    """List the classes with their numbers of members."""
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        classes = Classes(kept)
        rows = [{"name": name, "n_members": len(classes.members(name))} for name in classes.names()]
    if as_json:
        print_json(rows)
    elif not quiet:
        print_table(make_table(["class", "members"], [[str(row["name"]), str(row["n_members"])] for row in rows]))


@app.command(name="show", epilog=EXAMPLE.format("show autumn"))
def show_command(name: Class, records: RecordsFile = RECORDS, quiet: Quiet = False, as_json: Json = False) -> None:
    """Show how far each member of a class has come."""
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        standings = Classes(kept).standings(name)
    if as_json:
        print_json(standings)
    elif not quiet:
        print_table(make_table(
            ["trainee", "sessions", "targets", "found", "d′", "95 % interval", "procedure", "reaction", "verdict"],
            [_row(one) for one in standings.members]))


@app.command(name="chart", epilog=EXAMPLE.format("chart autumn -o autumn.svg"))
def chart_command(
    name: Class,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help=(
        "The picture: .png, .svg or .pdf."))],
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Draw a class's progress: each member's d′ with its interval, session by session, and the pass mark."""
    from watchfloor.training.class_output import draw_class
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        standings = Classes(kept).standings(name)
    draw_class(standings, out)
    make_show(quiet=quiet, as_json=False).line(f"{out}: {len(standings.members)} members")


@app.command(name="export", epilog=EXAMPLE.format("export autumn -o autumn.csv"))
def export_command(
    name: Class,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The CSV file.")],
    records: RecordsFile = RECORDS,
    quiet: Quiet = False,
) -> None:
    """Export a class's table under random ids, without names."""
    from watchfloor.training.class_output import csv_of
    from watchfloor.training.classes import Classes
    from watchfloor.training.desk import open_records

    with open_records(records) as kept:
        standings = Classes(kept).standings(name)
    out.write_text(csv_of(standings), encoding="utf-8")
    make_show(quiet=quiet, as_json=False).line(f"{out}: {len(standings.members)} rows")


def _row(one: Standing) -> list[str]:
    found = one.detection
    return [one.name or one.trainee_id, str(len(one.d_primes)), str(found.n_targets), _share(one.hit_share),
            f"{found.d_prime.value:.2f}", f"{found.d_prime.low:.2f} to {found.d_prime.high:.2f}",
            _share(one.checklist_share), "" if one.reaction_s is None else f"{one.reaction_s:.1f} s",
            one.verdict.replace("_", " ")]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
