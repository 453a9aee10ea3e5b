"""The middle and the slow end of what was measured."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.compiled import compiled


def quantiles(name: str, values: F8) -> dict[str, float]:
    """Return the median and the 90 % point of what is finite, NaN where nothing is, as ``numpy.percentile`` does."""
    middle, slow = _points(np.ascontiguousarray(values))
    return {f"p50:{name}": middle, f"p90:{name}": slow}


def span_quantiles(name: str, start_s: F8, end_s: F8, chosen: NDArray[np.bool_]) -> dict[str, float]:
    """Return the same of the time from one instant to another in those cases that are chosen."""
    middle, slow = _points_between(start_s, end_s, chosen)
    return {f"p50:{name}": middle, f"p90:{name}": slow}


@compiled
def _points_between(start_s: F8, end_s: F8, chosen: NDArray[np.bool_]) -> tuple[float, float]:
    return _points((end_s - start_s)[chosen])


@compiled
def _points(values: F8) -> tuple[float, float]:
    ordered = np.sort(values[np.isfinite(values)])
    return _point(ordered, 0.5), _point(ordered, 0.9)


@compiled
def _point(ordered: F8, share: float) -> float:
    """Return the quantile between its two neighbours (type 7 of Hyndman & Fan 1996), rounded as numpy rounds it."""
    last = ordered.size - 1
    if last < 0:
        return math.nan
    at = last * share
    before = math.floor(at)
    if before >= last:
        return float(ordered[last])
    low, step, part = ordered[before], ordered[before + 1] - ordered[before], at - before
    return float(low + step * part if part < 0.5 else ordered[before + 1] - step * (1.0 - part))
