"""What the control room must not forget of its badges: orders until they are received, and which reports it took."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hw.badge.badge_memory import open_file
from hw.badge.messages import BadgeOrder, BadgeReport, decode, encode

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, unit_id INTEGER NOT NULL, line BLOB NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
    badge_id TEXT NOT NULL, number INTEGER NOT NULL, order_id TEXT NOT NULL, step TEXT NOT NULL,
    PRIMARY KEY (badge_id, number));
"""


class OrderState(StrEnum):
    """Where an order stands."""

    WAITING = "waiting"
    RECEIVED = "received"
    """Its badge keeps it."""
    REFUSED = "refused"
    """It may not reach its badge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedOrder:
    """An order and what became of it."""

    order: BadgeOrder
    state: OrderState
    why: str
    """Why it was refused."""


class OrderBook:
    """Orders and reports on disk; one book serves one session, so that no order outlives it.

    Args:
        path: the file; ``:memory:`` forgets with the program.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = threading.Lock()
        self._file = open_file(path, _TABLES)

    def add(self, order: BadgeOrder, *, refused: str = "") -> None:
        """Keep an order until its badge has it, or with the reason why it must not; twice is once."""
        state = OrderState.REFUSED if refused else OrderState.WAITING
        with self._lock, self._file:
            self._file.execute("INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?)",
                               (order.order_id, order.unit_id, encode(order), state.value, refused))

    def waiting(self, unit_id: int) -> list[BadgeOrder]:
        """Return a unit's orders that its badge does not have yet, oldest first."""
        with self._lock:
            lines = self._file.execute("SELECT line FROM orders WHERE unit_id = ? AND state = ? ORDER BY rowid",
                                       (unit_id, OrderState.WAITING.value)).fetchall()
        return [order for (line,) in lines if isinstance(order := decode(line), BadgeOrder)]

    def all(self) -> list[BookedOrder]:
        """Return every order, oldest first."""
        with self._lock:
            rows = self._file.execute("SELECT line, state, why FROM orders ORDER BY rowid").fetchall()
        return [BookedOrder(order=order, state=OrderState(state), why=why)
                for line, state, why in rows if isinstance(order := decode(line), BadgeOrder)]

    def settle(self, order_id: str, state: OrderState, why: str = "") -> bool:
        """Note what became of a waiting order; say whether it was one."""
        with self._lock, self._file:
            done = self._file.execute("UPDATE orders SET state = ?, why = ? WHERE order_id = ? AND state = ?",
                                      (state.value, why, order_id, OrderState.WAITING.value))
            return done.rowcount == 1

    def take(
        self, badge_id: str, unit_id: int, report: BadgeReport, hand_over: Callable[[BadgeOrder, BadgeReport], None],
    ) -> bool:
        """Keep a report and hand it over, if it is new and on an order of this unit; say whether it was.

        It is kept only if ``hand_over`` returns, so that a fault there makes the badge send it again.
        """
        with self._lock, self._file:
            known = self._file.execute("SELECT 1 FROM reports WHERE badge_id = ? AND number = ?",
                                       (badge_id, report.number)).fetchone()
            row = self._file.execute("SELECT line FROM orders WHERE order_id = ? AND unit_id = ? AND state != ?",
                                     (report.order_id, unit_id, OrderState.REFUSED.value)).fetchone()
            order = decode(row[0]) if row else None
            if known or not isinstance(order, BadgeOrder):
                return False
            self._file.execute("INSERT INTO reports VALUES (?, ?, ?, ?)",
                               (badge_id, report.number, report.order_id, report.step.value))
            hand_over(order, report)
        return True

    def n_reports(self) -> int:
        """Return how many reports were taken."""
        with self._lock:
            return int(self._file.execute("SELECT count(*) FROM reports").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()
