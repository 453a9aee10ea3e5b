"""Compiling the engine before the first run, in a process of its own so that the run itself stays small."""

from __future__ import annotations

from multiprocessing import get_context

from sim.compiled import cache_folder
from watchfloor.interrupts import deaf_children
from watchfloor.show import Show


def compile_engine(show: Show) -> None:
    """Compile the engine if nothing of it is kept yet; a failure here leaves it to the run itself."""
    if any(cache_folder().rglob("kernel.play_kernel-*.nbi")):
        return
    with show.progress("compile the engine, this once", ""):
        process = get_context("spawn").Process(target=_play_an_hour)
        with deaf_children():
            process.start()
        try:
            process.join()
        except KeyboardInterrupt:
            process.terminate()
            raise


def _play_an_hour() -> None:
    from scenarios import load_scenario
    from sim.replicate import Arm, run_replication
    from sim.travel import Travel

    scenario = load_scenario("district_centre", overrides={"time.duration_h": 1.0})
    run_replication(scenario, (Arm(name="inspectors"),), Travel(scenario.city.roads), seed=0, replication=0,
                    keep_log=False)
