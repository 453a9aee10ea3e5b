"""Reads a scenario file: TOML text in, plain tables out, with the user's overrides laid over them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from scenarios.file_errors import nearest, show_value
from sim.errors import InputError

Value = str | int | float | bool
_PLACE = re.compile(r"^(?P<what>.*) \(at (?P<place>line \d+, column \d+|end of document)\)$", re.DOTALL)


def load_document(path: Path, *, what: str = "a scenario file") -> dict[str, object]:
    """Read a TOML file.

    Args:
        path: of the file.
        what: it is, for messages.

    Raises:
        InputError: if it is missing, not text or not TOML; the message names the line.
    """
    text = load_text(path, what=what)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(path.name, expected="TOML", do="it is nested too deeply: flatten it") from None
    except ValueError as error:
        found = _PLACE.match(str(error))
        if not found:  # the parser's only other complaint is Python's own limit on digits
            raise InputError(path.name, expected="TOML", do="a number has too many digits") from None
        raise InputError(f"{path.name}: {found['place']}", expected="TOML", do=found["what"]) from None


def load_text(path: Path, *, what: str) -> str:
    """Read a UTF-8 file.

    Raises:
        InputError: if it cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(str(path), expected=what, do=f"it cannot be read: {reason}") from None
    except UnicodeDecodeError as error:
        raise InputError(path.name, expected=f"{what} in UTF-8",
                         do=f"the byte at offset {error.start} is not: save it as UTF-8") from None


def override(document: Mapping[str, object], overrides: Mapping[str, Value], *, file: str) -> dict[str, object]:
    """Return the document with some values replaced.

    Args:
        document: tables of tables; it is not changed.
        overrides: by dotted key, for example ``{"roster.night.inspectors": 4}``.
        file: for messages.

    Raises:
        InputError: if a key leads through something that is not there or is no table.
    """
    changed = dict(document)
    for dotted, value in overrides.items():
        *tables, last = dotted.split(".")
        at = changed
        for depth, name in enumerate(tables):
            fresh = dict(_table(at, name, where=f"{file}: {'.'.join(tables[:depth + 1])}",
                                do=f"correct the override of {dotted}"))
            at[name] = fresh
            at = fresh
        at[last] = value
    return changed


def _table(tables: Mapping[str, object], name: str, *, where: str, do: str) -> Mapping[str, object]:
    if name not in tables:
        known = [key for key, table in tables.items() if isinstance(table, Mapping)]
        raise InputError(where, expected="one of the tables " + ", ".join(known), do=nearest(name, known) or do)
    table = tables[name]
    if not isinstance(table, Mapping):
        raise InputError(where, got=show_value(table), expected="a table", do=do)
    return table
