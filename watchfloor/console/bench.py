"""The command that times the console: a real server, a real browser, and a person's hands played by a script."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from scenarios import load_scenario
from sim.errors import WatchfloorError
from sim.log import EventLog
from sim.trace import draw_trace
from watchfloor.console.app import WEB
from watchfloor.console.chromium import open_chromium
from watchfloor.console.finished_run import FinishedRun
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, serve_beside
from watchfloor.console.reels import shared_reels
from watchfloor.console.replay import ReplaySession
from watchfloor.console.streets import LOOP_S
from watchfloor.results import open_folder
from watchfloor.show import Advance, Show

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

SIZE: ViewportSize = {"width": 1920, "height": 1080}
N_ACTIONS, N_SWITCHES = 60, 20
_WAIT_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSpeed:
    """One wall, looked at for a while."""

    n_tiles: int
    n_seats: int
    watched_s: float
    frames_per_s: float
    """Of the slowest tile."""
    mean_frames_per_s: float
    age_p50_ms: float
    """From a picture's being drawn, or taken from what was drawn before, to its being shown."""
    age_p95_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpeed:
    """The map, moved by hand all the time."""

    n_cameras: int
    frames_per_s: float
    gap_p95_ms: float
    """From one frame to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSpeed:
    """What a person at the console waits for."""

    load_per_core: float
    """Other work on each core before it began; from 0.2 on the figures are those of a machine that is shared."""
    page_kib: float
    """Every file of the page, compressed."""
    first_picture_s: float
    """From opening the address."""
    acknowledged_p50_ms: float
    """From an action's being sent to its answer, sixteen tiles showing."""
    acknowledged_p95_ms: float
    photon_p50_ms: float
    """From asking for another camera to its first picture's being shown."""
    photon_p95_ms: float
    walls: tuple[WallSpeed, ...]
    maps: tuple[MapSpeed, ...]


def bench_console(
    *, tiles: Sequence[int], watch_s: float, maps: Sequence[str], out: Path | None, show: Show,
) -> ConsoleSpeed:
    """Time the console in headless Chromium, print the table, and save it if asked for.

    Raises:
        InputError: if there is no Chromium or no playwright.
    """
    with show.progress("time the console", "parts") as advance:
        speed = measure_console(tiles=tiles, watch_s=watch_s, maps=maps, advance=advance)
    show.table("The console, server and headless Chromium on one machine", ["what", "figure"], _rows(speed))
    if out is not None:
        save_result(open_folder(out) / "console.json", "console", speed, describe_machine())
        show.line(f"saved in {out}")
    return speed


def measure_console(
    *, tiles: Sequence[int] = (9, 16), watch_s: float = 20.0, maps: Sequence[str] = ("market_patrol", "region_123k"),
    advance: Advance,
) -> ConsoleSpeed:
    """Serve a morning at the market and measure what a person would wait for.

    Args:
        tiles: sizes of the wall; the last one also with three seats.
        watch_s: how long each wall is watched.
        maps: scenarios whose cities are put on the map.
        advance: told of finished parts.
    """
    n_parts = 2 + len(tiles) + 1 + len(maps)
    load_per_core = os.getloadavg()[0] / (os.cpu_count() or 1)
    floor = Floor()
    with open_chromium("bench console") as browser, shared_reels().drawn_ahead(), \
            serve_beside(floor, Host(port=0)) as console:
        session = ReplaySession(_quiet_run("market_patrol"))
        url = f"{console.url}?session={floor.add(session)}"
        advance(0, n_parts)
        began = time.perf_counter()
        page = _open(browser, url)
        _until(page, "document.querySelector('.chip[data-state=live]') !== null")
        first_picture_s = time.perf_counter() - began
        walls: list[WallSpeed] = []
        for n_tiles in tiles:
            page.evaluate(f"localStorage.setItem('watchfloor.layout', '{n_tiles}')")
            page.reload()
            advance(len(walls) + 1, n_parts)
            walls.append(_watch([page], n_tiles, watch_s))
        acknowledged_ms, photon_ms = _act(page), _switch(page)
        others = [_open(browser, url, n_tiles=tiles[-1]) for _ in range(2)]
        advance(len(walls) + 1, n_parts)
        walls.append(_watch([page, *others], tiles[-1], watch_s))
        for other in (page, *others):
            other.context.close()
        moved: list[MapSpeed] = []
        for name in maps:
            advance(len(walls) + len(moved) + 1, n_parts)
            shown = ReplaySession(_quiet_run(name))
            moved.append(_move_map(browser, f"{console.url}?session={floor.add(shown)}", shown.city().x_m.size))
    return ConsoleSpeed(
        load_per_core=load_per_core,
        page_kib=sum(len(gzip.compress(path.read_bytes())) for path in WEB.iterdir()) / 1024.0,
        first_picture_s=first_picture_s, acknowledged_p50_ms=_share(acknowledged_ms, 50),
        acknowledged_p95_ms=_share(acknowledged_ms, 95), photon_p50_ms=_share(photon_ms, 50),
        photon_p95_ms=_share(photon_ms, 95), walls=tuple(walls), maps=tuple(moved))


