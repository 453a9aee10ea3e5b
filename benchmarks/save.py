"""One JSON file for every measured result, with the machine it was measured on."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import Machine
from sim.errors import InputError

SCHEMA = "watchfloor.benchmark/1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SavedResult:
    """A result read back."""

    name: str
    values: object
    """As JSON has it: dicts, lists, numbers, texts."""
    machine: Machine


def save_result(path: str | Path, name: str, values: object, machine: Machine) -> None:
    """Write a result: schema, name, date, machine with its versions, and the values.

    ``values`` is a dataclass, a mapping, a sequence or a plain value of those.
    """
    content = {"schema": SCHEMA, "name": name, "date": machine.date, "machine": _plain(machine),
               "values": _plain(values)}
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def load_result(path: str | Path) -> SavedResult:
    """Read a result back.

    Raises:
        InputError: if the file is not one that ``save_result`` wrote.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a saved result", do="check the path") from error
    except ValueError as error:
        raise InputError(str(path), got="not JSON", expected="a saved result", do="measure it again") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if schema != SCHEMA:
        raise InputError(f"{path}: schema", got=schema, expected=SCHEMA, do="measure it again with this version")
    try:
        return SavedResult(name=content["name"], values=content["values"], machine=Machine(**content["machine"]))
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}", got=f"incomplete ({error})", expected=f"every field of {SCHEMA}",
                         do="measure it again") from error


def _plain(value: object) -> Any:  # JSON's own types; they have no narrower common name
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
