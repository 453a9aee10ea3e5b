"""Cameras and districts of a real city: what their files may say and what is answered to one that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import check_scenario, find_scenario, load_cameras, load_osm_city, load_scenario
from scenarios.camera_row import CameraRow
from scenarios.cameras_file import save_cameras
from scenarios.projection import Projection
from sim.city import CameraKind
from sim.errors import InputError

CENTRE = Projection(lon_deg=63.6, lat_deg=53.2)
HEADER = "lon,lat,heading,hfov,range,kind,resolution,district"
GOOD = "63.6,53.2,90,60,80,fixed,1920x1080,north"
STREET = {"highway": "residential"}
WriteMap = Callable[..., Path]


def at(x_m: float, y_m: float) -> list[float]:
    return [round(value, 7) for value in CENTRE.unproject(np.array([[x_m, y_m]]))[0].tolist()]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_cameras(path)
    return str(caught.value)


@pytest.fixture
def town(tmp_path: Path, write_map: WriteMap) -> Path:
    """A square of streets, 400 m wide; at one of its corners no way ends, so it has three junctions."""
    nodes = {number: tuple(at(x, y)) for number, (x, y) in enumerate([(0, 0), (400, 0), (400, 400), (0, 400)], 1)}
    return write_map(tmp_path / "town.osm.pbf", nodes, [([1, 2], STREET), ([2, 3], STREET), ([3, 4, 1], STREET)])


def cameras_at(path: Path, *places: tuple[float, float], district: str = "north") -> Path:
    lines = [f"{at(x, y)[0]},{at(x, y)[1]},0,60,80,fixed,1920x1080,{district}" for x, y in places]
    return write(path, "\n".join([HEADER, *lines]))


def square(name: str, left: float, low: float, right: float, high: float) -> dict[str, object]:
    ring = [at(left, low), at(right, low), at(right, high), at(left, high), at(left, low)]
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(path: Path, *features: object) -> Path:
    return write(path, json.dumps({"type": "FeatureCollection", "features": features}))


def two_districts(folder: Path) -> Path:
    return collection(folder / "d.geojson", square("west", -50, -50, 200, 450), square("east", 200, -50, 450, 450))


@pytest.mark.parametrize(("row", "message"), [
    ("63,6,53.2,90,60,80,fixed,1920x1080", 'row 2, column kind = "80"; expected one of fixed'),
    ("east,53.2,90,60,80,fixed,1920x1080,north",
     'row 2, column lon = "east"; expected a longitude in degrees, −180 to 180'),
    ("nan,53.2,90,60,80,fixed,1920x1080,north",
     'row 2, column lon = "nan"; expected a longitude in degrees, −180 to 180'),
    ("inf,53.2,90,60,80,fixed,1920x1080,north", 'row 2, column lon = "inf"; expected a longitude'),
    (",53.2,90,60,80,fixed,1920x1080,north", "row 2, column lon = nothing; expected a longitude"),
    ("63.6,95,90,60,80,fixed,1920x1080,north", 'row 2, column lat = "95"; expected a latitude in degrees, −85 to 85'),
    ("63.6,53.2,-1,60,80,fixed,1920x1080,north",
     'row 2, column heading = "-1"; expected degrees clockwise from north, 0 to 360'),
    ("63.6,53.2,90,180,80,fixed,1920x1080,north", 'row 2, column hfov = "180"; expected degrees, 0.5 to 179'),
    ("63.6,53.2,90,60,0,fixed,1920x1080,north", 'row 2, column range = "0"; expected metres, 0.5 to 5,000'),
    ("63.6,53.2,90,60,80,fixd,1920x1080,north",
     'row 2, column kind = "fixd"; expected one of fixed, ptz, badge; did you mean fixed?'),
    ("63.6,53.2,90,60,80,fixed,big,north",
     'row 2, column resolution = "big"; expected a size such as 1920x1080, its width, 1080p, or 4 MP'),
    ("63.6,53.2,90,60,80,fixed,1920x1080,",
     "row 2, column district = nothing; expected a text that is not empty"),
    ("63.6,53.2,90,60,80,fixed,1920x1080", "row 2 = 7 cells; expected 8, as many as the header"),
    ("1_0,53.2,90,60,80,fixed,1920x1080,north", 'row 2, column lon = "1_0"; expected a longitude'),
])
def test_a_fault_of_a_camera_names_its_row_and_column(tmp_path: Path, row: str, message: str) -> None:
    assert complaint(write(tmp_path / "c.csv", f"{HEADER}\n{row}\n")).startswith(f"c.csv: {message}")


def test_a_missing_column_is_told_with_the_nearest_one_there_is(tmp_path: Path) -> None:
    assert complaint(write(tmp_path / "c.csv", "lon,lat,headng,hfov,range,kind,resolution\n")) == (
        "c.csv: row 1, column heading; expected a column of that name; did you mean headng?\n"
        "c.csv: row 1, column district; expected a column of that name; it is missing: add it")


def test_every_faulty_row_has_a_line_and_a_file_wrong_throughout_is_cut(tmp_path: Path) -> None:
    bad = GOOD.replace("fixed", "wall")
    lines = complaint(write(tmp_path / "c.csv", "\n".join([HEADER, GOOD, bad, GOOD, bad]))).splitlines()
    assert [line.partition(",")[0] for line in lines] == ["c.csv: row 3", "c.csv: row 5"]
    lines = complaint(write(tmp_path / "c.csv", "\n".join([HEADER, *[bad] * 100]))).splitlines()
    assert len(lines) == 31
    assert lines[-1] == "and 70 more faults"


def test_cells_too_many_or_too_few_are_told(tmp_path: Path) -> None:
    assert complaint(write(tmp_path / "c.csv", f"{HEADER}\n{GOOD},5\n")) == (
        "c.csv: row 2 = 9 cells; expected 8, as many as the header")


def test_semicolons_decimal_commas_a_byte_order_mark_and_further_columns_are_taken(tmp_path: Path) -> None:
    text = ("\ufeff" + HEADER.replace(",", ";") + ";owner;mount;zoom;name\n"
            "63,6;53,2;;60;80;PTZ;4K;север;city;7,5;30;K-1\n")
    row = load_cameras(write(tmp_path / "c.csv", text))[0]
    assert (row.lon_deg, row.lat_deg, row.compass_deg, row.mount_m, row.zoom) == (63.6, 53.2, None, 7.5, 30.0)
    assert (row.kind, row.width_px, row.district, row.name) == (CameraKind.PTZ, 3840, "север", "K-1")


def test_geojson_says_the_same_as_csv(tmp_path: Path) -> None:
    properties = {"heading": 90, "hfov": 60, "range": 80, "kind": "fixed", "resolution": "1920x1080",
                  "district": "north"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [63.6, 53.2]}}
    first = load_cameras(collection(tmp_path / "c.geojson", feature))[0]
    second = load_cameras(write(tmp_path / "c.csv", f"{HEADER}\n{GOOD}\n"))[0]
    for name in set(CameraRow.__slots__) - {"where", "name"}:
        assert getattr(first, name) == getattr(second, name)


@pytest.mark.parametrize(("change", "message"), [
    ({"heading": "north"}, 'feature 1, column heading = "north"; expected degrees clockwise from north, 0 to 360'),
    ({"heading": "90"}, 'feature 1, column heading = "90"; expected degrees clockwise from north, 0 to 360'),
    ({"hfov": None}, "feature 1, column hfov = nothing; expected degrees, 0.5 to 179"),
    ({"hfov": True}, "feature 1, column hfov = true; expected degrees, 0.5 to 179"),
    ({"kind": 3}, "feature 1, column kind = 3; expected one of fixed, ptz, badge"),
    ({"hfov": float("nan")}, "feature 1, column hfov = nan; expected degrees, 0.5 to 179"),
])
def test_a_fault_of_a_feature_names_its_number_and_property(
        tmp_path: Path, change: dict[str, object], message: str) -> None:
    properties = {"heading": 90, "hfov": 60, "range": 80, "kind": "fixed", "resolution": 1920, "district": "n"} | change
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [63.6, 53.2]}}
    assert complaint(collection(tmp_path / "c.json", feature)) == f"c.json: {message}"


@pytest.mark.parametrize(("text", "message"), [
    ("{", "c.json: line 1; expected GeoJSON"),
    ("[]", "c.json; expected a GeoJSON FeatureCollection; it has no list of features"),
    ('{"features": [3]}', "c.json: feature 1; expected a feature with a geometry"),
    ('{"features": [{"geometry": {"type": "Polygon", "coordinates": []}}]}',
     "c.json: feature 1: geometry = Polygon; expected Point"),
    ('{"features": [{"geometry": {"type": "Point", "coordinates": [63.6]}}]}',
     "c.json: feature 1: coordinates = a list of 1; expected a longitude from −180 to 180"),
    ('{"features": [{"geometry": {"type": "Point", "coordinates": [63.6, NaN]}}]}', "c.json: feature 1: coordinates"),
])
def test_what_is_no_geojson_of_points_is_told(tmp_path: Path, text: str, message: str) -> None:
    assert complaint(write(tmp_path / "c.json", text)).startswith(message)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path / "c.xml") == "c.xml; expected a file of cameras that ends in .csv, .geojson or .json"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.builds(
    CameraRow, where=st.just(""), name=st.text("abc Жд", min_size=1).map(str.strip).filter(bool),
    lon_deg=st.floats(-180, 180), lat_deg=st.floats(-85, 85), compass_deg=st.none() | st.floats(0, 360),
    hfov_deg=st.floats(0.5, 179), range_m=st.floats(0.5, 5_000), kind=st.sampled_from(CameraKind),
    width_px=st.integers(64, 32_000), district=st.sampled_from(["north", "юг, 2"]), mount_m=st.floats(0, 500),
    zoom=st.floats(1, 200)), max_size=8))
def test_saved_cameras_come_back_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[CameraRow]) -> None:
    path = tmp_path_factory.mktemp("cameras") / "c.csv"
    save_cameras(path, rows)
    for first, second in zip(rows, load_cameras(path), strict=True):
        for name in set(CameraRow.__slots__) - {"where"}:
            got, wanted = getattr(second, name), getattr(first, name)
            assert got == (pytest.approx(wanted, rel=1e-12, abs=1e-12) if isinstance(wanted, float) else wanted)


def test_a_camera_outside_the_city_is_an_error_and_a_far_one_a_named_warning(tmp_path: Path, town: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_osm_city(town, cameras=cameras_at(tmp_path / "c.csv", (10, 10), (4_000, 0)))
    assert str(caught.value).startswith("c.csv: row 3, columns lon and lat = 63.65")
    assert str(caught.value).endswith("expected a place within 3,000 m of a junction of the city; the nearest is 3.6 "
                                      "km away: are longitude and latitude in the right columns?")
    swapped = write(tmp_path / "s.csv", f"{HEADER}\n{GOOD.replace('63.6,53.2', '53.2,63.6')}\n")
    with pytest.raises(InputError, match=r"s\.csv: row 2, columns lon and lat = 53\.2, 63\.6"):
        load_osm_city(town, cameras=swapped)
    loaded = load_osm_city(town, cameras=cameras_at(tmp_path / "f.csv", (10, 10), (1_400, 0)))
    assert [caution.text for caution in loaded.cautions] == [
        "1 cameras stand more than 300 m from every junction: f.csv: row 3 (1,000 m)"]


def test_cameras_of_one_pole_share_a_site_and_headings_turn_from_compass_to_mathematics(
        tmp_path: Path, town: Path) -> None:
    lon, lat = at(10, 10)
    rows = [f"{lon},{lat},{heading},60,80,fixed,1920x1080,north" for heading in (0, 90, 180, 270)]
    city = load_osm_city(town, cameras=write(tmp_path / "c.csv", "\n".join([HEADER, *rows]))).city
    assert city.n_sites == 1
    assert city.cameras.heading_deg.tolist() == [90.0, 0.0, 270.0, 180.0]


def test_districts_hold_the_junctions_and_cameras_inside_their_polygons(tmp_path: Path, town: Path) -> None:
    districts = two_districts(tmp_path)
    cameras = cameras_at(tmp_path / "c.csv", (10, 10), (390, 10), district="")
    city = load_osm_city(town, cameras=cameras, districts=districts).city
    assert city.district_names == ("west", "east")
    assert city.district.tolist() == (city.roads.x_m > city.roads.x_m.mean()).astype(int).tolist()
    assert city.cameras.district.tolist() == [0, 1]


def test_what_lies_outside_all_districts_joins_the_nearest_and_an_empty_one_is_dropped(
        tmp_path: Path, town: Path) -> None:
    districts = collection(tmp_path / "d.geojson", square("river", 900, 0, 950, 50), square("west", -50, -50, 200, 450))
    loaded = load_osm_city(town, cameras=cameras_at(tmp_path / "c.csv", (390, 10), district=""), districts=districts)
    assert loaded.city.district_names == ("west",)
    assert [caution.text for caution in loaded.cautions] == [
        "2 junctions lie in no district and got that of the nearest junction in one",
        "no junction lies in river; cameras there count to the district of their junction"]


def test_a_camera_that_names_another_district_keeps_it_and_is_named_and_an_unknown_one_is_an_error(
        tmp_path: Path, town: Path) -> None:
    districts = two_districts(tmp_path)
    loaded = load_osm_city(town, cameras=cameras_at(tmp_path / "c.csv", (10, 10), district="east"), districts=districts)
    assert loaded.city.cameras.district.tolist() == [1]
    assert "the row prevails: c.csv: row 2" in loaded.cautions[0].text
    with pytest.raises(InputError) as caught:
        load_osm_city(town, cameras=cameras_at(tmp_path / "c.csv", (10, 10), district="eastt"), districts=districts)
    assert str(caught.value) == "c.csv: row 2, column district = eastt; expected one of west, east; did you mean east?"


def test_without_polygons_junctions_take_the_district_of_the_nearest_camera(tmp_path: Path, town: Path) -> None:
    lines = [f"{at(x, 10)[0]},{at(x, 10)[1]},0,60,80,fixed,1920x1080,{name}"
             for x, name in ((10, "запад"), (390, "восток"))]
    city = load_osm_city(town, cameras=write(tmp_path / "c.csv", "\n".join([HEADER, *lines]))).city
    assert city.district_names == ("восток", "запад")
    assert city.district.tolist() == (city.roads.x_m < city.roads.x_m.mean()).astype(int).tolist()


@pytest.mark.parametrize(("features", "message"), [
    ([], "d.geojson = 0 features; expected 1 to 10,000 districts"),
    ([square("", 0, 0, 1, 1)], "feature 1: name; expected a text that is not empty, the district's name"),
    ([square("a", 0, 0, 1, 1), square("a", 0, 0, 1, 1)], "name = a; expected a name for each district"),
    ([square("a", 9_000, 0, 9_001, 1)], "no junction lies in any of them: are longitude and latitude in this order?"),
    ([{"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0]]]}}],
     "feature 1: coordinates = a ring of 1 positions; expected at least 4"),
    ([{"type": "Feature", "properties": {"name": "a"}, "geometry": {"type": "Point", "coordinates": [0, 0]}}],
     "feature 1: geometry = Point; expected Polygon or MultiPolygon"),
])
def test_districts_that_cannot_be_used_are_told(
        tmp_path: Path, town: Path, features: list[object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_osm_city(town, districts=collection(tmp_path / "d.geojson", *features))
    assert message in str(caught.value)


def scenario(folder: Path, city: str) -> Path:
    text = find_scenario("district_centre").read_text(encoding="utf-8")
    head, _, rest = text.partition("[city]")
    return write(folder / "real.toml", f"{head}[city]\n{city}\n[kinds.litter]{rest.partition('[kinds.litter]')[2]}")


REAL = 'kind = "osm"\nsource = "fact: a map"\nname = "town"\nfile = "town.osm.pbf"\n'


def test_a_scenario_may_name_a_map_and_its_files_from_its_own_folder(tmp_path: Path, town: Path) -> None:
    cameras_at(tmp_path / "c.csv", (10, 10), (1_400, 0))
    collection(tmp_path / "d.geojson", square("north", -50, -50, 450, 450))
    path = scenario(tmp_path, REAL + 'cameras = "c.csv"\ndistricts = "d.geojson"')
    loaded = load_scenario(path)
    assert (loaded.city.name, loaded.city.roads.n_junctions, loaded.city.cameras.n_cameras) == ("town", 3, 2)
    checked = check_scenario(path)
    assert checked.digest == loaded.digest
    assert [warning.text for warning in checked.warnings] == [
        "1 cameras stand more than 300 m from every junction: c.csv: row 3 (1,000 m)"]


def test_the_digest_follows_the_contents_of_a_real_citys_files(tmp_path: Path, town: Path) -> None:
    cameras_at(tmp_path / "c.csv", (10, 10))
    path = scenario(tmp_path, REAL + 'cameras = "c.csv"')
    first = load_scenario(path)
    cameras_at(tmp_path / "c.csv", (10, 10), (20, 20))
    second = load_scenario(path)
    assert first.digest != second.digest
    assert second.city.cameras.n_cameras == 2


def test_a_real_city_without_cameras_is_a_warning(tmp_path: Path, town: Path) -> None:
    assert [warning.text for warning in check_scenario(scenario(tmp_path, REAL)).warnings] == [
        "there is no camera, so nothing is found by watching"]


@pytest.mark.parametrize(("city", "message"), [
    (REAL.replace('file = "town.osm.pbf"\n', ""), "real.toml: city.file; expected a text that is not empty; the key is "
     "missing: add it"),
    (REAL + "camera = 'c.csv'", 'real.toml: city.camera = "c.csv"; expected one of the keys kind, source, name, file, '
     "cameras, districts, buildings; did you mean cameras?"),
    (REAL.replace('"osm"', '"ozm"'), 'real.toml: city.kind = "ozm"; expected one of synthetic, osm'),
    (REAL + "file2 = 3", "real.toml: city.file2 = 3; expected one of the keys"),
    (REAL.replace('"town.osm.pbf"', "3"), "real.toml: city.file = 3; expected a text that is not empty"),
])
def test_a_fault_of_a_real_city_is_told_like_any_other(tmp_path: Path, town: Path, city: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_scenario(scenario(tmp_path, city))
    assert str(caught.value).startswith(message)


def test_a_map_that_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"town\.osm\.pbf; expected a file that the scenario names; it cannot be read"):
        check_scenario(scenario(tmp_path, REAL))
