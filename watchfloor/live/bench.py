"""The command ``bench latency``: from a known instant in the picture to the order at the badge, every stage stamped."""

from __future__ import annotations

import tempfile
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
from hw.fault_rows import free_udp_port
from hw.loopback import UdpSender, encode_units
from hw.scenes import make_scene
from scenarios import load_scenario
from sim.roster import duties
from watchfloor.interrupts import deaf_children
from watchfloor.live.options import LiveBadge, LiveFeed, LiveOptions, parse_kinds, start_of
from watchfloor.live.session import LiveSession
from watchfloor.live.stages import Spread
from watchfloor.results import open_folder
from watchfloor.show import Show

SCENE, SIZE_WH, N_FRAMES = "street_corner", (640, 360), 200
SCENARIO, AT = "kostanay", "09:00"
N_BADGES = 8
_START_S = 60.0
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
    inbox: Spread
    """From an input's arrival in the engine's process to its handling."""
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
        session.clock.inbox_delays_s.clear()
        session.clock.lateness_s.clear()
        with show.progress("measure", "s") as advance:
            for second in range(round(seconds)):
                advance(second, round(seconds))
                time.sleep(1.0)
        session.close()
        result = session.result()
    latency = Latency(
        n_feeds=n_feeds, n_badges=N_BADGES, scenario=SCENARIO, detector=detector, measured_s=seconds,
        source=f"{SCENE}, {SIZE_WH[0]} × {SIZE_WH[1]}, H.264 in MPEG-TS over UDP on this machine",
        n_alerts=result.n_alerts, inbox=result.inbox, lateness=result.lateness, stages=result.stages)
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
    while time.monotonic() < end_s and not all(status.n_frames > 25 for status in session.workers.status()):
        time.sleep(0.1)


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
    rows = [("inbox to handling", latency.inbox), ("engine's lateness", latency.lateness), *latency.stages.items()]
    show.table(f"Latency with {latency.n_feeds} feeds (ms)", ["stage", "n", "p50", "p90", "p99", "most"],
               [[name, str(spread.n), *("–" if value is None else f"{1e3 * value:,.2f}" for value in (
                   spread.p50_s, spread.p90_s, spread.p99_s, spread.most_s))] for name, spread in rows])
