"""Tables as files for other programs: CSV, Parquet, and one XLSX workbook."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from watchfloor.study.table import Table

MAX_WIDTH = 44


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
    """Write tables as the sheets of one workbook, their first rows held in place."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            sheet.write_row(0, 0, table.columns, head)
            for number, row in enumerate(table.rows, start=1):
                sheet.write_row(number, 0, row)
            sheet.freeze_panes(1, 1)
            for column, title in enumerate(table.columns):
                longest = max((len(str(row[column])) for row in table.rows), default=0)
                sheet.set_column(column, column, min(MAX_WIDTH, max(9, longest, len(title) // 2)))
