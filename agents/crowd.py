"""Crowds: how many stand together, with an interval, and an alert when they are surely too many."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from agents.detections import height_px
from agents.following import FollowingDetector, check_enabled
from agents.people import Lookout
from agents.regions import gap_px
from agents.track import Track
from agents.watching import Box, Post
from sim.records import Alert

_Z95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdEstimate:
    """How many stand together in the largest group."""

    seen: float
    """Mean number seen over the last looks."""
    low: float
    """Lower 95 % bound on how many there are …"""
    high: float
    """… and upper one; both allow for those whom the network misses."""
    n_looks: int


class CrowdDetector(FollowingDetector):
    """Raises ``crowd`` when the largest group has held at least ``n_people``, by the lower bound of its estimate.

    People belong to one group if no more than half a body's height lies between them. The number is estimated as seen
    / recall, with the interval of a binomial thinning: in a dense crowd one hides the other, so ``recall`` is a
    setting to be measured on the camera. The score is 1 − n_people / (2 · low): one half at the limit itself. It is
    off until it is enabled.
    """

    name = "crowd"
    kinds = ("crowd",)
    claim = "attention cue"

    def __init__(self, *, enabled: bool = False, n_people: int = 10, hold_s: float = 3.0, recall: float = 0.6,
                 network: str = "yolox_nano", rate_hz: float = 2.0, size_px: int = 640) -> None:
        check_enabled(self.name, enabled)
        super().__init__(Lookout(network=network, kinds=("person",), rate_hz=rate_hz, size_px=size_px))
        self._n_people = n_people
        self._hold_s = hold_s
        self._recall = recall
        self.forget()

    @property
    def estimate(self) -> CrowdEstimate | None:
        """Of the last ``hold_s``; None before the first look."""
        if not self._counts:
            return None
        seen = sum(n for _, n in self._counts) / len(self._counts)
        half = _Z95 * math.sqrt(max(seen, 1.0) * (1.0 - self._recall)) / self._recall
        middle = seen / self._recall
        return CrowdEstimate(seen=seen, low=max(seen, middle - half), high=middle + half, n_looks=len(self._counts))

    def forget(self) -> None:
        """Forget all counts."""
        self._counts: deque[tuple[float, int]] = deque()
        self._began_s: float | None = None
        self._is_told = False

    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return an alert when a crowd has gathered; the next one only after it has parted."""
        self._began_s = t_s if self._began_s is None else self._began_s
        group = largest_group([track.box_xyxy for track in tracks if track.seen_s >= t_s])
        self._counts.append((t_s, len(group)))
        while t_s - self._counts[0][0] > self._hold_s:
            self._counts.popleft()
        estimate = self.estimate
        if estimate is None or t_s - self._began_s < self._hold_s:
            return ()
        if estimate.high < self._n_people:
            self._is_told = False
        if self._is_told or estimate.low < self._n_people or not group:
            return ()
        self._is_told = True
        box = (min(b[0] for b in group), min(b[1] for b in group), max(b[2] for b in group), max(b[3] for b in group))
        return [post.alert("crowd", detect_s=t_s, score=1.0 - self._n_people / (2.0 * estimate.low), box_xyxy=box)]


def largest_group(boxes: Sequence[Box]) -> list[Box]:
    """Return the most boxes that hang together, each within half a height of another."""
    left, largest = list(boxes), list[Box]()
    while left:
        group, edge = [], [left.pop()]
        while edge:
            box = edge.pop()
            group.append(box)
            near = [other for other in left if gap_px(box, other) <= 0.5 * max(height_px(box), height_px(other))]
            left = [other for other in left if other not in near]
            edge += near
        largest = max(largest, group, key=len)
    return largest
