"""Results that depend on one unchanging value, such as a city, kept so that each run does not work them out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
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
    lock = RLock()

    @wraps(function)
    def look_up(value: Value) -> Result:
        with lock:
            if id(value) not in found:
                result = function(value)
                while len(found) >= MOST_KEPT:
                    del found[next(iter(found))]
                found[id(value)] = (value, result)
            return found[id(value)][1]

    return look_up
