"""The best roster that a sum of money buys, chosen with a stated guarantee."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import InputError
from sim.estimate import Estimate
from sim.scenario import Scenario
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import mean_day, replication_means
from watchfloor.study.selection import Selected, select_best
from watchfloor.study.staff import Staff, cost_per_day, shifts_for

FIRST_STAGE = 10
BATCH = 10
"""Replications played at once, of one roster."""
CONFIDENCE = 0.95
MOST = 20
"""Times the study's replications that one roster may take."""
LOWER_IS_BETTER = ("p50:", "p90:", "unfounded", "alerts_unseen", "cost", "unit_utilisation", "inspector_utilisation")
BESIDE = ("found", "unfounded_stops", "unit_utilisation", "p90:response_time_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class BestRoster:
    """The roster chosen."""

    staff: Staff
    cost_per_day: float
    measure: str
    worth: float
    """Least difference of the measure that was worth finding."""
    value: Estimate
    beside: dict[str, Estimate]
    """Other measures of it: finds are never looked at alone."""
    n_candidates: int
    n_replications: int
    """Of all candidates together."""
    is_sure: bool
    """False where the replications ended before the procedure did."""


def candidates(scenario: Scenario, high: Staff, money_per_day: float) -> tuple[Staff, ...]:
    """Return, for each number of inspectors, the roster with the most units that the money buys.

    Raises:
        InputError: if it buys none.
    """
    def cost(inspectors: int, units: int) -> float:
        return cost_per_day(scenario, shifts_for(scenario, Staff(inspectors=inspectors, units=units)))

    found = []
    for inspectors in range(1, high.inspectors + 1):
        units = high.units
        while units and cost(inspectors, units) > money_per_day:
            units -= 1
        if units:
            found.append(Staff(inspectors=inspectors, units=units))
    if not found:
        raise InputError("--money", got=f"{money_per_day:g}", expected="enough for one inspector and one unit a shift",
                         do=f"at least {cost(1, 1):,.0f} a day")
    return tuple(found)


def choose_best(
    examiner: Examiner, staffs: Sequence[Staff], measure: str, worth: float, n_replications: int
) -> BestRoster:
    """Choose by KN on paired replications, with 95 % confidence if the best is best by ``worth`` or more.

    A replication without a value counts as 0.
    """
    sign = -1.0 if measure.startswith(LOWER_IS_BETTER) else 1.0
    plans = [examiner.plan(staff) for staff in staffs]
    runner = examiner.runner
    runner.ensure(plans, FIRST_STAGE, "the best for the money")

    def observe(system: int, replication: int) -> float:
        plan = plans[system]
        if runner.n_replications(plan) <= replication:
            runner.ensure([plan], BATCH * (replication // BATCH + 1), "the best for the money")
        value = float(replication_means(runner.days(plan, measure)[replication:replication + 1])[0])
        return sign * value if math.isfinite(value) else 0.0

    most = MOST * n_replications
    found: Selected = select_best(observe, len(staffs), indifference=worth, confidence=CONFIDENCE,
                                  first_stage=FIRST_STAGE, most=most)
    staff, plan = staffs[found.best], plans[found.best]
    return BestRoster(
        staff=staff, cost_per_day=examiner.cost(staff), measure=measure, worth=worth,
        value=mean_day(runner.days(plan, measure)), n_candidates=len(staffs),
        n_replications=sum(found.n_replications), is_sure=max(found.n_replications) < most,
        beside={name: mean_day(runner.days(plan, name)) for name in BESIDE})
