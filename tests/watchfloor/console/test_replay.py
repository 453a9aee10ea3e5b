"""A finished run played back says what its log says, at every instant, forwards and backwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.log import Name
from tests.watchfloor.console.conftest import Hands
from watchfloor.console.check import check_session
from watchfloor.console.finished_run import FinishedRun, load_run
from watchfloor.console.replay import ReplaySession
from watchfloor.console.told import Told
from watchfloor.results import write_json


def instants(run: FinishedRun, name: Name) -> list[float]:
    return [float(t_s) for t_s, what in zip(run.log.t_s, run.log.name, strict=True) if what == name]


def at(session: ReplaySession, t_s: float) -> dict[str, object]:
    assert session.act("viewer", {"do": "seek", "t_s": t_s})["ok"]
    return session.state("viewer")


def test_a_replay_keeps_the_promises_of_a_session(replay: ReplaySession) -> None:
    check_session(replay)


def test_a_case_is_listed_from_the_second_it_is_taken_until_it_is_decided(
    finished: FinishedRun, replay: ReplaySession,
) -> None:
    shown_s, confirm_s = instants(finished, Name.SHOWN)[0], instants(finished, Name.CONFIRM)[0]
    states = {t_s: [alert["state"] for alert in at(replay, t_s)["alerts"]]
              for t_s in (shown_s - 0.1, shown_s + 0.1, confirm_s + 0.1)}
    assert list(states.values()) == [[], ["taken"], ["confirmed"]]


def test_a_call_and_its_unit_move_as_the_log_says(finished: FinishedRun, replay: ReplaySession) -> None:
    there_s = instants(finished, Name.ON_SCENE)[0]
    before, after = at(replay, there_s - 1.0), at(replay, there_s + 0.1)
    assert [call["state"] for call in before["calls"]] == ["dispatched"]
    assert [call["state"] for call in after["calls"]] == ["on_scene"]
    call = after["calls"][0]
    unit = next(unit for unit in after["units"] if unit["call_id"] == call["call_id"])
    assert (unit["state"], unit["x_m"], unit["y_m"]) == ("on_scene", call["x_m"], call["y_m"])


def test_going_back_and_forth_gives_the_same_as_going_once(finished: FinishedRun) -> None:
    wandering, straight = (Told(finished.log, n_units=4) for _ in range(2))
    for t_s in (3000.0, 100.0, 14000.0, 2500.0, 6000.0):
        wandering.go_to(t_s)
    straight.go_to(6000.0)
    assert (wandering.alerts, wandering.calls, wandering.units) == (straight.alerts, straight.calls, straight.units)


def test_time_runs_at_the_chosen_speed_and_stands_when_paused(finished: FinishedRun) -> None:
    hands = Hands(now_s=100.0)
    session = ReplaySession(finished, now=hands)
    session.act("viewer", {"do": "speed", "factor": 60})
    hands.now_s += 10.0
    assert session.t_s == pytest.approx(600.0)
    session.act("viewer", {"do": "pause"})
    hands.now_s += 10.0
    assert session.t_s == pytest.approx(600.0)
    session.act("viewer", {"do": "resume"})
    hands.now_s += 1e6
    assert session.t_s == 14400.0, "it stops at the end"


def test_the_debrief_counts_what_the_log_counts(finished: FinishedRun, replay: ReplaySession) -> None:
    debrief = replay.debrief("viewer")
    n_seen = len(set(finished.log.incident_id[finished.log.name == Name.OCCUR].tolist()))
    assert len(debrief["incidents"]) == n_seen
    assert debrief["scores"]["hits"] == len(instants(finished, Name.CONFIRM))
    assert debrief["scores"]["hits"] + debrief["scores"]["misses"] == n_seen


def test_what_happened_cannot_be_changed(replay: ReplaySession) -> None:
    before = replay.debrief("viewer")
    for action in ({"do": "confirm", "alert_id": 0, "kind": "litter"}, {"do": "dispatch", "call_id": 0, "unit_id": 0},
                   {"do": "inject", "kind": "litter", "camera_id": 3}):
        assert "cannot be changed" in replay.act("viewer", action)["error"]
    assert replay.debrief("viewer") == before


def test_an_altered_log_is_refused(run_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(run_folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["log_digests"] = dict.fromkeys(manifest["log_digests"], "0" * 64)
    write_json(manifest, folder / "manifest.json")
    with pytest.raises(InputError, match="has been altered"):
        load_run(folder)


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="watchfloor run SCENARIO"):
        load_run(tmp_path)
