"""A run's days, or shorter windows: from which instant a run is judged, and each one's measures."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.cases import Cases, first_of_case_s, make_cases
from sim.city import F8
from sim.demand import DAY_S, I8
from sim.log import ID_COLUMNS, EventLog
from sim.measures import measure
from sim.scenario import HOURS_PER_WEEK, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Which stretch of a run is judged."""

    warm_up_s: float
    """Played before the stretch, so that it does not begin with an empty room; not judged."""
    judged_s: float
    window_s: float = DAY_S
    """Length of what is measured by itself: a day, or an hour where a requirement by hour is wanted."""

    @property
    def n_windows(self) -> int:
        """Number of windows judged; the last may be a part of one."""
        return max(1, math.ceil(self.judged_s / self.window_s - 1e-9))

    def length_s(self, window: int) -> float:
        """Return the length of a judged window."""
        return min(self.window_s, self.judged_s - window * self.window_s)


def widen(scenario: Scenario, horizon: Horizon) -> Scenario:
    """Return the scenario begun earlier by the warm-up."""
    return replace(scenario, duration_s=horizon.warm_up_s + horizon.judged_s,
                   start_hour_of_week=(scenario.start_hour_of_week - horizon.warm_up_s / 3600.0) % HOURS_PER_WEEK)


def measure_windows(scenario: Scenario, log: EventLog, horizon: Horizon) -> dict[str, F8]:
    """Return the measures of each judged window by name; shape (windows,).

    A case belongs to the window in which it began, with all that came of it later; so do the hours spent on it.

    Args:
        scenario: the widened one.
        log: of a run of it.
        horizon: what is judged.
    """
    cases = make_cases(log)
    began_s = np.fmin.reduce(list(cases.t_s.values()))
    rows = _parts(_window_of_row(log, horizon), horizon)
    chosen = _parts(np.floor((began_s - horizon.warm_up_s) / horizon.window_s).astype(np.int64), horizon)
    measured = []
    for window in range(horizon.n_windows):
        begin_s = horizon.warm_up_s + window * horizon.window_s
        part = replace(scenario, duration_s=horizon.length_s(window), start_hour_of_week=(
            scenario.start_hour_of_week + begin_s / 3600.0) % HOURS_PER_WEEK)
        measured.append(measure(part, _rows(log, rows[window], begin_s), _cases(cases, chosen[window], begin_s)))
    return {name: np.array([values[name] for values in measured]) for name in measured[0]}


def _parts(window: I8, horizon: Horizon) -> list[I8]:
    """Return what belongs to each judged window, in the order in which it was."""
    order = np.argsort(window, kind="stable")
    return np.split(order, np.searchsorted(window[order], np.arange(horizon.n_windows + 1)))[1:-1]


def _window_of_row(log: EventLog, horizon: Horizon) -> I8:
    """Return the judged window to which each row belongs; negative in the warm-up."""
    return np.floor((first_of_case_s(log) - horizon.warm_up_s) / horizon.window_s).astype(np.int64)


def _cases(cases: Cases, chosen: I8, begin_s: float) -> Cases:
    columns = {item.name: getattr(cases, item.name)[chosen] for item in fields(cases) if item.name != "t_s"}
    return Cases(t_s={name: column[chosen] - begin_s for name, column in cases.t_s.items()}, **columns)


def _rows(log: EventLog, chosen: I8, begin_s: float) -> EventLog:
    columns = {column: getattr(log, column)[chosen] for column in ("name", "value", *ID_COLUMNS)}
    return EventLog(arm=log.arm, t_s=log.t_s[chosen] - begin_s, **columns)
