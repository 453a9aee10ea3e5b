"""A finished run, and a console that serves it on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from scenarios import load_scenario
from sim.engine import World
from sim.trace import draw_trace
from watchfloor.console.finished_run import FinishedRun, load_run
from watchfloor.console.floor import Floor
from watchfloor.console.hosting import Host, Listening, serve_beside
from watchfloor.console.replay import ReplaySession
from watchfloor.results import events_table, write_json, write_table


@dataclass(kw_only=True)
class Hands:
    """A wall clock that is set by hand."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def hands() -> Hands:
    return Hands()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A console that answers, with one finished run in it."""

    listening: Listening
    floor: Floor
    session_id: str
    session: ReplaySession

    @property
    def url(self) -> str:
        return self.listening.url

    def address(self, seat: str = "viewer") -> str:
        return f"ws://127.0.0.1:{self.listening.port}/ws/{self.session_id}/{seat}"

    @property
    def origin(self) -> str:
        return self.url.rstrip("/")

    def about(self) -> dict[str, Any]:
        return dict(requests.get(self.url + "api/about", timeout=60).json())


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `watchfloor run` leaves it, of the morning at the market."""
    folder = tmp_path_factory.mktemp("run")
    scenario = load_scenario("market_patrol")
    trace = draw_trace(scenario, seed=1)
    world = World(scenario, trace)
    world.run()
    log = world.log()
    write_table(events_table([log]), folder / "events.parquet")
    write_json({"scenario": "market_patrol", "seed": 1, "hours": scenario.duration_s / 3600.0,
                "scenario_digest": scenario.digest, "log_digests": {log.arm: log.digest()}, "shown_replication": 0,
                "trace_digest": trace.digest}, folder / "manifest.json")
    return folder


@pytest.fixture(scope="session")
def finished(run_folder: Path) -> FinishedRun:
    return load_run(run_folder)


@pytest.fixture
def replay(finished: FinishedRun) -> ReplaySession:
    """The run, standing at the instant when two butts have just been dropped before camera 14."""
    session = ReplaySession(finished)
    assert session.act("viewer", {"do": "pause"})["ok"]
    assert session.act("viewer", {"do": "seek", "t_s": 2436.0})["ok"]
    return session


@pytest.fixture
def served(replay: ReplaySession) -> Iterator[Served]:
    floor = Floor()
    name = floor.add(replay)
    with serve_beside(floor, Host(port=0)) as listening:
        yield Served(listening=listening, floor=floor, session_id=name, session=replay)
