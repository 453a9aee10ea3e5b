"""A whole badge: its memory, its link, its camera and, if it is simulated, what its wearer does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hw.badge.badge_memory import BadgeMemory
from hw.badge.brokers import open_mqtt_link
from hw.badge.camera import BadgeCamera
from hw.badge.carrier import Link
from hw.badge.duty import Duty, Pace, note_step
from hw.badge.ends import BadgeEnd
from hw.badge.link import BadgeLink
from hw.badge.messages import BadgeOrder, BadgeReport, Telemetry
from hw.badge.position import Position
from hw.badge.proof import load_key
from hw.badge.route import Route
from sim.errors import InputError
from sim.input_records import UnitStep
from sim.records import Disposition

TICK_S = 0.05
TELEMETRY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeOptions:
    """What a badge is told on starting."""

    unit_id: int
    host: str = ""
    port: int = 0
    broker: str | None = None
    """Address of an MQTT broker, instead of host and port."""
    memory: Path
    """File that outlives the program."""
    route: Route
    is_simulated: bool = True
    pace: Pace | None = None
    """None where a person reports by hand."""
    picture: str | None = None
    """What its camera plays; None where it sends no video."""
    video_url: str | None = None
    """Where the video goes to."""


class Badge:
    """Runs until closed.

    Args:
        options: which badge, where to.
        show: called once with each order that comes.
        on_report: called with each step that is noted.
    """

    def __init__(
        self, options: BadgeOptions, *, show: Callable[[BadgeOrder], None],
        on_report: Callable[[BadgeReport], None] = lambda _: None,
    ) -> None:
        if (options.picture is None) != (options.video_url is None):
            raise InputError("badge: video", got=options.picture or options.video_url,
                             expected="both what is played and where it goes to, or neither")
        self.options = options
        self._on_report = on_report
        self._began_s = time.monotonic()
        self._closing = threading.Event()
        self._has_news = threading.Event()
        self._stack = ExitStack()
        self.memory = BadgeMemory(options.memory)
        self._stack.callback(self.memory.close)
        self.end = BadgeEnd(self.memory, unit_id=options.unit_id, is_simulated=options.is_simulated,
                            show=lambda order: self._take(order, show))
        self._duty = None if options.pace is None else Duty(self.memory, pace=options.pace)
        try:
            self.link = self._open_link()
            self._stack.callback(self.link.close)
            self.camera = self._open_camera()
        except InputError:
            self._stack.close()
            raise
        self._thread = threading.Thread(target=self._live, name=f"badge-{options.unit_id}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Badge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def marking(self) -> str:
        """EXERCISE while the control room says so, or while an order of an exercise is the newest."""
        newest = self.memory.newest()
        return "EXERCISE" if self.link.is_exercise or (newest and newest.is_exercise) else ""

    def position(self) -> Position:
        """Return where it is now."""
        stand = self.options.route.at(time.monotonic() - self._began_s)
        return Position(
            wall_s=time.time(), lat_deg=stand.lat_deg, lon_deg=stand.lon_deg, heading_deg=stand.heading_deg,
            speed_mps=self.options.route.speed_mps, designation=f"unit {self.options.unit_id}", mission=self.marking)

    def report(self, step: UnitStep, *, disposition: Disposition | None = None) -> BadgeReport:
        """Note a step of the newest order, and send it now or when there is a link again.

        Raises:
            InputError: if there is no order.
        """
        newest = self.memory.newest()
        if newest is None:
            raise InputError(f"badge {self.options.unit_id}: {step}", got="no order", expected="one to report on")
        report = note_step(self.memory, newest, step, disposition=disposition)
        self._tell(report)
        return report

    def close(self) -> None:
        """Stop; what was noted and not sent is sent at the next start."""
        self._closing.set()
        self._thread.join(5.0)
        self._stack.close()

    def _open_link(self) -> Link:
        if self.options.broker is None:
            return BadgeLink(self.end, host=self.options.host, port=self.options.port, key=load_key())
        return open_mqtt_link(self.end, self.options.broker, key=load_key())

    def _open_camera(self) -> BadgeCamera | None:
        if self.options.picture is None or self.options.video_url is None:
            return None
        return self._stack.enter_context(BadgeCamera(
            self.options.picture, self.options.video_url, position=self.position, marking=lambda: self.marking))

    def _live(self) -> None:
        told_s = float("-inf")
        while not self._closing.is_set():
            self._has_news.wait(TICK_S)
            self._has_news.clear()
            now_s = time.monotonic()
            report = self._duty.step(now_s) if self._duty else None
            if report is not None:
                self._tell(report)
            if now_s - told_s >= TELEMETRY_S:
                told_s, here = now_s, self.position()
                self.link.tell(Telemetry(wall_s=here.wall_s, lat_deg=here.lat_deg, lon_deg=here.lon_deg))

    def _take(self, order: BadgeOrder, show: Callable[[BadgeOrder], None]) -> None:
        show(order)
        self._has_news.set()

    def _tell(self, report: BadgeReport) -> None:
        self.link.wake()
        self._on_report(report)
