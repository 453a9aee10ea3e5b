"""Where people are and lately were, looked up once a second: what stands there is no thing that was left."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from agents.detections import covered_share, height_px, iou_matrix
from agents.network import Network
from agents.regions import gap_px
from agents.watching import Box
from hw.frame import Frame

_MIN_SCORE = 0.2
_BESIDE = 0.3
"""A shadow or a bag belongs to a person up to this share of the person's height away."""
_FEET = 0.2
_STOOD_LOOKS = 4
_STILL_LOOKS = 3
"""Of one person in one place fewer looks tell as much: the network does not find everybody in every look …"""
_STILL_IOU = 0.6
"""… and who walks has moved by a body's width in a second."""
_COVERED = 0.5
_SHARE = 0.5
_LEAST_PX, _MOST_PX = 416, 640
"""The network sees so much of a picture's longer side: of a smaller picture a larger share."""
_FIRST_S = 4.0
"""Whoever was there while the scene was learnt may have become part of it."""


class Presence:
    """People seen in the last ``memory_s``, as boxes without names.

    Args:
        network: finds them.
        every_s: how often it is asked.
    """

    def __init__(self, network: Network, *, every_s: float = 1.0, memory_s: float = 30.0) -> None:
        self._network = network
        self._every_s = every_s
        self._memory_s = memory_s
        self._looks: deque[tuple[float, list[Box]]] = deque()
        self._began_s: float | None = None
        self._at_first: list[Box] = []

    def begin_anew(self) -> None:
        """Take whoever is there from now for part of the scene too, which is learnt again."""
        self._began_s = None

    def update(self, frame: Frame, t_s: float) -> None:
        """Look at a frame if it is time to."""
        if self._looks and t_s - self._looks[-1][0] < 0.9 * self._every_s:
            return
        found = self._network.find(frame.bgr(), min_score=_MIN_SCORE, kinds=("person",), size_px=_size_px(frame))
        people = [item.box_xyxy for item in found]
        self._began_s = t_s if self._began_s is None else self._began_s
        if t_s - self._began_s <= _FIRST_S:
            self._at_first += people
        self._looks.append((t_s, people))
        while t_s - self._looks[0][0] > self._memory_s:
            self._looks.popleft()

    def is_beside(self, box_xyxy: Box) -> bool:
        """Say whether a place lies at or beside somebody who is there now."""
        return bool(self._looks) and any(gap_px(person, box_xyxy) <= _BESIDE * height_px(person)
                                         for person in self._looks[-1][1])

    def stood_over(self, box_xyxy: Box) -> bool:
        """Say whether people stood where a place now differs, above their feet: it is where they were, not a thing."""
        over = [[person for person in people if covered_share(box_xyxy, _above_feet(person)) >= _COVERED]
                for _, people in self._looks]
        was_learnt = any(covered_share(box_xyxy, person) >= _COVERED for person in self._at_first)
        return was_learnt or sum(map(bool, over)) >= _STOOD_LOOKS or any(
            _n_looks_of(person, over) >= _STILL_LOOKS for people in over for person in people)

    def height_px(self, box_xyxy: Box) -> float | None:
        """Return the height of the person who came nearest to a place; None if nobody was seen."""
        near = [(gap_px(person, box_xyxy), height_px(person)) for _, people in self._looks for person in people]
        return min(near)[1] if near else None


def _above_feet(person: Box) -> Box:
    return person[0], person[1], person[2], person[3] - _FEET * height_px(person)


def _n_looks_of(person: Box, looks: Sequence[Sequence[Box]]) -> int:
    """Return how many looks show somebody in the very place of a person."""
    return sum(bool(people) and iou_matrix([person], people).max() >= _STILL_IOU for people in looks)


def _size_px(frame: Frame) -> int:
    return round(min(_MOST_PX, max(_LEAST_PX, _SHARE * max(frame.size_wh))))
