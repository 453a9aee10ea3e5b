"""The commands under ``watchfloor scenarios``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, make_table, print_json, print_table

if TYPE_CHECKING:
    from scenarios import Checked, Imported
    from sim.city import F8, City
    from sim.coverage_report import CityCoverage

app = typer.Typer(no_args_is_help=True, help="List, check or import scenarios; tell what their cameras see.")

PROBLEMS_SHOWN = 20
PICTURES = (".png", ".svg", ".pdf")


@app.command(name="list", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor scenarios list[/cyan]")
def list_command(
    lang: Annotated[str, typer.Option(metavar="en|ru|kk", help="Language of the titles.")] = "en",
    quiet: Quiet = False, as_json: Json = False,
) -> None:
    """List the scenarios that come with watchfloor; each is a file to copy and change."""
    from scenarios import list_shipped
    from watchfloor.language import Language

    language, shipped = Language(lang).code, list_shipped()
    if as_json:
        print_json(shipped)
    elif not quiet:
        print_table(make_table(["name", "what it is"], [[item.name, item.titles[language]] for item in shipped]))


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


@app.command(name="coverage", epilog="""[bold]Example[/bold]

[cyan]watchfloor scenarios coverage kostanay --out coverage.png[/cyan]
""")
def coverage_command(
    file: Annotated[str, typer.Argument(metavar="NAME", help="A shipped scenario's name, or a TOML file.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Draw a map to this file: .png, .svg or .pdf."))] = None,
    buildings: Annotated[bool | None, typer.Option("--buildings/--no-buildings", show_default=False, help=(
        "With houses in the way, or without; as the scenario says if left out."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell how far and how much of its city a scenario's cameras see, at each density of pixels of IEC 62676-4."""
    from scenarios import load_scenario
    from sim.coverage_report import measure_coverage
    from sim.errors import InputError

    if out is not None and out.suffix.lower() not in PICTURES:
        raise InputError("--out", got=str(out), expected="a file that ends in " + ", ".join(PICTURES))
    scenario = load_scenario(file, overrides={} if buildings is None else {"city.buildings": buildings})
    coverage = measure_coverage(scenario.city)
    if as_json:
        print_json(_coverage_values(coverage))
    elif not quiet:
        _show_coverage(scenario.city, coverage)
    if out is not None:
        from watchfloor.coverage_map import draw_coverage

        draw_coverage(scenario.city, coverage, title=scenario.title, out=out)
        make_show(quiet=quiet, as_json=as_json).line(f"drawn to {out}")


def _show_coverage(city: City, coverage: CityCoverage) -> None:
    turning = city.cameras.zoom > 1.0
    rows = [[item.level.name.lower(), f"{item.level.px_per_m:g}", f"{item.junction_share_wide:.1%}",
             f"{item.junction_share_full:.1%}", _middle(item.wide_m[~turning]), _middle(item.wide_m[turning]),
             _middle(item.full_m[turning]), _middle(item.wide_m2, ",.0f")] for item in coverage.levels]
    print_table(make_table(["level", "px/m", "junctions", "at full zoom", "fixed, m", "zoom lens, m", "at full zoom, m",
                            "area, m²"], rows))
    show = make_show(quiet=False, as_json=False)
    show.line(f"{city.roads.n_junctions:,} junctions, {coverage.junction_share_seen:.1%} in view of any of "
              f"{city.cameras.n_cameras:,} cameras; distances on the ground and areas are the middle camera's")
    houses = 0 if city.buildings is None else city.buildings.n_buildings
    show.line(f"{houses:,} buildings stand in the way" if houses else "no building stands in the way")


def _middle(values: F8, form: str = ".0f") -> str:
    return format(sorted(values.tolist())[values.size // 2], form) if values.size else "none"


def _coverage_values(coverage: CityCoverage) -> dict[str, object]:
    return {"junction_share_seen": coverage.junction_share_seen, "levels": [
        {"level": item.level.name.lower(), "px_per_m": item.level.px_per_m,
         "junction_share_wide": item.junction_share_wide, "junction_share_full": item.junction_share_full,
         "wide_m": item.wide_m, "full_m": item.full_m, "wide_m2": item.wide_m2} for item in coverage.levels]}


Table = Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help="XLSX or CSV.")]


@app.command(name="import", epilog="""[bold]Example[/bold]

[cyan]watchfloor scenarios import --cameras cameras.xlsx --calls 102.csv --offences register.csv --roster roster.xlsx \
-o my.toml[/cyan]
""")
def import_command(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The scenario file to write.")],
    cameras: Table = None,
    calls: Table = None,
    offences: Table = None,
    roster: Table = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "An edited FILE.mapping.toml; what it leaves open is guessed."))] = None,
    city_map: Annotated[Path | None, typer.Option("--map", metavar="FILE", show_default=False, help=(
        "An OpenStreetMap .osm.pbf of the city."))] = None,
    districts: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "GeoJSON polygons of its districts."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a scenario of your own tables; columns are guessed, shown and saved, personal ones dropped unread."""
    from scenarios import import_planner_data

    imported = import_planner_data(output, cameras=cameras, calls=calls, offences=offences, roster=roster,
                                   mapping=mapping, city_map=city_map, districts=districts)
    if as_json:
        print_json({"path": imported.path, "mapping_path": imported.mapping_path,
                    "problems_path": imported.problems_path, "dropped": imported.dropped,
                    "problems": imported.problems, "notes": imported.notes})
    elif not quiet:
        _show_import(imported)


def _show_import(imported: Imported) -> None:
    show = make_show(quiet=False, as_json=False)
    for table in imported.tables:
        rows = [[field, heading] for field, heading in table.columns.items()]
        print_table(make_table([f"{table.name}: field", "column"], rows))
    for column in imported.dropped:
        show.line(f"{column.file}: column {column.heading} dropped unread")
    for problem in imported.problems[:PROBLEMS_SHOWN]:
        show.warn(f"{problem.file}: row {problem.row}, column {problem.column}: {problem.what}")
    if len(imported.problems) > PROBLEMS_SHOWN:
        show.warn(f"{len(imported.problems) - PROBLEMS_SHOWN} more rows need attention: {imported.problems_path}")
    for note in imported.notes:
        show.line(note)
    show.line(f"written to {imported.path}; the columns taken are in {imported.mapping_path}")
