"""A city as a dispatcher thinks of it: places where calls come from, and who reaches each of them in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4
from sim.demand import junction_weights
from sim.errors import ModelError
from sim.scenario import Scenario
from sim.travel import UNREACHABLE_DS, Travel

DEFAULT_TARGET_S = 300.0
DEFAULT_ZONES = 150

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Where calls come from, and from which junctions each place is reached in time. Shapes: z zones, n junctions.

    Raises:
        ModelError: if shapes do not fit or the shares do not sum to 1.
    """

    junction: I4
    """(z,) that stands for the zone."""
    share: F8
    """(z,) of all calls."""
    in_time: Flags
    """(z, n) whether a unit at a junction reaches the zone within the target."""
    target_s: float
    """Driving time at free flow that is still in time."""

    def __post_init__(self) -> None:
        n_zones = self.junction.size
        if self.share.shape != (n_zones,) or self.in_time.ndim != 2 or self.in_time.shape[0] != n_zones:
            raise ModelError(f"Zones: junction {self.junction.shape}, share {self.share.shape}, in_time "
                             f"{self.in_time.shape}; expected (z,), (z,) and (z, n)")
        if n_zones and abs(float(self.share.sum()) - 1.0) > 1e-9:
            raise ModelError(f"Zones: the shares sum to {self.share.sum():.6f}; expected 1")

    def gaps(self, junctions: NDArray[np.integer], *, n_ranks: int) -> F8:
        """Return the share of calls that fewer than 1, 2, … of some units would reach in time.

        Args:
            junctions: (u,) where the units are.
            n_ranks: how many numbers to return, ≥ 1.
        """
        n_in_time = self.in_time[:, junctions].sum(axis=1)
        return np.asarray([float(self.share[n_in_time < rank].sum()) for rank in range(1, n_ranks + 1)])

    def gaps_without(self, junctions: NDArray[np.integer], *, n_ranks: int) -> F8:
        """Return ``gaps`` as it would be without each of the units in turn; shape (u, n_ranks)."""
        reached = self.in_time[:, junctions]
        n_in_time = reached.sum(axis=1)
        total = np.zeros((junctions.size, n_ranks))
        for rank in range(1, n_ranks + 1):
            # who leaves opens a gap of this rank just where so many units, with it, were in time
            total[:, rank - 1] = self.share[n_in_time < rank].sum() + (self.share * (n_in_time == rank)) @ reached
        return total


def make_zones(
    scenario: Scenario, travel: Travel, *, target_s: float = DEFAULT_TARGET_S, n_zones: int = DEFAULT_ZONES,
) -> Zones:
    """Make the zones of a scenario's city from where calls and incidents are expected.

    The junctions are cut into squares of equal side, some n_zones of which hold junctions; each is one zone, at the
    junction nearest to the middle of its demand.

    Raises:
        ModelError: if nothing is expected anywhere.
    """
    roads, demand = scenario.city.roads, _demand(scenario)
    if demand.sum() <= 0.0:
        raise ModelError(f"scenario {scenario.name}: no call and no incident is expected; expected demand to plan for")
    cell = _cells(roads.x_m, roads.y_m, n_zones)
    _, zone = np.unique(cell, return_inverse=True)
    weight = np.bincount(zone, weights=demand)
    junctions, shares = [], []
    for index in np.flatnonzero(weight > 0.0).tolist():
        members = np.flatnonzero(zone == index)
        x, y = (np.average(axis[members], weights=demand[members]) for axis in (roads.x_m, roads.y_m))
        middle = np.argmin((roads.x_m[members] - x) ** 2 + (roads.y_m[members] - y) ** 2)
        junctions.append(int(members[middle]))
        shares.append(weight[index])
    in_time = np.array([_reached(travel, junction, target_s) for junction in junctions])
    share = np.array(shares)
    return Zones(junction=np.array(junctions, dtype=np.int32), share=share / share.sum(), in_time=in_time,
                 target_s=target_s)


def _reached(travel: Travel, junction: int, target_s: float) -> Flags:
    row = travel.row_ds(junction)
    return np.asarray((row <= target_s * 10.0) & (row < UNREACHABLE_DS))


def _cells(x_m: F8, y_m: F8, n_zones: int) -> NDArray[np.int64]:
    """Return the square in which each junction lies; some n_zones of them hold any."""
    width, height = float(np.ptp(x_m)) + 1.0, float(np.ptp(y_m)) + 1.0
    side = np.sqrt(width * height / n_zones)
    column, row = ((axis - axis.min()) // side for axis in (x_m, y_m))
    return np.asarray(row * (width // side + 1) + column, dtype=np.int64)


def _demand(scenario: Scenario) -> F8:
    """Return the calls a day that need a unit, expected at each junction; of incidents those in view of nobody too."""
    city = scenario.city
    demand = sum((kind.per_day * kind.p_needs_unit * junction_weights(city, kind) for kind in scenario.kinds),
                 np.zeros(city.roads.n_junctions))
    if scenario.calls is not None:
        by_use = np.asarray(scenario.calls.land_use_weights, dtype=np.float64)[city.land_use]
        if by_use.sum() > 0.0:
            demand = demand + scenario.calls.per_day * scenario.calls.p_needs_unit * by_use / by_use.sum()
    return np.asarray(demand, dtype=np.float64)
