"""Who moved through the picture lately: motion joined over time, nameless, forgotten soon after."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.motion import MovingRegion
from agents.regions import gap_px
from agents.watching import Box

_LOST_S = 1.0
"""Somebody who was not seen moving for so long has stopped or gone; what moves there next is somebody else."""
_SAMPLE_S = 0.2
_LEAST_PATH = 4


@dataclass(slots=True, kw_only=True)
class Mover:
    """Something that moves, or did until a short while ago."""

    box_xyxy: Box
    seen_s: float
    path: deque[tuple[float, Box]] = field(default_factory=deque)
    """(instant, box), oldest first."""

    @property
    def side_px(self) -> float:
        """Longer side, usually a person's height: the upper quartile over its path, which passing others widen less."""
        sides = sorted(_longer_side(box) for _, box in self.path)
        return sides[(3 * len(sides)) // 4] if sides else _longer_side(self.box_xyxy)

    @property
    def has_travelled(self) -> bool:
        """True if it went farther than its own length."""
        first, last = self.path[0][1] if self.path else self.box_xyxy, self.box_xyxy
        return len(self.path) >= _LEAST_PATH and gap_px(first, last) > 0.0

    def was_at(self, box_xyxy: Box, *, from_s: float, to_s: float, reach_px: float) -> bool:
        """Say whether its feet came within reach of a place between two instants."""
        return any(from_s <= t_s <= to_s and gap_px(_feet(box), box_xyxy) <= reach_px for t_s, box in self.path)

    def has_left(self, box_xyxy: Box, *, after_s: float, distance_px: float) -> bool:
        """Say whether it was last seen so far from a place, after an instant."""
        t_s, box = self.path[-1] if self.path else (self.seen_s, self.box_xyxy)
        return t_s > after_s and gap_px(box, box_xyxy) >= distance_px


class Movers:
    """Joins moving regions to movers by overlap and nearness, and forgets them after ``memory_s``."""

    def __init__(self, *, memory_s: float) -> None:
        self._memory_s = memory_s
        self._all: list[Mover] = []

    @property
    def all(self) -> Sequence[Mover]:
        """Everyone remembered, in order of appearance."""
        return self._all

    def update(self, regions: Sequence[MovingRegion], t_s: float) -> None:
        """Take the regions that move at an instant."""
        self._all = [mover for mover in self._all if t_s - mover.seen_s <= self._memory_s]
        alive = [mover for mover in self._all if t_s - mover.seen_s <= _LOST_S]
        free = list(alive)
        for region in sorted(regions, key=lambda region: -region.share):
            near = [mover for mover in free if _is_same(mover.box_xyxy, region.box_xyxy)]
            mover = min(near, key=lambda mover: _apart_px(mover.box_xyxy, region.box_xyxy), default=None)
            if mover is None:
                mover = Mover(box_xyxy=region.box_xyxy, seen_s=t_s)
                self._all.append(mover)
            else:
                free.remove(mover)
            mover.box_xyxy, mover.seen_s = region.box_xyxy, t_s
            if not mover.path or t_s - mover.path[-1][0] >= _SAMPLE_S:
                mover.path.append((t_s, region.box_xyxy))
            while t_s - mover.path[0][0] > self._memory_s:
                mover.path.popleft()


def _is_same(a: Box, b: Box) -> bool:
    return gap_px(a, b) <= 0.25 * min(_longer_side(a), _longer_side(b))


def _feet(box: Box) -> Box:
    """Return the lower quarter of a box: where what falls comes to rest."""
    return box[0], box[3] - 0.25 * (box[3] - box[1]), box[2], box[3]


def _apart_px(a: Box, b: Box) -> float:
    return abs(a[0] + a[2] - b[0] - b[2]) + abs(a[1] + a[3] - b[1] - b[3])


def _longer_side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])
