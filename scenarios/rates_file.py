"""Reads how often each camera is looked at by hour: CSV, one row a camera, one column an hour."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np

from scenarios.document import load_text
from scenarios.file_errors import Fault, cut_faults, join_faults
from sim.city import F8
from sim.errors import InputError

HOURS = (24, 168)
"""Of the day, or of the week from Monday 00 h."""


def load_rates(path: Path, *, n_cameras: int) -> F8:
    """Load relative rates of looks.

    The header is ``camera,0,1,…,23``, or to 167 for the hours of a week; cameras are numbered from 0, as in the log,
    and those left out are not looked at. Only the ratios within one hour count.

    Args:
        path: of a CSV file, ``,`` or ``;``, UTF-8.
        n_cameras: of the city.

    Returns:
        (24 or 168, n_cameras) rates.

    Raises:
        InputError: if the file cannot be used; each fault names its row and column on a line of its own.
    """
    text = load_text(path, what="a file of rates of looks").removeprefix("\ufeff")
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        n_hours = _n_hours([cell.strip().lower() for cell in next(lines, [])], path.name)
        rates, faults = np.zeros((n_hours, n_cameras)), list[Fault]()
        rows: dict[int, int] = {}
        for cells in lines:
            if any(cell.strip() for cell in cells):
                faults += _read_row(cells, rates, rows, where=path.name, number=lines.line_num)
    except csv.Error as error:
        raise InputError(f"{path.name}: row {lines.line_num}", expected="CSV", do=str(error)) from None
    if faults:
        raise join_faults(cut_faults(faults))
    if not rates.any():
        raise InputError(path.name, expected="a camera with a rate above 0 in some hour")
    return rates


def _n_hours(header: list[str], name: str) -> int:
    for n_hours in HOURS:
        if header == ["camera", *map(str, range(n_hours))]:
            return n_hours
    got = ",".join(header[:3]) + (f" and {len(header) - 3} more" if len(header) > 3 else "")
    raise InputError(f"{name}: row 1", got=got, expected="the columns camera,0,1,…,23, or to 167 for a week",
                     do="name every hour once, in order")


def _read_row(cells: list[str], rates: F8, rows: dict[int, int], *, where: str, number: int) -> list[Fault]:
    """Lay a row's rates out; return what is wrong with it."""
    row, n_hours = f"{where}: row {number}", rates.shape[0]
    if len(cells) != n_hours + 1:
        return [Fault(where=row, got=f"{len(cells)} cells", expected=f"{n_hours + 1}, as many as the header")]
    camera = _whole(cells[0])
    if camera is None or camera >= rates.shape[1]:
        return [Fault(where=f"{row}, column camera", got=cells[0].strip() or "nothing",
                      expected=f"a camera's number from 0 to {rates.shape[1] - 1}")]
    if rows.setdefault(camera, number) != number:
        return [Fault(where=f"{row}, column camera", got=str(camera), expected="each camera once",
                      do=f"row {rows[camera]} has it too")]
    faults = []
    for hour, cell in enumerate(cells[1:]):
        rate = _rate(cell)
        if rate is None:
            faults.append(Fault(where=f"{row}, column {hour}", got=cell.strip() or "nothing",
                                expected="a rate, a number ≥ 0"))
        else:
            rates[hour, camera] = rate
    return faults


def _whole(cell: str) -> int | None:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _rate(cell: str) -> float | None:
    try:
        rate = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return rate if math.isfinite(rate) and rate >= 0.0 else None
