"""The buildings of a map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios import load_osm_city
from scenarios.osm_height import read_height
from scenarios.projection import Projection
from sim.sight import in_sight

CENTRE = Projection(lon_deg=63.6, lat_deg=53.2)
STREET = {"highway": "residential"}
WriteMap = Callable[..., Path]


def at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = CENTRE.unproject(np.array([[x_m, y_m]]))[0].tolist()
    return lon, lat


def town(path: Path, write_map: WriteMap, *outlines: tuple[list[tuple[float, float]], dict[str, str]]) -> Path:
    """A square of streets, 200 m a side, with the outlines."""
    nodes: dict[int, Any] = {1: at(0, 0), 2: at(200, 0), 3: at(200, 200), 4: at(0, 200)}
    ways: list[Any] = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET), ([4, 1], STREET)]
    for corners, tags in outlines:
        first = max(nodes) + 1
        nodes |= {first + index: at(*corner) for index, corner in enumerate(corners)}
        ways.append(([*range(first, first + len(corners)), first], tags))
    return write_map(path, nodes, ways)


def test_an_outline_becomes_the_rectangle_round_it_with_the_height_it_names(
        tmp_path: Path, write_map: WriteMap) -> None:
    turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]])
    corners = (np.array([[-15.0, -5.0], [0.0, -5.0], [15.0, -5.0], [15.0, 5.0], [-15.0, 5.0]]) @ turn + 100.0).tolist()
    path = town(tmp_path / "m.osm.pbf", write_map, (corners, {"building": "yes", "building:levels": "5"}))
    plain, city = load_osm_city(path).city, load_osm_city(path, buildings=True).city
    assert plain.buildings is None
    assert plain.digest() != city.digest()
    b = city.buildings
    assert b is not None
    assert (b.n_buildings, b.height_m.tolist()) == (1, [15.0])
    assert sorted([b.half_length_m[0], b.half_depth_m[0]]) == pytest.approx([5.0, 15.0], abs=0.02)
    west, south = city.roads.x_m.min(), city.roads.y_m.min()
    assert (b.x_m[0] - west, b.y_m[0] - south) == pytest.approx((100.0, 100.0), abs=0.05)
    with pytest.raises(ValueError, match="read-only"):
        b.x_m[0] = 0.0


def test_of_a_bent_outline_only_the_walls_hide(tmp_path: Path, write_map: WriteMap) -> None:
    bent = [(50.0, 50.0), (150.0, 50.0), (150.0, 60.0), (60.0, 60.0), (60.0, 150.0), (50.0, 150.0)]
    city = load_osm_city(town(tmp_path / "m.osm.pbf", write_map, (bent, {"building": "yes"})), buildings=True).city
    b = city.buildings
    assert b is not None
    assert b.n_buildings == 6
    west, south = float(city.roads.x_m.min()), float(city.roads.y_m.min())

    def sees(x0: float, y0: float, x1: float, y1: float) -> bool:
        return bool(in_sight(b, from_x_m=np.array([west + x0]), from_y_m=np.array([south + y0]),
                             from_height_m=np.array([4.0]), to_x_m=np.array([west + x1]),
                             to_y_m=np.array([south + y1]))[0])

    assert sees(140.0, 90.0, 90.0, 140.0)
    assert not sees(100.0, 30.0, 100.0, 90.0)


def test_outlines_that_are_open_or_no_walls_are_left_out_and_none_at_all_is_told(
        tmp_path: Path, write_map: WriteMap) -> None:
    square = [(50.0, 50.0), (60.0, 50.0), (60.0, 60.0), (50.0, 60.0)]
    path = town(tmp_path / "m.osm.pbf", write_map, (square, {"building": "roof"}), (square[:2], {"building": "yes"}))
    loaded = load_osm_city(path, buildings=True)
    assert loaded.city.buildings is not None
    assert loaded.city.buildings.n_buildings == 0
    assert [caution.text for caution in loaded.cautions] == ["the map holds no building"]


@pytest.mark.parametrize(("tags", "height_m"), [
    ({"building": "yes"}, 6.0), ({"building": "house", "height": "12.5 m"}, 12.5), ({"building": "no"}, None),
    ({}, None),
    ({"building": "yes", "building:levels": "9"}, 27.0), ({"building": "yes", "height": "tall"}, 6.0),
    ({"building": "yes", "height": "0"}, 6.0),
])
def test_heights_are_metres_or_storeys_or_assumed(tags: dict[str, str], height_m: float | None) -> None:
    assert read_height(tags) == height_m
