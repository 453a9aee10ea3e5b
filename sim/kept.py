"""Results that depend on one unchanging value, such as a city, kept so that each run does not work them out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import ref

Value = TypeVar("Value")
Result = TypeVar("Result")


def kept(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """Keep a function's results by the identity of its argument, each for as long as that value lives.

    Scenarios and cities hold arrays, so they have no hash. Neither they nor the results may change, and no result may
    hold the value itself, which would then live for ever.
    """
    found: dict[int, tuple[ref[Value], Result]] = {}

    @wraps(function)
    def look_up(value: Value) -> Result:
        ident = id(value)
        entry = found.get(ident)
        if entry is None or entry[0]() is not value:

            def forget(gone: ref[Value]) -> None:
                if ident in found and found[ident][0] is gone:
                    del found[ident]

            entry = (ref(value, forget), function(value))
            found[ident] = entry
        return entry[1]

    return look_up
