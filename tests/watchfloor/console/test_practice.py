"""A whole training session in a real browser, by keyboard alone, and what of it is left on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scenarios import load_scenario, load_told
from sim.log import Name
from tests.watchfloor.console.conftest import Hands
from watchfloor.console.check import check_session
from watchfloor.console.codes import OffenceCode
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, Listening, serve_beside
from watchfloor.console.practice import PracticeOptions, open_practice, practice_offers
from watchfloor.show import Show
from watchfloor.training.exercise import make_exercise
from watchfloor.training.records import Records
from watchfloor.training.session import TrainingSession
from watchfloor.verify import verify_file

WAIT_MS = 120_000
CODE = OffenceCode(code="434-2", title="the law's words", authority="the competent")


@pytest.fixture(scope="module")
def exercise() -> Any:
    """Three minutes, four targets that a detector claims, and one freeze."""
    return make_exercise("market_patrol", seed=3, minutes=3.0, n_targets=4, p_detect=0.99, false_per_camera_h=20.0)


@pytest.fixture
def session(exercise: Any, hands: Hands, tmp_path: Path) -> TrainingSession:
    return TrainingSession(exercise, folder=tmp_path / "session", now=hands)


@contextmanager
def console_of(session: TrainingSession) -> Iterator[tuple[Listening, str]]:
    floor = Floor(codes=dict.fromkeys(session.kinds, CODE))
    name = floor.add(session)
    with serve_beside(floor, Host(port=0)) as listening:
        yield listening, name


@contextmanager
def page_of(chromium: Any, console: tuple[Listening, str], seat: str, **query: str) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    more = "".join(f"&{name}={value}" for name, value in query.items())
    page.goto(f"{console[0].url}?session={console[1]}&seat={seat}{more}")
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == []


def test_a_training_session_keeps_the_promises_of_a_session(session: TrainingSession) -> None:
    check_session(session)


@pytest.mark.parametrize(("language", "theme", "clip"), [
    ("en", "dark", True), ("ru", "light", False), ("kk", "contrast", False)])
def test_a_session_is_played_by_keyboard_alone(
    chromium: Any, session: TrainingSession, hands: Hands, exercise: Any, language: str, theme: str, clip: bool,
    tmp_path: Path,
) -> None:
    with console_of(session) as console, page_of(chromium, console, "trainee-1", lang=language, theme=theme) as page:
        press = page.keyboard.press
        page.wait_for_selector("dialog.briefing button:focus")
        told = load_told("market_patrol")
        assert told.stories[language].split("\n")[0] in page.inner_text("dialog.briefing")
        assert page.inner_text(".bar .title") == told.titles[language]
        press("Enter")
        page.wait_for_selector(".phase[data-state=running]")
        hands.now_s = exercise.targets[0].at_s + 10.0
        page.wait_for_selector(".alerts .row")
        press("ArrowDown")
        page.wait_for_selector(".alerts .row[aria-selected=true]")
        press("a")
        page.wait_for_selector(".alerts .row[data-state=taken]")
        press("c")
        page.wait_for_selector("dialog select:focus")
        assert all(part in page.inner_text("dialog .told") for part in (CODE.code, CODE.title, CODE.authority))
        press("Tab")
        assert page.input_value("dialog [name=place]"), "the camera's district stands there, to be overwritten"
        page.keyboard.type("by the fountain")
        press("Tab")
        page.keyboard.type("two men")
        for key in ("Tab", *(["Space"] if clip else []), "Tab", "Tab", "Enter"):
            press(key)
        page.wait_for_selector(".desk .chip[data-state=waiting]")
        assert CODE.code in page.inner_text(".desk .row-main")
        if clip:
            page.wait_for_selector(".toast:has-text('.mp4')")
            manifest = next((tmp_path / "session" / "evidence").glob("*.json"))
            assert verify_file(manifest).startswith("EXERCISE ")
            assert "incident" not in manifest.read_text(encoding="utf-8"), "the truth is not handed on"
        press("d")
        page.wait_for_selector(".units button:focus")
        assert page.inner_text(".call-told") == "by the fountain · two men"
        press("Enter")
        page.wait_for_selector(".desk .chip[data-state=dispatched]")
        hands.now_s = exercise.freezes_s[0] + 1.0
        page.wait_for_selector("dialog.blind")
        for _ in session.questions:
            press("Space")
            press("Tab")
        press("Enter")
        page.wait_for_selector(".phase[data-state=running]")
        hands.now_s += exercise.duration_s
        page.wait_for_selector("dialog.blind input[type=range]")
        for _ in range(6):
            press("Tab")
        press("Enter")
        page.wait_for_selector(".debrief tbody tr")
        hits = page.locator(".debrief .chip[data-state=hit]").count()
        rows = page.locator(".debrief tbody tr").count()
        page.click(".debrief tr:has(.chip[data-state=miss]) button")
        page.wait_for_selector(".tile.selected .chip[data-state=past]")
        missed = next(one for one in session.debrief("trainee-1")["incidents"] if one["outcome"] == "miss")
        assert str(missed["camera_id"]) in page.inner_text(".tile.selected .tile-name")
        looked_s = float(page.input_value(".track input"))
        assert missed["occur_s"] - 3.0 <= looked_s, "the second at which it happened, and what came after"
    log = session.room.world.log()
    confirmed = set(log.incident_id[log.name == Name.CONFIRM].tolist())
    assert (hits, rows) == (len(confirmed), len(exercise.targets)), "the debrief's numbers are the log's"
    assert hits == 1


def test_an_instructor_stages_what_the_trainee_then_sees(
    chromium: Any, session: TrainingSession, hands: Hands,
) -> None:
    with console_of(session) as console, page_of(chromium, console, "trainee-1") as trainee, \
            page_of(chromium, console, "instructor", lang="en") as instructor:
        trainee.wait_for_selector("dialog.briefing button:focus")
        trainee.keyboard.press("Enter")
        instructor.wait_for_selector(".phase[data-state=running]")
        hands.now_s += 5.0
        instructor.get_by_role("button", name="Stage incident").click()
        instructor.get_by_label("Camera", exact=True).fill(str(session.exercise.cameras[2]))
        instructor.keyboard.press("Enter")
        instructor.wait_for_selector(".tile.truth")
        assert trainee.locator(".tile.truth").count() == 0, "the truth is the instructor's"
        instructor.get_by_role("button", name="Note", exact=True).click()
        instructor.wait_for_selector("dialog textarea:focus")
        instructor.keyboard.type("looks left first")
        instructor.keyboard.press("Tab")
        instructor.keyboard.press("Tab")
        instructor.keyboard.press("Enter")
        instructor.wait_for_selector(".radio li:has-text('Note: looks left first')")
        assert trainee.locator(".radio li:has-text('looks left')").count() == 0, "and so are the notes"
        instructor.keyboard.press("p")
        trainee.wait_for_selector(".phase[data-state=paused]")


def test_a_killed_server_loses_no_answer_that_it_gave(
    chromium: Any, session: TrainingSession, hands: Hands, exercise: Any, tmp_path: Path,
) -> None:
    with console_of(session) as console, page_of(chromium, console, "trainee-1") as page:
        page.wait_for_selector("dialog.briefing button:focus")
        page.keyboard.press("Enter")
        page.wait_for_selector(".phase[data-state=running]")
        hands.now_s = 30.0
        page.keyboard.press("t")
        page.keyboard.type("one, two")
        page.keyboard.press("Enter")
        page.wait_for_selector(".radio li")
    again = TrainingSession.resumed(tmp_path / "session", now=Hands())
    assert (again.phase, [line["text"] for line in again.state("trainee-1")["radio"]]) == ("paused", ["one, two"])
    again.close()


def test_a_named_trainees_result_is_in_the_records_and_a_nameless_ones_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for names in ((), ("Aigerim",)):
        played = open_practice(PracticeOptions(
            what="market_patrol", resume=None, minutes=2.0, n_targets=2, n_tiles=4, seed=1, trainees=names,
            records="sessions.db", out=None), show=Show(quiet=True)).session
        for do in ("begin", "finish", "finish"):
            assert played.act("trainee-1", {"do": do})["ok"]
        played.close()
    records = Records("sessions.db")
    assert [row.trainee_id for row in records.sessions()] == [records.find("Aigerim")]
    assert sorted(path.name for path in Path("out").iterdir()) == ["train-market_patrol-1-1", "train-market_patrol-1-2"]


def test_scenarios_can_be_opened_from_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    offers = practice_offers({"market_patrol": "A Saturday"})
    floor = Floor(offers=offers)
    name = floor.open("train:market_patrol")
    assert floor.running[name].session.title["en"] == load_scenario("market_patrol").title
    floor.close()
