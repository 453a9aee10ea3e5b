"""The page of exercises in a real browser: an exercise made by clicking, and one by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from scenarios import load_scenario
from watchfloor.console.access import Access, password_line, write_password_line
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, Listening, serve_beside
from watchfloor.training.exercise import make_exercise, staged_scenario
from watchfloor.training.exercise_file import load_exercise
from watchfloor.training.session import TrainingSession

WAIT_MS = 120_000


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(exercises=tmp_path / "exercises", records=str(tmp_path / "sessions.db"))


@pytest.fixture
def console(floor: Floor) -> Iterator[Listening]:
    with serve_beside(floor, Host(port=0)) as listening:
        yield listening


@pytest.fixture
def page(chromium: Any, console: Listening) -> Iterator[Any]:
    """The page with an empty draft; a fault of its scripts, or a word to another machine, fails the test."""
    context = chromium.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((console.url, "blob:", "data:"))
            else faults.append(asked.url))
    page.goto(f"{console.url}?page=exercises")
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == []


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    answer = Axe().run(page).response
    assert len(answer["passes"]) > 10, "axe looked at the page"
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer["violations"]]


def test_an_exercise_is_made_by_clicking_and_can_be_played(page: Any, floor: Floor) -> None:
    page.get_by_label("Name").fill("Market by hand")
    box = page.locator(".map-canvas").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    page.wait_for_selector(".toast, .author-bar")
    if not page.locator(".author-bar").count():
        page.wait_for_selector(".toast.info")
        page.get_by_role("button", name="Add target").click()
        page.get_by_label("Camera", exact=True).fill("14")
        page.keyboard.press("Enter")
    page.wait_for_selector(".author-picture:not([hidden])")
    page.get_by_label("Kind").select_option("butt")
    page.get_by_label("Difficulty").select_option("easy")
    page.wait_for_selector("text=has 60 px")
    page.get_by_label("read-back checked").uncheck()
    bar = page.locator(".author-bar").bounding_box()
    page.mouse.move(bar["x"] + 30, bar["y"] + 8)
    page.mouse.down()
    page.mouse.move(bar["x"] + 330, bar["y"] + 8, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=watchfloor train exercises/market-by-hand.toml")
    [file] = floor.exercises.glob("*.toml")
    exercise = load_exercise(file)
    [target] = exercise.targets
    assert (target.kind, target.camera_id in exercise.cameras, len(exercise.cameras)) == ("butt", True, 9)
    assert target.at_s > 50.0, "the bar was dragged"
    assert "read_back_checked" not in target.expects
    staged_scenario(exercise, load_scenario("market_patrol"))
    page.get_by_role("button", name="Play").click()
    page.wait_for_selector("text=Sit down")
    assert [running.session.exercise.digest for running in floor.running.values()] == [exercise.digest]


@pytest.mark.parametrize(("language", "theme"), [("ru", "light"), ("kk", "contrast")])
def test_an_exercise_is_made_by_keyboard_alone_and_axe_finds_nothing(
    page: Any, console: Listening, floor: Floor, language: str, theme: str,
) -> None:
    page.goto(f"{console.url}?page=exercises&lang={language}&theme={theme}")
    page.wait_for_selector("html[data-ready]")
    assert violations(page) == []
    page.locator(".author-foot button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog input:focus")
    page.keyboard.type("14")
    page.keyboard.press("Enter")
    page.wait_for_selector("#target-kind:focus")
    page.wait_for_selector(".author-bar")
    bar = page.locator(".author-bar")
    bar.focus()
    label = bar.get_attribute("aria-label")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_selector(".author-picture:not([hidden])")
    assert bar.get_attribute("aria-label") != label
    assert violations(page) == []
    page.locator(".author-buttons .primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".author-buttons .bad")
    [file] = floor.exercises.glob("*.toml")
    assert [target.at_s for target in load_exercise(file).targets] == [30.0]
    bar.focus()
    page.keyboard.press("Delete")
    page.wait_for_selector(".author-side .empty")


def test_a_running_session_is_kept_as_an_exercise(chromium: Any, console: Listening, floor: Floor) -> None:
    session = TrainingSession(make_exercise("market_patrol", seed=4, n_targets=2, n_freezes=0), now=lambda: 5.0)
    name = floor.add(session)
    session.act("instructor", {"do": "begin"})
    session.act("instructor", {"do": "inject", "kind": "litter", "camera_id": session.exercise.cameras[1]})
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{console.url}?session={name}&seat=instructor")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Save as exercise").click()
    page.get_by_label("Name").fill("What we did")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=exercises/what-we-did.toml")
    context.close()
    kept = load_exercise(floor.exercises / "what-we-did.toml")
    assert len(kept.targets) == 3
    assert kept.targets[0].camera_id == session.exercise.cameras[1]
    assert "exercise:what-we-did" in floor.offers


def test_an_author_is_told_what_is_wrong_and_a_trainee_is_refused(tmp_path: Path) -> None:
    passwords = tmp_path / "class.txt"
    write_password_line(passwords, password_line("aigerim", "trainee", "ten letters!"))
    write_password_line(passwords, password_line("marat", "instructor", "ten letters!"))
    assert Access(passwords=passwords).has_names
    with serve_beside(Floor(exercises=tmp_path), Host(port=0, passwords=passwords)) as console:
        headers, callers = {"origin": console.url.rstrip("/")}, {}
        for name in ("aigerim", "marat"):
            callers[name] = requests.Session()
            callers[name].post(console.url + "api/login", json={"name": name, "password": "ten letters!"},
                               headers=headers, timeout=60)

        def asked_by(name: str, path: str, body: dict[str, Any]) -> requests.Response:
            return callers[name].post(console.url + path, json=body, headers=headers, timeout=60)

        assert asked_by("aigerim", "api/exercises/aim", {}).status_code == 403
        for body in ({}, {"scenario": "../../etc/passwd", "kind": "litter", "x_m": 0, "y_m": 0},
                     {"scenario": "market_patrol", "kind": "nothing", "x_m": 0, "y_m": 0},
                     {"scenario": "market_patrol", "kind": "litter", "x_m": "left", "y_m": []}):
            assert asked_by("marat", "api/exercises/aim", body).status_code == 400
        answer = asked_by("marat", "api/exercises", {"exercise": {"schema": "watchfloor.exercise/1", "name": "x"}})
        assert (answer.status_code, "Field required" in answer.json()["error"]) == (400, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class.txt"]
