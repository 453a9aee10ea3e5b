"""Compiling the engine before the first run, in processes of their own so that the run itself stays small."""

from __future__ import annotations

from multiprocessing import get_context
from typing import TYPE_CHECKING

from sim.compiled import cache_folder
from watchfloor.interrupts import deaf_children
from watchfloor.show import Show

if TYPE_CHECKING:
    from sim.scenario import Scenario


def compile_engine(show: Show) -> None:
    """Compile the engine if nothing of it is kept yet; a failure here leaves it to the run itself.

    The kernel takes most of the time, so it has a process to itself, and what stands around it another.
    """
    if any(cache_folder().rglob("kernel.play_kernel-*.nbi")):
        return
    with show.progress("compile the engine, this once", ""):
        processes = [get_context("spawn").Process(target=work) for work in (_play_an_hour, _measure_an_hour)]
        with deaf_children():
            for process in processes:
                process.start()
        try:
            for process in processes:
                process.join()
        except KeyboardInterrupt:
            for process in processes:
                process.terminate()
            raise


def _an_hour_of(name: str) -> Scenario:
    from scenarios import load_scenario

    return load_scenario(name, overrides={"time.duration_h": 1.0})


def _play_an_hour() -> None:
    from sim.simulate import simulate
    from sim.trace import draw_trace

    scenario = _an_hour_of("district_centre")
    simulate(scenario, draw_trace(scenario, seed=0), engine="kernel")


def _measure_an_hour() -> None:
    import numpy as np

    from sim.alerts import draw_alerts
    from sim.detector_model import DetectorParameters
    from sim.simulate import simulate
    from sim.trace import draw_trace
    from watchfloor.study.days import Horizon, measure_windows

    scenario = _an_hour_of("kostanay")  # it has every part that is measured
    trace = draw_trace(scenario, seed=0)
    detector = DetectorParameters(kind=scenario.kinds[0].name, p_detect=0.5, false_per_camera_h=0.1,
                                  delay_quantiles_s=(1.0, 2.0))
    alerts = draw_alerts(scenario, trace, (detector,), equipped=np.arange(100, dtype=np.int32), seed=0)
    log = simulate(scenario, trace, alerts=alerts, engine="simpy")
    measure_windows(scenario, log, Horizon(warm_up_s=0.0, judged_s=scenario.duration_s))
