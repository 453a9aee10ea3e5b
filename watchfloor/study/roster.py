"""From the requirement by hour to a roster that holds: shifts, simulated, and more required where they miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.city import F8
from sim.scenario import Scenario, Shift
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import Answer, Verdict
from watchfloor.study.people import Person, assign_people
from watchfloor.study.plan import Plan
from watchfloor.study.requirement import HOURS, LOAD_REPLICATIONS, Requirement, by_hour_of_day, find_requirement
from watchfloor.study.rules import RosterRules, Rules
from watchfloor.study.runner import Runner
from watchfloor.study.shift_design import DailyShift, design_shifts
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target

MAX_CUTS = 12
"""How often more is required where the simulated roster missed, before it is given up."""
CUT_HOURS = 4
"""Length of the stretch of the day in which more is required."""
POSTS = ("inspectors", "units")
_OF_UNITS = ("response", "travel", "dispatch", "turnout", "unit_", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Shifts and people, and whether they hold."""

    requirement: Requirement
    required: Mapping[str, tuple[int, ...]]
    """By ``inspectors`` and ``units``: as it stood after the last cut."""
    shifts: Mapping[str, tuple[DailyShift, ...]]
    people: Mapping[str, tuple[Person, ...]]
    rules: RosterRules
    verdict: Verdict
    """Of the simulated roster; its cost counts breaks as duty."""
    n_cuts: int

    @property
    def holds(self) -> bool:
        """Say whether the simulated roster is shown to meet the targets."""
        return self.verdict.answer is Answer.MEETS


