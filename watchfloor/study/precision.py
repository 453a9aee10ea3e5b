"""How many replications a wanted half width takes, and playing on until it is reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.estimate import Estimate
from watchfloor.study.examine import Examiner
from watchfloor.study.staff import Staff
from watchfloor.study.target import Target

MOST = 20
"""Times the replications asked for that may be played to reach the half width."""
STEP = 4.0
"""Times the replications so far that are played on at once: the first half widths are rough."""
SPARE = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How narrow the answer's intervals became."""

    wanted: float
    """Half width as a share of each target's limit."""
    reached: float
    """The largest."""
    n_replications: int

    @property
    def is_reached(self) -> bool:
        """Say whether all intervals are as narrow as wanted."""
        return self.reached <= self.wanted


def play_until_narrow(
    examiner: Examiner, staff: Staff, targets: Sequence[Target], wanted: float, n_replications: int
) -> Precision:
    """Play a roster on until the half width of every target is the wanted share of its limit.

    The number follows from the half width so far, which shrinks with √n; at most MOST times ``n_replications``.

    Args:
        examiner: plays.
        staff: the roster.
        targets: whose measures are looked at; one whose limit is 0 is left out.
        wanted: share of a limit.
        n_replications: played to begin with.
    """
    most, number = MOST * n_replications, n_replications
    while True:
        examiner.runner.ensure([examiner.plan(staff)], number, f"half width, {number} replications")
        verdict = examiner.verdict(staff, targets)
        reached = max((relative_half_width(verdict.values[str(target)], target.limit) for target in targets),
                      default=0.0)
        if reached <= wanted or number >= most:
            return Precision(wanted=wanted, reached=reached, n_replications=number)
        number = min(most, replications_for(number, reached / wanted))


def relative_half_width(estimate: Estimate, limit: float) -> float:
    """Return a half width as a share of a limit; infinite where there is none, 0 for a limit of 0."""
    if not limit:
        return 0.0
    return math.inf if estimate.half_width is None else estimate.half_width / abs(limit)


def replications_for(number: int, too_wide: float) -> int:
    """Return how many replications to play next, where the half width is so many times too wide."""
    factor = SPARE * too_wide**2 if math.isfinite(too_wide) else STEP
    return max(number + 1, math.ceil(number * min(STEP, factor)))
