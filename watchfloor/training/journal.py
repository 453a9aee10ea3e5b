"""What people did in a session, a line each, on disk before anybody is told that it was done."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError

SCHEMA = "watchfloor.session/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a person did."""

    seq: int
    t_s: float
    """Scenario second."""
    seat_id: str
    action: dict[str, Any]
    """As it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a journal holds."""

    header: dict[str, Any]
    entries: tuple[Entry, ...]


class Journal:
    """Appends entries to a file; each is flushed to the disk before ``append`` returns.

    Args:
        path: the file.
        header: written first, if the file is new.
        n_kept: entries that it holds already.
    """

    def __init__(self, path: Path, *, header: Mapping[str, Any], n_kept: int = 0) -> None:
        is_new = not path.exists()
        self._file = path.open("ab")
        self.n_entries = n_kept
        if is_new:
            self._write({"schema": SCHEMA, **header})

    def append(self, *, t_s: float, seat_id: str, action: Mapping[str, Any]) -> Entry:
        """Keep what a person did and return it with its number."""
        entry = Entry(seq=self.n_entries, t_s=t_s, seat_id=seat_id, action=dict(action))
        self._write({"seq": entry.seq, "t_s": t_s, "seat": seat_id, "action": entry.action})
        self.n_entries += 1
        return entry

    def _write(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def load_journal(path: Path) -> Kept:
    """Read a journal; a last line that was cut off when the machine stopped is dropped from the file.

    Raises:
        InputError: if it cannot be read or is damaged before its end.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a session's journal") from error
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(path, len(whole))
    try:
        lines = [json.loads(line) for line in whole.splitlines()]
        header, *rest = lines
        if header.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        entries = tuple(Entry(seq=line["seq"], t_s=float(line["t_s"]), seat_id=line["seat"], action=line["action"])
                        for line in rest)
        if [entry.seq for entry in entries] != list(range(len(entries))):
            raise ValueError("lines are missing")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(str(path), got=str(error) or "nothing", expected=f"a journal of schema {SCHEMA}",
                         do="take an undamaged copy") from error
    return Kept(header=header, entries=entries)
