"""What a dispatch policy is trained on: a small city whose optimum is known, or any scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agents.dispatch import TIE, mexclp_weights
from agents.lateness import LATE_AFTER_S, find_responses
from agents.policies import P_BUSY, TRAVEL_WEIGHT, CoverageChoice
from agents.small_city import I8, SmallCity, draw_calls, play_table
from sim.city import F8
from sim.errors import ModelError
from sim.estimate import Estimate, make_estimate, paired_difference
from sim.policies import NearestPolicy
from sim.replicate import PolicyChoice
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.trace import draw_trace
from sim.travel import Travel

HELD_OUT = 1_000_000
"""Replications from here on are never trained on."""


def coverage_table(city: SmallCity, weights: F8) -> I8:
    """Return whom ``CoveragePolicy`` sends, for all cells and busy sets at once; shape (cells, 2**n)."""
    states = np.arange(1 << city.n_units)
    is_free = ((states[:, None] >> np.arange(city.n_units)) & 1) == 0
    blocks = city.blocks[:, list(city.posts)]
    n_in_time = (is_free[:, None, :] & (blocks <= city.threshold)[None]).sum(axis=2)
    gaps = np.stack([(n_in_time < rank).mean(axis=1) for rank in range(1, weights.size + 1)], axis=1)
    missed = gaps @ weights
    cost = np.full((city.n_units, blocks.shape[0], states.size), np.inf)
    for unit in range(city.n_units):
        own = (blocks[:, unit] > city.threshold) + TIE * blocks[:, unit] / city.threshold
        free = is_free[:, unit]
        cost[unit][:, free] = own[:, None] + missed[states[free] | (1 << unit)][None, :]
    table = np.rint(cost * 1e12).argmin(axis=0)
    table[:, -1] = -1
    return np.asarray(table, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCityTask:
    """Trains on simulated calls of a small city; what it learned can be held against the optimum exactly."""

    city: SmallCity
    n_calls: int = 20_000
    seed: int = 0

    @property
    def start(self) -> tuple[float, ...]:
        """Weights to begin at."""
        return tuple(mexclp_weights(self.city.load).tolist())

    def cost(self, weights: F8, generation: int) -> float:
        """Return the late share of one generation's calls."""
        calls = draw_calls(self.city, n=self.n_calls, seed=self.seed, replication=generation)
        return play_table(self.city, calls, coverage_table(self.city, weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class CityTask:
    """Trains on replications of a scenario, each weight of one generation on the same ones."""

    scenario: Scenario
    travel: Travel
    late_after_s: float = LATE_AFTER_S
    posts: bool = False
    n_replications: int = 2
    """Of one generation."""
    seed: int = 0

    @property
    def start(self) -> tuple[float, ...]:
        """Weights to begin at: of the gaps in coverage, and last of driving."""
        return (*mexclp_weights(P_BUSY).tolist(), TRAVEL_WEIGHT)

    def choice(self, weights: Sequence[float] | F8) -> CoverageChoice:
        """Return the policy of given weights."""
        *of_gaps, of_travel = (float(weight) for weight in weights)
        return CoverageChoice(weights=tuple(of_gaps), travel_weight=of_travel, posts=self.posts,
                              late_after_s=self.late_after_s)

    def cost(self, weights: F8, generation: int) -> float:
        """Return the mean late share of one generation's replications.

        Raises:
            ModelError: if no call needs a unit in any of them.
        """
        first = generation * self.n_replications
        estimate = make_estimate([self.late_share(self.choice(weights), first + index)
                                  for index in range(self.n_replications)])
        if not estimate.n:
            raise ModelError(f"scenario {self.scenario.name}: no call needed a unit in {self.n_replications} "
                             f"replications of {self.scenario.duration_s / 3600:g} h; expected some; train on a longer "
                             "or a busier scenario")
        return estimate.mean

    def late_share(self, choice: PolicyChoice, replication: int) -> float:
        """Return the late share of one replication under a policy; NaN where there was no call."""
        trace = draw_trace(self.scenario, seed=self.seed, replication=replication)
        log = simulate(self.scenario, trace, policy=choice.make(self.scenario, self.travel), travel=self.travel,
                       fallback=NearestPolicy())
        return find_responses(log).late_share(self.late_after_s, until_s=self.scenario.duration_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One policy's late share on held-out replications."""

    late_share: Estimate
    less_nearest: Estimate
    """The paired difference to the nearest unit; below 0 is better."""


def compare_policies(shares: Mapping[str, Sequence[float]]) -> dict[str, Compared]:
    """Compare late shares by policy, replication by replication; ``nearest`` must be among them."""
    return {name: Compared(late_share=make_estimate(values),
                           less_nearest=paired_difference(values, shares["nearest"]))
            for name, values in shares.items()}
