"""Look-ahead by rollout: each unit that might go is tried on drawn futures in which the nearest goes from then on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.call_zones import make_zones
from agents.lateness import driving_target_s, response_spread
from sim.city import F8
from sim.compiled import compiled
from sim.perception import mean_s
from sim.policies import Action, Decision
from sim.rng import KeyedStreams, Purpose
from sim.scenario import Scenario
from sim.travel import Travel

I8 = NDArray[np.int64]
TIE = 1e-3
"""What a target's worth of driving weighs against one late call, so that of equals the nearer goes."""
LEARNED_OVER_S = 7200.0
"""Stretch over which a rate of calls that nobody told is learned."""
HORIZON = 3.0
"""Length of a future, in mean times for which a call keeps a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a duty officer expects of the next hours. Shapes: z zones, n junctions."""

    share: F8
    """(z,) of the calls that come from each zone."""
    drive_s: NDArray[np.float32]
    """(z, n) driving time at free flow to each zone from each junction."""
    target_s: float
    """Driving time at free flow that is still in time."""
    busy_s: float
    """Mean time for which a call keeps a unit."""
    calls_per_s: float | None = None
    """That need a unit; None learns it from the calls that come."""
    spread: float = 0.0
    """Standard deviation of the logarithm of the driven over the free-flow time."""
    calls_wait: bool = True
    """Whether a call that finds everybody busy waits for the first who is back; else somebody else serves it."""


def make_outlook(scenario: Scenario, travel: Travel, *, late_after_s: float) -> Outlook:
    """Return what is expected in a scenario, the rate of calls left to be learned.

    Raises:
        ModelError: if nothing is expected anywhere.
    """
    target_s = driving_target_s(scenario, late_after_s)
    zones = make_zones(scenario, travel, target_s=target_s)
    drive_s = np.array([travel.row_ds(junction) for junction in zones.junction.tolist()], dtype=np.float32) / 10.0
    patrols, public = scenario.patrols, scenario.calls
    scene = public.service if public is not None else patrols.scene
    busy_s = sum(mean_s(spread) for spread in (patrols.acknowledge, patrols.turnout, scene, patrols.paperwork))
    return Outlook(share=zones.share, drive_s=drive_s, target_s=target_s, busy_s=busy_s + target_s,
                   spread=response_spread(scenario, late_after_s))


