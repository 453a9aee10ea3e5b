"""A scenario file that extends another: it says what differs, and the rest is the other's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scenarios.catalog import find_scenario
from scenarios.document import load_document
from scenarios.file_errors import Fault, join_faults, nearest, show_value
from sim.errors import InputError

MOST_FILES = 5
OWN_KEYS = ("name", "title", "story")
"""What a file says itself, whatever it extends; translations are of these, and so its own too."""
CITY_PATHS = ("file", "cameras", "districts")

Document = dict[str, object]


def load_extended(path: Path, *, depth: int = 1) -> Document:
    """Read a scenario file and, where it has the key ``extends``, lay it over the scenario named there.

    Tables are merged key by key; a list replaces a list. ``without`` names tables of the other scenario that are left
    out, by dotted key. A table that changes numbers must name their source anew: the other's source does not vouch
    for them.

    Raises:
        InputError: if a file cannot be read, or what it says of the other does not fit.
        UnknownNameError: if no shipped scenario has the name.
    """
    document = load_document(path)
    if "extends" not in document:
        return document
    if depth == MOST_FILES:
        raise InputError(f"{path.name}: extends", got=show_value(document["extends"]),
                         expected=f"a chain of at most {MOST_FILES} files", do="a file may not extend itself")
    base_path = _base_path(document, path)
    base = load_extended(base_path, depth=depth + 1)
    faults = [*_own_faults(document, path.name), *_source_faults(base, document, key=(), file=path.name)]
    if faults:
        raise join_faults(faults)
    base.pop("translations", None)
    kept = _without(_moved(base, base_path.parent, path.parent), document.get("without", []), file=path.name)
    changes = {key: value for key, value in document.items() if key not in ("extends", "without")}
    return _merged(kept, changes)


def _base_path(document: Document, path: Path) -> Path:
    name = document["extends"]
    if not isinstance(name, str) or not name:
        raise InputError(f"{path.name}: extends", got=show_value(name),
                         expected="a shipped scenario's name, or the path of a file that ends in .toml")
    is_path = name.endswith(".toml") or "/" in name
    return path.parent / name if is_path else find_scenario(name)


def _own_faults(document: Document, file: str) -> Iterator[Fault]:
    for key in OWN_KEYS:
        if key not in document:
            yield Fault(where=f"{file}: {key}", expected="a text of its own", do="the key is missing: add it")


def _source_faults(base: Mapping[str, object], changes: Mapping[str, object], *, key: tuple[str, ...],
                   file: str) -> Iterator[Fault]:
    """Yield a fault for each table that had a source and now holds other numbers without naming one."""
    changed = [name for name, value in changes.items() if not isinstance(value, Mapping)]
    nested = {name: value for name, value in changes.items() if isinstance(value, Mapping)}
    if "source" in base:
        changed += [name for name in nested if name not in changed]
        nested = {}
    if "source" in base and changed and "source" not in changes:
        yield Fault(where=f"{file}: {'.'.join(key)}.source", do="the key is missing: add it",
                    expected=f"a source of the new {', '.join(changed)}: the extended file's does not vouch for it")
    for name, value in nested.items():
        below = base.get(name)
        if isinstance(below, Mapping):
            yield from _source_faults(below, value, key=(*key, name), file=file)


def _without(base: Mapping[str, object], names: object, *, file: str) -> Document:
    """Return the base less some of its tables."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"{file}: without", got=show_value(names), expected="a list of dotted keys")
    left = dict(base)
    for name in names:
        left = _less(left, name.split("."), name=name, file=file)
    return left


def _less(table: Mapping[str, object], key: list[str], *, name: str, file: str) -> Document:
    left = dict(table)
    below = left.get(key[0])
    if key[0] not in left or (len(key) > 1 and not isinstance(below, Mapping)):
        raise InputError(f"{file}: without", got=show_value(name), expected="a key of the extended scenario",
                         do=nearest(key[0], left))
    if len(key) > 1 and isinstance(below, Mapping):
        left[key[0]] = _less(below, key[1:], name=name, file=file)
    else:
        del left[key[0]]
    return left


def _moved(base: Document, folder: Path, to: Path) -> Document:
    """Return the base with the paths of its city told from another folder."""
    city = base.get("city")
    if not isinstance(city, Mapping) or folder == to:
        return base
    paths = {key: os.path.relpath(folder / str(city[key]), to) for key in CITY_PATHS if key in city}
    return {**base, "city": {**city, **paths}}


def _merged(base: Mapping[str, object], changes: Mapping[str, object]) -> Document:
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
