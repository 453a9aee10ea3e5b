"""A table of plain values, the same for the page, for CSV and for XLSX."""

from __future__ import annotations

from dataclasses import dataclass, replace

from watchfloor.language import Language
from watchfloor.phrase import Counted, Joined, Phrase, Term

Cell = str | float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under their columns."""

    name: str
    """Of its file."""
    title: str
    """Of its sheet."""
    columns: tuple[str, ...]
    """As programs know them; terms and phrases can be said in another language."""
    rows: tuple[tuple[Cell, ...], ...]


def said(table: Table, language: Language) -> Table:
    """Return a table with its title, its columns and its texts in a language; numbers stay numbers."""
    def cell(value: Cell) -> Cell:
        return language.value(value) if isinstance(value, Phrase | Counted | Joined | Term) else value

    return replace(table, title=language.value(table.title),
                   columns=tuple(language.value(column) for column in table.columns),
                   rows=tuple(tuple(cell(value) for value in row) for row in table.rows))
