"""The parameters nobody measured that decide which part of what happens is found, and how to change each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.document import Value
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One other value of such a parameter."""

    name: str
    shown: str
    """The value, for people."""
    factor: float
    """By what the parameter is really changed; a probability or a head count cannot be changed by any factor."""
    changes: Mapping[str, Value]
    """By dotted key."""


def make_guesses(scenario: Scenario, factor: float) -> tuple[Guess, ...]:
    """Return each parameter multiplied by a factor, as far as it can be."""
    watching = scenario.watching
    guesses = [_single("watching.watched_share", watching.watched_share, factor, most=1.0),
               _single("watching.look_s", watching.look_s, factor),
               _single("watching.px_half", watching.px_half, factor),
               _single("watching.p_confirm", watching.p_confirm, factor, most=1.0),
               _visible(scenario, factor), _best(scenario, factor), _on_duty(scenario, factor)]
    return tuple(guess for guess in guesses if abs(guess.factor - 1.0) > 1e-9)


def _single(key: str, value: float, factor: float, *, most: float = float("inf")) -> Guess:
    changed = min(most, value * factor)
    return Guess(name=key, shown=f"{changed:.3g}", factor=changed / value, changes={key: changed})


def _visible(scenario: Scenario, factor: float) -> Guess:
    changes: dict[str, Value] = {}
    for kind in scenario.kinds:
        changes[f"kinds.{kind.name}.visible_median_s"] = kind.visible.median_s * factor
        changes[f"kinds.{kind.name}.visible_p95_s"] = kind.visible.p95_s * factor
    return Guess(name="kinds.*.visible_*_s", shown=f"× {factor:.2f}", factor=factor, changes=changes)


def _best(scenario: Scenario, factor: float) -> Guess:
    changed = {f"kinds.{kind.name}.p_noticed_at_best": min(1.0, kind.p_noticed_at_best * factor)
               for kind in scenario.kinds}
    mean = sum(changed.values()) / max(1e-12, sum(kind.p_noticed_at_best for kind in scenario.kinds))
    return Guess(name="kinds.*.p_noticed_at_best", shown=f"× {mean:.2f}", factor=mean, changes=dict(changed))


def _on_duty(scenario: Scenario, factor: float) -> Guess:
    changed = {shift.name: max(1, round(shift.inspectors * factor)) if shift.inspectors else 0
               for shift in scenario.shifts}
    before = sum(shift.inspectors for shift in scenario.shifts)
    return Guess(name="roster.*.inspectors", shown=", ".join(f"{name} {n}" for name, n in changed.items()),
                 factor=sum(changed.values()) / before if before else 1.0,
                 changes={f"roster.{name}.inspectors": n for name, n in changed.items()})
