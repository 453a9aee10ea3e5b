"""The command ``watchfloor bench listen``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, print_json, stoppable

EXAMPLES = """[bold]Example[/bold]

[cyan]watchfloor bench listen mqtt://broker.local --seconds 3600 --out told.jsonl[/cyan]

Then: [cyan]watchfloor bench accuracy frigate --on cameras/ --alerts told.jsonl --began 2026-07-01T10:00:00Z[/cyan]
"""


def listen_command(
    broker: Annotated[str, typer.Argument(metavar="BROKER", show_default=False, help=(
        "mqtt://[NAME:PASSWORD@]HOST[:PORT], or mqtts://."))],
    topic: Annotated[list[str] | None, typer.Option(metavar="TOPIC", show_default=False, help=(
        "May be given several times; Frigate's and ONVIF's if not given."))] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, metavar="S", show_default=False, help=(
        "For how long; until Ctrl-C if not given."))] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The log; events are added to it.")] = Path("told.jsonl"),
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write down what another program tells over MQTT, to be scored: camera, kind, time, score and box, no more."""
    with stoppable():
        from watchfloor.bench_listen import bench_listen

        heard = bench_listen(broker, topics=topic or (), seconds=seconds, out=out,
                             show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(heard)
