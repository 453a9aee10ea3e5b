"""The report of a study: one HTML file that opens offline, with the answer first and every assumption at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jinja2
import numpy as np
from markupsafe import Markup

from sim.cases import make_cases
from sim.inspector_draw import draw_inspectors
from sim.replicate import play
from sim.scenario import Scenario
from sim.trace import draw_trace
from sim.travel import Travel
from watchfloor.figures import draw_map
from watchfloor.language import LANGUAGES, Language
from watchfloor.phrase import Phrase
from watchfloor.study import wording
from watchfloor.study.checklist import make_checklist
from watchfloor.study.effect_pictures import draw_front, draw_tornado, draw_waterfall
from watchfloor.study.judge import Verdict
from watchfloor.study.measure_words import measure_title, target_text
from watchfloor.study.options import StudyOptions
from watchfloor.study.pareto import ParetoPoint
from watchfloor.study.pictures import draw_curve
from watchfloor.study.plan import BASE_ARM
from watchfloor.study.result import StudyResult
from watchfloor.study.roster_pictures import draw_requirement, draw_weeks
from watchfloor.study.sensitivity import STEP
from watchfloor.study.staff import shifts_for
from watchfloor.study.wording import headline

N_FRONT = 12
"""Rows of the front on the page."""


def write_page(path: Path, *, result: StudyResult, scenario: Scenario, options: StudyOptions) -> None:
    """Write the report, whole or not at all."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("watchfloor", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    language = Language(options.lang)
    page = environment.get_template("study.html").render(
        result=result, scenario=scenario, say=language.say, language=language, answer=headline(result),
        rosters=_rosters(result), curve=draw_curve(result, language) if result.curve else None,
        effect_pictures=effect_pictures(result, language), near_front=near_front(result), step=STEP,
        map=Markup(draw_missed(result, scenario, language)), checklist=make_checklist(result, scenario), words=wording,
        measure_title=measure_title, target_text=target_text, command=command_line(options),
        roster_pictures=(draw_requirement(result.roster, language), draw_weeks(result.roster, language)
                         ) if result.roster else None)
    part = path.with_suffix(".part")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _rosters(result: StudyResult) -> list[tuple[str, Verdict]]:
    """Return the rosters of the first table with their names."""
    named: list[tuple[str, Verdict | None]] = [(Phrase("the present roster"), result.present)]
    if result.answers is not None:
        share = wording.per_cent(result.share_of_days)
        named += [(Phrase("smallest for the mean day"), result.answers.smallest),
                  (Phrase("smallest for {share} % of days", share=share), result.answers.surest)]
    return [(name, verdict) for name, verdict in named if verdict is not None]


def draw_missed(result: StudyResult, scenario: Scenario, language: Language) -> str:
    """Draw where offences are found and missed in replication 0, with the smallest roster or else the present one."""
    smallest = result.answers.smallest if result.answers else None
    staff = smallest.staff if smallest else result.present.staff
    played = draw_inspectors(replace(scenario, shifts=shifts_for(scenario, staff)), seed=result.seed, replication=0)
    trace = draw_trace(played, seed=result.seed)
    log = play(played, BASE_ARM, trace, Travel(played.city.roads), seed=result.seed, replication=0)
    return draw_map(played, make_cases(log), np.column_stack((trace.x_m, trace.y_m)), language)


def near_front(result: StudyResult) -> tuple[ParetoPoint, ...]:
    """Return the points of the front whose cost is the nearest to the answer's; the tables hold all."""
    smallest = result.answers.smallest if result.answers else None
    cost = (smallest or result.present).cost_per_day
    near = sorted(result.front, key=lambda point: abs(point.cost_per_day - cost))[:N_FRONT]
    return tuple(point for point in result.front if point in near)


def effect_pictures(result: StudyResult, language: Language) -> dict[str, str | None]:
    """Return the pictures of effects by name, None where there is nothing to draw."""
    return {
        "waterfall": draw_waterfall(result.what_ifs, list(dict.fromkeys(target.measure for target in result.targets)),
                                    language) if result.what_ifs else None,
        "tornado": draw_tornado(result.effects, STEP, language) if result.effects else None,
        "front": draw_front(result.front, result.currency, language) if len(result.front) > 1 else None,
    }


def command_line(options: StudyOptions) -> str:
    """Return the command that gives this study again."""
    parts = ["watchfloor study", options.scenario, *(f'--target "{text}"' for text in options.targets)]
    if options.lang != LANGUAGES[0]:
        parts.append(f"--lang {options.lang}")
    if options.hours is not None:
        parts.append(f"--hours {options.hours:g}")
    if options.detector_model is not None:
        parts.append(f"--detector-model {options.detector_model} --share {options.share:g}")
    parts += [f"--what-if '{text}'" for text in options.what_ifs]
    if options.best is not None:
        parts.append(f"--best {options.best} --money {options.money:g} --worth {options.worth:g}")
        parts.append(f"--choose-by {options.choose_by}")
    if options.sensitivity:
        parts.append("--sensitivity")
    if options.sobol:
        parts.append(f"--sobol {options.sobol}" + (f" --sobol-most {options.sobol_most}" if options.sobol_most else ""))
    if options.half_width is not None:
        parts.append(f"--half-width {options.half_width:g}")
    if options.with_roster:
        parts.append(f"--rules {options.rules}" if options.rules else "--roster")
    for name, file in (("evaluate-roster", options.evaluate_roster), ("growth", options.growth)):
        if file is not None:
            parts.append(f"--{name} {file}")
    for name, value in (("rooms", options.rooms), ("most-inspectors", options.most_inspectors),
                        ("most-units", options.most_units)):
        if value is not None:
            parts.append(f"--{name} {value}")
    return " ".join([*parts, f"--share-of-days {options.share_of_days:g} --warm-up {options.warm_up_h:g} "
                             f"--replications {options.replications} --seed {options.seed}"])