def _quiet_run(name: str) -> FinishedRun:
    """Return a run in which nobody did anything: what is shown does not depend on it."""
    scenario = load_scenario(name, overrides={"time.duration_h": 1})
    return FinishedRun(scenario=scenario, title=scenario.title, trace=draw_trace(scenario, seed=1), seed=1,
                       log=EventLog.from_rows([], arm="bench"), arms=("bench",))


def _open(browser: Browser, url: str, *, n_tiles: int = 9) -> Page:
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(_WAIT_MS)
    page.add_init_script(f"localStorage.getItem('watchfloor.layout') ?? localStorage.setItem('watchfloor.layout', "
                         f"'{n_tiles}')")
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    return page


def _until(page: Page, condition: str) -> None:
    until_s = time.monotonic() + _WAIT_MS / 1000.0
    while not page.evaluate(condition):
        if time.monotonic() > until_s:
            raise WatchfloorError(f"bench console: the page never came to {condition}")
        page.wait_for_timeout(20)


def _watch(pages: Sequence[Page], n_tiles: int, watch_s: float) -> WallSpeed:
    """Count the pictures of each tile, once every quiet loop has been drawn once."""
    for page in pages:
        _until(page, f"document.querySelectorAll('.tile:not([hidden]) .chip[data-state=live]').length === {n_tiles}")
    pages[0].wait_for_timeout(1000.0 * LOOP_S)
    for page in pages:
        page.evaluate("""() => { window.seen = []; document.addEventListener("picture",
            ({ detail }) => window.seen.push([detail.tile, detail.age_s])); }""")
    began = time.perf_counter()
    pages[0].wait_for_timeout(1000.0 * watch_s)
    took_s = time.perf_counter() - began
    seen = [np.array(page.evaluate("() => window.seen")) for page in pages]
    counts = np.array([(one[:, 0] == tile).sum() for one in seen for tile in range(n_tiles)])
    ages_ms = 1000.0 * np.concatenate([one[:, 1] for one in seen])
    return WallSpeed(
        n_tiles=n_tiles, n_seats=len(pages), watched_s=took_s, frames_per_s=float(counts.min()) / took_s,
        mean_frames_per_s=float(counts.mean()) / took_s, age_p50_ms=_share(ages_ms, 50), age_p95_ms=_share(ages_ms, 95))


def _act(page: Page) -> NDArray[np.float64]:
    """Return how long each of many actions took from its sending to its answer, in milliseconds."""
    return np.array(page.evaluate("""async (n) => {
        const { Link } = await import("/web/link.js");
        const link = new Link(new URLSearchParams(location.search).get("session"), "viewer",
            { onState() {}, onFrame() {}, onConnection() {} });
        await new Promise((resolve) => setTimeout(resolve, 500));
        const took = [];
        for (let i = 0; i < n; i++) {
            const from = performance.now();
            await link.act({ do: "bookmark", camera_id: i % 40, note: "" });
            took.push(performance.now() - from);
            await new Promise((resolve) => setTimeout(resolve, 60));
        }
        link.close();
        return took;
    }""", N_ACTIONS))


