"""Push-to-talk in a real browser with a microphone that beeps: kept, played back, and checked with the read-back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.watchfloor.console.conftest import Hands
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, serve_beside
from watchfloor.training.exercise import make_exercise
from watchfloor.training.session import TrainingSession

WAIT_MS = 120_000


@pytest.fixture
def session(hands: Hands, tmp_path: Path) -> TrainingSession:
    exercise = make_exercise("market_patrol", seed=4, n_targets=2, n_freezes=0)
    session = TrainingSession(exercise, folder=tmp_path / "session", now=hands)
    assert session.act("trainee-1", {"do": "begin"})["ok"]
    return session


@pytest.fixture
def talking(start_chromium: Callable[..., Any]) -> Iterator[Any]:
    """A browser whose microphone is a beep, which asks nobody."""
    browser = start_chromium("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    yield browser
    browser.close()


def test_spoken_words_are_kept_heard_again_and_the_read_back_is_checked(
    talking: Any, session: TrainingSession, hands: Hands, tmp_path: Path,
) -> None:
    floor = Floor()
    name = floor.add(session)
    with serve_beside(floor, Host(port=0)) as console:
        context = talking.new_context(permissions=["microphone"], viewport={"width": 1600, "height": 900})
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{console.url}?session={name}&seat=trainee-1")
        page.wait_for_selector("html[data-ready]")
        talk = page.locator(".talk")
        talk.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".talk[data-recording]")
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        page.wait_for_selector(".radio li button")
        with page.expect_response(lambda answer: "/radio/0001" in answer.url) as heard:
            page.locator(".radio li button").click()
        assert heard.value.headers["content-type"] == "audio/webm"
        target = session.exercise.targets[0]
        hands.now_s = target.at_s + 5.0
        sighting = session.act("trainee-1", {"do": "sighting", "camera_id": target.camera_id, "kind": target.kind})
        assert session.act("trainee-1", {"do": "confirm", "sighting_id": sighting["sighting_id"]})["ok"]
        unit = min(session.state("trainee-1")["calls"][0]["travel_s"])
        assert session.act("trainee-1", {"do": "dispatch", "call_id": 0, "unit_id": unit})["ok"]
        hands.now_s += 40.0
        page.get_by_role("button", name="Right", exact=True).press("Enter")
        page.wait_for_selector("text=✓ checked")
        context.close()
        assert faults == []
        for do in ("finish", "finish"):
            session.act("trainee-1", {"do": do})
        debrief = session.debrief("trainee-1")
        checked = next(one for one in debrief["checklist"] if one["item"] == "read_back_checked")
        assert (checked["n_done"], checked["n_cases"]) == (1, 1)
        assert [line["sound"] for line in debrief["radio"]] == ["0001.webm"]
    again = TrainingSession.resumed(tmp_path / "session")
    assert [line.get("sound") for line in again.room.radio if line.get("sound")] == ["0001.webm"]
    again.close()


def test_words_are_said_once_and_only_by_who_may(session: TrainingSession, tmp_path: Path) -> None:
    floor = Floor()
    name = floor.add(session)
    with serve_beside(floor, Host(port=0)) as console:
        origin, path = console.url.rstrip("/"), f"{console.url}api/sessions/{name}/radio"

        def say(*, key: str = "k", seat: str = "trainee-1", media_type: str = "audio/webm", seconds: str = "1.5",
                sound: bytes = b"words") -> int:
            return requests.post(path, params={"seat": seat, "key": key, "seconds": seconds}, data=sound, timeout=60,
                                 headers={"origin": origin, "content-type": media_type}).status_code

        assert [say(), say()] == [200, 200]
        assert len(session.room.radio) == 1
        assert say(key="l", seat="nobody") == 404
        assert say(key="m", media_type="text/html") == 400
        assert say(key="n", seconds="nan") == 400
        assert say(key="o", sound=b"x" * (2 * 1024 * 1024 + 1)) == 400
        assert requests.post(path, params={"seat": "trainee-1", "key": "p", "seconds": "1"}, data=b"x",
                             timeout=60).status_code == 403, "a post without the page's origin"
        for hostile in ("..%2Fjournal.jsonl", "journal.jsonl", "0002.webm"):
            assert requests.get(f"{path}/{hostile}", params={"seat": "trainee-1"}, timeout=60).status_code == 404
        assert requests.get(f"{path}/0001.webm", params={"seat": "trainee-1"}, timeout=60).content == b"words"
        assert not session.act("trainee-1", {"do": "radio", "sound": "../journal.jsonl", "sound_s": 1.0})["ok"]
        assert not session.act("trainee-1", {"do": "read_back", "call_id": 0})["ok"], "no unit has read one back"
    assert [path.name for path in (tmp_path / "session" / "radio").iterdir()] == ["0001.webm"]
