"""A live session in the console: real pictures on the wall, a badge's beside them, cameras turned by a person."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hw.access_log import AccessAction, AccessLog
from hw.badge.camera import BadgeCamera
from hw.badge.position import Position
from hw.loopback import free_udp_port
from hw.loopback.onvif import OnvifService
from hw.optics import View
from tests.waiting import wait_until
from tests.watchfloor.live.test_session import CAMERA, SEAT_ID, UNIT, act, done, options
from watchfloor.console.hosting import Host
from watchfloor.live.beside import console_beside
from watchfloor.live.options import LiveBadge, LiveFeed
from watchfloor.live.session import LiveSession
from watchfloor.live.turning import HOME, Turning, position_of
from watchfloor.show import Show
from watchfloor.verify import verify_file

PLACE = Position(wall_s=1.0, lat_deg=53.2144, lon_deg=63.6246)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


def test_the_wall_shows_the_feed_masked_and_the_badge_live_in_a_browser(
        tmp_path: Path, street: Path, page: Any) -> None:
    video = f"udp://127.0.0.1:{free_udp_port()}"
    feeds = (LiveFeed(camera_id=CAMERA, address=str(street), is_real=False, is_masked=True),)
    asked = options(tmp_path / "live", feeds=feeds, is_exercise=True,
                    badges=(LiveBadge(unit_id=UNIT, is_real=False, video=video),), past_s=120.0)
    with (LiveSession(asked) as session, BadgeCamera("drawn:market", video, position=lambda: PLACE),
          console_beside(session, Host(port=0), show=Show(quiet=True), with_browser=False) as url):
        page.goto(url)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_selector(".tile:not([hidden]) .chip[data-state=masked]")
        page.wait_for_selector(".tile:not([hidden]) .chip[data-state=live]")
        assert not page.is_visible(".tile:not([hidden]):has(.chip[data-state=masked]) .tile-word")
        look_back(page, session)
        export(page, tmp_path / "live")
        assert "EXERCISE" in page.inner_text("body")
        assert f"badge {UNIT}" in page.inner_text("body").lower()
        n_cameras = session.scenario.city.cameras.n_cameras
        shown = session.picture(n_cameras, (320, 180))
        assert (shown.label, shown.bgr.shape) == (f"BADGE {UNIT}", (360, 640, 3))
        layers = session.city()
        assert (layers.x_m.size, int(layers.kind[-1])) == (n_cameras + 1, 2)
        done(session, do="show", tile=0, camera_id=n_cameras)
        done(session, do="show", tile=2, camera_id=5)
        tiles = session.state(SEAT_ID)["tiles"]
        assert [tile["camera_id"] for tile in tiles] == [n_cameras, n_cameras, 5]
        assert not act(session, do="show", tile=9, camera_id=5)["ok"]


def look_back(page: Any, session: LiveSession) -> None:
    """Pull the line of time to its beginning, see what was, and come back."""
    page.wait_for_function("() => Number(document.querySelector('.track input').max)"
                           " - Number(document.querySelector('.track input').min) >= 4")
    page.focus(".track input")
    page.keyboard.press("Home")
    page.wait_for_selector(".tile:not([hidden]) .chip[data-state=past]")
    first_s, _ = session.past_span_s(SEAT_ID) or (0.0, 0.0)
    assert session.picture_at(CAMERA, first_s + 1.0, (640, 360)).t_s <= first_s + 1.0
    page.click("text=Back to now")
    page.wait_for_selector(".tile:not([hidden]) .chip[data-state=masked]")


def export(page: Any, folder: Path) -> None:
    """Export the feed's latest seconds by keyboard, and prove them."""
    page.focus(".tile[data-tile='0']")
    page.keyboard.press("e")
    page.wait_for_selector("dialog input[name=from_s]")
    page.evaluate("""() => {
        const range = document.querySelector('.track input');
        document.querySelector('dialog input[name=from_s]').value = Number(range.min) + 1;
        document.querySelector('dialog input[name=seconds]').value = 2;
    }""")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.evidence a")
    (manifest,) = (folder / "evidence").glob("*.json")
    assert verify_file(manifest).startswith("EXERCISE")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    assert (document["is_synthetic"], document["is_masked"], document["camera_id"]) == (False, True, CAMERA)
    page.keyboard.press("Escape")
    note = json.loads((folder / "notes.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (note["do"], note["manifest"]) == ("evidence", manifest.name)
    assert [row.action for row in AccessLog(folder).load()] == [AccessAction.EXPORT]


def test_an_onvif_camera_is_sent_where_a_person_zooms_and_another_is_not() -> None:
    told: list[str] = []
    with OnvifService("rtsp://127.0.0.1:9/1") as service:
        turning = Turning({4: service.url, 5: "rtsp://127.0.0.1:9/1"}, say=told.append)
        assert (turning.view(4), turning.view(5)) == (HOME, None)
        view = dataclasses.replace(HOME, pan_deg=20.0, hfov_deg=4.0)
        turning.turn(5, view)
        turning.turn(4, view)
        wait_until(lambda: service.calls["AbsoluteMove"] or told)
        assert turning.view(4) == view
        turning.close()
    assert not any(thread.name == "turning" for thread in threading.enumerate())
    assert service.calls["AbsoluteMove"] == 1
    assert told == []


@pytest.mark.parametrize(("view", "position"), [
    (HOME, (0.0, 0.0, 0.0)), (View(pan_deg=90.0, tilt_deg=-45.0, hfov_deg=2.0), (0.5, -0.5, 1.0)),
    (View(pan_deg=270.0, tilt_deg=0.0, hfov_deg=90.0), (-0.5, 0.0, 0.0)),
])
def test_angles_become_positions_in_the_cameras_generic_spaces(view: View, position: tuple[float, ...]) -> None:
    assert position_of(view) == pytest.approx(position)
