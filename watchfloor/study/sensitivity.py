"""Which assumption decides the answer: each one moved down and up by itself, on the same traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.document import Value
from sim.errors import InputError
from sim.estimate import Estimate, paired_difference
from sim.scenario import Scenario, Shift
from watchfloor.phrase import Phrase
from watchfloor.study.judge import replication_means
from watchfloor.study.plan import Plan
from watchfloor.study.runner import Runner

STEP = 0.25
"""Relative, down and up."""
AT_MOST_ONE = ("p_", "watched_share", "ppv_prior")
NOT_MOVED = ("roster", "costs", "time", "city")
"""Tables that are decisions, prices or the place, not beliefs about how things go."""
GROUPED = "kinds"

Overrides = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A number nobody has measured, or several that move together."""

    name: str
    values: tuple[tuple[str, float | int], ...]
    """As they are, by dotted key."""

    @property
    def down(self) -> Overrides:
        """Return the values STEP lower."""
        return self.moved(1.0 - STEP)

    @property
    def up(self) -> Overrides:
        """Return the values STEP higher."""
        return self.moved(1.0 + STEP)

    def moved(self, factor: float) -> Overrides:
        """Return the values times a factor, whole numbers still whole and probabilities still probabilities."""
        return tuple((key, _moved(key.rsplit(".", 1)[-1], value, factor)) for key, value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an assumption does to a measure of the mean day."""

    name: str
    down: Estimate | None
    """Difference to the scenario as it is; None where the lower value cannot be used."""
    up: Estimate | None

    @property
    def size(self) -> float:
        """Return the larger of both differences, without its sign."""
        return max((abs(item.mean) for item in (self.down, self.up) if item is not None and item.n), default=0.0)


def list_assumptions(document: Mapping[str, object], scenario: Scenario) -> tuple[Assumption, ...]:
    """Return the assumptions of a scenario's file.

    The middle and the slow end of one duration move together, and so does one number of all the kinds of incident.
    """
    moved: dict[str, list[tuple[str, float | int]]] = {}
    for statement in scenario.statements:
        top = statement.key.split(".")[0]
        if not statement.is_assumption or top in NOT_MOVED:
            continue
        for key, value in _numbers(_table(document, statement.key)):
            field = key.removesuffix("_median_s").removesuffix("_p95_s")
            moved.setdefault(f"{top}.{field}", []).append((f"{statement.key}.{key}", value))
    return tuple(Assumption(name=Phrase("{name} (all kinds)", name=name) if name.startswith(GROUPED) else name,
                            values=tuple(values))
                 for name, values in sorted(moved.items()))


def find_effects(
    runner: Runner, assumptions: Sequence[Assumption], shifts: tuple[Shift, ...], measure: str, n_replications: int
) -> tuple[Effect, ...]:
    """Return what each assumption does to a measure, the largest first; paired with the scenario as it is."""
    base = Plan(shifts=shifts)
    ends = [(item.name, _plan(runner, shifts, item.down), _plan(runner, shifts, item.up))
            for item in assumptions]
    runner.ensure([base, *(plan for _, *both in ends for plan in both if plan is not None)], n_replications,
                  "sensitivity")
    normal = replication_means(runner.days(base, measure, n_replications)).tolist()

    def difference(plan: Plan | None) -> Estimate | None:
        if plan is None:
            return None
        return paired_difference(replication_means(runner.days(plan, measure, n_replications)).tolist(), normal)

    effects = [Effect(name=name, down=difference(down), up=difference(up)) for name, down, up in ends]
    return tuple(sorted(effects, key=lambda effect: (-effect.size, effect.name)))


def _plan(runner: Runner, shifts: tuple[Shift, ...], overrides: Overrides) -> Plan | None:
    """Return the plan, None where the scenario's own checks refuse the value."""
    try:
        runner.scenarios.changed(overrides)
    except InputError:
        return None
    return Plan(shifts=shifts, overrides=overrides)


def _table(document: Mapping[str, object], dotted: str) -> Mapping[str, object]:
    at: object = document
    for part in dotted.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at if isinstance(at, Mapping) else {}


def _numbers(table: Mapping[str, object]) -> list[tuple[str, float | int]]:
    return [(key, value) for key, value in table.items()
            if isinstance(value, int | float) and not isinstance(value, bool) and value]


def _moved(name: str, value: float | int, factor: float) -> float | int:
    """Return a value moved, a whole number still whole, a probability still one."""
    moved = value * factor
    if name.startswith(AT_MOST_ONE):
        return min(1.0, moved)
    return max(1, round(moved)) if isinstance(value, int) and not name.endswith("_s") else moved
