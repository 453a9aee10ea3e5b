"""The staffing study: how many inspectors and patrols meet the targets, how sure that is, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import describe_machine
from scenarios import check_scenario, load_scenario
from sim.errors import UnknownNameError, WatchfloorError
from sim.scenario import Shift
from watchfloor.memory import peak_memory_mib
from watchfloor.phrase import Phrase
from watchfloor.results import open_folder
from watchfloor.show import Show
from watchfloor.study.answer import Answers, complete, find_answers
from watchfloor.study.best import BestRoster, candidates, choose_best
from watchfloor.study.changes import read_changes
from watchfloor.study.days import Horizon
from watchfloor.study.examine import CurvePoint, Examiner
from watchfloor.study.growing import grow
from watchfloor.study.growth import Growth, GrowthPlan, load_growth
from watchfloor.study.journal import Journal
from watchfloor.study.judge import days_needed
from watchfloor.study.options import StudyOptions, check_options
from watchfloor.study.output import write_study
from watchfloor.study.pareto import ParetoPoint, find_front
from watchfloor.study.plan import Setting
from watchfloor.study.pool import make_pool
from watchfloor.study.present import Evaluated, evaluate_roster, read_shifts
from watchfloor.study.progress import Progress
from watchfloor.study.relief import relief_factor
from watchfloor.study.requirement import hourly_setting
from watchfloor.study.result import StudyResult
from watchfloor.study.roster import Roster, make_roster
from watchfloor.study.rules import RosterRules, load_rules
from watchfloor.study.runner import OutOfBudgetError, Runner
from watchfloor.study.sensitivity import Effect, find_effects
from watchfloor.study.staff import Staff, present_staff
from watchfloor.study.target import known_measures, parse_targets
from watchfloor.study.terminal import show_study
from watchfloor.study.theory_beside import Beside, theory_beside
from watchfloor.study.whatif import Change, WhatIf, compare_changes
from watchfloor.warm import compile_engine
from watchfloor.wording import estimate_text

RANGE = 3
"""The largest roster tried is so many times the present one."""
LEAST_RANGE = 10
STOPS = (OutOfBudgetError, KeyboardInterrupt, WatchfloorError)
"""What ends a study early; what it has found by then is written all the same."""
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
            found = _Found()
            hourly = Runner(hourly_setting(setting), hours_pool, journal, progress, deadline_s)
            if given is not None:
                _evaluate(found, examiner, hourly, given[0], given[1], rules, options)
            if not found.stopped:
                _work(found, examiner, high, changes, options)
            if found.answers and not found.stopped:
                _look_beside(found, examiner, affordable, options)
            if options.with_roster and found.answers and not found.stopped:
                _plan_roster(found, examiner, hourly, high, rules, options)
            if growth_plan is not None and found.answers and not found.stopped:
                _plan_growth(found, examiner, hourly, growth_plan, rules, options)
    finally:
        pool.close()
        hours_pool.close()
    result = StudyResult(
        scenario=scenario.name, title=scenario.title, currency=scenario.costs.currency, targets=targets,
        share_of_days=options.share_of_days, judged_h=setting.horizon.judged_s / 3600.0, warm_up_h=options.warm_up_h,
        seed=options.seed, replications=options.replications, n_played=runner.n_played, n_known=runner.n_known,
        present=examiner.verdict(present_staff(scenario)), high=high, curve=found.curve, answers=found.answers,
        answered_with=found.answered_with, what_ifs=found.what_ifs, roster=found.roster, evaluated=found.evaluated,
        relief=relief_factor(rules.absence), absence=rules.absence, growth=found.growth, best=found.best,
        theory=found.theory, front=found.front, effects=found.effects, stopped=found.stopped,
        wall_s=time.monotonic() - began_s,
        peak_memory_mib=peak_memory_mib(options.workers if options.workers > 1 else 0), scenario_digest=scenario.digest,
        machine=describe_machine(), folder=folder)
    write_study(result, scenario, options)
    show_study(result, show)
    if found.error is not None:
        raise found.error
    return result


class _Found:
    """What the study has found so far."""

    def __init__(self) -> None:
        self.curve: tuple[CurvePoint, ...] = ()
        self.answers: Answers | None = None
        self.answered_with = 0
        self.what_ifs: tuple[WhatIf, ...] = ()
        self.roster: Roster | None = None
        self.evaluated: Evaluated | None = None
        self.best: BestRoster | None = None
        self.theory: tuple[Beside, ...] = ()
        self.front: tuple[ParetoPoint, ...] = ()
        self.effects: tuple[Effect, ...] = ()
        self.growth: Growth | None = None
        self.stopped: str | None = None
        self.error: BaseException | None = None
        """To be raised when everything is written."""

    def stop(self, why: BaseException) -> None:
        """Note why the study ends early."""
        if isinstance(why, OutOfBudgetError):
            self.stopped = Phrase("the time given was spent")
        elif isinstance(why, KeyboardInterrupt):
            self.stopped = Phrase("it was stopped by Ctrl-C")
            self.error = KeyboardInterrupt("what was played is kept; the same command goes on from there")
        else:
            self.stopped = Phrase("of {error}", error=str(why))
            self.error = why


def _work(found: _Found, examiner: Examiner, high: Staff, changes: Sequence[Change], options: StudyOptions) -> None:
    """Answer with few replications first, then with more, so that there is an answer whenever the time is spent."""
    present = present_staff(examiner.scenario)
    try:
        for number in rounds(options.replications):
            found.curve = examiner.curve(present, high, number, what=f"curve, {number} replications")
            answers = find_answers(examiner, high, number, options.share_of_days)
            answers = complete(examiner, answers, number)
            found.answers, found.answered_with = answers, number
            if answers.smallest is not None:
                examiner.runner.note(_note(answers))
            if changes:
                staff = answers.smallest.staff if answers.smallest else present
                found.what_ifs = compare_changes(examiner.runner, examiner.plan(staff).shifts or (), changes,
                                                 [target.measure for target in examiner.targets], number)
    except STOPS as error:
        found.stop(error)


def _plan_roster(found: _Found, examiner: Examiner, hourly: Runner, high: Staff, rules: RosterRules,
                 options: StudyOptions) -> None:
    """Make the roster for the targets that can be reached."""
    lost = {item.target for item in found.answers.unreachable} if found.answers else set()
    targets = [target for target in examiner.targets if target not in lost]
    try:
        if targets:
            found.roster = make_roster(examiner, hourly, targets, high, rules, options.replications)
    except STOPS as error:
        found.stop(error)


def _evaluate(found: _Found, examiner: Examiner, hourly: Runner, source: str, shifts: tuple[Shift, ...],
              rules: RosterRules, options: StudyOptions) -> None:
    """Score the roster that was given."""
    try:
        found.evaluated = evaluate_roster(
            examiner, hourly, source, shifts, examiner.targets, options.replications, relief_factor(rules.absence),
            rules.inspectors.hours_per_week)
    except STOPS as error:
        found.stop(error)


def _look_beside(found: _Found, examiner: Examiner, affordable: Sequence[Staff], options: StudyOptions) -> None:
    """Put theory beside the answer, and find which assumption decides it."""
    smallest = found.answers.smallest if found.answers else None
    plan = examiner.plan(smallest.staff if smallest else present_staff(examiner.scenario))
    number = options.replications
    try:
        examiner.runner.ensure([plan], number, "theory beside")
        found.theory = theory_beside(examiner.runner, plan, number)
        found.front = find_front(examiner)
        if options.best is not None and affordable:
            found.best = choose_best(examiner, affordable, options.best, options.worth, number)
        if options.sensitivity:
            found.effects = find_effects(examiner.runner, examiner.scenario, options.scenario, plan.shifts or (),
                                         examiner.targets[0].measure, number)
    except STOPS as error:
        found.stop(error)


def _plan_growth(found: _Found, examiner: Examiner, hourly: Runner, plan: GrowthPlan, rules: RosterRules,
                 options: StudyOptions) -> None:
    """Carry the answer's inspectors forward with the cameras."""
    smallest = found.answers.smallest if found.answers else None
    try:
        if smallest is not None:
            found.growth = grow(examiner, hourly, plan, smallest.staff, rules, options.replications)
    except STOPS as error:
        found.stop(error)


def rounds(n_replications: int) -> tuple[int, ...]:
    """Return with how many replications the question is answered, one time after another."""
    return tuple(sorted({max(2, n_replications // 8), max(2, n_replications // 3), n_replications}))


def _note(answers: Answers) -> str:
    """Say how sure the answer is so far."""
    verdict = answers.smallest
    if verdict is None:
        return ""
    target = next(iter(verdict.values))
    return f"{verdict.staff}: {target.split(' ')[0]} {estimate_text(verdict.values[target])}"


def _highest(options: StudyOptions, present: Staff) -> Staff:
    return Staff(inspectors=options.most_inspectors or max(LEAST_RANGE, RANGE * present.inspectors),
                 units=options.most_units or max(LEAST_RANGE, RANGE * present.units))

