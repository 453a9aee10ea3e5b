"""What the finds cannot identify: other guesses of how well people watch, refitted, meet the same targets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios import load_scenario
from scenarios.targets import Targets
from sim.city import F8
from watchfloor.calibration.guesses import Guess, make_guesses
from watchfloor.calibration.judge import REFERENCE_TURN_H
from watchfloor.calibration.played import Counts, Player, add_counts
from watchfloor.show import Show
from watchfloor.wording import words

FACTOR = 1.5
"""Each guess is tried divided and multiplied by it."""
RATE_FACTOR = 1.2
FINDS = 9_000.0
"""Wanted of each trial, as far as LEAST_DAYS to MOST_DAYS of each of its runs give them."""
LEAST_DAYS, MOST_DAYS = 28.0, 84.0
FIRST_REPLICATION = 500
N_RUNS = 2
MOST_REFITS = 4
FAR = 3.0 * math.sqrt(3.0)
"""Standard deviations of a count beyond which a refit misses: it was itself fitted to two such counts."""
SHOWN_CHANGE = 1.1
SURE = 100.0
"""Finds of a kind from which on its own derivatives are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The fit repeated under another guess of one parameter."""

    name: str
    value: str
    misses: str
    """What no longer fits; empty where all does."""
    per_day: float
    """True number a day of all kinds together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A change of one guess and of the true rates that leaves everything found as it was."""

    name: str
    change: float
    """Of the guess, as a share."""
    rate_change: float
    """Of the true rates, as a share: the mean, each kind with the weight of its finds."""
    rate_changes: Mapping[str, float]
    """Of each kind that was found often enough to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """How far the data leave the true rates open."""

    per_day: float
    """True number a day of all kinds together, as fitted."""
    trials: tuple[Trial, ...]
    n_targets: int
    n_parameters: int
    n_identified: int
    """Rank of the targets' derivatives by the parameters, and so of the Fisher information."""
    directions: tuple[Direction, ...]


def examine_doubt(player: Player, targets: Targets, rates: Mapping[str, float], *, scenario: str, show: Show) -> Doubt:
    """Refit under other guesses of the parameters that nobody measured, all on the same luck."""
    base = load_scenario(scenario)
    days = min(MOST_DAYS, max(LEAST_DAYS, math.ceil(FINDS / N_RUNS / sum(targets.found_per_day().values()))))
    guesses = [guess for factor in (1.0 / FACTOR, FACTOR) for guess in make_guesses(base, factor)]
    trials: list[Trial] = []
    effects: dict[str, list[tuple[float, F8]]] = {}
    with show.progress("what the data cannot identify", "guesses") as advance:
        fitted = _play(player, rates, days)
        busier = _play(player, {kind: rate * RATE_FACTOR for kind, rate in rates.items()}, days)
        kinds = [kind for kind in rates if fitted.found[kind]]
        for done, guess in enumerate(guesses, start=1):
            changed = _play(player, rates, days, guess)
            trials.append(_try(player, targets, rates, days, guess, fitted, changed))
            effects.setdefault(guess.name, []).append((math.log(guess.factor), _logs(changed, kinds)))
            advance(done, len(guesses))
    weights = np.array([fitted.found[kind] for kind in kinds])
    matrix = _by_rates(fitted, busier, kinds)
    elasticities = {name: _elasticity(points, _logs(fitted, kinds)) for name, points in effects.items()}
    return Doubt(
        per_day=sum(rates.values()), trials=tuple(sorted(trials, key=lambda trial: trial.name)),
        n_targets=len(kinds), n_parameters=len(kinds) + len(elasticities),
        n_identified=_rank(np.column_stack([matrix, *elasticities.values()]), weights),
        directions=tuple(_direction(name, matrix, effect, kinds, weights) for name, effect in elasticities.items()))


def _try(player: Player, targets: Targets, rates: Mapping[str, float], days: float, guess: Guess, fitted: Counts,
         counts: Counts) -> Trial:
    """Refit until the finds are as before, or give up: rates also decide which cameras are watched, by jumps."""
    misses = ""
    for refit in range(MOST_REFITS):
        rates = _refitted(rates, fitted, counts, power=0.5 if refit else 1.0)
        counts = _play(player, rates, days, guess)
        misses = _misses(targets, fitted, counts)
        if not misses:
            break
    return Trial(name=guess.name, value=guess.shown, per_day=sum(rates.values()), misses=misses)


def _play(player: Player, rates: Mapping[str, float], days: float, guess: Guess | None = None) -> Counts:
    runs = range(FIRST_REPLICATION, FIRST_REPLICATION + N_RUNS)
    return add_counts(player.play(rates, days=days, replications=runs, changes=guess.changes if guess else None))


