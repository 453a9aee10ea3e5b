"""How a study's measures, rosters and answers are put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchfloor.study.answer import Unreachable
from watchfloor.study.growth import Growth
from watchfloor.study.judge import Verdict
from watchfloor.study.relief import ReliefFactor
from watchfloor.study.result import StudyResult
from watchfloor.study.roster import Roster
from watchfloor.study.staff import Staff
from watchfloor.study.target import Sense, Target
from watchfloor.wording import MEASURES, estimate_text, words

FOR_KIND: Mapping[str, str] = {"found_share": "share found of", "found": "found of", "in_view": "in view of a camera:"}


def measure_text(name: str) -> str:
    """Return a measure's name as words; times are in seconds."""
    what, _, of = name.partition(":")
    if what.startswith("p") and what[1:].isdigit():
        return f"{what} {words(of.removesuffix('_s'))}"
    if name == "found_share":
        return "share found of those in view"
    if not of:
        return MEASURES.get(name, words(name))
    return f"{FOR_KIND.get(what, words(what))} {words(of)}"


def unit_of(name: str) -> str:
    """Return the unit of a measure as it stands after a number; nothing where it has none."""
    return " s" if name.endswith("_s") else ""


def target_text(target: Target) -> str:
    """Return a target as a clause."""
    sense = "at most" if target.sense is Sense.AT_MOST else "at least"
    return f"{measure_text(target.measure)} {sense} {target.limit:g}{unit_of(target.measure)}"


def targets_text(result: StudyResult) -> str:
    """Return those targets that a roster can reach, as one clause."""
    lost = {item.target for item in result.answers.unreachable} if result.answers else set()
    return " and ".join(target_text(target) for target in result.targets if target not in lost)


def staff_text(staff: Staff) -> str:
    """Return the size of a roster."""
    return (f"{staff.inspectors} inspector{'s' * (staff.inspectors != 1)} and "
            f"{staff.units} unit{'s' * (staff.units != 1)} on the busiest shift")


def money(value: float, currency: str) -> str:
    """Return a sum of money."""
    return f"{value:,.0f} {currency}"


def headline(result: StudyResult) -> str:
    """Answer the question in one sentence."""
    answers = result.answers
    if answers is None:
        return f"No answer yet: {result.stopped}, before the first round was finished."
    lost = [f"no roster up to {staff_text(result.high)} is shown to reach {target_text(item.target)}, the nearest is "
            f"{nearest_text(item)}" for item in answers.unreachable]
    if answers.smallest is None:
        wanted = targets_text(result)
        missed = [f"no roster up to {staff_text(result.high)} is shown to meet {wanted}"] if wanted else []
        text = "; ".join(missed + lost)
        return f"{text[0].upper()}{text[1:]}."
    return (f"The smallest roster that meets {targets_text(result)} has {staff_text(answers.smallest.staff)}, costs "
            f"{money(answers.smallest.cost_per_day, result.currency)} a day and meets "
            f"{'it' if len(answers.smallest.values) == 1 else 'them'} on {days_text(answers.smallest)} of days; "
            f"{'; '.join([_surest_text(result), *lost])}.")


def evaluated_text(result: StudyResult) -> str:
    """Say how the given roster does, or nothing where none was given."""
    if result.evaluated is None:
        return ""
    item = result.evaluated
    likely, low, high = item.people
    fails = "; ".join(f"{target} fails at {hours_text(spans)}" for target, spans in item.failing.items() if spans)
    days = item.verdict.days
    return (f"Your roster ({item.source}) meets the targets on {100 * days.low:.0f} to {100 * days.high:.0f} % of days "
            f"({fails or 'no hour of the day is shown to fail'}); its {item.posts} posts a day take {likely} people "
            f"({low} to {high}) and cost {money(item.verdict.cost_per_day, result.currency)} a day.")


def best_text(result: StudyResult) -> str:
    """Say which roster is the best for the money, or nothing where nobody asked."""
    item = result.best
    if item is None:
        return ""
    beside = ", ".join(f"{measure_text(name)} {estimate_text(value)}{unit_of(name)}"
                       for name, value in item.beside.items() if name != item.measure)
    sure = (f"chosen among {item.n_candidates} by the procedure KN on {item.n_replications} paired replications: with "
            f"95 % confidence the best, if it is so by {item.worth:g} or more" if item.is_sure else
            "the best so far: the replications ended before it was sure")
    return (f"For {money(item.cost_per_day, result.currency)} a day, {staff_text(item.staff)} have the best "
            f"{measure_text(item.measure)}, {estimate_text(item.value)}{unit_of(item.measure)} ({sure}); {beside}.")


def hours_text(spans: Sequence[tuple[int, int]]) -> str:
    """Return spans of hours of the day."""
    return ", ".join(f"{first:02d}:00–{end:02d}:00" for first, end in spans)


def growth_text(growth: Growth) -> str:
    """Say how one room compares with many."""
    return (f"The cases of the busiest hour at the end keep {growth.case_load:.2f} inspectors busy. By Erlang's C one "
            f"regional room needs {growth.one_room} for them and {growth.plan.rooms} district rooms "
            f"{growth.many_rooms}; those who watch are as many either way.")


def people_text(roster: Roster, relief: ReliefFactor) -> str:
    """Say how many people the roster's places take."""
    parts = []
    for who, people in roster.people.items():
        likely, low, high = relief.people(len(people))
        parts.append(f"{sum(shift.posts for shift in roster.shifts[who])} posts of {who} a day = {len(people)} places "
                     f"on the roster = {likely} people ({low} to {high})")
    return "; ".join(parts)


def roster_text(roster: Roster, currency: str) -> str:
    """Say in one sentence what the roster is and whether it holds."""
    parts = [f"{sum(shift.posts for shift in roster.shifts[who])} {who[:-1]} shifts a day "
             f"({', '.join(f'{shift.posts} × {shift.name}' for shift in roster.shifts[who])}) for "
             f"{len(roster.people[who])} people" for who in roster.shifts]
    state = "holds when simulated" if roster.holds else "does not hold yet when simulated"
    cuts = f" after more was required {roster.n_cuts} times where it missed" if roster.n_cuts else ""
    return f"{'; '.join(parts)}. It costs {money(roster.verdict.cost_per_day, currency)} a day and {state}{cuts}."


def _surest_text(result: StudyResult) -> str:
    wanted = f"{100 * result.share_of_days:g} % of days"
    surest = result.answers.surest if result.answers else None
    if surest is None:
        return f"none is shown to do so on {wanted}"
    return (f"on {wanted} it takes {staff_text(surest.staff)}, for "
            f"{money(surest.cost_per_day, result.currency)} a day")


def days_text(verdict: Verdict) -> str:
    """Return the share of days with its interval."""
    return str(verdict.days)


def nearest_text(item: Unreachable) -> str:
    """Return the nearest reachable value, and with which roster."""
    value = estimate_text(item.nearest.values[str(item.target)])
    return f"{value}{unit_of(item.target.measure)} with {staff_text(item.nearest.staff)}"

