"""The answer's inspectors carried forward with the cameras: posts, people, hires, and their cases in one room."""

from __future__ import annotations

import numpy as np

from watchfloor.study.examine import Examiner
from watchfloor.study.growth import Growth, GrowthPlan, plan_growth, pooling
from watchfloor.study.judge import Verdict
from watchfloor.study.relief import gross_people, relief_factor
from watchfloor.study.requirement import LOAD_REPLICATIONS, by_hour_of_day
from watchfloor.study.rules import RosterRules
from watchfloor.study.runner import Runner


def grow(
    examiner: Examiner, hourly: Runner, plan: GrowthPlan, smallest: Verdict, rules: RosterRules, n_replications: int,
) -> Growth:
    """Return what a plan of growth comes to, from a roster that meets the targets with today's cameras."""
    scenario, staff = examiner.scenario, smallest.staff
    now = examiner.plan(staff)
    n_hours = min(LOAD_REPLICATIONS, n_replications)
    hourly.ensure([now], n_hours, "load by hour")
    share = by_hour_of_day(hourly, now, "inspector_utilisation", n_hours, scenario)
    shifts = now.shifts or ()
    on_duty = np.array([sum(shift.inspectors for shift in shifts if shift.covers(hour + 0.5)) for hour in range(24)])
    cameras = scenario.city.cameras.n_cameras
    load = float(np.nanmax(share * on_duty)) * plan.cameras_by_month[-1] / cameras
    hours = 7.0 * sum(shift.inspectors * shift.length_h for shift in shifts)
    people = -int(-gross_people(hours, rules.inspectors.hours_per_week) // 1)
    one_room, many_rooms = pooling(load, plan.rooms)
    return Growth(
        plan=plan, case_load=load, one_room=one_room, many_rooms=many_rooms,
        quarters=plan_growth(plan, posts_now=staff.inspectors, people_now=people, cameras_now=cameras,
                             relief=relief_factor(rules.absence)))
