"""How many are needed in each hour of the day: those who must be free for the target, and those who will be busy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.city import F8
from sim.demand import DAY_S, HOUR_S
from sim.scenario import Scenario
from watchfloor.study.answer import smallest_roster
from watchfloor.study.days import Horizon
from watchfloor.study.examine import Examiner
from watchfloor.study.offered_load import HourlyLoad, make_hourly_load
from watchfloor.study.plan import Plan, Setting
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, around_the_clock
from watchfloor.study.target import Target

HOURS = 24
LOAD_REPLICATIONS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What every hour of the day asks for."""

    flat: Staff
    """The smallest roster that meets the targets with the same numbers at every hour."""
    inspectors: HourlyLoad
    """Cases handled."""
    units: HourlyLoad
    """Calls served."""
    free_inspectors: float
    """That must be free to watch, beside those who handle cases."""
    free_units: float
    """That must be free to be near, beside those who are out."""
    required: dict[str, tuple[int, ...]]
    """By ``inspectors`` and ``units``: the number for each hour, 0 to 23."""


def hourly_setting(setting: Setting) -> Setting:
    """Return the setting in which whole days are measured hour by hour."""
    days = max(1, math.ceil(setting.horizon.judged_s / DAY_S - 1e-9))
    return replace(setting, horizon=Horizon(warm_up_s=setting.horizon.warm_up_s, judged_s=days * DAY_S,
                                            window_s=HOUR_S))


def find_requirement(
    examiner: Examiner, hourly: Runner, targets: Sequence[Target], high: Staff, n_replications: int
) -> Requirement | None:
    """Find what every hour asks for; None if no roster up to ``high`` meets the targets at every hour.

    The smallest roster that is the same around the clock is found by simulation. Its mean number of free inspectors
    and units is what the targets ask for beside the work; to that comes each hour's own work.
    """
    flat_examiner = Examiner(examiner.scenario, targets, examiner.runner, around_the_clock)
    flat = smallest_roster(flat_examiner, high, n_replications, targets, "requirement by hour")
    if flat is None:
        return None
    plan = flat_examiner.plan(flat.staff)
    n_load = min(LOAD_REPLICATIONS, n_replications)
    hourly.ensure([plan], n_load, "load by hour")
    units = make_hourly_load(by_hour_of_day(hourly, plan, "dispatches", n_load, examiner.scenario), _mean_service_h(
        hourly, plan, flat.staff.units, "unit_utilisation", "dispatches", n_load))
    cases = by_hour_of_day(hourly, plan, "inspector_utilisation", n_load, examiner.scenario) * flat.staff.inspectors
    inspectors = make_hourly_load(
        by_hour_of_day(hourly, plan, "found", n_load, examiner.scenario),
        float(cases.sum() / max(by_hour_of_day(hourly, plan, "found", n_load, examiner.scenario).sum(), 1e-9)))
    free_inspectors = flat.staff.inspectors - float(inspectors.load.mean())
    free_units = flat.staff.units - float(units.load.mean())
    return Requirement(
        flat=flat.staff, inspectors=inspectors, units=units, free_inspectors=free_inspectors, free_units=free_units,
        required={"inspectors": _required(free_inspectors, inspectors.load),
                  "units": _required(free_units, units.load)})


def by_hour_of_day(hourly: Runner, plan: Plan, measure: str, n_replications: int, scenario: Scenario) -> F8:
    """Return a measure's mean in each hour of the day, 0 to 23; hours without a value are not a number."""
    table = hourly.days(plan, measure, n_replications)
    has_value = np.isfinite(table)
    counts, sums = has_value.sum(axis=0), np.where(has_value, table, 0.0).sum(axis=0)
    hour = (int(scenario.start_hour_of_week) + np.arange(table.shape[1])) % HOURS
    total = np.bincount(hour, weights=sums, minlength=HOURS)
    number = np.bincount(hour, weights=counts, minlength=HOURS)
    means: F8 = np.divide(total, number, out=np.full(HOURS, np.nan), where=number > 0)
    return means


def _mean_service_h(hourly: Runner, plan: Plan, on_duty: int, busy: str, jobs: str, n_replications: int) -> float:
    """Return the mean hours that one job takes."""
    n_jobs = float(np.nansum(hourly.days(plan, jobs, n_replications)))
    return float(np.nansum(hourly.days(plan, busy, n_replications))) * on_duty / n_jobs if n_jobs else 0.0


def _required(free: float, load: F8) -> tuple[int, ...]:
    return tuple(max(1, math.ceil(free + busy - 1e-9)) for busy in load.tolist())
