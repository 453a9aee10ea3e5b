"""What the houses of a synthetic city must be."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenarios.cities import make_city
from scenarios.city_buildings import ROAD_CLEAR_M
from scenarios.city_spec import CitySpec
from sim.city import City
from sim.coverage import sightlines


@pytest.fixture(scope="module")
def town() -> City:
    return make_city(CitySpec(name="t", n_junctions=1_500, n_cameras=700, n_sites=260, buildings=True), seed=7)


def local(city: City, x_m: np.ndarray, y_m: np.ndarray, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points along and across a house."""
    b = city.buildings
    dx, dy = x_m - b.x_m[index], y_m - b.y_m[index]
    return dx * b.axis_x[index] + dy * b.axis_y[index], dy * b.axis_x[index] - dx * b.axis_y[index]


def test_no_house_stands_on_a_road_at_a_pole_or_in_another_house(town: City) -> None:
    roads, b = town.roads, town.buildings
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    steps = np.linspace(0.0, 1.0, 60)[:, None]
    road_x = (roads.x_m[tail] + steps * (roads.x_m[roads.head] - roads.x_m[tail])).ravel()
    road_y = (roads.y_m[tail] + steps * (roads.y_m[roads.head] - roads.y_m[tail])).ravel()
    street_x, street_y = np.append(road_x, town.cameras.x_m), np.append(road_y, town.cameras.y_m)
    street = cKDTree(np.column_stack((street_x, street_y)))
    reach_m = np.hypot(b.half_length_m, b.half_depth_m)
    assert b.n_buildings > 1_000
    for index in range(0, b.n_buildings, 7):
        near = street.query_ball_point((b.x_m[index], b.y_m[index]), 60.0)
        along, across = local(town, street_x[near], street_y[near], index)
        on = (abs(along) < b.half_length_m[index] + ROAD_CLEAR_M) & (abs(across) < b.half_depth_m[index] + ROAD_CLEAR_M)
        assert not on.any()
        share = np.linspace(-1.0, 1.0, 15)
        close = np.flatnonzero(np.hypot(b.x_m - b.x_m[index], b.y_m - b.y_m[index]) < reach_m + reach_m[index])
        wide = np.meshgrid(b.half_length_m[close] * 0.999, share)
        deep = np.meshgrid(b.half_depth_m[close] * 0.999, share)
        for u, v in ((wide[0] * wide[1], deep[0]), (wide[0], deep[0] * deep[1])):
            x = (b.x_m[close] + u * b.axis_x[close] - v * b.axis_y[close]).T
            y = (b.y_m[close] + u * b.axis_y[close] + v * b.axis_x[close]).T
            along, across = local(town, x, y, index)
            inside = ((abs(along) < b.half_length_m[index]) & (abs(across) < b.half_depth_m[index])).any(axis=1)
            assert close[inside].tolist() in ([], [index])


def test_buildings_change_nothing_else_of_a_city(town: City) -> None:
    open_town = make_city(CitySpec(name="t", n_junctions=1_500, n_cameras=700, n_sites=260), seed=7)
    assert open_town.buildings is None
    assert open_town.digest() != town.digest()
    assert np.array_equal(open_town.cameras.heading_deg, town.cameras.heading_deg)
    assert np.array_equal(open_town.roads.x_m, town.roads.x_m)


def test_the_same_seed_builds_the_same_houses_and_another_others() -> None:
    spec = CitySpec(name="t", n_junctions=300, n_cameras=40, buildings=True)
    assert make_city(spec, seed=1).digest() == make_city(spec, seed=1).digest()
    assert make_city(spec, seed=1).buildings.n_buildings != make_city(spec, seed=2).buildings.n_buildings


def test_houses_take_some_sightlines_and_add_none(town: City) -> None:
    roads = town.roads
    rng = np.random.default_rng(1)
    junction = town.cameras.junction[rng.integers(0, 700, 1_000)]
    x_m, y_m = roads.x_m[junction], roads.y_m[junction]
    far_x, far_y = x_m + rng.uniform(-60, 60, 1_000), y_m + rng.uniform(-60, 60, 1_000)
    at_junction = sightlines(town.cameras, x_m, y_m, buildings=town.buildings)
    assert at_junction.place.size == pytest.approx(sightlines(town.cameras, x_m, y_m).place.size, rel=0.05)
    seen, hidden = sightlines(town.cameras, far_x, far_y), sightlines(town.cameras, far_x, far_y,
                                                                     buildings=town.buildings)
    assert 0.3 * seen.place.size < hidden.place.size < 0.95 * seen.place.size


def test_a_tiny_town_and_one_without_cameras_are_built() -> None:
    spec = CitySpec(name="t", n_junctions=30, n_cameras=0, n_bridges=0, n_rail_crossings=0, buildings=True)
    assert make_city(spec, seed=1).buildings.n_buildings > 0
