"""The plane of a real city, against distances on the ellipsoid, and which points lie in a polygon."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.polygons import Area, find_areas, points_inside
from scenarios.projection import A_M, E2, Projection

metres = st.floats(-50_000.0, 50_000.0)


def geodesic_m(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance on WGS 84 by Vincenty's inverse formula (1975)."""
    b, f = A_M * math.sqrt(1.0 - E2), 1.0 - math.sqrt(1.0 - E2)
    (lon1, lat1), (lon2, lat2) = (tuple(map(math.radians, point)) for point in (first, second))
    u1, u2 = math.atan((1 - f) * math.tan(lat1)), math.atan((1 - f) * math.tan(lat2))
    lam = lon2 - lon1
    for _ in range(100):
        sin_s = math.hypot(math.cos(u2) * math.sin(lam),
                           math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam))
        if sin_s == 0.0:
            return 0.0
        cos_s = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        s = math.atan2(sin_s, cos_s)
        sin_a = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_s
        cos2_a = 1 - sin_a**2
        cos_m = cos_s - 2 * math.sin(u1) * math.sin(u2) / cos2_a if cos2_a else 0.0
        c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
        last = lam
        lam = lon2 - lon1 + (1 - c) * f * sin_a * (s + c * sin_s * (cos_m + c * cos_s * (2 * cos_m**2 - 1)))
        if abs(lam - last) < 1e-13:
            break
    u = cos2_a * (A_M**2 - b**2) / b**2
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    ds = big_b * sin_s * (cos_m + big_b / 4 * (cos_s * (2 * cos_m**2 - 1) - big_b / 6 * cos_m * (
        4 * sin_s**2 - 3) * (4 * cos_m**2 - 3)))
    return b * big_a * (s - ds)


@settings(max_examples=200, deadline=None)
@given(lat=st.floats(-70.0, 70.0), x=metres, y=metres, angle=st.floats(0.0, 6.3), far=st.floats(10.0, 5_000.0))
def test_distances_are_those_of_the_ellipsoid_within_the_stated_error(
        lat: float, x: float, y: float, angle: float, far: float) -> None:
    plane = Projection(lon_deg=63.6, lat_deg=lat)
    ends = np.array([[x, y], [x + far * math.cos(angle), y + far * math.sin(angle)]])
    first, second = (tuple(point) for point in plane.unproject(ends).tolist())
    widest = float(np.abs(ends[:, 0]).max())
    stated = widest**2 / (2.0 * 6_335_000.0**2)
    assert abs(far / geodesic_m(first, second) - 1.0) <= 1.05 * stated + 2e-6


@settings(max_examples=200, deadline=None)
@given(lat=st.floats(-70.0, 70.0), x=metres, y=metres)
def test_a_point_of_the_plane_comes_back_from_longitude_and_latitude(lat: float, x: float, y: float) -> None:
    plane = Projection(lon_deg=-120.0, lat_deg=lat)
    assert plane.project(plane.unproject(np.array([[x, y]])))[0].tolist() == pytest.approx([x, y], abs=1e-3)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9),
       st.lists(st.tuples(st.floats(0, 12), st.floats(0, 12)), min_size=1, max_size=20))
def test_points_inside_agrees_with_counting_crossings_one_by_one(
        corners: list[tuple[int, int]], points: list[tuple[float, float]]) -> None:
    ring = np.array(corners, dtype=np.float64)
    expected = []
    for x, y in points:
        odd = False
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y0 > y1:
                (x0, y0), (x1, y1) = (x1, y1), (x0, y0)
            if y0 <= y < y1 and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                odd = not odd
        expected.append(odd)
    assert points_inside(np.array(points), [ring]).tolist() == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 39), st.integers(1, 39)), min_size=1, max_size=40))
def test_every_point_of_a_tiled_square_lies_in_exactly_one_tile_even_on_borders(points: list[tuple[int, int]]) -> None:
    tiles = [np.array([(x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)], dtype=np.float64)
             for x in range(0, 40, 10) for y in range(0, 40, 10)]
    places = np.array(points, dtype=np.float64)
    assert sum(points_inside(places, [tile]).astype(int) for tile in tiles).tolist() == [1] * len(points)


def test_a_ring_within_a_ring_cuts_a_hole_and_the_first_area_wins() -> None:
    outer = np.array([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], dtype=np.float64)
    hole = np.array([(4, 4), (6, 4), (6, 6), (4, 6)], dtype=np.float64)
    areas = [Area(name="a", rings=(outer, hole)), Area(name="b", rings=(outer,))]
    assert find_areas(np.array([(1.0, 1.0), (5.0, 5.0), (20.0, 5.0)]), areas).tolist() == [0, 1, 2]
