"""What has come to stay in a picture: places that differ from the usual scene, followed until they are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from agents.alignment import Plane
from agents.edges import Mask
from agents.mask_parts import find_parts
from agents.regions import gap_px
from agents.watching import Box

_KEPT_RATIO = 0.6
"""A place belongs to a remain down to this share of the least difference, once it was reached somewhere in it."""
_JOIN = np.ones((3, 3), np.uint8)
_SURROUND = np.ones((5, 5), np.uint8)
_MARGIN_PX = 3
_MOST_PLACES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Connected pixels that differ from the usual scene in one look."""

    box_xyxy: Box
    """Working pixels."""
    n_px: int
    peak: float
    """Greatest difference, in units of the least one that counts."""
    ring_share: float
    """Share of the pixels round about that differ too."""
    contrast_now: float
    """Difference between the place and its surroundings lately, in grey levels …"""
    contrast_usual: float
    """… and usually: what is put down stands out, what was taken away did."""

    @property
    def is_gone(self) -> bool:
        """True if it stood out more than it does."""
        return self.contrast_now < self.contrast_usual


@dataclass(slots=True, kw_only=True)
class Remain:
    """A place over time."""

    place: Place
    first_s: float
    seen_s: float
    visible_s: float = 0.0
    """Time in which it could be seen and was there."""
    absent_s: float = 0.0
    """Time in which it could be seen and was not there."""
    n_keys: int = 0
    """Key frames that showed it."""
    peaks: float = 0.0
    """Sum of peaks over the looks that showed it."""
    n_seen: int = 0

    @property
    def peak(self) -> float:
        """Mean of its peaks."""
        return self.peaks / max(1, self.n_seen)


def find_places(ratio: Plane, lately: Plane, usual: Plane, *, min_px: int) -> list[Place]:
    """Return the connected places of a difference, by hysteresis.

    Args:
        ratio: difference in units of the least that counts, 0 where it has not held still.
        lately: grey levels of the picture as it is lately.
        usual: grey levels of the usual picture.
        min_px: fewer pixels are noise.
    """
    if not (ratio >= 1.0).any():
        return []
    weak = (ratio > _KEPT_RATIO).view(np.uint8)
    places = []
    for part in find_parts(cv2.morphologyEx(weak, cv2.MORPH_CLOSE, _JOIN), min_px=min_px):
        (top, left), (height, width) = part.at, part.is_in.shape
        peak = float(ratio[top:top + height, left:left + width][part.is_in.view(np.bool_)].max())
        if peak < 1.0:
            continue
        margins = [min(_MARGIN_PX, edge) for edge in (top, left)]
        box = np.s_[top - margins[0]:top + height + _MARGIN_PX, left - margins[1]:left + width + _MARGIN_PX]
        mine = np.zeros(weak[box].shape, np.uint8)
        mine[margins[0]:margins[0] + height, margins[1]:margins[1] + width] = part.is_in
        around = cv2.dilate(mine, _SURROUND) > mine
        places.append(Place(
            box_xyxy=(left, top, left + width, top + height), n_px=part.n_px, peak=peak,
            ring_share=_ring_share(weak, left, top, width, height),
            contrast_now=_contrast(lately[box], mine > 0, around),
            contrast_usual=_contrast(usual[box], mine > 0, around)))
    return sorted(places, key=lambda place: -place.peak)[:_MOST_PLACES]


def _ring_share(weak: np.ndarray, left: int, top: int, width: int, height: int) -> float:
    wide = max(3, (width + height) // 2)
    window = weak[max(0, top - wide):top + height + wide, max(0, left - wide):left + width + wide]
    around = window.size - width * height
    within = int(weak[top:top + height, left:left + width].sum())
    return (int(window.sum()) - within) / max(1, around)


def _contrast(picture: Plane, mine: Mask, around: Mask) -> float:
    if not around.any():
        return 0.0
    return float(np.abs(picture[mine] - np.median(picture[around])).mean())


class Remains:
    """Follows places from look to look, also while somebody stands before them.

    Args:
        reach_px: places nearer than this in successive looks are one.
        patience_s: a remain that could be seen and was not there for longer is given up.
    """

    def __init__(self, *, reach_px: float, patience_s: float) -> None:
        self._reach_px = reach_px
        self._patience_s = patience_s
        self._all: list[Remain] = []

    @property
    def all(self) -> Sequence[Remain]:
        """All that are followed now."""
        return self._all

    def update(self, places: Sequence[Place], t_s: float, dt_s: float, *, n_keys: int,
               is_hidden: Callable[[Box], bool]) -> None:
        """Take the places of the next look, and how many key frames came since the last one."""
        free = list(self._all)
        for place in sorted(places, key=lambda place: -place.peak):
            remain = min((item for item in free if gap_px(item.place.box_xyxy, place.box_xyxy) <= self._reach_px),
                         key=lambda item: item.first_s, default=None)
            if remain is None:
                remain = Remain(place=place, first_s=t_s, seen_s=t_s)
                self._all.append(remain)
            else:
                free.remove(remain)
                remain.visible_s += dt_s
                remain.n_keys += n_keys
            remain.place, remain.seen_s = place, t_s
            remain.peaks += place.peak
            remain.n_seen += 1
        for remain in free:
            if not is_hidden(remain.place.box_xyxy):
                remain.absent_s += dt_s
        self._all = [remain for remain in self._all
                     if remain.absent_s <= max(self._patience_s, 0.3 * remain.visible_s)]

    def drop(self, remain: Remain) -> None:
        """Follow it no longer."""
        self._all.remove(remain)


def window_of(box_xyxy: Box, *, margin_px: int) -> tuple[slice, slice]:
    """Return the rows and columns in and round a box."""
    left, top, right, bottom = (round(edge) for edge in box_xyxy)
    return (slice(max(0, top - margin_px), bottom + margin_px), slice(max(0, left - margin_px), right + margin_px))
