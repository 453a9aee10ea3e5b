"""The one rule on which orders may reach a real badge, and the one door by which they leave."""

from __future__ import annotations

from dataclasses import dataclass

from hw.badge.messages import BadgeOrder, Origin
from hw.badge.order_book import OrderBook
from sim.errors import WatchfloorError


class OrderRefusedError(WatchfloorError):
    """An order may not go to this badge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """What an order asks, before it was checked."""

    unit_id: int
    call_id: int
    attempt: int
    """0 the first time the unit is sent to the call."""
    kind: str
    priority: int
    """1 is served first."""
    lat_deg: float
    lon_deg: float


def check_order(*, unit_id: int, is_badge_real: bool, is_exercise: bool, origin: Origin) -> None:
    """Let an order pass, or say why it may not.

    A simulated badge may get any order. A real one gets orders of a marked exercise, and else only those of a call
    that a person confirmed on a real camera.

    Raises:
        OrderRefusedError: if the order may not reach this badge.
    """
    if not is_badge_real or is_exercise:
        return
    if not origin.is_real_camera:
        camera = "a call from the public" if origin.camera_id is None else f"simulated camera {origin.camera_id}"
        raise OrderRefusedError(f"order for unit {unit_id} = from {camera}; expected a real camera's call, as its "
                                "badge is real; add --exercise to send marked orders")
    if not origin.is_confirmed_by_person:
        raise OrderRefusedError(f"order for unit {unit_id} = confirmed by no person; expected an inspector's own "
                                "confirmation, as its badge is real; confirm it, or add --exercise")


class OrderGate:
    """The only door by which an order gets out: it checks, marks, and books.

    Args:
        book: keeps the orders.
        real_units: units whose badges are real.
        is_exercise: whether every order is marked EXERCISE.
        session_id: part of the orders' identities, so that those of two sessions differ.
    """

    def __init__(
        self, book: OrderBook, *, real_units: frozenset[int], is_exercise: bool, session_id: str,
    ) -> None:
        self._book, self._real_units = book, real_units
        self._is_exercise, self._session_id = is_exercise, session_id

    def has_issued(self, *, unit_id: int, call_id: int, attempt: int) -> bool:
        """Say whether an order was booked, also as refused."""
        order_id = self._order_id(unit_id=unit_id, call_id=call_id, attempt=attempt)
        return any(booked.order.order_id == order_id for booked in self._book.all())

    def issue(self, draft: OrderDraft, origin: Origin, *, wall_s: float) -> BadgeOrder:
        """Book an order for its badge and return it; the same call and unit twice is one order.

        Raises:
            OrderRefusedError: if it may not reach the unit's badge; it is booked as refused.
        """
        order = BadgeOrder(
            order_id=self._order_id(unit_id=draft.unit_id, call_id=draft.call_id, attempt=draft.attempt),
            unit_id=draft.unit_id, call_id=draft.call_id, kind=draft.kind, priority=draft.priority,
            lat_deg=draft.lat_deg, lon_deg=draft.lon_deg, issued_wall_s=wall_s,
            is_exercise=self._is_exercise, origin=origin)
        try:
            check_order(unit_id=draft.unit_id, is_badge_real=draft.unit_id in self._real_units,
                        is_exercise=self._is_exercise, origin=origin)
        except OrderRefusedError as error:
            self._book.add(order, refused=str(error))
            raise
        self._book.add(order)
        return order

    def _order_id(self, *, unit_id: int, call_id: int, attempt: int) -> str:
        return f"{self._session_id}-{call_id}-{unit_id}-{attempt}"
