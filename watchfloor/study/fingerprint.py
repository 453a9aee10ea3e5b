"""What a result depends on, as one digest: every number of a value, however deep it lies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

import numpy as np


def fingerprint(*values: object) -> str:
    """Return the sha256 of values made of dataclasses, mappings, sequences, arrays, numbers and text.

    Raises:
        TypeError: if one holds anything else, whose content could not be told.
    """
    total = hashlib.sha256()
    for value in values:
        _add(total, value)
    return total.hexdigest()


def _add(total: hashlib._Hash, value: object) -> None:
    if isinstance(value, np.ndarray):
        total.update(f"array {value.dtype} {value.shape};".encode())
        total.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        total.update(f"{type(value).__name__}(".encode())
        for item in fields(value):
            total.update(f"{item.name}=".encode())
            _add(total, getattr(value, item.name))
        total.update(b")")
    elif isinstance(value, Mapping):
        total.update(b"{")
        for key in sorted(value, key=str):
            _add(total, key)
            _add(total, value[key])
        total.update(b"}")
    elif isinstance(value, tuple | list):
        total.update(b"[")
        for item in value:
            _add(total, item)
        total.update(b"]")
    elif isinstance(value, Enum):
        _add(total, value.value)
    elif value is None or isinstance(value, str | bytes | bool | int | float | np.generic):
        total.update(f"{type(value).__name__}:{value!r};".encode())
    else:
        raise TypeError(f"{type(value).__name__}; expected dataclasses, mappings, sequences, arrays, numbers or text")
