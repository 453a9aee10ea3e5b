"""Tables as files for other programs: CSV, Parquet, and one XLSX workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from watchfloor.study.table import Cell, Table

MAX_WIDTH, TEXT_WIDTH = 44, 100
MAX_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def write_csv(table: Table, folder: Path) -> None:
    """Write a table as CSV in UTF-8, with the mark by which spreadsheet programs know it."""
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)


def write_parquet(table: Table, folder: Path) -> None:
    """Write a table as Parquet."""
    columns = [pa.array([row[place] for row in table.rows]) for place in range(len(table.columns))]
    pq.write_table(pa.Table.from_arrays(columns, names=list(table.columns)), folder / f"{table.name}.parquet",
                   compression="zstd")


def write_xlsx(tables: Sequence[Table], path: Path) -> None:
    """Write tables as the sheets of one workbook, their first rows held in place.

    Numbers keep all their digits; their formats show as many as can be read, in the manner of the reader's program.
    """
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {pattern: book.add_format({"num_format": pattern, "valign": "top"})
                   for pattern in ("#,##0", "0.0", "0.000")}
        for table in tables:
            sheet = book.add_worksheet(NOT_IN_SHEET_NAMES.sub(" ", table.title)[:MAX_SHEET_NAME])
            sheet.write_row(0, 0, table.columns, head)
            for number, row in enumerate(table.rows, start=1):
                sheet.write_row(number, 0, row)
            sheet.freeze_panes(1, 1)
            for column, title in enumerate(table.columns):
                cells = [row[column] for row in table.rows]
                pattern = number_format(cells)
                width = max(max((len(str(cell)) for cell in cells), default=0) if pattern is None else 0, 9)
                sheet.set_column(column, column, min(TEXT_WIDTH if width > TEXT_WIDTH else MAX_WIDTH,
                                                     max(width, len(title) // 2)),
                                 text if pattern is None else formats[pattern])


def number_format(cells: Sequence[Cell]) -> str | None:
    """Return the format that shows a column's numbers with some three digits; None for a column of texts."""
    numbers = [abs(cell) for cell in cells if isinstance(cell, int | float)]
    if not numbers or any(isinstance(cell, str) for cell in cells):
        return None
    if all(isinstance(number, int) for number in numbers) or max(numbers) >= 1000.0:
        return "#,##0"
    return "0.0" if max(numbers) >= 10.0 else "0.000"
