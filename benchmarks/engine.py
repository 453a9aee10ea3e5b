"""How fast the simulator is: making the city, drawing a day, playing it, and finding driving times."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from scenarios import load_scenario
from sim.alerts import DrawnAlerts, draw_alerts, equipped_cameras
from sim.compiled import Records
from sim.demand import DAY_S
from sim.detector_model import DetectorParameters
from sim.engine import World
from sim.kernel import MARGIN, play_kernel
from sim.kernel_desk import NEAREST
from sim.kernel_desk_records import make_desk
from sim.kernel_room_records import make_room
from sim.log import Name
from sim.nearest import CANDIDATE, nearest_of
from sim.rng import KeyedStreams
from sim.scenario import Scenario
from sim.simulate import make_out, simulate
from sim.trace import Trace, draw_trace
from sim.travel import Travel

ALERTS_A_DAY = 2000
SHARE = 0.01
REPEATS = 15
KERNEL_PLAYS = 5
"""In turn after each play on SimPy, which leaves the processor's caches full of its own."""
N_UNITS_NEAR = 200
"""Among which the nearest is found."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSpeed:
    """What was measured on one scenario; seconds are medians, with the fastest beside them."""

    scenario: str
    n_junctions: int
    n_cameras: int
    city_s: float
    """Generating the city and its cameras, the first time in a process."""
    trace_s: float
    """Drawing one replication, sightlines included."""
    set_up_s: float
    """Building a world from a trace."""
    play_s: float
    """Playing the day on the SimPy world, driving times known."""
    play_fastest_s: float
    kernel_s: float
    """Playing the same day on the compiled engine."""
    kernel_speedup: float
    """How much less it takes, as a ratio of medians measured in turn."""
    days_per_s: float
    """Simulated days a second on one core: trace, alerts, set-up, kernel and log, each day another."""
    days_in_weeks_per_s: float
    """The same where seven days are drawn and played at once, as a study does."""
    n_incidents: int
    n_alerts: int
    """Alerts that really came up in the played day."""
    n_units: int
    n_log_rows: int
    rows_per_s: float
    row_cold_ms: float
    """Working out the driving times from everywhere to one junction, median."""
    row_cold_p99_ms: float
    nearest_warm_us: float
    """Nearest of 200 units to a place asked for before, median."""
    nearest_cold_ms: float
    """Nearest of 200 units to a place that nobody has driven to yet, median."""
    nearest_cold_p99_ms: float


def _timed(make: Callable[[], Made], repeats: int) -> tuple[list[float], Made]:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        made = make()
        times.append(time.perf_counter() - began)
    return times, made


def busy_alerts(scenario: Scenario, trace: Trace, seed: int) -> DrawnAlerts:
    """Draw about ALERTS_A_DAY alerts, nearly all of them false."""
    equipped = equipped_cameras(scenario, KeyedStreams(seed), share=SHARE)
    rate = ALERTS_A_DAY / 24.0 / equipped.size
    return draw_alerts(scenario, trace, (DetectorParameters(
        kind=scenario.kinds[0].name, p_detect=0.9, false_per_camera_h=rate, delay_quantiles_s=(1.0, 2.0)),),
        equipped=equipped, seed=seed)


def measure_engine(name: str = "kostanay", *, seed: int = 1, repeats: int = REPEATS) -> EngineSpeed:
    """Measure the simulator on a day of a shipped scenario with about 2,000 alerts."""
    city_times, scenario = _timed(lambda: load_scenario(name, overrides={"time.duration_h": 24.0}), 1)
    trace_times, trace = _timed(lambda: draw_trace(scenario, seed=seed), repeats)
    alerts = busy_alerts(scenario, trace, seed)
    travel = Travel(scenario.city.roads)
    World(scenario, trace, alerts=alerts, travel=travel).run()  # fills the driving times

    play_on_kernel(scenario, trace, alerts, travel)  # compiles it
    set_ups, plays, kernels = [], [], []
    for _ in range(repeats):
        spent, world = _timed(lambda: World(scenario, trace, alerts=alerts, travel=travel), 1)
        set_ups += spent
        gc.collect()  # what earlier worlds left is not this one's cost
        spent, _ = _timed(world.run, 1)
        plays += spent
        kernels += [play_on_kernel(scenario, trace, alerts, travel) for _ in range(KERNEL_PLAYS)]
    log = world.log()
    cold_ms, warm_us, nearest_ms = _travel_times(scenario, seed, repeats)
    play_s, kernel_s = statistics.median(plays), statistics.median(kernels)
    return EngineSpeed(
        scenario=name, n_junctions=scenario.city.roads.n_junctions, n_cameras=scenario.city.cameras.n_cameras,
        city_s=city_times[0], trace_s=statistics.median(trace_times), set_up_s=statistics.median(set_ups),
        play_s=play_s, play_fastest_s=min(plays), kernel_s=kernel_s, kernel_speedup=play_s / kernel_s,
        days_per_s=_days_per_s(scenario, travel, seed, repeats),
        days_in_weeks_per_s=_days_per_s(load_scenario(name, overrides={"time.duration_h": 168.0}), travel, seed,
                                        repeats), n_incidents=trace.n_incidents,
        n_alerts=int((log.name == Name.DETECT).sum()), n_units=sum(shift.units for shift in scenario.shifts),
        n_log_rows=log.n_rows, rows_per_s=log.n_rows / play_s, row_cold_ms=statistics.median(cold_ms),
        row_cold_p99_ms=float(np.percentile(cold_ms, 99)), nearest_warm_us=warm_us,
        nearest_cold_ms=statistics.median(nearest_ms), nearest_cold_p99_ms=float(np.percentile(nearest_ms, 99)))


def play_on_kernel(scenario: Scenario, trace: Trace, alerts: DrawnAlerts, travel: Travel) -> float:
    """Play a day on the kernel and return the seconds it took, set-up and log left out."""
    room = make_room(scenario, trace, alerts, NEAREST)
    desk = make_desk(scenario, trace, travel, n_calls=room.calls.size)
    out = make_out(64 * (trace.n_incidents + alerts.n_alerts) + 2 * MARGIN)
    began = time.perf_counter()
    played = play_kernel(out, room, desk)
    spent = time.perf_counter() - began
    assert played > alerts.n_alerts, "the whole day is played"
    return spent


def _days_per_s(scenario: Scenario, travel: Travel, seed: int, repeats: int) -> float:
    days = scenario.duration_s / DAY_S
    n_runs = max(2, round(10 * repeats / days))
    began = time.perf_counter()
    n_rows = 0
    for replication in range(n_runs):
        trace = draw_trace(scenario, seed=seed, replication=replication)
        alerts = busy_alerts(scenario, trace, seed)
        n_rows += simulate(scenario, trace, alerts=alerts, travel=travel, engine="kernel").n_rows
    assert n_rows > n_runs * days * ALERTS_A_DAY, "every day is played"
    return n_runs * days / (time.perf_counter() - began)


def find_nearest(travel: Travel, place: int, units: Records) -> int:
    """Return the unit that is soonest at a place, as the simulator finds it."""
    return nearest_of(travel.store, 0, place, units, units.size)[0]


def _travel_times(scenario: Scenario, seed: int, repeats: int) -> tuple[list[float], float, list[float]]:
    """Return (ms to fill each of many rows, µs to the nearest unit when known, ms to the nearest at each new place)."""
    rng = np.random.default_rng(seed)
    roads = scenario.city.roads
    travel = Travel(roads)
    places = rng.choice(roads.n_junctions, 40 * repeats, replace=False).tolist()
    half = len(places) // 2
    units = np.zeros(N_UNITS_NEAR, dtype=CANDIDATE)
    units["junction"], units["ident"] = rng.integers(0, roads.n_junctions, units.size), np.arange(units.size)
    travel.row_ds(0)
    find_nearest(travel, 0, units)  # both compiled
    cold_ms = [1000.0 * _timed(lambda place=place: travel.row_ds(place), 1)[0][0]  # type: ignore[misc] # bound now
               for place in places[:half]]
    warm = [1e6 * _timed(lambda: find_nearest(travel, places[0], units), 1)[0][0] for _ in range(50 * repeats)]
    nearest_ms = [1000.0 * _timed(lambda place=place: find_nearest(travel, place, units), 1)[0][0]  # type: ignore[misc]
                  for place in places[half:]]  # bound now, as above
    return cold_ms, statistics.median(warm), nearest_ms
