"""The picture as it usually is, as it is lately, and by how much each pixel wavers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from agents.alignment import Plane, Sway, find_gain, find_sway, moved_back
from agents.edges import Mask
from agents.likeness import missed_share
from agents.scene_kernel import compile_kernel, follow_lately, tell_unusual
from agents.watching import Box

Window: TypeAlias = tuple[slice, slice]
"""Rows and columns of a part of a picture."""
_BLOCK_PX = 16
_TONE_GREY = 18.0
"""Light that changes over a whole part of the picture is followed up to so many grey levels."""
_LEAST_SWAY_PX = 0.12
_FIRST_SD = 4.0
"""Held of a pixel until it has been seen over several groups of pictures, in which a codec hides its wavering."""
_HELD_S = 2.0
"""What is held at first weighs as much as so long a look at a picture that sends its noise."""
_STILL_GREY = 0.5
"""A picture in which half the pixels change by less from look to look is still."""
_SAMPLED = 4
_WAVER_S = 15.0
"""Over so long a still pixel's deviations are learnt: several groups of pictures. Who passes teaches more slowly."""
_BRIGHT_GREY = 90.0
_DARK_SHARE = 0.5
"""The least contrast falls with the light below this grey, as what a thing reflects does, to this share."""
_CHANGED_GREY = 10.0
_ELSEWHERE_SHARE = 0.5
"""Of the usual texture is missing in another view …"""
_STEADY_SHARE = 0.25
"""… but not so much from one picture to the next; in heavy rain by night it is, and nothing can be said."""
_KNOWN_SHARE = 0.8
_EDGE_REACH = np.ones((7, 7), np.uint8)
_EDGES_EVERY_S = 3.0
_COARSE = 2
"""Reduction of the picture in which deviations round about are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What lasts in a picture and is not usual in it."""

    grey: Plane
    """Lately minus usual, freed of light that changed over a whole part of the picture."""
    ratio: Plane
    """Its size in units of the least difference that counts at each pixel; 0 where it has not held still."""
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
        most_changed: a picture of which a larger share is not as usual teaches nothing: it is of another view.
    """

    def __init__(self, first: Plane, *, min_contrast: float, n_sigma: float, n_local: float, edge_share: float,
                 settle_s: float, fast_s: float, slow_s: float, local_px: int, most_changed: float = 1.0) -> None:
        self._min_contrast = min_contrast
        self._n_sigma = n_sigma
        self._n_local = n_local
        self._edge_share = edge_share
        self._settle_s = settle_s
        self._most_changed = most_changed
        self._fast_s = fast_s
        self._slow_s = slow_s
        self._local_px = local_px | 1
        self._window_px = local_px // _COARSE | 1
        self._guard_px = self._window_px // 2 | 1
        self.usual = first.copy()
        self.lately = first.copy()
        self.still_s: Plane = np.zeros(first.shape, np.float32)
        self._variance: Plane | None = None
        self._lasting: Plane = np.full(first.shape, _FIRST_SD**2, np.float32)
        self._is_known: Mask = np.zeros(first.shape, np.bool_)
        self._learnt_at_s: Plane = np.zeros(first.shape, np.float32)
        self._moved: Mask = np.zeros(first.shape, np.bool_)
        self._edges: Plane = np.zeros(first.shape, np.float32)
        self._edges_at_s = -_EDGES_EVERY_S
        self._age_s = 0.0
        self._former: Plane = np.full(first.shape, np.nan, np.float32)
        self._before: Plane | None = None
        self._waver_s = _WAVER_S
        self._sample = first[::_SAMPLED, ::_SAMPLED].copy()
        compile_kernel()
        self.sway = Sway()

    def look(self, picture: Plane, dt_s: float) -> Difference:
        """Take the next picture and return what is lastingly unusual in it."""
        self._age_s += dt_s
        self._waver_s = self._learning_s(picture)
        picture, sway = self._laid_over(picture)
        if self._variance is None:
            noise = _noise_of(cv2.absdiff(picture, self.lately))
            self._variance = np.full(picture.shape, noise**2, np.float32)
        share = 1.0 if sway is None or self._is_elsewhere(picture) else self._away_share(picture, self._variance)
        if share > self._most_changed:
            nothing: Plane = np.zeros(picture.shape, np.float32)
            return Difference(grey=nothing, ratio=nothing, changed_share=share)
        self.sway = sway or Sway()
        grey: Plane = np.empty_like(picture)
        margins = self.sway.margins((picture.shape[1], picture.shape[0]))
        follow_lately(picture, self._variance, self.usual, self.lately, self.still_s, self._learnt_at_s, self._moved,
                      self._is_known, grey, margins, self._min_contrast, dt_s, min(1.0, dt_s / self._fast_s),
                      self._settle_s, self._age_s)
        cv2.subtract(grey, _tone(grey), dst=grey)
        if not self._is_known.all():
            np.copyto(grey, 0.0, where=~self._is_known)
        ratio, shares = self.deviation_around(grey), np.array([dt_s / self._slow_s, dt_s / self._waver_s], np.float32)
        tell_unusual(picture, self._variance, self.usual, self.lately, self.still_s, self._lasting, self._moved,
                     self._is_known, grey, self._least(), ratio, self._min_contrast, self._n_sigma, self._n_local,
                     self._fast_s, shares.clip(max=1.0))
        return Difference(grey=grey, ratio=ratio, changed_share=share)

    def changed_share(self, picture: Plane) -> float:
        """Return the share of a picture that is not as usual, 1 for another view; it teaches nothing."""
        picture, sway = self._laid_over(picture)
        if sway is None or self._variance is None or (missed_share(picture, self.usual) or 0.0) > _ELSEWHERE_SHARE:
            return 1.0
        return self._away_share(picture, self._variance)

    def learn(self, window: Window) -> None:
        """Make what is there lately the usual in a part of the picture, but for pixels that something passes."""
        rests = self.still_s[window] >= self._fast_s
        np.copyto(self.usual[window], self.lately[window], where=rests)
        self._is_known[window] |= rests
        self._learnt_at_s[window] = self._age_s

    def usual_for_s(self, box_xyxy: Box) -> float:
        """Return for how long at least what is usual at a place has been that."""
        left, top, right, bottom = (round(edge) for edge in box_xyxy)
        return self._age_s - float(self._learnt_at_s[top:bottom, left:right].max(initial=0.0))

    def put_up_with(self, window: Window) -> None:
        """Learn what came by itself, and keep in mind what was usual before, which may come back."""
        np.copyto(self._former[window], self.usual[window], where=self._is_known[window])
        self.learn(window)

    def has_come_back(self, box_xyxy: Box) -> bool:
        """Say whether a place looks as it did before what was put up with came."""
        left, top, right, bottom = (round(edge) for edge in box_xyxy)
        former, lately, usual = (plane[top:bottom, left:right] for plane in (self._former, self.lately, self.usual))
        was = np.isfinite(former)
        if was.mean() < 0.5:
            return False
        return bool(np.abs(lately - former)[was].mean() < 0.5 * np.abs(lately - usual)[was].mean())

    def _learning_s(self, picture: Plane) -> float:
        """Return over how long deviations are learnt: a picture that sends its noise tells them from the beginning.

        Where a codec sends still pictures between key frames, what was held at first is held for longer.
        """
        before, self._sample = self._sample, picture[::_SAMPLED, ::_SAMPLED].copy()
        is_still = float(np.median(cv2.absdiff(self._sample, before))) < _STILL_GREY
        return _WAVER_S if is_still else min(_WAVER_S, _HELD_S + self._age_s)

    def _laid_over(self, picture: Plane) -> tuple[Plane, Sway | None]:
        """Return a picture in the usual light and place, and how it had moved; None if it is of another view."""
        gain = find_gain(picture, self.usual)
        if abs(gain - 1.0) > 0.004:
            picture = picture / np.float32(gain)
        sway = find_sway(picture, self.usual, start=self.sway)
        if sway is None:
            return picture, None
        moved_px = np.abs(sway.corners_px((picture.shape[1], picture.shape[0]))).max()
        return (moved_back(picture, sway) if moved_px > _LEAST_SWAY_PX else picture), sway

    def _is_elsewhere(self, picture: Plane) -> bool:
        """Say whether a picture has the texture of the one before and not the usual one."""
        before, self._before = self._before, picture
        if before is None or not self._is_known[::_SAMPLED, ::_SAMPLED].mean() > _KNOWN_SHARE:
            return False
        if (missed_share(picture, self.usual) or 0.0) <= _ELSEWHERE_SHARE:
            return False
        from_before = missed_share(picture, before)
        return from_before is not None and from_before <= _STEADY_SHARE

    def _away_share(self, picture: Plane, variance: Plane) -> float:
        away = np.abs(picture[::4, ::4] - self.usual[::4, ::4])
        return float((away > np.maximum(_CHANGED_GREY, 4.0 * np.sqrt(variance[::4, ::4]))).mean())

    def deviation_around(self, grey: Plane) -> Plane:
        """Return the deviation in the window round each pixel but for the guard cells, which a thing fills.

        At half the size: what is meant over a window hardly changes from one pixel to the next.
        """
        height, width = grey.shape
        clipped = np.clip(grey, -2.0 * self._min_contrast, 2.0 * self._min_contrast)
        small_wh = (max(1, width // _COARSE), max(1, height // _COARSE))
        square = cv2.resize(cv2.multiply(clipped, clipped, dst=clipped), small_wh, interpolation=cv2.INTER_AREA)
        whole, guard = (cv2.boxFilter(square, -1, (side_px, side_px), normalize=False)
                        for side_px in (self._window_px, self._guard_px))
        n_cells = self._window_px**2 - self._guard_px**2
        deviation = np.sqrt(np.maximum(whole - guard, 0.0) / np.float32(n_cells))
        found: Plane = cv2.resize(deviation, (width, height), interpolation=cv2.INTER_LINEAR)
        return found

    def _least(self) -> Plane:
        """Return the difference that counts whatever wavers: the stated contrast, more beside an edge."""
        if self._age_s - self._edges_at_s >= _EDGES_EVERY_S:
            usual = self.usual.clip(0.0, 255.0).astype(np.uint8)
            contrast = cv2.morphologyEx(usual, cv2.MORPH_GRADIENT, _EDGE_REACH)
            light = cv2.blur(self.usual, (self._local_px, self._local_px)) * np.float32(1.0 / _BRIGHT_GREY)
            self._edges = np.maximum(self._edge_share * contrast.astype(np.float32),
                                     self._min_contrast * np.clip(light, _DARK_SHARE, 1.0))
            self._edges_at_s = self._age_s
        return self._edges


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
