"""Pools: a killed worker loses nothing, a task that kills every worker is named, a cluster gives the same numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.save import load_result
from scenarios import load_scenario
from sim.errors import InputError, WatchfloorError
from watchfloor.show import Show
from watchfloor.study.bench import Sweep, bench_study
from watchfloor.study.dask_pool import DaskPool
from watchfloor.study.days import Horizon
from watchfloor.study.journal import Journal
from watchfloor.study.options import StudyOptions
from watchfloor.study.plan import Plan, Setting
from watchfloor.study.play import Task
from watchfloor.study.pool import HerePool, PoisonTaskError, ProcessPool
from watchfloor.study.progress import Progress
from watchfloor.study.runner import Runner
from watchfloor.study.study import study_staffing

TASKS = tuple(Task(plans=(Plan(),), replications=(index,)) for index in range(12))


@pytest.fixture(scope="module")
def setting():
    return Setting(scenario=load_scenario("district_centre"), path="district_centre", overrides=(), seed=1,
                   horizon=Horizon(warm_up_s=0.0, judged_s=86_400.0))


@pytest.fixture(scope="module")
def serial(setting):
    return {played.replication: played.days for results in HerePool(setting).play(TASKS) for played in results}


def gather(results):
    found = [played for task in results for played in task]
    assert len({played.replication for played in found}) == len(found), "a replication came twice"
    return {played.replication: played.days for played in found}


def check_same(found, serial):
    assert sorted(found) == sorted(serial)
    for index, days in found.items():
        np.testing.assert_equal(days, serial[index])


def test_a_killed_worker_loses_no_replication_and_doubles_none(setting, serial):
    pool = ProcessPool(setting, 2)
    try:
        results = pool.play(TASKS)
        found = [next(results)]
        os.kill(next(iter(pool.worker_ids())), signal.SIGKILL)
        found += list(results)
    finally:
        pool.close()
    check_same(gather(found), serial)


@pytest.mark.long
def test_the_task_that_kills_every_worker_is_named_and_all_others_are_played(setting, serial, tmp_path, monkeypatch):
    (tmp_path / "deadly_work.py").write_text(
        "import os, signal\nfrom watchfloor.study.play import play_task\n\n"
        "def play(task):\n    if 5 in task.replications:\n        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return play_task(task)\n")
    monkeypatch.syspath_prepend(tmp_path)
    import deadly_work

    pool, found = ProcessPool(setting, 2, work=deadly_work.play), []
    with pytest.raises(PoisonTaskError, match="replications 5 of") as caught:
        found.extend(pool.play(TASKS))
    pool.close()
    assert caught.value.task == TASKS[5]
    check_same(gather(found), {index: days for index, days in serial.items() if index != 5})


SWEEP = Sweep(scenario="district_centre", n_replications=2, n_days=0.5, n_workers=1, seed=1)


def test_the_bench_plays_all_of_it_once_and_nothing_again(tmp_path):
    bench = bench_study(SWEEP, out=tmp_path, show=Show(quiet=True), is_cold_too=False)
    assert bench.n_played == 20 * 2
    assert bench.n_played_again == 0
    assert bench.serial_ms > 0.0
    assert not bench.whole_memory_mib > 1.2 * bench.half_memory_mib  # not a number where the system does not say
    saved = load_result(tmp_path / "study.json").values
    assert (saved["warm_s"], saved["cold_s"]) == (bench.warm_s, None)


@pytest.mark.long
def test_the_bench_saves_the_cold_start_beside_the_warm_one(tmp_path):
    bench = bench_study(SWEEP, out=tmp_path, show=Show(quiet=True))
    saved = load_result(tmp_path / "study.json").values
    assert saved["cold_s"] == bench.cold_s > bench.warm_s == saved["warm_s"]


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on loopback, each a process of its own; stopped by their ids."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    common = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([*common, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                   "--scheduler-file", str(file)], **quiet)]
    deadline = time.monotonic() + 60.0
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    processes += [subprocess.Popen([*common, "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny",
                                    "--no-dashboard", "--local-directory", str(tmp_path)], **quiet) for _ in range(2)]
    import json

    yield json.loads(file.read_text())["address"], processes
    for process in reversed(processes):
        process.kill()
        process.wait(timeout=20)


def test_a_cluster_repeats_the_answer_without_one_a_lost_worker_costs_nothing_and_a_lost_scheduler_is_said(
        setting, serial, cluster, tmp_path):
    address, processes = cluster
    options = StudyOptions(
        scenario="district_centre", targets=("found_share >= 0.3",), hours=8.0, warm_up_h=0.0, replications=4,
        share_of_days=0.5, most_inspectors=3, most_units=2, scheduler=address)
    first, again = (study_staffing(replace(options, out=tmp_path / name), show=Show(quiet=True))
                    for name in ("first", "again"))
    local = study_staffing(replace(options, scheduler=None, out=tmp_path / "local"), show=Show(quiet=True))
    assert first.n_played == again.n_played == local.n_played > 0
    for result in (first, again):
        assert (repr(result.answers), repr(result.curve)) == (repr(local.answers), repr(local.curve))
    pool = DaskPool(setting, address)
    try:
        results = pool.play(TASKS)
        found = [next(results)]
        processes[1].send_signal(signal.SIGKILL)
        found += list(results)
        more = pool.play(TASKS * 40)
        next(more)
        processes[0].send_signal(signal.SIGKILL)
        with pytest.raises(WatchfloorError, match=r"the scheduler is gone .*what was played is kept"):
            list(more)
    finally:
        pool.close()
    check_same(gather(found), serial)


@pytest.mark.long
def test_the_loss_of_the_only_worker_that_has_what_is_shared_loses_nothing(setting, serial, cluster, tmp_path):
    address, processes = cluster
    processes[2].kill()
    processes[2].wait(timeout=20)
    pool = DaskPool(setting, address)
    try:
        results = pool.play(TASKS)
        found = [next(results)]
        processes[1].send_signal(signal.SIGKILL)
        processes.append(subprocess.Popen(
            [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
             "--local-directory", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        found += list(results)
    finally:
        pool.close()
    check_same(gather(found), serial)


@pytest.mark.long
def test_a_driver_that_is_killed_goes_on_from_the_journal(setting, serial, cluster, tmp_path):
    address, _ = cluster
    driver = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom scenarios import load_scenario\n"
        "from watchfloor.show import Show\nfrom watchfloor.study.dask_pool import DaskPool\n"
        "from watchfloor.study.days import Horizon\nfrom watchfloor.study.journal import Journal\n"
        "from watchfloor.study.plan import Plan, Setting, Scenarios\nfrom watchfloor.study.play import Task\n"
        "setting = Setting(scenario=load_scenario('district_centre'), path='district_centre', overrides=(), seed=1,\n"
        "                  horizon=Horizon(warm_up_s=0.0, judged_s=86_400.0))\n"
        "tasks = [Task(plans=(Plan(),), replications=(index,)) for index in range(12)]\n"
        "key = Scenarios(setting).key(Plan())\n"
        "with Journal(Path(sys.argv[2])) as journal:\n"
        "    for number, results in enumerate(DaskPool(setting, sys.argv[1]).play(tasks)):\n"
        "        journal.add((key, item.replication, item.days) for item in results)\n"
        "        if number == 4:\n            os.kill(os.getpid(), signal.SIGKILL)\n")
    path = tmp_path / "journal.sqlite"
    killed = subprocess.run([sys.executable, "-c", driver, address, str(path)], timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    pool = DaskPool(setting, address)
    try:
        with Journal(path) as journal:
            runner = Runner(setting, pool, journal, Progress(Show(quiet=True)))
            runner.ensure([Plan()], 12, "rest")
            assert (runner.n_known, runner.n_played) == (5, 7)
            found = runner.days(Plan(), "found")
    finally:
        pool.close()
    assert found.tolist() == [serial[index]["found"].tolist() for index in range(12)]


def test_a_scheduler_that_does_not_answer_is_named_in_bounded_time(setting, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("watchfloor.study.dask_pool.ANSWER_S", 1.0)
    began_s = time.monotonic()
    with pytest.raises(InputError, match=r"--scheduler = tcp://127\.0\.0\.1:9"):
        DaskPool(setting, "tcp://127.0.0.1:9")
    assert time.monotonic() - began_s < 20.0
