"""The best roster that a sum of money buys, chosen with a stated guarantee."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sim.errors import InputError
from sim.estimate import Estimate
from sim.scenario import Scenario
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import mean_day, replication_means
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner
from watchfloor.study.selection import select_best, select_best_updating, select_by_allocation
from watchfloor.study.staff import Staff, cost_per_day, shifts_for

Procedure = Literal["kn", "kn++", "ocba"]
PROCEDURES: tuple[str, ...] = get_args(Procedure)
WHAT = "the best for the money"
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
    procedure: Procedure
    value: Estimate
    beside: dict[str, Estimate]
    """Other measures of it: finds are never looked at alone."""
    n_candidates: int
    n_replications: int
    """Of all candidates together."""
    is_sure: bool
    """False where the replications ended before the procedure did, and of a heuristic."""


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
    examiner: Examiner, staffs: Sequence[Staff], measure: str, worth: float, n_replications: int,
    procedure: Procedure = "kn",
) -> BestRoster:
    """Choose the roster with the best mean day.

    KN and KN++ choose on paired replications, with 95 % confidence if the best is best by ``worth`` or more. OCBA
    shares as many independent replications out among the rosters, and promises nothing. A replication without a value
    counts as 0.
    """
    values = _Values(examiner.runner, [examiner.plan(staff) for staff in staffs], measure,
                     is_paired=procedure != "ocba")
    most = MOST * n_replications
    if procedure == "ocba":
        found = select_by_allocation(values, len(staffs), budget=n_replications * len(staffs), first_stage=FIRST_STAGE)
    else:
        select = select_best if procedure == "kn" else select_best_updating
        found = select(values, len(staffs), indifference=worth, confidence=CONFIDENCE, first_stage=FIRST_STAGE,
                       most=most)
    staff, block = staffs[found.best], values.block(found.best)
    plan = examiner.plan(staff)
    return BestRoster(
        staff=staff, cost_per_day=examiner.cost(staff), measure=measure, worth=worth, procedure=procedure,
        value=mean_day(examiner.runner.days(plan, measure, block=block)), n_candidates=len(staffs),
        n_replications=sum(found.n_replications),
        is_sure=procedure != "ocba" and max(found.n_replications) < most,
        beside={name: mean_day(examiner.runner.days(plan, name, block=block)) for name in BESIDE})


class _Values:
    """A measure of each plan's replications, larger better, played as they are asked for.

    Args:
        runner: plays.
        plans: the systems.
        measure: of the mean day.
        is_paired: whether replications of one number share their draws; else each plan has a block of its own.
    """

    def __init__(self, runner: Runner, plans: Sequence[Plan], measure: str, *, is_paired: bool) -> None:
        self._runner, self._plans, self._measure, self._is_paired = runner, plans, measure, is_paired
        self._sign = -1.0 if measure.startswith(LOWER_IS_BETTER) else 1.0
        if is_paired:
            runner.ensure(plans, FIRST_STAGE, WHAT)

    def block(self, system: int) -> int:
        """Return the block of replications that a system takes."""
        return 0 if self._is_paired else 1 + system

    def __call__(self, system: int, replication: int) -> float:
        """Return a system's value."""
        plan, block = self._plans[system], self.block(system)
        if self._runner.n_replications(plan, block=block) <= replication:
            self._runner.ensure([plan], BATCH * (replication // BATCH + 1), WHAT, block=block)
        days = self._runner.days(plan, self._measure, block=block)[replication:replication + 1]
        value = float(replication_means(days)[0])
        return self._sign * value if math.isfinite(value) else 0.0
