"""The speed of a study: many staffing levels on one machine, cold and warm, and what journal and pool gain."""

from __future__ import annotations

import dataclasses
import json
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
from watchfloor.memory import peak_memory_mib
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
SERIAL_SHARE = 0.1
"""Of the replications, those that are also played without a pool, to compare."""
JOURNAL = "journal.sqlite"


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

    def plans(self, setting: Setting) -> list[Plan]:
        """Return the levels."""
        return [Plan(shifts=shifts_for(setting.scenario, Staff(inspectors=4 + level % 5 * 3,
                                                               units=12 + level // 5 * 6)))
                for level in range(N_LEVELS)]

    def play(self, folder: Path, progress: Progress) -> int:
        """Play everything into a folder's journal; return how many replications were played."""
        setting = self.setting()
        pool: Pool = ProcessPool(setting, self.n_workers) if self.n_workers > 1 else HerePool(setting)
        try:
            with Journal(folder / JOURNAL) as journal:
                runner = Runner(setting, pool, journal, progress)
                runner.ensure(self.plans(setting), self.n_replications, "sweep")
        finally:
            pool.close()
        return runner.n_played


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
    """A level's replication in one process."""
    pool_ms: float
    """The same in the pool, times the workers."""
    peak_memory_mib: float

    @property
    def efficiency(self) -> float:
        """Return the share of what so many separate processors could do."""
        return self.serial_ms / self.pool_ms


def bench_study(sweep: Sweep, *, out: Path | None, show: Show, is_cold_too: bool = True) -> StudyBench:
    """Time a sweep of staffing levels, print the table, and save it if asked for."""
    progress = Progress(show)
    cold_s = _time_cold(sweep, show) if is_cold_too else None
    setting = sweep.setting()
    plans = sweep.plans(setting)
    with tempfile.TemporaryDirectory() as folder, progress.shown():
        n_serial = max(1, round(SERIAL_SHARE * sweep.n_replications))
        serial = Runner(setting, HerePool(setting), None, progress)
        serial.ensure(plans, 1, "warm up")
        serial_s = _time(serial, plans, 1 + n_serial, "serial")
        began_s = time.perf_counter()
        n_played = sweep.play(Path(folder), progress)
        warm_s = time.perf_counter() - began_s
        with Journal(Path(folder) / JOURNAL) as journal:
            again = Runner(setting, HerePool(setting), journal, progress)
            again_s = _time(again, plans, sweep.n_replications, "again")
    bench = StudyBench(
        n_levels=N_LEVELS, n_replications=sweep.n_replications, n_days=sweep.n_days, n_workers=sweep.n_workers,
        n_played=n_played, warm_s=warm_s, cold_s=cold_s, again_s=again_s, n_played_again=again.n_played,
        serial_ms=1000.0 * serial_s / (n_serial * N_LEVELS), pool_ms=1000.0 * warm_s * sweep.n_workers / n_played,
        peak_memory_mib=peak_memory_mib(sweep.n_workers))
    show.table(f"{N_LEVELS} staffing levels × {sweep.n_replications} replications × {sweep.n_days:g} days of "
               f"{sweep.scenario}", ["step", "figure"], [
        ["the sweep, the pool's start included", f"{bench.warm_s:.1f} s on {sweep.n_workers} workers"],
        ["the same from a cold start", "not measured" if cold_s is None else f"{cold_s:.1f} s"],
        ["the same again, from the journal", f"{bench.again_s:.2f} s, {bench.n_played_again} played"],
        ["a level's replication, in one process", f"{bench.serial_ms:.1f} ms"],
        ["the pool against one process", f"{100 * bench.efficiency:.0f} %"],
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


def _time(runner: Runner, plans: list[Plan], n_replications: int, what: str) -> float:
    began_s = time.perf_counter()
    runner.ensure(plans, n_replications, what)
    return time.perf_counter() - began_s
