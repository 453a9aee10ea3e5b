"""The commands ``watchfloor calibrate`` and ``watchfloor backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from watchfloor.cli_options import Json, Quiet, Seed, make_show, print_json, stoppable

DEFAULT = "rates"


class CalibrateGroup(TyperGroup):
    """Commands of which one need not be named: ``calibrate SCENARIO`` is ``calibrate rates SCENARIO``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # typer's contexts have no public type
        """Name the default command where none is named."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=CalibrateGroup, help=(
    "Fit the simulation to what was found (calibrate SCENARIO), or to how trainees watched (calibrate inspectors)."))

Out = Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
    "Folder for the results; out/calibrate-SCENARIO or out/backtest-SCENARIO if not given."))]

CALIBRATE_EXAMPLES = """[bold]Examples[/bold]

Fit the rates and write a scenario with them: [cyan]watchfloor calibrate rates kostanay --write fitted.toml[/cyan]

How much littering there is, if 12 of 40 staged cases were found: \
[cyan]watchfloor calibrate kostanay --probe litter=12/40[/cyan]

Whether that inference can be trusted: [cyan]watchfloor calibrate --check[/cyan]
"""


def calibrate_command(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name or a TOML file with a table of targets."))] = None,
    days: Annotated[float | None, typer.Option(min=1.0, metavar="D", rich_help_panel="Fit", show_default=False, help=(
        "Days of each long run; the targets' own number if not given."))] = None,
    replications: Annotated[int, typer.Option(min=1, metavar="N", rich_help_panel="Fit", help=(
        "Long runs of each round."))] = 12,
    rounds: Annotated[int, typer.Option(min=1, metavar="N", rich_help_panel="Fit", help=(
        "Most rounds of long runs; it ends when all targets are met."))] = 6,
    doubt: Annotated[bool, typer.Option("--doubt/--no-doubt", rich_help_panel="Fit", help=(
        "Also try which parameters the data cannot identify."))] = True,
    write: Annotated[Path | None, typer.Option(metavar="FILE", rich_help_panel="Fit", show_default=False, help=(
        "Write the scenario with the fitted rates."))] = None,
    probe: Annotated[list[str] | None, typer.Option(metavar="KIND=FOUND/STAGED", rich_help_panel="Probes", help=(
        "Instead of the fit, infer the kind's true rate from staged cases of which some were found."))] = None,
    found: Annotated[list[str] | None, typer.Option(metavar="KIND=FOUND/DAYS", rich_help_panel="Probes", help=(
        "What was found of the kind; the scenario's target if not given."))] = None,
    check: Annotated[bool, typer.Option("--check", metavar="", rich_help_panel="Probes", help=(
        "Instead of the fit, check the inference on worlds whose true rate is known."))] = False,
    seed: Seed = 1,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Fit a scenario's true rates to what was found, from scratch, and name what the data cannot identify.

    Exits with 1 if a target is not met. Writes fitted.toml and calibration.json.
    """
    if check and (scenario or probe):
        raise typer.BadParameter("--check stands alone")
    if not check and scenario is None:
        raise typer.BadParameter("name a scenario, or give --check")
    with stoppable():
        show = make_show(quiet=quiet, as_json=as_json)
        result: object
        if check:
            from watchfloor.calibration.probes import check_inference

            result = check_inference(seed=seed, show=show)
            is_good = result.passed
        elif probe:
            from watchfloor.calibration.probes import infer_rates

            result = infer_rates(scenario or "", probes=probe, found=found or [], show=show)
            is_good = True
        else:
            from watchfloor.calibrate import CalibrateOptions, calibrate

            result = calibrate(CalibrateOptions(scenario=scenario or "", days=days, replications=replications,
                                                rounds=rounds, doubt=doubt, seed=seed, out=out, write=write), show=show)
            is_good = result.is_met
        if as_json:
            print_json(result)
        if not is_good:
            raise typer.Exit(1)


BACKTEST_EXAMPLES = """[bold]Example[/bold]

[cyan]watchfloor backtest my.toml --train 2025-01..2025-06 --test 2025-07..2025-08[/cyan]
"""


Register = Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
    "XLSX or CSV; the one that the scenario's mapping names, beside it, if neither is given."))]


def backtest_command(
    scenario: Annotated[str, typer.Argument(metavar="FILE", show_default=False, help=(
        "A scenario that scenarios import made."))],
    train: Annotated[str, typer.Option(metavar="FROM..TO", show_default=False, help=(
        "Months to learn from, for example 2025-01..2025-06."))],
    test: Annotated[str, typer.Option(metavar="FROM..TO", show_default=False, help="Later months to predict.")],
    offences: Register = None,
    calls: Register = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Which column means what; FILE's own mapping if not given."))] = None,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Learn counts from some months of a register, predict later ones, and tell how often the intervals hold.

    Writes backtest.json and backtest.svg.
    """
    with stoppable():
        from watchfloor.backtest import BacktestOptions, backtest

        options = BacktestOptions(scenario=scenario, train=train, test=test, offences=offences, calls=calls,
                                  mapping=mapping, out=out)
        result = backtest(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
