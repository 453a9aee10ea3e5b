"""What the tests of badges share: a control room and badges."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hw.badge.badge_memory import BadgeMemory
from hw.badge.ends import BadgeEnd, StationEnd
from hw.badge.gate import OrderDraft, OrderGate
from hw.badge.messages import BadgeOrder, BadgeReport, Origin, Telemetry
from hw.badge.order_book import OrderBook

SIMULATED = Origin(camera_id=7, is_real_camera=False, is_confirmed_by_person=False)
REAL = Origin(camera_id=7, is_real_camera=True, is_confirmed_by_person=True)


def draft(call_id: int = 3, *, unit_id: int = 17, attempt: int = 0) -> OrderDraft:
    """Return what an order asks."""
    return OrderDraft(unit_id=unit_id, call_id=call_id, attempt=attempt, kind="littering", priority=2, lat_deg=53.2,
                      lon_deg=63.6)


@dataclass(slots=True)
class Room:
    """The control room's end, its gate, and all that came out of it."""

    path: Path | str = ":memory:"
    real_units: frozenset[int] = frozenset()
    is_exercise: bool = False
    reports: list[tuple[BadgeOrder, BadgeReport]] = field(default_factory=list)
    telemetry: list[tuple[int, Telemetry]] = field(default_factory=list)
    refusals: list[tuple[BadgeOrder, str]] = field(default_factory=list)
    book: OrderBook = field(init=False)
    end: StationEnd = field(init=False)
    gate: OrderGate = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the book and begin to serve, anew after a close."""
        self.book = OrderBook(self.path)
        self.end = StationEnd(
            self.book, real_units=self.real_units, on_report=lambda *both: self.reports.append(both),
            on_telemetry=lambda *both: self.telemetry.append(both),
            on_refusal=lambda *both: self.refusals.append(both))
        self.gate = OrderGate(self.book, real_units=self.real_units, is_exercise=self.is_exercise, session_id="s1")


@dataclass(slots=True)
class Unit:
    """A badge's end, and the orders that it showed."""

    path: Path | str = ":memory:"
    unit_id: int = 17
    is_simulated: bool = True
    shown: list[BadgeOrder] = field(default_factory=list)
    memory: BadgeMemory = field(init=False)
    end: BadgeEnd = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the memory, anew after a restart."""
        self.memory = BadgeMemory(self.path)
        self.end = BadgeEnd(self.memory, unit_id=self.unit_id, is_simulated=self.is_simulated, show=self.shown.append)


