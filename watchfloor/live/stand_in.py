"""A stand-in for the person, for measurements and demonstrations: it confirms every alert and sends a badge."""

from __future__ import annotations

import threading
import time

from sim.errors import InputError
from sim.questions import FREE
from watchfloor.live.board import STAND_IN
from watchfloor.live.desk import Desk
from watchfloor.live.engine import LiveEngine
from watchfloor.live.options import LiveOptions

_LOOK_S = 0.2


def check_stand_in(options: LiveOptions) -> None:
    """Refuse a stand-in where anything is real.

    Raises:
        InputError: if a camera is real or a person wears a badge.
    """
    if options.stand_in_s is None:
        return
    for what, real in (("camera", sorted(options.real_cameras)), ("badge of unit", sorted(options.real_units))):
        if real:
            raise InputError("--stand-in", got=f"with the real {what} {real[0]}",
                             expected="files, drawn scenes or this machine's own streams, and simulated badges",
                             do="leave --stand-in out: a person confirms")


class StandIn:
    """Confirms each alert after a while and sends the first free badge, until closed.

    Args:
        desk: where a person would sit.
        engine: whose board it watches.
        delay_s: from an alert's coming to its confirmation.
    """

    def __init__(self, desk: Desk, engine: LiveEngine, *, delay_s: float) -> None:
        self._desk, self._engine, self._delay_s = desk, engine, delay_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Confirm no more."""
        self._closing.set()
        self._thread.join(10.0)

    def _run(self) -> None:
        due_s: dict[int, float] = {}
        version = -1
        while not self._closing.is_set():
            version = self._engine.wait_for_change(version, min([_LOOK_S, *self._left_s(due_s)]))
            board = self._engine.board
            with board.lock:
                waiting = [alert.alert_id for alert in board.alerts.values() if alert.state == "waiting"]
            now_s = time.monotonic()
            for alert_id in waiting:
                if now_s >= due_s.setdefault(alert_id, now_s + self._delay_s):
                    self._handle(alert_id)

    def _left_s(self, due_s: dict[int, float]) -> list[float]:
        with self._engine.board.lock:
            return [max(0.0, at_s - time.monotonic()) for alert_id, at_s in due_s.items()
                    if self._engine.board.alerts[alert_id].state == "waiting"]

    def _handle(self, alert_id: int) -> None:
        if not self._desk.act({"do": "confirm", "alert_id": alert_id, "note": STAND_IN})["ok"]:
            return
        world, board = self._engine.world, self._engine.board
        with board.lock:
            call_id = next((call.call_id for call in board.calls.values() if call.alert_id == alert_id), None)
        free = sorted(ident for ident in world.badges if world.state.units[ident].state in FREE)
        if call_id is not None and free:
            self._desk.act({"do": "dispatch", "call_id": call_id, "unit_id": free[0]})