def _switch(page: Page) -> NDArray[np.float64]:
    """Return how long each of many changes of camera took until the new one's picture was shown, in milliseconds."""
    return np.array(page.evaluate("""async (n) => {
        const { Link } = await import("/web/link.js");
        const link = new Link(new URLSearchParams(location.search).get("session"), "viewer",
            { onState() {}, onFrame() {}, onConnection() {} });
        await new Promise((resolve) => setTimeout(resolve, 500));
        const took = [];
        for (let i = 0; i < n; i++) {
            const camera = 40 + (i % 20), from = performance.now();
            const shown = new Promise((resolve) => document.addEventListener("picture", function look({ detail }) {
                if (detail.tile !== 0 || detail.camera_id !== camera) return;
                document.removeEventListener("picture", look);
                resolve(performance.now() - from);
            }));
            link.act({ do: "show", tile: 0, camera_id: camera });
            took.push(await shown);
        }
        link.close();
        return took;
    }""", N_SWITCHES))


def _move_map(browser: Browser, url: str, n_cameras: int) -> MapSpeed:
    """Drag the enlarged map to and fro in every frame, and count the frames."""
    page = _open(browser, url, n_tiles=1)
    page.keyboard.press("m")
    page.wait_for_timeout(2000)
    found = page.evaluate("""async () => {
        const canvas = document.querySelector(".map-canvas"), area = canvas.getBoundingClientRect();
        const point = (x) => ({ bubbles: true, pointerId: 1, button: 0, clientX: area.left + x,
            clientY: area.top + 200 });
        canvas.setPointerCapture = () => {};
        canvas.dispatchEvent(new PointerEvent("pointerdown", point(300)));
        const gaps = [], from = performance.now();
        let frames = 0, last = from;
        await new Promise((resolve) => {
            const turn = () => {
                gaps.push(performance.now() - last);
                last = performance.now();
                canvas.dispatchEvent(new PointerEvent("pointermove", point(300 + 150 * Math.sin(frames / 20))));
                frames += 1;
                if (performance.now() - from < 4000) requestAnimationFrame(turn);
                else resolve();
            };
            requestAnimationFrame(turn);
        });
        return { frames_per_s: frames / ((performance.now() - from) / 1000), gaps };
    }""")
    page.context.close()
    return MapSpeed(n_cameras=n_cameras, frames_per_s=found["frames_per_s"],
                    gap_p95_ms=_share(np.array(found["gaps"]), 95))


def _share(values: NDArray[np.float64], percent: float) -> float:
    return float(np.percentile(values, percent))


def _rows(speed: ConsoleSpeed) -> list[list[str]]:
    return [
        ["other work on each core before", f"{speed.load_per_core:.1f}"],
        ["page, compressed", f"{speed.page_kib:.0f} KiB"],
        ["first picture", f"{speed.first_picture_s:.2f} s"],
        ["action to its answer", f"{speed.acknowledged_p50_ms:.0f} ms (p95 {speed.acknowledged_p95_ms:.0f})"],
        ["another camera asked for to shown", f"{speed.photon_p50_ms:.0f} ms (p95 {speed.photon_p95_ms:.0f})"],
        *([f"{wall.n_tiles} tiles, {wall.n_seats} seat{'s' if wall.n_seats > 1 else ''}",
           f"{wall.mean_frames_per_s:.1f} frames/s a tile (slowest {wall.frames_per_s:.1f}), age "
           f"{wall.age_p50_ms:.0f} ms (p95 {wall.age_p95_ms:.0f})"] for wall in speed.walls),
        *([f"map of {one.n_cameras:,} cameras, moved", f"{one.frames_per_s:.0f} frames/s"] for one in speed.maps),
    ]
