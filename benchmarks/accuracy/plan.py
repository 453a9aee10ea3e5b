"""How much must be watched and staged before a claim about a detector is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import gammaincinv, ndtri, pdtr

from sim.errors import InputError

POWER = 0.9
"""Probability with which the planned hours shall show the claim, if the true rate is as believed."""
_MOST_ALARMS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursPlan:
    """Camera-hours for a claim on false alarms."""

    n_allowed: int
    """False alarms with which the bound still holds."""
    camera_hours: float
    p_shown: float
    """Probability that no more come, if the true rate is as believed."""


def hours_without_alarm(far_per_h: float, *, level: float = 0.95) -> float:
    """Return the camera-hours without a false alarm whose upper bound is ``far_per_h``: −ln(1 − level) / rate."""
    return -math.log(1.0 - level) / far_per_h


def plan_hours(far_per_h: float, *, true_per_h: float, level: float = 0.95, power: float = POWER) -> HoursPlan:
    """Return the fewest camera-hours that show a rate below ``far_per_h`` with the wanted probability.

    With k alarms in T hours the upper bound is χ²-like, γ⁻¹(k + 1, level) / T (Garwood 1936); T is the least for which
    some k has its bound at ``far_per_h`` and Poisson(``true_per_h`` · T) is at most k with the wanted probability.

    Raises:
        InputError: if the true rate is not below the claim.
    """
    if not true_per_h < 0.95 * far_per_h:
        raise InputError("plan_hours: true_per_h", got=true_per_h, expected=f"less than {0.95 * far_per_h:g}",
                         do="no time shows a rate that is not so low")
    for k in range(_MOST_ALARMS):
        hours = float(gammaincinv(k + 1, level)) / far_per_h
        p_shown = float(pdtr(k, true_per_h * hours))
        if p_shown >= power:
            return HoursPlan(n_allowed=k, camera_hours=hours, p_shown=p_shown)
    raise InputError("plan_hours: true_per_h", got=true_per_h, expected="a rate further below the claim")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPlan:
    """Staged acts for a recall known so exactly."""

    n_events: int
    """Were every act independent."""
    n_events_clustered: int | None
    """With cameras that differ; None where no number before each camera is enough on the cameras at hand."""
    n_cameras: int
    """Cameras needed at the given number of acts before each."""


def plan_events(recall: float, *, half_width: float, acts_per_camera: int, between_camera_sd: float, n_cameras: int,
                level: float = 0.95) -> EventsPlan:
    """Return how many events give a recall's interval the wanted half width.

    n = z² p (1 − p) / w², p being as far from 0 and 1 as w; with cameras that differ the variance of one camera's share
    is sd² + (p (1 − p) − sd²) / m for m acts, so that m beyond some tens buys little, and more cameras do
    (Kish 1965, design effect).

    Args:
        recall: expected.
        half_width: wanted.
        acts_per_camera: m.
        between_camera_sd: of the share that each camera finds.
        n_cameras: at hand.
        level: of the interval.
    """
    z = float(ndtri((1.0 + level) / 2.0))
    p = min(max(recall, half_width), 1.0 - half_width)
    variance, spread = p * (1.0 - p), min(between_camera_sd, math.sqrt(p * (1.0 - p))) ** 2
    wanted = (half_width / z) ** 2
    left = n_cameras * wanted - spread
    acts = None if left <= 0.0 else max(1, math.ceil((variance - spread) / left - 1e-9))
    of_one = spread + (variance - spread) / acts_per_camera
    return EventsPlan(n_events=math.ceil(variance / wanted - 1e-9), n_cameras=math.ceil(of_one / wanted - 1e-9),
                      n_events_clustered=None if acts is None else acts * n_cameras)
