"""What a live session's person writes beside the log: bookmarks, words on the radio, evidence that was exported."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any, Literal

from sim.errors import InputError

FILE = "notes.jsonl"
NoteKind = Literal["bookmark", "radio", "evidence"]
Json = dict[str, Any]


class Notes:
    """Appends lines to a file, each on the disk before it counts; what it holds already is taken up again.

    Args:
        path: the file.

    Raises:
        InputError: if what it holds is damaged before its last line.
    """

    def __init__(self, path: Path) -> None:
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:  # the last line was cut off when the machine stopped
            path.write_bytes(whole)
        try:
            self._lines: list[Json] = [_checked(json.loads(line)) for line in whole.splitlines()]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(str(path), got=str(error) or "nothing", expected="lines of JSON with do and t_s",
                             do="take an undamaged copy") from error
        self._file = path.open("ab")
        self._lock = threading.Lock()

    def add(self, kind: NoteKind, t_s: float, **more: object) -> None:
        """Keep a line; it is on the disk when this returns."""
        line: Json = {"do": kind, "t_s": round(t_s, 3), **more}
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._lines.append(line)

    def of(self, kind: NoteKind) -> list[Json]:
        """Return the lines of one kind, without its name."""
        with self._lock:
            return [{key: value for key, value in line.items() if key != "do"} for line in self._lines
                    if line["do"] == kind]

    @property
    def n_lines(self) -> int:
        """How many there are."""
        return len(self._lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _checked(line: Json) -> Json:
    return {**line, "do": str(line["do"]), "t_s": float(line["t_s"])}
