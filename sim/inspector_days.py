"""What one post of the room finds in a day of duty, whatever the length of the turns in the roster."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.cases import Cases
from sim.demand import HOUR_S
from sim.roster import Duty, duties
from sim.scenario import Scenario

I8 = NDArray[np.int64]


def finds_per_inspector_day(scenario: Scenario, cases: Cases, *, length_h: float) -> I8:
    """Return how many offences each seat found in each stretch of duty.

    A seat is a place in the room: the first, second, … of those on duty, whoever sits there. Stretches of the given
    length follow each other from the first shift's start; those in which the seat was empty for a while, or that the
    scenario's end cuts, are left out. So three turns of eight hours at one seat make one inspector-day of 24 h.

    Args:
        scenario: whose roster it is.
        cases: of one run.
        length_h: of a stretch, for example 8, 12 or 24 h.
    """
    table = duties(scenario)
    found = np.flatnonzero(cases.is_true & np.isfinite(cases.t_s["confirm_s"]))
    first_s = _first_stretch_s(scenario)
    n_stretches = max(0, math.floor((scenario.duration_s - first_s) / (length_h * HOUR_S) + 1e-9))
    least = _least_on_duty(table, first_s, length_h * HOUR_S, n_stretches)
    counts = np.zeros((n_stretches, int(least.max(initial=0))), dtype=np.int64)
    at_s = cases.t_s["confirm_s"][found]
    seat = _seats(table, cases.inspector_id[found].tolist(), at_s.tolist())
    stretch = np.floor((at_s - first_s) / (length_h * HOUR_S)).astype(np.int64)
    inside = (stretch >= 0) & (stretch < n_stretches) & (seat >= 0) & (seat < counts.shape[1])
    np.add.at(counts, (stretch[inside], seat[inside]), 1)
    return counts[np.arange(counts.shape[1])[None, :] < least[:, None]]


def _first_stretch_s(scenario: Scenario) -> float:
    first_h = scenario.shifts[0].start_h if scenario.shifts else 0.0
    return (first_h - scenario.start_hour_of_week) % 24.0 * HOUR_S


def _least_on_duty(table: Sequence[Duty], first_s: float, length_s: float, n_stretches: int) -> I8:
    """Return how many seats were taken through the whole of each stretch."""
    starts = np.array([duty.from_s for duty in table])
    n_on = np.array([len(duty.inspectors) for duty in table], dtype=np.int64)
    least = np.zeros(n_stretches, dtype=np.int64)
    for index in range(n_stretches):
        from_s = first_s + index * length_s
        first = int(np.searchsorted(starts, from_s, side="right")) - 1
        end = int(np.searchsorted(starts, from_s + length_s, side="left"))
        least[index] = n_on[first:end].min()
    return least


def _seats(table: Sequence[Duty], posts: Sequence[int], at_s: Sequence[float]) -> I8:
    """Return the seat of each post; who finishes a case after the turn keeps the seat of that turn, −1 if none."""
    starts = np.array([duty.from_s for duty in table])
    places = [{post: place for place, post in enumerate(duty.inspectors)} for duty in table]
    seats = np.full(len(posts), -1, dtype=np.int64)
    for index, (post, instant) in enumerate(zip(posts, at_s, strict=True)):
        for duty in range(int(np.searchsorted(starts, instant, side="right")) - 1, -1, -1):
            if post in places[duty]:
                seats[index] = places[duty][post]
                break
    return seats
