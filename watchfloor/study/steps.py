"""The steps of a study, one after another; each keeps what it has found when the study is stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from scenarios import find_scenario
from scenarios.inherit import load_extended
from sim.errors import WatchfloorError
from sim.estimate import Estimate
from sim.scenario import Shift
from watchfloor.phrase import Phrase
from watchfloor.study.answer import Answers, complete, find_answers
from watchfloor.study.best import BestRoster, choose_best
from watchfloor.study.examine import CurvePoint, Examiner
from watchfloor.study.growing import grow
from watchfloor.study.growth import Growth, GrowthPlan
from watchfloor.study.judge import Verdict, mean_day
from watchfloor.study.options import StudyOptions
from watchfloor.study.pareto import ParetoPoint, find_front
from watchfloor.study.plan import Plan
from watchfloor.study.precision import Precision, play_until_narrow
from watchfloor.study.present import Evaluated, evaluate_roster
from watchfloor.study.relief import relief_factor
from watchfloor.study.rooms import RoomsCompared, compare_rooms
from watchfloor.study.roster import Roster, make_roster
from watchfloor.study.rules import RosterRules
from watchfloor.study.runner import OutOfBudgetError, Runner
from watchfloor.study.sensitivity import Assumption, Effect, LeftOut, find_effects, list_assumptions
from watchfloor.study.sobol import SobolFound, find_indices
from watchfloor.study.staff import Staff, present_staff
from watchfloor.study.target import Target
from watchfloor.study.theory_beside import Beside, theory_beside
from watchfloor.study.warm_up import WarmUpCheck, check_warm_up
from watchfloor.study.whatif import Change, WhatIf, compare_changes
from watchfloor.wording import estimate_text

STOPS = (OutOfBudgetError, KeyboardInterrupt, WatchfloorError)
"""What ends a study early; what it has found by then is written all the same."""
SOBOL_REPLICATIONS = 10
"""Of each of the many points."""
BESIDE = ("found", "unfounded_stops", "unit_utilisation", "inspector_utilisation")
"""What stands beside the answer: finds are never looked at alone."""


class Found:
    """What the study has found so far."""

    def __init__(self) -> None:
        self.curve: tuple[CurvePoint, ...] = ()
        self.answers: Answers | None = None
        self.answered_with = 0
        self.beside: dict[str, Estimate] = {}
        self.precision: Precision | None = None
        self.warm_up: WarmUpCheck | None = None
        self.what_ifs: tuple[WhatIf, ...] = ()
        self.roster: Roster | None = None
        self.evaluated: Evaluated | None = None
        self.best: BestRoster | None = None
        self.theory: tuple[Beside, ...] = ()
        self.front: tuple[ParetoPoint, ...] = ()
        self.effects: dict[str, tuple[Effect, ...]] = {}
        self.not_moved: tuple[LeftOut, ...] = ()
        self.sobol = SobolFound()
        self.rooms: RoomsCompared | None = None
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


class Steps:
    """Takes a study's steps until it is stopped; a step after that does nothing.

    Args:
        examiner: plays rosters on the judged days.
        hourly: plays them by hours.
        options: what was asked.
        high: the largest roster allowed.
    """

    def __init__(self, examiner: Examiner, hourly: Runner, options: StudyOptions, high: Staff) -> None:
        self.found = Found()
        self._examiner, self._hourly, self._options, self._high = examiner, hourly, options, high

    @contextmanager
    def _step(self) -> Iterator[None]:
        try:
            yield
        except STOPS as error:
            self.found.stop(error)

    def evaluate(self, source: str, shifts: tuple[Shift, ...], rules: RosterRules) -> None:
        """Score the roster that was given."""
        with self._step():
            self.found.evaluated = evaluate_roster(
                self._examiner, self._hourly, source, shifts, self._examiner.targets, self._options.replications,
                relief_factor(rules.absence), rules.inspectors.hours_per_week)

    def search(self, changes: Sequence[Change]) -> None:
        """Answer with few replications first, then with more, so that there is an answer whenever the time is spent."""
        if self.found.stopped:
            return
        with self._step():
            for number in rounds(self._options.replications):
                self._search_once(changes, number)
            if self._options.half_width is not None and self._smallest is not None:
                self.found.precision = play_until_narrow(
                    self._examiner, self._smallest.staff, self._targets, self._options.half_width,
                    self._options.replications)
                self._complete(self._options.replications)

    def look_beside(self, affordable: Sequence[Staff]) -> None:
        """Put theory beside the answer, check the warm-up, and find which assumption decides it."""
        if not self.found.answers or self.found.stopped:
            return
        found, options, runner = self.found, self._options, self._examiner.runner
        plan, number = self._answer_plan, options.replications
        with self._step():
            runner.ensure([plan], number, "theory beside")
            found.theory = theory_beside(runner, plan, number)
            found.beside = {name: mean_day(runner.days(plan, name)) for name in BESIDE}
            found.warm_up = check_warm_up(runner.setting, self._examiner.scenario, plan.shifts or (), number)
            found.front = find_front(self._examiner)
            if options.best is not None and affordable:
                found.best = choose_best(self._examiner, affordable, options.best, options.worth, number,
                                         options.choose_by)
            if options.sensitivity or options.sobol:
                self._move_each()

    def plan_roster(self, rules: RosterRules) -> None:
        """Make the roster for the targets that can be reached."""
        if not self._targets or not self.found.answers or self.found.stopped:
            return
        with self._step():
            self.found.roster = make_roster(
                self._examiner, self._hourly, self._targets, self._high, rules, self._options.replications)

    def plan_growth(self, plan: GrowthPlan, rules: RosterRules) -> None:
        """Carry the answer's inspectors forward with the cameras."""
        if self._smallest is None or self.found.stopped:
            return
        with self._step():
            self.found.growth = grow(self._examiner, self._hourly, plan, self._smallest, rules,
                                     self._options.replications)

    def compare_rooms(self, n_rooms: int) -> None:
        """Find what several rooms take to meet what the answer's one room meets."""
        if self._smallest is None or self.found.stopped:
            return
        with self._step():
            self.found.rooms = compare_rooms(self._examiner, self._smallest, self._targets, n_rooms,
                                             self._high.units, self._options.replications)

    def move_together(self) -> None:
        """Move as many assumptions together as the time left allows; the last step, since it can take all of it."""
        if not self.found.effects or not self._options.sobol or self.found.stopped:
            return
        options, examiner = self._options, self._examiner
        with self._step():
            self.found.sobol = find_indices(
                examiner.runner, self._assumptions[0], self.found.effects[self._measures[0]],
                self._answer_plan.shifts or (), self._measures[0], options.sobol,
                min(SOBOL_REPLICATIONS, options.replications), options.sobol_most)

    @property
    def _smallest(self) -> Verdict | None:
        return self.found.answers.smallest if self.found.answers else None

    @property
    def _targets(self) -> list[Target]:
        """Return those targets that some roster reaches."""
        lost = {item.target for item in self.found.answers.unreachable} if self.found.answers else set()
        return [target for target in self._examiner.targets if target not in lost]

    @property
    def _measures(self) -> list[str]:
        """Return those that the targets are about, each once."""
        return list(dict.fromkeys(target.measure for target in self._examiner.targets))

    @property
    def _answer_plan(self) -> Plan:
        staff = self._smallest.staff if self._smallest else present_staff(self._examiner.scenario)
        return self._examiner.plan(staff)

    def _search_once(self, changes: Sequence[Change], number: int) -> None:
        examiner, found = self._examiner, self.found
        found.curve = examiner.curve(present_staff(examiner.scenario), self._high, number,
                                     what=f"curve, {number} replications")
        found.answers = find_answers(examiner, self._high, number, self._options.share_of_days)
        self._complete(number)
        found.answered_with = number
        if self._smallest is not None:
            examiner.runner.note(_note(self._smallest))
        if changes:
            found.what_ifs = compare_changes(examiner.runner, self._answer_plan.shifts or (), changes,
                                             self._measures, number)

    def _complete(self, number: int) -> None:
        if self.found.answers is not None:
            self.found.answers = complete(self._examiner, self.found.answers, number)

    @property
    def _assumptions(self) -> tuple[tuple[Assumption, ...], tuple[LeftOut, ...]]:
        examiner = self._examiner
        return list_assumptions(load_extended(find_scenario(self._options.scenario)), examiner.scenario,
                                self._measures)

    def _move_each(self) -> None:
        assumptions, self.found.not_moved = self._assumptions
        self.found.effects = find_effects(
            self._examiner.runner, assumptions, self._answer_plan.shifts or (), self._measures,
            self._options.replications)


def rounds(n_replications: int) -> tuple[int, ...]:
    """Return with how many replications the question is answered, one time after another."""
    return tuple(sorted({max(2, n_replications // 8), max(2, n_replications // 3), n_replications}))


def _note(verdict: Verdict) -> str:
    """Say how sure the answer is so far."""
    target = next(iter(verdict.values))
    return f"{verdict.staff}: {target.split(' ')[0]} {estimate_text(verdict.values[target])}"
