"""How hard it felt: the raw NASA Task Load Index (Hart 2006, without pairwise weights)."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from sim.errors import InputError

SCALES = ("mental", "physical", "temporal", "performance", "effort", "frustration")
"""Each from 0 (low; for performance: perfect) to 100 (high; failure), in steps of 5."""


def check_answer(scale: str, value: float) -> float:
    """Return a scale's value, to the nearest step.

    Raises:
        InputError: if it is not between 0 and 100.
    """
    if scale not in SCALES or not 0.0 <= value <= 100.0:
        raise InputError(f"NASA-TLX: {scale}", got=value, expected="0 to 100 on one of " + ", ".join(SCALES))
    return 5.0 * round(value / 5.0)


def raw_index(answers: Mapping[str, float]) -> float | None:
    """Return the mean of the six scales; None while one is missing."""
    if any(scale not in answers for scale in SCALES):
        return None
    return fmean(answers[scale] for scale in SCALES)
