"""Which assumptions the answer's spread comes from when all of them move at once: Sobol indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.city import F8
from sim.errors import InputError
from sim.scenario import Shift
from watchfloor.phrase import Phrase
from watchfloor.study.judge import mean_day
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner
from watchfloor.study.sensitivity import STEP, Assumption, Effect, LeftOut

MOST_ASSUMPTIONS = 12
"""Where nothing else is asked for: those with the largest effects by themselves."""
SHARE_OF_TIME = 0.7
"""Of the time left, that the points are thought to take: how long one takes is known only roughly."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolFound:
    """The indices of the assumptions that moved together, and those that stayed as they are."""

    indices: tuple[SobolIndex, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def find_indices(
    runner: Runner, assumptions: Sequence[Assumption], effects: Sequence[Effect], shifts: tuple[Shift, ...],
    measure: str, n_points: int, n_replications: int, most: int | None = None,
) -> SobolFound:
    """Return the indices of the assumptions with the largest effects, the largest total first.

    Each of them is uniform within STEP of its value; every point is played on the same replications.

    Args:
        runner: plays; as many assumptions move as its time allows.
        assumptions: all of them.
        effects: of each by itself, the largest first.
        shifts: the roster.
        measure: of the mean day.
        n_points: base sample, a power of 2; (assumptions + 2) times as many are played.
        n_replications: of each point.
        most: assumptions to move, where not as many as the time allows.
    """
    by_name = {item.name: item for item in assumptions}
    movable = [effect for effect in effects if effect.down is not None and effect.up is not None and effect.size]
    n_moved, why = how_many(runner, n_points * n_replications, most)
    chosen = [by_name[effect.name] for effect in movable[:n_moved]]
    left = [LeftOut(name=effect.name, why=why) for effect in movable[n_moved:]]
    left += [LeftOut(name=effect.name, why=_why_not(effect)) for effect in effects if effect not in movable]
    if not chosen:
        return SobolFound(left_out=tuple(left))

    def evaluate(factors: F8) -> F8:
        plans = [Plan(shifts=shifts, overrides=tuple(
            pair for item, factor in zip(chosen, row, strict=True) for pair in item.moved(factor)))
            for row in factors.tolist()]
        runner.ensure(plans, n_replications, "Sobol indices")
        return np.array([mean_day(runner.days(plan, measure, n_replications)).mean for plan in plans])

    return SobolFound(indices=indices([item.name for item in chosen], evaluate, n_points), left_out=tuple(left))


def how_many(runner: Runner, n_plays: int, most: int | None) -> tuple[int, str]:
    """Return how many assumptions to move together, and why not more.

    Args:
        runner: knows the time left, and how long a replication takes.
        n_plays: replications that one more assumption costs; two times as many come on top.
        most: assumptions, where that was asked for.
    """
    if most is not None:
        return most, Phrase("only the {number} with the largest effects were asked for", number=most)
    if np.isinf(runner.left_s):
        return MOST_ASSUMPTIONS, Phrase("only the {number} with the largest effects move unless --sobol-most or "
                                        "--budget says otherwise", number=MOST_ASSUMPTIONS)
    cost_s = max(n_plays * runner.play_s, 1e-9)
    return (max(0, int(min(SHARE_OF_TIME * runner.left_s / cost_s, 1e6)) - 2),
            Phrase("no time in the --budget: each takes {seconds} s", seconds=float(f"{cost_s:.2g}")))


def _why_not(effect: Effect) -> str:
    if effect.down is None or effect.up is None:
        return Phrase("a value 25 % away cannot be used")
    return Phrase("no effect by itself")


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
