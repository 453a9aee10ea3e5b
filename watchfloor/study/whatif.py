"""Changes to the room, each compared with the same room without it on the same traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.document import Value
from sim.estimate import Estimate, paired_difference
from sim.replicate import Arm
from sim.scenario import Shift
from watchfloor.study.judge import mean_day, replication_means
from watchfloor.study.plan import BASE_ARM, Plan
from watchfloor.study.runner import Runner

SHOWN = ("found", "found_share", "unfounded_stops", "p90:response_time_s", "inspector_utilisation", "unit_utilisation",
         "cost")
"""Beside the targets' own measures: finds never stand without unfounded stops and the load on patrols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to the room."""

    name: str
    arm: Arm = BASE_ARM
    overrides: tuple[tuple[str, Value], ...] = ()
    outage_share: float = 0.0
    """Of the cameras without a picture from the beginning to the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A change to the room, compared with the same room without it on the same traces."""

    name: str
    base: Mapping[str, Estimate]
    """By measure: the mean day without the change."""
    differences: Mapping[str, Estimate]
    """By measure: the mean day with the change less that without."""
    n_replications: int


def compare_changes(
    runner: Runner, shifts: tuple[Shift, ...], changes: Sequence[Change], measures: Sequence[str], n_replications: int
) -> tuple[WhatIf, ...]:
    """Play changes with one roster, and return their paired differences."""
    plans = [(change.name, Plan(shifts=shifts, arm=change.arm, overrides=change.overrides,
                                outage_share=change.outage_share)) for change in changes]
    return compare_plans(runner, Plan(shifts=shifts), plans, measures, n_replications)


def compare_plans(
    runner: Runner, base: Plan, plans: Sequence[tuple[str, Plan]], measures: Sequence[str], n_replications: int
) -> tuple[WhatIf, ...]:
    """Play plans, each with its name, and return their paired differences from one of them."""
    runner.ensure([base, *(plan for _, plan in plans)], n_replications, "what-ifs")
    names = tuple(dict.fromkeys((*measures, *SHOWN)))
    return tuple(
        WhatIf(name=name, n_replications=n_replications,
               base={name: mean_day(runner.days(base, name, n_replications)) for name in names},
               differences={name: paired_difference(
                   replication_means(runner.days(plan, name, n_replications)).tolist(),
                   replication_means(runner.days(base, name, n_replications)).tolist()) for name in names})
        for name, plan in plans)
