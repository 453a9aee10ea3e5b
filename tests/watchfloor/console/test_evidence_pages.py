"""Evidence asked for from the page: in the session's folder, once, only what may be handed on, and to whom."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import requests

from sim.errors import InputError
from tests.watchfloor.console.conftest import Hands
from watchfloor.console.evidence_pages import find_piece, write_piece
from watchfloor.console.finished_run import FinishedRun
from watchfloor.console.replay import ReplaySession
from watchfloor.training.exercise import make_exercise
from watchfloor.training.session import TrainingSession


@pytest.fixture
def running(hands: Hands, tmp_path: Path) -> TrainingSession:
    exercise = make_exercise("market_patrol", seed=3, minutes=3.0, n_targets=4, p_detect=0.99, false_per_camera_h=20.0)
    session = TrainingSession(exercise, folder=tmp_path / "session", now=hands)
    assert session.act("instructor", {"do": "begin"})["ok"]
    return session


def ask(served: Any, seat: str = "viewer", **body: object) -> requests.Response:
    return requests.post(f"{served.url}api/sessions/{served.session_id}/evidence?seat={seat}", json=body, timeout=120,
                         headers={"origin": served.origin})


def test_a_piece_is_written_once_and_sent_by_its_name(served: Any, run_folder: Path) -> None:
    wanted = {"camera_id": 14, "from_s": 2440.0, "to_s": 2441.04}
    made = ask(served, **wanted).json()
    manifest = run_folder / "evidence" / made["manifest"]
    written_ns = manifest.stat().st_mtime_ns
    assert ask(served, **wanted).json() == made
    assert (manifest.stat().st_mtime_ns, made["span_s"]) == (written_ns, 1.0)
    path = f"{served.url}api/sessions/{served.session_id}/evidence/"
    sent = requests.get(path + made["clip"] + "?seat=viewer", timeout=60)
    assert sent.content == manifest.with_suffix(".mp4").read_bytes()
    assert sent.headers["content-disposition"] == f'attachment; filename="{made["clip"]}"'
    for name, seat in (("..%2Fmanifest.json", "viewer"), ("manifest.json", "viewer"), (made["clip"], "nobody")):
        assert requests.get(f"{path}{name}?seat={seat}", timeout=60).status_code == 404


@pytest.mark.parametrize(("body", "seat", "status"), [
    ({"camera_id": 14, "from_s": 0, "to_s": 1}, "nobody", 404),
    ({"camera_id": "14", "from_s": 0, "to_s": 1}, "viewer", 400),
    ({"camera_id": 14, "from_s": 0}, "viewer", 400), ({"camera_id": 9999, "from_s": 0, "to_s": 1}, "viewer", 400),
    ({"camera_id": 14, "from_s": 0, "to_s": 500}, "viewer", 400),
    ({"camera_id": 14, "from_s": 5, "to_s": 4}, "viewer", 400),
    ({"camera_id": 14, "from_s": 0, "to_s": 1e300}, "viewer", 400),
])
def test_what_cannot_be_handed_on_is_refused(served: Any, body: dict[str, object], seat: str, status: int) -> None:
    answer = ask(served, seat, **body)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


def test_a_session_that_is_kept_nowhere_hands_nothing_on(finished: FinishedRun) -> None:
    session = ReplaySession(dataclasses.replace(finished, folder=None))
    with pytest.raises(InputError, match="kept nowhere"):
        write_piece(session, 14, 0.0, 1.0)
    assert find_piece(session, "camera-14-0.0-1.0.json") is None


def test_an_outage_is_dark_in_the_clip_and_what_is_still_to_come_is_refused(
    running: TrainingSession, hands: Hands, tmp_path: Path,
) -> None:
    camera = running.exercise.cameras[0]
    hands.now_s = 2.0
    assert running.act("instructor", {"do": "outage", "camera_id": camera, "duration_s": 1.0})["ok"]
    hands.now_s = 4.0
    made = write_piece(running, camera, 1.0, 4.0)
    with av.open(str(tmp_path / "session" / "evidence" / made["clip"])) as clip:
        lights = np.array([frame.to_ndarray(format="gray")[:300].mean() for frame in clip.decode(video=0)])
    assert len(lights) == 30
    is_dark = lights < 30.0
    assert is_dark[11:19].all()
    assert not is_dark[:9].any()
    assert not is_dark[21:].any()
    with pytest.raises(InputError, match="expected 0 to 4 s"):
        write_piece(running, camera, 1.0, 5.0)
    document = json.loads((tmp_path / "session" / "evidence" / made["manifest"]).read_text(encoding="utf-8"))
    assert document["marking"] == "EXERCISE"


def test_nobody_gets_pictures_during_a_freeze(running: TrainingSession, hands: Hands) -> None:
    hands.now_s = running.exercise.freezes_s[0] + 1.0
    running.catch_up()
    assert running.phase == "freeze"
    with pytest.raises(InputError, match="a session in freeze"):
        write_piece(running, running.exercise.cameras[0], 1.0, 2.0)
