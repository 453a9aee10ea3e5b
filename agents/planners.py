"""Attention plans for a whole city, camera by camera, made anew every quarter of an hour: at known or learned rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agents.whittle import WatchModel, share_looks
from sim.city import F8
from sim.demand import camera_exposure
from sim.errors import UnknownNameError
from sim.perception import lognormal_sigma
from sim.policies import AttentionPlanner, Decision
from sim.replanning import REPLAN_S
from sim.rng import KeyedStreams, Purpose
from sim.scenario import HOURS_PER_WEEK, Scenario

P_FIND = 0.5
"""Of a look at an incident in range, where nothing better is known."""
FLOOR_SHARE = 0.1
"""Of the looks, divided evenly among all cameras: the floor of every district, and the audit of every belief."""
PRIOR_SHAPE = 1.0
CAUTION = 4.0
DAY_S = 86400.0
HOUR_S = 3600.0


class WhittlePlanner:
    """Divides looks as Whittle's relaxed plan does, at the rates that the scenario expects in each hour.

    Args:
        scenario: what is watched.
        floor_share: of the looks, that every camera gets alike.
    """

    def __init__(self, scenario: Scenario, *, floor_share: float = FLOOR_SHARE) -> None:
        self._scenario, self._floor_share = scenario, floor_share
        self._per_s = camera_exposure(scenario.city, scenario.kinds) / DAY_S
        self._visible_s = np.full(self._per_s.size, mean_visible_s(scenario))
        self._hours = _hour_weights(scenario)

    def decide(self, decision: Decision) -> F8 | None:
        """Return the rate of looks at each camera."""
        hour = int(self._scenario.start_hour_of_week + decision.t_s / HOUR_S) % HOURS_PER_WEEK
        return self._rates(self._per_s * self._hours[hour], decision)

    def _rates(self, per_s: F8, decision: Decision) -> F8:
        looks_per_s = decision.n_on_duty / self._scenario.watching.look_s
        if looks_per_s <= 0.0 or not per_s.any():
            return np.ones(per_s.size)
        model = WatchModel(rate=per_s, visible_s=self._visible_s, p_find=np.full(per_s.size, P_FIND))
        shared = share_looks(model, looks_per_s=(1.0 - self._floor_share) * looks_per_s)
        return np.asarray(shared + self._floor_share * looks_per_s / per_s.size)


class LearningPlanner(WhittlePlanner):
    """Learns the rates by what its looks find: gamma beliefs, drawn anew for each plan (Thompson 1933).

    What is learned is finds per exposure. With looks at a rate r that each find with probability p, an incident is
    found with probability rp / (rp + 1/T), so a stretch of Δ seconds is an exposure of Δ times that. The expected
    rates of the scenario are the prior.

    Args:
        scenario: what is watched.
        floor_share: of the looks, that every camera gets alike.
        seed: keys the draws.
    """

    def __init__(self, scenario: Scenario, *, floor_share: float = FLOOR_SHARE, seed: int = 0) -> None:
        super().__init__(scenario, floor_share=floor_share)
        prior = np.maximum(self._per_s, self._per_s.mean() * 1e-3 + 1e-12)
        self._found, self._exposure_s = np.full(prior.size, PRIOR_SHAPE), PRIOR_SHAPE / prior
        self._streams, self._last_s = KeyedStreams(seed), 0.0

    @property
    def rate(self) -> F8:
        """Mean belief of each camera's rate, incidents a second, (c,)."""
        return np.asarray(self._found / self._exposure_s)

    def decide(self, decision: Decision) -> F8 | None:
        """Learn from the stretch since the last question, and return the rate of looks at each camera."""
        span_s = decision.t_s - self._last_s
        if span_s > 0.0 and decision.looks is not None and decision.finds is not None:
            finding = decision.looks / span_s * P_FIND
            self._exposure_s += span_s * finding / (finding + 1.0 / self._visible_s)
            self._found += decision.finds
        self._last_s = decision.t_s
        stream = self._streams.stream(Purpose.POLICY, entity=round(decision.t_s / REPLAN_S))
        return self._rates(stream.gamma(CAUTION * self._found) / (CAUTION * self._exposure_s), decision)


def mean_visible_s(scenario: Scenario) -> float:
    """Return how long an incident can be seen, in the mean over all that happen."""
    if not sum(kind.per_day for kind in scenario.kinds):
        return 1.0
    means = [kind.visible.median_s * float(np.exp(lognormal_sigma(kind.visible) ** 2 / 2)) for kind in scenario.kinds]
    return float(np.average(means, weights=[kind.per_day for kind in scenario.kinds]))


def _hour_weights(scenario: Scenario) -> F8:
    """Return the relative rate of all incidents in each hour of the week, (168,)."""
    total = sum(kind.per_day for kind in scenario.kinds)
    if not total:
        return np.ones(HOURS_PER_WEEK)
    return np.asarray(sum((kind.per_day * np.asarray(kind.hour_weights) for kind in scenario.kinds),
                          np.zeros(HOURS_PER_WEEK)) / total)


PLANNERS: Mapping[str, type[WhittlePlanner]] = {"whittle": WhittlePlanner, "learning": LearningPlanner}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerChoice:
    """An attention planner by name, to be made for whatever scenario is played.

    Raises:
        UnknownNameError: if there is none of that name.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in PLANNERS:
            raise UnknownNameError("attention", got=self.name, known=PLANNERS)

    def make(self, scenario: Scenario) -> AttentionPlanner:
        """Make the planner for one scenario."""
        return PLANNERS[self.name](scenario)
