"""What whoever dispatches is shown, as arrays from 0 to 1: the environments' observations, and a network's inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.policies import Decision

F4 = NDArray[np.float32]
MOST_TARGETS = 4.0
"""Driving times are shown up to so many targets."""
MOST_WAITING = 20.0
DAY_S = 86400.0
CALL_WIDTH, UNIT_WIDTH = 5, 4


def view_call(question: Decision | None, *, xy: Sequence[Sequence[float]]) -> F4:
    """Return priority / 4, x and y of the place, share of the day, and waiting calls, 1 for 20 or more; (5,).

    Args:
        question: about a call; None gives zeros.
        xy: place of each junction.
    """
    call = np.zeros(CALL_WIDTH, dtype=np.float32)
    if question is not None:
        call[:] = (question.priority / 4.0, *xy[question.junction], question.t_s % DAY_S / DAY_S,
                   min(question.n_waiting / MOST_WAITING, 1.0))
    return call


def view_units(question: Decision | None, *, xy: Sequence[Sequence[float]], n_units: int, target_s: float) -> F4:
    """Return of each unit whether it is free, its driving time, 1 for four targets, x and y; 0 if it is not; (u, 4).

    Args:
        question: about a call; None gives zeros.
        xy: place of each junction.
        n_units: of the scenario, on duty or not.
        target_s: driving time that is just in time.
    """
    units = np.zeros((n_units, UNIT_WIDTH), dtype=np.float32)
    if question is not None and question.candidates:
        most_s = MOST_TARGETS * target_s
        units[list(question.candidates)] = [
            (float(free), min(travel_s / most_s, 1.0), *xy[junction]) for free, travel_s, junction in
            zip(question.mask, question.travel_s, question.candidate_junctions, strict=True)]
    return units
