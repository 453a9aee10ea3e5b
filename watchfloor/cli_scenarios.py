"""The commands under ``watchfloor scenarios``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, make_table, print_json, print_table

if TYPE_CHECKING:
    from scenarios import Checked

app = typer.Typer(no_args_is_help=True, help="List the scenarios that come with watchfloor, or check one of yours.")


@app.command(name="list", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor scenarios list[/cyan]")
def list_command(quiet: Quiet = False, as_json: Json = False) -> None:
    """List the scenarios that come with watchfloor; each is a file to copy and change."""
    from scenarios import list_shipped

    shipped = list_shipped()
    if as_json:
        print_json(shipped)
    elif not quiet:
        print_table(make_table(["name", "what it is"], [[item.name, item.title] for item in shipped]))


@app.command(name="check", epilog="""[bold]Examples[/bold]

[cyan]watchfloor scenarios check my-city.toml[/cyan]

For an editor that knows JSON Schema: [cyan]watchfloor scenarios check --schema[/cyan]
""")
def check_command(
    file: Annotated[str | None, typer.Argument(metavar="FILE", show_default=False, help=(
        "A TOML file, or the name of a shipped scenario."))] = None,
    schema: Annotated[bool, typer.Option("--schema", metavar="", help=(
        "Print the JSON Schema of scenario files instead."))] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Check a scenario file: every fault at once, then what is allowed but seldom meant.

    Exits with 2 if the file cannot be used; warnings alone leave 0.
    """
    from scenarios import check_scenario, json_schema

    if schema:
        print_json(json_schema())
        return
    if file is None:
        raise typer.BadParameter("name a file, or give --schema")
    checked = check_scenario(file)
    if as_json:
        print_json(checked)
    _show(checked, quiet=quiet or as_json)


def _show(checked: Checked, *, quiet: bool) -> None:
    show = make_show(quiet=quiet, as_json=False)
    show.line(f"{checked.path.name}: {checked.name}, {checked.title}")
    assumed = sum(statement.is_assumption for statement in checked.statements)
    show.line(f"{len(checked.statements)} tables name a source, {assumed} of them an assumption")
    for caution in checked.warnings:
        show.warn(f"{caution.key}: {caution.text}")
    show.line(f"no fault, {len(checked.warnings)} warnings")
