"""Practice that follows the trainee: the size of targets by a Bayesian threshold, their kinds by spaced repetition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios import load_scenario
from sim.scenario import Scenario
from watchfloor.training.detection_theory import Interval
from watchfloor.training.exercise import Exercise, make_exercise, playable_kinds
from watchfloor.training.records import Records
from watchfloor.training.tables import ResponseRow

F8 = NDArray[np.float64]

PX_RANGE = (2.0, 120.0)
SPREAD = 1.35
"""Targets of one exercise lie between the chosen size over and times this."""
N_KINDS = 3
"""Kinds of one exercise, those first that are most overdue."""


class Threshold:
    """A posterior over how large a target must be to be found, and the size that would tell most next.

    The size at which half of what can be found is found, the slope and the lapses are inferred together on a grid, as
    in QUEST+ (Watson 2017, Journal of Vision 17(3):10), and the next size is the one of least expected entropy.
    """

    def __init__(self) -> None:
        self.sizes_px: F8 = np.exp(np.linspace(math.log(PX_RANGE[0]), math.log(PX_RANGE[1]), 33))
        half, slope, lapse = np.meshgrid(np.log(self.sizes_px), [1.5, 2.5, 4.0], [0.05, 0.15, 0.3], indexing="ij")
        self._log_half = half.ravel()
        self._log_p: F8 = -0.5 * ((self._log_half - math.log(12.0)) / 0.8) ** 2
        ratio = np.exp(slope.ravel()[None, :] * (np.log(self.sizes_px)[:, None] - self._log_half[None, :]))
        self._p_found: F8 = (1.0 - lapse.ravel())[None, :] * ratio / (1.0 + ratio)

    def learn(self, px: float, *, is_found: bool) -> None:
        """Take in what became of a target of so many pixels."""
        p = self._p_found[int(np.argmin(np.abs(np.log(self.sizes_px) - math.log(px))))]
        self._log_p = self._log_p + np.log(p if is_found else 1.0 - p)
        self._log_p -= self._log_p.max()

    def next_px(self) -> float:
        """Return the size whose outcome is expected to tell most."""
        weight = np.exp(self._log_p)
        weight /= weight.sum()
        p_found = self._p_found @ weight
        entropy = sum(share * _entropy(weight * p) for share, p in (
            (p_found, self._p_found), (1.0 - p_found, 1.0 - self._p_found)))
        return float(self.sizes_px[int(np.argmin(entropy))])

    def half_px(self) -> Interval:
        """Return the size at which half of what can be found is found."""
        weight = np.exp(self._log_p)
        by_size = weight.reshape(self.sizes_px.size, -1).sum(axis=1)
        total = by_size.cumsum() / by_size.sum()
        low, middle, high = (float(np.exp(np.interp(share, total, np.log(self.sizes_px))))
                             for share in (0.025, 0.5, 0.975))
        return Interval(value=middle, low=low, high=high)


def _entropy(joint: F8) -> F8:
    """Return the entropy of each row, normalised."""
    p = joint / joint.sum(axis=1, keepdims=True)
    return np.asarray(-(p * np.log(np.maximum(p, 1e-300))).sum(axis=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A target in a trainee's past."""

    session: int
    """Number of the session, from 0."""
    kind: str
    is_found: bool


def overdue_kinds(past: Iterable[Practised], kinds: Sequence[str], *, session: int) -> list[str]:
    """Return kinds, the most overdue first.

    A kind rests for one session after a miss, and for twice as long after each session in which it was always found.

    Args:
        past: in order.
        kinds: those that may come.
        session: number of the one to come.
    """
    by_session: dict[str, dict[int, bool]] = {kind: {} for kind in kinds}
    for one in past:
        if one.kind in by_session:
            found = by_session[one.kind]
            found[one.session] = found.get(one.session, True) and one.is_found

    def overdue(kind: str) -> float:
        rest, last = 1, None
        for number, all_found in sorted(by_session[kind].items()):
            rest, last = rest * 2 if all_found else 1, number
        return math.inf if last is None else session - last - rest

    return sorted(kinds, key=lambda kind: (-overdue(kind), kinds.index(kind)))


def learnt_threshold(responses: Iterable[ResponseRow]) -> Threshold:
    """Return what a trainee's responses tell of their threshold; targets that a detector claimed are left out."""
    threshold = Threshold()
    for row in responses:
        if row.alert_s is None:
            threshold.learn(row.px, is_found=row.confirm_s is not None)
    return threshold


def next_exercise(
    scenario_name: str, records: Records, trainee_id: str, *, minutes: float, n_targets: int, n_tiles: int,
    scenario: Scenario | None = None,
) -> Exercise:
    """Return the exercise that a trainee should play next, with a warm-up in which targets come thick and large.

    Args:
        scenario_name: a shipped scenario's name, or a file.
        records: of the centre.
        trainee_id: of the trainee.
        minutes: how long it lasts, the warm-up not counted.
        n_targets: to find after the warm-up.
        n_tiles: of the wall.
        scenario: the loaded scenario, where it is at hand.
    """
    scenario = scenario or load_scenario(scenario_name)
    sessions = {row.session_id: number for number, row in enumerate(records.sessions(trainee_id))}
    responses = sorted(records.responses(trainee_id), key=lambda row: (sessions[row.session_id], row.onset_s))
    px = learnt_threshold(responses).next_px()
    past = [Practised(session=sessions[row.session_id], kind=row.kind, is_found=row.confirm_s is not None)
            for row in responses]
    kinds = overdue_kinds(past, playable_kinds(scenario), session=len(sessions))[:N_KINDS]
    return make_exercise(
        scenario_name, scenario=scenario, seed=1 + len(sessions), minutes=minutes, n_targets=n_targets,
        n_tiles=n_tiles, kinds=tuple(kinds), px=(px / SPREAD, px * SPREAD), n_warm_up=3)
