"""Small cities whose best dispatch is known: units at posts on a square grid of cells, and calls from every cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from agents.call_zones import Zones
from agents.rollout import Outlook
from sim.city import F8
from sim.compiled import compiled
from sim.errors import UnknownNameError
from sim.policies import Action, Decision, DecisionKind, DispatchPolicy
from sim.rng import KeyedStreams, Purpose
from sim.theory.dispatch_optimum import DispatchModel

SIDE = 10
"""Cells along one side."""
POSTS = (44, 58, 82, 12, 17, 86, 41)
"""Cells of the seven units: together the least mean distance to the nearest, found by exchanging one at a time."""
THRESHOLDS = (4, 6)
"""Blocks beyond which a unit comes too late."""
LOADS = (0.2, 0.4, 0.6, 0.8)
"""Work that calls bring, as a share of what all units can do."""

I8 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCity:
    """Units at fixed posts on a grid of cells; calls come alike from all, and are served in mean 1 unit of time.

    A call that finds everybody busy is served by somebody else, too late.
    """

    name: str
    threshold: int
    """Blocks beyond which a unit comes too late."""
    load: float
    """Calls per unit of time and unit."""
    posts: tuple[int, ...] = POSTS
    """Cell of each unit."""
    side: int = SIDE

    @property
    def blocks(self) -> NDArray[np.int64]:
        """Blocks along the streets between any two cells; shape (cells, cells)."""
        y, x = np.divmod(np.arange(self.side**2), self.side)
        return np.asarray(np.abs(y[:, None] - y) + np.abs(x[:, None] - x))

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.posts)

    @property
    def call_rate(self) -> float:
        """Calls per unit of time."""
        return self.load * self.n_units

    def model(self, *, of_travel: bool = False) -> DispatchModel:
        """Return the Markov decision process whose cost of a call is 1 if it is late, or else the blocks driven."""
        blocks = self.blocks[:, list(self.posts)]
        n_cells = blocks.shape[0]
        cost = blocks.astype(np.float64) if of_travel else (blocks > self.threshold).astype(np.float64)
        return DispatchModel(
            rates=np.full(n_cells, self.call_rate / n_cells), cost=cost, service_rate=1.0,
            busy_cost=np.full(n_cells, float(self.side if of_travel else 1.0)))

    def zones(self) -> Zones:
        """Return its cells as zones; a block takes a second, and junctions are cells."""
        n_cells = self.side**2
        return Zones(junction=np.arange(n_cells, dtype=np.int32), share=np.full(n_cells, 1.0 / n_cells),
                     in_time=self.blocks <= self.threshold, target_s=float(self.threshold))

    def outlook(self) -> Outlook:
        """Return what its dispatcher expects, for a look ahead."""
        n_cells = self.side**2
        return Outlook(share=np.full(n_cells, 1.0 / n_cells), drive_s=self.blocks.astype(np.float32),
                       target_s=float(self.threshold), busy_s=1.0, calls_per_s=self.call_rate, calls_wait=False)


SMALL_CITIES: dict[str, SmallCity] = {
    city.name: city for city in (
        SmallCity(name=f"seven_units_{threshold}_{round(load * 100)}", threshold=threshold, load=load)
        for threshold in THRESHOLDS for load in LOADS)}


def find_small_city(name: str) -> SmallCity:
    """Return a shipped small city.

    Raises:
        UnknownNameError: if there is none of that name.
    """
    if name not in SMALL_CITIES:
        raise UnknownNameError("small city", got=name, known=SMALL_CITIES)
    return SMALL_CITIES[name]


class CityQuestions:
    """Makes the decisions of one small city, quickly."""

    def __init__(self, city: SmallCity) -> None:
        self._posts = city.posts
        self._travel_s = city.blocks[:, list(city.posts)].astype(np.float64).tolist()

    def about(self, call: int, cell: int, free: list[int], t_s: float) -> Decision:
        """Return the question which free unit goes to a call."""
        travel_s, posts = self._travel_s[cell], self._posts
        return Decision(
            kind=DecisionKind.DISPATCH, t_s=t_s, call_id=call, priority=1, district=0, candidates=tuple(free),
            mask=(True,) * len(free), travel_s=tuple([travel_s[unit] for unit in free]),
            candidate_districts=(0,) * len(free), junction=cell,
            candidate_junctions=tuple([posts[unit] for unit in free]), n_on_duty=len(posts),
            busy_junctions=tuple([post for unit, post in enumerate(posts) if unit not in free]))


def table_of(city: SmallCity, policy: DispatchPolicy) -> I8:
    """Return whom a policy sends to each cell from each set of busy units; shape (cells, 2**n), −1 where all are busy.

    Asked at one instant, so the policy must not depend on time.
    """
    questions = CityQuestions(city)
    n_states = 1 << city.n_units
    table = np.full((city.side**2, n_states), -1, dtype=np.int64)
    for state in range(n_states - 1):
        free = [unit for unit in range(city.n_units) if not state >> unit & 1]
        for cell in range(table.shape[0]):
            action = policy.decide(questions.about(0, cell, free, 0.0))
            assert action is not None, "a policy that is tabulated answers in place"
            table[cell, state] = free[action]
    return table


class TablePolicy:
    """Sends whom a table says, such as that of the optimum; for the small city whose table it is."""

    def __init__(self, city: SmallCity, table: I8) -> None:
        self._table = table
        self._all = (1 << city.n_units) - 1

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the table's unit."""
        busy = self._all
        for unit in decision.candidates:
            busy &= ~(1 << unit)
        return decision.candidates.index(int(self._table[decision.junction, busy]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCalls:
    """Calls of one replication; arrays of one length."""

    t_s: F8
    cell: I8
    service_s: F8


def draw_calls(city: SmallCity, *, n: int, seed: int, replication: int = 0) -> SmallCalls:
    """Draw the first n calls of one replication."""
    rng = KeyedStreams(seed, replication).stream(Purpose.PUBLIC_CALLS)
    gaps, cells, service = rng.exponential(1.0 / city.call_rate, n), rng.random(n), rng.exponential(1.0, n)
    return SmallCalls(t_s=np.cumsum(gaps), cell=(cells * city.side**2).astype(np.int64), service_s=service)


def play_table(city: SmallCity, calls: SmallCalls, table: I8) -> float:
    """Return the share of calls that are late if a table, (cells, 2**n), says who is sent; ``play_calls``, compiled."""
    is_late = city.blocks[:, list(city.posts)] > city.threshold
    return _count_late(calls.t_s, calls.cell, calls.service_s, is_late, table) / calls.t_s.size


@compiled
def _count_late(t_s: F8, cell: I8, service_s: F8, is_late: NDArray[np.bool_], table: I8) -> int:
    n_units = is_late.shape[1]
    back_s = np.zeros(n_units)
    n_late = 0
    for call in range(t_s.size):
        busy = 0
        for unit in range(n_units):
            if back_s[unit] > t_s[call]:
                busy |= 1 << unit
        if busy == (1 << n_units) - 1:
            n_late += 1
            continue
        sent = table[cell[call], busy]
        back_s[sent] = t_s[call] + service_s[call]
        n_late += is_late[cell[call], sent]
    return n_late


Send = Callable[[int, list[int], int], int]
"""Takes (cell, free units, busy set) and returns the unit sent."""


def play_calls(city: SmallCity, calls: SmallCalls, send: Send) -> float:
    """Play calls in order and return the share of them that were late."""
    blocks = city.blocks[:, list(city.posts)].tolist()
    back: list[tuple[float, int]] = []
    free, busy, n_late = list(range(city.n_units)), 0, 0
    for t_s, cell, service_s in zip(calls.t_s.tolist(), calls.cell.tolist(), calls.service_s.tolist(), strict=True):
        while back and back[0][0] <= t_s:
            unit = heappop(back)[1]
            busy &= ~(1 << unit)
            free.append(unit)
        if not free:
            n_late += 1
            continue
        unit = send(cell, sorted(free), busy)
        n_late += blocks[cell][unit] > city.threshold
        free.remove(unit)
        busy |= 1 << unit
        heappush(back, (t_s + service_s, unit))
    return n_late / len(calls.t_s)
