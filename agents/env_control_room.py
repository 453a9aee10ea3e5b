"""``watchfloor/ControlRoom-v0``: where inspectors look and whom the desk sends, in one world."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.dispatch_view import CALL_WIDTH, DAY_S, UNIT_WIDTH, view_call, view_units
from agents.env_picture import draw_map
from agents.env_replication import INVALID_COST, Observation, ReplicationEnv
from agents.env_scenario import ScenarioName, open_scenario
from agents.lateness import LATE_AFTER_S, driving_target_s
from agents.room_play import RoomPlay
from sim.log import EventLog
from sim.policies import Decision, DecisionKind


class ControlRoomEnv(ReplicationEnv):
    """Decides both where inspectors look and whom the desk sends, each when the world asks.

    **Action**: ``Discrete(max(d + 1, u + 1))``. Asked about attention, every quarter of an hour: the district that
    gets four times its looks for the next one, or d for none. Asked about a call: the number of a unit, or u to let it
    wait. What the mask forbids costs 1 and is counted; then no district, or the nearest unit, is taken instead.

    **Observation**: a dictionary of fresh arrays.

    - ``kind`` (2,) float32: (1, 0) where attention is asked about, (0, 1) where a call is.
    - ``districts`` (d, 2) float32: looks at each since the last plan, as a share of all; noticed there, 1 standing for
      ten or more.
    - ``call`` (4,) float32: priority / 4, x and y of its place, share of the day; the first three 0 without a call.
    - ``units`` (u, 4) float32: whether it is free; driving time to the call, 1 standing for four targets; x and y.
    - ``action_mask`` int8: 1 where the action may be chosen.

    **Reward**: 1 for each incident noticed by looking since the last step, −1 for each call that has become late.

    **Episode**: one replication, truncated at its end; seeds as in ``DispatchEnv``. ``info`` has ``t_s``,
    ``n_invalid``, ``n_found`` and ``n_late``.

    Args:
        scenario: a shipped scenario's name, a TOML file, or a Scenario.
        seed: of the traces until ``reset`` is given another.
        hours: simulated hours of an episode; the scenario's own if None.
        late_after_s: from a call's creation to the first unit at the place.
        render_mode: ``rgb_array``, ``human`` or None.
    """

    def __init__(
        self, scenario: ScenarioName = "district_centre", *, seed: int | None = None, hours: float | None = None,
        late_after_s: float = LATE_AFTER_S, render_mode: str | None = None,
    ) -> None:
        super().__init__(seed=seed, render_mode=render_mode)
        opened = open_scenario(scenario, hours)
        self.play = RoomPlay(opened, late_after_s=late_after_s)
        self._target_s = driving_target_s(opened, late_after_s)
        n = max(self.play.n_districts, self.play.n_units) + 1
        self.action_space = spaces.Discrete(n)
        self.observation_space = spaces.Dict({
            "kind": spaces.Box(0.0, 1.0, (2,), np.float32),
            "districts": spaces.Box(0.0, 1.0, (self.play.n_districts, 2), np.float32),
            "call": spaces.Box(0.0, 1.0, (CALL_WIDTH - 1,), np.float32),
            "units": spaces.Box(0.0, 1.0, (self.play.n_units, UNIT_WIDTH), np.float32),
            "action_mask": spaces.Box(0, 1, (n,), np.int8)})
        self._n_actions = n
        self._xy = self.play.xy.tolist()

    def _begin(self, *, seed: int, replication: int) -> None:
        self.play.start(seed=seed, replication=replication)

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Answer the question and go on to the next."""
        if self.play.question is None:
            return self._told(0.0, is_over=True)
        is_valid = bool(self.action_masks()[int(action)])
        self._n_invalid += not is_valid
        came = self.play.answer(int(action) if is_valid else None)
        return self._told(came.n_found - came.n_late - (0.0 if is_valid else INVALID_COST),
                          is_over=self.play.question is None)

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which actions may be chosen now; at an episode's end the last only."""
        mask = np.zeros(self._n_actions, dtype=np.bool_)
        question = self.play.question
        if question is None:
            mask[-1] = True
        elif question.kind is DecisionKind.ATTENTION:
            mask[: self.play.n_districts + 1] = True
        else:
            mask[[question.candidates[place] for place in question.free]] = True
            mask[self.play.n_units] = question.may_wait
        return mask

    def log(self) -> EventLog:
        """Return the log of the episode so far, truth included."""
        return self.play.world.log()

    def _observe(self) -> Observation:
        question, play, about_call = self.play.question, self.play, self._call()
        kind = np.zeros(2, dtype=np.float32)
        call = view_call(about_call, xy=self._xy)[: CALL_WIDTH - 1]
        if question is not None:
            kind[int(about_call is not None)] = 1.0
            call[-1] = question.t_s % DAY_S / DAY_S
        return {"kind": kind, "districts": play.districts(), "call": call,
                "units": view_units(about_call, xy=self._xy, n_units=play.n_units, target_s=self._target_s),
                "action_mask": self.action_masks().astype(np.int8)}

    def _call(self) -> Decision | None:
        """Return the question if it is about a call."""
        question = self.play.question
        return question if question is not None and question.kind is DecisionKind.DISPATCH else None

    def _info(self) -> dict[str, Any]:
        return {"t_s": self.play.t_s, "n_invalid": self._n_invalid, "n_found": self.play.n_found,
                "n_late": self.play.n_late}

    def _picture(self) -> NDArray[np.uint8]:
        call = self._call()
        return draw_map(
            self.play.xy, places=[] if call is None else [call.junction],
            units=[] if call is None else list(call.candidate_junctions),
            text=f"{self.play.t_s / 3600.0:.2f} h   found {self.play.n_found}   late {self.play.n_late}")
