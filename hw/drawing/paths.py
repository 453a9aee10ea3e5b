"""Where something that moves is at each instant."""

from __future__ import annotations

import bisect
import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Place and motion at one instant."""

    x_m: float
    y_m: float
    heading_rad: float
    """Counter-clockwise from east."""
    travelled_m: float
    """Along the path since its start."""
    speed_mps: float


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Straight lines between knots (second, x, y); before the first and after the last knot there is nothing there."""

    knots: tuple[tuple[float, float, float], ...]
    facing_rad: float = 0.0
    """Heading of what never moves."""

    @classmethod
    def through(
        cls, points: Sequence[tuple[float, float]], *, start_s: float, speed_mps: float, facing_rad: float = 0.0,
    ) -> Path:
        """Pass through points at a steady speed."""
        knots, t_s = [(start_s, *points[0])], start_s
        for before, point in itertools.pairwise(points):
            t_s += math.dist(before, point) / speed_mps
            knots.append((t_s, *point))
        return cls(tuple(knots), facing_rad)

    @property
    def start_s(self) -> float:
        """When it appears."""
        return self.knots[0][0]

    @property
    def end_s(self) -> float:
        """When it is gone."""
        return self.knots[-1][0]

    def is_there(self, t_s: float) -> bool:
        """Say whether it exists at an instant."""
        return self.start_s <= t_s <= self.end_s

    def step(self, t_s: float) -> Step:
        """Return place and motion; beyond its ends the path stands still."""
        return _step(self, t_s)

    def _find_step(self, t_s: float) -> Step:
        knots = self.knots
        t_s = min(max(t_s, knots[0][0]), knots[-1][0])
        i = max(0, min(len(knots) - 2, bisect.bisect_right(knots, (t_s, math.inf, math.inf)) - 1))
        travelled = sum(math.dist(knots[j][1:], knots[j + 1][1:]) for j in range(i))
        if len(knots) == 1:
            return Step(x_m=knots[0][1], y_m=knots[0][2], heading_rad=self.facing_rad, travelled_m=0.0, speed_mps=0.0)
        (t0, x0, y0), (t1, x1, y1) = knots[i], knots[i + 1]
        share = (t_s - t0) / (t1 - t0) if t1 > t0 else 0.0
        length = math.dist((x0, y0), (x1, y1))
        return Step(x_m=x0 + share * (x1 - x0), y_m=y0 + share * (y1 - y0), heading_rad=self._heading(i, t_s),
                    travelled_m=travelled + share * length, speed_mps=length / (t1 - t0) if t1 > t0 else 0.0)

    def _heading(self, i: int, t_s: float) -> float:
        """Return the segment's heading, turning over 0.4 s; a pause keeps the heading of the last move."""
        here = self._segment_heading(i)
        before = self._segment_heading(i - 1) if i > 0 else here
        share = min(1.0, (t_s - self.knots[i][0]) / 0.4)
        turn = (here - before + math.pi) % math.tau - math.pi
        return before + share * turn

    def _segment_heading(self, i: int) -> float:
        for j in range(i, -1, -1):
            (_, x0, y0), (_, x1, y1) = self.knots[j], self.knots[j + 1]
            if math.dist((x0, y0), (x1, y1)) > 1e-6:
                return math.atan2(y1 - y0, x1 - x0)
        return self.facing_rad


@functools.lru_cache(maxsize=1024)
def _step(path: Path, t_s: float) -> Step:
    """Each picture asks several times."""
    return path._find_step(t_s)
