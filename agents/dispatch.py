"""Dispatch and posting policies beyond the nearest unit; all but those in ``sim.policies``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtr

from agents.call_zones import Zones
from sim.city import F8
from sim.errors import ModelError
from sim.policies import Action, Decision, DecisionKind
from sim.rng import KeyedStreams, Purpose

N_RANKS = 4
"""How many units deep the gaps in coverage are counted."""
TIE = 1e-3
"""What a target's worth of driving weighs against one late call, so that of equals the nearer goes."""


class RandomPolicy:
    """Sends any free unit, each as likely as another: the floor that every other policy must beat.

    Args:
        seed: keys the choice, by call and second.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._streams = KeyedStreams(seed)

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of a free candidate."""
        free = decision.free
        stream = self._streams.stream(Purpose.POLICY, day=int(decision.t_s), entity=decision.call_id or 0)
        return free[int(stream.integers(len(free)))]


class ReservePolicy:
    """Sends the nearest, but keeps the last free units for urgent calls.

    Args:
        n_reserve: free units at which a call that is not urgent waits.
        urgent: calls of this priority and higher (lower numbers) never wait for the reserve's sake.
    """

    def __init__(self, *, n_reserve: int = 1, urgent: int = 2) -> None:
        self._n_reserve, self._urgent = n_reserve, urgent

    def decide(self, decision: Decision) -> Action | None:
        """Return the nearest free candidate, or let the call wait."""
        free = decision.free
        if decision.may_wait and decision.priority > self._urgent and len(free) <= self._n_reserve:
            return decision.wait
        return _nearest(decision)


class PriorityPolicy:
    """Sends the nearest of all to urgent calls, and to others the nearest of their own district, if one is free.

    So calls that can bear it do not draw units out of their beats.

    Args:
        urgent: calls of this priority and higher (lower numbers) get the nearest of all.
    """

    def __init__(self, *, urgent: int = 2) -> None:
        self._urgent = urgent

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of a free candidate."""
        is_urgent = decision.priority <= self._urgent
        return min(decision.free, key=lambda place: (
            not is_urgent and decision.candidate_districts[place] != decision.district,
            decision.travel_s[place], decision.candidates[place]))


class BeatsPolicy:
    """Sends the nearest; a unit that becomes free goes back to its beat."""

    kinds = frozenset((DecisionKind.DISPATCH, DecisionKind.REDEPLOY))

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate, or send the unit to its beat."""
        return decision.wait if decision.kind is DecisionKind.REDEPLOY else _nearest(decision)


class HotSpotsPolicy:
    """Sends the nearest; a unit that becomes free goes to the nearest hot spot that fewest other free units hold."""

    kinds = frozenset((DecisionKind.DISPATCH, DecisionKind.REDEPLOY))

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the nearest free candidate, or of the hot spot."""
        if decision.kind is not DecisionKind.REDEPLOY:
            return _nearest(decision)
        return min(decision.free, key=lambda place: (
            decision.free_junctions.count(decision.candidates[place]), decision.travel_s[place], place))


def _nearest(decision: Decision) -> Action:
    return min(decision.free, key=lambda place: (decision.travel_s[place], decision.candidates[place]))


def mexclp_weights(p_busy: float, *, n_ranks: int = N_RANKS) -> F8:
    """Return what gaps of rank 1, 2, … weigh in the maximum expected coverage model (Daskin 1983).

    A zone that k free units reach in time is covered with probability 1 − qᵏ, so the k-th of them is worth
    (1 − q) qᵏ⁻¹.

    Args:
        p_busy: q, the share of its time for which a unit is busy, 0 ≤ q < 1.
        n_ranks: how many weights.

    Raises:
        ModelError: if p_busy cannot be.
    """
    if not 0.0 <= p_busy < 1.0:
        raise ModelError(f"mexclp_weights: p_busy = {p_busy}; expected 0 ≤ p_busy < 1")
    return np.asarray((1.0 - p_busy) * p_busy ** np.arange(n_ranks), dtype=np.float64)


class CoveragePolicy:
    """Sends whoever comes in time and is missed least where they are.

    A unit costs the probability that it comes too late, a little for each second of driving, and what the gaps in
    coverage that it leaves behind weigh: the value of a set of free units is −Σ wₘ Gₘ, with Gₘ the share of calls that
    fewer than m of them would reach in time. With the weights of ``mexclp_weights`` this is dispatch by maximum
    expected coverage (Jagtenberg, Bhulai & van der Mei 2017, there among units in time only); ``agents.learning``
    finds better ones. If it also posts, a unit that becomes free goes where it closes the gaps that weigh most
    (Jagtenberg, Bhulai & van der Mei 2015).

    Args:
        zones: of the city.
        weights: of gaps of rank 1, 2, …
        travel_weight: of a target's worth of driving, against one late call.
        spread: standard deviation of the logarithm of the driven over the free-flow time; 0 where it is certain.
        posts: whether to decide where free units stand.
    """

    def __init__(
        self, zones: Zones, weights: Iterable[float], *, travel_weight: float = TIE, spread: float = 0.0,
        posts: bool = False,
    ) -> None:
        self.zones, self._travel_weight, self._spread = zones, travel_weight, spread
        self.weights = np.array(list(weights), dtype=np.float64)
        self.kinds = frozenset((DecisionKind.DISPATCH, DecisionKind.REDEPLOY) if posts else (DecisionKind.DISPATCH,))

    def decide(self, decision: Decision) -> Action | None:
        """Return the position of the candidate that costs least."""
        if decision.kind is DecisionKind.REDEPLOY:
            return self._post(decision)
        free = decision.free
        if len(free) == 1:
            return free[0]
        at = np.array([decision.candidate_junctions[place] for place in free])
        travel_s = np.array([decision.travel_s[place] for place in free])
        missed = self.zones.gaps_without(at, n_ranks=self.weights.size) @ self.weights
        cost = missed + self._p_late(travel_s) + self._travel_weight * travel_s / self.zones.target_s
        return min(zip(np.rint(cost * 1e12).tolist(), (decision.candidates[place] for place in free), free,
                       strict=True))[2]

    def _p_late(self, travel_s: F8) -> F8:
        """Return the probability that a unit comes after the target, (u,)."""
        if self._spread == 0.0:
            return (travel_s > self.zones.target_s).astype(np.float64)
        return np.asarray(ndtr(np.log(np.maximum(travel_s, 1e-3) / self.zones.target_s) / self._spread))

    def _post(self, decision: Decision) -> Action:
        """Return the post that closes most; of equals the nearest."""
        zones = self.zones
        n_in_time = zones.in_time[:, list(decision.free_junctions)].sum(axis=1)
        worth = np.zeros(n_in_time.size)
        for rank, weight in enumerate(self.weights.tolist()):
            worth += weight * zones.share * (n_in_time == rank)
        closed = worth @ zones.in_time[:, list(decision.candidates)]
        cost = self._travel_weight * np.array(decision.travel_s) / zones.target_s - closed
        return int(np.argmin(np.rint(cost * 1e12)))
