"""A run's days: from which instant a run is judged, and each day's measures."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.demand import DAY_S
from sim.log import ID_COLUMNS, MISSING, EventLog
from sim.measures import measure
from sim.scenario import HOURS_PER_WEEK, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Which stretch of a run is judged."""

    warm_up_s: float
    """Played before the stretch, so that it does not begin with an empty room; not judged."""
    judged_s: float

    @property
    def n_days(self) -> int:
        """Number of days judged; the last may be a part of one."""
        return max(1, math.ceil(self.judged_s / DAY_S - 1e-9))

    def day_s(self, day: int) -> float:
        """Return the length of a judged day."""
        return min(DAY_S, self.judged_s - day * DAY_S)


def widen(scenario: Scenario, horizon: Horizon) -> Scenario:
    """Return the scenario begun earlier by the warm-up."""
    return replace(scenario, duration_s=horizon.warm_up_s + horizon.judged_s,
                   start_hour_of_week=(scenario.start_hour_of_week - horizon.warm_up_s / 3600.0) % HOURS_PER_WEEK)


def measure_days(scenario: Scenario, log: EventLog, horizon: Horizon) -> dict[str, F8]:
    """Return the measures of each judged day by name; shape (days,).

    A case belongs to the day on which it began, with all that came of it later; so do the hours spent on it.

    Args:
        scenario: the widened one.
        log: of a run of it.
        horizon: what is judged.
    """
    day_of_row = _day_of_row(log, horizon)
    days = []
    for day in range(horizon.n_days):
        begin_s = horizon.warm_up_s + day * DAY_S
        of_day = replace(scenario, duration_s=horizon.day_s(day), start_hour_of_week=(
            scenario.start_hour_of_week + begin_s / 3600.0) % HOURS_PER_WEEK)
        days.append(measure(of_day, _rows(log, day_of_row == day, begin_s)))
    return {name: np.array([values[name] for values in days]) for name in days[0]}


def _day_of_row(log: EventLog, horizon: Horizon) -> NDArray[np.int64]:
    """Return the judged day to which each row belongs; negative in the warm-up."""
    first_s = log.t_s.copy()
    key = np.full(log.n_rows, -1, dtype=np.int64)
    for place, column in enumerate(("call_id", "alert_id", "incident_id")):
        ids = getattr(log, column)
        key = np.where(ids != MISSING, (place << 40) + ids.astype(np.int64), key)
    of_case = np.flatnonzero(key >= 0)
    _, first, case = np.unique(key[of_case], return_index=True, return_inverse=True)
    first_s[of_case] = log.t_s[of_case[first[case]]]
    return np.floor((first_s - horizon.warm_up_s) / DAY_S).astype(np.int64)


def _rows(log: EventLog, chosen: NDArray[np.bool_], begin_s: float) -> EventLog:
    columns = {column: getattr(log, column)[chosen] for column in ("name", "value", *ID_COLUMNS)}
    return EventLog(arm=log.arm, t_s=log.t_s[chosen] - begin_s, **columns)
