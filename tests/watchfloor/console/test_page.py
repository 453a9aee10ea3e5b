"""The console's page in a real browser: seen, worked by keyboard alone, and heard by a screen reader."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests

from watchfloor.console.app import WEB
from watchfloor.verify import verify_file

SIZE = {"width": 1600, "height": 900}
WAIT_MS = 120_000
LIVE = """[...document.querySelectorAll('.tile:not([hidden])')].filter((tile) =>
    tile.querySelector('.chip').dataset.state === 'live').map((tile) => tile.dataset.tile)"""


@pytest.fixture
def page(chromium: Any, served: Any) -> Iterator[Any]:
    """The page of the replay's only seat; a fault of its scripts, or a word to another machine, fails the test."""
    context = chromium.new_context(viewport=SIZE)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((served.url, "blob:", "data:"))
            else faults.append(asked.url))
    page.goto(served.url)
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == []


def until(page: Any, condition: str) -> None:
    """Wait for a condition of the page, whose own policy lets no script be made of text while it waits."""
    until_s = time.monotonic() + WAIT_MS / 1000.0
    while not page.evaluate(condition):
        assert time.monotonic() < until_s, f"never came true: {condition}"
        page.wait_for_timeout(50)


def until_live(page: Any, n_tiles: int) -> None:
    """Wait until so many tiles have been live, each at some time: a busy machine may not draw all of them in time."""
    until_s, live = time.monotonic() + WAIT_MS / 1000.0, set()
    while len(live) < n_tiles:
        assert time.monotonic() < until_s, f"only these were ever live: {sorted(live)}"
        live |= set(page.evaluate(LIVE))
        page.wait_for_timeout(50)
    assert page.locator(".tile:not([hidden])").count() == n_tiles


def until_closer(page: Any, tile: str, least: float) -> None:
    """Wait until a tile says that it is shown so many times closer."""
    until(page, f"parseFloat(document.querySelector('{tile} .tile-closer').textContent.slice(1)) > {least}")


def leave_dialog(page: Any) -> None:
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('dialog[open]')")


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    answer = Axe().run(page).response
    assert len(answer["passes"]) > 10, "axe looked at the page"
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer["violations"]]


def test_nine_tiles_are_live_and_the_clock_is_the_scenarios(page: Any, served: Any) -> None:
    served.session.act("viewer", {"do": "resume"})
    until_live(page, 9)
    assert page.inner_text(".clock").startswith("10:4")
    assert page.locator(".connection").get_attribute("data-state") == "open"


def test_sixteen_tiles_are_all_live(page: Any, served: Any) -> None:
    served.session.act("viewer", {"do": "resume"})
    page.get_by_label("Tiles").select_option("16")
    until_live(page, 16)


def test_zooming_by_keys_makes_a_dropped_butt_plain(page: Any, served: Any) -> None:
    """Camera 14 at 10:40:36: wide, the butt is under a pixel; the same part of the street from close is many."""
    page.keyboard.press("1")
    page.keyboard.press("z")
    page.wait_for_selector(".tile.spot:focus")
    until(page, f"{LIVE}.length >= 1")
    served.session.act("viewer", {"do": "resume"})
    for times in (1.2, 1.5, 2.0):
        page.keyboard.press("+")
        until_closer(page, ".tile.spot", times)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    until(page, "document.querySelector('.tile.spot .tile-closer').textContent === 'PTZ'")


def test_the_wheel_and_a_dragged_box_send_the_camera(page: Any, served: Any) -> None:
    served.session.act("viewer", {"do": "resume"})
    until_live(page, 9)
    box = page.locator(".tile canvas").first.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    until(page, "document.querySelector('.tile .tile-closer').textContent.startsWith('×')")
    page.mouse.move(middle[0] - 60, middle[1] - 30)
    page.mouse.down()
    page.mouse.move(middle[0] + 20, middle[1] + 20, steps=4)
    page.mouse.up()
    until_closer(page, ".tile", 4.0)


