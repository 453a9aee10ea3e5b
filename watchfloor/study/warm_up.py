"""Whether the warm-up is long enough: MSER-5 on how many are busy, beside the same time a day later."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.city import F8
from sim.demand import DAY_S
from sim.districts import INSPECTOR_ENDS, INSPECTOR_STARTS
from sim.inspector_draw import draw_inspectors
from sim.log import MISSING, EventLog, Name
from sim.replicate import play
from sim.scenario import Scenario, Shift
from sim.trace import draw_trace
from sim.travel import Travel
from sim.unit_measures import LEAVES_CASE
from watchfloor.study.days import widen
from watchfloor.study.plan import BASE_ARM, Setting

WINDOW_S = 300.0
BATCH = 5
"""Windows averaged before the rule is applied: the 5 of MSER-5."""
MOST_REPLICATIONS = 10
LEAST_COMPARED_H = 4.0
"""Below which nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpCheck:
    """From when on the room is like itself a day later."""

    settled_h: float | None
    """After the start; None where the run is too short to tell, or never settles."""
    compared_h: float
    """Hours that have a counterpart a day later."""
    warm_up_h: float

    @property
    def is_enough(self) -> bool:
        """Say whether the warm-up is at least as long as it takes."""
        return self.settled_h is not None and self.settled_h <= self.warm_up_h


def check_warm_up(setting: Setting, scenario: Scenario, shifts: tuple[Shift, ...], n_replications: int) -> WarmUpCheck:
    """Play some replications from an empty room, and find when its start no longer shows.

    The inspectors and units that are busy in every five minutes are compared with those of the same clock time a
    day later, so that the hours of the day drop out; MSER-5 cuts off what differs at the beginning.
    """
    warm_up_h, total_s = setting.horizon.warm_up_s / 3600.0, setting.horizon.warm_up_s + setting.horizon.judged_s
    n_compared = int((total_s - DAY_S) // WINDOW_S)
    compared_h = max(0.0, n_compared * WINDOW_S / 3600.0)
    if compared_h < LEAST_COMPARED_H:
        return WarmUpCheck(settled_h=None, compared_h=compared_h, warm_up_h=warm_up_h)
    widened = replace(widen(scenario, setting.horizon), shifts=shifts)
    travel, later = Travel(widened.city.roads), int(DAY_S // WINDOW_S)
    total = np.zeros(n_compared)
    for replication in range(min(MOST_REPLICATIONS, n_replications)):
        played = draw_inspectors(widened, seed=setting.seed, replication=replication)
        trace = draw_trace(played, seed=setting.seed, replication=replication)
        log = play(played, BASE_ARM, trace, travel, seed=setting.seed, replication=replication)
        busy = busy_by_window(log, int(total_s // WINDOW_S))
        total += busy[:n_compared] - busy[later:later + n_compared]
    cut = mser(total, batch=BATCH)
    return WarmUpCheck(settled_h=None if cut is None else cut * WINDOW_S / 3600.0, warm_up_h=warm_up_h,
                       compared_h=compared_h)


def mser(series: F8, *, batch: int = BATCH) -> int | None:
    """Return how many of the first values to leave out by the MSER rule; None where half of them are not enough.

    Of means over batches, that cut within the first half is taken which makes the estimated variance of the rest's
    mean least: Σ (Yᵢ − Ȳ)² / (n − d)² (White 1997; White, Cobb & Spratt 2000). Where it still falls at half, the
    start has not ended there.

    Args:
        series: in order of time.
        batch: values in each mean.
    """
    n = series.size // batch
    means = series[:n * batch].reshape(n, batch).mean(axis=1)
    statistic = np.array([means[cut:].var() / (n - cut) for cut in range(n // 2 + 1)])
    best = int(statistic.argmin())
    return best * batch if best < n // 2 else None


def busy_by_window(log: EventLog, n_windows: int) -> F8:
    """Return the mean number of inspectors and units that are busy in each window."""
    of_inspector = log.inspector_id != MISSING
    resumed = (log.name == Name.HAND_OVER) & np.isnan(log.value)
    begun = (of_inspector & (np.isin(log.name, INSPECTOR_STARTS) | resumed)) | (log.name == Name.DISPATCH)
    ended = (of_inspector & np.isin(log.name, INSPECTOR_ENDS)) | (
        (log.unit_id != MISSING) & np.isin(log.name, LEAVES_CASE))
    edges = WINDOW_S * np.arange(n_windows + 1, dtype=np.float64)
    return np.asarray(np.diff(_time_after(log.t_s[begun], edges) - _time_after(log.t_s[ended], edges)) / WINDOW_S)


def _time_after(instants_s: F8, edges_s: F8) -> F8:
    """Return for each edge the sum of the time that has passed since those instants that lie before it."""
    ordered = np.sort(instants_s)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    before = np.searchsorted(ordered, edges_s)
    return np.asarray(before * edges_s - sums[before])
