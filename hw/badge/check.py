"""The conformance suite of what carries a badge's conversation: run it on a carrier of one's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing

from hw.badge.badge_memory import BadgeMemory
from hw.badge.carrier import Link, Station
from hw.badge.ends import BadgeEnd, StationEnd
from hw.badge.gate import OrderDraft, OrderGate
from hw.badge.messages import BadgeOrder, BadgeReport, Origin, Telemetry
from hw.badge.order_book import OrderBook
from sim.errors import ConformanceError
from sim.input_records import UnitStep

UNIT = 17
WAIT_S = 20.0
_SIMULATED = Origin(camera_id=1, is_real_camera=False, is_confirmed_by_person=True)


class _Sides:
    """Both ends, and what came out of them."""

    def __init__(self, *, is_simulated: bool = True) -> None:
        self.shown: list[BadgeOrder] = []
        self.reports: list[BadgeReport] = []
        self.telemetry: list[Telemetry] = []
        self.refused: list[str] = []
        self.book, self.memory = OrderBook(":memory:"), BadgeMemory(":memory:")
        self.station_end = StationEnd(
            self.book, real_units=frozenset(), on_report=lambda _, report: self.reports.append(report),
            on_telemetry=lambda _, telemetry: self.telemetry.append(telemetry),
            on_refusal=lambda _, why: self.refused.append(why))
        self.badge_end = BadgeEnd(self.memory, unit_id=UNIT, is_simulated=is_simulated, show=self.shown.append)
        self._gate = OrderGate(self.book, real_units=frozenset(), is_exercise=False, session_id="check")

    def order(self, call_id: int) -> BadgeOrder:
        """Issue an order by way of the gate."""
        return self._gate.issue(
            OrderDraft(unit_id=UNIT, call_id=call_id, attempt=0, kind="check", priority=1, lat_deg=0.0, lon_deg=0.0),
            _SIMULATED, wall_s=0.0)


def check_carrier(
    open_station: Callable[[StationEnd, frozenset[int]], Station], open_link: Callable[[BadgeEnd], Link],
) -> None:
    """Check that a carrier keeps the contract of :class:`Station` and :class:`Link`.

    Args:
        open_station: opens the control room's side for the units given, and after closing the same place again.
        open_link: opens a badge's side to it.

    Raises:
        ConformanceError: naming the first rule that is broken.
    """
    _check_once(_Sides(), open_station, open_link)
    _check_restarts(_Sides(), open_station, open_link)
    _check_refusal(_Sides(is_simulated=False), open_station, open_link)


def _check_once(
    sides: _Sides, open_station: Callable[[StationEnd, frozenset[int]], Station],
    open_link: Callable[[BadgeEnd], Link],
) -> None:
    with ExitStack() as stack:
        station = stack.enter_context(closing(open_station(sides.station_end, frozenset({UNIT}))))
        link = stack.enter_context(closing(open_link(sides.badge_end)))
        _wait(lambda: link.is_up and station.up == {UNIT}, "both sides say that they are up")
        orders = [sides.order(call_id) for call_id in range(3)]
        station.wake(UNIT)
        station.wake(UNIT)
        _wait(lambda: len(sides.shown) == 3, "orders are shown")
        for order in orders:
            for step in (UnitStep.ACKNOWLEDGE, UnitStep.ENROUTE):
                sides.memory.note(order.order_id, step, wall_s=0.0)
                link.wake()
        _wait(lambda: len(sides.reports) == 6, "reports are taken")
        link.tell(Telemetry(wall_s=1.0, lat_deg=2.0, lon_deg=3.0))
        _wait(lambda: sides.telemetry, "telemetry is taken")
    _require(sides.shown == orders, "each order is shown once, in order", sides.shown)
    _require([report.number for report in sides.reports] == list(range(1, 7)),
             "each report is taken once, in order", sides.reports)
    _require(not link.is_up, "a closed link is not up", "up")


def _check_restarts(
    sides: _Sides, open_station: Callable[[StationEnd, frozenset[int]], Station],
    open_link: Callable[[BadgeEnd], Link],
) -> None:
    order = sides.order(0)
    with closing(open_link(sides.badge_end)):  # before there is anybody to talk to
        with closing(open_station(sides.station_end, frozenset({UNIT}))):
            _wait(lambda: sides.shown, "an order that waited is shown")
        sides.memory.note(order.order_id, UnitStep.ACKNOWLEDGE, wall_s=0.0)
        with closing(open_station(sides.station_end, frozenset({UNIT}))):
            _wait(lambda: sides.reports, "a report that waited is taken after the control room came back")
    with (closing(open_station(sides.station_end, frozenset({UNIT}))) as station,
          closing(open_link(sides.badge_end)) as link):
        _wait(lambda: link.is_up, "a badge that came back is up")
        last = sides.order(1)
        station.wake(UNIT)
        sides.memory.note(order.order_id, UnitStep.CLEAR, wall_s=0.0)
        link.wake()
        _wait(lambda: len(sides.shown) == 2 and len(sides.reports) == 2, "orders and reports go on after a restart")
    _require(sides.shown == [order, last] and len(sides.reports) == 2, "nothing comes twice", sides.shown)


def _check_refusal(
    sides: _Sides, open_station: Callable[[StationEnd, frozenset[int]], Station],
    open_link: Callable[[BadgeEnd], Link],
) -> None:
    with closing(open_station(sides.station_end, frozenset({UNIT}))) as station, closing(open_link(sides.badge_end)):
        _wait(lambda: station.up == {UNIT}, "a real badge is up")
        sides.order(0)
        station.wake(UNIT)
        _wait(lambda: sides.refused, "a simulated call's order to a real badge is refused")
    _require(not sides.shown, "a refused order is not shown", sides.shown)


def _wait(holds: Callable[[], object], rule: str) -> None:
    end_s = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > end_s:
            raise ConformanceError(f"badge carrier: {rule}; got nothing within {WAIT_S:g} s")
        time.sleep(0.01)


def _require(holds: bool, rule: str, got: object) -> None:
    if not holds:
        raise ConformanceError(f"badge carrier: {rule}; got {got}")
