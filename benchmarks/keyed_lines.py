"""A file of finished parts of long work, so that a rerun does only what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class KeyedLines:
    """One line of JSON for each finished part; a line cut short by a crash is passed over.

    Args:
        path: the file, made if missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def under(self, key: str) -> Iterator[Any]:
        """Yield what was written under a key, in order."""
        return (told for other, told in self if other == key)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield (key, what was written) of each line."""
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                yield entry["key"], entry["told"]
            except (ValueError, KeyError, TypeError):
                continue

    def add(self, key: str, told: object) -> None:
        """Write one part's result, which JSON can hold."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "told": told}) + "\n")
