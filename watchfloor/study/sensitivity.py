"""Which assumption decides the answer: each one moved down and up by itself, on the same traces."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
NOT_MOVED: Mapping[str, str] = {
    "roster": Phrase("a decision: the study itself varies it"),
    "time": Phrase("what is looked at, not a belief"),
    "city": Phrase("another value draws another city; ask for --what-if cameras or zoom"),
    "costs": Phrase("a price: it changes what a roster costs, not what it does"),
}
"""Tables that are no beliefs about how things go, and why."""
COSTS = "cost"
"""What a measure's name begins with that prices do change."""
GROUPED = "kinds"
WEIGHTS = ("land_use",)
"""Tables whose numbers say how much more one is than another, so that each has a lower and a higher of its own."""
NO_ASSUMPTIONS = ("source", "name", "kind")
"""Keys that say what something is."""

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
class LeftOut:
    """An assumption that is not moved."""

    name: str
    why: str


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


def list_assumptions(
    document: Mapping[str, object], scenario: Scenario, measures: Collection[str]
) -> tuple[tuple[Assumption, ...], tuple[LeftOut, ...]]:
    """Return every assumption of a scenario's file: those that can be moved, and those that cannot, with the reason.

    Prices move only where one of the measures is a cost.
    The middle and the slow end of one duration move together, and so does one number of all the kinds of incident.
    """
    moved: dict[str, list[tuple[str, float | int]]] = {}
    left: dict[str, LeftOut] = {}
    has_cost = any(measure.startswith(COSTS) for measure in measures)
    for statement in scenario.statements:
        top = statement.key.split(".")[0]
        if not statement.is_assumption:
            continue
        if top in NOT_MOVED and not (top == "costs" and has_cost):
            left[top] = LeftOut(name=top, why=NOT_MOVED[top])
            continue
        if "[" in statement.key:
            left[statement.key] = LeftOut(name=statement.key, why=Phrase("one of a list, whose values have no key"))
            continue
        for key, value in _apart(_table(document, statement.key)):
            field = f"{top}.{key.removesuffix('_median_s').removesuffix('_p95_s')}"
            if isinstance(value, int | float) and not isinstance(value, bool) and value:
                moved.setdefault(field, []).append((f"{statement.key}.{key}", value))
            elif key not in NO_ASSUMPTIONS and f"{statement.key}.{key}" not in stated(scenario):
                left[field] = LeftOut(name=_named(field), why=_why_not(value))
    return (tuple(Assumption(name=_named(name), values=tuple(values)) for name, values in sorted(moved.items())),
            tuple(item for name, item in sorted(left.items()) if name not in moved))


def _apart(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield a table's values by key, each weight of a table of weights by itself."""
    for key, value in table.items():
        if key in WEIGHTS and isinstance(value, Mapping):
            yield from ((f"{key}.{name}", float(weight)) for name, weight in value.items())
        else:
            yield key, value


def stated(scenario: Scenario) -> frozenset[str]:
    """Return the tables of a scenario's file that have a source of their own."""
    return frozenset(statement.key for statement in scenario.statements)


def _named(field: str) -> str:
    return Phrase("{name} (all kinds)", name=field) if field.startswith(GROUPED) else field


def _why_not(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Phrase("it is zero, and so are its parts")
    if isinstance(value, Mapping | list):
        return Phrase("shares of a whole: where one is higher, others must be lower")
    return Phrase("words, which have no lower or higher")


def find_effects(
    runner: Runner, assumptions: Sequence[Assumption], shifts: tuple[Shift, ...], measures: Sequence[str],
    n_replications: int,
) -> dict[str, tuple[Effect, ...]]:
    """Return by measure what each assumption does to it, the largest first; paired with the scenario as it is."""
    base = Plan(shifts=shifts)
    ends = [(item.name, _plan(runner, shifts, item.down), _plan(runner, shifts, item.up))
            for item in assumptions]
    runner.ensure([base, *(plan for _, *both in ends for plan in both if plan is not None)], n_replications,
                  "sensitivity")

    def means(plan: Plan, measure: str) -> list[float]:
        found: list[float] = replication_means(runner.days(plan, measure, n_replications)).tolist()
        return found

    def difference(plan: Plan | None, measure: str) -> Estimate | None:
        return None if plan is None else paired_difference(means(plan, measure), means(base, measure))

    def effects(measure: str) -> tuple[Effect, ...]:
        found = [Effect(name=name, down=difference(down, measure), up=difference(up, measure))
                 for name, down, up in ends]
        return tuple(sorted(found, key=lambda effect: (-effect.size, effect.name)))

    return {measure: effects(measure) for measure in measures}


def _plan(runner: Runner, shifts: tuple[Shift, ...], overrides: Overrides) -> Plan | None:
    """Return the plan, None where the scenario's own checks refuse the value."""
    plan = Plan(shifts=shifts, overrides=overrides)
    try:
        runner.scenarios.key(plan)
    except InputError:
        return None
    return plan


def _table(document: Mapping[str, object], dotted: str) -> Mapping[str, object]:
    at: object = document
    for part in dotted.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at if isinstance(at, Mapping) else {}


def _moved(name: str, value: float | int, factor: float) -> float | int:
    """Return a value moved, a whole number still whole, a probability still one."""
    moved = value * factor
    if name.startswith(AT_MOST_ONE):
        return min(1.0, moved)
    return max(1, round(moved)) if isinstance(value, int) and not name.endswith("_s") else moved
