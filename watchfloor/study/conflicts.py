"""Which of some rules are in conflict, where all of them together have no solution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sim.city import F8
from sim.errors import InputError, WatchfloorError

INFEASIBLE = 2
"""What scipy's solver answers where no values keep the constraints."""


class RuleConflictError(InputError):
    """Rules that cannot all be kept; leaving out any one of those named would do."""

    def __init__(self, where: str, rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        super().__init__(where, got="no solution", expected="rules that can all be kept",
                         do="in conflict with what is required: " + "; ".join(rules) + "; ease one of them")


class Solved(Protocol):
    """What scipy's solver returns."""

    @property
    def x(self) -> F8 | None:
        """The values found."""

    @property
    def status(self) -> int:
        """Why it ended."""


def values_of(found: Solved, *, what: str) -> F8 | None:
    """Return the values found, None where there can be none.

    Raises:
        WatchfloorError: if the time was spent before either was known.
    """
    if found.x is None and found.status != INFEASIBLE:
        raise WatchfloorError(f"{what}: no solution found in time; expected one, or a proof that there is none; allow "
                              "fewer kinds of shifts, starts or lengths")
    return found.x


def find_conflict(rules: Sequence[str], is_possible: Callable[[frozenset[str]], bool]) -> tuple[str, ...]:
    """Return an irreducible set of rules without a solution: with any one of them left out there is one.

    The deletion filter of Chinneck & Dravnieks (1991): each rule in turn is left out for good if there is still no
    solution without it.

    Args:
        rules: all of them, together without a solution.
        is_possible: whether there is a solution with only these rules.
    """
    kept = list(rules)
    for rule in rules:
        without = [other for other in kept if other != rule]
        if not is_possible(frozenset(without)):
            kept = without
    return tuple(kept)
