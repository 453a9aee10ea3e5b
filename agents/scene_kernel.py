"""The scene memory's arithmetic on one picture, compiled: what is there lately, and what of it is unusual.

The steps are those of array operations, taken pixel by pixel in two passes, so that a plane is read once in each.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.alignment import Margins, Plane
from agents.edges import Mask
from sim.compiled import compiled_entry

Shares: TypeAlias = NDArray[np.float32]
"""By how much slow change, and a still pixel's deviations, are followed in one look: 0 to 1."""
_OF_STEP, _OF_WAVER = np.float32(4.0), np.float32(3.0)
"""A step of so many deviations is movement; a larger one than that is not taken for wavering."""
_USUAL_RATIO = np.float32(0.6)
"""A difference of more than this share of the least that counts is not taken for the scene's own wavering."""


@cache
def compile_kernel() -> None:
    """Compile both functions, or fetch them compiled, so that no camera waits for it at its first pictures."""
    plane, mask = np.zeros((1, 1), np.float32), np.zeros((1, 1), np.bool_)
    follow_lately(plane, plane, plane, plane, plane, plane, mask, mask, plane, (0, 0, 0, 0), 6.0, 0.3, 0.3, 2.0, 1.0)
    tell_unusual(plane, plane, plane, plane, plane, plane, mask, mask, plane, plane + 1.0, plane, 6.0, 4.0, 4.0, 1.0,
                 np.zeros(2, np.float32))


@compiled_entry
def follow_lately(
    picture: Plane, variance: Plane, usual: Plane, lately: Plane, still_s: Plane, learnt_at_s: Plane, moved: Mask,
    is_known: Mask, grey: Plane, margins: Margins, min_contrast: float, dt_s: float, share: float, settle_s: float,
    age_s: float,
) -> None:
    """Follow what is there lately, and learn what held still where nothing is known yet.

    Args:
        picture: grey levels now, in the usual light and place; shape (height, width), as all others.
        variance: of each pixel over time.
        usual: becomes ``lately`` where it settles.
        lately: becomes the picture where that moved, and takes over ``share`` of it else.
        still_s: for how long each pixel has held still.
        learnt_at_s: becomes ``age_s`` where a pixel settles.
        moved: becomes where the picture differs from ``lately`` by more than movement takes.
        is_known: becomes False within the margins, True where a pixel settles.
        grey: becomes ``lately`` less ``usual``.
        margins: pixels at each border that lie outside the picture.
        min_contrast: least step that is movement, in grey levels.
        dt_s: since the last look.
        share: 0 to 1.
        settle_s: a pixel that held still so long settles.
        age_s: of the memory.
    """
    height, width = picture.shape
    left, top, right, bottom = margins
    least, step_s, follows = np.float32(min_contrast**2), np.float32(dt_s), np.float32(share)
    settles_s, now_s = np.float32(settle_s), np.float32(age_s)
    for y in range(height):
        for x in range(width):
            away = picture[y, x] - lately[y, x]
            moves = away * away > max(least, _OF_STEP * _OF_STEP * variance[y, x])
            moved[y, x] = moves
            lately[y, x] = picture[y, x] if moves else lately[y, x] + follows * away
            still_s[y, x] = np.float32(0.0) if moves else still_s[y, x] + step_s
        if y < top or y >= height - bottom:
            still_s[y] = np.float32(0.0)
            is_known[y] = False
        for x in range(left):
            still_s[y, x], is_known[y, x] = np.float32(0.0), False
        for x in range(width - right, width):
            still_s[y, x], is_known[y, x] = np.float32(0.0), False
        for x in range(width):
            if not is_known[y, x] and still_s[y, x] >= settles_s:
                usual[y, x], learnt_at_s[y, x], is_known[y, x] = lately[y, x], now_s, True
        for x in range(width):
            grey[y, x] = lately[y, x] - usual[y, x]


@compiled_entry
def tell_unusual(
    picture: Plane, variance: Plane, usual: Plane, lately: Plane, still_s: Plane, lasting: Plane, moved: Mask,
    is_known: Mask, grey: Plane, least: Plane, local: Plane, min_contrast: float, n_sigma: float, n_local: float,
    hold_s: float, shares: Shares,
) -> None:
    """Put a difference in units of the least that counts, and follow slow change and each pixel's wavering.

    Args:
        picture: as of :func:`follow_lately`, as all others but these:
        usual: takes over of ``lately`` the slow share where the difference is usual.
        lasting: variance of the lasting difference; it and ``variance`` take over what a clipped square says: of the
            slow share where the picture moved, of the other where it did not and the difference is usual.
        grey: the difference, freed of light.
        least: what counts whatever wavers, in grey levels.
        local: deviation round about; becomes the difference in units of what counts, 0 where it has not held still.
        n_sigma: of a pixel's own deviation count …
        n_local: … and of that round about.
        hold_s: so long is holding still.
        shares: slow, and of a still pixel's deviations.
    """
    height, width = picture.shape
    sigmas, locals_, holds_s = np.float32(n_sigma), np.float32(n_local), np.float32(hold_s)
    most_contrast = np.float32(4.0 * min_contrast**2)
    slow, waver, nothing = shares[0], shares[1], np.float32(0.0)
    for y in range(height):
        for x in range(width):
            known, moves, change = is_known[y, x], moved[y, x], grey[y, x]
            counts = max(least[y, x], max(sigmas * np.sqrt(lasting[y, x]), locals_ * local[y, x]))
            ratio = abs(change) / counts
            is_usual = ratio < _USUAL_RATIO
            away = picture[y, x] - usual[y, x]
            most = max(most_contrast, _OF_WAVER * _OF_WAVER * variance[y, x])
            follows = (slow if moves else (waver if is_usual else nothing)) if known else nothing
            variance[y, x] += follows * (min(away * away, most) - variance[y, x])
            lasting[y, x] += follows * (min(change * change, most) - lasting[y, x])
            usual[y, x] += (slow if known and is_usual else nothing) * (lately[y, x] - usual[y, x])
            local[y, x] = ratio if still_s[y, x] >= holds_s else nothing