def _refitted(rates: Mapping[str, float], fitted: Counts, changed: Counts, *, power: float) -> dict[str, float]:
    """Return rates at which the changed watching finds what the fitted one found, or a part of the way there."""
    whole = sum(fitted.found.values()) / max(1.0, sum(changed.found.values()))
    return {kind: rate * (fitted.watched(kind) / changed.watched(kind)
                          if fitted.watched(kind) > 0.0 and changed.watched(kind) > 0.0 else whole)**power
            for kind, rate in rates.items()}


def _misses(targets: Targets, fitted: Counts, counts: Counts) -> str:
    """Say what a refit no longer meets."""
    off = [words(kind) for kind, wanted in fitted.found.items()
           if abs(counts.found[kind] - wanted) > FAR * math.sqrt(max(wanted, 1.0))]
    missed = [f"no rates settle the finds of {', '.join(off)}"] if off else []
    p95 = counts.finds_quantile(REFERENCE_TURN_H)
    if targets.finds_per_inspector_day and p95 and p95 > targets.finds_per_inspector_day:
        missed.append(f"p95 of an inspector-day is {p95:g}")
    return "; ".join(missed)


def _logs(counts: Counts, kinds: Sequence[str]) -> F8:
    return np.log([max(counts.found[kind], 0.5) for kind in kinds])


def _elasticity(points: Sequence[tuple[float, F8]], at_base: F8) -> F8:
    """Return the slope of log finds by the log of a parameter, between its lowest and highest value."""
    ends = sorted([(0.0, at_base), *points], key=lambda point: point[0])
    return np.asarray((ends[-1][1] - ends[0][1]) / (ends[-1][0] - ends[0][0]), dtype=np.float64)


def _by_rates(fitted: Counts, busier: Counts, kinds: Sequence[str]) -> F8:
    """Return the derivatives of log finds by log rates: each kind's own, less what more cases leave no time for.

    A kind's own is the part of its finds that searches of the archive did not give. What is lost is measured by one run
    with all rates raised, and taken to be spread over the kinds by their cases.
    """
    whole = math.log(sum(busier.found.values()) / sum(fitted.found.values())) / math.log(RATE_FACTOR)
    crowding = min(0.95, max(0.0, 1.0 - whole))
    weights = np.array([fitted.found[kind] for kind in kinds])
    own = np.diag([fitted.watched(kind) / fitted.found[kind] for kind in kinds])
    return np.asarray(own - crowding * np.outer(np.ones(weights.size), weights / weights.sum()), dtype=np.float64)


def _rank(jacobian: F8, weights: F8) -> int:
    """Return the rank of the Fisher information of Poisson counts, JᵀWJ with W the expected counts."""
    return int(np.linalg.matrix_rank(np.sqrt(weights)[:, None] * jacobian))


def _direction(name: str, matrix: F8, effect: F8, kinds: Sequence[str], weights: F8) -> Direction:
    shift = np.expm1(np.linalg.solve(matrix, -effect * math.log(SHOWN_CHANGE)))
    return Direction(
        name=name, change=SHOWN_CHANGE - 1.0, rate_change=float(np.average(shift, weights=weights)),
        rate_changes={kind: float(change) for kind, change, n in zip(kinds, shift, weights, strict=True) if n >= SURE})


def show_doubt(doubt: Doubt, show: Show) -> None:
    """Print which parameters the data leave open, and how far."""
    rows = []
    for name in dict.fromkeys(trial.name for trial in doubt.trials):
        of_name = [trial for trial in doubt.trials if trial.name == name]
        misses = [f"{trial.value}: {trial.misses}" for trial in of_name if trial.misses]
        totals = [doubt.per_day, *(trial.per_day for trial in of_name if not trial.misses)]
        rows.append([name, " | ".join(trial.value for trial in of_name), "; ".join(misses) or "yes",
                     f"{min(totals):,.0f} to {max(totals):,.0f}"])
    show.table("What the data cannot identify: the fit repeated under other guesses",
               ["parameter", "tried", "still fits?", "true a day, all kinds"], rows)
    show.line(f"{doubt.n_targets} found counts against {doubt.n_parameters} parameters: {doubt.n_identified} "
              f"combinations are identified, {doubt.n_parameters - doubt.n_identified} directions are not. Identified "
              "is, for each kind, its true rate times the share of it that is found. Not identified is how the two "
              "divide:")
    for direction in doubt.directions:
        show.line(f"  {direction.name} {direction.change:+.0%} and true rates {direction.rate_change:+.1%}"
                  f"{_span(direction)}: what is found stays as it was")
    show.line("only a count that does not depend on the watching can tell them apart: staged probes "
              "(watchfloor calibrate --probe), or a register that others keep")


def _span(direction: Direction) -> str:
    changes = direction.rate_changes
    if len(changes) < 2:
        return ""
    least, most = (pick(changes, key=lambda kind: changes[kind]) for pick in (min, max))
    return f" ({changes[least]:+.1%} {words(least)} to {changes[most]:+.1%} {words(most)})"
