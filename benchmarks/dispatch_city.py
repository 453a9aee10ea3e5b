"""How soon calls are answered in a city, by dispatch policy, load and priority, beside what nobody can beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.clairvoyant import CallBounds, bound_calls
from agents.lateness import Responses, find_responses
from sim.city import F8
from sim.estimate import Estimate, make_estimate, paired_difference
from sim.policies import NearestPolicy
from sim.replicate import PolicyChoice
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import draw_trace
from sim.travel import Travel

Advance = Callable[[int, int | None], None]
NEAREST, BOUND = "nearest", "bound"
PRIORITIES = (None, 1, 2, 3, 4)
"""All calls, then those of each priority."""
MEASURES = ("late_share", "incident_to_call_s", "call_to_dispatch_s", "dispatch_to_scene_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFigure:
    """One measure of one policy under one load, of the calls of one priority or of all."""

    policy: str
    """``bound`` is what no assignment of the units can beat."""
    load: float
    """Times the scenario's own incidents and calls."""
    priority: int | None
    measure: str
    """late_share, incident_to_call_s, call_to_dispatch_s or dispatch_to_scene_s, each the mean of a replication."""
    value: Estimate
    less_nearest: Estimate
    """Paired by replication; below 0 is better."""


def measure_city(
    scenario: Scenario, travel: Travel, *, policies: Mapping[str, PolicyChoice], loads: Sequence[float],
    replications: Sequence[int], late_after_s: float, seed: int, advance: Advance,
) -> list[CityFigure]:
    """Play every policy on the same traces, under each load.

    Args:
        scenario: whose city, roster and incidents are played.
        travel: its driving times.
        policies: by name, ``nearest`` among them.
        loads: times the scenario's own demand.
        replications: which are drawn.
        late_after_s: from a call's creation to the first unit at the place.
        seed: of the traces.
        advance: told how far it is.
    """
    found: list[CityFigure] = []
    total = len(loads) * len(replications)
    for place, load in enumerate(loads):
        loaded = with_load(scenario, load)
        told: dict[str, list[Mapping[tuple[str, int | None], float]]] = {name: [] for name in (*policies, BOUND)}
        for index, replication in enumerate(replications):
            advance(place * len(replications) + index, total)
            trace = draw_trace(loaded, seed=seed, replication=replication)
            for name, choice in policies.items():
                log = simulate(loaded, trace, policy=choice.make(loaded, travel), travel=travel,
                               fallback=NearestPolicy())
                told[name].append(_measures(find_responses(log), late_after_s, loaded.duration_s))
            told[BOUND].append(_bounds(bound_calls(loaded, trace, travel, late_after_s=late_after_s)))
        found += _figures(told, load)
    return found


def with_load(scenario: Scenario, load: float) -> Scenario:
    """Return a scenario with so many times its incidents and calls."""
    calls = scenario.calls
    return replace(
        scenario, kinds=tuple(replace(kind, per_day=load * kind.per_day) for kind in scenario.kinds),
        calls=None if calls is None else replace(calls, per_day=load * calls.per_day))


def _measures(told: Responses, late_after_s: float, until_s: float) -> dict[tuple[str, int | None], float]:
    values: dict[tuple[str, int | None], float] = {}
    known = told.created_s + late_after_s <= until_s
    for priority in PRIORITIES:
        own = np.full(known.size, True) if priority is None else told.priority == priority
        late = (told.response_s > late_after_s)[known & own]
        values["late_share", priority] = float(late.mean()) if late.size else float("nan")
        values["incident_to_call_s", priority] = _mean((told.created_s - told.occur_s)[own])
        values["call_to_dispatch_s", priority] = _mean((told.dispatched_s - told.created_s)[own])
        values["dispatch_to_scene_s", priority] = _mean((told.created_s + told.response_s - told.dispatched_s)[own])
    return values


def _bounds(bounds: CallBounds) -> dict[tuple[str, int | None], float]:
    values: dict[tuple[str, int | None], float] = {}
    for priority in PRIORITIES:
        own = np.full(bounds.priority.size, True) if priority is None else bounds.priority == priority
        values["late_share", priority] = bounds.late_share() if priority is None else _mean(bounds.is_lost[own] * 1.0)
        values["incident_to_call_s", priority] = float("nan")
        values["call_to_dispatch_s", priority] = _mean(bounds.to_dispatch_s[own])
        values["dispatch_to_scene_s", priority] = _mean(bounds.to_scene_s[own])
    return values


def _mean(values: F8) -> float:
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if kept.size else float("nan")


def _figures(told: Mapping[str, list[Mapping[tuple[str, int | None], float]]], load: float) -> list[CityFigure]:
    figures = []
    for name, replications in told.items():
        for measure in MEASURES:
            for priority in PRIORITIES:
                own = [values[measure, priority] for values in replications]
                nearest = [values[measure, priority] for values in told[NEAREST]]
                value = make_estimate(own)
                if value.n:
                    figures.append(CityFigure(policy=name, load=load, priority=priority, measure=measure, value=value,
                                              less_nearest=paired_difference(own, nearest)))
    return figures
