"""What the environments have in common: a replication at each reset, and a picture in an array or a window."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from agents.env_picture import Window

Observation = dict[str, Any]
"""Arrays by name, as Gymnasium's dictionary space types them."""
INVALID_COST = 1.0
"""Of an action that the mask forbids."""


class ReplicationEnv(gymnasium.Env[Observation, np.int64]):
    """Plays replication 0 of a seed's traces, and with each further reset the next.

    Args:
        seed: of the traces until ``reset`` is given another; drawn if None.
        render_mode: ``rgb_array``, ``human`` or None.
    """

    metadata = {"render_modes": ["rgb_array", "human"], "render_fps": 4}  # noqa: RUF012 # Gymnasium's own form

    def __init__(self, *, seed: int | None, render_mode: str | None) -> None:
        self.render_mode = render_mode
        self._seed, self._replication = seed, -1
        self._n_invalid = 0
        self._window: Window | None = None

    @abstractmethod
    def _begin(self, *, seed: int, replication: int) -> None:
        """Begin a replication and go on to its first question."""

    @abstractmethod
    def _observe(self) -> Observation:
        """Return what is seen now, in fresh arrays."""

    @abstractmethod
    def _info(self) -> dict[str, Any]:
        """Return what is told beside it."""

    @abstractmethod
    def _picture(self) -> NDArray[np.uint8]:
        """Draw what is asked now, (h, w, 3) RGB."""

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
        self._n_invalid = 0
        self._begin(seed=self._seed, replication=self._replication)
        return self._observe(), self._info()

    def _told(self, reward: float, *, is_over: bool) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Return what a step gives, and show it if there is a window."""
        if self.render_mode == "human":
            self.render()
        return self._observe(), reward, False, is_over, self._info()

    def render(self) -> NDArray[np.uint8] | None:
        """Draw the city and what is asked; return it as (h, w, 3), or show it in a window."""
        picture = self._picture()
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
