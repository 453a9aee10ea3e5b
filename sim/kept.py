"""Results that depend on one unchanging value, such as a city, kept so that each run does not work them out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

MOST_KEPT = 4
"""Results of each function; of a large region one takes some tens of megabytes."""


def kept(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """Keep a function's latest results by the identity of its argument, which must not change, nor must they.

    Scenarios and cities hold arrays, so they have no hash; the argument is kept too, so that its identity stays its
    own.
    """
    found: dict[int, tuple[Value, Result]] = {}

    @wraps(function)
    def look_up(value: Value) -> Result:
        entry = found.get(id(value))
        if entry is None:
            entry = (value, function(value))
            for oldest in list(found)[: 1 - MOST_KEPT]:
                found.pop(oldest, None)  # another thread may have dropped it
            found[id(value)] = entry
        return entry[1]

    return look_up
