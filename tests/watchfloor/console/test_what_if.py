"""The planner's page in a real browser: a question played, its numbers, stopping, and who may not ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from scenarios import list_shipped
from sim.errors import InputError
from watchfloor.console.access import password_line, write_password_line
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, serve_beside
from watchfloor.console.planner import Planner
from watchfloor.console.session import Json
from watchfloor.console.what_if import answer_question, read_question, rooms

WAIT_MS = 600_000
"""On a busy machine the engine may first have to be compiled."""
ASKED: Json = {"scenario": "market_patrol", "inspectors": 2, "units": 2, "n_cameras": 80, "detector": None,
               "share_percent": 10, "n_replications": 20}


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    return Planner(tmp_path / "what-if", tmp_path)


def test_a_question_is_played_in_the_browser_and_its_numbers_are_those_of_the_study(
    chromium: Any, planner: Planner, tmp_path: Path,
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with serve_beside(Floor(planner=planner), Host(port=0)) as console:
        context = chromium.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{console.url}?page=what-if&lang=ru&theme=light")
        page.wait_for_selector("html[data-ready]")
        title = page.inner_text(".what-if-title")
        assert title in {one.titles["ru"] for one in list_shipped()}
        page.locator("#what-if-scenario").select_option("market_patrol")
        page.locator("#what-if-inspectors").fill("2")
        page.locator("#what-if-n_cameras").fill("80")
        page.locator("#what-if-n_replications").select_option("20")
        page.locator("#what-if-n_replications").press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".what-if-found[data-phase=done] .waterfall rect")
        answer = Axe().run(page).response
        assert len(answer["passes"]) > 10
        assert [one["id"] for one in answer["violations"]] == []
        names = page.locator(".what-if tbody th").all_inner_texts()
        assert names[1:] == ["2 инспектора", names[2], "всё это вместе"], "each change alone, then both"
        cells = page.locator(".what-if tbody tr").nth(1).locator("td").all_inner_texts()
        page.get_by_label("Язык").select_option("kk")
        page.wait_for_selector("text=осының бәрі бірге")
        shown = planner.told()["state"]
        page.locator("#what-if-ask").press("Enter")
        page.wait_for_selector(".what-if-found[data-phase=running]")
        page.wait_for_selector("#what-if-stop:focus")
        page.keyboard.press("Enter")
        page.wait_for_selector(".what-if-found[data-phase=stopped]")
        context.close()
        assert faults == []
    told: list[Json] = []
    answer_question(read_question(ASKED, rooms(), {}), tmp_path / "again", told.append)
    assert told[-1]["answer"] == shown["answer"], "played once more, elsewhere: the same"
    first = shown["answer"]["changes"][0]["differences"]["found"]
    assert cells[0].startswith("+") is (first["mean"] > 0.0)
    assert f"{first['half_width']:.1f}".replace(".", ",") in cells[0]


def test_what_is_played_can_be_stopped_and_the_next_question_asked(planner: Planner) -> None:
    planner.ask(ASKED | {"n_replications": 200})
    with pytest.raises(InputError, match="one at a time"):
        planner.ask(ASKED)
    planner.stop()
    assert planner.told()["state"]["phase"] == "stopped"
    planner.ask(ASKED)
    assert planner.told()["state"]["phase"] == "running"
    planner.stop()
    planner.stop()
    assert planner.told()["state"]["phase"] == "stopped"


def test_a_question_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    question = read_question(ASKED | {"inspectors": 1, "n_cameras": None}, rooms(), {})
    with pytest.raises(InputError, match="at least one change"):
        answer_question(question, tmp_path, print)


@pytest.mark.parametrize("wrong", [
    {"scenario": "../secrets"}, {"inspectors": 0}, {"inspectors": True}, {"units": 401}, {"n_cameras": 71},
    {"detector": "/etc/passwd"}, {"share_percent": 0.5}, {"n_replications": 10**9}, {"n_replications": []},
])
def test_what_cannot_be_asked_is_told_and_not_played(planner: Planner, wrong: Json) -> None:
    with pytest.raises(InputError):
        planner.ask(ASKED | wrong)
    assert planner.told()["state"] == {"phase": "idle"}


def test_only_detector_models_in_the_folder_are_offered(planner: Planner, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "other.json").write_text('{"schema": "other/1"}', encoding="utf-8")
    (tmp_path / "mine.json").write_text('{"schema": "watchfloor.detector-model/1"}', encoding="utf-8")
    assert planner.told()["detectors"] == ["mine.json"]


def test_a_trainee_asks_nothing_of_the_planner(planner: Planner, tmp_path: Path) -> None:
    passwords = tmp_path / "class.txt"
    write_password_line(passwords, password_line("aigerim", "trainee", "ten letters!"))
    with serve_beside(Floor(planner=planner), Host(port=0, passwords=passwords)) as console:
        caller, origin = requests.Session(), {"origin": console.url.rstrip("/")}
        caller.post(console.url + "api/login", json={"name": "aigerim", "password": "ten letters!"}, headers=origin,
                    timeout=60)
        assert caller.get(console.url + "api/what-if", timeout=60).status_code == 403
        assert caller.post(console.url + "api/what-if", json=ASKED, headers=origin, timeout=60).status_code == 403
    assert planner.told()["state"] == {"phase": "idle"}
