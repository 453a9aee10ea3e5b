"""The two ends of a badge's conversation, whatever carries it: what each says on a message, and what it says first.

Delivery is at least once and everything is kept under an identity before it is confirmed, so that each order is shown
once and each report is taken once, over lost links and restarts of either side. A badge sends its reports one after
another, so they are taken in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hw.badge.badge_memory import BadgeMemory
from hw.badge.gate import OrderRefusedError, check_order
from hw.badge.messages import (
    BadgeOrder,
    BadgeReport,
    FromBadge,
    FromStation,
    Ping,
    Pong,
    Received,
    Refused,
    Taken,
    Telemetry,
)
from hw.badge.order_book import OrderBook, OrderState


class BadgeEnd:
    """The badge's end.

    Args:
        memory: keeps orders and reports.
        unit_id: whose badge it is.
        is_simulated: whether it is a program that plays a badge.
        show: called once for each order, when it first comes.
    """

    def __init__(
        self, memory: BadgeMemory, *, unit_id: int, is_simulated: bool, show: Callable[[BadgeOrder], None],
    ) -> None:
        self.memory = memory
        self.unit_id, self.is_simulated = unit_id, is_simulated
        self._show = show

    def opening(self) -> list[FromBadge]:
        """Return what is said first on a link, and again whenever no answer came."""
        report = self.memory.first_waiting()
        return [] if report is None else [report]

    def receive(self, message: FromStation) -> list[FromBadge]:
        """Take a message and return the answers."""
        match message:
            case BadgeOrder():
                return [self._take(message)]
            case Taken(number=number):
                self.memory.taken(number)
                return self.opening()
            case Ping():
                return [Pong()]
        return []

    def _take(self, order: BadgeOrder) -> Received | Refused:
        if order.unit_id != self.unit_id:
            return Refused(order_id=order.order_id, why=f"for unit {order.unit_id}, and this is unit {self.unit_id}")
        try:  # the badge holds to the rule by itself, whatever the other side thinks that it is
            check_order(unit_id=order.unit_id, is_badge_real=not self.is_simulated, is_exercise=order.is_exercise,
                        origin=order.origin)
        except OrderRefusedError as error:
            return Refused(order_id=order.order_id, why=str(error)[:200])
        if self.memory.keep_order(order):
            self._show(order)
        return Received(order_id=order.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A badge as it said of itself."""

    unit_id: int
    badge_id: str
    is_simulated: bool


class StationEnd:
    """The control room's end, for all its badges.

    Args:
        book: keeps orders and reports.
        real_units: units whose badges are real, whatever they say of themselves.
        on_report: called once for each report, in order for each badge; it must not fail lightly, as the badge then
            sends the report again.
        on_telemetry: called with (unit, telemetry).
        on_refusal: called with (order, why) for each order that does not reach its badge.
        on_received: called with the identity of each order that its badge keeps from now on.
    """

    def __init__(
        self, book: OrderBook, *, real_units: frozenset[int], on_report: Callable[[BadgeOrder, BadgeReport], None],
        on_telemetry: Callable[[int, Telemetry], None], on_refusal: Callable[[BadgeOrder, str], None],
        on_received: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.book = book
        self._real_units = real_units
        self._on_report, self._on_telemetry = on_report, on_telemetry
        self._on_refusal, self._on_received = on_refusal, on_received

    def is_real(self, peer: Peer) -> bool:
        """Say whether a badge counts as real: it does unless both sides say that it is simulated."""
        return peer.unit_id in self._real_units or not peer.is_simulated

    def opening(self, peer: Peer) -> list[FromStation]:
        """Return what is said first on a link, and whenever an order was added."""
        orders: list[FromStation] = []
        for order in self.book.waiting(peer.unit_id):
            try:
                check_order(unit_id=order.unit_id, is_badge_real=self.is_real(peer), is_exercise=order.is_exercise,
                            origin=order.origin)
                orders.append(order)
            except OrderRefusedError as error:
                self._refuse(order, str(error))
        return orders

    def receive(self, peer: Peer, message: FromBadge) -> list[FromStation]:
        """Take a message and return the answers."""
        match message:
            case Received(order_id=order_id):
                if self.book.settle(order_id, OrderState.RECEIVED):
                    self._on_received(order_id)
            case Refused(order_id=order_id, why=why):
                for order in self.book.waiting(peer.unit_id):
                    if order.order_id == order_id:
                        self._refuse(order, f"its badge refused it: {why}")
            case BadgeReport():
                self.book.take(peer.badge_id, peer.unit_id, message, self._on_report)
                return [Taken(number=message.number)]
            case Telemetry():
                self._on_telemetry(peer.unit_id, message)
        return []

    def _refuse(self, order: BadgeOrder, why: str) -> None:
        if self.book.settle(order.order_id, OrderState.REFUSED, why):
            self._on_refusal(order, why)
