"""What a city read from a map must be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csgraph

from scenarios import load_osm_city
from scenarios.osm_surveillance import parse_direction
from scenarios.projection import Projection
from sim.city import CameraKind, LandUse, Roads
from sim.errors import InputError

LON, LAT = 63.6, 53.2
RealMap = Callable[[str], Path]
WriteMap = Callable[..., Path]
STREET = {"highway": "residential", "maxspeed": "40"}
CENTRE = Projection(lon_deg=LON, lat_deg=LAT)


def at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = CENTRE.unproject(np.array([[x_m, y_m]]))[0].tolist()
    return lon, lat


def square(side_m: float = 200.0, *, first: int = 1) -> dict[int, tuple[float, float]]:
    return {first: at(0, 0), first + 1: at(side_m, 0), first + 2: at(side_m, side_m), first + 3: at(0, side_m)}


def ring(first: int = 1, tags: Mapping[str, str] = STREET) -> list[tuple[list[int], Mapping[str, str]]]:
    return [([first, first + 1], tags), ([first + 1, first + 2], tags), ([first + 2, first + 3], tags),
            ([first + 3, first], tags)]


def n_strong_parts(roads: Roads) -> int:
    graph = sparse.csr_array((np.ones(roads.n_edges), roads.head, roads.first_edge),
                             shape=(roads.n_junctions, roads.n_junctions))
    return int(csgraph.connected_components(graph, directed=True, connection="strong")[0])


def edges(roads: Roads) -> set[tuple[int, int]]:
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    return set(zip(tail.tolist(), roads.head.tolist(), strict=True))


def test_the_kostanay_like_map_gives_back_its_20016_junctions_and_52820_edges(real_map: RealMap) -> None:
    loaded = load_osm_city(real_map("synth_kostanay_like.osm.pbf"))
    roads = loaded.city.roads
    assert (roads.n_junctions, roads.n_edges) == (20_016, 52_820)
    assert n_strong_parts(roads) == 1
    assert loaded.cautions == ()
    assert float(roads.length_m.sum()) > 4_000_000.0
    assert (roads.travel_ms * 1.0 >= 3_600.0 * roads.length_m / 200.0 - 1.0).all()


def test_helsinki_loads_with_its_221_surveillance_nodes_and_says_what_is_off_the_main_part(real_map: RealMap) -> None:
    loaded = load_osm_city(real_map("Helsinki.osm.pbf"), name="Helsinki")
    city = loaded.city
    assert city.cameras.n_cameras == 221
    assert int((city.cameras.kind == CameraKind.PTZ).sum()) >= 34
    assert n_strong_parts(city.roads) == 1
    assert set(np.unique(city.land_use).tolist()) == {use.value for use in LandUse}
    texts = " ".join(caution.text for caution in loaded.cautions)
    assert "107 of 939 junctions cannot be reached" in texts
    assert "25 cameras stand at a road off the main part" in texts
    assert texts.count("surveillance node ") == 25
    assert (city.cameras.junction < city.roads.n_junctions).all()


def test_the_same_map_gives_the_same_city_and_its_arrays_cannot_be_changed(real_map: RealMap) -> None:
    path = real_map("Helsinki.osm.pbf")
    first, second = load_osm_city(path, name="a").city, load_osm_city(path, name="b").city
    assert first is not second
    assert first.digest() == second.digest()
    with pytest.raises(ValueError, match="read-only"):
        first.roads.x_m[0] = 0.0


def test_negative_ids_load_like_positive_ones(tmp_path: Path, write_map: WriteMap) -> None:
    corners = square()
    camera = (*at(5, 5), {"man_made": "surveillance"})
    positive = write_map(tmp_path / "p.osm.pbf", corners | {9: camera}, ring())
    negative = write_map(tmp_path / "n.osm.pbf", {-key: place for key, place in (corners | {9: camera}).items()},
                         [([-ident for ident in refs], tags) for refs, tags in ring()])
    first, second = load_osm_city(positive).city, load_osm_city(negative).city
    assert first.digest() == second.digest()
    assert (second.roads.n_junctions, second.roads.n_edges, second.cameras.n_cameras) == (4, 8, 1)


def test_nodes_between_junctions_only_lengthen_an_edge(tmp_path: Path, write_map: WriteMap) -> None:
    nodes = square() | {10: at(100, -100), 11: at(150, -120)}
    ways = [([1, 10, 11, 2], STREET), *ring()[1:]]
    roads = load_osm_city(write_map(tmp_path / "m.osm.pbf", nodes, ways)).city.roads
    assert (roads.n_junctions, roads.n_edges) == (4, 8)
    bent_m = np.hypot(100, 100) + np.hypot(50, 20) + np.hypot(50, 120)
    assert np.sort(roads.length_m)[-2:].tolist() == pytest.approx([bent_m, bent_m], abs=0.05)
    slowest_s = roads.travel_ms.max() / 1000.0
    assert slowest_s == pytest.approx(3.6 * bent_m / (40.0 * 0.7), abs=0.01)


def test_a_way_that_meets_itself_has_a_junction_there(tmp_path: Path, write_map: WriteMap) -> None:
    nodes = {1: at(0, 0), 2: at(100, 0), 3: at(200, 50), 4: at(200, -50)}
    roads = load_osm_city(write_map(tmp_path / "m.osm.pbf", nodes, [([1, 2, 3, 4, 2], STREET)])).city.roads
    assert (roads.n_junctions, roads.n_edges) == (2, 2)


def test_a_way_is_cut_where_the_map_does_not_hold_a_node(tmp_path: Path, write_map: WriteMap) -> None:
    path = write_map(tmp_path / "m.osm.pbf", square(), [*ring(), ([1, 77, 3], STREET)])
    roads = load_osm_city(path).city.roads
    assert (roads.n_junctions, roads.n_edges) == (4, 8)


def test_of_two_roads_between_the_same_junctions_the_quicker_counts(tmp_path: Path, write_map: WriteMap) -> None:
    fast = {"highway": "primary", "maxspeed": "90"}
    roads = load_osm_city(write_map(tmp_path / "m.osm.pbf", square(), [*ring(), ([1, 2], fast)])).city.roads
    assert roads.n_edges == 8
    assert int(roads.travel_ms.min()) == pytest.approx(1000 * 3.6 * 200.0 / (90.0 * 0.65), abs=2)


def test_one_ways_are_driven_one_way_and_a_ring_of_them_is_one_part(tmp_path: Path, write_map: WriteMap) -> None:
    for oneway, turns_left in (("yes", True), ("-1", False), ("reverse", False)):
        path = write_map(tmp_path / "m.osm.pbf", square(), ring(tags=STREET | {"oneway": oneway}))
        roads = load_osm_city(path).city.roads
        assert (roads.n_junctions, roads.n_edges) == (4, 4)
        swept = sum(roads.x_m[tail] * roads.y_m[head] - roads.x_m[head] * roads.y_m[tail]
                    for tail, head in edges(roads))
        assert (swept > 0.0) == turns_left


def test_what_hangs_off_the_main_part_is_dropped_and_counted(tmp_path: Path, write_map: WriteMap) -> None:
    nodes = square() | {20: at(900, 0), 21: at(1000, 0), 30: at(300, 300)}
    ways = [*ring(), ([20, 21], STREET), ([3, 30], STREET | {"oneway": "yes"})]
    loaded = load_osm_city(write_map(tmp_path / "m.osm.pbf", nodes, ways))
    assert loaded.city.roads.n_junctions == 4
    assert [caution.text.split(";")[0] for caution in loaded.cautions] == [
        "3 of 7 junctions cannot be reached from all others or cannot reach them"]


def test_a_camera_off_the_main_part_is_named_and_counts_to_the_nearest_junction_of_it(
        tmp_path: Path, write_map: WriteMap) -> None:
    cut_off = {20: at(400, 0), 21: at(450, 0), 50: (*at(440, 5), {"man_made": "surveillance"})}
    loaded = load_osm_city(write_map(tmp_path / "m.osm.pbf", square() | cut_off, [*ring(), ([20, 21], STREET)]))
    cameras, roads = loaded.city.cameras, loaded.city.roads
    assert (roads.x_m[cameras.junction[0]], roads.y_m[cameras.junction[0]]) == pytest.approx(
        (loaded.city.roads.x_m.max(), loaded.city.roads.y_m.min()), abs=0.1)
    assert any("surveillance node 50 (240 m)" in caution.text for caution in loaded.cautions)


def test_a_camera_too_far_off_the_main_part_is_an_error(tmp_path: Path, write_map: WriteMap) -> None:
    cut_off = {20: at(1_400, 0), 21: at(1_450, 0), 50: (*at(1_440, 5), {"man_made": "surveillance"})}
    path = write_map(tmp_path / "m.osm.pbf", square() | cut_off, [*ring(), ([20, 21], STREET)])
    with pytest.raises(InputError, match=r"surveillance node 50, columns lon and lat = .*; expected a place within "
                                         "1,000 m of the main part of the roads; its road is cut off"):
        load_osm_city(path)


def test_what_the_map_says_of_a_camera_is_taken_and_the_rest_assumed(tmp_path: Path, write_map: WriteMap) -> None:
    node = {"man_made": "surveillance"}
    nodes = square() | {
        50: (*at(0, 10), node | {"camera:direction": "90", "camera:type": "fixed", "height": "7 m"}),
        51: (*at(10, 0), node | {"camera:direction": "NW", "camera:type": "panning"}),
        52: (*at(190, 0), node | {"camera:type": "dome"}), 53: (*at(200, 10), node),
        54: (*at(0, 190), node | {"surveillance:type": "guard"})}
    loaded = load_osm_city(write_map(tmp_path / "m.osm.pbf", nodes, ring()))
    cameras = loaded.city.cameras
    assert cameras.kind.tolist() == [CameraKind.FIXED, CameraKind.PTZ, CameraKind.PTZ, CameraKind.FIXED]
    assert cameras.heading_deg[:2].tolist() == [0.0, 135.0]
    assert cameras.heading_deg[3] == pytest.approx(270.0, abs=0.5)
    assert cameras.mount_m.tolist() == [7.0, 6.0, 6.0, 6.0]
    texts = [caution.text for caution in loaded.cautions]
    assert texts[0] == "surveillance nodes that are guards: 54"
    assert texts[1].startswith("2 of 4 surveillance nodes give no direction")


@pytest.mark.parametrize(("text", "degrees"), [
    ("0", 0.0), ("359.5", 359.5), ("450", 90.0), ("-90", 270.0), ("N", 0.0), ("nne", 22.5), ("180;270", 180.0),
    ("", None), ("towards the door", None), ("90°", 90.0),
])
def test_directions_are_degrees_or_compass_points(text: str, degrees: float | None) -> None:
    assert parse_direction(text) == degrees


def test_land_use_comes_from_places_near_a_junction(tmp_path: Path, write_map: WriteMap) -> None:
    main = {"highway": "primary"}
    nodes: dict[int, Any] = {
        **square(500.0), 60: (*at(10, 0), {"highway": "bus_stop"}), 61: (*at(495, 0), {"amenity": "pub"}),
        62: at(400, 400), 63: at(600, 400), 64: at(600, 600), 65: at(400, 600), 70: at(-500, 500), 71: at(0, 1000)}
    ways = [*ring(), ([62, 63, 64, 65, 62], {"leisure": "park"}), ([4, 70], main), ([4, 71], main), ([70, 71], main)]
    city = load_osm_city(write_map(tmp_path / "m.osm.pbf", nodes, ways)).city
    places = {(round(x, -2), round(y, -2)): LandUse(use) for x, y, use in zip(
        city.roads.x_m - city.roads.x_m.min() - 500, city.roads.y_m - city.roads.y_m.min(), city.land_use.tolist(),
        strict=True)}
    assert places == {(0.0, 0.0): LandUse.STOP, (500.0, 0.0): LandUse.BAR, (500.0, 500.0): LandUse.PARK,
                      (0.0, 500.0): LandUse.HOUSING, (-500.0, 500.0): LandUse.ROAD, (0.0, 1000.0): LandUse.ROAD}


def test_without_osmium_the_message_says_what_to_install(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(InputError, match=r"expected the package osmium, which reads maps; install it: pip install "
                                         r"'watchfloor\[osm\]'"):
        load_osm_city(_written(tmp_path / "m.osm.pbf", b""))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_what_is_no_map_is_told_without_a_traceback(tmp_path: Path, write_map: WriteMap) -> None:
    with pytest.raises(InputError, match="expected a file that the scenario names; it cannot be read: No such file"):
        load_osm_city(tmp_path / "none.osm.pbf")
    with pytest.raises(InputError, match=r"bad.osm.pbf; expected an OpenStreetMap file"):
        load_osm_city(_written(tmp_path / "bad.osm.pbf", b"no map at all"))
    with pytest.raises(InputError, match=r"odd.xyz; expected an OpenStreetMap file"):
        load_osm_city(_written(tmp_path / "odd.xyz", b"no map at all"))
    with pytest.raises(InputError, match="expected a map with roads that can be driven"):
        load_osm_city(write_map(tmp_path / "foot.osm.pbf", square(), ring(tags={"highway": "footway"})))
    wide = {1: (60.0, 53.0), 2: (64.0, 53.0)}
    with pytest.raises(InputError, match="expected a map of one city, at most 200 km across"):
        load_osm_city(write_map(tmp_path / "wide.osm.pbf", wide, [([1, 2], STREET)]))
