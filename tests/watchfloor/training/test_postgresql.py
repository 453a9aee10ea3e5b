"""Records in a real PostgreSQL, by the commands that a centre uses: what SQLite keeps, it keeps."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import Scenario
from tests.conftest import Run
from watchfloor.console.practice import PracticeOptions, open_practice
from watchfloor.show import Show
from watchfloor.training.classes import Classes, PassMarks
from watchfloor.training.desk import forget, list_trainees
from watchfloor.training.exercise import make_exercise
from watchfloor.training.export import write_own
from watchfloor.training.records import Records
from watchfloor.training.session import TrainingSession
from watchfloor.training.simulated import PRESETS, play_simulated
from watchfloor.verify import verify_file

WAIT_S = 120


def programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs, which Debian keeps out of the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of an empty database in a server of this test's own, on a socket in its own folder."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's server is not on this machine")
    pytest.importorskip("psycopg", reason="psycopg is not on this machine")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as data:
        as_whom: list[str] = []
        if os.geteuid() == 0:  # it refuses to run as root
            as_whom = ["runuser", "-u", "postgres", "--"]
            shutil.chown(data, "postgres")

        def run(program: str, *arguments: str) -> None:
            subprocess.run([*as_whom, str(folder / program), *arguments], check=True, timeout=WAIT_S, cwd=data,
                           stdout=subprocess.DEVNULL)

        run("initdb", "-D", f"{data}/db", "-U", "centre", "-A", "trust", "--no-sync")
        run("pg_ctl", "-D", f"{data}/db", "-l", f"{data}/log", "-w", "-t", str(WAIT_S), "-o",
            f"-k {data} -c listen_addresses='' -c fsync=off", "start")
        yield f"postgresql+psycopg://centre:secret@/postgres?host={data}"
        run("pg_ctl", "-D", f"{data}/db", "-m", "immediate", "stop")


def test_a_centres_year_is_kept_in_postgresql_as_in_a_file(
    address: str, tmp_path: Path, watchfloor: Run, market: Scenario,
) -> None:
    def do(*words: str) -> str:
        done = watchfloor(*words, "--records", address)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    random_id = do("sessions", "enrol", "Aigerim", "--consent").strip()
    results = [play_simulated(make_exercise("market_patrol", scenario=market, seed=seed, minutes=12, n_targets=16,
                                            n_freezes=0), PRESETS["trained"], seed=seed, scenario=market)
               for seed in range(2)]
    ways = {}
    for where in (address, str(tmp_path / "twin.db")):
        records = Records(where)
        trainee = records.enrol("Aigerim", consents=True)
        assert (trainee == random_id) == (where == address)
        for number, result in enumerate(results):
            for _ in range(2):  # keeping it again changes nothing
                records.add(replace(result, trainee_id=trainee), finished_at=f"2026-03-0{number + 1}T10:00:00+00:00")
        classes = Classes(records)
        classes.make("autumn", PassMarks(d_prime=1.0))
        classes.add("autumn", trainee)
        done = write_own(records, tmp_path / "own.json", trainee_id=trainee)
        own = (tmp_path / "own.json").read_text(encoding="utf-8").replace(trainee, "somebody")
        ways[where] = done.n_rows, json.loads(own), records.progress(trainee).detection
        records.close()
    first, second = ways.values()
    assert first == second
    assert [one.n_targets for one in list_trainees(address)] == [32]
    do("sessions", "certify", "Aigerim", "--key", "centre.pem", "-o", "certificate.json")
    assert verify_file(tmp_path / "certificate.json").startswith("Aigerim: d′")
    asked = PracticeOptions(what="market_patrol", resume=None, minutes=2.0, n_targets=2, n_tiles=4, seed=1,
                            trainees=("Aigerim",), records=address, out=tmp_path / "kept")
    open_practice(asked, show=Show(quiet=True)).session.close()
    again = replace(asked, what=None, resume=tmp_path / "kept", trainees=())
    finish(open_practice(again, show=Show(quiet=True)).session)
    records = Records(address)
    assert len(records.sessions(records.find("Aigerim"))) == 3, "a session that goes on is recorded too"
    forget(address, "Aigerim")
    assert records.names() == {}
    assert len(records.sessions()) == 3
    records.close()


def finish(session: TrainingSession) -> None:
    for do in ("begin", "finish", "finish"):
        assert session.act("trainee-1", {"do": do})["ok"]
    session.close()


def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not on this machine")
    with pytest.raises(InputError) as caught:
        Records(f"postgresql+psycopg://centre:secret@/postgres?host={tmp_path}")
    assert "centre:***@" in str(caught.value)
    assert "secret" not in str(caught.value)
