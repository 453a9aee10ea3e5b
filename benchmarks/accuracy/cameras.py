"""What differs between cameras: intervals that resample cameras, and the spread of what each finds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln

from benchmarks.accuracy.outcomes import I8, Outcomes

MIN_CAMERAS = 3
"""Fewer tell nothing of the spread between cameras …"""
MIN_RESAMPLED = 5
"""… and with fewer a resampled interval is far too narrow."""
N_RESAMPLES = 400
_GREATEST = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its bounds; None where it cannot be told."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraScore:
    """One camera's counts at one threshold."""

    camera: str
    hits: int
    misses: int
    false_alarms: int
    camera_hours: float


def score_cameras(outcomes: Outcomes, threshold: float) -> tuple[CameraScore, ...]:
    """Return the counts of each camera, the worst first: by share missed, then by false alarms an hour."""
    scores = []
    for number, camera in enumerate(outcomes.cameras):
        mine = outcomes.event_score[outcomes.event_camera == number]
        hits = int((mine >= threshold).sum())
        false = int((outcomes.false_score[outcomes.false_camera == number] >= threshold).sum())
        scores.append(CameraScore(camera=camera, hits=hits, misses=mine.size - hits, false_alarms=false,
                                  camera_hours=float(outcomes.camera_hours[number])))
    return tuple(sorted(scores, key=_goodness))


def _goodness(score: CameraScore) -> tuple[float, float, str]:
    n = score.hits + score.misses
    return -(score.misses / n if n else 0.0), -score.false_alarms / score.camera_hours, score.camera


def resample(outcomes: Outcomes, figure: Callable[[Outcomes], float | None], *, n: int = N_RESAMPLES, seed: int = 0,
             level: float = 0.95) -> Interval:
    """Return a figure with its bootstrap percentile interval over cameras.

    Cameras are drawn with replacement, each with all its events and hours (Efron & Tibshirani 1993, ch. 8: resample
    the units that are independent). No bounds with fewer than five cameras.

    Args:
        outcomes: of all cameras.
        figure: what is estimated; None where it cannot be told.
        n: resamples.
        seed: of the draws.
        level: of the interval.
    """
    value, n_cameras = figure(outcomes), len(outcomes.cameras)
    if value is None or n_cameras < MIN_RESAMPLED:
        return Interval(value=value, low=None, high=None)
    rng = np.random.default_rng(seed)
    drawn = [figure(outcomes.resampled(chosen)) for chosen in rng.integers(0, n_cameras, (n, n_cameras))]
    known = np.array([item for item in drawn if item is not None], dtype=np.float64)
    if known.size < 0.9 * n:
        return Interval(value=value, low=None, high=None)
    low, high = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(value=value, low=float(low), high=float(high))


def between_camera_sd(hits: I8 | NDArray[np.int64], n_events: I8 | NDArray[np.int64]) -> float | None:
    """Return the standard deviation between cameras of the share that each finds.

    By maximum likelihood of the beta-binomial (Skellam 1948) in its correlation ρ, with the mean at the pooled share p:
    sd = √(ρ p (1 − p)). None with fewer than three cameras that had events, or where all or none was found.

    Args:
        hits: (cameras,) found.
        n_events: (cameras,) to be found.
    """
    had = n_events > 0
    found, n = hits[had].astype(np.float64), n_events[had].astype(np.float64)
    if found.size < MIN_CAMERAS or n.max() < 2 or not 0.0 < found.sum() < n.sum():
        return None
    p = float(found.sum() / n.sum())

    def loss(rho: float) -> float:
        a, b = p * (1.0 / rho - 1.0), (1.0 - p) * (1.0 / rho - 1.0)
        return -float((betaln(found + a, n - found + b) - betaln(a, b)).sum())

    best = minimize_scalar(loss, bounds=(1e-6, _GREATEST), method="bounded")
    rho = float(best.x)
    binomial = -float((found * math.log(p) + (n - found) * math.log1p(-p)).sum())
    return math.sqrt(rho * p * (1.0 - p)) if loss(rho) < binomial - 1e-6 else 0.0
