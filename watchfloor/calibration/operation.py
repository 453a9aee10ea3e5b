"""The part of an operation's total that cameras found: fitted where its length is known, else named as unknown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenarios.targets import Targets
from watchfloor.calibration.judge import NORMAL_P975, Line, Verdict
from watchfloor.calibration.played import Counts

SHOWN_DAYS = (1.0, 3.0, 7.0, 14.0)
"""Lengths for which an unknown operation's share is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationShare:
    """What the simulated cameras find while an operation lasts, as a share of all that it stopped.

    Finds a day are fitted; the share is their product with the operation's length, over its total. Where the length
    was not published the data identify the share of each day only.
    """

    n_stopped: int
    """In the whole operation, by cameras or not."""
    days: float | None
    """How long it lasted; None where nobody said."""
    per_day: float
    """Share that cameras find on one day of it."""
    half_width: float
    """Of the 95 % interval of ``per_day``, from Poisson counts."""

    @property
    def most_days(self) -> float:
        """How long it lasted if cameras found all of it; it cannot have lasted longer under this watching."""
        return 1.0 / self.per_day if self.per_day else math.inf

    def line(self) -> Line:
        """Return the share as a line of the calibration's table."""
        whole = self.days or 1.0
        fitted, half = self.per_day * whole, self.half_width * whole
        if self.days is None:
            return Line(name=f"camera share of {self.n_stopped:,} stopped, a day",
                        target="not published", fitted=fitted, half_width=half, one_run=None,
                        verdict=Verdict.UNIDENTIFIED)
        verdict = Verdict.MET if fitted <= 1.0 else Verdict.UNDECIDED if fitted - half <= 1.0 else Verdict.MISSED
        return Line(name=f"camera share of {self.n_stopped:,} stopped in {self.days:g} days", target="at most 1",
                    fitted=fitted, half_width=half, one_run=None, verdict=verdict)

    def told(self) -> str:
        """Say in a sentence what is known of the share and what is not."""
        if self.days is not None:
            return (f"the cameras' share of the operation's {self.n_stopped:,} follows from its {self.days:g} days: "
                    f"{min(1.0, self.per_day * self.days):.0%}, if it was watched as the scenario is")
        spans = ", ".join(f"{min(1.0, self.per_day * days):.0%} if {days:g}"
                          for days in SHOWN_DAYS if days < self.most_days)
        most = f", all of it at {self.most_days:.0f} days" if math.isfinite(self.most_days) else ""
        return (f"not identified: the cameras' share of the operation's {self.n_stopped:,}, as the days it lasted were "
                f"not published: {spans or 'none'}{most}, if it was watched as the scenario is; "
                "targets.operation_days would settle it")


def operation_share(targets: Targets, counts: Counts) -> OperationShare | None:
    """Return the cameras' share of an operation's total; None where the targets tell of no operation."""
    if not targets.n_in_operation:
        return None
    found = sum(counts.found[kind] for kind in targets.shares)
    scale = 1.0 / counts.n_days / targets.n_in_operation
    return OperationShare(n_stopped=targets.n_in_operation, days=targets.operation_days, per_day=found * scale,
                          half_width=NORMAL_P975 * math.sqrt(found) * scale)
