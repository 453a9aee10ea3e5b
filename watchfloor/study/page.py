"""The report of a study: one HTML file that opens offline, with the answer first and every assumption at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jinja2
import numpy as np
from markupsafe import Markup

from sim.cases import make_cases
from sim.replicate import play
from sim.scenario import Scenario
from sim.trace import draw_trace
from sim.travel import Travel
from watchfloor.figures import draw_map
from watchfloor.study.checklist import make_checklist
from watchfloor.study.effect_pictures import draw_front, draw_tornado, draw_waterfall
from watchfloor.study.options import StudyOptions
from watchfloor.study.pareto import ParetoPoint
from watchfloor.study.pictures import draw_curve
from watchfloor.study.plan import BASE_ARM
from watchfloor.study.result import StudyResult
from watchfloor.study.roster_pictures import draw_requirement, draw_weeks
from watchfloor.study.sensitivity import STEP
from watchfloor.study.staff import shifts_for
from watchfloor.study.wording import (
    best_text,
    evaluated_text,
    growth_text,
    headline,
    measure_text,
    nearest_text,
    people_text,
    roster_text,
    staff_text,
    target_text,
)
from watchfloor.wording import estimate_text

N_FRONT = 12
"""Rows of the front on the page."""


def write_page(path: Path, *, result: StudyResult, scenario: Scenario, options: StudyOptions) -> None:
    """Write the report."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("watchfloor", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    answers = result.answers
    rosters = [("the present roster", result.present)]
    if answers is not None:
        rosters += [(name, verdict) for name, verdict in (
            ("smallest for the mean day", answers.smallest),
            (f"smallest for {100 * result.share_of_days:g} % of days", answers.surest)) if verdict is not None]
    page = environment.get_template("study.html").render(
        result=result, scenario=scenario, options=options, headline=headline(result), rosters=rosters,
        curve=draw_curve(result) if result.curve else None, estimate_text=estimate_text, measure_text=measure_text,
        effect_pictures=effect_pictures(result), near_front=near_front(result), step=STEP,
        map=Markup(draw_missed(result, scenario)), checklist=make_checklist(result, scenario),
        roster_pictures=(draw_requirement(result.roster), draw_weeks(result.roster)) if result.roster else None,
        roster_text=roster_text, best_text=best_text(result), evaluated_text=evaluated_text(result),
        people_text=people_text, growth_text=growth_text, nearest_text=nearest_text, staff_text=staff_text,
        target_text=target_text, command=command_line(options))
    path.write_text(page, encoding="utf-8")


def draw_missed(result: StudyResult, scenario: Scenario) -> str:
    """Draw where offences are found and missed in replication 0, with the smallest roster or else the present one."""
    smallest = result.answers.smallest if result.answers else None
    staff = smallest.staff if smallest else result.present.staff
    played = replace(scenario, shifts=shifts_for(scenario, staff))
    trace = draw_trace(played, seed=result.seed)
    log = play(played, BASE_ARM, trace, Travel(played.city.roads), seed=result.seed, replication=0)
    return draw_map(played, make_cases(log), np.column_stack((trace.x_m, trace.y_m)))


def near_front(result: StudyResult) -> tuple[ParetoPoint, ...]:
    """Return the points of the front whose cost is the nearest to the answer's; the tables hold all."""
    smallest = result.answers.smallest if result.answers else None
    cost = (smallest or result.present).cost_per_day
    near = sorted(result.front, key=lambda point: abs(point.cost_per_day - cost))[:N_FRONT]
    return tuple(point for point in result.front if point in near)


def effect_pictures(result: StudyResult) -> dict[str, str | None]:
    """Return the pictures of effects by name, None where there is nothing to draw."""
    measure = result.targets[0].measure
    return {
        "waterfall": draw_waterfall(result.what_ifs, measure) if result.what_ifs else None,
        "tornado": draw_tornado(result.effects, measure, STEP) if result.effects else None,
        "front": draw_front(result.front, result.currency) if len(result.front) > 1 else None,
    }


def command_line(options: StudyOptions) -> str:
    """Return the command that gives this study again."""
    parts = ["watchfloor study", options.scenario, *(f'--target "{text}"' for text in options.targets)]
    if options.hours is not None:
        parts.append(f"--hours {options.hours:g}")
    if options.detector_model is not None:
        parts.append(f"--detector-model {options.detector_model} --share {options.share:g}")
    parts += [f"--what-if '{text}'" for text in options.what_ifs]
    if options.best is not None:
        parts.append(f"--best {options.best} --money {options.money:g} --worth {options.worth:g}")
    if options.sensitivity:
        parts.append("--sensitivity")
    if options.with_roster:
        parts.append(f"--rules {options.rules}" if options.rules else "--roster")
    for name, file in (("evaluate-roster", options.evaluate_roster), ("growth", options.growth)):
        if file is not None:
            parts.append(f"--{name} {file}")
    for name, value in (("most-inspectors", options.most_inspectors), ("most-units", options.most_units)):
        if value is not None:
            parts.append(f"--{name} {value}")
    return " ".join([*parts, f"--share-of-days {options.share_of_days:g} --warm-up {options.warm_up_h:g} "
                             f"--replications {options.replications} --seed {options.seed}"])
