"""The staffing study: how many inspectors and patrols meet the targets, how sure that is, and what it costs."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.machine import describe_machine
from scenarios import check_scenario, load_scenario
from sim.errors import InputError, UnknownNameError
from watchfloor.language import Language
from watchfloor.memory import peak_memory_mib
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.study.best import candidates
from watchfloor.study.changes import read_changes
from watchfloor.study.days import Horizon
from watchfloor.study.examine import Examiner
from watchfloor.study.growth import load_growth
from watchfloor.study.journal import Journal
from watchfloor.study.judge import days_needed
from watchfloor.study.options import StudyOptions, check_options
from watchfloor.study.output import write_study
from watchfloor.study.plan import Setting
from watchfloor.study.pool import make_pool
from watchfloor.study.present import read_shifts
from watchfloor.study.progress import Progress
from watchfloor.study.relief import relief_factor
from watchfloor.study.requirement import hourly_setting
from watchfloor.study.result import StudyResult
from watchfloor.study.rules import RosterRules, load_rules
from watchfloor.study.runner import Runner
from watchfloor.study.staff import Staff, present_staff
from watchfloor.study.steps import Steps
from watchfloor.study.target import known_measures, parse_targets
from watchfloor.study.terminal import show_study
from watchfloor.study.wording import headline
from watchfloor.warm import compile_engine

RANGE = 3
"""The largest roster tried is so many times the present one."""
LEAST_RANGE = 10
SHARE_OF_BUDGET = 0.9
"""Of the time given, the part spent on playing; the rest is for writing the answer down."""


def study_staffing(options: StudyOptions, *, show: Show) -> StudyResult:
    """Answer how many inspectors and units meet the targets, and write the report.

    Raises:
        InputError: if anything given cannot be used; before any work is done.
        WatchfloorError: if no roster keeps the rules, or workers fail; after what was found is written.
        KeyboardInterrupt: after Ctrl-C, in the same way.
    """
    began_s = time.monotonic()
    check_options(options)
    language = Language(options.lang)
    overrides = (("time.duration_h", options.hours),) if options.hours is not None else ()
    for caution in check_scenario(options.scenario, overrides=dict(overrides)).warnings:
        show.warn(f"{caution.key}: {caution.text}")
    folder = open_folder(options.out or Path("out") / f"study-{Path(options.scenario).stem}-{options.seed}")
    scenario = load_scenario(options.scenario, overrides=dict(overrides))
    targets = parse_targets(options.targets, known_measures(scenario))
    if options.best is not None and options.best not in known_measures(scenario):
        raise UnknownNameError("--best", got=options.best, known=known_measures(scenario))
    high = _highest(options, present_staff(scenario))
    affordable = candidates(scenario, high, options.money) if options.best and options.money else ()
    changes = read_changes(options.what_ifs, options.scenario, detector_model=options.detector_model,
                           share=options.share)
    for change in changes:
        load_scenario(options.scenario, overrides=dict((*overrides, *change.overrides)))
    rules = load_rules(options.rules) if options.rules else RosterRules()
    growth_plan = load_growth(options.growth) if options.growth else None
    given = read_shifts(options.evaluate_roster) if options.evaluate_roster else None
    for note in given[2] if given else ():
        show.warn(note)
    setting = Setting(scenario=scenario, path=options.scenario, overrides=overrides, seed=options.seed,
                      horizon=Horizon(warm_up_s=3600.0 * options.warm_up_h, judged_s=scenario.duration_s))
    least_days = days_needed(options.share_of_days)
    if options.replications * setting.horizon.n_windows < least_days:
        show.warn(f"{options.replications} replications cannot show that {100 * options.share_of_days:g} % of days "
                  f"are good, however good they are: that takes {least_days} days")
    compile_engine(show)
    progress = Progress(show)
    deadline_s = began_s + SHARE_OF_BUDGET * options.budget_s if options.budget_s else float("inf")
    pool = make_pool(setting, options.workers, options.scheduler)
    hours_pool = make_pool(hourly_setting(setting), options.workers, options.scheduler)
    try:
        with Journal(folder / "journal.sqlite") as journal, progress.shown():
            if journal.note:
                show.warn(journal.note)
            runner = Runner(setting, pool, journal, progress, deadline_s)
            examiner = Examiner(scenario, targets, runner)
            hourly = Runner(hourly_setting(setting), hours_pool, journal, progress, deadline_s)
            steps = Steps(examiner, hourly, options, high)
            if given is not None:
                steps.evaluate(given[0], given[1], rules)
            steps.search(changes)
            steps.look_beside(affordable)
            if options.with_roster:
                steps.plan_roster(rules)
            if growth_plan is not None:
                steps.plan_growth(growth_plan, rules)
            n_rooms = options.rooms or (growth_plan.rooms if growth_plan else None)
            if n_rooms is not None:
                steps.compare_rooms(n_rooms)
            steps.move_together()
    finally:
        pool.close()
        hours_pool.close()
    found = steps.found
    result = StudyResult(
        scenario=scenario.name, title=scenario.title, currency=scenario.costs.currency, targets=targets,
        share_of_days=options.share_of_days, judged_h=setting.horizon.judged_s / 3600.0, warm_up_h=options.warm_up_h,
        seed=options.seed, replications=options.replications, n_played=runner.n_played, n_known=runner.n_known,
        present=examiner.verdict(present_staff(scenario)), high=high, curve=found.curve, answers=found.answers,
        answered_with=found.answered_with, what_ifs=found.what_ifs, roster=found.roster, evaluated=found.evaluated,
        relief=relief_factor(rules.absence), absence=rules.absence, growth=found.growth, best=found.best,
        theory=found.theory, front=found.front, effects=found.effects, not_moved=found.not_moved, sobol=found.sobol,
        rooms=found.rooms, beside=found.beside, warm_up=found.warm_up, precision=found.precision, stopped=found.stopped,
        wall_s=time.monotonic() - began_s,
        peak_memory_mib=peak_memory_mib(options.workers if options.workers > 1 else 0), scenario_digest=scenario.digest,
        machine=describe_machine(), folder=folder)
    try:
        write_study(result, scenario, options)
    except InputError:
        show.line(language.say(headline(result)))
        raise
    show_study(result, show, language)
    if found.error is not None:
        raise found.error
    return result


def _highest(options: StudyOptions, present: Staff) -> Staff:
    return Staff(inspectors=options.most_inspectors or max(LEAST_RANGE, RANGE * present.inspectors),
                 units=options.most_units or max(LEAST_RANGE, RANGE * present.units))

