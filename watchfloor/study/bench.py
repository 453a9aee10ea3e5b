"""The speed of a study: many staffing levels on one machine, the journal, and what a pool of workers gains."""

from __future__ import annotations

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

SCENARIO = "kostanay"
N_LEVELS = 20
SERIAL_SHARE = 0.1
"""Of the replications, those that are also played without a pool, to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyBench:
    """What was measured."""

    n_levels: int
    n_replications: int
    n_days: float
    n_workers: int
    n_played: int
    """Replications of levels that were really played."""
    first_s: float
    """The whole sweep, the pool's start included."""
    again_s: float
    """The same from the journal."""
    n_played_again: int
    serial_ms: float
    """A level's replication in this process, warm."""
    pool_ms: float
    """The same over the whole sweep, times the workers."""
    peak_memory_mib: float

    @property
    def efficiency(self) -> float:
        """Return the share of the workers' time that was worth as much as this process's."""
        return self.serial_ms / self.pool_ms


def bench_study(
    *, scenario: str = SCENARIO, n_replications: int, n_days: float, n_workers: int, seed: int, out: Path | None,
    show: Show,
) -> StudyBench:
    """Time a sweep of staffing levels, print the table, and save it if asked for."""
    base = load_scenario(scenario)
    setting = Setting(scenario=base, path=scenario, overrides=(), seed=seed,
                      horizon=Horizon(warm_up_s=0.0, judged_s=86_400.0 * n_days))
    plans = [Plan(shifts=shifts_for(base, Staff(inspectors=4 + level % 5 * 3, units=12 + level // 5 * 6)))
             for level in range(N_LEVELS)]
    progress = Progress(show)
    with tempfile.TemporaryDirectory() as folder, progress.shown():
        n_serial = max(1, round(SERIAL_SHARE * n_replications))
        serial = Runner(setting, HerePool(setting), None, progress)
        serial.ensure(plans, 1, "warm up")
        serial_s = _time(serial, plans, 1 + n_serial, "serial")
        began_s = time.perf_counter()
        pool: Pool = ProcessPool(setting, n_workers) if n_workers > 1 else HerePool(setting)
        try:
            with Journal(Path(folder) / "journal.sqlite") as journal:
                first = Runner(setting, pool, journal, progress)
                first.ensure(plans, n_replications, "sweep")
        finally:
            pool.close()
        first_s = time.perf_counter() - began_s
        with Journal(Path(folder) / "journal.sqlite") as journal:
            again = Runner(setting, HerePool(setting), journal, progress)
            again_s = _time(again, plans, n_replications, "again")
    bench = StudyBench(
        n_levels=N_LEVELS, n_replications=n_replications, n_days=n_days, n_workers=n_workers, n_played=first.n_played,
        first_s=first_s, again_s=again_s, n_played_again=again.n_played,
        serial_ms=1000.0 * serial_s / (n_serial * N_LEVELS),
        pool_ms=1000.0 * first_s * n_workers / first.n_played, peak_memory_mib=peak_memory_mib(n_workers))
    show.table(f"{N_LEVELS} staffing levels × {n_replications} replications × {n_days:g} days of {scenario}",
               ["step", "figure"], [
        ["the sweep, the pool's start included", f"{bench.first_s:.1f} s on {n_workers} workers"],
        ["the same again, from the journal", f"{bench.again_s:.2f} s, {bench.n_played_again} played"],
        ["a level's replication, in one process", f"{bench.serial_ms:.1f} ms"],
        ["the pool against one process", f"{100 * bench.efficiency:.0f} %"],
        ["peak memory, all processes", f"{bench.peak_memory_mib:.0f} MiB"]])
    if out is not None:
        save_result(open_folder(out) / "study.json", "study", bench, describe_machine())
        show.line(f"saved in {out}")
    return bench


def _time(runner: Runner, plans: list[Plan], n_replications: int, what: str) -> float:
    began_s = time.perf_counter()
    runner.ensure(plans, n_replications, what)
    return time.perf_counter() - began_s
