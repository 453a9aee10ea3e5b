"""The command ``bench latency``: from a known instant in the picture to the order at the badge, every stage stamped."""

from __future__ import annotations

import itertools
import math
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from hw.badge import Badge, BadgeOptions, Pace, Route
from hw.badge.route import HOME
from hw.clock import WallClock
from hw.loopback import UdpSender, encode_units, free_udp_port
from hw.scenes import make_scene
from scenarios import load_scenario
from sim.errors import WatchfloorError
from sim.input_records import FeedReport, InputKind
from sim.roster import duties
from watchfloor.interrupts import deaf_children
from watchfloor.live.options import LiveBadge, LiveFeed, LiveOptions, parse_kinds, start_of
from watchfloor.live.session import LiveSession
from watchfloor.live.stages import Spread, spread_of
from watchfloor.results import open_folder
from watchfloor.show import Show

SCENE, SIZE_WH, N_FRAMES = "street_corner", (640, 360), 200
SCENARIO, AT = "kostanay", "09:00"
N_BADGES = 8
_START_S = 120.0
"""Cameras may take so long to come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long each stage took, with so many feeds running."""

    n_feeds: int
    n_badges: int
    scenario: str
    source: str
    detector: str
    measured_s: float
    n_alerts: int
    load: tuple[float, float]
    """Processes that wanted to run, by the system's one-minute mean, before and at the end; nan where it has none."""
    n_cores: int
    inbox: Spread
    """From an input's arrival in the engine's process to its handling."""
    floor: Spread
    """What waking a waiting thread took meanwhile in a process that does nothing else: the machine's own share."""
    lateness: Spread
    """Of the engine's own events."""
    stages: dict[str, Spread]


