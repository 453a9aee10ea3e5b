"""How a study's rosters and answers are put into words, in English or as a catalogue has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watchfloor.phrase import Counted, Joined, Money, Phrase
from watchfloor.study.answer import Unreachable
from watchfloor.study.best import BestRoster
from watchfloor.study.growth import Growth
from watchfloor.study.judge import DaysShare, Verdict
from watchfloor.study.measure_words import measure_text, target_text, with_unit
from watchfloor.study.precision import Precision
from watchfloor.study.relief import ReliefFactor
from watchfloor.study.result import StudyResult
from watchfloor.study.rooms import RoomsCompared
from watchfloor.study.roster import Roster
from watchfloor.study.sensitivity import LeftOut
from watchfloor.study.shift_design import DailyShift
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target
from watchfloor.study.warm_up import LEAST_COMPARED_H, WarmUpCheck

WHO: Mapping[str, str] = {"inspectors": Phrase("inspectors"), "units": Phrase("units")}
ANSWERS: Mapping[str, str] = {"meets": Phrase("meets"), "misses": Phrase("misses"), "unsure": Phrase("unsure")}


def targets_text(result: StudyResult) -> str:
    """Return those targets that a roster can reach, as one clause."""
    lost = {item.target for item in result.answers.unreachable} if result.answers else set()
    return Joined(Phrase(" and "), (target_text(target) for target in result.targets if target not in lost))


def staff_text(staff: Staff) -> str:
    """Return the size of a roster."""
    return Phrase("{inspectors} and {units} on the busiest shift",
                  inspectors=Counted("{number} inspector", "{number} inspectors", staff.inspectors),
                  units=Counted("{number} unit", "{number} units", staff.units))


def per_cent(share: float) -> float:
    """Return a share in per cent, without the noise of its last digits."""
    return float(f"{100.0 * share:.10g}")


def days_text(days: DaysShare) -> str:
    """Return the share of days with its interval."""
    if not days.n_days:
        return Phrase("–")
    return Phrase("{share} % ({low} to {high})", share=_whole(days.share), low=_whole(days.low), high=_whole(days.high))


def headline(result: StudyResult) -> str:
    """Answer the question in one sentence."""
    answers = result.answers
    if answers is None:
        return Phrase("No answer yet: {stopped}, before the first round was finished.", stopped=result.stopped or "")
    high = staff_text(result.high)
    lost = [Phrase("no roster up to {high} is shown to reach {target}, the nearest is {nearest}", high=high,
                   target=target_text(item.target), nearest=nearest_text(item)) for item in answers.unreachable]
    if answers.smallest is None:
        wanted = targets_text(result)
        missed = [Phrase("no roster up to {high} is shown to meet {targets}", high=high, targets=wanted)
                  ] if wanted else []
        return Phrase("There is no answer: {reasons}.", reasons=Joined("; ", missed + lost))
    values = {"targets": targets_text(result), "staff": staff_text(answers.smallest.staff),
              "cost": Money(value=answers.smallest.cost_per_day, currency=result.currency),
              "days": days_text(answers.smallest.days), "rest": Joined("; ", [_surest_text(result), *lost])}
    if len(answers.smallest.values) == 1:
        return Phrase("The smallest roster that meets {targets} has {staff}, costs {cost} a day and meets it on {days} "
                      "of days; {rest}.", **values)
    return Phrase("The smallest roster that meets {targets} has {staff}, costs {cost} a day and meets them on {days} "
                  "of days; {rest}.", **values)


def _surest_text(result: StudyResult) -> str:
    surest = result.answers.surest if result.answers else None
    share = per_cent(result.share_of_days)
    if surest is None:
        return Phrase("none is shown to do so on {share} % of days", share=share)
    return Phrase("on {share} % of days it takes {staff}, for {cost} a day", share=share,
                  staff=staff_text(surest.staff), cost=Money(value=surest.cost_per_day, currency=result.currency))


def nearest_text(item: Unreachable) -> str:
    """Return the nearest reachable value, and with which roster."""
    return Phrase("{value} with {staff}", value=with_unit(item.nearest.values[str(item.target)], item.target.measure),
                  staff=staff_text(item.nearest.staff))


def left_out_text(left_out: Sequence[LeftOut]) -> str:
    """Return what was left out, grouped by the reason."""
    by_reason: dict[str, list[str]] = {}
    for item in left_out:
        by_reason.setdefault(item.why, []).append(item.name)
    return Joined("; ", (Phrase("{names} ({why})", names=Joined(", ", names), why=why)
                         for why, names in by_reason.items()))


def stopped_text(result: StudyResult) -> str:
    """Say why the study ended early, and on what its answer rests."""
    return Phrase("Ended early, since {why}: the answer rests on {number} of {wanted} replications. The same command "
                  "goes on from there.", why=result.stopped or "", number=result.answered_with,
                  wanted=result.replications)


def unreachable_text(item: Unreachable) -> str:
    """Say how near a target came that no roster reaches."""
    return Phrase("{target}: no roster tried is shown to reach it. The nearest is {nearest}. More staff does not "
                  "change it; the cameras, the watching or a detector may.", target=target_text(item.target),
                  nearest=nearest_text(item))


def beside_text(result: StudyResult) -> str:
    """Say what stands beside the answer, or nothing where nothing was played."""
    if not result.beside:
        return ""
    return Phrase("On the mean day of this roster: {measures}.", measures=Joined("; ", (
        Phrase("{measure} {value}", measure=measure_text(name), value=value) for name, value in result.beside.items())))


def warm_up_text(check: WarmUpCheck) -> str:
    """Say whether the warm-up is long enough, and how that is known."""
    if check.compared_h < LEAST_COMPARED_H:
        return Phrase("Whether {hours} h of warm-up are enough was not checked: that takes a run of more than a day.",
                      hours=check.warm_up_h)
    if check.settled_h is None:
        return Phrase("By MSER-5 the room had not settled within {compared} h: take a longer --warm-up.",
                      compared=check.compared_h)
    values = {"settled": check.settled_h, "hours": check.warm_up_h, "compared": check.compared_h}
    if check.is_enough:
        return Phrase("The warm-up of {hours} h is enough: by MSER-5, {settled} h after the empty start as many are "
                      "busy as at the same time a day later ({compared} h compared).", **values)
    return Phrase("The warm-up of {hours} h is too short: by MSER-5 it takes {settled} h until as many are busy as at "
                  "the same time a day later ({compared} h compared); take a longer --warm-up.", **values)


def precision_text(precision: Precision) -> str:
    """Say how narrow the answer's intervals became."""
    values = {"wanted": per_cent(precision.wanted), "number": precision.n_replications,
              "reached": float(f"{100.0 * precision.reached:.2g}")}
    if precision.is_reached:
        return Phrase("The half width is at most {wanted} % of each target's limit after {number} replications of the "
                      "smallest roster (the widest has {reached} %).", **values)
    return Phrase("After {number} replications of the smallest roster the widest half width is {reached} % of its "
                  "target's limit, more than the {wanted} % wanted.", **values)


