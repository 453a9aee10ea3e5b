"""The command that measures policies: against the optimum, in a city, and in time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agents.policies import NamedChoice, policy_names
from agents.small_city import SMALL_CITIES
from agents.training import HELD_OUT, CityTask, Compared, compare_policies
from benchmarks.dispatch import (
    AttentionFigure,
    DecisionTime,
    SmallCityFigure,
    measure_attention,
    measure_decision_times,
    measure_small_cities,
)
from benchmarks.machine import describe_machine
from benchmarks.save import load_result, save_result
from scenarios import load_scenario
from sim.errors import InputError
from sim.travel import Travel
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.warm import compile_engine

FILE = "dispatch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchBench:
    """What policies come to."""

    small_cities: list[SmallCityFigure]
    attention: list[AttentionFigure]
    decisions: list[DecisionTime]
    scenario: str
    late_after_s: float
    city: dict[str, Compared]
    """Share of calls that are late in the scenario, by policy; empty without replications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    """What a user may choose of this measurement."""

    cities: tuple[str, ...] = tuple(SMALL_CITIES)
    scenario: str = "kostanay"
    replications: int = 10
    """Of the scenario; 0 leaves it out."""
    days: int = 7
    """At unknown rates; 0 leaves them out."""
    slots: int = 6000
    """At known ones."""
    timed: int = 300
    """Decisions of each kind."""
    late_after_s: float = 480.0
    seed: int = 1
    baseline: Path | None = None
    out: Path | None = None


def bench_dispatch(options: BenchOptions, *, show: Show) -> DispatchBench:
    """Measure policies, print the tables, and save them if asked for.

    Raises:
        InputError: if the scenario or the baseline cannot be used.
    """
    before = None if options.baseline is None else _late_before(options.baseline)
    with show.progress("small cities", "cities") as advance:
        small = measure_small_cities(options.cities, seed=options.seed, advance=advance)
    _show_small(small, before, show)
    with show.progress("attention", "policies") as advance:
        attention = measure_attention(n_slots=options.slots, n_days=options.days, advance=advance)
    show.table("8,500 cameras, 30 looks in six seconds: finds over the Lagrangian bound",
               ["policy", "incidents a day, median", "share of the bound"],
               [[one.policy, f"{one.median_per_day:g}", f"{one.share_of_bound:.1%}"] for one in attention])
    decisions = measure_decision_times(n=options.timed)
    show.table("One decision, processor time", ["decision", "units or cameras", "p50 ms", "p99 ms"],
               [[one.what, f"{one.size:,}", f"{one.p50_ms:.3f}", f"{one.p99_ms:.3f}"] for one in decisions])
    city = _in_city(options, show) if options.replications else {}
    bench = DispatchBench(small_cities=small, attention=attention, decisions=decisions, scenario=options.scenario,
                          late_after_s=options.late_after_s, city=city)
    if options.out is not None:
        save_result(open_folder(options.out) / FILE, "dispatch", bench, describe_machine())
        show.line(f"saved in {options.out}")
    return bench


def _show_small(figures: list[SmallCityFigure], before: dict[str, float] | None, show: Show) -> None:
    columns = ["small city", "nearest", "coverage", "learned", "optimum", "share of its gain", "gain in travel"]
    rows = [[one.city, *(f"{one.late[name]:.4f}" for name in ("nearest", "coverage", "learned", "optimum")),
             f"{one.share_of_gain['learned']:.1%}", f"{one.travel_gain:.2%}"] for one in figures]
    if before is not None:
        columns.append("learned, before")
        rows = [[*row, f"{before[one.city]:.4f}" if one.city in before else "–"]
                for row, one in zip(rows, figures, strict=True)]
    show.table("Share of calls that are late, exact", columns, rows)


def _late_before(path: Path) -> dict[str, float]:
    """Return the learned late share of each small city from an earlier measurement."""
    values = load_result(path).values
    try:
        return {one["city"]: float(one["late"]["learned"]) for one in values["small_cities"]}  # type: ignore[index] # checked below
    except (KeyError, TypeError) as error:
        raise InputError(f"--baseline {path}", got=f"another measurement ({error})",
                         expected=f"a {FILE} from bench dispatch", do="measure one with --out") from error


def _in_city(options: BenchOptions, show: Show) -> dict[str, Compared]:
    scenario = load_scenario(options.scenario)
    compile_engine(show)
    task = CityTask(scenario=scenario, travel=Travel(scenario.city.roads), late_after_s=options.late_after_s,
                    seed=options.seed)
    shares: dict[str, list[float]] = {name: [] for name in policy_names()}
    with show.progress(options.scenario, "replications") as advance:
        for index in range(options.replications):
            advance(index, options.replications)
            for name, values in shares.items():
                values.append(task.late_share(NamedChoice(name=name), HELD_OUT + index))
    compared = compare_policies(shares)
    show.table(f"{options.scenario}: share of calls not reached within {options.late_after_s:g} s",
               ["policy", "late", "less nearest, paired"],
               [[name, str(one.late_share), str(one.less_nearest)] for name, one in compared.items()])
    return compared