def bench_latency(
    *, n_feeds: int, seconds: float, detector: str, seed: int, out: Path | None, show: Show,
) -> Latency:
    """Measure on streams of this machine with a stand-in and simulated badges, print the table, save it if asked."""
    ports = [free_udp_port() for _ in range(n_feeds)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        show.line(f"{n_feeds} stamped streams of {SCENE} at {SIZE_WH[0]} × {SIZE_WH[1]}, 25 frames/s; "
                  f"{detector} on each; {SCENARIO}; a stand-in confirms at once; {N_BADGES} simulated badges")
        session = stack.enter_context(LiveSession(_options(folder, ports, detector=detector, seed=seed)))
        stack.enter_context(_other_process(_send, ports))
        stack.enter_context(_other_process(
            _wear, [badge.unit_id for badge in session.options.badges], session.courier.station.port, str(folder)))
        _wait_for_feeds(session)
        before = _load()
        wakes = stack.enter_context(_Wakes())
        wakes.begin()
        session.clock.inbox_delays_s.clear()
        session.clock.lateness_s.clear()
        with show.progress("measure", "s") as advance:
            for second in range(round(seconds)):
                advance(second, round(seconds))
                time.sleep(1.0)
        floor, after = wakes.take(), _load()
        session.close()
        result = session.result()
    latency = Latency(
        n_feeds=n_feeds, n_badges=N_BADGES, scenario=SCENARIO, detector=detector, measured_s=seconds,
        source=f"{SCENE}, {SIZE_WH[0]} × {SIZE_WH[1]}, H.264 in MPEG-TS over UDP on this machine",
        n_alerts=result.n_alerts, load=(before, after), n_cores=describe_machine().n_cores, floor=floor,
        inbox=result.inbox, lateness=result.lateness, stages=result.stages)
    _show_latency(latency, show)
    if out is not None:
        save_result(open_folder(out) / "latency.json", f"latency, {n_feeds} feeds", latency, describe_machine())
        show.line(f"saved in {out}")
    return latency


def _options(folder: Path, ports: list[int], *, detector: str, seed: int) -> LiveOptions:
    start_s = start_of(SCENARIO, AT)
    on_duty = next(duty for duty in reversed(duties(load_scenario(SCENARIO))) if duty.from_s <= start_s)
    return LiveOptions(
        scenario=SCENARIO, folder=folder / "live", kinds=parse_kinds([]), detector=detector, start_s=start_s,
        feeds=tuple(LiveFeed(camera_id=camera_id, address=f"udp://127.0.0.1:{port}", is_real=False)
                    for camera_id, port in enumerate(ports)),
        badges=tuple(LiveBadge(unit_id=unit_id, is_real=False) for unit_id in on_duty.units[:N_BADGES]),
        stand_in_s=0.0, seed=seed)


def _wait_for_feeds(session: LiveSession) -> None:
    end_s = time.monotonic() + _START_S
    while not all(status.n_frames > 25 for status in session.workers.status()):
        if time.monotonic() > end_s:
            dark = [str(status.camera_id) for status in session.workers.status() if status.n_frames <= 25]
            raise WatchfloorError(f"bench latency: feeds {', '.join(dark)} = no pictures within {_START_S:.0f} s; "
                                  "expected all live; try fewer --feeds, or let other work on the machine end first")
        time.sleep(0.1)


class _Wakes:
    """Measures in a process of its own, until closed, how long waking a waiting thread takes."""

    def __enter__(self) -> _Wakes:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        with deaf_children():
            self._process = context.Process(target=_wake, args=(theirs,), daemon=True)
            self._process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join(10.0)

    def begin(self) -> None:
        """Wait until it measures."""
        self._ours.recv()

    def take(self) -> Spread:
        """Return what was measured so far."""
        self._ours.send(None)
        return spread_of(self._ours.recv())


def _wake(until: Connection) -> None:
    """Wake a thread by the same clock that a live engine waits on, 50 times a second, until asked for the delays."""
    clock = WallClock()
    threading.Thread(target=lambda: [clock.wait_until(math.inf) for _ in itertools.count()], daemon=True).start()
    until.send(None)
    while not until.poll(0.02):
        clock.put(InputKind.FEED, FeedReport(camera_id=0, is_seen=True))
    until.send(list(clock.inbox_delays_s))


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan


@contextmanager
def _other_process(work: object, *arguments: object) -> Iterator[None]:
    """Let something run beside, in a process of its own, until the end of the block."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    with deaf_children():
        process = context.Process(target=work, args=(theirs, *arguments), daemon=True)  # type: ignore[arg-type]
        process.start()
    theirs.close()
    try:
        yield
    finally:
        ours.close()
        process.join(10.0)
        process.kill()


def _send(until: Connection, ports: list[int]) -> None:
    """Be the cameras, until the other side of the pipe has gone."""
    scene = make_scene(SCENE)
    clip = encode_units(scene.render(index / 25, size_wh=SIZE_WH).bgr() for index in range(N_FRAMES))
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(UdpSender(clip, port, is_stamped=True))
            if until.poll(N_FRAMES / 25 / len(ports)):  # cameras do not all see the same thing at one instant
                return
        until.poll(None)


def _wear(until: Connection, units: list[int], port: int, folder: str) -> None:
    """Be the badges, until the other side of the pipe has gone."""
    at_once = Pace(acknowledge_s=0.0, turnout_s=0.0, travel_s=0.0, scene_s=0.0)
    with ExitStack() as stack:
        for unit_id in units:
            stack.enter_context(Badge(BadgeOptions(
                unit_id=unit_id, host="127.0.0.1", port=port, memory=Path(folder, f"badge-{unit_id}.sqlite"),
                route=Route([HOME]), pace=at_once), show=lambda _: None))
        until.poll(None)


def _show_latency(latency: Latency, show: Show) -> None:
    show.line(f"load {latency.load[0]:.1f} before, {latency.load[1]:.1f} at the end, on {latency.n_cores} cores")
    rows = [("inbox to handling", latency.inbox), ("(waking any thread)", latency.floor),
            ("engine's lateness", latency.lateness), *latency.stages.items()]
    show.table(f"Latency with {latency.n_feeds} feeds (ms)", ["stage", "n", "p50", "p90", "p99", "most"],
               [[name, str(spread.n), *("–" if value is None else f"{1e3 * value:,.2f}" for value in (
                   spread.p50_s, spread.p90_s, spread.p99_s, spread.most_s))] for name, spread in rows])
