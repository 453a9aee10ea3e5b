"""What cameras see."""

import numpy as np
import pytest

from sim.city import CameraKind
from sim.coverage import distance_for_pixels, pixels_per_metre, sightlines


def test_a_matchbox_at_ten_pixels_needs_zoom():
    assert distance_for_pixels(width_px=1920, hfov_deg=90, zoom=1, object_size_m=0.053, px=10) == pytest.approx(
        5.09, abs=0.01)
    assert distance_for_pixels(width_px=1920, hfov_deg=60, zoom=30, object_size_m=0.053, px=10) == pytest.approx(
        264, abs=1)


def test_pixels_per_metre_fall_with_distance_and_width_of_view():
    near = pixels_per_metre(np.array([1920]), np.array([90.0]), np.array([10.0]))
    far = pixels_per_metre(np.array([1920]), np.array([90.0]), np.array([20.0]))
    assert near[0] == pytest.approx(96.0)
    assert far[0] == pytest.approx(48.0)


def test_sightlines_equal_those_found_camera_by_camera(grid_city):
    rng = np.random.default_rng(4)
    n = 60
    cameras = grid_city(10, n, heading_deg=rng.uniform(-180, 180, n), hfov_deg=rng.uniform(40, 100, n),
                        range_m=rng.uniform(30, 120, n), kind=rng.integers(0, 2, n).astype(np.int16)).cameras
    x_m, y_m = rng.uniform(0, 900, 300), rng.uniform(0, 900, 300)
    found = sightlines(cameras, x_m, y_m)
    expected = []
    for place in range(300):
        for camera in range(n):
            dx, dy = x_m[place] - cameras.x_m[camera], y_m[place] - cameras.y_m[camera]
            off = abs((np.degrees(np.arctan2(dy, dx)) - cameras.heading_deg[camera] + 180) % 360 - 180)
            ahead = off <= cameras.hfov_deg[camera] / 2
            if np.hypot(dx, dy) <= cameras.range_m[camera] and (ahead or cameras.kind[camera] == CameraKind.PTZ):
                expected.append((place, camera, 1.0 if ahead else cameras.hfov_deg[camera] / 360))
    got = list(zip(found.place.tolist(), found.camera.tolist(), found.p_in_view.tolist(), strict=True))
    assert got == expected
    assert len(got) > 50


def test_no_camera_sees_nothing(grid_city):
    assert sightlines(grid_city(4, 0).cameras, np.zeros(5), np.zeros(5)).place.size == 0
