"""A table of plain values, the same for the page, for CSV and for XLSX."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under their columns."""

    name: str
    """Of its file and its sheet."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
