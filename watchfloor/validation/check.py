"""One line of the validation: what theory says, what the simulator's part gave, and whether they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from sim.city import F8

MAX_STANDARD_ERRORS = 4.0
MAX_RELATIVE_HALF_WIDTH = 0.02
LEAST_REFERENCE = 0.05
"""References below it are not held to the half width."""

ROUNDING = 1e-9
"""What a value without any spread may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A quantity by theory and by simulation."""

    part: str
    """Which of the simulator's parts was at work."""
    name: str
    reference: float
    value: float
    half_width: float | None
    """Of the 95 % confidence interval; None where the value must be exact."""
    n: int
    """Customers, calls, days or journeys behind the value."""
    passed: bool
    source: str
    """Of the reference."""
    standard_errors: float | None = None
    """How many standard errors the value is from the reference; None where it must be exact."""

    @property
    def is_tight(self) -> bool:
        """Say whether the half width is at most 2 % of the reference, or the reference too small to ask for it."""
        if self.half_width is None or self.reference < LEAST_REFERENCE:
            return True
        return self.half_width <= MAX_RELATIVE_HALF_WIDTH * self.reference


def make_check(
    values: Sequence[float] | F8, *, part: str, name: str, reference: float, n: int, source: str,
    must_be_tight: bool = True,
) -> Check:
    """Compare the mean of independent replications with theory.

    It passes within 4 standard errors, if also the half width is at most 2 % of a reference of at least 0.05, so
    that passing means something.

    Args:
        values: one a replication, at least two.
        part: which of the simulator's parts was at work.
        name: of the quantity.
        reference: by theory.
        n: customers, calls, days or journeys behind all replications.
        source: of the reference.
        must_be_tight: False for a quick look, which need not meet the 2 %.
    """
    array = np.asarray(values, dtype=np.float64)
    mean = float(array.mean())
    error = float(array.std(ddof=1)) / math.sqrt(array.size)
    half_width = float(stats.t.ppf(0.975, array.size - 1)) * error
    off = abs(mean - reference)
    close = off <= MAX_STANDARD_ERRORS * error + ROUNDING
    check = Check(part=part, name=name, reference=reference, value=mean, half_width=half_width, n=n, passed=close,
                  source=source, standard_errors=off / error if error > 0.0 else 0.0 if off <= ROUNDING else math.inf)
    return replace(check, passed=close and (check.is_tight or not must_be_tight))


def make_exact_check(value: float, *, part: str, name: str, reference: float, n: int, source: str,
                     within: float) -> Check:
    """Compare a value that chance has no part in; it passes if it is off by no more than ``within``."""
    return Check(part=part, name=name, reference=reference, value=value, half_width=None, n=n,
                 passed=abs(value - reference) <= within, source=source)
