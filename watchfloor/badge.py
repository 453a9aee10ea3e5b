"""A badge as a program: what it prints, and what its wearer may type."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import typer
from pydantic_core import to_json

from hw.badge import HOME, Badge, BadgeOptions, BadgeOrder, BadgeReport, Route, load_route, square_round
from sim.errors import InputError
from sim.input_records import UnitStep
from sim.records import Disposition

_LOOK_S = 0.1
_STEPS = {"a": UnitStep.ACKNOWLEDGE, "e": UnitStep.ENROUTE, "s": UnitStep.ON_SCENE, "c": UnitStep.CLEAR}


def parse_server(text: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``; an empty host for a broker's address.

    Raises:
        InputError: if it is none.
    """
    if is_broker(text):
        return "", 0
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise InputError("--server", got=text, expected="HOST:PORT, or mqtt://HOST:PORT",
                         do="watchfloor live prints it")
    return host, int(port)


def is_broker(text: str) -> bool:
    """Say whether a server is an MQTT broker."""
    return text.startswith(("mqtt://", "mqtts://"))


def find_route(path: Path | None, *, speed_mps: float) -> Route:
    """Return the route of a file, or one round a square."""
    return Route(square_round(HOME), speed_mps=speed_mps) if path is None else load_route(path, speed_mps=speed_mps)


class Diary:
    """Prints what happens to a badge, a line each.

    Args:
        is_quiet: print nothing.
        as_json: print JSON, one object a line.
    """

    def __init__(self, *, is_quiet: bool = False, as_json: bool = False) -> None:
        self._is_quiet, self._as_json = is_quiet, as_json

    def show(self, order: BadgeOrder) -> None:
        """Print an order."""
        self._print(order, f"{order.marking:8} order {order.order_id}: {order.kind}, priority {order.priority}, at "
                           f"{order.lat_deg:.5f} {order.lon_deg:.5f}")

    def report(self, report: BadgeReport) -> None:
        """Print a step that was noted."""
        self._print(report, f"{'':8} {report.step.value} {report.order_id}"
                            + (f": {report.disposition}" if report.disposition else ""))

    def link(self, *, is_up: bool, why: str) -> None:
        """Print that the link came or went."""
        self._print({"type": "link", "is_up": is_up, "why": why},
                    f"{'':8} " + ("connected" if is_up else f"no link: {why}; what is noted is kept"))

    def complain(self, text: str) -> None:
        """Print what cannot be done."""
        self._print({"type": "error", "why": text}, f"{'':8} {text}")

    def _print(self, value: object, text: str) -> None:
        if not self._is_quiet:
            typer.echo(to_json(value).decode() if self._as_json else text.strip())
            sys.stdout.flush()


def run_badge(options: BadgeOptions, *, diary: Diary, duration_s: float | None) -> None:
    """Be a badge for so long, or until Ctrl-C or the wearer's q."""
    closing = threading.Event()
    with Badge(options, show=diary.show, on_report=diary.report) as badge:
        if options.pace is None:
            threading.Thread(target=_obey, args=(badge, diary, closing), name="wearer", daemon=True).start()
        end_s = time.monotonic() + (duration_s if duration_s is not None else float("inf"))
        was_up, told = False, ""
        try:
            while time.monotonic() < end_s and not closing.wait(_LOOK_S):
                is_up, why = badge.link.is_up, badge.link.fault
                if is_up != was_up or (not is_up and why != told):
                    diary.link(is_up=is_up, why=why)
                    was_up, told = is_up, why
        except KeyboardInterrupt:
            raise KeyboardInterrupt("what was noted is kept, and sent at the next start") from None


def _obey(badge: Badge, diary: Diary, closing: threading.Event) -> None:
    """Do what the wearer types, to the end of the input."""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "q":
            break
        try:
            _note(badge, word, rest.strip() or None)
        except InputError as error:
            diary.complain(str(error))
    closing.set()


def _note(badge: Badge, word: str, disposition: str | None) -> None:
    if word not in _STEPS:
        raise InputError("typed", got=word or "nothing", expected="a, e, s, c or q")
    if disposition is not None and disposition not in set(Disposition):
        raise InputError("disposition", got=disposition, expected="one of " + ", ".join(Disposition))
    badge.report(_STEPS[word], disposition=None if disposition is None else Disposition(disposition))
