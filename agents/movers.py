"""Who moved through the picture lately: motion joined over time, nameless, forgotten soon after."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.motion import MovingRegion
from agents.regions import gap_px
from agents.watching import Box

_LOST_S = 1.0
"""Somebody who was not seen moving for so long has stopped or gone; what moves there next is somebody else."""
_SAMPLE_S = 0.2
_LEAST_PATH = 4
_SAME_GAP = 0.25


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

    @property
    def went_about(self) -> bool:
        """True if it was ever farther than its own length from where it began: lettering that flickers never is."""
        return any(gap_px(self.path[0][1], box) > 0.0 for _, box in self.path)

    def was_at(self, box_xyxy: Box, *, from_s: float, to_s: float, reach_px: float) -> bool:
        """Say whether its feet came within reach of a place between two instants."""
        return any(from_s <= t_s <= to_s and gap_px(_feet(box), box_xyxy) <= reach_px for t_s, box in self.path)

    def came_to(self, box_xyxy: Box, *, to_s: float, reach_px: float, from_px: float) -> bool:
        """Say whether it came within reach of a place before an instant, from so far away: nobody who stood there."""
        came = [gap_px(box, box_xyxy) for t_s, box in self.path if t_s <= to_s]
        far = next((index for index, px in enumerate(came) if px >= from_px), None)
        return far is not None and min(came[far:]) <= reach_px

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

    def cut_back(self, t_s: float) -> None:
        """Forget what seemed to move after an instant."""
        for mover in self._all:
            while mover.path and mover.path[-1][0] > t_s:
                mover.path.pop()
        self._all = [mover for mover in self._all if mover.path]
        for mover in self._all:
            mover.seen_s, mover.box_xyxy = mover.path[-1]

    def update(self, regions: Sequence[MovingRegion], t_s: float) -> None:
        """Take the regions that move at an instant."""
        self._all = [mover for mover in self._all if t_s - mover.seen_s <= self._memory_s]
        alive = [mover for mover in self._all if t_s - mover.seen_s <= _LOST_S]
        ordered = sorted(regions, key=lambda region: -region.share)
        apart_px = _apart_px([mover.box_xyxy for mover in alive], [region.box_xyxy for region in ordered])
        for region, from_each in zip(ordered, apart_px, strict=True):
            nearest = int(from_each.argmin()) if alive else 0
            mover = alive[nearest] if alive and np.isfinite(from_each[nearest]) else None
            if mover is None:
                mover = Mover(box_xyxy=region.box_xyxy, seen_s=t_s)
                self._all.append(mover)
            else:
                apart_px[:, nearest] = np.inf
            mover.box_xyxy, mover.seen_s = region.box_xyxy, t_s
            if not mover.path or t_s - mover.path[-1][0] >= _SAMPLE_S:
                mover.path.append((t_s, region.box_xyxy))
            while t_s - mover.path[0][0] > self._memory_s:
                mover.path.popleft()


def _feet(box: Box) -> Box:
    """Return the lower quarter of a box: where what falls comes to rest."""
    return box[0], box[3] - 0.25 * (box[3] - box[1]), box[2], box[3]


def _apart_px(movers: Sequence[Box], regions: Sequence[Box]) -> NDArray[np.float64]:
    """Return how far apart the middles are, (regions, movers), doubled; infinite where it cannot be the same mover.

    It can where the gap between the two is within a quarter of the smaller one's longer side.
    """
    left, top, right, bottom = np.array(movers, dtype=np.float64).reshape(-1, 4).T
    now = np.array(regions, dtype=np.float64).reshape(-1, 1, 4)
    gap = np.maximum(np.maximum(now[..., 0] - right, left - now[..., 2]),
                     np.maximum(now[..., 1] - bottom, top - now[..., 3])).clip(0.0)
    sides = np.minimum(np.maximum(right - left, bottom - top),
                       np.maximum(now[..., 2] - now[..., 0], now[..., 3] - now[..., 1]))
    apart = np.abs(left + right - now[..., 0] - now[..., 2]) + np.abs(top + bottom - now[..., 1] - now[..., 3])
    return np.where(gap <= _SAME_GAP * sides, apart, np.inf)


def _longer_side(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])
