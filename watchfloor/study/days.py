"""A run's days, or shorter windows: from which instant a run is judged, and each one's measures."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from sim.cases import Cases, first_of_case_s, make_cases
from sim.city import F8
from sim.demand import DAY_S, I8
from sim.districts import looks_by_district
from sim.log import EventLog
from sim.measures import measure
from sim.scenario import HOURS_PER_WEEK, Scenario

Table = TypeVar("Table", EventLog, Cases)


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

    A case belongs to the window in which it began, with all that came of it later; so do the hours spent on it. Looks
    belong to the window in which they fell.

    Args:
        scenario: the widened one.
        log: of a run of it.
        horizon: what is judged.
    """
    cases = make_cases(log)
    began_s = np.fmin.reduce(list(cases.t_s.values()))
    begins_s = horizon.warm_up_s + horizon.window_s * np.arange(horizon.n_windows)
    looks = looks_by_district(scenario, log, np.append(begins_s, horizon.warm_up_s + horizon.judged_s))
    log, row_edges = _by_window(log, first_of_case_s(log), horizon)
    cases, case_edges = _by_window(cases, began_s, horizon)
    measured = []
    for window, begin_s in enumerate(begins_s.tolist()):
        part = replace(scenario, duration_s=horizon.length_s(window), start_hour_of_week=(
            scenario.start_hour_of_week + begin_s / 3600.0) % HOURS_PER_WEEK)
        rows, chosen = (slice(edges[window], edges[window + 1]) for edges in (row_edges, case_edges))
        measured.append(measure(part, _taken(log, rows, begin_s), _taken(cases, chosen, begin_s), looks[window]))
    return {name: np.array([values[name] for values in measured]) for name in measured[0]}


def _by_window(table: Table, began_s: F8, horizon: Horizon) -> tuple[Table, list[int]]:
    """Return a table's rows ordered by the judged window in which each began, and where each window's rows lie."""
    window = np.floor((began_s - horizon.warm_up_s) / horizon.window_s)
    order = np.argsort(window, kind="stable")
    edges = np.searchsorted(window[order], np.arange(horizon.n_windows + 1))
    return _taken(table, order, 0.0), edges.tolist()


def _taken(table: Table, chosen: I8 | slice, begin_s: float) -> Table:
    """Return some rows of a table, with instants from another beginning."""
    columns: dict[str, Any] = {}
    for item in fields(table):
        column = getattr(table, item.name)
        if isinstance(column, dict):
            columns[item.name] = {name: instants[chosen] - begin_s for name, instants in column.items()}
        elif isinstance(column, np.ndarray):
            columns[item.name] = column[chosen] - begin_s if item.name == "t_s" else column[chosen]
    return replace(table, **columns)
