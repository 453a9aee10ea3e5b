"""Calls to be answered one by one, from a small city or from a world: what the dispatch environment steps through."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Protocol

import numpy as np

from agents.lateness import NOT_SERVED
from agents.small_city import CityQuestions, SmallCity, draw_calls
from sim.city import F8, Roads
from sim.engine import World
from sim.errors import ModelError
from sim.log import MISSING, EventLog, LogRow, Name
from sim.policies import Action, Decision
from sim.scenario import Scenario
from sim.trace import draw_trace
from sim.travel import Travel


class DispatchPlay(Protocol):
    """One replication at a time, question by question."""

    n_units: int
    duration_s: float
    target_s: float
    """Driving time that is just in time."""
    xy: F8
    """(n, 2) place of each junction, each coordinate from 0 to 1."""
    question: Decision | None
    """What is asked; None when the replication is over."""

    def start(self, *, seed: int, replication: int) -> None:
        """Begin a replication and go on to its first question."""
        ...

    def answer(self, action: Action) -> int:
        """Do what was decided, go on to the next question, and return how many calls have become late meanwhile."""
        ...


class SmallCityPlay:
    """Calls of a small city, of which so many make a replication."""

    def __init__(self, city: SmallCity, *, n_calls: int = 1000) -> None:
        self.n_units, self.target_s = city.n_units, float(city.threshold)
        self.duration_s = n_calls / city.call_rate
        cell = np.arange(city.side**2)
        self.xy = np.column_stack((cell % city.side, cell // city.side)) / (city.side - 1.0)
        self.question: Decision | None = None
        self._city, self._n_calls, self._questions = city, n_calls, CityQuestions(city)

    def start(self, *, seed: int, replication: int) -> None:
        """Begin a replication and go on to its first question."""
        calls = draw_calls(self._city, n=self._n_calls, seed=seed, replication=replication)
        self._t_s, self._cell, self._service_s = calls.t_s.tolist(), calls.cell.tolist(), calls.service_s.tolist()
        self._back: list[tuple[float, int]] = []
        self._free = set(range(self.n_units))
        self._next = 0
        self._go_on()

    def answer(self, action: Action) -> int:
        """Send a unit and go on; a call that finds everybody busy is late."""
        question = self.question
        assert question is not None, "a replication that is over asks nothing"
        unit = question.candidates[action]
        self._free.remove(unit)
        heappush(self._back, (question.t_s + self._service_s[self._next], unit))
        n_late = int(question.travel_s[action] > self.target_s)
        self._next += 1
        return n_late + self._go_on()

    def _go_on(self) -> int:
        n_late, back, free = 0, self._back, self._free
        while self._next < self._n_calls:
            t_s = self._t_s[self._next]
            while back and back[0][0] <= t_s:
                free.add(heappop(back)[1])
            if free:
                self.question = self._questions.about(self._next, self._cell[self._next], sorted(free), t_s)
                return n_late
            n_late += 1
            self._next += 1
        self.question = None
        return n_late


class LateCount:
    """Counts calls that have become late, from a log's rows as they come.

    Args:
        late_after_s: from a call's creation to the first unit at the place.
        until_s: end of the replication.
    """

    def __init__(self, *, late_after_s: float, until_s: float) -> None:
        self._late_after_s, self._until_s = late_after_s, until_s
        self._open: dict[int, float] = {}

    def count(self, rows: Sequence[LogRow], *, is_over: bool) -> int:
        """Return how many calls were reached late in these rows or, at the end, have been given up."""
        n_late = 0
        for row in rows:
            t_s, name, call = row[0], row[1], row[4]
            if name == Name.CALL_CREATE:
                self._open[call] = t_s
            elif name == Name.ON_SCENE and call != MISSING:
                created_s = self._open.pop(call, None)
                n_late += created_s is not None and t_s - created_s > self._late_after_s
            elif name == Name.INCIDENT_CLEAR and row[8] in NOT_SERVED:
                self._open.pop(call, None)
        if is_over:
            n_late += sum(created_s + self._late_after_s <= self._until_s for created_s in self._open.values())
            self._open = {}
        return n_late


def scaled_xy(roads: Roads) -> F8:
    """Return the place of each junction, each coordinate from 0 to 1; (n, 2)."""
    return np.column_stack([(axis - axis.min()) / max(float(np.ptp(axis)), 1.0) for axis in (roads.x_m, roads.y_m)])


class _Asking:
    """Leaves every dispatch to whoever resumes the world."""

    def decide(self, decision: Decision) -> Action | None:  # noqa: ARG002 # whatever it is
        return None


class WorldPlay:
    """Calls of a scenario; a call is late if nobody has reached it so long after its creation."""

    def __init__(self, scenario: Scenario, *, late_after_s: float, target_s: float) -> None:
        self.scenario = scenario
        self.n_units = sum(shift.units for shift in scenario.shifts)
        if not self.n_units:
            raise ModelError(f"scenario {scenario.name}: units = 0; expected some to send")
        self.duration_s, self.target_s, self._late_after_s = scenario.duration_s, target_s, late_after_s
        roads = scenario.city.roads
        self.xy = scaled_xy(roads)
        self.question: Decision | None = None
        self._travel = Travel(roads)

    def start(self, *, seed: int, replication: int) -> None:
        """Begin a replication and go on to its first question."""
        trace = draw_trace(self.scenario, seed=seed, replication=replication)
        self.world = World(self.scenario, trace, policy=_Asking(), travel=self._travel, arm="environment")
        self._n_read = 0
        self._late = LateCount(late_after_s=self._late_after_s, until_s=self.duration_s)
        self.world.run()
        self._count_late()
        self.question = self.world.state.question

    def answer(self, action: Action) -> int:
        """Do what was decided and go on to the next question."""
        self.world.resume(action)
        self.world.run()
        self.question = self.world.state.question
        return self._count_late()

    def _count_late(self) -> int:
        rows = self.world.state.rows
        fresh, self._n_read = rows[self._n_read:], len(rows)
        return self._late.count(fresh, is_over=self.world.state.question is None)

    def log(self) -> EventLog:
        """Return the log of the replication so far."""
        return self.world.log()