class RolloutPolicy:
    """Sends whoever leaves the fewest late calls, now and in futures that are played on from what is known.

    Each of the nearest few is sent in turn, and the same drawn futures are played with each: calls by zone, times of
    service, times until busy units are back. In them the nearest free unit goes, so this is one step of policy
    improvement over that (Bertsekas & Castañon 1999). A future starts from a copy of what the duty officer knows of the
    world, and is drawn: the trace's own would be the truth, which no policy may see.

    Args:
        outlook: what is expected.
        n_futures: how many are drawn for each decision.
        n_tried: how many units are tried, the nearest first.
        seed: keys the futures, by call and second.
    """

    def __init__(self, outlook: Outlook, *, n_futures: int = 100, n_tried: int = 4, seed: int = 0) -> None:
        self._outlook, self._n_futures, self._n_tried = outlook, n_futures, n_tried
        self._zone_above = np.cumsum(outlook.share)
        self._streams = KeyedStreams(seed)
        self._called_s: dict[int, float] = {}

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the candidate with the fewest late calls."""
        rate = self._rate(decision)
        free = sorted(decision.free, key=lambda place: (decision.travel_s[place],
                                                        decision.candidate_junctions[place],
                                                        decision.candidates[place]))
        if len(free) == 1:
            return free[0]
        outlook = self._outlook
        at = np.array([*(decision.candidate_junctions[place] for place in free), *sorted(decision.busy_junctions)])
        tried = min(self._n_tried, len(free))
        late = _late_after(tried, len(free), np.ascontiguousarray(outlook.drive_s[:, at]),
                           *self._draw(decision, rate, at.size), outlook.target_s, outlook.spread, outlook.calls_wait)
        travel_s = np.array([decision.travel_s[place] for place in free[:tried]])
        own = np.array([_p_late(away_s, outlook.target_s, outlook.spread) for away_s in travel_s.tolist()])
        return free[int(np.argmin(late / self._n_futures + own + TIE * travel_s / outlook.target_s))]

    def _rate(self, decision: Decision) -> float:
        """Return the calls a second that are expected."""
        if self._outlook.calls_per_s is not None:
            return self._outlook.calls_per_s
        if decision.call_id is not None:
            self._called_s.setdefault(decision.call_id, decision.t_s)
        since_s = decision.t_s - LEARNED_OVER_S
        self._called_s = {call: t_s for call, t_s in self._called_s.items() if t_s >= since_s}
        return max(len(self._called_s), 1) / min(max(decision.t_s, LEARNED_OVER_S / 4.0), LEARNED_OVER_S)

    def _draw(self, decision: Decision, rate: float, n_units: int) -> tuple[F8, I8, F8, F8]:
        """Return futures: (f, m) instants, zones and service times of calls, and (f, u) times until units are back."""
        rng = self._streams.stream(Purpose.POLICY, day=int(decision.t_s), entity=decision.call_id or 0)
        outlook, n = self._outlook, self._n_futures
        horizon_s = HORIZON * outlook.busy_s
        m = int(rate * horizon_s + 3.0 * math.sqrt(rate * horizon_s)) + 2
        t_s = np.cumsum(rng.exponential(1.0 / rate, (n, m)), axis=1)
        t_s[t_s > horizon_s] = np.inf
        zone = np.minimum(np.searchsorted(self._zone_above, rng.random((n, m))), outlook.share.size - 1)
        return t_s, zone, rng.exponential(outlook.busy_s, (n, m)), rng.exponential(outlook.busy_s, (n, n_units + 1))


@compiled
def _p_late(away_s: float, target_s: float, spread: float) -> float:
    """Return the probability that a unit comes after the target."""
    if spread == 0.0 or away_s <= 0.0:
        return 1.0 if away_s > target_s else 0.0
    return 0.5 * math.erfc(-math.log(away_s / target_s) / (spread * math.sqrt(2.0)))


@compiled
def _late_after(
    n_tried: int, n_free: int, drive_s: NDArray[np.float32], t_s: F8, zone: I8, service_s: F8, back_s: F8,
    target_s: float, spread: float, calls_wait: bool,
) -> F8:
    """Return how many later calls are late over all futures, by the unit that is sent first; shape (n_tried,).

    Args:
        n_tried: the first so many units are sent in turn.
        n_free: the first so many units are free, the others busy.
        drive_s: (z, u) of each unit to each zone from where it stands when it is free.
        t_s: (f, m) instants of calls, infinite beyond the horizon.
        zone: (f, m) from which they come.
        service_s: (f, m) for which each keeps its unit.
        back_s: (f, u + 1) until each busy unit is back; last, until the unit that is sent first is.
        target_s: driving time that is in time.
        spread: of the logarithm of driving times.
        calls_wait: whether calls that find everybody busy wait.
    """
    n_units = drive_s.shape[1]
    late = np.zeros(n_tried)
    free_s = np.empty(n_units)
    for sent in range(n_tried):
        for future in range(t_s.shape[0]):
            for unit in range(n_units):
                free_s[unit] = 0.0 if unit < n_free else back_s[future, unit]
            free_s[sent] = back_s[future, n_units]
            for call in range(t_s.shape[1]):
                now_s = t_s[future, call]
                if now_s == math.inf:
                    break
                best, best_s, first = -1, math.inf, 0
                for unit in range(n_units):
                    if free_s[unit] <= now_s and drive_s[zone[future, call], unit] < best_s:
                        best, best_s = unit, drive_s[zone[future, call], unit]
                    if free_s[unit] < free_s[first]:
                        first = unit
                wait_s = 0.0
                if best < 0:
                    if not calls_wait:
                        late[sent] += 1.0
                        continue
                    best, best_s, wait_s = first, drive_s[zone[future, call], first], free_s[first] - now_s
                late[sent] += _p_late(best_s + wait_s, target_s, spread)
                free_s[best] = now_s + wait_s + service_s[future, call]
    return late