def make_roster(
    examiner: Examiner, hourly: Runner, targets: Sequence[Target], high: Staff, rules: RosterRules, n_replications: int
) -> Roster | None:
    """Make a roster that meets the targets; None if no numbers up to ``high`` do.

    Shifts cannot follow the requirement exactly, so they hold more than it says: it is lowered while the simulated
    roster still holds. Where the first one does not hold, more is required in the hours in which it misses.

    Raises:
        RuleConflictError: if the rules leave no roster; it names those in conflict.
    """
    requirement = find_requirement(examiner, hourly, targets, high, n_replications)
    if requirement is None:
        return None
    trial = _Trial(examiner, targets, rules, n_replications)
    required = dict(requirement.required)
    simulated = trial.simulate(required)
    if simulated.holds:
        required, simulated, n_cuts = *trial.lower(required, simulated), 0
    else:
        required, simulated, n_cuts = trial.raise_where_missed(required, simulated, hourly, requirement)
    people = {who: assign_people(simulated.shifts[who], getattr(rules, who), who=who) for who in POSTS}
    return Roster(requirement=requirement, required=required, shifts=simulated.shifts, rules=rules, people=people,
                  verdict=simulated.verdict, n_cuts=n_cuts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Simulated:
    shifts: dict[str, tuple[DailyShift, ...]]
    plan: Plan
    verdict: Verdict

    @property
    def holds(self) -> bool:
        return self.verdict.answer is Answer.MEETS


class _Trial:
    """Tries requirements: designs the shifts and simulates them."""

    def __init__(self, examiner: Examiner, targets: Sequence[Target], rules: RosterRules, n_replications: int) -> None:
        self._examiner, self._targets, self._rules = examiner, targets, rules
        self._n_replications = n_replications

    def simulate(self, required: Mapping[str, Sequence[int]]) -> _Simulated:
        """Return the shifts for a requirement, and how they do."""
        shifts = {who: design_shifts(required[who], getattr(self._rules, who), who=who) for who in POSTS}
        plan = Plan(shifts=sim_shifts(shifts, self._rules))
        self._examiner.runner.ensure([plan], self._n_replications, "the roster, simulated")
        verdict = self._examiner.verdict_of(
            plan, Staff(**{who: most_on_duty(shifts[who]) for who in POSTS}), self._targets,
            cost=roster_cost_per_day(shifts, self._examiner.scenario))
        return _Simulated(shifts=shifts, plan=plan, verdict=verdict)

    def lower(self, required: dict[str, tuple[int, ...]], best: _Simulated) -> tuple[dict[str, tuple[int, ...]],
                                                                                    _Simulated]:
        """Lower the requirement at every hour while it still holds, the dearer posts first."""
        costs = self._examiner.scenario.costs
        for who in POSTS if costs.inspector_per_h > costs.unit_per_h else POSTS[::-1]:
            while max(required[who]) > 1:
                less = required | {who: tuple(max(1, count - 1) for count in required[who])}
                simulated = self.simulate(less)
                if not simulated.holds:
                    break
                required, best = less, simulated
        return required, best

    def raise_where_missed(
        self, required: dict[str, tuple[int, ...]], simulated: _Simulated, hourly: Runner, requirement: Requirement
    ) -> tuple[dict[str, tuple[int, ...]], _Simulated, int]:
        """Require more in the hours in which the targets are missed, until it holds or MAX_CUTS is reached."""
        n_load = min(LOAD_REPLICATIONS, self._n_replications)
        for n_cuts in range(1, MAX_CUTS + 1):
            hourly.ensure([simulated.plan], n_load, f"where it misses, cut {n_cuts}")
            for target in self._targets:
                if simulated.verdict.answers[str(target)] is not Answer.MEETS:
                    who = posts_for(target)
                    margin = target.margin(by_hour_of_day(hourly, simulated.plan, target.measure, n_load,
                                                          self._examiner.scenario))
                    required = required | {who: cut(required[who], margin, getattr(requirement, who).rates_per_h)}
            simulated = self.simulate(required)
            if simulated.holds:
                break
        return required, simulated, n_cuts


def posts_for(target: Target) -> str:
    """Return which posts a target asks more of."""
    return "units" if any(word in target.measure for word in _OF_UNITS) else "inspectors"


def cut(required: Sequence[int], margin: F8, weight: F8) -> tuple[int, ...]:
    """Return the requirement with more in that stretch of the day in which most is missing.

    Args:
        required: by hour.
        margin: by how much each hour is on the wanted side; not a number where nothing happened.
        weight: how much happens in each hour.
    """
    lack = np.where(np.isfinite(margin), -margin, 0.0) * weight
    stretch = np.array([lack[(start + np.arange(CUT_HOURS)) % HOURS].sum() for start in range(HOURS)])
    more = list(required)
    for hour in ((int(stretch.argmax()) + np.arange(CUT_HOURS)) % HOURS).tolist():
        more[hour] += max(1, round(0.1 * more[hour]))
    return tuple(more)


def sim_shifts(shifts: Mapping[str, Sequence[DailyShift]], rules: RosterRules) -> tuple[Shift, ...]:
    """Return the shifts as the simulator plays them: a post with a break is one shift before it and one after."""
    parts: list[Shift] = []
    for who in POSTS:
        for shift in shifts[who]:
            group: Rules = getattr(rules, who)
            begins: list[int | None] = [*sorted(set(shift.breaks))] or [None]
            for begin in begins:
                posts = shift.posts if begin is None else shift.breaks.count(begin)
                spans = [(0, shift.length_h)] if begin is None else [
                    (0, begin), (begin + group.break_h, shift.length_h)]
                parts += [Shift(
                    name=f"{who}_{len(parts) + place}", start_h=float((shift.start_h + first) % HOURS),
                    length_h=float(last - first), inspectors=posts if who == "inspectors" else 0,
                    units=posts if who == "units" else 0) for place, (first, last) in enumerate(spans) if last > first]
    return tuple(parts)


def roster_cost_per_day(shifts: Mapping[str, Sequence[DailyShift]], scenario: Scenario) -> float:
    """Return what the posts cost a day, breaks included."""
    costs = {"inspectors": scenario.costs.inspector_per_h, "units": scenario.costs.unit_per_h}
    return sum(costs[who] * shift.posts * shift.length_h for who in POSTS for shift in shifts[who])


def most_on_duty(shifts: Sequence[DailyShift]) -> int:
    """Return the most that are on duty at any hour, those on a break included."""
    whole = (replace(shift, breaks=()) for shift in shifts)
    return int(sum((shift.presence(0) for shift in whole), np.zeros(HOURS)).max())
