"""How few calls could be late if somebody knew all of them beforehand: a bound that no dispatch policy can pass."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.lateness import NOT_SERVED
from agents.small_city import SmallCalls, SmallCity
from sim.city import F8
from sim.engine import World
from sim.log import Name
from sim.scenario import Scenario
from sim.state import CallState
from sim.trace import Trace
from sim.travel import Travel
from sim.unit_draws import by_badge_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The stretch for which a call that is reached in time holds a unit, whoever goes and whenever they set out."""

    from_s: float
    """Latest instant at which a unit can set out and still be in time; −inf where none can be."""
    to_s: float
    """Earliest at which that unit can be free again, or the end of the duty of all who might go."""

    @property
    def is_lost(self) -> bool:
        """Say whether nobody can be in time, wherever they stand."""
        return self.from_s == -math.inf


def fewest_late(held: Sequence[Held], n_units: Sequence[tuple[float, int]]) -> int:
    """Return how many calls must be late, at least: those that no choice of calls to be in time for can spare.

    The most stretches of which never more than the units on duty overlap are found by going through them as they begin
    and dropping, where there are too many, the one that ends last (Carlisle & Lloyd 1995).

    Args:
        held: one for each call.
        n_units: (from, units on duty) in order of time.
    """
    n_late = sum(one.is_lost for one in held)
    begins = [(one.from_s, 1, one.to_s) for one in held if not one.is_lost and one.from_s < one.to_s]
    changes = [(t_s, 0, float(n)) for t_s, n in n_units]
    ends_s: list[float] = []
    n_on_duty = 0
    for t_s, is_call, value in sorted(begins + changes):
        ends_s = [end_s for end_s in ends_s if end_s > t_s]
        if is_call:
            insort(ends_s, value)
        else:
            n_on_duty = int(value)
        while len(ends_s) > n_on_duty:
            ends_s.pop()
            n_late += 1
    return n_late


def bound_small_city(city: SmallCity, calls: SmallCalls) -> float:
    """Return the share of calls that are late at least, if all of them were known beforehand.

    Calls do not wait there, so a unit is held from the call to the end of its service.
    """
    nearest = city.blocks[:, list(city.posts)].min(axis=1)
    held = [Held(from_s=t_s if nearest[cell] <= city.threshold else -math.inf, to_s=t_s + service_s)
            for t_s, cell, service_s in zip(calls.t_s.tolist(), calls.cell.tolist(), calls.service_s.tolist(),
                                            strict=True)]
    return fewest_late(held, [(-math.inf, city.n_units)]) / calls.t_s.size


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBounds:
    """The least that each call of a replication takes, whoever is sent; arrays of one length."""

    priority: NDArray[np.int64]
    to_dispatch_s: F8
    """From the creation to the order, if a unit is free then."""
    to_scene_s: F8
    """From the order to the first unit at the place, if whoever could be nearest goes before the call is late."""
    is_lost: NDArray[np.bool_]
    """Whether nobody can be in time."""
    held: tuple[Held, ...]
    n_units: tuple[tuple[float, int], ...]
    """(from, units on duty)."""

    def late_share(self) -> float:
        """Return the share of calls that are late at least; NaN where there is no call."""
        return fewest_late(self.held, self.n_units) / len(self.held) if self.held else math.nan


def bound_calls(scenario: Scenario, trace: Trace, travel: Travel, *, late_after_s: float) -> CallBounds:
    """Return what no assignment of units to a replication's calls can beat.

    The calls are those of the run in which the nearest unit goes. Each could be reached by any unit from where that
    patrols, or from the place of any earlier call; it holds a unit from the latest order that is in time until the
    earliest end. That much any assignment needs. Policies that post units elsewhere are not bound by it.

    Args:
        scenario: what is played.
        trace: one replication.
        travel: driving times of its city.
        late_after_s: from a call's creation to the first unit at the place.
    """
    world = World(scenario, trace, travel=travel)
    world.run()
    created, left_out = _created(world)
    counted = [call for call, t_s in created.items()
               if call not in left_out and t_s + late_after_s <= scenario.duration_s]
    places = _Places(world, created)
    least = [_least(world, call, created[call], late_after_s, places) for call in counted]
    held = tuple(_held(world, call, created[call], late_after_s, to_scene_s)
                 for call, (_, to_scene_s) in zip(counted, least, strict=True))
    return CallBounds(
        priority=np.array([world.state.calls[call].priority for call in counted], dtype=np.int64),
        to_dispatch_s=np.array([one for one, _ in least]), to_scene_s=np.array([one for _, one in least]),
        is_lost=np.array([one.is_lost for one in held], dtype=np.bool_), held=held,
        n_units=tuple((duty.from_s, len(duty.units)) for duty in world.duty_table))


