"""The command ``watchfloor train-policy``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, print_json, stoppable

app = typer.Typer(no_args_is_help=True, help="Train a policy and hold it against the others.")

EXAMPLES = """[bold]Examples[/bold]

Where the optimum is known: [cyan]watchfloor train-policy dispatch seven_units_4_40[/cyan]

A network: [cyan]watchfloor train-policy dispatch seven_units_4_40 --algo maskable_ppo --budget 10m[/cyan]

For a city: [cyan]watchfloor train-policy dispatch kostanay --budget 10min --out trained[/cyan]

A run with what came of it: [cyan]watchfloor run kostanay --policy trained/policy.json[/cyan]
"""


@app.command(name="dispatch", epilog=EXAMPLES)
def dispatch_command(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name, a TOML file, or a small city: seven_units_4_20 to seven_units_6_80."))],
    algo: Annotated[str, typer.Option(metavar="NAME", help=(
        "cross_entropy: weights of coverage. maskable_ppo: a network, by reinforcement learning; needs the extra rl."
        ))] = "cross_entropy",
    budget: Annotated[str, typer.Option(metavar="TIME", help="Of the training, for example 60s or 10min.")] = "2min",
    generations: Annotated[int, typer.Option(min=1, metavar="N", help=(
        "Most of them to train, by cross_entropy."))] = 30,
    posts: Annotated[bool, typer.Option("--posts", metavar="", help=(
        "Let it also decide where free units stand."))] = False,
    late_after: Annotated[float, typer.Option(min=61.0, metavar="S", help=(
        "Seconds from a call's creation to the first unit at the place beyond which it is late."))] = 480.0,
    hours: Annotated[float | None, typer.Option(min=0.1, metavar="H", show_default=False, help=(
        "Of each replication; the scenario's own length if not given."))] = None,
    held_out: Annotated[int, typer.Option(min=2, metavar="N", help=(
        "Replications of the comparison, none of which was trained on."))] = 20,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder for the policy and the journal; out/policy-SCENARIO-SEED if not given."))] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help=(
        "Also keep it under a name, which run --policy and study --what-if dispatch=NAME take."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Learn whom to send, so that fewer calls are late, and compare with every baseline.

    Writes policy.json, for run --policy. What is kept beside it lets the same command go on after Ctrl-C or a spent
    budget.
    """
    with stoppable():
        from watchfloor.study.options import parse_span
        from watchfloor.train_policy import TrainOptions, train_policy

        result = train_policy(TrainOptions(
            scenario=scenario, algo=algo, budget_s=parse_span(budget), generations=generations, posts=posts,
            late_after_s=late_after, hours=hours, held_out=held_out, seed=seed, out=out, name=name),
            show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(result)
