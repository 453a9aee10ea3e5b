"""``watchfloor/ControlRoom-v0``: where inspectors look and whom the desk sends, in one world."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.env_picture import Window, draw_map
from agents.env_scenario import ScenarioName, open_scenario
from agents.lateness import LATE_AFTER_S, driving_target_s
from agents.room_play import RoomPlay
from sim.log import EventLog
from sim.policies import DecisionKind

Observation = dict[str, Any]
"""Arrays by name, as Gymnasium's dictionary space types them."""
MOST_TARGETS = 4.0
INVALID_COST = 1.0
DAY_S = 86400.0


class ControlRoomEnv(gymnasium.Env[Observation, np.int64]):
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

    metadata = {"render_modes": ["rgb_array", "human"], "render_fps": 4}  # noqa: RUF012 # Gymnasium's own form

    def __init__(
        self, scenario: ScenarioName = "district_centre", *, seed: int | None = None, hours: float | None = None,
        late_after_s: float = LATE_AFTER_S, render_mode: str | None = None,
    ) -> None:
        self.render_mode = render_mode
        opened = open_scenario(scenario, hours)
        self.play = RoomPlay(opened, late_after_s=late_after_s)
        self._target_s = driving_target_s(opened, late_after_s)
        n = max(self.play.n_districts, self.play.n_units) + 1
        self.action_space = spaces.Discrete(n)
        self.observation_space = spaces.Dict({
            "kind": spaces.Box(0.0, 1.0, (2,), np.float32),
            "districts": spaces.Box(0.0, 1.0, (self.play.n_districts, 2), np.float32),
            "call": spaces.Box(0.0, 1.0, (4,), np.float32),
            "units": spaces.Box(0.0, 1.0, (self.play.n_units, 4), np.float32),
            "action_mask": spaces.Box(0, 1, (n,), np.int8)})
        self._n_actions = n
        self._seed, self._replication = seed, -1
        self._window: Window | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin the next replication, or the first of another seed."""
        super().reset(seed=seed, options=options)
        if seed is not None:
            self._seed, self._replication = seed, -1
        if self._seed is None:
            self._seed = int(self.np_random.integers(2**31))
        self._replication += 1
        self.play.start(seed=self._seed, replication=self._replication)
        self._n_invalid = 0
        return self._observe(), self._info()

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Answer the question and go on to the next."""
        if self.play.question is None:
            return self._observe(), 0.0, False, True, self._info()
        is_valid = bool(self.action_masks()[int(action)])
        self._n_invalid += not is_valid
        came = self.play.answer(int(action) if is_valid else None)
        if self.render_mode == "human":
            self.render()
        return (self._observe(), came.n_found - came.n_late - (0.0 if is_valid else INVALID_COST), False,
                self.play.question is None, self._info())

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
        question, play = self.play.question, self.play
        kind, call = np.zeros(2, dtype=np.float32), np.zeros(4, dtype=np.float32)
        units = np.zeros((play.n_units, 4), dtype=np.float32)
        if question is not None:
            kind[int(question.kind is not DecisionKind.ATTENTION)] = 1.0
            call[3] = question.t_s % DAY_S / DAY_S
        if question is not None and question.kind is DecisionKind.DISPATCH:
            call[:3] = (question.priority / 4.0, *play.xy[question.junction])
            units[list(question.candidates)] = [
                (1.0, min(travel_s / self._target_s / MOST_TARGETS, 1.0), *play.xy[junction]) for travel_s, junction in
                zip(question.travel_s, question.candidate_junctions, strict=True)]
        return {"kind": kind, "districts": play.districts(), "call": call, "units": units,
                "action_mask": self.action_masks().astype(np.int8)}

    def _info(self) -> dict[str, Any]:
        return {"t_s": self.play.t_s, "n_invalid": self._n_invalid, "n_found": self.play.n_found,
                "n_late": self.play.n_late}

    def render(self) -> NDArray[np.uint8] | None:
        """Draw the city, its free units and the call; return it as (h, w, 3), or show it in a window."""
        question = self.play.question
        is_call = question is not None and question.kind is DecisionKind.DISPATCH
        picture = draw_map(
            self.play.xy, places=[question.junction] if question is not None and is_call else [],
            units=list(question.candidate_junctions) if question is not None and is_call else [],
            text=f"{self.play.t_s / 3600.0:.2f} h   found {self.play.n_found}   late {self.play.n_late}")
        if self.render_mode != "human":
            return picture
        self._window = self._window or Window(f"watchfloor: {type(self).__name__}")
        self._window.show(picture)
        return None

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._window is not None:
            self._window.close()
            self._window = None
