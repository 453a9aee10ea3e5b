"""The rosters that answer a study's question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.study.examine import Examiner
from watchfloor.study.judge import Answer, Verdict
from watchfloor.study.search import find_smallest
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A target that no roster of the range is shown to meet."""

    target: Target
    nearest: Verdict
    """Of the roster that comes nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The rosters that answer the question, as far as is known."""

    smallest: Verdict | None
    """The cheapest whose mean day meets all reachable targets, shown with 95 %."""
    surest: Verdict | None
    """The cheapest that meets them on the wanted share of days, shown with 95 %."""
    unreachable: tuple[Unreachable, ...]


def find_answers(examiner: Examiner, high: Staff, n_replications: int, share_of_days: float) -> Answers:
    """Find the smallest roster for the mean day, the smallest for the share of days, and what none can reach."""
    what = f"search, {n_replications} replications"
    at_high = examiner.examine(high, n_replications, examiner.targets, what=what)
    reachable, unreachable = _split(examiner, at_high)
    if not reachable:
        return Answers(smallest=None, surest=None, unreachable=unreachable)
    return Answers(unreachable=unreachable, smallest=smallest_roster(examiner, high, n_replications, reachable, what),
                   surest=_surest(examiner, high, n_replications, reachable, share_of_days, what))


def complete(examiner: Examiner, answers: Answers, n_replications: int) -> Answers:
    """Return the answers with all replications played of those rosters that were beyond doubt on fewer."""
    named = [item for item in (answers.smallest, answers.surest) if item is not None]
    examiner.runner.ensure([examiner.plan(item.staff) for item in named], n_replications, "the answer's rosters")
    targets = [target for target in examiner.targets if target not in {item.target for item in answers.unreachable}]
    smallest, surest = (None if item is None else examiner.verdict(item.staff, targets)
                        for item in (answers.smallest, answers.surest))
    return Answers(smallest=smallest, surest=surest, unreachable=answers.unreachable)


def _split(examiner: Examiner, at_high: Verdict) -> tuple[tuple[Target, ...], tuple[Unreachable, ...]]:
    """Part the targets into those that some roster seen is shown to meet, and those that none is."""
    reachable, unreachable = [], []
    for target in examiner.targets:
        nearest = at_high if at_high.answers[str(target)] is Answer.MEETS else examiner.best_seen(target)
        if nearest.answers[str(target)] is Answer.MEETS:
            reachable.append(target)
        else:
            unreachable.append(Unreachable(target=target, nearest=nearest))
    return tuple(reachable), tuple(unreachable)


def smallest_roster(
    examiner: Examiner, high: Staff, n_replications: int, targets: Sequence[Target], what: str
) -> Verdict | None:
    """Return the cheapest roster whose mean day is shown to meet the targets."""
    def meets(staff: Staff) -> bool:
        return examiner.examine(staff, n_replications, targets, what=what).answer is Answer.MEETS

    good = [item.staff for item in examiner.verdicts(examiner.seen, targets) if item.answer is Answer.MEETS]
    staff = find_smallest(meets, examiner.cost, high=high, low=Staff(inspectors=1, units=1), good=good)
    return None if staff is None else examiner.verdict(staff, targets)


def _surest(
    examiner: Examiner, high: Staff, n_replications: int, targets: Sequence[Target], wanted: float, what: str
) -> Verdict | None:
    """Return the cheapest roster that is shown to meet the targets on the wanted share of days."""
    def meets(staff: Staff) -> bool:
        return examiner.shares_early(staff, n_replications, targets, wanted, what=what).low >= wanted

    good = [item.staff for item in examiner.verdicts(examiner.seen, targets) if item.days.low >= wanted]
    staff = find_smallest(meets, examiner.cost, high=high, low=Staff(inspectors=1, units=1), good=good)
    return None if staff is None else examiner.verdict(staff, targets)
