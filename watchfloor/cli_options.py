"""What the commands have in common: the options they share, Ctrl-C, and results as tables or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from watchfloor.show import Show

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and SIGINT's number."""

Out = Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
    "Folder in which the result is also saved as JSON."))]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="All randomness follows from it: same seed, same digests.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", metavar="", help="Print nothing but errors.")]
Json = Annotated[bool, typer.Option("--json", metavar="", help="Print the result as JSON, and nothing else.")]
Profile = Annotated[str, typer.Option(metavar="NAME", rich_help_panel="Detector", help="The detector's settings.")]
Clip = Annotated[str | None, typer.Option(metavar="NAME_OR_FILE", rich_help_panel="Detector",
                                          help="A sample's name or a video file.")]


@contextmanager
def stoppable() -> Iterator[None]:
    """End on Ctrl-C with one line; a KeyboardInterrupt that carries a message says what was saved.

    Raises:
        typer.Exit: with INTERRUPTED, if Ctrl-C was pressed inside.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        typer.echo(f"watchfloor: stopped by Ctrl-C; {str(interrupt) or 'nothing was saved'}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def make_show(*, quiet: bool, as_json: bool) -> Show:
    """Make what a run reports its progress and tables to; it is silent where only JSON may be printed."""
    from watchfloor.show import Show

    return Show(quiet=quiet or as_json)


def print_json(value: object) -> None:
    """Print a dataclass, a sequence of them or a mapping as JSON; a number that is not finite becomes null."""
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2, inf_nan_mode="null", fallback=_plain).decode())


def _plain(value: object) -> object:
    """Turn a numpy scalar or array into Python's own; anything else into its text."""
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else str(value)


def make_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Make a table of plain text, all of it left-aligned."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal, or wide enough to be read where there is none."""
    from rich.console import Console

    from watchfloor.show import PIPED_WIDTH

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    console.print(table)
