"""What stands in the way of sight."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city import Buildings
from sim.sight import TARGET_HEIGHT_M, before_walls, in_sight, make_buildings


def town(n, *, seed, side_m=400.0, deepest_m=25.0):
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0.0, math.tau, n)
    return make_buildings(
        x_m=rng.uniform(0.0, side_m, n), y_m=rng.uniform(0.0, side_m, n), axis_x=np.cos(angle), axis_y=np.sin(angle),
        half_length_m=rng.uniform(3.0, 40.0, n), half_depth_m=rng.uniform(3.0, deepest_m, n),
        height_m=rng.uniform(2.0, 30.0, n))


def one_house(**changes) -> Buildings:
    """A house of 20 m by 10 m, 6 m high, with its middle at (50, 0)."""
    values = {"x_m": 50.0, "y_m": 0.0, "axis_x": 1.0, "axis_y": 0.0, "half_length_m": 10.0, "half_depth_m": 5.0,
              "height_m": 6.0, **changes}
    return make_buildings(**{name: np.array([value]) for name, value in values.items()})


def corners(b, i):
    long = b.axis_x[i] * b.half_length_m[i], b.axis_y[i] * b.half_length_m[i]
    deep = -b.axis_y[i] * b.half_depth_m[i], b.axis_x[i] * b.half_depth_m[i]
    return [(b.x_m[i] + p * long[0] + q * deep[0], b.y_m[i] + p * long[1] + q * deep[1])
            for p, q in ((1, 1), (-1, 1), (-1, -1), (1, -1))]


def cut_by_polygon(polygon, start, end):
    """Clip the segment by each edge's half plane in turn: Cyrus and Beck's way, wall by wall."""
    enters, leaves = 0.0, 1.0
    for (ax, ay), (bx, by) in pairwise([*polygon, polygon[0]]):
        at_start = (bx - ax) * (start[1] - ay) - (by - ay) * (start[0] - ax)
        at_end = (bx - ax) * (end[1] - ay) - (by - ay) * (end[0] - ax)
        if at_start < 0 and at_end < 0:
            return None
        if at_start < 0:
            enters = max(enters, at_start / (at_start - at_end))
        elif at_end < 0:
            leaves = min(leaves, at_start / (at_start - at_end))
    return (enters, leaves) if enters < leaves else None


def is_open_plain(b, start, height_m, end):
    for i in range(b.n_buildings):
        span = cut_by_polygon(corners(b, i), start, end)
        if span is not None and span[0] > 0.0:
            lowest = min(height_m + share * (TARGET_HEIGHT_M - height_m) for share in span)
            if b.height_m[i] > lowest:
                return False
    return True


@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 60), seed=st.integers(0, 10_000))
def test_rays_are_cut_as_a_search_wall_by_wall_finds(n, seed):
    buildings = town(n, seed=seed)
    rng = np.random.default_rng(seed + 1)
    x0, y0, x1, y1 = rng.uniform(-100.0, 500.0, (4, 60))
    x1[:10], y1[:10] = x0[:10], y0[:10] + 30.0
    height = rng.uniform(1.0, 25.0, 60)
    found = in_sight(buildings, from_x_m=x0, from_y_m=y0, from_height_m=height, to_x_m=x1, to_y_m=y1)
    assert found.tolist() == [is_open_plain(buildings, (x0[k], y0[k]), height[k], (x1[k], y1[k])) for k in range(60)]


def sees(buildings, *, mount_m, from_x=0.0, to_x=100.0, y=0.0):
    return bool(in_sight(buildings, from_x_m=np.array([from_x]), from_y_m=np.array([y]), to_x_m=np.array([to_x]),
                         from_height_m=np.array([mount_m]), to_y_m=np.array([y]))[0])


def test_a_house_hides_the_street_behind_it_from_a_low_camera_and_not_from_a_tower():
    house = one_house()
    assert not sees(house, mount_m=6.0)
    assert sees(house, mount_m=6.0, y=5.5)
    assert sees(house, mount_m=6.0, to_x=39.0)
    # The ray passes the far wall, 60 m off, at 0.4 of the way down to 1.5 m: 6 m high from a mount of 12.75 m.
    assert not sees(house, mount_m=12.7)
    assert sees(house, mount_m=12.8)


def test_the_house_that_carries_a_camera_hides_nothing_from_it():
    assert sees(one_house(x_m=0.0), mount_m=5.0)


def test_a_place_inside_a_house_is_looked_for_before_its_nearest_wall():
    x_m, y_m = before_walls(one_house(axis_x=0.0, axis_y=1.0), np.array([52.0, 50.0, 50.0]), np.array([0.0, 9.0, 11.0]))
    assert x_m.tolist() == pytest.approx([55.5, 50.0, 50.0])
    assert y_m.tolist() == pytest.approx([0.0, 10.5, 11.0])


def test_every_house_stands_in_each_cell_that_it_touches():
    buildings = town(40, seed=3)
    for index in range(40):
        cells = set(np.flatnonzero([index in buildings.in_cell[first:last] for first, last in pairwise(
            buildings.first_in_cell.tolist())]).tolist())
        for x, y in corners(buildings, index):
            row, column = int((y - buildings.south_m) // 50), int((x - buildings.west_m) // 50)
            assert row * buildings.n_columns + column in cells
