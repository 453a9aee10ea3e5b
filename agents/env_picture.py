"""What environments show: the city as a map in pixels, in an array or in a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.city import F8

SIDE_PX = 480
EDGE_PX = 20
BACKGROUND, ROAD, UNIT, PLACE, INK = (250, 250, 248), (205, 208, 212), (31, 95, 168), (200, 40, 40), (40, 40, 40)


def draw_map(xy: F8, *, places: Sequence[int], units: Sequence[int], text: str) -> NDArray[np.uint8]:
    """Draw junctions as dots, units as discs and places as rings; return RGB, (h, w, 3).

    Args:
        xy: (n, 2) of each junction, 0 to 1.
        places: junctions of what is asked about.
        units: junctions of units.
        text: under the map.
    """
    picture = np.full((SIDE_PX + EDGE_PX, SIDE_PX, 3), BACKGROUND, dtype=np.uint8)
    at = np.rint(EDGE_PX + xy * (SIDE_PX - 2 * EDGE_PX)).astype(np.int64)
    at[:, 1] = SIDE_PX - at[:, 1]
    picture[at[:, 1], at[:, 0]] = ROAD
    for junction in units:
        cv2.circle(picture, _point(at, junction), 5, UNIT, cv2.FILLED, cv2.LINE_AA)
    for junction in places:
        cv2.circle(picture, _point(at, junction), 9, PLACE, 2, cv2.LINE_AA)
    cv2.putText(picture, text, (EDGE_PX, SIDE_PX + 10), cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA)
    return picture


def _point(at: NDArray[np.int64], junction: int) -> tuple[int, int]:
    return int(at[junction, 0]), int(at[junction, 1])


class Window:
    """A matplotlib window that shows one picture after another."""

    def __init__(self, title: str) -> None:
        from matplotlib import pyplot  # a plot's back end is chosen at import, and only a window needs one

        self._pyplot = pyplot
        self._figure, axes = pyplot.subplots(num=title, figsize=(5.0, 5.2))
        axes.set_axis_off()
        self._axes = axes
        self._image: Any = None  # matplotlib's image, made with the first picture

    def show(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture."""
        if self._image is None:
            self._image = self._axes.imshow(picture)
        self._image.set_data(picture)
        self._figure.canvas.draw_idle()
        self._pyplot.pause(0.001)

    def close(self) -> None:
        """Close the window."""
        self._pyplot.close(self._figure)