def rooms_text(compared: RoomsCompared, currency: str) -> str:
    """Say what one room and several need, by simulation."""
    values = {"one": staff_text(compared.one.staff), "rooms": compared.n_rooms, "each": compared.per_room,
              "units": Counted("{number} unit", "{number} units", compared.many.staff.units),
              "cost": Money(value=compared.one.cost_per_day, currency=currency)}
    if not compared.is_met:
        text = Phrase("Simulated with today's cameras: one room meets the targets with {one}, for {cost} a day; "
                      "{rooms} district rooms are not shown to do so even with {each} in each and {units}.", **values)
    else:
        text = Phrase("Simulated with today's cameras: one room meets the targets with {one}, for {cost} a day; "
                      "{rooms} district rooms, which look only at their own cameras, need {each} in each, {all} "
                      "together, and {units}, for {cost_all} a day.", all=compared.many.staff.inspectors,
                      cost_all=Money(value=compared.many.cost_per_day, currency=currency), **values)
    if compared.n_rooms == compared.wanted:
        return text
    return Phrase("{text} {wanted} rooms were asked for, but there are no more districts to share out.", text=text,
                  wanted=compared.wanted)


def evaluated_text(result: StudyResult) -> str:
    """Say how the given roster does, or nothing where none was given."""
    item = result.evaluated
    if item is None:
        return ""
    likely, low, high = item.people
    fails = [Phrase("{target} fails at {hours}", target=_named(result, text), hours=hours_text(spans))
             for text, spans in item.failing.items() if spans]
    days = item.verdict.days
    return Phrase(
        "Your roster ({source}) meets the targets on {low_days} to {high_days} % of days ({fails}); its {posts} posts "
        "a day take {likely} people ({low} to {high}) and cost {cost} a day.", source=item.source,
        low_days=_whole(days.low), high_days=_whole(days.high), posts=item.posts, likely=likely, low=low, high=high,
        fails=Joined("; ", fails) if fails else Phrase("no hour of the day is shown to fail"),
        cost=Money(value=item.verdict.cost_per_day, currency=result.currency))


