"""The command that measures policies: against the optimum, in a city, and in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.policies import policy_names
from agents.policy_choice import find_policy
from agents.small_city import SMALL_CITIES
from agents.training import HELD_OUT
from benchmarks.dispatch import (
    AttentionFigure,
    DecisionTime,
    SmallCityFigure,
    StepRate,
    measure_attention,
    measure_decision_times,
    measure_small_cities,
    measure_steps,
)
from benchmarks.dispatch_city import NEAREST, CityFigure, measure_city
from benchmarks.machine import describe_machine
from benchmarks.save import load_result, save_result
from scenarios import load_scenario
from sim.errors import InputError
from sim.replicate import PolicyChoice
from sim.scenario import Scenario
from sim.travel import Travel
from watchfloor.bench_dispatch_figure import write_city_figure
from watchfloor.bench_dispatch_tables import Earlier, read_earlier, show_bench
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.warm import compile_engine

FILE = "dispatch.json"
PICTURE = "dispatch.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchBench:
    """What policies come to."""

    small_cities: list[SmallCityFigure]
    attention: list[AttentionFigure]
    decisions: list[DecisionTime]
    steps: StepRate
    scenario: str
    late_after_s: float
    city: list[CityFigure]
    """How soon calls are answered in the scenario; empty without replications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    """What a user may choose of this measurement."""

    cities: tuple[str, ...] = tuple(SMALL_CITIES)
    scenario: str = "kostanay"
    hours: float | None = None
    """Of a replication; the scenario's own length if None."""
    replications: int = 10
    """Of the scenario; 0 leaves it out."""
    loads: tuple[float, ...] = (1.0, 2.0)
    policies: tuple[str, ...] = policy_names()
    """As ``find_policy`` knows them: shipped, trained or of one's own; the nearest unit is always among them."""
    days: int = 7
    """Of learning at unknown rates; 0 leaves them out."""
    towns: int = 3
    """In which attention is measured."""
    slots: int = 6000
    """At known rates."""
    timed: int = 300
    """Decisions of each kind."""
    late_after_s: float = 480.0
    seed: int = 1
    against: Path | None = None
    out: Path | None = None


def bench_dispatch(options: BenchOptions, *, show: Show) -> DispatchBench:
    """Measure policies, print the tables, and save them with a picture if asked for.

    Raises:
        InputError: if the scenario, a policy or the earlier measurement cannot be used.
    """
    earlier = None if options.against is None else _earlier(options.against)
    city = _open_city(options) if options.replications else None
    with show.progress("small cities", "cities") as advance:
        small = measure_small_cities(options.cities, seed=options.seed, advance=advance)
    with show.progress("attention", "policies") as advance:
        attention = measure_attention(n_slots=options.slots, n_days=options.days, n_towns=options.towns,
                                      advance=advance)
    bench = DispatchBench(
        small_cities=small, attention=attention, decisions=measure_decision_times(n=options.timed),
        steps=measure_steps(n=10 * options.timed), scenario=options.scenario, late_after_s=options.late_after_s,
        city=[] if city is None else _in_city(options, city, show))
    show_bench(bench, earlier, show)
    if options.out is not None:
        folder = open_folder(options.out)
        save_result(folder / FILE, "dispatch", bench, describe_machine())
        if bench.city:
            write_city_figure(bench.city, folder / PICTURE, late_after_s=options.late_after_s)
        show.line(f"saved in {options.out}")
    return bench


def _earlier(path: Path) -> Earlier:
    try:
        return read_earlier(load_result(path).values)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"--against {path}", got=f"another measurement ({error})",
                         expected=f"a {FILE} from bench dispatch", do="measure one with --out") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenCity:
    scenario: Scenario
    policies: Mapping[str, PolicyChoice]


def _open_city(options: BenchOptions) -> _OpenCity:
    overrides = {} if options.hours is None else {"time.duration_h": options.hours}
    scenario = load_scenario(options.scenario, overrides=overrides)
    return _OpenCity(scenario=scenario, policies={
        name: find_policy(name, lambda: scenario, where="--policy")
        for name in dict.fromkeys((NEAREST, *options.policies))})


def _in_city(options: BenchOptions, city: _OpenCity, show: Show) -> list[CityFigure]:
    compile_engine(show)
    with show.progress(options.scenario, "replications") as advance:
        return measure_city(
            city.scenario, Travel(city.scenario.city.roads), policies=city.policies, loads=options.loads,
            replications=range(HELD_OUT, HELD_OUT + options.replications), late_after_s=options.late_after_s,
            seed=options.seed, advance=advance)
