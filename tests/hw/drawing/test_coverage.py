"""Exact coverage, against a slow twin that counts points."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.drawing.coverage import area_px, coverage, window_of

WINDOW = (0, 0, 14, 12)


def beyond(along, start, x, y):
    """Return on which side of a line points lie, as a sign."""
    return along[0] * (y - start[1]) - along[1] * (x - start[0])


def counted(points: np.ndarray, *, per_pixel: int = 32) -> np.ndarray:
    """Return coverage by asking a grid of points in every pixel whether they are inside."""
    left, top, right, bottom = WINDOW
    grid = (np.arange((right - left) * per_pixel) + 0.5) / per_pixel - 0.5, (
        np.arange((bottom - top) * per_pixel) + 0.5) / per_pixel - 0.5
    x, y = np.meshgrid(*grid)
    middle = points.mean(axis=0)
    inside = np.ones(x.shape, bool)
    for i in range(len(points)):
        along = points[i] - points[i - 1]
        inside &= beyond(along, points[i - 1], x, y) * beyond(along, points[i - 1], *middle) >= 0
    return inside.reshape(bottom - top, per_pixel, right - left, per_pixel).mean(axis=(1, 3))


def convex(corners: list[tuple[float, float]]) -> np.ndarray:
    hull = cv2.convexHull(np.array(corners, dtype=np.float32))
    return np.zeros((0, 2)) if hull is None else hull[:, 0].astype(float)


corner = st.tuples(st.floats(-4.0, 17.0, width=32), st.floats(-4.0, 15.0, width=32))


@settings(max_examples=25, deadline=None)
@given(st.lists(corner, min_size=3, max_size=8))
def test_every_pixel_is_covered_for_the_share_that_a_count_of_points_gives(corners):
    points = convex(corners)
    if len(points) < 3 or area_px(points) < 0.05:
        return
    assert np.abs(coverage(points, WINDOW) - counted(points)).max() < 0.05


@settings(max_examples=60, deadline=None)
@given(x=st.floats(4.0, 9.0), y=st.floats(4.0, 7.0), width=st.floats(0.01, 3.0), turn=st.floats(0.0, 3.2))
def test_the_covered_shares_add_up_to_the_area_however_small_and_wherever_it_lies(x, y, width, turn):
    c, s = math.cos(turn), math.sin(turn)
    corners = ((0, 0), (width, 0), (width, width / 3), (0, width / 3))
    square = [(x + c * a - s * b, y + s * a + c * b) for a, b in corners]
    assert coverage(square, WINDOW).sum() == pytest.approx(width * width / 3, rel=1e-3, abs=1e-5)


def test_the_way_round_does_not_matter_and_a_notch_stays_open():
    notch = [(1.0, 1.0), (9.0, 1.0), (9.0, 8.0), (5.0, 3.0), (1.0, 8.0)]
    assert coverage(notch, WINDOW) == pytest.approx(coverage(notch[::-1], WINDOW))
    assert coverage(notch, WINDOW).sum() == pytest.approx(area_px(notch), rel=1e-6)


def test_a_window_holds_what_a_polygon_touches_and_nothing_outside_the_picture():
    assert window_of([(2.4, 3.2), (4.6, 3.2), (4.6, 5.0)], (100, 50)) == (2, 3, 6, 6)
    assert window_of([(-9.0, -9.0), (-2.0, -2.0), (-2.0, -9.0)], (100, 50)) is None
    assert window_of([(math.nan, 0.0), (1.0, 1.0), (2.0, 0.0)], (100, 50)) is None
