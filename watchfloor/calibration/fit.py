"""The fit: true rates by a fixed point on the simulated share that is found of each kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scenarios.targets import Targets
from sim.errors import ModelError
from watchfloor.calibration.played import Counts, Player, add_counts

WEEK_DAYS = 7.0
COARSE_RUNS = 4
"""Weeks of each coarse step."""
COARSE_STEPS = 8
REMEMBERED = 3
"""Latest steps from which the next rates are taken."""
LARGEST_STEP = 5.0
"""By what a rate grows when nothing of its kind was found."""
CERTAIN = 10.0
"""Finds wanted, beyond which finding none is no bad luck."""
CLOSE = 2.0
"""Standard deviations of the weeks' own luck within which a kind counts as met."""
FIRST_FINE = 1_000
"""Number of the first long replication: none is among the coarse ones."""
START_PER_DAY = 100.0
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the fit: the rates that were played and what was found."""

    rates: Mapping[str, float]
    counts: Counts


Report = Callable[[str, Step], None]


def rounded(value: float) -> float:
    """Return a rate with as many digits as a scenario file shows."""
    return float(f"{value:.{DIGITS}g}") if value else 0.0


def fit_coarse(player: Player, targets: Targets, *, report: Report) -> dict[str, float]:
    """Return rates whose weeks find the targets to within the weeks' own luck, from equal rates of all kinds.

    Raises:
        ModelError: if a kind that was found in the real city is never found here, whatever its rate.
    """
    wanted = targets.found_per_day()
    rates = {kind: START_PER_DAY if per_day else 0.0 for kind, per_day in wanted.items()}
    steps: list[Step] = []
    for index in range(COARSE_STEPS):
        weeks = range(index * COARSE_RUNS, (index + 1) * COARSE_RUNS)
        steps.append(Step(rates=rates, counts=add_counts(player.play(rates, days=WEEK_DAYS, replications=weeks))))
        report(f"weeks {index + 1}", steps[-1])
        if index and is_close(steps[-1].counts, wanted):
            break
        rates = next_rates(steps[-REMEMBERED:], wanted)
    _check_found(steps[-1].counts, wanted)
    return rates


def is_close(counts: Counts, wanted: Mapping[str, float]) -> bool:
    """Say whether every kind's finds are as wanted but for their own luck."""
    return all(abs(counts.found[kind] - per_day * counts.n_days) <= CLOSE * math.sqrt(per_day * counts.n_days) + 0.5
               for kind, per_day in wanted.items())


def _check_found(counts: Counts, wanted: Mapping[str, float]) -> None:
    for kind, per_day in wanted.items():
        if per_day * counts.n_days > CERTAIN and not counts.found[kind]:
            raise ModelError(f"kinds.{kind}: nothing of it was found at any rate, but {per_day:.3g} a day are wanted; "
                             "check that a watched camera can see it for as long as a round of looks takes")


def next_rates(steps: Sequence[Step], wanted: Mapping[str, float]) -> dict[str, float]:
    """Return the rates at which the targets are expected, from the share found in some steps together.

    The share of a kind that is found by watching hardly depends on the rates, so that steps under different rates can
    be pooled; what does depend, through busy inspectors, is gone after a few steps. What searches of the archive find
    depends on no rate, so watching is fitted to what they leave of the target.
    """
    rates = dict(steps[-1].rates)
    for kind, per_day in wanted.items():
        occurred = sum(step.rates[kind] * step.counts.n_days for step in steps)
        watched = sum(step.counts.watched(kind) for step in steps)
        searched = sum(step.counts.searched.get(kind, 0.0) for step in steps)
        left = max(0.0, per_day - searched / sum(step.counts.n_days for step in steps))
        if per_day:
            rates[kind] = rounded(left * occurred / watched if watched else rates[kind] * LARGEST_STEP)
    return rates


def play_fine(player: Player, rates: Mapping[str, float], *, days: float, n_runs: int, index: int,
              advance: Callable[[int, int | None], None]) -> list[Counts]:
    """Play one fine step's long runs, each step on fresh luck."""
    first = FIRST_FINE + index * n_runs
    return player.play(rates, days=days, replications=range(first, first + n_runs), advance=advance)
