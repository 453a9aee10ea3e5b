"""Selecting the best of many rosters with a stated guarantee, and sharing a budget out among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city import F8
from sim.errors import InputError

Observe = Callable[[int, int], float]
"""Returns one value of a system, (system, replication): larger is better. Replications of one number are paired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The system chosen, and what it took."""

    best: int
    n_replications: tuple[int, ...]
    """Values taken of each system."""
    means: tuple[float, ...]
    """Of the values taken."""


def select_best(
    observe: Observe, n_systems: int, *, indifference: float, confidence: float = 0.95, first_stage: int = 20,
    most: int = 100_000,
) -> Selected:
    """Choose the best system by KN, the fully sequential procedure of Kim & Nelson (2001), on paired replications.

    If the best is better than every other by the indifference or more, it is chosen with at least the confidence;
    the values must be independent between replications and about normal. Pairing on common random numbers enters
    through the variance of differences, and makes it stop sooner. η = ½((2α/(k − 1))^(−2/(n₀ − 1)) − 1), h² = 2cη
    (n₀ − 1) with c = 1; system i is dropped when another is ahead by max(0, δ/2 · (h²S²/δ² − r)).

    Args:
        observe: where values come from.
        n_systems: how many there are.
        indifference: the least difference worth finding, in the values' unit.
        confidence: of the choice; more than 1 / n_systems.
        first_stage: replications of every system from which variances are estimated.
        most: replications of a system after which the best so far is taken; beyond it the guarantee does not hold.

    Raises:
        InputError: if a number cannot be used.
    """
    _check(n_systems, indifference, confidence, first_stage)
    sums = _Sums(observe, n_systems, first_stage)
    scaled = _h_squared(n_systems, confidence, first_stage) * sums.variances_of_differences()
    while len(sums.alive) > 1 and sums.number < most:
        sums.keep(_survivors(sums.means(), scaled[np.ix_(sums.alive, sums.alive)], indifference, sums.number))
        sums.observe_all()
    return sums.selected()


def select_best_updating(
    observe: Observe, n_systems: int, *, indifference: float, confidence: float = 0.95, first_stage: int = 20,
    most: int = 100_000,
) -> Selected:
    """Choose the best system by KN++ (Kim & Nelson 2006), which estimates the variances anew as it goes.

    It needs fewer values where the first stage overestimates a variance; its guarantee holds as the indifference goes
    to 0, not exactly. Arguments as select_best.
    """
    _check(n_systems, indifference, confidence, first_stage)
    sums = _Sums(observe, n_systems, first_stage)
    while len(sums.alive) > 1 and sums.number < most:
        scaled = _h_squared(n_systems, confidence, sums.number) * sums.variances_of_differences()
        sums.keep(_survivors(sums.means(), scaled[np.ix_(sums.alive, sums.alive)], indifference, sums.number))
        sums.observe_all()
    return sums.selected()


def select_by_allocation(
    observe: Observe, n_systems: int, *, budget: int, first_stage: int = 10, step: int = 20
) -> Selected:
    """Choose the system with the best mean, values shared out by OCBA step by step: a heuristic without a guarantee.

    Values must be independent between systems too.

    Args:
        observe: where values come from.
        n_systems: how many there are.
        budget: values of all systems together.
        first_stage: values of every system to begin with.
        step: values shared out at a time.
    """
    values = [[observe(system, index) for index in range(first_stage)] for system in range(n_systems)]
    while n_systems > 1 and (taken := sum(map(len, values))) < budget:
        wanted = _shares(values, min(budget, taken + step))
        for system, got in enumerate(values):
            got += [observe(system, index) for index in range(len(got), wanted[system])]
    means = [float(np.mean(got)) for got in values]
    return Selected(best=int(np.argmax(means)), means=tuple(means), n_replications=tuple(map(len, values)))


def _shares(values: Sequence[Sequence[float]], total: int) -> tuple[int, ...]:
    """Return the values that each system should have of a total; even while the best is tied or nothing varies."""
    means, deviations = [float(np.mean(got)) for got in values], [float(np.std(got, ddof=1)) for got in values]
    if min(deviations) <= 0.0 or sorted(means)[-1] == sorted(means)[-2]:
        return _whole(np.full(len(values), total / len(values)), total)
    return allocate_heuristically(means, deviations, total)


def allocate_heuristically(means: Sequence[float], deviations: Sequence[float], n_more: int) -> tuple[int, ...]:
    """Share replications out by OCBA (Chen, Lin, Yücesan & Chick 2000): a heuristic without a guarantee.

    For independent replications: N_i ∝ (σ_i / (m_b − m_i))², N_b = σ_b √(Σ N_i² / σ_i²).

    Args:
        means: of each system so far; larger is better, and the best stands alone.
        deviations: standard deviations of single values, above 0.
        n_more: replications to share out.

    Raises:
        InputError: if there are fewer than two systems, or the best is tied.
    """
    mean, deviation = np.asarray(means, dtype=np.float64), np.asarray(deviations, dtype=np.float64)
    if mean.size < 2 or float(deviation.min()) <= 0.0:
        raise InputError("systems", got=mean.size, expected="two or more, with deviations above 0")
    best = int(mean.argmax())
    others = np.arange(mean.size) != best
    gaps = mean[best] - mean[others]
    if float(gaps.min()) <= 0.0:
        raise InputError("means", got=means, expected="one best, ahead of all others", do="replicate more first")
    weights = np.empty(mean.size)
    weights[others] = (deviation[others] / gaps) ** 2
    weights[best] = deviation[best] * math.sqrt(float(((weights[others] / deviation[others]) ** 2).sum()))
    return _whole(weights / weights.sum() * n_more, n_more)


def _check(n_systems: int, indifference: float, confidence: float, first_stage: int) -> None:
    for where, got, is_good, expected in (
            ("n_systems", n_systems, n_systems >= 1, "1 or more"),
            ("indifference", indifference, indifference > 0.0, "a number above 0"),
            ("confidence", confidence, 1.0 / max(n_systems, 1) < confidence < 1.0 or n_systems == 1,
             f"more than {1.0 / max(n_systems, 1):.3g} and less than 1"),
            ("first_stage", first_stage, first_stage >= 2, "2 or more")):
        if not is_good:
            raise InputError(where, got=got, expected=expected)


def _h_squared(n_systems: int, confidence: float, n: int) -> float:
    """Return h² = 2η(n − 1)."""
    eta = 0.5 * (math.pow(2.0 * (1.0 - confidence) / max(n_systems - 1, 1), -2.0 / (n - 1)) - 1.0)
    return 2.0 * eta * (n - 1)


class _Sums:
    """Running sums of the values of all systems, those that are out frozen.

    Args:
        observe: where values come from.
        n_systems: how many there are.
        first_stage: values of each to begin with.
    """

    def __init__(self, observe: Observe, n_systems: int, first_stage: int) -> None:
        self._observe = observe
        self.alive = list(range(n_systems))
        self.number = 0
        """Values taken of each system that is alive."""
        self._counts = np.zeros(n_systems, dtype=np.int64)
        self._sums = np.zeros(n_systems)
        self._products = np.zeros((n_systems, n_systems))
        for _ in range(first_stage):
            self.observe_all()

    def observe_all(self) -> None:
        """Take one more value of each system that is alive, unless only one is."""
        if len(self.alive) == 1 and self.number:
            return
        values = np.array([self._observe(system, self.number) for system in self.alive])
        self._sums[self.alive] += values
        self._counts[self.alive] += 1
        self._products[np.ix_(self.alive, self.alive)] += np.outer(values, values)
        self.number += 1

    def means(self) -> F8:
        """Return the means of those alive."""
        return np.asarray(self._sums[self.alive] / self.number)

    def variances_of_differences(self) -> F8:
        """Return the variance of each pair's difference; right only for pairs of which both are alive."""
        mean = self._sums / self.number
        squares = np.diag(self._products)
        sums = squares[:, None] + squares[None, :] - 2.0 * self._products
        return np.asarray((sums - self.number * (mean[:, None] - mean[None, :]) ** 2) / (self.number - 1))

    def keep(self, places: Sequence[int]) -> None:
        """Drop those alive that are not at these places."""
        self.alive = [self.alive[place] for place in places]

    def selected(self) -> Selected:
        """Return the best of those alive."""
        means = self._sums / self._counts
        return Selected(best=max(self.alive, key=lambda system: float(means[system])), means=tuple(means.tolist()),
                        n_replications=tuple(self._counts.tolist()))


def _survivors(means: F8, scaled: F8, indifference: float, number: int) -> list[int]:
    """Return the places that no other is far enough ahead of: mean_i ≥ mean_j − max(0, δ/2r · (h²S²/δ² − r))."""
    reach = np.maximum(0.0, indifference / (2.0 * number) * (scaled / indifference**2 - number))
    behind: NDArray[np.bool_] = means[:, None] < means[None, :] - reach
    kept = np.flatnonzero(~behind.any(axis=1)).tolist()
    return kept or [int(means.argmax())]


def _whole(shares: F8, total: int) -> tuple[int, ...]:
    """Round shares to whole numbers that sum to the total, the largest remainders first."""
    counts = np.floor(shares).astype(int)
    for place in np.argsort(counts - shares, kind="stable")[: total - int(counts.sum())].tolist():
        counts[place] += 1
    return tuple(counts.tolist())
