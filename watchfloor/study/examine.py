"""Rosters examined on common random numbers: each one's verdict, and the curve over many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario import Scenario, Shift
from watchfloor.study.judge import EARLY, Answer, DaysShare, Verdict, judge, mean_day, share_of_days
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, cost_per_day, shifts_for
from watchfloor.study.target import Target

FIRST_REPLICATIONS = 10
"""On which a roster may be decided early, if it is beyond doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One roster of a staffing curve."""

    staff: Staff
    along: str
    """Which number varies: ``inspectors`` or ``units``; the other is the present one."""
    verdict: Verdict


class Examiner:
    """Gives verdicts on rosters.

    Args:
        scenario: the study's, with the present roster.
        targets: what is asked.
        runner: plays.
        shape: the shifts of a roster of some size; the present ones, larger or smaller, if not given.
        n_rooms: control rooms that share the districts out; None keeps the scenario's own.
    """

    def __init__(self, scenario: Scenario, targets: Sequence[Target], runner: Runner,
                 shape: Callable[[Scenario, Staff], tuple[Shift, ...]] = shifts_for, *, n_rooms: int | None = None
                 ) -> None:
        self.scenario, self.targets, self.runner, self._shape = scenario, tuple(targets), runner, shape
        self._n_rooms = n_rooms
        self.seen: dict[Staff, None] = {}
        """Every roster asked about, in order."""

    def plan(self, staff: Staff) -> Plan:
        """Return how a roster is played."""
        return Plan(shifts=self._shape(self.scenario, staff), n_rooms=self._n_rooms)

    def cost(self, staff: Staff) -> float:
        """Return what a roster costs a day."""
        return cost_per_day(self.scenario, self._shape(self.scenario, staff))

    def verdict(self, staff: Staff, targets: Sequence[Target] | None = None) -> Verdict:
        """Return what is known of a roster now, without playing any more."""
        return self.verdict_of(self.plan(staff), staff, self.targets if targets is None else targets,
                               cost=self.cost(staff))

    def verdict_of(self, plan: Plan, staff: Staff, targets: Sequence[Target], *, cost: float) -> Verdict:
        """Return what is known of a plan now, without playing any more."""
        days = {target.measure: self.runner.days(plan, target.measure) for target in targets}
        return Verdict(
            staff=staff, values={str(target): mean_day(days[target.measure]) for target in targets},
            answers={str(target): judge(target, days[target.measure]) for target in targets},
            days=share_of_days(targets, days), cost_per_day=cost,
            n_replications=self.runner.n_replications(plan))

    def examine(self, staff: Staff, n_replications: int, targets: Sequence[Target], *, what: str) -> Verdict:
        """Play a roster until it is beyond doubt or all replications are played, and return its verdict."""
        self.seen[staff] = None
        plan = self.plan(staff)
        for number in (min(FIRST_REPLICATIONS, n_replications), n_replications):
            self.runner.ensure([plan], number, what)
            if all(judge(target, self.runner.days(plan, target.measure), level=EARLY) is not Answer.UNSURE
                   for target in targets):
                break
        return self.verdict(staff, targets)

    def shares_early(self, staff: Staff, n_replications: int, targets: Sequence[Target], wanted: float, *,
                     what: str) -> DaysShare:
        """Play a roster until its share of days is beyond doubt or all replications are played; return the share."""
        self.seen[staff] = None
        plan = self.plan(staff)
        for number in (min(FIRST_REPLICATIONS, n_replications), n_replications):
            self.runner.ensure([plan], number, what)
            days = {target.measure: self.runner.days(plan, target.measure) for target in targets}
            early = share_of_days(targets, days, level=EARLY)
            if early.low >= wanted or early.high < wanted:
                break
        return share_of_days(targets, days)

    def curve(self, present: Staff, high: Staff, n_replications: int, *, what: str) -> tuple[CurvePoint, ...]:
        """Play rosters along either number, the other as at present, all on the same traces."""
        points = [("inspectors", Staff(inspectors=count, units=present.units))
                  for count in curve_counts(present.inspectors, high.inspectors)]
        points += [("units", Staff(inspectors=present.inspectors, units=count))
                   for count in curve_counts(present.units, high.units)]
        self.seen |= dict.fromkeys(staff for _, staff in points)
        self.runner.ensure([self.plan(staff) for _, staff in points], n_replications, what)
        return tuple(CurvePoint(staff=staff, along=along, verdict=self.verdict(staff)) for along, staff in points)

    def best_seen(self, target: Target) -> Verdict:
        """Return the verdict of that seen roster whose mean day is the best for a target."""
        def goodness(verdict: Verdict) -> float:
            margin = float(target.margin(np.array([verdict.values[str(target)].mean]))[0])
            return margin if np.isfinite(margin) else -np.inf

        return max(self.verdicts(self.seen), key=goodness)

    def verdicts(self, staffs: Iterable[Staff], targets: Sequence[Target] | None = None) -> list[Verdict]:
        """Return the verdicts of those rosters that were played."""
        return [self.verdict(staff, targets) for staff in staffs if self.runner.n_replications(self.plan(staff)) > 1]


def curve_counts(present: int, high: int, *, n: int = 8) -> tuple[int, ...]:
    """Return numbers of posts for a curve, from 1 to the highest, closer together where they are few."""
    return tuple(sorted({1, present, high, *np.rint(np.geomspace(1, max(high, 1), n)).astype(int).tolist()}))
