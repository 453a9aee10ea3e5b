"""A centre's own table of offences: which code a kind of incident has, and which authority is competent."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError

COLUMNS = ("kind", "code", "title", "authority")
MAX_BYTES = 1_000_000
MAX_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceCode:
    """One row of the table."""

    code: str
    """As the centre writes it, for example ``434-2``."""
    title: str
    """What the law calls it."""
    authority: str
    """Who is competent."""


def load_codes(path: Path) -> Mapping[str, OffenceCode]:
    """Return a table's rows by kind of incident.

    Args:
        path: CSV, UTF-8, with the columns kind, code, title and authority.

    Raises:
        InputError: naming the first line that cannot be used.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(str(path), got=f"{path.stat().st_size} bytes", expected=f"at most {MAX_BYTES}")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), expected="a CSV file in UTF-8", do=str(error)) from error
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InputError(f"{path.name}: line 1", got=",".join(reader.fieldnames or ()), expected=",".join(COLUMNS))
    codes: dict[str, OffenceCode] = {}
    for row in reader:
        where = f"{path.name}: line {reader.line_num}"
        values = [(row[column] or "").strip() for column in COLUMNS]
        if not all(0 < len(value) <= MAX_LETTERS for value in values) or None in row:
            raise InputError(where, got=",".join(values),
                             expected=f"{', '.join(COLUMNS)}, each of 1 to {MAX_LETTERS} letters")
        kind, code, title, authority = values
        if kind in codes:
            raise InputError(where, got=kind, expected="each kind once")
        codes[kind] = OffenceCode(code=code, title=title, authority=authority)
    return codes