def _created(world: World) -> tuple[dict[int, float], set[int]]:
    """Return when each call was created, and the calls that need no unit in the end."""
    created: dict[int, float] = {}
    left_out: set[int] = set()
    for row in world.state.rows:
        if row[1] == Name.CALL_CREATE:
            created[row[4]] = row[0]
        elif row[1] == Name.INCIDENT_CLEAR and row[8] in NOT_SERVED:
            left_out.add(row[4])
    return created, left_out


class _Places:
    """Where units may set out from: their beats, by time, and the places of earlier calls."""

    def __init__(self, world: World, created: dict[int, float]) -> None:
        self._world = world
        self._created = sorted((t_s, world.state.calls[call].junction) for call, t_s in created.items())

    def least_s(self, junction: int, from_s: float, to_s: float) -> float:
        """Return the least driving time at free flow of any unit that sets out between two instants."""
        world, post_s = self._world, self._world.scenario.patrols.post_s
        first, last = int(from_s // post_s), int(to_s // post_s)
        starts = {periods[min(period, len(periods) - 1)] for periods in world.post_junction
                  for period in range(first, last + 1)}
        starts |= {at for t_s, at in self._created if t_s < to_s}
        kinds = set(world.units.kind)
        one_of = {kind: world.units.kind.index(kind) for kind in kinds}
        return min(world.units.travel_s(ident, start, junction) for ident in one_of.values() for start in starts)


def _least(world: World, call: int, created_s: float, late_after_s: float, places: _Places) -> tuple[float, float]:
    """Return the least time from a call's creation to the order, and from that to a unit at the place."""
    case = world.state.calls[call]
    draws = world.units.call_draws(case)
    ready_s = created_s + draws.handover_s
    drive_s = places.least_s(case.junction, ready_s, max(ready_s, created_s + late_after_s))
    return draws.handover_s, _before_s(world, case) + drive_s * draws.travel_factor / _fastest(world)


def _held(world: World, call: int, created_s: float, late_after_s: float, to_scene_s: float) -> Held:
    """Return for how long a call that is reached in time holds a unit at least."""
    draws = world.units.call_draws(world.state.calls[call])
    ready_s, from_s = created_s + draws.handover_s, created_s + late_after_s - to_scene_s
    if from_s < ready_s:
        return Held(from_s=-math.inf, to_s=-math.inf)
    ends = [duty.from_s for duty in world.duty_table if duty.from_s > ready_s]
    until_s = min(ends, default=world.scenario.duration_s)
    return Held(from_s=from_s, to_s=min(ready_s + to_scene_s + draws.scene_s + draws.paperwork_s, until_s))


def _before_s(world: World, case: CallState) -> float:
    """Return the least time from the order until the unit moves."""
    draws, fieldwork = world.units.attempt_draws(case, 0), world.scenario.fieldwork
    acknowledge_s = draws.acknowledge_s
    if fieldwork.badges is not None:
        acknowledge_s = min(acknowledge_s, by_badge_s(acknowledge_s, *world.units.badge_channel))
    return acknowledge_s + (0.0 if fieldwork.redirect_gap else draws.turnout_s)


def _fastest(world: World) -> float:
    """Return by what the weather multiplies speed at best."""
    if world.units.speed_windows is None:
        return 1.0
    factors: F8 = world.units.speed_windows[:, 2]
    return float(np.prod(np.maximum(factors, 1.0)))
