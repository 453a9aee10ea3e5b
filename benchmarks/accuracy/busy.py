"""False alarms as a rate of the camera and a rate of the people in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.outcomes import Outcomes
from benchmarks.accuracy.watched import Watched

MIN_CLIPS = 3
"""Fewer clips do not tell the two rates apart."""
_ROUNDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseRate:
    """λ = f0 · camera-hours + f1 · person-minutes."""

    f0_per_h: float
    f1_per_person_min: float


def fit_false_rate(watched: Sequence[Watched], outcomes: Outcomes, threshold: float) -> FalseRate | None:
    """Fit both rates over the clips that judge a kind; None where people were not counted in all of them."""
    clips = [watched[number].case.person_minutes for number in outcomes.clip]
    minutes = [value for value in clips if value is not None]
    if len(minutes) < max(MIN_CLIPS, len(clips)):
        return None
    false = outcomes.false_clip[outcomes.false_score >= threshold]
    counts = np.array([(false == number).sum() for number in outcomes.clip], dtype=np.float64)
    hours = np.array([watched[number].camera_hours for number in outcomes.clip])
    return fit_rates(counts, hours, np.array(minutes, dtype=np.float64))


def fit_rates(counts: NDArray[np.float64], hours: NDArray[np.float64], person_minutes: NDArray[np.float64],
              ) -> FalseRate | None:
    """Fit Poisson counts of mean f0 · hours + f1 · person-minutes by maximum likelihood, both rates ≥ 0.

    By expectation maximisation, each alarm being of the one cause or the other (Dempster, Laird & Rubin 1977, sec.
    4.1.1). None where the people in view of an hour hardly differ between clips.
    """
    density = person_minutes / hours
    if density.max() < 1.5 * density.min() + 1e-9:
        return None
    f0, f1 = counts.sum() / hours.sum() / 2.0, counts.sum() / person_minutes.sum() / 2.0
    for _ in range(_ROUNDS if counts.sum() else 0):
        rate = np.maximum(f0 * hours + f1 * person_minutes, 1e-300)
        f0 *= float((counts * hours / rate).sum() / hours.sum())
        f1 *= float((counts * person_minutes / rate).sum() / person_minutes.sum())
    return FalseRate(f0_per_h=f0, f1_per_person_min=f1)
