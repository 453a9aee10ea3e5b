"""Which assumptions the answer's spread comes from when all of them move at once: Sobol indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.city import F8
from sim.errors import InputError
from sim.scenario import Shift
from watchfloor.study.judge import mean_day
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner
from watchfloor.study.sensitivity import STEP, Assumption, Effect

MOST_ASSUMPTIONS = 6
"""Those with the largest effects by themselves; all others stay as they are."""
SEED = 1
"""Of the points and of the intervals; the replications have the study's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolIndex:
    """The part of a measure's variance that an assumption accounts for."""

    name: str
    first: float
    """By itself."""
    first_half_width: float
    total: float
    """With all that it does together with others."""
    total_half_width: float


def find_indices(
    runner: Runner, assumptions: Sequence[Assumption], effects: Sequence[Effect], shifts: tuple[Shift, ...],
    measure: str, n_points: int, n_replications: int,
) -> tuple[SobolIndex, ...]:
    """Return the indices of the assumptions with the largest effects, the largest total first.

    Each of them is uniform within STEP of its value; every point is played on the same replications.

    Args:
        runner: plays.
        assumptions: all of them.
        effects: of each by itself, the largest first.
        shifts: the roster.
        measure: of the mean day.
        n_points: base sample, a power of 2; (assumptions + 2) times as many are played.
        n_replications: of each point.
    """
    movable = {effect.name for effect in effects if effect.down is not None and effect.up is not None and effect.size}
    by_name = {item.name: item for item in assumptions}
    chosen = [by_name[effect.name] for effect in effects if effect.name in movable][:MOST_ASSUMPTIONS]
    if not chosen:
        return ()

    def evaluate(factors: F8) -> F8:
        plans = [Plan(shifts=shifts, overrides=tuple(
            pair for item, factor in zip(chosen, row, strict=True) for pair in item.moved(factor)))
            for row in factors.tolist()]
        runner.ensure(plans, n_replications, "Sobol indices")
        return np.array([mean_day(runner.days(plan, measure, n_replications)).mean for plan in plans])

    return indices([item.name for item in chosen], evaluate, n_points)


def indices(names: Sequence[str], evaluate: Callable[[F8], F8], n_points: int) -> tuple[SobolIndex, ...]:
    """Return the Sobol indices of a function of factors, each uniform in 1 ± STEP, by Saltelli's sampling (SALib).

    Args:
        names: of the factors.
        evaluate: the function; (points, factors) to (points,).
        n_points: base sample, a power of 2.

    Raises:
        InputError: if SALib is not installed.
    """
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ImportError:
        raise InputError("--sobol", expected="the package SALib",
                         do="install it: pip install 'watchfloor[sensitivity]'") from None
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[1.0 - STEP, 1.0 + STEP]] * len(names)}
    points = sample.sample(problem, n_points, calc_second_order=False, seed=SEED)
    values = evaluate(points)
    if not np.isfinite(values).all() or float(values.std()) == 0.0:
        return ()
    found = analyze.analyze(problem, values, calc_second_order=False, seed=SEED)
    made = (SobolIndex(name=name, first=float(found["S1"][place]), first_half_width=float(found["S1_conf"][place]),
                       total=float(found["ST"][place]), total_half_width=float(found["ST_conf"][place]))
            for place, name in enumerate(names))
    return tuple(sorted(made, key=lambda item: (-item.total, item.name)))
