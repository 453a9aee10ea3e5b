"""A world that asks both where to look and whom to send: what the control room environments step through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.dispatch_play import LateCount, scaled_xy
from sim.city import F8
from sim.demand import camera_exposure
from sim.engine import World
from sim.log import MISSING, Name
from sim.policies import Action, Decision, DecisionKind
from sim.scenario import Scenario
from sim.trace import draw_trace
from sim.travel import Travel

FOCUS = 4.0
"""How many times its looks a district in focus gets."""
FLOOR = 0.05
"""Of the mean rate, added to every camera's."""
MOST_FOUND = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What has come of an answer."""

    n_found: int
    n_late: int


class _AskingDispatch:
    """Leaves every dispatch to whoever resumes the world."""

    def decide(self, decision: Decision) -> Action | None:  # noqa: ARG002 # whatever it is
        return None


class _AskingAttention:
    """Leaves every plan to whoever resumes the world."""

    def decide(self, decision: Decision) -> F8 | None:  # noqa: ARG002 # as above
        return None


class RoomPlay:
    """One replication at a time, question by question.

    Args:
        scenario: what is played.
        late_after_s: from a call's creation to the first unit at the place.
    """

    def __init__(self, scenario: Scenario, *, late_after_s: float) -> None:
        self.scenario = scenario
        self.n_units = sum(shift.units for shift in scenario.shifts)
        self.n_districts = len(scenario.city.district_names)
        self.xy = scaled_xy(scenario.city.roads)
        self._late_after_s = late_after_s
        exposure = camera_exposure(scenario.city, scenario.kinds)
        self._rates = exposure + FLOOR * exposure.mean() + 1e-12
        self._district = scenario.city.cameras.district.astype(np.int64)
        self._travel = Travel(scenario.city.roads)

    @property
    def question(self) -> Decision | None:
        """What is asked; None when the replication is over."""
        return self.world.state.question

    @property
    def t_s(self) -> float:
        """Instant of the question, or the end."""
        return self.scenario.duration_s if self.question is None else self.question.t_s

    def start(self, *, seed: int, replication: int) -> None:
        """Begin a replication and go on to its first question."""
        trace = draw_trace(self.scenario, seed=seed, replication=replication)
        self.world = World(self.scenario, trace, policy=_AskingDispatch(), attention=_AskingAttention(),
                           travel=self._travel, arm="environment")
        self._late = LateCount(late_after_s=self._late_after_s, until_s=self.scenario.duration_s)
        self._n_read = self.n_found = self.n_late = 0
        self._looks, self._finds = np.zeros(self.n_districts), np.zeros(self.n_districts)
        self._go_on()

    def answer(self, action: int | None) -> Came:
        """Do what was decided and go on; None is no district in focus, or the nearest unit.

        Args:
            action: a district, or a unit's number, or one more than the last for none.
        """
        question = self.question
        assert question is not None, "a replication that is over asks nothing"
        if question.kind is DecisionKind.ATTENTION:
            return self.focus([] if action is None else [action])
        if action is None:
            self.world.resume(min(question.free, key=lambda one: (question.travel_s[one], question.candidates[one])))
        else:
            self.world.resume(question.wait if action == self.n_units else question.candidates.index(action))
        return self._go_on()

    def focus(self, districts: list[int]) -> Came:
        """Let inspectors look more at some districts from now, and go on."""
        self.world.resume(self.rates(districts))
        return self._go_on()

    def rates(self, focus: list[int]) -> F8:
        """Return the rate of looks at each camera with some districts in focus; numbers of no district count not."""
        return np.asarray(self._rates * np.where(np.isin(self._district, focus), FOCUS, 1.0))

    def districts(self) -> NDArray[np.float32]:
        """Return what is known of each district: its share of the looks, and what was noticed there, (d, 2)."""
        told = np.stack((self._looks / max(float(self._looks.sum()), 1e-12), self._finds / MOST_FOUND), axis=1)
        return np.minimum(told, 1.0).astype(np.float32)

    def _go_on(self) -> Came:
        self.world.run()
        rows = self.world.state.rows
        n_found = sum(row[1] == Name.SHOWN and row[2] != MISSING and row[3] == MISSING for row in rows[self._n_read:])
        n_late = self._late.count(rows[self._n_read:], is_over=self.question is None)
        self._n_read = len(rows)
        self.n_found += n_found
        self.n_late += n_late
        question = self.question
        if question is not None and question.looks is not None and question.finds is not None:
            self._looks, self._finds = (
                np.bincount(self._district, weights=values, minlength=self.n_districts).astype(np.float64)
                for values in (question.looks, question.finds))
        return Came(n_found=n_found, n_late=n_late)
