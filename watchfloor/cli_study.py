"""The command ``watchfloor study``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, print_json, stoppable

if TYPE_CHECKING:
    from watchfloor.study.best import Procedure

EPILOG = """[bold]Examples[/bold]

How many for these targets: [cyan]watchfloor study kostanay --target "p90 response_time_s <= 900" \
--target "found_share >= 0.2"[/cyan]

What a measured detector would change: [cyan]watchfloor study kostanay --target "found_share >= 0.2" \
--detector-model left_object.json --share 0.1[/cyan]

The best answer within a minute: [cyan]watchfloor study kostanay --target "found_share >= 0.2" --budget 60s[/cyan]
"""

Target = Annotated[list[str] | None, typer.Option("--target", metavar="TEXT", show_default=False, help=(
    "A measure of the mean day, <= or >=, and a number; may be given more than once."))]


def study_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", show_default=False,
                                            help="A scenario's name (see scenarios list) or a TOML file.")],
    target: Target = None,
    share_of_days: Annotated[float, typer.Option(metavar="0..1", help=(
        "Share of days that must meet all targets, for the roster one can count on."))] = 0.95,
    most_inspectors: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, rich_help_panel="Range",
                                                        help="Most to try on a shift; 3 times the present.")] = None,
    most_units: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, rich_help_panel="Range",
                                                   help="The same of units.")] = None,
    roster: Annotated[bool, typer.Option("--roster", metavar="", rich_help_panel="Roster", help=(
        "Also make shifts and people from the requirement by hour."))] = False,
    rules: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, rich_help_panel="Roster", help=(
        "What the roster may look like (TOML); means --roster."))] = None,
    evaluate_roster: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, rich_help_panel="Roster",
                                                         help="Score this roster first (XLSX or CSV).")] = None,
    growth: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, rich_help_panel="Roster", help=(
        "Cameras by month (TOML): posts, people and hires by quarter."))] = None,
    rooms: Annotated[int | None, typer.Option(min=2, metavar="N", show_default=False, rich_help_panel="Roster", help=(
        "Compare one room with so many district rooms."))] = None,
    detector_model: Annotated[Path | None, typer.Option(
        "--detector", "--detector-model", metavar="FILE", show_default=False, rich_help_panel="What if",
        help="A detector model, from bench accuracy or bench detector --save-model.")] = None,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, metavar="0..1", rich_help_panel="What if", help=(
        "Share of the cameras that would get the detector."))] = 0.1,
    best: Annotated[str | None, typer.Option(metavar="MEASURE", show_default=False, rich_help_panel="What if", help=(
        "Also find the roster with the best of this that --money buys."))] = None,
    money: Annotated[float | None, typer.Option(metavar="SUM", show_default=False, rich_help_panel="What if", help=(
        "A day, in the scenario's currency."))] = None,
    worth: Annotated[float, typer.Option(metavar="D", rich_help_panel="What if", help=(
        "Least difference of --best that is worth finding."))] = 0.01,
    choose_by: Annotated[str, typer.Option(metavar="kn|kn++|ocba", rich_help_panel="What if", help=(
        "How --best is chosen: with a guarantee, with one that holds about, or by a heuristic."))] = "kn",
    what_if: Annotated[list[str] | None, typer.Option(metavar="CHANGE", show_default=False, rich_help_panel="What if",
                                                      help="all, or a value such as watching.look_s=0.5.")] = None,
    sensitivity: Annotated[bool, typer.Option("--sensitivity", metavar="", rich_help_panel="What if", help=(
        "Move each assumption by itself, to find which decides the answer."))] = False,
    sobol: Annotated[int, typer.Option(metavar="N", rich_help_panel="What if", help=(
        "Move the most telling assumptions together: Sobol indices of N points, a power of 2; slow."))] = 0,
    sobol_most: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, rich_help_panel="What if",
                                                   help="Most to move together; as many as --budget leaves time for, "
                                                        "or 12.")] = None,
    hours: Annotated[float | None, typer.Option(metavar="H", rich_help_panel="Length", show_default=False, help=(
        "Hours judged in each replication; the scenario's own length if not given."))] = None,
    warm_up: Annotated[float, typer.Option(metavar="H", rich_help_panel="Length", help=(
        "Hours played before, so that no day begins with an empty room."))] = 24.0,
    replications: Annotated[int, typer.Option(min=2, metavar="N", rich_help_panel="Length", help=(
        "Of each roster that is not beyond doubt earlier."))] = 100,
    half_width: Annotated[float | None, typer.Option(metavar="0..1", show_default=False, rich_help_panel="Length",
                                                     help="Play the answer on until its intervals are this share of "
                                                          "each target's limit.")] = None,
    budget: Annotated[str | None, typer.Option(metavar="TIME", show_default=False, rich_help_panel="Length", help=(
        "Answer as well as can be within, for example, 60s or 5min."))] = None,
    seed: Seed = 1,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", show_default=False, help=(
        "Processes; each takes some 400 MB more. As many as processors if not given."))] = None,
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", show_default=False, help=(
        "Play on the workers of this Dask scheduler instead, such as tcp://10.0.0.1:8786."))] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder for the results; out/study-SCENARIO-SEED if not given."))] = None,
    lang: Annotated[str, typer.Option(metavar="en|ru|kk", help="Language of the report, tables and terminal.")] = "en",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find the smallest roster that meets the targets, with its uncertainty and its cost.

    Writes report.html, study.xlsx, answer.csv, curve.csv, what-ifs.csv and manifest.json. The journal beside them
    keeps every replication, so that a second run, or one after Ctrl-C, plays only what is missing.
    """
    with stoppable():
        from watchfloor.study.options import StudyOptions, parse_span
        from watchfloor.study.study import study_staffing

        options = StudyOptions(
            scenario=scenario, targets=tuple(target or ()), hours=hours, warm_up_h=warm_up, replications=replications,
            seed=seed, share_of_days=share_of_days, most_inspectors=most_inspectors, most_units=most_units,
            with_roster=roster or rules is not None, rules=rules, evaluate_roster=evaluate_roster, growth=growth,
            best=best, money=money, worth=worth, choose_by=cast("Procedure", choose_by),
            what_ifs=tuple(what_if or ()), sensitivity=sensitivity, sobol=sobol, sobol_most=sobol_most, rooms=rooms,
            half_width=half_width,
            detector_model=detector_model, share=share,
            budget_s=parse_span(budget) if budget else None, workers=workers or os.cpu_count() or 1,
            scheduler=scheduler, out=out, lang=lang)
        result = study_staffing(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
