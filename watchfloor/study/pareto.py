"""Rosters that no other seen roster beats in cost, response and found share at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.estimate import Estimate
from watchfloor.study.examine import Examiner
from watchfloor.study.judge import mean_day
from watchfloor.study.staff import Staff

MEASURES = ("p90:response_time_s", "found_share", "unfounded_stops", "unit_utilisation")
"""The first two are wanted low and high; the others stand beside them, since finds alone are never the aim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoPoint:
    """A roster on the front."""

    staff: Staff
    cost_per_day: float
    values: dict[str, Estimate]
    """By measure of MEASURES: the mean day."""


def find_front(examiner: Examiner) -> tuple[ParetoPoint, ...]:
    """Return the front of all rosters seen, the cheapest first; by their means, which have intervals."""
    points = []
    for staff in examiner.seen:
        plan = examiner.plan(staff)
        values = {name: mean_day(examiner.runner.days(plan, name)) for name in MEASURES}
        if all(values[name].n for name in MEASURES[:2]):
            points.append(ParetoPoint(staff=staff, cost_per_day=examiner.cost(staff), values=values))
    return front(points)


def front(points: Sequence[ParetoPoint]) -> tuple[ParetoPoint, ...]:
    """Return the points that no other is at least as good as in everything and better in something."""
    def better(one: ParetoPoint, other: ParetoPoint) -> bool:
        mine, theirs = _aims(one), _aims(other)
        return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))

    kept = [point for point in points if not any(better(other, point) for other in points)]
    return tuple(sorted(kept, key=lambda point: (point.cost_per_day, point.staff)))


def _aims(point: ParetoPoint) -> tuple[float, float, float]:
    return (point.cost_per_day, point.values["p90:response_time_s"].mean, -point.values["found_share"].mean)
