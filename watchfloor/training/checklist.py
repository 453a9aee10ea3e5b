"""The procedure that a case should follow, as a table, and which of it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was done: a row of the log, or what a person did beside it."""

    name: str
    """Of a log's row, or ``evidence`` (a bookmark, a clip attached or exported), ``radio``, ``read_back``,
    ``nearest_unit``."""
    t_s: float
    camera_id: int | None = None
    call_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One item of a checklist: this deed should follow that one of the same case."""

    item: str
    deed: str
    after: str
    within_s: float | None = None
    """None: any time."""
    before: str | None = None
    """The deed that it should come before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A confirmed case."""

    deeds: Sequence[Deed]
    """In order of time."""
    expects: tuple[str, ...] | None = None
    """Items that are expected of this one; None: all."""


PROCEDURE: tuple[Step, ...] = (
    Step(item="zoomed_before_deciding", deed="zoom", after="shown", before="confirm"),
    Step(item="evidence_marked", deed="evidence", after="shown"),
    Step(item="unit_sent_within_a_minute", deed="dispatch", after="confirm", within_s=60.0),
    Step(item="nearest_free_unit_sent", deed="nearest_unit", after="confirm"),
    Step(item="hand_over_spoken", deed="radio", after="confirm"),
    Step(item="read_back_checked", deed="read_back", after="dispatch", within_s=90.0),
)
"""What is expected of every confirmed case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One item, over all cases to which it applies."""

    item: str
    n_done: int
    n_cases: int

    @property
    def is_done(self) -> bool:
        """Say whether it was done in every case, and there was one."""
        return 0 < self.n_cases == self.n_done


def check_procedure(cases: Sequence[Case], steps: Sequence[Step] = PROCEDURE) -> tuple[Checked, ...]:
    """Check each case's deeds against the steps.

    Args:
        cases: the confirmed ones.
        steps: of the procedure; one applies to a case of which it is expected, and in which its ``after`` happened.
    """
    checked = []
    for step in steps:
        marks = [_is_done(step, case.deeds) for case in cases
                 if (case.expects is None or step.item in case.expects)
                 and any(deed.name == step.after for deed in case.deeds)]
        checked.append(Checked(item=step.item, n_done=sum(marks), n_cases=len(marks)))
    return tuple(checked)


def _is_done(step: Step, deeds: Sequence[Deed]) -> bool:
    after_s = next(deed.t_s for deed in deeds if deed.name == step.after)
    until_s = next((deed.t_s for deed in deeds if deed.name == step.before), None)
    return any(
        deed.name == step.deed and deed.t_s >= after_s and (until_s is None or deed.t_s <= until_s)
        and (step.within_s is None or deed.t_s <= after_s + step.within_s) for deed in deeds)
