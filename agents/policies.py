"""Dispatch policies by name, made for a scenario, so that a command, a worker process or a study can name one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agents.call_zones import make_zones
from agents.dispatch import (
    BeatsPolicy,
    CoveragePolicy,
    HotSpotsPolicy,
    PriorityPolicy,
    RandomPolicy,
    ReservePolicy,
    mexclp_weights,
)
from agents.lateness import LATE_AFTER_S, driving_target_s, response_spread
from agents.rollout import RolloutPolicy, make_outlook
from sim.errors import UnknownNameError
from sim.policies import DISPATCH_POLICIES, DispatchPolicy
from sim.scenario import Scenario
from sim.travel import Travel

P_BUSY = 0.4
"""Share of its time for which a unit is taken to be busy where coverage is not learned."""

PolicyFactory: TypeAlias = Callable[[Scenario, Travel], DispatchPolicy]


TRAVEL_WEIGHT = 0.3
"""What a target's worth of driving weighs against a late call where that is not learned."""


def _coverage(*, posts: bool) -> PolicyFactory:
    def make(scenario: Scenario, travel: Travel) -> DispatchPolicy:
        return CoverageChoice(weights=tuple(mexclp_weights(P_BUSY).tolist()), posts=posts).make(scenario, travel)
    return make


def _plain(policy: Callable[[], DispatchPolicy]) -> PolicyFactory:
    def make(_: Scenario, __: Travel) -> DispatchPolicy:
        return policy()
    return make


def _rollout(scenario: Scenario, travel: Travel) -> DispatchPolicy:
    return RolloutPolicy(make_outlook(scenario, travel, late_after_s=LATE_AFTER_S))


_SHIPPED: Mapping[str, PolicyFactory] = {
    **{name: _plain(policy) for name, policy in DISPATCH_POLICIES.items()},
    "random": _plain(RandomPolicy), "priority": _plain(PriorityPolicy), "reserve": _plain(ReservePolicy),
    "beats": _plain(BeatsPolicy), "hot_spots": _plain(HotSpotsPolicy),
    "coverage": _coverage(posts=False), "coverage_posts": _coverage(posts=True),
    "rollout": _rollout,
}


def policy_names() -> tuple[str, ...]:
    """Return the names that ``NamedChoice`` knows, in order."""
    return tuple(sorted(_SHIPPED))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChoice:
    """A shipped policy, to be made for whatever scenario is played.

    Raises:
        UnknownNameError: if there is none of that name.
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in _SHIPPED:
            raise UnknownNameError("policy", got=self.name, known=_SHIPPED)

    def make(self, scenario: Scenario, travel: Travel) -> DispatchPolicy:
        """Make the policy for one scenario."""
        return _SHIPPED[self.name](scenario, travel)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageChoice:
    """Coverage with weights of one's own, to be made for whatever scenario is played."""

    weights: tuple[float, ...]
    travel_weight: float = TRAVEL_WEIGHT
    posts: bool = False
    late_after_s: float = LATE_AFTER_S

    def make(self, scenario: Scenario, travel: Travel) -> DispatchPolicy:
        """Make the policy for one scenario."""
        zones = make_zones(scenario, travel, target_s=driving_target_s(scenario, self.late_after_s))
        return CoveragePolicy(zones, self.weights, travel_weight=self.travel_weight, posts=self.posts,
                              spread=response_spread(scenario, self.late_after_s))
