"""What a reader needs to judge and repeat a study, after the STRESS-DES checklist (Monks et al. 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario import Scenario
from watchfloor.phrase import Joined, Phrase
from watchfloor.study.judge import EARLY, LEVEL
from watchfloor.study.measure_words import target_text
from watchfloor.study.result import StudyResult
from watchfloor.study.wording import per_cent, precision_text, staff_text, warm_up_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the checklist, answered."""

    section: str
    name: str
    answer: str


def make_checklist(result: StudyResult, scenario: Scenario) -> tuple[Item, ...]:
    """Return the checklist with what this study did."""
    answers = (*_purpose(result), *_model(result, scenario), *_experiment(result), *_software(result))
    return tuple(Item(section=section, name=name, answer=answer) for section, name, answer in answers)


def _purpose(result: StudyResult) -> tuple[tuple[str, str, str], ...]:
    section = Phrase("Objectives")
    return (
        (section, Phrase("Purpose"), Phrase(
            "The smallest roster, by inspectors and units, that meets the targets; for planning, not a forecast of any "
            "day.")),
        (section, Phrase("Outputs"), Phrase(
            "{targets}; the share of days that meet all; cost a day ({currency}).", currency=result.currency,
            targets=Joined("; ", (target_text(target) for target in result.targets)))),
        (section, Phrase("Experiments"), Phrase(
            "Rosters up to {high}; each on the same traces (common random numbers), so that differences are paired.",
            high=staff_text(result.high))),
    )


def _model(result: StudyResult, scenario: Scenario) -> tuple[tuple[str, str, str], ...]:
    assumed = sum(item.is_assumption for item in scenario.statements)
    return (
        (Phrase("Logic"), Phrase("Model"), Phrase(
            "A replication's incidents, sightlines and handling times are drawn first and then played: watching, "
            "alerts, calls, dispatch, driving and paperwork. Simultaneous events have a written order.")),
        (Phrase("Data"), Phrase("Sources"), Phrase(
            "{groups} groups of numbers, {assumed} of them assumptions; each is listed in this report with its source.",
            groups=len(scenario.statements), assumed=assumed)),
        (Phrase("Data"), Phrase("Input"), Phrase(
            "Scenario {name}, sha256 {digest}.", name=result.scenario, digest=result.scenario_digest)),
    )


def _experiment(result: StudyResult) -> tuple[tuple[str, str, str], ...]:
    section = Phrase("Experimentation")
    return (
        (section, Phrase("Initialisation"), Phrase(
            "Non-terminating days: each replication begins {hours} h before the judged stretch, with an empty room, "
            "and that part is left out. A case belongs to the day on which it began.", hours=result.warm_up_h)),
        (section, Phrase("Warm-up"), warm_up_text(result.warm_up) if result.warm_up else Phrase("–")),
        (section, Phrase("Run length"), Phrase("{hours} h judged in each replication.", hours=result.judged_h)),
        (section, Phrase("Replications"), Phrase(
            "{number} of {wanted} wanted; rosters decided at {early} % after ten are not played on. Intervals at "
            "{level} %, from replications.", number=result.answered_with, wanted=result.replications,
            early=per_cent(EARLY), level=per_cent(LEVEL))),
        (section, Phrase("Half width"), precision_text(result.precision) if result.precision else Phrase(
            "None was asked for; --half-width plays on until one is reached.")),
    )


def _software(result: StudyResult) -> tuple[tuple[str, str, str], ...]:
    section = Phrase("Implementation")
    versions = (*result.machine.versions.items(), ("Python", result.machine.python))
    return (
        (section, Phrase("Software"), ", ".join(f"{name} {version}" for name, version in versions)),
        (section, Phrase("Random numbers"), Phrase(
            "Philox streams and hashes keyed by purpose, day and entity; seed {seed}.", seed=str(result.seed))),
        (section, Phrase("Execution"), Phrase(
            "{played} replications played and {known} taken from the journal in {seconds} s on {machine}.",
            played=result.n_played, known=result.n_known, seconds=round(result.wall_s),
            machine=result.machine.summary)),
        (Phrase("Code access"), Phrase("Code"), Phrase(
            "watchfloor, Apache-2.0; the command under “To get it again” repeats the study.")),
    )
