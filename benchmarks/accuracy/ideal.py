"""How near a detector comes to the ideal observer, who knows all of a drawn thing but whether and where it is there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from benchmarks.accuracy.size_fit import SizeFit
from benchmarks.accuracy.watched import Watched
from benchmarks.truth.clip_case import TargetSignal

FALSE_PER_H = 0.1
"""False alarms in a camera-hour that the ideal observer is granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """A detector beside the ideal observer."""

    ideal_px50: float
    """Pixels at which the ideal observer finds half."""
    value: float
    """Share of a thing's energy in the picture that the detector makes use of."""
    low: float
    high: float
    """95 %, from the detector's px50."""


def ideal_px50(signal: TargetSignal, *, watch_s: float, size_wh: tuple[int, int]) -> float:
    """Return the width in pixels of a disc that the ideal observer finds half the time.

    In white Gaussian noise the ideal observer weighs the picture with the thing itself (Green & Swets 1966). Its d' is
    contrast · √(area · pictures) / noise, and half are found where d' is as high as the threshold z. That is met by
    noise alone as often as ``FALSE_PER_H`` allows, among every pixel of the picture once in each span of watching.

    Args:
        signal: contrast and noise of the sensor's picture, before any codec.
        watch_s: for so long it looks at a thing.
        size_wh: of the picture.
    """
    n_places_per_h = size_wh[0] * size_wh[1] * 3600.0 / watch_s
    z = -float(ndtri(FALSE_PER_H / n_places_per_h))
    n_pictures = max(1.0, watch_s * signal.fps)
    area_px = (z * signal.noise_sd_grey / signal.contrast_grey) ** 2 / n_pictures
    return math.sqrt(4.0 * area_px / math.pi)


def find_efficiency(watched: Sequence[Watched], fit: SizeFit | None, delays_s: Sequence[float]) -> Efficiency | None:
    """Return a detector's efficiency, the ideal observer's energy over its own for half found (Barlow 1962).

    At one contrast a thing's energy goes with its area, so this is the square of the ratio of widths. The ideal
    observer looks for as long as the detector took, by the median.

    Returns:
        None where the clips are not all of one signal, or nothing was found.
    """
    signals = {item.case.signal for item in watched}
    signal = signals.pop()
    if signals or signal is None or fit is None or not delays_s:
        return None
    ideal = ideal_px50(signal, watch_s=max(float(np.median(delays_s)), 1.0 / signal.fps), size_wh=watched[0].size_wh)
    low, high = fit.px50_interval
    return Efficiency(ideal_px50=ideal, value=(ideal / fit.curve.px50) ** 2, low=(ideal / high) ** 2,
                      high=(ideal / low) ** 2)
