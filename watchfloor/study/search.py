"""The smallest roster that meets the targets, found with as few rosters played as may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from watchfloor.study.staff import Staff


def find_smallest(
    meets: Callable[[Staff], bool], cost: Callable[[Staff], float], *, high: Staff, low: Staff,
    good: Iterable[Staff] = (),
) -> Staff | None:
    """Return the cheapest roster that meets, of those from ``low`` to ``high``; None if neither ``high`` nor any good.

    It is taken that more of either never spoils what met. Where ``high`` does not meet although smaller ones do, since
    who finds more also calls for more units, the search goes on below the cheapest of those. Then the fewest
    inspectors with all the units, and the fewest units with all the inspectors, bound the corner in which the answer
    lies; it is walked through by bisection, leaving out what could not be cheaper.

    Args:
        meets: whether a roster meets; asked at most once for each.
        cost: of a roster; rises with either number.
        high: the largest roster allowed.
        low: the smallest roster allowed.
        good: rosters that are known to meet.
    """
    asked: dict[Staff, bool] = {}

    def ask(inspectors: int, units: int) -> bool:
        staff = Staff(inspectors=inspectors, units=units)
        if staff not in asked:
            asked[staff] = meets(staff)
        return asked[staff]

    if not ask(high.inspectors, high.units):
        below = [staff for staff in good if staff.inspectors <= high.inspectors and staff.units <= high.units]
        if not below:
            return None
        high = min(below, key=cost)
        asked[high] = True
    first_inspectors = least(lambda count: ask(count, high.units), low.inspectors, high.inspectors)
    first_units = least(lambda count: ask(high.inspectors, count), low.units, high.units)
    best: Staff | None = None
    for inspectors in range(first_inspectors, high.inspectors + 1):
        top = high.units
        while best and top >= first_units and cost(Staff(inspectors=inspectors, units=top)) >= cost(best):
            top -= 1
        if top < first_units:
            break
        if ask(inspectors, first_units):
            best = Staff(inspectors=inspectors, units=first_units)
            break
        if ask(inspectors, top):
            units = least(partial(ask, inspectors), first_units, top)
            best = Staff(inspectors=inspectors, units=units)
    return best


def least(meets: Callable[[int], bool], low: int, high: int) -> int:
    """Return the least number from ``low`` to ``high`` that meets; ``high`` is known to."""
    while low < high:
        middle = (low + high) // 2
        if meets(middle):
            high = middle
        else:
            low = middle + 1
    return high
