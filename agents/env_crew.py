"""The control room for several agents: each inspector and the dispatcher, in PettingZoo's turns (extra ``rl``)."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils import seeding
from pettingzoo import AECEnv

from agents.dispatch_view import DAY_S, view_call, view_units
from agents.env_picture import draw_map
from agents.env_scenario import ScenarioName, open_scenario
from agents.lateness import LATE_AFTER_S, driving_target_s
from agents.room_play import Came, RoomPlay
from sim.policies import DecisionKind

DISPATCHER = "dispatcher_0"


class CrewEnv(AECEnv):  # type: ignore[misc] # pettingzoo has no types
    """Inspectors and a dispatcher who act when the world asks them.

    Every quarter of an hour each inspector in turn names a district to look at more, or none; a district that anybody
    named gets four times its looks. Each call is the dispatcher's. An invalid action does not raise: it counts as
    naming none, or as the nearest unit.

    **Actions**: of an inspector ``Discrete(d + 1)``, d for none; of the dispatcher ``Discrete(u + 1)``, a unit, or u to
    let the call wait.

    **Observations**: ``observation`` float32 from 0 to 1, of one length for all, and ``action_mask`` int8. First (1, 0)
    for an inspector and (0, 1) for the dispatcher, then the share of the day. An inspector's goes on with the looks at
    each district as a share of all, then what was noticed in each, 1 for ten or more; the dispatcher's with
    priority / 4, x and y of the call, then for each unit whether it is free, its driving time (1 for four targets), x
    and y. What is left is 0.

    **Rewards**: to every inspector 1 for each incident noticed by looking, to the dispatcher −1 for each call that has
    become late.

    Args:
        scenario: a shipped scenario's name, a TOML file, or a Scenario.
        n_inspectors: agents who share the room's attention.
        hours: simulated hours of an episode; the scenario's own if None.
        late_after_s: from a call's creation to the first unit at the place.
        render_mode: ``rgb_array`` or None.
    """

    metadata = {"render_modes": ["rgb_array"], "name": "watchfloor_crew_v0", "is_parallelizable": False,  # noqa: RUF012 # PettingZoo's own form
                "render_fps": 4}

    def __init__(
        self, scenario: ScenarioName = "district_centre", *, n_inspectors: int = 2, hours: float | None = None,
        late_after_s: float = LATE_AFTER_S, render_mode: str | None = None,
    ) -> None:
        super().__init__()
        self.render_mode = render_mode
        opened = open_scenario(scenario, hours)
        self.play = RoomPlay(opened, late_after_s=late_after_s)
        self._target_s = driving_target_s(opened, late_after_s)
        self._xy = self.play.xy.tolist()
        self._inspectors = [f"inspector_{number}" for number in range(n_inspectors)]
        self.possible_agents = [*self._inspectors, DISPATCHER]
        d, u = self.play.n_districts, self.play.n_units
        n_actions = {agent: (u if agent == DISPATCHER else d) + 1 for agent in self.possible_agents}
        self._width = max(6 + 4 * u, 3 + 2 * d)
        self.action_spaces = {agent: spaces.Discrete(n_actions[agent]) for agent in self.possible_agents}
        self.observation_spaces = {agent: spaces.Dict({
            "observation": spaces.Box(0.0, 1.0, (self._width,), np.float32),
            "action_mask": spaces.Box(0, 1, (n_actions[agent],), np.int8)}) for agent in self.possible_agents}
        self._replication = -1
        self._seed: int | None = None

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Return what an agent is shown."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Return what an agent may answer."""
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:  # noqa: ARG002 # PettingZoo's own form
        """Begin the next replication, or the first of another seed."""
        if seed is not None:
            self._seed, self._replication = seed, -1
        if self._seed is None:
            self._seed = int(seeding.np_random()[0].integers(2**31))
        self._replication += 1
        self.play.start(seed=self._seed, replication=self._replication)
        self.agents = self.possible_agents[:]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos: dict[str, dict[str, Any]] = {agent: {} for agent in self.agents}
        self._focus: list[int] = []
        self._turn = 0
        self._choose_agent()

    def observe(self, agent: str) -> dict[str, Any]:
        """Return what an agent is shown now."""
        return {"observation": self._view(agent), "action_mask": self._mask(agent)}

    def step(self, action: int | None) -> None:
        """Take the answer of the agent whose turn it is."""
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        self._cumulative_rewards[agent] = 0.0
        self.rewards = dict.fromkeys(self.agents, 0.0)
        chosen = int(action) if action is not None and self._mask(agent)[int(action)] else None
        if agent == DISPATCHER:
            self._take(self.play.answer(chosen))
        else:
            self._focus += [] if chosen is None else [chosen]
            self._turn += 1
            if self._turn == len(self._inspectors):
                focus, self._focus, self._turn = self._focus, [], 0
                self._take(self.play.focus(focus))
        self._choose_agent()
        self._accumulate_rewards()

    def _take(self, came: Came) -> None:
        self.rewards = {agent: float(-came.n_late if agent == DISPATCHER else came.n_found) for agent in self.agents}
        if self.play.question is None:
            self.truncations = dict.fromkeys(self.agents, True)

    def _choose_agent(self) -> None:
        question = self.play.question
        if question is None:
            self.truncations = dict.fromkeys(self.agents, True)
            self.agent_selection = self.agents[0]
        elif question.kind is DecisionKind.ATTENTION:
            self.agent_selection = self._inspectors[self._turn]
        else:
            self.agent_selection = DISPATCHER

    def _mask(self, agent: str) -> np.ndarray[Any, np.dtype[np.int8]]:
        mask = np.zeros(int(self.action_spaces[agent].n), dtype=np.int8)
        question = self.play.question
        if agent != DISPATCHER:
            mask[:] = 1
        elif question is not None and question.kind is DecisionKind.DISPATCH:
            mask[[question.candidates[place] for place in question.free]] = 1
            mask[-1] = int(question.may_wait)
        else:
            mask[-1] = 1
        return mask

    def _view(self, agent: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        question, play = self.play.question, self.play
        view = np.zeros(self._width, dtype=np.float32)
        view[int(agent == DISPATCHER)] = 1.0
        view[2] = play.t_s % DAY_S / DAY_S
        if agent != DISPATCHER:
            view[3:3 + 2 * play.n_districts] = play.districts().T.ravel()
        elif question is not None and question.kind is DecisionKind.DISPATCH:
            view[3:6] = view_call(question, xy=self._xy)[:3]
            units = view_units(question, xy=self._xy, n_units=play.n_units, target_s=self._target_s)
            view[6:6 + units.size] = units.ravel()
        return view

    def render(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Draw the city; return it as (h, w, 3)."""
        return draw_map(self.play.xy, places=[], units=[],
                        text=f"{self.play.t_s / 3600.0:.2f} h   found {self.play.n_found}   late {self.play.n_late}")

    def close(self) -> None:
        """Close nothing: it has no window."""
