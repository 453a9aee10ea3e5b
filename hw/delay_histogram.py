"""How often something took how long, counted from the beginning and never forgotten."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

BOUNDS_S = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Upper ends of the bins; one more bin holds what is above the last."""


@dataclass(slots=True, kw_only=True)
class DelayHistogram:
    """Counts of delays by size; one thread notes, others may read."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    """Of each bin alone, in the order of ``BOUNDS_S``, then of what is above the last."""
    sum_s: float = 0.0

    def note(self, delay_s: float) -> None:
        """Count one delay in seconds; one that equals a bound is within it."""
        self.counts[bisect_left(BOUNDS_S, delay_s)] += 1
        self.sum_s += delay_s
