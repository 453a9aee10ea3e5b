"""The journal: kept once, shared by two studies, and mended when damaged."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from scenarios import load_scenario
from sim.errors import InputError
from watchfloor.show import Show
from watchfloor.study.days import Horizon
from watchfloor.study.journal import Journal
from watchfloor.study.plan import Plan, Setting
from watchfloor.study.pool import HerePool
from watchfloor.study.progress import Progress
from watchfloor.study.runner import Runner


def days(value):
    return {"found": np.array([value, value + 1.0]), "p90:response_time_s": np.array([np.nan, 7.0])}


def test_what_was_written_is_read_again_not_a_number_included(tmp_path):
    with Journal(tmp_path / "journal.sqlite") as journal:
        journal.add([("plan", 0, days(1.0)), ("plan", 4, days(2.0)), ("other", 0, days(3.0))])
    with Journal(tmp_path / "journal.sqlite") as journal:
        known = journal.load("plan", [0, 1, 4])
        assert journal.load("plan", []) == {}
    assert sorted(known) == [0, 4]
    np.testing.assert_equal(known[4], days(2.0))


def test_a_result_played_twice_is_kept_once(tmp_path):
    with Journal(tmp_path / "journal.sqlite") as journal:
        journal.add([("plan", 0, days(1.0))])
        journal.add([("plan", 0, days(9.0))])
        assert journal.load("plan", [0])[0]["found"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("damage", [b"this is no database, but it is long enough to be one" * 100, None])
def test_a_damaged_journal_is_kept_aside_and_said(tmp_path, damage):
    path = tmp_path / "journal.sqlite"
    with Journal(path) as journal:
        journal.add([("plan", index, days(float(index))) for index in range(500)])
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    path.write_bytes(damage or bytes(content))
    with Journal(path) as journal:
        assert "kept as journal.damaged-1.sqlite" in str(journal.note)
        assert journal.load("plan", list(range(500))) == {}
        journal.add([("plan", 0, days(1.0))])
    assert (tmp_path / "journal.damaged-1.sqlite").exists()
    with Journal(path) as journal:
        assert journal.note is None
        assert sorted(journal.load("plan", [0])) == [0]


def test_a_journal_in_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match="--out = "):
        Journal(tmp_path / "nowhere" / "journal.sqlite")


def test_a_full_disk_is_said_and_the_study_goes_on(tmp_path):
    warnings = []
    progress = Progress(Show(quiet=True))
    progress.warn = warnings.append
    setting = Setting(scenario=load_scenario("district_centre"), path="district_centre", overrides=(), seed=1,
                      horizon=Horizon(warm_up_s=0.0, judged_s=3_600.0))
    with Journal(tmp_path / "journal.sqlite") as journal:
        pages = journal._file.execute("PRAGMA page_count").fetchone()[0]
        journal._file.execute(f"PRAGMA max_page_count = {pages}")
        runner = Runner(setting, HerePool(setting), journal, progress)
        runner.ensure([Plan()], 60, "all")
    assert runner.days(Plan(), "found").shape == (60, 1)
    assert len(warnings) == 1
    assert "full" in warnings[0]


def test_two_studies_write_one_journal_at_once(tmp_path):
    writer = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom watchfloor.study.journal import Journal\n"
        "with Journal(Path(sys.argv[1])) as journal:\n"
        "    for index in range(200):\n"
        "        journal.add([(sys.argv[2], index, {'found': np.array([float(index)])}),\n"
        "                     ('shared', index, {'found': np.array([float(index)])})])\n")
    path = tmp_path / "journal.sqlite"
    both = [subprocess.Popen([sys.executable, "-c", writer, str(path), name]) for name in ("one", "two")]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    with Journal(path) as journal:
        assert all(len(journal.load(name, list(range(200)))) == 200 for name in ("one", "two", "shared"))
