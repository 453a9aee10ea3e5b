"""Opens a planner's CSV or XLSX file: its headings first, and then only the columns that are asked for."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scenarios.planner_cells import Cell
from scenarios.planner_words import FIELDS, Privacy, judge_privacy, match_columns
from sim.errors import InputError

HEADING_ROWS = 10
"""Rows in which the headings are looked for; above them may stand titles."""
_KAZAKH_IN_CP1251 = frozenset("ЎўЇїЄєЌќЋћЏџЈЅѕҐҜ")
"""Letters that a Kazakh text in kz1048 shows when it is read as its relative cp1251."""


class _Sheet(Protocol):
    """A worksheet that is read from its first row on."""

    title: str

    def reset_dimensions(self) -> None:
        """Forget the size that the file claims."""

    def iter_rows(self, *, values_only: bool) -> Iterator[Sequence[object]]:
        """Yield the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table, cut to the columns asked for."""

    number: int
    """As a spreadsheet counts, from 1."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerTable:
    """A file's headings, and where they stand."""

    path: Path
    headings: tuple[str, ...]
    """In the order of the columns; a repeated one has its number, as in ``Дата (2)``."""
    heading_row: int
    sheet: str | None
    """Of a workbook."""

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name

    def rows(self, wanted: Sequence[str]) -> Iterator[Row]:
        """Yield the rows below the headings that hold anything in the wanted columns; no other cell is looked at."""
        places = [self.headings.index(heading) for heading in wanted]
        with _open_lines(self.path, self.sheet) as lines:
            for number, line in enumerate(lines, start=1):
                if number <= self.heading_row:
                    continue
                cells = tuple(_tidy(line[place]) if place < len(line) else None for place in places)
                if any(cell is not None for cell in cells):
                    yield Row(number=number, cells=cells)


def open_table(path: Path, *, table: str) -> PlannerTable:
    """Open a file and find its headings.

    Args:
        path: ending in .csv, .txt or .xlsx.
        table: a key of FIELDS, to tell headings from titles above them.

    Raises:
        InputError: if the file cannot be read or has no heading that is understood.
    """
    for sheet in _list_sheets(path):
        with _open_lines(path, sheet) as lines:
            for number, line in zip(range(1, HEADING_ROWS + 1), lines, strict=False):
                headings = _number_repeats([str(cell).strip() if isinstance(cell, str) else "" for cell in line])
                if _n_understood(headings, table):
                    return PlannerTable(path=path, headings=headings, heading_row=number, sheet=sheet)
    raise InputError(path.name, expected="headings such as " + ", ".join(
        phrases[0] for phrases in list(FIELDS[table].values())[:5]), do=(
            f"none is among the first {HEADING_ROWS} rows: name the columns, or another file"))


def _n_understood(headings: Sequence[str], table: str) -> bool:
    """Say whether a row looks like headings: two or more that are known."""
    named = [heading for heading in headings if heading]
    personal = sum(judge_privacy(heading) is not Privacy.OPEN for heading in named)
    matched = len(match_columns(table, named))
    return matched >= 1 and matched + personal >= min(2, len(named))


def _number_repeats(headings: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    named = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        named.append(f"{heading} ({seen[heading]})" if heading and seen[heading] > 1 else heading)
    return tuple(named)


def _tidy(cell: object) -> Cell:
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, int | float | dt.datetime | dt.date | dt.time) and not isinstance(cell, bool):
        return cell
    return None if cell is None else str(cell)


def _list_sheets(path: Path) -> list[str | None]:
    if path.suffix.lower() == ".xlsx":
        with _open_workbook(path) as sheets:
            return [sheet.title for sheet in sheets]
    if path.suffix.lower() in (".csv", ".txt"):
        return [None]
    raise InputError(str(path), expected="a file that ends in .xlsx or .csv", do="save it as one of these")


@contextmanager
def _open_lines(path: Path, sheet: str | None) -> Iterator[Iterator[Sequence[object]]]:
    if sheet is None:
        text = decode(_read_bytes(path))
        yield _csv_lines(path.name, text)
        return
    with _open_workbook(path) as sheets:
        chosen = next(item for item in sheets if item.title == sheet)
        chosen.reset_dimensions()
        yield _sheet_lines(path.name, chosen)


def _sheet_lines(name: str, sheet: _Sheet) -> Iterator[Sequence[object]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except Exception as error:  # a damaged sheet raises whatever its parts raise
        raise InputError(f"{name}: {sheet.title}", expected="a worksheet",
                         do=f"it cannot be read: {type(error).__name__}") from None


@contextmanager
def _open_workbook(path: Path) -> Iterator[list[_Sheet]]:
    try:
        import openpyxl
    except ImportError:
        raise InputError(path.name, expected="the package openpyxl, which reads XLSX",
                         do="install it: pip install 'watchfloor[planner]', or save the table as CSV") from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise InputError(str(path), expected="a table", do="there is no such file") from None
    except Exception as error:  # a damaged archive raises whatever its parts raise
        raise InputError(path.name, expected="an XLSX workbook", do=f"it cannot be read: {type(error).__name__}"
                         ) from None
    try:
        yield list(book.worksheets)
    finally:
        book.close()


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(str(path), expected="a table", do=f"it cannot be read: {reason}") from None


def decode(content: bytes) -> str:
    """Return a table's text: UTF-8, UTF-16 with its mark, or else cp1251 or its Kazakh relative kz1048."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", errors="replace")
    return content.decode("kz1048", errors="replace") if _KAZAKH_IN_CP1251 & set(text) else text


def find_delimiter(text: str) -> str:
    """Return which of ``;``, ``,``, tab and ``|`` divides the first lines into the most even columns."""
    lines = text.splitlines()[:20]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(";,\t|", key=evenness)


def _csv_lines(name: str, text: str) -> Iterator[Sequence[object]]:
    lines = csv.reader(io.StringIO(text), delimiter=find_delimiter(text))
    try:
        yield from lines
    except csv.Error as error:
        raise InputError(f"{name}: line {lines.line_num}", expected="CSV", do=str(error)) from None
