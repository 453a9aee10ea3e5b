"""What the measurement of policies prints: figures beside their optimum, and beside an earlier measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from benchmarks.dispatch_city import BOUND, MEASURES, CityFigure
from sim.estimate import Estimate
from watchfloor.show import Show

if TYPE_CHECKING:
    from watchfloor.bench_dispatch import DispatchBench

Earlier: TypeAlias = Mapping[str, float]
"""Figures by what they are of."""
TITLES = {"late_share": "share of calls that are late", "incident_to_call_s": "from incident to call, s",
          "call_to_dispatch_s": "from call to dispatch, s", "dispatch_to_scene_s": "from dispatch to on scene, s"}


def show_bench(bench: DispatchBench, earlier: Earlier | None, show: Show) -> None:
    """Print every table of a measurement, and what has changed since an earlier one."""
    show.table(
        "Share of calls that are late, exact",
        ["small city", "nearest", "coverage", "learned", "optimum", "share of its gain", "gain in travel"],
        [[one.city, *(f"{one.late[name]:.4f}" for name in ("nearest", "coverage", "learned", "optimum")),
          f"{one.share_of_gain['learned']:.1%}", f"{one.travel_gain:.2%}"] for one in bench.small_cities])
    show.table(
        "8,500 cameras, 30 looks in six seconds: finds over the Lagrangian bound at true rates",
        ["policy", "incidents a day, median", "share of the bound", "while learning"],
        [[one.policy, f"{one.median_per_day:g}", _per_cent(one.share_of_bound),
          "–" if one.while_learning is None else _per_cent(one.while_learning)] for one in bench.attention])
    show.table(
        "One decision, processor time", ["decision", "units or cameras", "p50 ms", "p99 ms", "target"],
        [[one.what, f"{one.size:,}", f"{one.p50_ms:.3f}", f"{one.p99_ms:.3f}", _target(one.target_p50_ms,
          one.target_p99_ms, is_met=one.is_met)] for one in bench.decisions])
    show.line(f"the dispatch environment steps {bench.steps.steps_per_s:,.0f} times a second on one core (wanted: "
              f"{bench.steps.target_per_s:,.0f})")
    _show_city(bench, show)
    if earlier is not None:
        _show_change(earlier, figures_of(bench), show)


def _show_city(bench: DispatchBench, show: Show) -> None:
    for load in dict.fromkeys(one.load for one in bench.city):
        for measure in MEASURES:
            own = [one for one in bench.city if one.load == load and one.measure == measure]
            if own:
                _show_measure(own, f"{bench.scenario}, {load:g} × its demand: {TITLES[measure]}"
                              f"{f' ({bench.late_after_s:g} s)' if measure == 'late_share' else ''}", show)


def _show_measure(figures: list[CityFigure], title: str, show: Show) -> None:
    priorities = [priority for priority in (1, 2, 3, 4) if any(one.priority == priority for one in figures)]
    by_key = {(one.policy, one.priority): one for one in figures}
    rows = []
    for policy in dict.fromkeys(one.policy for one in figures):
        whole = by_key.get((policy, None))
        if whole is not None:
            rows.append([policy, str(whole.value), "–" if policy == BOUND else str(whole.less_nearest),
                         *(str(by_key[policy, priority].value) if (policy, priority) in by_key else "–"
                           for priority in priorities)])
    show.table(title, ["policy", "all", "less nearest, paired", *(f"priority {one}" for one in priorities)], rows)


def _per_cent(estimate: Estimate) -> str:
    half = "" if estimate.half_width is None else f" ± {estimate.half_width:.1%}"
    return f"{estimate.mean:.1%}{half}"


def _target(p50_ms: float | None, p99_ms: float | None, *, is_met: bool) -> str:
    told = [f"{name} {value:g}" for name, value in (("p50", p50_ms), ("p99", p99_ms)) if value is not None]
    return f"{', '.join(told)}: {'met' if is_met else 'missed'}" if told else "–"


def figures_of(bench: DispatchBench) -> dict[str, float]:
    """Return the figures of a measurement by what they are of."""
    found = {f"{one.city}: late, learned": one.late["learned"] for one in bench.small_cities}
    found |= {f"{one.policy}, median {one.median_per_day:g}: share of the bound": one.share_of_bound.mean
              for one in bench.attention}
    found |= {f"{one.what}, {one.size:,}: p50 ms": one.p50_ms for one in bench.decisions}
    found["environment: steps a second"] = bench.steps.steps_per_s
    return found | {_city_name(bench.scenario, one.load, one.policy, one.measure): one.value.mean
                    for one in bench.city if one.priority is None}


def _city_name(scenario: str, load: float, policy: str, measure: str) -> str:
    return f"{scenario} × {load:g}, {policy}: {TITLES[measure]}"


def read_earlier(values: Any) -> Earlier:  # Any: JSON as it was read; what is not there raises
    """Return the figures of a saved measurement by what they are of.

    Raises:
        KeyError, TypeError: if it is another measurement.
    """
    found = {f"{one['city']}: late, learned": float(one["late"]["learned"]) for one in values["small_cities"]}
    found |= {f"{one['policy']}, median {one['median_per_day']:g}: share of the bound":
              float(one["share_of_bound"]["mean"]) for one in values["attention"]}
    found |= {f"{one['what']}, {one['size']:,}: p50 ms": float(one["p50_ms"]) for one in values["decisions"]}
    found["environment: steps a second"] = float(values["steps"]["steps_per_s"])
    return found | {_city_name(values["scenario"], one["load"], one["policy"], one["measure"]):
                    float(one["value"]["mean"]) for one in values["city"] if one["priority"] is None}


def _show_change(earlier: Earlier, now: Mapping[str, float], show: Show) -> None:
    names: Iterable[str] = [name for name in now if name in earlier]
    show.table("Against the earlier measurement", ["figure", "before", "now", "change"],
               [[name, f"{earlier[name]:.4g}", f"{now[name]:.4g}",
                 f"{now[name] / earlier[name] - 1.0:+.1%}" if earlier[name] else "–"] for name in names])
