"""The speed of a study: many staffing levels on one machine, cold and warm, and what journal and pool gain."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from scenarios import load_scenario
from watchfloor.memory import peak_memory_mib, resident_memory_mib
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.study.days import Horizon
from watchfloor.study.journal import Journal
from watchfloor.study.plan import Plan, Setting
from watchfloor.study.pool import HerePool, Pool, ProcessPool
from watchfloor.study.progress import Progress
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, shifts_for
from watchfloor.warm import compile_engine

SCENARIO = "kostanay"
N_LEVELS = 20
COMPARED_SHARE = 0.1
"""Of the replications, those that one process plays, and so many for each worker of a pool, to compare."""
WARM_UP_PER_WORKER = 3
"""Replications that a pool plays before it is compared, so that every worker has had one."""
JOURNAL = "journal.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What came of a sweep."""

    n_played: int
    """Replications of levels that were really played."""
    half_mib: float
    """Memory that all processes held when half of the replications were played."""
    whole_mib: float
    """The same when all were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is played: N_LEVELS staffing levels of a scenario on the same replications."""

    scenario: str
    n_replications: int
    """Of each level."""
    n_days: float
    """Of each replication."""
    n_workers: int
    seed: int

    def setting(self) -> Setting:
        """Return what the levels share."""
        return Setting(scenario=load_scenario(self.scenario), path=self.scenario, overrides=(), seed=self.seed,
                       horizon=Horizon(warm_up_s=0.0, judged_s=86_400.0 * self.n_days))

    @staticmethod
    def plans_of(setting: Setting) -> list[Plan]:
        """Return the levels."""
        return [Plan(shifts=shifts_for(setting.scenario, Staff(inspectors=4 + level % 5 * 3,
                                                               units=12 + level // 5 * 6)))
                for level in range(N_LEVELS)]

    def play(self, folder: Path, progress: Progress) -> Swept:
        """Play everything into a folder's journal, half of the replications first."""
        setting = self.setting()
        pool: Pool = ProcessPool(setting, self.n_workers) if self.n_workers > 1 else HerePool(setting)
        try:
            with Journal(folder / JOURNAL) as journal:
                runner = Runner(setting, pool, journal, progress)
                memory_mib = []
                for n_replications in (math.ceil(self.n_replications / 2), self.n_replications):
                    runner.ensure(self.plans_of(setting), n_replications, "sweep")
                    workers = pool.worker_ids() if isinstance(pool, ProcessPool) else ()
                    memory_mib.append(resident_memory_mib((os.getpid(), *workers)))
        finally:
            pool.close()
        return Swept(n_played=runner.n_played, half_mib=memory_mib[0], whole_mib=memory_mib[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyBench:
    """What was measured."""

    n_levels: int
    n_replications: int
    n_days: float
    n_workers: int
    n_played: int
    """Replications of levels that were really played."""
    warm_s: float
    """The whole sweep with the engine compiled; the city and the pool's start included."""
    cold_s: float | None
    """The same in a process of its own that imports everything and compiles the engine; None where not asked for."""
    again_s: float
    """The same from the journal."""
    n_played_again: int
    """Of those; 0, since the journal has them."""
    serial_ms: float
    """A level's replication in one process that has played before."""
    pool_ms: float
    """The same in a pool whose workers have played before, times the workers."""
    peak_memory_mib: float
    half_memory_mib: float
    """Held by all processes of the sweep when half of the replications were played."""
    whole_memory_mib: float
    """The same when all were."""

    @property
    def efficiency(self) -> float:
        """Return the share of what so many separate processors could do."""
        return self.serial_ms / self.pool_ms


def bench_study(sweep: Sweep, *, out: Path | None, show: Show, is_cold_too: bool = True) -> StudyBench:
    """Time a sweep of staffing levels, print the table, and save it if asked for."""
    progress = Progress(show)
    cold_s = _time_cold(sweep, show) if is_cold_too else None
    setting = sweep.setting()
    plans = Sweep.plans_of(setting)
    with tempfile.TemporaryDirectory() as folder, progress.shown():
        n_compared = max(1, round(COMPARED_SHARE * sweep.n_replications))
        serial_ms = 1000.0 * _play_s(setting, HerePool(setting), 1, n_compared, progress)
        pool = ProcessPool(setting, sweep.n_workers)
        try:
            pool_ms = 1000.0 * sweep.n_workers * _play_s(
                setting, pool, WARM_UP_PER_WORKER * sweep.n_workers, sweep.n_workers * n_compared, progress)
        finally:
            pool.close()
        began_s = time.perf_counter()
        swept = sweep.play(Path(folder), progress)
        warm_s = time.perf_counter() - began_s
        with Journal(Path(folder) / JOURNAL) as journal:
            again = Runner(setting, HerePool(setting), journal, progress)
            again_s = _time(again, plans, sweep.n_replications, "again")
    bench = StudyBench(
        n_levels=N_LEVELS, n_replications=sweep.n_replications, n_days=sweep.n_days, n_workers=sweep.n_workers,
        n_played=swept.n_played, warm_s=warm_s, cold_s=cold_s, again_s=again_s, n_played_again=again.n_played,
        serial_ms=serial_ms, pool_ms=pool_ms, peak_memory_mib=peak_memory_mib(sweep.n_workers),
        half_memory_mib=swept.half_mib, whole_memory_mib=swept.whole_mib)
    show.table(f"{N_LEVELS} staffing levels × {sweep.n_replications} replications × {sweep.n_days:g} days of "
               f"{sweep.scenario}", ["step", "figure"], [
        ["the sweep, the pool's start included", f"{bench.warm_s:.1f} s on {sweep.n_workers} workers"],
        ["the same from a cold start", "not measured" if cold_s is None else f"{cold_s:.1f} s"],
        ["the same again, from the journal", f"{bench.again_s:.2f} s, {bench.n_played_again} played"],
        ["a level's replication, in one process", f"{bench.serial_ms:.1f} ms"],
        ["the same in the pool, times its workers", f"{bench.pool_ms:.1f} ms"],
        ["the pool against one process", f"{100 * bench.efficiency:.0f} %"],
        ["memory after half of the replications, and after all",
         f"{bench.half_memory_mib:.0f} and {bench.whole_memory_mib:.0f} MiB"],
        ["peak memory, all processes", f"{bench.peak_memory_mib:.0f} MiB"],
    ])
    if out is not None:
        save_result(open_folder(out) / "study.json", "study", bench, describe_machine())
    return bench


def play_cold(folder: str, sweep: str) -> None:
    """Compile the engine and play a sweep, given as JSON, as the first study on a machine does."""
    quiet = Show(quiet=True)
    compile_engine(quiet)
    Sweep(**json.loads(sweep)).play(Path(folder), Progress(quiet))


def _time_cold(sweep: Sweep, show: Show) -> float:
    """Time the sweep in a new process with nothing compiled, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder, show.progress("from a cold start", ""):
        began_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import sys; from {__name__} import play_cold; play_cold(*sys.argv[1:])",
                        folder, json.dumps(dataclasses.asdict(sweep))], check=True,
                       env=os.environ | {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")})
        return time.perf_counter() - began_s


def _play_s(setting: Setting, pool: Pool, n_before: int, n_timed: int, progress: Progress) -> float:
    """Return the seconds that a level's replication takes in a pool that has played some before."""
    runner, plans = Runner(setting, pool, None, progress), Sweep.plans_of(setting)
    runner.ensure(plans, n_before, "warm up")
    return _time(runner, plans, n_before + n_timed, "compare") / (n_timed * N_LEVELS)


def _time(runner: Runner, plans: list[Plan], n_replications: int, what: str) -> float:
    began_s = time.perf_counter()
    runner.ensure(plans, n_replications, what)
    return time.perf_counter() - began_s