def test_a_joystick_turns_and_zooms_the_chosen_camera(page: Any, served: Any) -> None:
    """The stick is the page's own event and reading, as a driver would give them: no joystick is on this machine."""
    served.session.act("viewer", {"do": "resume"})
    page.keyboard.press("1")
    until(page, f"{LIVE}.length >= 1")
    page.evaluate("""() => {
        navigator.getGamepads = () => [{ connected: true, axes: [0.9, 0, 0, -1], buttons: [] }];
        window.dispatchEvent(new Event("gamepadconnected"));
    }""")
    until_closer(page, ".tile", 3.0)
    until_s = time.monotonic() + WAIT_MS / 1000.0
    while served.session.state("viewer")["tiles"][0]["view"]["pan_deg"] >= -5.0:
        assert time.monotonic() < until_s, "the camera never turned"
        page.wait_for_timeout(50)


def test_a_calls_nearest_cameras_come_to_the_wall(page: Any, served: Any) -> None:
    served.session.act("viewer", {"do": "seek", "t_s": 2600.0})
    page.locator(".desk .row[role=option]").first.click()
    page.get_by_role("button", name="Nearest cameras").click()
    call, city = served.session.state("viewer")["calls"][0], served.session.city()
    away_m = np.hypot(city.x_m - call["x_m"], city.y_m - call["y_m"])
    farthest_m = np.sort(away_m)[3]

    def shown() -> list[int]:
        return [tile["camera_id"] for tile in served.session.state("viewer")["tiles"][:4]]

    until_s = time.monotonic() + WAIT_MS / 1000.0
    while any(away_m[camera] > farthest_m for camera in shown()):
        assert time.monotonic() < until_s, f"the wall shows {shown()}"
        page.wait_for_timeout(50)
    assert len(set(shown())) == 4


def shown_uses(page: Any, served: Any) -> set[str]:
    """Return what the ground is used for before the cameras of the tiles that are seen, as the tiles are told."""
    city = served.session.city()
    tiles = {tile["tile"]: tile["camera_id"] for tile in served.session.state("viewer")["tiles"]}
    seen = page.evaluate("[...document.querySelectorAll('.tile:not([hidden])')].map((tile) => tile.dataset.tile)")
    return {city.land_use_names[city.land_use[tiles[int(number)]]] for number in seen}


def until_one_use(page: Any, served: Any, uses: set[str]) -> str:
    """Wait until the wall shows one kind of place, and one of these; return which."""
    until_s = time.monotonic() + WAIT_MS / 1000.0
    while len(shown := shown_uses(page, served)) != 1 or not shown <= uses:
        assert time.monotonic() < until_s, f"the wall shows {shown}"
        page.wait_for_timeout(50)
    return shown.pop()


def test_the_wall_and_its_tour_are_grouped_by_kind_of_place(page: Any, served: Any) -> None:
    city = served.session.city()
    uses = {city.land_use_names[use] for use in set(city.land_use.tolist())}
    assert len(uses) > 2
    walls = page.get_by_label("Walls", exact=True)
    n_markets = int((city.land_use == city.land_use_names.index("market")).sum())
    walls.select_option(label=f"market ({n_markets})")
    until_one_use(page, served, {"market"})
    assert page.locator(".tile:not([hidden])").count() == min(9, n_markets)
    until(page, "document.querySelector('.tile-name').textContent.includes('market, district')")
    page.get_by_role("button", name="Tour").press("Enter")
    until(page, "document.getElementById('said').textContent === 'Tour: market'")
    page.get_by_role("button", name="Tour", pressed=True).press("Enter")
    until(page, "document.getElementById('said').textContent === 'Tour ended'")
    walls.select_option(label="Tour: every kind of place in turn")
    first = until_one_use(page, served, uses)
    until_one_use(page, served, uses - {first})


def test_a_fixed_camera_shows_a_part_of_its_picture_closer(page: Any) -> None:
    page.keyboard.press("4")
    page.keyboard.press("+")
    until(page, "document.querySelector('[data-tile=\"3\"] .tile-closer').textContent.startsWith('×1')")


