"""The page of classes in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, serve_beside
from watchfloor.training.classes import Classes
from watchfloor.training.exercise import make_exercise
from watchfloor.training.exercise_shelf import ExerciseShelf
from watchfloor.training.records import Records
from watchfloor.training.simulated import PRESETS, play_simulated


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("kk", "contrast")])
def test_a_class_is_made_and_a_member_trains_for_the_records(
    chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, theme: str,
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    monkeypatch.chdir(tmp_path)
    exercise = make_exercise("market_patrol", seed=2, minutes=2.0, n_targets=2, n_freezes=0)
    ExerciseShelf(tmp_path / "exercises").save(exercise)
    records = Records(tmp_path / "sessions.db")
    aigerim = records.enrol("Айгерім")
    records.add(play_simulated(exercise, PRESETS["trained"], seed=1, trainee_id=aigerim),
                finished_at="2026-03-01T10:00:00Z")
    floor = Floor(exercises=tmp_path / "exercises", records=str(tmp_path / "sessions.db"))
    with serve_beside(floor, Host(port=0)) as console:
        context = chromium.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        page.set_default_timeout(120_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{console.url}?page=classes&lang={language}&theme={theme}")
        page.wait_for_selector("html[data-ready]")
        page.locator("[id='class-class.make']").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog input:focus")
        page.keyboard.type("autumn")
        page.keyboard.press("Tab")
        page.keyboard.type("1.5")
        page.keyboard.press("Enter")
        page.locator("[id='class-class.add']").press("Enter")
        page.wait_for_selector("dialog input:focus")
        page.keyboard.type("Айгерім")
        page.keyboard.press("Enter")
        page.wait_for_selector(".class-chart circle")
        assert page.locator(".class-table tbody tr").count() == 1
        answer = Axe().run(page).response
        assert len(answer["passes"]) > 10
        assert [one["id"] for one in answer["violations"]] == []
        page.locator(".class-table button").first.press("Enter")
        page.wait_for_selector("dialog select:focus")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**session=*")
        context.close()
        assert faults == []
        [running] = floor.running.values()
        for do in ("begin", "finish", "finish"):
            assert running.session.act("trainee-1", {"do": do})["ok"]
    [standing] = Classes(records).standings("autumn").members
    assert (standing.trainee_id, len(standing.d_primes)) == (aigerim, 2)
    records.close()
