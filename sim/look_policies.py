"""Who is looked at next: policies that choose the camera of each look, for worlds played look by look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.city import F8
from sim.demand import camera_exposure
from sim.rng import KeyedStreams, Purpose
from sim.scenario import PlanKind, Scenario

BLOCK = 4096
"""Looks whose draws come from one keyed stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLook:
    """A question put to a look policy; it holds what an inspector could know, never the truth."""

    inspector_id: int
    t_s: float
    """When the look begins."""
    slot: int
    """Number of the look since the inspector came on duty."""
    cameras: tuple[int, ...]
    """Theirs, in the order in which they are shown; at least one."""
    looked_s: F8
    """(c,) when each of all cameras was last looked at by anybody; minus infinity where nobody has."""


class LookPolicy(Protocol):
    """Chooses cameras, look by look; None stops the room until ``GlanceRoom.resume(camera)``."""

    def choose_camera(self, look: NextLook) -> int | None:
        """Return one of the inspector's own cameras, or None to be asked for it later."""
        ...


class RoundRobinLooks:
    """Shows each of an inspector's cameras in turn."""

    def choose_camera(self, look: NextLook) -> int:
        """Return the camera whose turn it is."""
        return look.cameras[look.slot % len(look.cameras)]


class OldestLooks:
    """Looks at the camera that nobody has looked at for longest; ties go to the one shown first."""

    def choose_camera(self, look: NextLook) -> int:
        """Return the camera that has waited longest."""
        return min(look.cameras, key=lambda camera: float(look.looked_s[camera]))


class DrawnLooks:
    """Draws each look's camera by its weight; draws are keyed by the inspector and the number of their look.

    Args:
        weight: (c,) of each camera, > 0.
        seed: of the run.
        replication: of the run.
    """

    def __init__(self, weight: F8, *, seed: int, replication: int = 0) -> None:
        self._weight = weight
        self._streams = KeyedStreams(seed, replication)
        self._n_looks: dict[int, int] = {}
        self._uniform: dict[int, F8] = {}
        self._total: dict[tuple[int, ...], F8] = {}

    def choose_camera(self, look: NextLook) -> int:
        """Return a camera drawn by weight."""
        if look.cameras not in self._total:
            self._total[look.cameras] = np.cumsum(self._weight[list(look.cameras)])
        total = self._total[look.cameras]
        place = int(np.searchsorted(total, self._next_uniform(look.inspector_id) * total[-1], side="right"))
        return look.cameras[min(place, len(look.cameras) - 1)]

    def _next_uniform(self, inspector_id: int) -> float:
        n = self._n_looks.get(inspector_id, 0)
        self._n_looks[inspector_id] = n + 1
        if n % BLOCK == 0:
            stream = self._streams.stream(Purpose.LOOK, day=n // BLOCK, entity=inspector_id)
            self._uniform[inspector_id] = stream.random(BLOCK)
        return float(self._uniform[inspector_id][n % BLOCK])


def make_look_policy(scenario: Scenario, *, seed: int, replication: int = 0) -> LookPolicy:
    """Return the policy that takes the looks of the scenario's own plan."""
    if scenario.watching.plan is PlanKind.ROUND_ROBIN:
        return RoundRobinLooks()
    exposure = camera_exposure(scenario.city, scenario.kinds)
    return DrawnLooks(exposure + 0.05 * exposure.mean() + 1e-12, seed=seed, replication=replication)
