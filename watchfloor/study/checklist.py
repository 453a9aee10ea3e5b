"""What a reader needs to judge and repeat a study, after the STRESS-DES checklist (Monks et al. 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario import Scenario
from watchfloor.study.judge import EARLY, LEVEL
from watchfloor.study.result import StudyResult
from watchfloor.study.wording import target_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the checklist, answered."""

    section: str
    name: str
    answer: str


def make_checklist(result: StudyResult, scenario: Scenario) -> tuple[Item, ...]:
    """Return the checklist with what this study did."""
    assumed = sum(item.is_assumption for item in scenario.statements)
    versions = (*result.machine.versions.items(), ("Python", result.machine.python))
    answers = (
        ("Objectives", "Purpose", "The smallest roster, by inspectors and units, that meets the targets; for planning, "
                                  "not a forecast of any day."),
        ("Objectives", "Outputs", "; ".join(target_text(target) for target in result.targets)
         + f"; the share of days that meet all; cost a day ({result.currency})."),
        ("Objectives", "Experiments", f"Rosters up to {result.high}; each on the same traces "
                                      "(common random numbers), so that differences are paired."),
        ("Logic", "Model", "A replication's incidents, sightlines and handling times are drawn first and then played: "
                           "watching, alerts, calls, dispatch, driving and paperwork. Simultaneous events have a "
                           "written order."),
        ("Data", "Sources", f"{len(scenario.statements)} groups of numbers, {assumed} of them assumptions; each is "
                            "listed in this report with its source."),
        ("Data", "Input", f"Scenario {result.scenario}, sha256 {result.scenario_digest}."),
        ("Experimentation", "Initialisation", f"Non-terminating days: each replication begins {result.warm_up_h:g} h "
                                              "before the judged stretch, with an empty room, and that part is left "
                                              "out. A case belongs to the day on which it began."),
        ("Experimentation", "Run length", f"{result.judged_h:g} h judged in each replication."),
        ("Experimentation", "Replications", f"{result.answered_with} of {result.replications} wanted; rosters decided "
                                            f"at {100 * EARLY:g} % after ten are not played on. Intervals at "
                                            f"{100 * LEVEL:g} %, from replications."),
        ("Implementation", "Software", ", ".join(f"{name} {version}" for name, version in versions)),
        ("Implementation", "Random numbers", f"Philox streams and hashes keyed by purpose, day and entity; seed "
                                             f"{result.seed}."),
        ("Implementation", "Execution", f"{result.n_played} replications played and {result.n_known} taken from the "
                                        f"journal in {result.wall_s:.0f} s on {result.machine.summary}."),
        ("Code access", "Code", "watchfloor, Apache-2.0; the command under “To get it again” repeats the study."),
    )
    return tuple(Item(section=section, name=name, answer=answer) for section, name, answer in answers)
