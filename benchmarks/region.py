"""A region's cameras in one room: what setting it up costs, and a day of it against a day of a city's cameras."""

from __future__ import annotations

import dataclasses
import json
import statistics
import subprocess
import sys
import time

from benchmarks.engine import ALERTS_A_DAY, busy_alerts
from benchmarks.peers.workload import peak_memory_mib
from scenarios import load_scenario
from sim.alerts import DrawnAlerts
from sim.log import Name
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import Trace, draw_trace
from sim.travel import Travel

N_CAMERAS = 123_000
"""About 47,000 that exist in the region and 76,000 more that are wanted (news of February 2026)."""
REPEATS = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RegionSpeed:
    """A region's day beside a city's: the same demand, roster and number of alerts; seconds are medians."""

    n_cameras: int
    n_junctions: int
    set_up_s: float
    """Making the region, roads, districts and cameras, and what its travel times rest on."""
    set_up_memory_mib: float
    """What that added to the process at most."""
    day_s: float
    """``simulate`` of a day, driving times kept from the day before it where their memory allows."""
    city_n_cameras: int
    city_n_junctions: int
    city_day_s: float
    day_ratio: float
    """How many times a city's day it takes; median over days played in turn."""
    peak_memory_mib: float
    """Of the process that held both."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A drawn day, ready to be played."""

    scenario: Scenario
    trace: Trace
    alerts: DrawnAlerts
    travel: Travel

    def seconds(self) -> float:
        """Play it and return how long that took."""
        began = time.perf_counter()
        log = simulate(self.scenario, self.trace, alerts=self.alerts, travel=self.travel)
        spent = time.perf_counter() - began
        assert (log.name == Name.DETECT).sum() > ALERTS_A_DAY // 2, "the whole day is played"
        return spent


def measure_region(*, seed: int = 1) -> RegionSpeed:
    """Measure a region in a process of its own, so that its memory can be told."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.region", str(seed)], capture_output=True, text=True,
                          check=True)
    return RegionSpeed(**json.loads(done.stdout))


def measure_here(seed: int, *, n_cameras: int = N_CAMERAS, repeats: int = REPEATS) -> RegionSpeed:
    """Measure a region in this process."""
    before_mib, began = peak_memory_mib(), time.perf_counter()
    region_scenario = load_region(n_cameras)
    region_travel = Travel(region_scenario.city.roads)
    set_up_s, set_up_mib = time.perf_counter() - began, peak_memory_mib() - before_mib
    city_scenario = load_region(None)
    city = draw_day(city_scenario, Travel(city_scenario.city.roads), seed)
    region = draw_day(region_scenario, region_travel, seed)
    for day in (city, region):
        day.seconds()  # compiles, and fills driving times
    pairs = [(region.seconds(), city.seconds()) for _ in range(repeats)]
    sizes = [(day.scenario.city.cameras.n_cameras, day.scenario.city.roads.n_junctions) for day in (region, city)]
    return RegionSpeed(
        n_cameras=sizes[0][0], n_junctions=sizes[0][1], set_up_s=set_up_s, set_up_memory_mib=set_up_mib,
        day_s=statistics.median(pair[0] for pair in pairs), city_n_cameras=sizes[1][0], city_n_junctions=sizes[1][1],
        city_day_s=statistics.median(pair[1] for pair in pairs),
        day_ratio=statistics.median(of_region / of_city for of_region, of_city in pairs),
        peak_memory_mib=peak_memory_mib())


def load_region(n_cameras: int | None) -> Scenario:
    """Load the shipped city for a day; with a number of cameras, its sites and junctions grow in proportion."""
    overrides: dict[str, str | int | float | bool] = {"time.duration_h": 24.0}
    if n_cameras is not None:
        overrides |= {"city.n_cameras": n_cameras, "city.n_sites": round(n_cameras * 3_200 / 8_500),
                      "city.n_junctions": round(n_cameras * 20_000 / 8_500)}
    return load_scenario("kostanay", overrides=overrides)


def draw_day(scenario: Scenario, travel: Travel, seed: int) -> Day:
    """Draw a day with about ALERTS_A_DAY alerts, whatever the number of cameras."""
    trace = draw_trace(scenario, seed=seed)
    return Day(scenario=scenario, trace=trace, alerts=busy_alerts(scenario, trace, seed),
               travel=travel)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dataclasses.asdict(measure_here(int(sys.argv[1])))) + "\n")
