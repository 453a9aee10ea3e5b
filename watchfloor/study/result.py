"""What a study found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import Machine
from sim.estimate import Estimate
from watchfloor.study.answer import Answers
from watchfloor.study.best import BestRoster
from watchfloor.study.examine import CurvePoint
from watchfloor.study.growth import Growth
from watchfloor.study.judge import Verdict
from watchfloor.study.pareto import ParetoPoint
from watchfloor.study.precision import Precision
from watchfloor.study.present import Evaluated
from watchfloor.study.relief import Absence, ReliefFactor
from watchfloor.study.rooms import RoomsCompared
from watchfloor.study.roster import Roster
from watchfloor.study.sensitivity import Effect, LeftOut
from watchfloor.study.sobol import SobolFound
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target
from watchfloor.study.theory_beside import Beside
from watchfloor.study.warm_up import WarmUpCheck
from watchfloor.study.whatif import WhatIf

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """What a study found, and where it lies."""

    scenario: str
    title: str
    currency: str
    targets: tuple[Target, ...]
    share_of_days: float
    """Wanted of the surest roster."""
    judged_h: float
    """Of each replication."""
    warm_up_h: float
    seed: int
    replications: int
    """Wanted for each roster that is not beyond doubt earlier."""
    n_played: int
    """Replications played now, all rosters together."""
    n_known: int
    """Replications known from an earlier study."""
    present: Verdict
    high: Staff
    """The largest roster that was allowed."""
    curve: tuple[CurvePoint, ...]
    answers: Answers | None
    """None where the study was stopped before any."""
    answered_with: int
    """Replications on which the answers rest; fewer than wanted where the study was stopped."""
    what_ifs: tuple[WhatIf, ...]
    roster: Roster | None
    """None where none was asked for, or the study was stopped before."""
    evaluated: Evaluated | None
    """The roster that was given to be scored."""
    relief: ReliefFactor
    absence: Absence
    """What the relief factor rests on."""
    growth: Growth | None
    best: BestRoster | None
    """For the money given; None where nobody asked."""
    theory: tuple[Beside, ...]
    """For the smallest roster."""
    front: tuple[ParetoPoint, ...]
    effects: Mapping[str, tuple[Effect, ...]]
    """By measure of the targets, the largest first; empty where they were not asked for."""
    """On the first target's measure, the largest first; empty where not asked for."""
    not_moved: tuple[LeftOut, ...]
    """Assumptions without an effect to show, and why."""
    sobol: SobolFound
    """Of the same measure; empty where not asked for."""
    rooms: RoomsCompared | None
    """None where nobody asked, or the scenario has no districts to share out."""
    beside: Mapping[str, Estimate]
    """By measure, of the smallest roster: finds never stand alone."""
    warm_up: WarmUpCheck | None
    """None where the study was stopped before."""
    precision: Precision | None
    """None where no half width was asked for."""
    stopped: str | None
    """Why the study ended early, if it did."""
    wall_s: float
    peak_memory_mib: float
    scenario_digest: str
    machine: Machine
    folder: Path

    def to_frame(self, table: str = "answer") -> pd.DataFrame:
        """Return one of the study's tables: answer, curve, what-ifs, pareto, sensitivity, theory and so on.

        Raises:
            UnknownNameError: if there is no such table.
            InputError: if pandas is not installed.
        """
        from watchfloor.study.table_rows import frame_of

        return frame_of(self, table)

    def _repr_html_(self) -> str:
        from watchfloor.study.table_rows import html_of

        return html_of(self)
