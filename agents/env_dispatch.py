"""``watchfloor/Dispatch-v0``: which unit goes to each call, one step a call."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.dispatch_play import DispatchPlay, SmallCityPlay, WorldPlay
from agents.dispatch_view import CALL_WIDTH, UNIT_WIDTH, view_call, view_units
from agents.env_picture import draw_map
from agents.env_replication import INVALID_COST, Observation, ReplicationEnv
from agents.env_scenario import ScenarioName, open_scenario
from agents.lateness import LATE_AFTER_S, driving_target_s
from agents.small_city import SMALL_CITIES
from sim.log import EventLog
from sim.policies import Decision


class DispatchEnv(ReplicationEnv):
    """Sends units to calls.

    **Action**: ``Discrete(u + 1)``, the number of a unit, or u to let the call wait until another unit or call comes
    in. One that the mask forbids does not raise: it costs 1, is counted in ``info["n_invalid"]``, and the nearest unit
    is sent instead.

    **Observation**: a dictionary of fresh arrays.

    - ``call`` (5,) float32: priority / 4; x and y of its place, 0 to 1 over the city; share of the day; waiting calls,
      1 standing for 20 or more.
    - ``units`` (u, 4) float32: whether it is free; free-flow driving time to the call, 1 standing for four times the
      driving target or more; x and y. All 0 where it is not free.
    - ``action_mask`` (u + 1,) int8: 1 where the action may be chosen.

    **Reward**: −1 for each call that has become late since the last step: reached more than ``late_after_s`` after its
    creation, or not at all. In a small city: sent a unit from beyond its threshold, or found everybody busy.

    **Episode**: one replication of the scenario, truncated at its end. ``reset(seed=s)`` plays the trace of seed s,
    replication 0; each further ``reset()`` the next replication. ``info`` has ``t_s``, ``n_invalid``, ``n_late`` and
    ``n_calls`` so far.

    Args:
        scenario: a shipped scenario's name, a TOML file, a Scenario, or a small city such as ``seven_units_4_40``.
        seed: of the traces until ``reset`` is given another.
        hours: simulated hours of an episode; the scenario's own if None.
        late_after_s: from a call's creation to the first unit at the place.
        render_mode: ``rgb_array``, ``human`` or None.
    """

    def __init__(
        self, scenario: ScenarioName = "seven_units_4_40", *, seed: int | None = None, hours: float | None = None,
        late_after_s: float = LATE_AFTER_S, render_mode: str | None = None,
    ) -> None:
        super().__init__(seed=seed, render_mode=render_mode)
        self.play = _make_play(scenario, hours, late_after_s)
        n = self.play.n_units
        self.action_space = spaces.Discrete(n + 1)
        self.observation_space = spaces.Dict({
            "call": spaces.Box(0.0, 1.0, (CALL_WIDTH,), np.float32),
            "units": spaces.Box(0.0, 1.0, (n, UNIT_WIDTH), np.float32),
            "action_mask": spaces.Box(0, 1, (n + 1,), np.int8)})
        self._xy = self.play.xy.tolist()
        self._n_late = self._n_calls = 0

    def _begin(self, *, seed: int, replication: int) -> None:
        self.play.start(seed=seed, replication=replication)
        self._n_late = self._n_calls = 0

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Answer the question and go on to the next."""
        question = self.play.question
        if question is None:
            return self._told(0.0, is_over=True)
        place = self._place(question, int(action))
        cost = 0.0
        if place is None:
            self._n_invalid += 1
            cost = INVALID_COST
            place = min(question.free, key=lambda one: (question.travel_s[one], question.candidates[one]))
        self._n_calls += 1
        n_late = self.play.answer(place)
        self._n_late += n_late
        return self._told(-n_late - cost, is_over=self.play.question is None)

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions may be chosen now, (u + 1,); at an episode's end only waiting."""
        mask = np.zeros(self.play.n_units + 1, dtype=np.bool_)
        question = self.play.question
        if question is None:
            mask[-1] = True
            return mask
        mask[[question.candidates[place] for place in question.free]] = True
        mask[-1] = question.may_wait
        return mask

    def log(self) -> EventLog:
        """Return the log of the episode so far, of a scenario; a small city leaves none.

        Raises:
            AttributeError: in a small city.
        """
        if not isinstance(self.play, WorldPlay):
            raise AttributeError("log: a small city leaves no log; expected a scenario")
        return self.play.log()

    def _place(self, question: Decision, action: int) -> int | None:
        """Return the position that an action means; None if it may not be chosen."""
        if action == self.play.n_units:
            return question.wait if question.may_wait else None
        place = question.candidates.index(action) if action in question.candidates else None
        return place if place is not None and question.mask[place] else None

    def _observe(self) -> Observation:
        question, play = self.play.question, self.play
        return {"call": view_call(question, xy=self._xy),
                "units": view_units(question, xy=self._xy, n_units=play.n_units, target_s=play.target_s),
                "action_mask": self.action_masks().astype(np.int8)}

    def _info(self) -> dict[str, Any]:
        question = self.play.question
        return {"t_s": self.play.duration_s if question is None else question.t_s, "n_invalid": self._n_invalid,
                "n_late": self._n_late, "n_calls": self._n_calls}

    def _picture(self) -> NDArray[np.uint8]:
        question = self.play.question
        return draw_map(
            self.play.xy, places=[] if question is None else [question.junction],
            units=[] if question is None else list(question.candidate_junctions),
            text=f"{self._info()['t_s'] / 3600.0:.2f} h   late {self._n_late} of {self._n_calls}")


def _make_play(scenario: ScenarioName, hours: float | None, late_after_s: float) -> DispatchPlay:
    if isinstance(scenario, str) and scenario in SMALL_CITIES:
        return SmallCityPlay(SMALL_CITIES[scenario])
    opened = open_scenario(scenario, hours)
    return WorldPlay(opened, late_after_s=late_after_s, target_s=driving_target_s(opened, late_after_s))
