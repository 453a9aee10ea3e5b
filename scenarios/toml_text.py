"""Writes plain tables as TOML text that tomllib reads back to the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_IN_A_ROW = 24
"""Numbers of a list on one line: a day of hours."""


def dump_toml(document: Mapping[str, object]) -> str:
    """Return a document as TOML.

    Values are texts, numbers, truths, lists of them and tables. A table whose key ends in ``land_use`` is written on
    one line, every other under its own heading.

    Raises:
        TypeError: if a value is of another type.
    """
    lines: list[str] = []
    _write(document, (), lines)
    return "\n".join(lines).strip("\n") + "\n"


def _write(table: Mapping[str, object], at: tuple[str, ...], lines: list[str]) -> None:
    plain = {key: value for key, value in table.items() if not _has_heading(key, value)}
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping) and _has_heading(key, value)}
    if at and (plain or not inner):
        lines += ["", f"[{'.'.join(_key(part) for part in at)}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in inner.items():
        _write(value, (*at, key), lines)


def _has_heading(key: str, value: object) -> bool:
    return isinstance(value, Mapping) and not key.endswith("land_use")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _one_line(key)


def _text(text: str) -> str:
    if "\n" in text and not re.search(r'[\\"\x00-\x09\x0b-\x1f\x7f]', text):
        return f'"""\n{text}"""'
    return _one_line(text)


def _one_line(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence):
        return _list([_value(item) for item in value])
    raise TypeError(f"{type(value).__name__} cannot be written as TOML")


def _list(items: list[str]) -> str:
    if len(items) <= _IN_A_ROW:
        return "[" + ", ".join(items) + "]"
    rows = [", ".join(items[first:first + _IN_A_ROW]) for first in range(0, len(items), _IN_A_ROW)]
    return "[\n  " + ",\n  ".join(rows) + ",\n]"
