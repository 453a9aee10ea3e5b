"""The calibrated camera."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.optics import Mount, Projection, View, pixels_on_target

LEVEL = View(pan_deg=0.0, tilt_deg=0.0, hfov_deg=60.0)
POLE = Mount(height_m=3.0, heading_deg=90.0)


@given(
    width_px=st.sampled_from([640, 1920, 3840]), hfov_deg=st.floats(2.0, 120.0), distance_m=st.floats(1.0, 300.0),
    object_m=st.floats(0.01, 2.0),
)
def test_a_thing_seen_square_on_covers_the_pixels_that_the_formula_says(width_px, hfov_deg, distance_m, object_m):
    view = View(pan_deg=0.0, tilt_deg=0.0, hfov_deg=hfov_deg)
    projection = Projection.of(POLE, view, (width_px, 360))
    half = object_m / 2.0
    ends = projection.project(np.array([[-half, distance_m, 3.0], [half, distance_m, 3.0]]))
    expected = width_px / (2.0 * math.tan(math.radians(hfov_deg / 2.0)) * distance_m) * object_m
    assert ends[1, 0] - ends[0, 0] == pytest.approx(expected, rel=1e-9)
    found = pixels_on_target(object_m, distance_m, width_px=width_px, hfov_deg=hfov_deg)
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_fixed_full_hd_camera_sees_a_matchbox_at_ten_pixels_within_about_five_metres():
    assert pixels_on_target(0.053, 5.0, width_px=1920, hfov_deg=90.0) == pytest.approx(10.2, abs=0.1)


def test_the_middle_of_the_view_is_the_middle_of_the_picture():
    view = View(pan_deg=20.0, tilt_deg=-30.0, hfov_deg=50.0)
    projection = Projection.of(POLE, view, (641, 361))
    yaw, tilt = math.radians(110.0), math.radians(-30.0)
    ahead = np.array([math.cos(yaw) * math.cos(tilt), math.sin(yaw) * math.cos(tilt), math.sin(tilt)])
    point = np.array([[0.0, 0.0, 3.0]]) + 7.0 * ahead
    assert projection.project(point)[0] == pytest.approx([320.0, 180.0])
    assert projection.depth_m(point)[0] == pytest.approx(7.0)


def test_right_is_right_and_up_is_up():
    projection = Projection.of(POLE, LEVEL, (640, 360))
    right, up = projection.project(np.array([[1.0, 5.0, 3.0], [0.0, 5.0, 4.0]]))
    assert right[0] > 319.5
    assert right[1] == pytest.approx(179.5)
    assert up[1] < 179.5


def test_panning_counter_clockwise_moves_things_to_the_right_of_the_picture():
    panned = View(pan_deg=10.0, tilt_deg=0.0, hfov_deg=60.0)
    ahead = np.array([[0.0, 5.0, 3.0]])
    assert Projection.of(POLE, panned, (640, 360)).project(ahead)[0, 0] > 319.5


def test_the_edge_of_the_field_of_view_is_the_edge_of_the_picture():
    projection = Projection.of(POLE, LEVEL, (640, 360))
    side = 10.0 * math.tan(math.radians(30.0))
    edges = projection.project(np.array([[-side, 10.0, 3.0], [side, 10.0, 3.0]]))
    assert edges[:, 0] == pytest.approx([-0.5, 639.5])


def test_a_finer_picture_has_each_pixel_split_and_a_window_only_moves_it():
    projection = Projection.of(POLE, LEVEL, (640, 360))
    point = np.array([[0.3, 4.0, 2.0]])
    x, y = projection.project(point)[0]
    assert projection.scaled(2).project(point)[0] == pytest.approx([2 * x + 0.5, 2 * y + 0.5])
    assert projection.shifted(100, 50).project(point)[0] == pytest.approx([x - 100, y - 50])
