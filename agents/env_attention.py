"""``watchfloor/Attention-v0``: which camera each look falls on, one step a look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.dispatch_play import scaled_xy
from agents.env_picture import draw_map
from agents.env_replication import INVALID_COST, Observation, ReplicationEnv
from agents.env_scenario import ScenarioName, open_scenario
from sim.demand import camera_exposure
from sim.glances import GlanceRoom
from sim.log import EventLog, Name
from sim.look_policies import NextLook
from sim.scenario import Scenario
from sim.trace import draw_trace

MOST_AGE_S = 600.0


class _Asking:
    """Leaves every look to whoever resumes the room."""

    def choose_camera(self, look: NextLook) -> int | None:  # noqa: ARG002 # whichever it is
        return None


def watching_only(scenario: Scenario) -> Scenario:
    """Return a scenario without the parts that are not played look by look."""
    return replace(scenario, zoom=None, breaks=None, vigilance=None, archive=None, rooms=())


class AttentionEnv(ReplicationEnv):
    """Looks at cameras, inspector by inspector, in the glance-level twin of watching.

    **Action**: ``Discrete(c)``, the camera of the look that is asked about. One that is not among the inspector's own
    does not raise: it costs 1, is counted in ``info["n_invalid"]``, and their first camera is looked at instead.

    **Observation**: a dictionary of fresh arrays.

    - ``cameras`` (c, 2) float32: time since anybody looked, 1 standing for ten minutes or more; expected incidents near
      the camera as a share of the most at any.
    - ``inspector`` (1,) float32: the inspector's number over that of all.
    - ``action_mask`` (c,) int8: 1 for the inspector's own cameras.

    **Reward**: 1 for each incident that has been noticed since the last step. Zooming, breaks, tiredness, searches and
    several rooms are not played.

    **Episode**: one replication, truncated at its end; seeds as in ``DispatchEnv``. ``info`` has ``t_s``,
    ``inspector_id``, ``n_invalid``, ``n_found`` and ``n_looks``.

    Args:
        scenario: a shipped scenario's name, a TOML file, or a Scenario; a small one, since every look is a step.
        seed: of the traces until ``reset`` is given another.
        hours: simulated hours of an episode; the scenario's own if None.
        render_mode: ``rgb_array``, ``human`` or None.
    """

    metadata = {"render_modes": ["rgb_array", "human"], "render_fps": 10}  # noqa: RUF012 # Gymnasium's own form

    def __init__(
        self, scenario: ScenarioName = "district_centre", *, seed: int | None = None, hours: float | None = 1.0,
        render_mode: str | None = None,
    ) -> None:
        super().__init__(seed=seed, render_mode=render_mode)
        self.scenario = watching_only(open_scenario(scenario, hours))
        city = self.scenario.city
        n = city.cameras.n_cameras
        exposure = camera_exposure(city, self.scenario.kinds)
        self._exposure = (exposure / max(float(exposure.max(initial=0.0)), 1e-12)).astype(np.float32)
        self._n_inspectors = max(1, sum(shift.inspectors for shift in self.scenario.shifts))
        self.action_space = spaces.Discrete(n)
        self.observation_space = spaces.Dict({
            "cameras": spaces.Box(0.0, 1.0, (n, 2), np.float32),
            "inspector": spaces.Box(0.0, 1.0, (1,), np.float32),
            "action_mask": spaces.Box(0, 1, (n,), np.int8)})

    def _begin(self, *, seed: int, replication: int) -> None:
        trace = draw_trace(self.scenario, seed=seed, replication=replication)
        self._room = GlanceRoom(self.scenario, trace, _Asking())
        self._n_read = self._n_found = self._n_looks = 0
        self._room.play()

    def step(self, action: np.int64) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Look, and go on to the next look."""
        look = self._room.question
        if look is None:
            return self._told(0.0, is_over=True)
        camera, cost = int(action), 0.0
        if camera not in look.cameras:
            self._n_invalid += 1
            camera, cost = look.cameras[0], INVALID_COST
        self._room.resume(camera)
        self._room.go_on()
        rows = self._room.rows
        found = sum(row[1] == Name.SHOWN for row in rows[self._n_read:])
        self._n_read = len(rows)
        self._n_found += found
        self._n_looks += 1
        return self._told(found - cost, is_over=self._room.question is None)

    def action_masks(self) -> NDArray[np.bool_]:
        """Return which cameras may be looked at now, (c,); at an episode's end any."""
        look = self._room.question
        mask = np.zeros(self._exposure.size, dtype=np.bool_)
        mask[slice(None) if look is None else list(look.cameras)] = True
        return mask

    def log(self) -> EventLog:
        """Return the log of the episode, truth included."""
        return self._room.log(arm="environment")

    def _observe(self) -> Observation:
        look = self._room.question
        cameras = np.zeros((self._exposure.size, 2), dtype=np.float32)
        cameras[:, 1] = self._exposure
        inspector = np.zeros(1, dtype=np.float32)
        if look is not None:
            cameras[:, 0] = np.minimum((look.t_s - look.looked_s) / MOST_AGE_S, 1.0)
            inspector[0] = look.inspector_id / self._n_inspectors
        return {"cameras": cameras, "inspector": inspector, "action_mask": self.action_masks().astype(np.int8)}

    def _info(self) -> dict[str, Any]:
        look = self._room.question
        return {"t_s": self.scenario.duration_s if look is None else look.t_s,
                "inspector_id": None if look is None else look.inspector_id, "n_invalid": self._n_invalid,
                "n_found": self._n_found, "n_looks": self._n_looks}

    def _picture(self) -> NDArray[np.uint8]:
        look, city = self._room.question, self.scenario.city
        own = [] if look is None else city.cameras.junction[list(look.cameras)].tolist()
        return draw_map(scaled_xy(city.roads), places=[], units=own,
                        text=f"{self._info()['t_s'] / 3600.0:.2f} h   found {self._n_found}   {self._n_looks} looks")
