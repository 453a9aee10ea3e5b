"""The roster that a planner has now, scored: on how many days it meets the targets, and at which hours it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.planner_facts import Findings
from scenarios.planner_mapping import map_table
from scenarios.planner_roster import read_roster
from scenarios.planner_tables import open_table
from sim.city import F8
from sim.scenario import Shift
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import Answer, Verdict, judge
from watchfloor.study.plan import Plan
from watchfloor.study.relief import ReliefFactor
from watchfloor.study.requirement import HOURS, LOAD_REPLICATIONS
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, cost_per_day
from watchfloor.study.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """How a given roster does."""

    source: str
    """Which file, and how much of it could be read."""
    shifts: tuple[Shift, ...]
    verdict: Verdict
    failing: dict[str, tuple[tuple[int, int], ...]]
    """By target: spans of hours of the day, end not included, that miss it with 95 %."""
    posts: int
    """Filled in a day, inspectors and units together."""
    people: tuple[int, int, int]
    """(likely, low, high) to employ."""


def read_shifts(path: Path) -> tuple[str, tuple[Shift, ...], tuple[str, ...]]:
    """Read a planner's roster; return where it is from, its shifts, and what its reader should know.

    Raises:
        InputError: if it cannot be used.
    """
    findings = Findings()
    facts = read_roster(map_table("roster", open_table(path, table="roster"), None, where=path.name), findings)
    shifts = tuple(Shift(name=item.name, start_h=item.start_h, length_h=item.length_h, inspectors=item.inspectors,
                         units=item.units) for item in facts.shifts)
    problems = tuple(f"{item.file}: row {item.row}, column {item.column}: {item.what}" for item in findings.problems)
    return facts.source, shifts, (*findings.notes, *problems)


def evaluate_roster(
    examiner: Examiner, hourly: Runner, source: str, shifts: tuple[Shift, ...], targets: Sequence[Target],
    n_replications: int, relief: ReliefFactor, hours_per_week: float,
) -> Evaluated:
    """Play a roster as it is, and say how it does."""
    plan = Plan(shifts=shifts)
    examiner.runner.ensure([plan], n_replications, "your roster")
    staff = Staff(inspectors=max(shift.inspectors for shift in shifts), units=max(shift.units for shift in shifts))
    verdict = examiner.verdict_of(plan, staff, targets, cost=cost_per_day(examiner.scenario, shifts))
    n_hours = min(LOAD_REPLICATIONS, n_replications)
    hourly.ensure([plan], n_hours, "your roster by hour")
    start = int(examiner.scenario.start_hour_of_week)
    post_hours = sum((shift.inspectors + shift.units) * shift.length_h for shift in shifts)
    return Evaluated(
        source=source, shifts=shifts, verdict=verdict, posts=sum(shift.inspectors + shift.units for shift in shifts),
        failing={str(target): failing_hours(target, hourly.days(plan, target.measure, n_hours), start)
                 for target in targets},
        people=relief.people(-int(-(7.0 * post_hours / hours_per_week) // 1)))


def failing_hours(target: Target, hours: F8, start_hour: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of hours of the day that miss a target with 95 %.

    Args:
        target: what is wanted.
        hours: the measure of each simulated hour; shape (replications, hours).
        start_hour: of the week, at which the first begins.
    """
    of_day = (start_hour + np.arange(hours.shape[1])) % HOURS
    fails = [bool(np.any(of_day == hour)) and judge(target, hours[:, of_day == hour]) is Answer.MISSES
             for hour in range(HOURS)]
    return join_hours(fails)


def join_hours(fails: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Return runs of true hours as (first, end), joined across midnight."""
    if all(fails):
        return ((0, HOURS),)
    spans = []
    for hour in range(HOURS):
        if fails[hour] and not fails[hour - 1]:
            end = hour
            while fails[end % HOURS]:
                end += 1
            spans.append((hour, end % HOURS))
    return tuple(spans)
