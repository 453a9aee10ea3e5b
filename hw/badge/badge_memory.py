"""What a badge must not forget: the orders it got, and the reports that the control room has not taken yet."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from pathlib import Path

from hw.badge.messages import BadgeOrder, BadgeReport, decode, encode
from sim.input_records import UnitStep
from sim.records import Disposition

_TABLES = """
CREATE TABLE IF NOT EXISTS badge (badge_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, line BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
    number INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL REFERENCES orders, step TEXT NOT NULL,
    disposition TEXT, wall_s REAL NOT NULL, is_taken INTEGER NOT NULL DEFAULT 0, UNIQUE (order_id, step));
"""


class BadgeMemory:
    """Orders and reports on disk; what a method has returned from survives a loss of power.

    Args:
        path: the file; ``:memory:`` forgets with the program.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.Lock()
        self._file = open_file(path, _TABLES)
        with self._lock, self._file:
            row = self._file.execute("SELECT badge_id FROM badge").fetchone()
            if row is None:
                row = (uuid.uuid4().hex,)
                self._file.execute("INSERT INTO badge VALUES (?)", row)
        self.badge_id: str = row[0]

    def keep_order(self, order: BadgeOrder) -> bool:
        """Keep an order; say whether it is new."""
        with self._lock, self._file:
            done = self._file.execute("INSERT OR IGNORE INTO orders VALUES (?, ?)", (order.order_id, encode(order)))
            return done.rowcount == 1

    def orders(self) -> list[BadgeOrder]:
        """Return all orders, oldest first."""
        with self._lock:
            lines = self._file.execute("SELECT line FROM orders ORDER BY rowid").fetchall()
        return [order for (line,) in lines if isinstance(order := decode(line), BadgeOrder)]

    def newest(self) -> BadgeOrder | None:
        """Return the order that came last; None before the first."""
        return self._one("SELECT line FROM orders ORDER BY rowid DESC LIMIT 1")

    def first_open(self) -> BadgeOrder | None:
        """Return the oldest order that is not cleared; None where all are."""
        return self._one("SELECT line FROM orders WHERE order_id NOT IN "
                         "(SELECT order_id FROM reports WHERE step = 'clear') ORDER BY rowid LIMIT 1")

    def _one(self, query: str) -> BadgeOrder | None:
        with self._lock:
            row = self._file.execute(query).fetchone()
        order = decode(row[0]) if row else None
        return order if isinstance(order, BadgeOrder) else None

    def note(
        self, order_id: str, step: UnitStep, *, wall_s: float | None = None, disposition: Disposition | None = None,
    ) -> BadgeReport:
        """Keep a report to be sent, of now if no time is given; the same again changes nothing, returns the first."""
        wall_s = time.time() if wall_s is None else wall_s
        with self._lock, self._file:
            self._file.execute(
                "INSERT OR IGNORE INTO reports (order_id, step, disposition, wall_s) VALUES (?, ?, ?, ?)",
                (order_id, step.value, disposition, wall_s))
            row = self._file.execute(_REPORTS + " WHERE order_id = ? AND step = ?",
                                     (order_id, step.value)).fetchone()
        return _report(row)

    def first_waiting(self) -> BadgeReport | None:
        """Return the oldest report that was not taken; None where all were."""
        with self._lock:
            row = self._file.execute(_REPORTS + " WHERE NOT is_taken ORDER BY number LIMIT 1").fetchone()
        return None if row is None else _report(row)

    def taken(self, number: int) -> None:
        """Note that the control room keeps a report."""
        with self._lock, self._file:
            self._file.execute("UPDATE reports SET is_taken = 1 WHERE number = ?", (number,))

    def last_step(self, order_id: str) -> UnitStep | None:
        """Return how far an order is; None where nothing was reported."""
        with self._lock:
            row = self._file.execute("SELECT step FROM reports WHERE order_id = ? ORDER BY number DESC LIMIT 1",
                                     (order_id,)).fetchone()
        return None if row is None else UnitStep(row[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()


_REPORTS = "SELECT number, order_id, step, disposition, wall_s FROM reports"


def open_file(path: str | Path, tables: str) -> sqlite3.Connection:
    """Open a database whose commits survive a loss of power."""
    file = sqlite3.connect(path, check_same_thread=False, timeout=10.0)
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = FULL")
    file.executescript(tables)
    return file


def _report(row: tuple[int, str, str, str | None, float]) -> BadgeReport:
    number, order_id, step, disposition, wall_s = row
    return BadgeReport(number=number, order_id=order_id, step=UnitStep(step),
                       disposition=None if disposition is None else Disposition(disposition),
                       wall_s=wall_s)
