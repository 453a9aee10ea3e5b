"""Zones and lines in a picture, as shares of its width and height."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from agents.following import Spot, feet_of
from agents.watching import Box
from sim.errors import InputError

WHOLE_PICTURE: tuple[Spot, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


class Zone:
    """A polygon in the picture.

    Args:
        corners: at least three, as shares of width and height.
        where: named in errors.

    Raises:
        InputError: if it is no polygon in the picture.
    """

    def __init__(self, corners: Sequence[Spot], *, where: str = "zone") -> None:
        check_spots(corners, n_least=3, where=where)
        self._corners = np.asarray(corners, np.float32)

    def holds(self, box_xyxy: Box, size_wh: tuple[int, int]) -> bool:
        """Say whether who is in a box stands in the zone."""
        x, y = feet_of(box_xyxy)
        spot = (min(1.0, x / size_wh[0]), min(1.0, y / size_wh[1]))
        return bool(cv2.pointPolygonTest(self._corners, spot, False) >= 0.0)


def check_spots(spots: Sequence[Spot], *, n_least: int, where: str) -> None:
    """Raise InputError unless there are enough spots and all lie in the picture."""
    is_list = isinstance(spots, Sequence) and not isinstance(spots, str)
    pairs = [spot for spot in spots if isinstance(spot, Sequence) and len(spot) == 2] if is_list else []
    are_in = all(isinstance(share, int | float) and math.isfinite(share) and 0.0 <= share <= 1.0
                 for spot in pairs for share in spot)
    if not is_list or len(pairs) < n_least or len(pairs) != len(spots) or not are_in:
        raise InputError(where, got=spots, expected=f"at least {n_least} pairs (x, y) as shares of the picture, 0 to 1")


def side_of(spot: Spot, start: Spot, end: Spot) -> float:
    """Return on which side of a line a spot lies, in pixels away from it: positive on the right of its direction."""
    along = (end[0] - start[0], end[1] - start[1])
    length = math.hypot(*along)
    return (along[0] * (spot[1] - start[1]) - along[1] * (spot[0] - start[0])) / length if length > 0.0 else 0.0


def is_beside(spot: Spot, start: Spot, end: Spot) -> bool:
    """Say whether a spot lies between a line's ends, not before or beyond them."""
    along = (end[0] - start[0], end[1] - start[1])
    share = along[0] * (spot[0] - start[0]) + along[1] * (spot[1] - start[1])
    return 0.0 <= share <= along[0] ** 2 + along[1] ** 2