def test_the_queue_the_help_and_the_map_are_worked_by_keys(page: Any, served: Any) -> None:
    served.session.act("viewer", {"do": "seek", "t_s": 2470.0})
    page.wait_for_selector(".alerts .row")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(".alerts .row[aria-selected=true]")
    page.keyboard.press("m")
    page.wait_for_selector(".map-large canvas:focus")
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")
    leave_dialog(page)
    page.keyboard.press("p")
    page.wait_for_selector(".phase[data-state=running]")
    page.keyboard.press("p")
    page.wait_for_selector(".phase[data-state=paused]")


def test_a_bookmark_made_by_keys_stands_on_the_line_of_time(page: Any, served: Any) -> None:
    page.keyboard.press("b")
    page.wait_for_selector("dialog textarea:focus")
    page.keyboard.type("two men at the stall")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mark")
    assert [mark["note"] for mark in served.session.state("viewer")["bookmarks"]] == ["two men at the stall"]


def test_evidence_asked_for_by_keys_is_downloaded_and_proved(page: Any, tmp_path: Path) -> None:
    page.keyboard.press("1")
    page.keyboard.press("e")
    page.wait_for_selector("dialog [name=camera_id]:focus")
    for text in ("14", "2434", "2"):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.evidence[open]")
    assert violations(page) == []
    for link in page.locator("dialog.evidence a").all():
        with page.expect_download() as coming:
            link.press("Enter")
        coming.value.save_as(tmp_path / coming.value.suggested_filename)
    told = verify_file(tmp_path / "camera-14-2434.0-2436.0.json")
    assert page.inner_text("dialog.evidence code") in told


def test_single_keys_can_be_switched_off(page: Any) -> None:
    page.keyboard.press("?")
    page.get_by_label("Single keys work").uncheck()
    leave_dialog(page)
    page.keyboard.press("m")
    page.keyboard.press("b")
    assert page.locator(".map-large, dialog[open]").count() == 0
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")


def test_the_debrief_tells_the_sessions_numbers_and_leads_to_a_missed_incident(page: Any, served: Any) -> None:
    debrief = served.session.debrief("viewer")
    page.get_by_role("button", name="Debrief").click()
    page.wait_for_selector(".debrief tbody tr")
    rows = page.locator(".debrief tbody tr")
    assert rows.count() == len(debrief["incidents"])
    scores = dict(zip(page.locator(".score dt").all_inner_texts(), page.locator(".score dd").all_inner_texts(),
                      strict=True))
    assert (scores["Found"], scores["Missed"]) == (str(debrief["scores"]["hits"]), str(debrief["scores"]["misses"]))
    page.locator(".debrief tr[data-outcome=miss] button").first.click()
    until(page, "document.querySelector('.clock').textContent === '10:40:38'")


def test_a_lost_connection_comes_back_and_what_was_asked_meanwhile_is_done_once(page: Any, served: Any) -> None:
    page.evaluate("WebSocket.prototype.realSend = WebSocket.prototype.send; WebSocket.prototype.send = () => {}")
    page.keyboard.press("b")
    page.wait_for_selector("dialog textarea:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "Object.values(sessionStorage).some((kept) => kept.includes('bookmark'))")
    assert served.session.state("viewer")["bookmarks"] == []
    page.reload()
    page.wait_for_selector(".mark")
    page.reload()
    page.wait_for_selector(".mark")
    assert len(served.session.state("viewer")["bookmarks"]) == 1


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "ru"), ("contrast", "kk")])
def test_every_page_is_free_of_axe_violations(page: Any, served: Any, theme: str, language: str) -> None:
    served.session.act("viewer", {"do": "seek", "t_s": 3900.0})
    page.goto(f"{served.url}?theme={theme}&lang={language}")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_selector(".desk .row")
    until(page, f"document.documentElement.lang === '{language}'")
    assert violations(page) == []
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
    leave_dialog(page)
    page.locator(".bar button").nth(1).click()
    page.wait_for_selector(".debrief table")
    assert violations(page) == []


def test_the_page_is_small(served: Any) -> None:
    files = [path for path in WEB.iterdir() if path.suffix in (".js", ".css", ".html", ".svg")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 150_000
    answer = requests.get(served.url + "web/map.js", headers={"accept-encoding": "gzip"}, timeout=60)
    assert answer.headers["content-encoding"] == "gzip"
