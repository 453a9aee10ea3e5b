"""The search on a grid finds what a look at every camera finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.camera_grid import make_grid, near_pairs
from sim.city import CameraKind


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 40), st.floats(10.0, 2_000.0), st.integers(0, 10_000))
def test_the_grid_finds_every_camera_that_sees_a_place_and_no_other(grid_city, n_cameras, n_places, width_m, seed):
    rng = np.random.default_rng(seed)
    cameras = grid_city(n_cameras=n_cameras, x_m=rng.uniform(-width_m, width_m, n_cameras),
                        y_m=rng.uniform(-width_m, width_m, n_cameras), range_m=rng.uniform(0.0, 120.0, n_cameras),
                        heading_deg=rng.uniform(0.0, 360.0, n_cameras),
                        hfov_deg=rng.choice([20.0, 90.0, 180.0, 300.0, 360.0], n_cameras),
                        kind=rng.integers(0, 2, n_cameras).astype(np.int16)).cameras
    x_m, y_m = rng.uniform(-1.3 * width_m, 1.3 * width_m, (2, n_places))
    place, camera, ground_m, off_axis_deg = near_pairs(make_grid(cameras), x_m, y_m)
    apart_m = np.hypot(x_m[:, None] - cameras.x_m[None, :], y_m[:, None] - cameras.y_m[None, :])
    bearing = np.degrees(np.arctan2(y_m[:, None] - cameras.y_m[None, :], x_m[:, None] - cameras.x_m[None, :]))
    off_deg = np.abs((bearing - cameras.heading_deg[None, :] + 180.0) % 360.0 - 180.0)
    sees = (off_deg <= cameras.hfov_deg[None, :] / 2.0) | (cameras.kind == CameraKind.PTZ)[None, :]
    slow = np.argwhere((apart_m <= cameras.range_m[None, :]) & sees)
    assert np.array_equal(np.column_stack((place, camera)), slow)
    assert np.allclose(ground_m, apart_m[place, camera])
    assert np.allclose(off_axis_deg, off_deg[place, camera])
