"""The picture as it usually is, as it is lately, and by how much each pixel wavers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from agents.alignment import Margins, Plane, Sway, find_gain, find_sway, moved_back
from agents.edges import Mask
from agents.watching import Box

_BLOCK_PX = 16
_TONE_GREY = 18.0
"""Light that changes over a whole part of the picture is followed up to so many grey levels."""
_LEAST_SWAY_PX = 0.12
_FIRST_SD = 4.0
"""Held of a pixel until it has been seen over several groups of pictures, in which a codec hides its wavering."""
_WAVER_S = 15.0
"""Over so long a still pixel's deviations are learnt: several groups of pictures. Who passes teaches more slowly."""
_USUAL_RATIO = 0.6
"""A difference of more than this share of the least that counts is not taken for the scene's own wavering."""
_BRIGHT_GREY = 90.0
_DARK_SHARE = 0.5
"""The least contrast falls with the light below this grey, as what a thing reflects does, to this share."""
_CHANGED_GREY = 10.0
_EDGE_REACH = np.ones((7, 7), np.uint8)
_EDGES_EVERY_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What lasts in a picture and is not usual in it."""

    grey: Plane
    """Lately minus usual, freed of light that changed over a whole part of the picture."""
    ratio: Plane
    """The same in units of the least difference that counts at each pixel, without sign."""
    changed_share: float
    """Share of the picture that differs from the usual one now, lasting or not, by more than light explains."""


class SceneMemory:
    """Two backgrounds and a variance for each pixel, in grey levels.

    A false-alarm rate that is constant over the picture needs a threshold that follows each place: it is the largest
    of a stated contrast, ``n_sigma`` times the pixel's own deviation over time, and ``n_local`` times the deviation
    of the difference around it (cell averaging, Rohling 1983), so that foliage, a codec's pulse at a key frame and a
    flickering sign each raise their own. Beside an edge it is at least ``edge_share`` of that edge's contrast, which
    a codec's ringing and a sway of a fraction of a pixel come to.

    Args:
        first: the first picture.
        settle_s: a pixel's usual grey is known once it held still for so long.
    """

    def __init__(self, first: Plane, *, min_contrast: float, n_sigma: float, n_local: float, edge_share: float,
                 settle_s: float, fast_s: float, slow_s: float, local_px: int) -> None:
        self._min_contrast = min_contrast
        self._n_sigma = n_sigma
        self._n_local = n_local
        self._edge_share = edge_share
        self._settle_s = settle_s
        self._fast_s = fast_s
        self._slow_s = slow_s
        self._window = (local_px | 1, local_px | 1)
        self._guard = (local_px // 2 | 1, local_px // 2 | 1)
        self.usual = first.copy()
        self.lately = first.copy()
        self.still_s: Plane = np.zeros(first.shape, np.float32)
        self._variance: Plane | None = None
        self._lasting: Plane = np.full(first.shape, _FIRST_SD**2, np.float32)
        self._is_known: Mask = np.zeros(first.shape, np.bool_)
        self._edges: Plane = np.zeros(first.shape, np.float32)
        self._edges_at_s = -_EDGES_EVERY_S
        self._age_s = 0.0
        self._former: Plane = np.full(first.shape, np.nan, np.float32)
        self._has_turned = False
        self.sway = Sway()

    def look(self, picture: Plane, dt_s: float) -> Difference:
        """Take the next picture and return what is lastingly unusual in it."""
        self._age_s += dt_s
        picture = self._aligned(picture)
        step = cv2.absdiff(picture, self.lately)
        if self._variance is None:
            self._variance = np.full(picture.shape, _noise_of(step) ** 2, np.float32)
        deviation = cv2.sqrt(self._variance)
        moved = step > np.maximum(self._min_contrast, 4.0 * deviation)
        self.still_s += dt_s
        self.still_s[moved] = 0.0
        for border in _borders(self.sway.margins((picture.shape[1], picture.shape[0]))):
            self.still_s[border] = 0.0
            self._is_known[border] = False
        np.copyto(self.lately, picture, where=moved)
        cv2.accumulateWeighted(picture, self.lately, min(1.0, dt_s / self._fast_s), (~moved).view(np.uint8))
        self.learn(~self._is_known & (self.still_s >= self._settle_s))
        difference = self._difference(picture, deviation)
        self._follow(self._variance, picture, difference.grey, moved, difference.ratio < _USUAL_RATIO, dt_s)
        return difference

    def learn(self, where: Mask) -> None:
        """Make what is there lately the usual at the pixels of a mask."""
        np.copyto(self.usual, self.lately, where=where)
        self._is_known |= where

    def put_up_with(self, where: Mask) -> None:
        """Learn what came by itself, and keep in mind what was usual before, which may come back."""
        np.copyto(self._former, self.usual, where=where & self._is_known)
        self.learn(where)

    def has_come_back(self, box_xyxy: Box) -> bool:
        """Say whether a place looks as it did before what was put up with came."""
        left, top, right, bottom = (round(edge) for edge in box_xyxy)
        former, lately, usual = (plane[top:bottom, left:right] for plane in (self._former, self.lately, self.usual))
        was = np.isfinite(former)
        if was.mean() < 0.5:
            return False
        return bool(np.abs(lately - former)[was].mean() < 0.5 * np.abs(lately - usual)[was].mean())

    def _aligned(self, picture: Plane) -> Plane:
        gain = find_gain(picture, self.usual)
        if abs(gain - 1.0) > 0.004:
            picture = picture / np.float32(gain)
        sway = find_sway(picture, self.usual, start=self.sway)
        self._has_turned = sway is None
        self.sway = sway or Sway()
        moved_px = np.abs(self.sway.corners_px((picture.shape[1], picture.shape[0]))).max()
        return moved_back(picture, self.sway) if moved_px > _LEAST_SWAY_PX else picture

    def _difference(self, picture: Plane, deviation: Plane) -> Difference:
        grey = self.lately - self.usual
        grey -= _tone(grey)
        grey[~self._is_known] = 0.0
        local = self._local_deviation(np.clip(grey, -2.0 * self._min_contrast, 2.0 * self._min_contrast))
        least = np.maximum(self._least(), np.maximum(self._n_sigma * cv2.sqrt(self._lasting), self._n_local * local))
        away = np.abs(picture[::4, ::4] - self.usual[::4, ::4])
        share = float((away > np.maximum(_CHANGED_GREY, 4.0 * deviation[::4, ::4])).mean())
        return Difference(grey=grey, ratio=np.abs(grey) / least, changed_share=1.0 if self._has_turned else share)

    def _local_deviation(self, grey: Plane) -> Plane:
        """Return the deviation in the window round each pixel but for the guard cells, which a thing fills."""
        square = grey * grey
        whole, guard = (cv2.boxFilter(square, -1, window, normalize=False) for window in (self._window, self._guard))
        n_cells = self._window[0] ** 2 - self._guard[0] ** 2
        deviation: Plane = cv2.sqrt(np.maximum(whole - guard, 0.0) / np.float32(n_cells))
        return deviation

    def _least(self) -> Plane:
        """Return the difference that counts whatever wavers: the stated contrast, more beside an edge."""
        if self._age_s - self._edges_at_s >= _EDGES_EVERY_S:
            usual = self.usual.clip(0.0, 255.0).astype(np.uint8)
            contrast = cv2.morphologyEx(usual, cv2.MORPH_GRADIENT, _EDGE_REACH)
            light = cv2.blur(self.usual, self._window) * np.float32(1.0 / _BRIGHT_GREY)
            self._edges = np.maximum(self._edge_share * contrast.astype(np.float32),
                                     self._min_contrast * np.clip(light, _DARK_SHARE, 1.0))
            self._edges_at_s = self._age_s
        return self._edges

    def _follow(self, variance: Plane, picture: Plane, grey: Plane, moved: Mask, is_usual: Mask, dt_s: float) -> None:
        """Follow slow change and each pixel's wavering; what stays there and is not usual teaches nothing."""
        away = picture - self.usual
        most = np.maximum(2.0 * self._min_contrast, 3.0 * cv2.sqrt(variance))
        moved_mask, still_mask = ((where & self._is_known).view(np.uint8) for where in (moved, is_usual & ~moved))
        for squared, kept in ((away * away, variance), (grey * grey, self._lasting)):
            clipped = np.minimum(squared, most * most)
            cv2.accumulateWeighted(clipped, kept, min(1.0, dt_s / self._slow_s), moved_mask)
            cv2.accumulateWeighted(clipped, kept, min(1.0, dt_s / _WAVER_S), still_mask)
        cv2.accumulateWeighted(self.lately, self.usual, min(1.0, dt_s / self._slow_s),
                               (is_usual & self._is_known).view(np.uint8))


def _borders(margins: Margins) -> Iterator[tuple[slice, slice]]:
    """Yield the strips of a picture that lie within margins."""
    left, top, right, bottom = margins
    strips = ((top, np.s_[:top, :]), (bottom, np.s_[-bottom:, :]), (left, np.s_[:, :left]), (right, np.s_[:, -right:]))
    return (strip for px, strip in strips if px)


def _noise_of(step: Plane) -> float:
    """Return the deviation held of a sensor at first, from two pictures; a moving minority of pixels counts little."""
    return max(_FIRST_SD, 1.4826 * float(np.median(step[::4, ::4])) / math.sqrt(2.0))


def _tone(grey: Plane) -> Plane:
    """Return the part of a difference that is the same over a whole neighbourhood."""
    height, width = grey.shape
    small = cv2.resize(np.clip(grey, -_TONE_GREY, _TONE_GREY), (-(-width // _BLOCK_PX), -(-height // _BLOCK_PX)),
                       interpolation=cv2.INTER_AREA)
    tone: Plane = cv2.resize(cv2.medianBlur(small, 5), (width, height), interpolation=cv2.INTER_LINEAR)
    return tone
