"""Between the world and the badges: orders go out through the gate, reports and positions come in."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from hw.badge import (
    BadgeOrder,
    BadgeReport,
    BadgeStation,
    OrderBook,
    OrderDraft,
    OrderGate,
    OrderRefusedError,
    Position,
    StationEnd,
    Telemetry,
)
from hw.badge.brokers import open_mqtt_station
from hw.badge.carrier import Station
from sim.input_records import InputKind, UnitReport, UnitStep
from sim.records import Disposition
from watchfloor.live.board import Sent
from watchfloor.live.engine import LiveEngine
from watchfloor.live.journal import Journal, JournalError
from watchfloor.live.options import LiveOptions
from watchfloor.live.stages import Stage, Stages
from watchfloor.phrase import Phrase

Say = Callable[[str], None]
"""Takes one line for the people of the session."""

_STEPS = {UnitStep.ACKNOWLEDGE: Phrase("acknowledges"), UnitStep.ENROUTE: Phrase("on the way to"),
          UnitStep.ON_SCENE: Phrase("at the scene of"), UnitStep.CLEAR: Phrase("clear")}


class Courier:
    """Carries orders to badges and reports back, on threads of its own.

    Args:
        options: which badges there are, and whether this is an exercise.
        session_id: part of the orders' identities.
        journal: an order leaves only when the inputs that led to it are kept.
        stages: takes the instants.
        say: tells the people.
        key: shared with the badges.
    """

    def __init__(
        self, options: LiveOptions, *, session_id: str, journal: Journal, stages: Stages, say: Say, key: str,
    ) -> None:
        self._journal, self._stages, self._say = journal, stages, say
        self._engine: LiveEngine | None = None
        self._sent: queue.SimpleQueue[tuple[Sent, int] | None] = queue.SimpleQueue()
        self._alert_of_order: dict[str, int | None] = {}
        self.book = OrderBook(options.folder / "badges.sqlite")
        self._gate = OrderGate(self.book, real_units=options.real_units, is_exercise=options.is_exercise,
                               session_id=session_id)
        end = StationEnd(
            self.book, real_units=options.real_units, on_report=self._take_report, on_telemetry=self._take_telemetry,
            on_refusal=self._refused, on_received=self._received)
        units = frozenset(badge.unit_id for badge in options.badges)
        self.station = BadgeStation(end, units=units, is_exercise=options.is_exercise, key=key,
                                    host=options.badge_host, port=options.badge_port)
        self._stations: list[Station] = [self.station]
        if options.broker is not None:
            self._stations.append(
                open_mqtt_station(end, options.broker, units=units, is_exercise=options.is_exercise, key=key))
        self.n_orders = self.n_reports = 0
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    @property
    def up(self) -> frozenset[int]:
        """Units whose badges can be heard now, over either carrier."""
        return frozenset().union(*(station.up for station in self._stations))

    def start(self, engine: LiveEngine, *, sent_before: Sequence[Sent] = ()) -> None:
        """Begin to carry, first what was sent in a session that was cut off before its order was booked."""
        self._engine = engine
        for sent in sent_before:
            if not self._gate.has_issued(unit_id=sent.unit_id, call_id=sent.call_id, attempt=sent.attempt):
                self._sent.put((sent, -1))
        self._thread.start()

    def take_sent(self, sent: Sent, last_seq: int) -> None:
        """Take note that a unit was sent; returns at once."""
        self._sent.put((sent, last_seq))

    def close(self) -> None:
        """Part from the badges; what was not delivered is never delivered."""
        if self._thread.is_alive():
            self._sent.put(None)
            self._thread.join(5.0)
        for station in self._stations:
            station.close()
        self.book.close()

    def _run(self) -> None:
        while (item := self._sent.get()) is not None:
            sent, last_seq = item
            try:
                if last_seq >= 0:
                    self._journal.wait(last_seq)
                self._order(sent)
            except (JournalError, OrderRefusedError) as error:
                self._say(str(error))
                self._take_back(sent.unit_id, sent.call_id)

    def _order(self, sent: Sent) -> None:
        assert self._engine is not None, "the courier was started"
        board = self._engine.board
        with board.lock:
            call = board.calls[sent.call_id]
            draft_place = call.x_m, call.y_m
        self._stages.note(call.alert_id, Stage.DISPATCH, sent.row_ns)
        lat_deg, lon_deg = board.to_globe(*draft_place)
        order = self._gate.issue(
            OrderDraft(unit_id=sent.unit_id, call_id=sent.call_id, attempt=sent.attempt, kind=call.kind,
                       priority=call.priority, lat_deg=lat_deg, lon_deg=lon_deg),
            call.origin, wall_s=time.time())
        self.n_orders += 1
        self._alert_of_order[order.order_id] = call.alert_id
        self._stages.note(call.alert_id, Stage.ORDERED, time.monotonic_ns())
        for station in self._stations:
            station.wake(sent.unit_id)
        what = {"unit": sent.unit_id, "call": sent.call_id, "kind": call.kind}
        self._say(Phrase("order to unit {unit}: call {call} {kind} {marking}", **what, marking=order.marking)
                  if order.marking else Phrase("order to unit {unit}: call {call} {kind}", **what))

    def _received(self, order_id: str) -> None:
        self._stages.note(self._alert_of_order.get(order_id), Stage.RECEIVED, time.monotonic_ns())

    def _take_report(self, order: BadgeOrder, report: BadgeReport) -> None:
        assert self._engine is not None, "no badge had an order before the courier was started"
        came = self._engine.put(InputKind.UNIT, UnitReport(
            unit_id=order.unit_id, call_id=order.call_id, report=report.step,
            disposition=report.disposition if report.step is UnitStep.CLEAR else None))
        if report.step is UnitStep.ACKNOWLEDGE:
            self._stages.note(self._alert_of_order.get(order.order_id), Stage.ACKNOWLEDGED, time.monotonic_ns())
        self._journal.wait(came.seq)
        self.n_reports += 1
        self._say(Phrase("unit {unit}: {step} call {call}", unit=order.unit_id, step=_STEPS[report.step],
                         call=order.call_id))

    def _take_telemetry(self, unit_id: int, telemetry: Telemetry) -> None:
        if self._engine is not None:
            self._engine.board.place_badge(unit_id, Position(
                wall_s=telemetry.wall_s, lat_deg=telemetry.lat_deg, lon_deg=telemetry.lon_deg))

    def _refused(self, order: BadgeOrder, why: str) -> None:
        self._say(Phrase("unit {unit} did not get call {call}: {why}", unit=order.unit_id, call=order.call_id, why=why))
        self._take_back(order.unit_id, order.call_id)

    def _take_back(self, unit_id: int, call_id: int) -> None:
        """Free a unit of an order that it never got."""
        assert self._engine is not None, "the courier was started"
        self._engine.put(InputKind.UNIT, UnitReport(
            unit_id=unit_id, call_id=call_id, report=UnitStep.CLEAR, disposition=Disposition.CANCELED))
