"""`watchfloor badge` as a program: killed, restarted, cut off, and worn by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hw.badge import BadgeStation
from sim.input_records import UnitStep
from tests.conftest import plain_environment
from tests.hw.badge.both_ends import SIMULATED, Room, draft
from tests.waiting import wait_until

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `watchfloor badge --unit 17 …` in an empty folder, and ends what still runs."""
    running: list[subprocess.Popen[str]] = []

    def go(station: BadgeStation, *arguments: str) -> subprocess.Popen[str]:
        running.append(subprocess.Popen(
            [sys.executable, "-m", "watchfloor", "badge", "--unit", "17", "--server", f"127.0.0.1:{station.port}",
             *arguments],
            cwd=tmp_path, env=plain_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return running[-1]

    yield go
    for program in running:
        program.kill()
        program.communicate()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(path=tmp_path / "book.sqlite", is_exercise=True)


def test_a_badge_that_is_killed_on_the_way_reports_each_step_once(room: Room, start: Start) -> None:
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=True) as station:
        order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
        first = start(station, "--acknowledge-s", "0", "--turnout-s", "60")
        wait_until(lambda: room.reports, 30.0)
        first.kill()
        start(station, "--turnout-s", "0", "--travel-s", "0", "--scene-s", "0")
        wait_until(lambda: len(room.reports) >= 4, 30.0)
    assert [report.step for _, report in room.reports] == list(UnitStep)
    assert {told.order_id for told, _ in room.reports} == {order.order_id}
    assert room.reports[-1][1].disposition == "warning"
    assert room.telemetry


def test_by_hand_the_wearer_says_what_they_do(room: Room, start: Start) -> None:
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=True) as station:
        badge = start(station, "--by-hand", "--real", "--json")
        wait_until(lambda: station.up, 30.0)
        order = room.gate.issue(draft(), SIMULATED, wall_s=1.0)
        station.wake(17)
        wait_until(lambda: room.book.waiting(17) == [])
        printed, _ = badge.communicate("x\na\nc nonsense\nc citation\nq\n", timeout=30)
        start(station)
        wait_until(lambda: len(room.reports) == 2, 30.0)
    lines = [line for line in map(json.loads, printed.splitlines()) if line["type"] != "link"]
    assert [line["type"] for line in lines] == ["order", "error", "report", "error", "report"]
    assert lines[0]["order_id"] == order.order_id
    assert lines[0]["is_exercise"] is True
    assert "nonsense; expected one of citation" in lines[3]["why"]
    assert [report.disposition for _, report in room.reports] == [None, "citation"]


def test_an_order_of_an_exercise_says_so_on_the_badge(room: Room, start: Start) -> None:
    with BadgeStation(room.end, units=frozenset({17}), is_exercise=True) as station:
        room.gate.issue(draft(), SIMULATED, wall_s=1.0)
        badge = start(station, "--acknowledge-s", "0", "--seconds", "20")
        wait_until(lambda: room.reports, 30.0)
        badge.terminate()
        printed, _ = badge.communicate(timeout=30)
    assert "EXERCISE order s1-3-17-0: littering, priority 2, at 53.20000 63.60000" in printed


def test_an_address_without_a_port_is_bad_usage(watchfloor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = watchfloor("badge", "--unit", "17", "--server", "localhost")
    assert done.returncode == 2
    assert "--server = localhost; expected HOST:PORT, or mqtt://HOST:PORT" in done.stderr
