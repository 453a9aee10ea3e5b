"""The journal of a study: every finished replication, so that a rerun plays only what is missing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from sim.city import F8
from sim.errors import InputError

BUSY_S = 60.0
"""How long to wait for another study that is writing to the same journal."""
_TABLES = """
CREATE TABLE IF NOT EXISTS measures (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS result (
    plan TEXT NOT NULL, replication INTEGER NOT NULL, measures INTEGER NOT NULL, n_days INTEGER NOT NULL,
    days BLOB NOT NULL, PRIMARY KEY (plan, replication)) WITHOUT ROWID;
"""

Result = tuple[str, int, dict[str, F8]]
"""(a plan's digest, replication, days' measures by name)."""


class Journal:
    """A SQLite file with one row for each plan's replication; a context manager.

    Several studies may write to one file at once; what both played is kept once. A file that is no journal any more
    is kept aside under another name, and a new one begun.

    Args:
        path: the file, made if missing.

    Raises:
        InputError: if it cannot be opened, or another study does not let go of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.note: str | None = None
        """What the user should know of the file, if anything."""
        try:
            self._file = self._open()
        except sqlite3.OperationalError as error:
            raise InputError("--out", got=path, expected="a journal that can be opened and written",
                             do=f"it cannot be: {error}") from error
        except sqlite3.DatabaseError as error:
            aside = _set_aside(path)
            self.note = f"{path.name} could not be read ({error}); it is kept as {aside.name}, and a new one is begun"
            self._file = self._open()

    def _open(self) -> sqlite3.Connection:
        file = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
        try:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = NORMAL")
            found = file.execute("PRAGMA quick_check(1)").fetchone()
            if found[0] != "ok":
                raise sqlite3.DatabaseError(str(found[0]))
            file.executescript(_TABLES)
        except BaseException:
            file.close()
            raise
        return file

    def __enter__(self) -> Journal:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Close the file."""
        self._file.close()

    def load(self, plan: str, replications: Sequence[int]) -> dict[int, dict[str, F8]]:
        """Return which of a plan's replications are known."""
        if not replications:
            return {}
        rows = self._file.execute(
            "SELECT replication, names, n_days, days FROM result JOIN measures ON measures.id = result.measures "
            "WHERE plan = ? AND replication BETWEEN ? AND ?", (plan, min(replications), max(replications)))
        wanted = set(replications)
        known: dict[int, dict[str, F8]] = {}
        for replication, names, n_days, days in rows:
            if replication in wanted:
                table = np.frombuffer(days, dtype="<f8").reshape(-1, n_days)
                known[replication] = dict(zip(json.loads(names), table, strict=True))
        return known

    def add(self, results: Iterable[Result]) -> None:
        """Write results, all of them or none.

        Raises:
            sqlite3.OperationalError: if the disk is full or another study does not let go of the file.
        """
        self._file.execute("BEGIN IMMEDIATE")
        try:
            for plan, replication, days in results:
                table = np.array(list(days.values()), dtype="<f8")
                self._file.execute("INSERT OR IGNORE INTO result VALUES (?, ?, ?, ?, ?)", (
                    plan, replication, self._measures_id(json.dumps(list(days))), table.shape[1], table.tobytes()))
            self._file.execute("COMMIT")
        except BaseException:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            raise

    def _measures_id(self, names: str) -> int:
        self._file.execute("INSERT OR IGNORE INTO measures (names) VALUES (?)", (names,))
        return int(self._file.execute("SELECT id FROM measures WHERE names = ?", (names,)).fetchone()[0])


def _set_aside(path: Path) -> Path:
    """Rename a file, and what SQLite keeps beside it, to the next name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    return aside
