"""What a person sees while a command works: lines, progress bars and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

Advance = Callable[[int, int | None], None]
"""Called with (done, total); total is None where nobody knows it."""

StudyBar = Callable[[str, int, int, str], None]
"""Called with (what is being played, done, total, a note on how sure the answer is)."""


PIPED_WIDTH = 118
"""Characters a line where no terminal says how wide it is."""


class Show:
    """Writes to the terminal, or nowhere.

    Args:
        quiet: write nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(quiet=quiet, highlight=False)
        if not self._console.is_terminal:
            self._console.width = PIPED_WIDTH
        self._errors = Console(stderr=True, quiet=quiet, highlight=False)

    def line(self, text: str = "") -> None:
        """Write one line of plain text."""
        self._console.print(escape(text), soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write what comes next."""
        self._console.print(f"\n[bold]{escape(text)}[/bold]")

    def warn(self, text: str) -> None:
        """Write a warning."""
        self._console.print(f"[yellow]warning:[/yellow] {escape(text)}")

    @contextmanager
    def progress(self, what: str, unit: str) -> Iterator[Advance]:
        """Show a progress bar on the error stream, so that tables can be piped; yields how to move it."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit),
                   TimeElapsedColumn())
        with Progress(*columns, console=self._errors, transient=True) as bar:
            task = bar.add_task(what, total=None)

            def advance(done: int, total: int | None) -> None:
                bar.update(task, completed=done, total=total)

            yield advance

    @contextmanager
    def study_bar(self) -> Iterator[StudyBar]:
        """Show a bar of many steps with the time each may still take and a note; yields how to move it."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("replications"),
                   TimeRemainingColumn(), TextColumn("left  {task.fields[note]}"))
        with Progress(*columns, console=self._errors, transient=True) as bar:
            task = bar.add_task("", total=None, note="")

            def advance(what: str, done: int, total: int, note: str) -> None:
                if not done:
                    bar.reset(task)
                bar.update(task, description=escape(what), completed=done, total=total, note=escape(note))

            yield advance

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; the first column is left-aligned, the others right."""
        table = Table(title=title, title_justify="left", title_style="bold")
        for index, column in enumerate(columns):
            table.add_column(escape(column), justify="right" if index else "left", no_wrap=index == 0)
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self._console.print(table)
