"""Detection error trade-off: misses against false alarms over all thresholds, with NIST's two figures of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetCurve:
    """Misses against false alarms; arrays of one length, from the highest threshold to the lowest."""

    threshold: F8
    """Claims with at least this score count."""
    hits: NDArray[np.int64]
    false_alarms: NDArray[np.int64]
    n_events: int
    camera_hours: float

    @property
    def p_miss(self) -> F8:
        """Share of the events missed at each threshold; NaN where there is no event."""
        if self.n_events == 0:
            return np.full(self.hits.shape, np.nan)
        return 1.0 - self.hits / self.n_events

    @property
    def false_per_h(self) -> F8:
        """False alarms in a camera-hour at each threshold."""
        return self.false_alarms / self.camera_hours

    def p_miss_at(self, false_per_h: float) -> float | None:
        """Return Pmiss at a rate of false alarms, linear between thresholds.

        As NIST's ActEV scorer has it: 1 below the rate of the highest threshold, the last value above that of the
        lowest; where several thresholds have one rate, the lowest of them. None where there is no event.
        """
        if self.n_events == 0:
            return None
        rate, p_miss = self.false_per_h, self.p_miss
        below = np.flatnonzero(rate <= false_per_h)
        if below.size == 0:
            return 1.0
        last = int(below[-1])
        if last + 1 == rate.size or rate[last] == false_per_h:
            return float(p_miss[last])
        share = (false_per_h - rate[last]) / (rate[last + 1] - rate[last])
        return float(p_miss[last] + share * (p_miss[last + 1] - p_miss[last]))

    def naudc(self, false_per_h: float) -> float | None:
        """Return nAUDC: the mean of ``p_miss_at`` over rates from 0 to the given one; None where there is no event.

        (1/a) ∫ Pmiss(x) dx from 0 to a (ActEV evaluation plan, normalised partial area under the DET curve).
        """
        if self.n_events == 0:
            return None
        rate, p_miss = self.false_per_h, self.p_miss
        inside = rate <= false_per_h
        x = np.concatenate(([0.0], rate[inside], [false_per_h]))
        y = np.concatenate(([1.0], p_miss[inside], [self.p_miss_at(false_per_h) or 0.0]))
        if inside.any():  # 1 up to the rate of the highest threshold, and down at once
            x, y = np.insert(x, 1, rate[0]), np.insert(y, 1, 1.0)
        return float(np.trapezoid(y, x) / false_per_h)

    def threshold_for(self, false_per_h: float) -> float | None:
        """Return the lowest threshold with no more false alarms an hour than that; None where there is none."""
        held = np.flatnonzero(self.false_per_h <= false_per_h)
        return float(self.threshold[held[-1]]) if held.size else None


def make_det(hit_scores: Sequence[float], false_scores: Sequence[float], *, n_events: int, camera_hours: float,
             ) -> DetCurve:
    """Make a curve from the scores of aligned claims.

    Args:
        hit_scores: of claims that stand for an event.
        false_scores: of the others.
        n_events: in all.
        camera_hours: watched.
    """
    hit, false = np.sort(np.asarray(hit_scores, float)), np.sort(np.asarray(false_scores, float))
    threshold = np.unique(np.concatenate((hit, false)))[::-1]
    return DetCurve(threshold=threshold, hits=hit.size - np.searchsorted(hit, threshold, side="left"),
                    false_alarms=false.size - np.searchsorted(false, threshold, side="left"),
                    n_events=n_events, camera_hours=camera_hours)


def i_lids_f1(*, hits: int, misses: int, false_alarms: int, alpha: float) -> float | None:
    """Return F1 with recall bias α: (α + 1) R P / (R + α P); None where there was nothing to find or to claim.

    The measure of the United Kingdom's i-LIDS trials (Home Office, i-LIDS User Guide). With α = 1 it is the harmonic
    mean of recall R and precision P; a large α lets recall decide, as in recording, a small one precision, as in
    alerting.
    """
    if hits + misses == 0 or hits + false_alarms == 0:
        return None
    recall, precision = hits / (hits + misses), hits / (hits + false_alarms)
    below = recall + alpha * precision
    return (alpha + 1.0) * recall * precision / below if below > 0.0 else 0.0
