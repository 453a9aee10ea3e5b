"""Means with their uncertainty, alone and paired on common random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over independent replications with the half width of its confidence interval."""

    mean: float
    half_width: float | None
    """None where fewer than two replications have a value."""
    n: int

    def __str__(self) -> str:
        """Return ``mean ± half width``."""
        if not self.n:
            return "–"
        digits = 1 if abs(self.mean) >= 10 else 3
        around = "" if self.half_width is None else f" ± {self.half_width:.{digits}f}"
        return f"{self.mean:.{digits}f}{around}"


def make_estimate(values: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Return the mean and Student's half width of independent values; those that are not numbers are left out."""
    kept = np.array([value for value in values if math.isfinite(value)], dtype=np.float64)
    if not kept.size:
        return Estimate(mean=math.nan, half_width=None, n=0)
    half_width = None
    if kept.size > 1:
        spread = float(kept.std(ddof=1)) / math.sqrt(kept.size)
        half_width = float(stdtrit(kept.size - 1, 0.5 + level / 2.0)) * spread
    return Estimate(mean=float(kept.mean()), half_width=half_width, n=int(kept.size))


def paired_difference(treated: Sequence[float], base: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Return the mean difference of two arms played on the same traces, pair by pair."""
    return make_estimate([one - other for one, other in zip(treated, base, strict=True)], level=level)
