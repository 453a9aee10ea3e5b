"""Learning the weights of a policy by the cross-entropy method, on common random numbers, so that it can go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.city import F8
from sim.errors import ModelError
from sim.rng import KeyedStreams, Purpose

Cost = Callable[[F8, int], float]
"""Takes weights and the number of the generation, and returns the mean cost; all of one generation meet one luck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How weights are searched for."""

    start: tuple[float, ...]
    """Weights to begin at; none is ever below 0."""
    spread: float = 0.5
    """Standard deviation of the first generation."""
    population: int = 12
    """Weights tried in one generation, the middle itself among them."""
    n_best: int = 4
    """Of them, how many form the next generation."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not (self.start and 1 <= self.n_best < self.population and self.spread > 0.0):
            raise ModelError(f"Search: {len(self.start)} weights, population = {self.population}, n_best = "
                             f"{self.n_best}, spread = {self.spread}; expected a weight, 1 ≤ n_best < population and "
                             "spread > 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What one generation came to; the next follows from it alone."""

    number: int
    middle: tuple[float, ...]
    """Mean of its best."""
    spread: tuple[float, ...]
    """Their standard deviation, and a little more."""
    cost: float
    """Of the middle that it began with."""


@dataclass(slots=True)
class Learner:
    """Goes from generation to generation (Rubinstein & Kroese 2004, with noise added as by Szita & Lőrincz 2006).

    Args:
        search: how.
        cost: what is to be made small.
        done: generations finished earlier, from which it goes on.
    """

    search: Search
    cost: Cost
    done: list[Generation] = field(default_factory=list)

    def step(self) -> Generation:
        """Try one generation and return what it came to."""
        number, middle, spread = self._start()
        rng = KeyedStreams(self.search.seed).stream(Purpose.POLICY, entity=number)
        drawn = rng.standard_normal((self.search.population - 1, middle.size))
        tried = np.concatenate((middle[None, :], np.maximum(0.0, middle + spread * drawn)))
        costs = [self.cost(weights, number) for weights in tried]
        best = tried[np.argsort(costs, kind="stable")[: self.search.n_best]]
        noise = max(0.0, 0.05 - 0.005 * number) * self.search.spread
        generation = Generation(number=number, middle=_plain(best.mean(axis=0)),
                                spread=_plain(best.std(axis=0) + noise), cost=float(costs[0]))
        self.done.append(generation)
        return generation

    @property
    def weights(self) -> F8:
        """The middle of the latest generation."""
        return self._start()[1]

    def _start(self) -> tuple[int, F8, F8]:
        if self.done:
            last = self.done[-1]
            return last.number + 1, np.array(last.middle), np.array(last.spread)
        start = np.array(self.search.start, dtype=np.float64)
        return 0, start, np.full(start.size, self.search.spread)


def _plain(values: Sequence[float] | F8) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
