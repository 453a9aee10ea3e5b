"""Several people on one server, and a server that dies: each has their own scores, and nobody loses a response."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.sync.client import ClientConnection, connect

from scenarios import load_scenario
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, serve_beside
from watchfloor.training.exercise import make_exercise
from watchfloor.training.journal import load_journal
from watchfloor.training.session import TrainingSession
from watchfloor.training.session_folder import JOURNAL
from watchfloor.training.simulated import HandClock

WAIT_S = 120.0


class Chair:
    """A seat taken by a program instead of a page."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.n_asked = 0
        self.state: dict[str, Any] = {}

    def act(self, do: str, **more: Any) -> dict[str, Any]:
        """Do something and return the answer."""
        self.n_asked += 1
        key = f"{do}-{self.n_asked}"
        self.socket.send(json.dumps({"type": "act", "key": key, "action": {"do": do, **more}}))
        while True:
            message = self._read()
            if message.get("key") == key:
                return message

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Return the state once it holds what is wanted."""
        while any(self.state.get(name) != value for name, value in wanted.items()):
            self._read()
        return self.state

    def _read(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=WAIT_S))
        if message["type"] == "state":
            self.state |= message["state"]
        return message


@contextlib.contextmanager
def seated(url: str, session: str, *seats: str) -> Iterator[list[Chair]]:
    """Take seats of a session while the with-block runs."""
    with contextlib.ExitStack() as sockets:
        yield [Chair(sockets.enter_context(connect(f"{url.replace('http', 'ws', 1)}ws/{session}/{seat}",
                                                   origin=url.rstrip("/"), max_size=None))) for seat in seats]


def test_two_trainees_and_an_instructor_have_each_their_own_scores_and_a_slow_seat_holds_up_nobody() -> None:
    scenario, clock = load_scenario("market_patrol"), HandClock()
    exercise = make_exercise("market_patrol", scenario=scenario, seed=6, n_targets=3, n_freezes=0)
    results = []
    session = TrainingSession(exercise, scenario=scenario, trainees=("aa", "bb"), now=clock,
                              on_finished=results.append)
    floor = Floor()
    name = floor.add(session)
    with serve_beside(floor, Host(port=0)) as console, \
            seated(console.url, name, "trainee-1", "trainee-1", "trainee-2", "instructor") as seats:
        slow, one, two, instructor = seats
        slow.socket.send(json.dumps({"type": "wall", "tiles": [
            {"tile": tile, "camera_id": camera, "size": "medium"} for tile, camera in enumerate(exercise.cameras)]}))
        assert instructor.act("begin")["ok"]
        two.until(phase="running")
        camera = exercise.cameras[0]
        clock.now_s += 4.0
        assert instructor.act("inject", kind="litter", camera_id=camera)["ok"]
        assert not two.act("inject", kind="litter", camera_id=camera)["ok"]
        clock.now_s += 4.0
        for chair in (one, two):
            assert chair.act("bookmark", camera_id=camera, note=f"by {chair is one}")["ok"]
        found = one.act("sighting", camera_id=camera, kind="litter")
        assert one.act("confirm", sighting_id=found["sighting_id"], kind="litter")["ok"]
        empty = next(other for other in exercise.cameras
                     if other not in {camera, *(target.camera_id for target in exercise.targets)})
        clock.now_s += 5.0
        wrong = two.act("sighting", camera_id=empty, kind="litter")
        assert two.act("confirm", sighting_id=wrong["sighting_id"], kind="litter")["ok"]
        clock.now_s += 60.0
        assert not one.act("finish")["ok"], "nobody ends another's session"
        assert instructor.act("finish")["ok"]
        for chair in (one, two):
            assert chair.act("finish")["ok"]
        two.until(phase="debrief")
        scores = {seat: requests.get(f"{console.url}api/sessions/{name}/debrief", params={"seat": seat},
                                     timeout=WAIT_S).json()["scores"] for seat in ("trainee-1", "trainee-2")}
        assert "truth" not in two.state
        assert instructor.until(phase="debrief")["truth"] is not None
        assert [bookmark["note"] for bookmark in two.state["bookmarks"]] == ["by False"]
    assert (scores["trainee-1"]["hits"], scores["trainee-1"]["false_alarms"]) == (1, 0)
    assert (scores["trainee-2"]["hits"], scores["trainee-2"]["false_alarms"]) == (0, 1)
    assert [(result.trainee_id, result.detection.n_hits) for result in results] == [("aa", 1), ("bb", 0)]


@contextlib.contextmanager
def trained(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a real `watchfloor train` on a free port; yields the program and its address."""
    program = subprocess.Popen(
        [sys.executable, "-m", "watchfloor", "train", *arguments, "--port", "0", "--no-browser"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3]), "PYTHONUNBUFFERED": "1"})
    try:
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", said)):
            line = program.stdout.readline() if program.stdout else ""
            assert line, f"it ended: {said}"
            said += line
        yield program, found[0]
    finally:
        program.kill()
        program.wait(WAIT_S)
        if program.stdout:
            program.stdout.close()


def session_at(url: str) -> str:
    until_s = time.monotonic() + WAIT_S
    while True:
        with contextlib.suppress(requests.ConnectionError):
            return str(requests.get(url + "api/about", timeout=WAIT_S).json()["sessions"][0]["session_id"])
        assert time.monotonic() < until_s, "it never answered"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_program_loses_no_response_that_it_acknowledged(tmp_path: Path) -> None:
    with trained(tmp_path, "market_patrol", "--out", "kept") as (program, url), \
            seated(url, session_at(url), "trainee-1") as [chair]:
        assert chair.act("begin")["ok"]
        camera = chair.until(phase="running")["tiles"][0]["camera_id"]
        answers = [chair.act("bookmark", camera_id=camera, note=str(number)) for number in range(40)]
        sighting = chair.act("sighting", camera_id=camera, kind="litter")
        answers += [sighting, chair.act("confirm", sighting_id=sighting["sighting_id"], kind="litter"),
                    chair.act("radio", text="to all units")]
        assert all(answer["ok"] for answer in answers)
        for number in range(20):
            chair.socket.send(json.dumps({"type": "act", "key": f"late-{number}", "action": {
                "do": "bookmark", "camera_id": camera, "note": f"late {number}"}}))
        os.kill(program.pid, signal.SIGKILL)
        assert program.wait(WAIT_S) == -signal.SIGKILL
    kept = load_journal(tmp_path / "kept" / JOURNAL)
    assert {answer["seq"] for answer in answers} <= {entry.seq for entry in kept.entries}
    with trained(tmp_path, "--resume", "kept") as (_, url), seated(url, session_at(url), "trainee-1") as [again]:
        state = again.until(phase="paused")
        notes = [bookmark["note"] for bookmark in state["bookmarks"]]
        assert notes[:40] == [str(number) for number in range(40)]
        assert notes[40:] == [f"late {number}" for number in range(len(notes) - 40)], "none twice, none in between lost"
        assert [call["kind"] for call in state["calls"]] == ["litter"]
        assert [line["text"] for line in state["radio"]] == ["to all units"]