def _named(result: StudyResult, text: str) -> str:
    return next((target_text(target) for target in result.targets if str(target) == text), text)


def hours_text(spans: Sequence[tuple[int, int]]) -> str:
    """Return spans of hours of the day."""
    return ", ".join(f"{first:02d}:00–{end:02d}:00" for first, end in spans)


def best_text(result: StudyResult) -> str:
    """Say which roster is the best for the money, or nothing where nobody asked."""
    item = result.best
    if item is None:
        return ""
    beside = (Phrase("{measure} {value}", measure=measure_text(name), value=with_unit(value, name))
              for name, value in item.beside.items() if name != item.measure)
    return Phrase("For {cost} a day, {staff} have the best {measure}, {value} ({sure}); {beside}.",
                  cost=Money(value=item.cost_per_day, currency=result.currency), staff=staff_text(item.staff),
                  measure=measure_text(item.measure), value=with_unit(item.value, item.measure), sure=_sure_text(item),
                  beside=Joined(", ", beside))


def _sure_text(item: BestRoster) -> str:
    values = {"candidates": item.n_candidates, "replications": item.n_replications, "worth": item.worth,
              "procedure": item.procedure.upper()}
    if item.procedure == "ocba":
        return Phrase("chosen among {candidates} by {procedure} on {replications} independent replications: a "
                      "heuristic, without a guarantee", **values)
    if not item.is_sure:
        return Phrase("the best so far: the replications ended before it was sure")
    if item.procedure == "kn++":
        return Phrase("chosen among {candidates} by the procedure {procedure} on {replications} paired replications: "
                      "with about 95 % confidence the best, if it is so by {worth} or more", **values)
    return Phrase("chosen among {candidates} by the procedure {procedure} on {replications} paired replications: with "
                  "95 % confidence the best, if it is so by {worth} or more", **values)


def growth_text(growth: Growth) -> str:
    """Say how one room compares with many."""
    return Phrase(
        "The cases of the busiest hour at the end keep {load} inspectors busy. By Erlang's C one regional room needs "
        "{one} for them and {rooms} district rooms {many}; those who watch are as many either way.",
        load=round(growth.case_load, 2), one=growth.one_room, rooms=growth.plan.rooms, many=growth.many_rooms)


def people_text(roster: Roster, relief: ReliefFactor) -> str:
    """Say how many people the roster's places take."""
    parts = []
    for who, people in roster.people.items():
        likely, low, high = relief.people(len(people))
        parts.append(Phrase(
            "{who}: {posts} posts a day = {places} places on the roster = {likely} people ({low} to {high})",
            who=WHO[who], posts=sum(shift.posts for shift in roster.shifts[who]), places=len(people), likely=likely,
            low=low, high=high))
    return Joined("; ", parts)


def roster_text(roster: Roster, currency: str) -> str:
    """Say in one sentence what the roster is and whether it holds."""
    state = Phrase("holds when simulated") if roster.holds else Phrase("does not hold yet when simulated")
    if roster.n_cuts:
        state = Phrase("{state} after more was required where it missed ({times})", state=state, times=Counted(
            "{number} time", "{number} times", roster.n_cuts))
    return Phrase("{groups}. It costs {cost} a day and {state}.", state=state, groups=Joined(
        "; ", (_group_text(who, shifts, len(roster.people[who])) for who, shifts in roster.shifts.items())),
        cost=Money(value=roster.verdict.cost_per_day, currency=currency))


def _group_text(who: str, shifts: Sequence[DailyShift], n_people: int) -> str:
    return Phrase("{who}: {number} shifts a day ({shifts}) for {people}", who=WHO[who],
                  number=sum(shift.posts for shift in shifts),
                  shifts=", ".join(f"{shift.posts} × {shift.name}" for shift in shifts),
                  people=Counted("{number} person", "{number} people", n_people))


def answer_text(verdict: Verdict, target: Target) -> str:
    """Return what the days played say of a target."""
    return ANSWERS[verdict.answers[str(target)].value]


def _whole(share: float) -> int:
    return round(100.0 * share)
