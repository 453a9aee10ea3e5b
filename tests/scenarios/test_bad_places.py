"""Cities in pieces and cameras in the wrong place: told before a run starts, or kept from doing harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenarios import check_scenario, find_scenario, load_scenario
from scenarios.projection import Projection
from sim.errors import InputError
from sim.trace import draw_trace
from sim.travel import UNREACHABLE_DS, Travel

CENTRE = Projection(lon_deg=63.6, lat_deg=53.2)
STREET = {"highway": "residential"}
HEADER = "lon,lat,heading,hfov,range,kind,resolution,district"
WriteMap = Callable[..., Path]


def at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = CENTRE.unproject(np.array([[x_m, y_m]]))[0].tolist()
    return lon, lat


@pytest.fixture
def in_pieces(tmp_path: Path, write_map: WriteMap) -> Path:
    """A scenario on a square of streets and, 500 m to the east, a street that no way leads to; every id is below 0."""
    nodes = {-1: at(0, 0), -2: at(200, 0), -3: at(200, 200), -4: at(0, 200), -5: at(700, 0), -6: at(800, 0)}
    ways = [([-1, -2, -3, -4, -1], STREET), ([-2, -4], STREET), ([-5, -6], STREET)]
    write_map(tmp_path / "town.osm.pbf", nodes, ways)
    text = find_scenario("district_centre").read_text(encoding="utf-8")
    head, _, rest = text.partition("[city]")
    city = ('[city]\nkind = "osm"\nsource = "fact: a map"\nname = "town"\nfile = "town.osm.pbf"\n'
            'cameras = "cameras.csv"\n[kinds.litter]')
    path = tmp_path / "real.toml"
    path.write_text(head + city + rest.partition("[kinds.litter]")[2], encoding="utf-8")
    return path


def put_cameras(folder: Path, *places: tuple[object, object]) -> None:
    rows = [f"{lon},{lat},0,60,80,fixed,1920x1080,all" for lon, lat in places]
    (folder / "cameras.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")


def test_a_camera_at_a_road_cut_off_is_named_with_the_distance_and_the_pieces_are_counted(in_pieces: Path) -> None:
    put_cameras(in_pieces.parent, at(10, 10), at(740, 10))
    texts = [warning.text for warning in check_scenario(in_pieces).warnings]
    assert texts[0].startswith("2 of 5 junctions cannot be reached from all others or cannot reach them; the largest "
                               "of 2 parts is kept, and no unit is posted off it")
    assert texts[1] == ("1 cameras stand at a road off the main part and count to its nearest junction: "
                        "cameras.csv: row 3 (540 m)")


def test_no_unit_is_posted_and_nothing_happens_where_no_way_leads(in_pieces: Path) -> None:
    put_cameras(in_pieces.parent, at(10, 10), at(740, 10))
    scenario = load_scenario(in_pieces)
    travel = Travel(scenario.city.roads)
    trace = draw_trace(scenario, seed=1)
    assert trace.post_junction.size
    for junction in np.unique(trace.junction).tolist():
        assert (travel.row_ds(junction)[np.unique(trace.post_junction)] < UNREACHABLE_DS).all()


def test_every_camera_far_outside_is_an_error_with_its_row_and_distance(in_pieces: Path) -> None:
    put_cameras(in_pieces.parent, at(10, 10), at(50_800, 0), at(100, -50_000), (30.3, 59.9))
    with pytest.raises(InputError) as caught:
        check_scenario(in_pieces)
    assert str(caught.value).startswith("cameras.csv: row 5, columns lon and lat = 30.3, 59.9; expected a place within "
                                        "3,000 m of a junction of the city; the nearest is 2,")
    put_cameras(in_pieces.parent, at(10, 10), at(50_800, 0), at(100, -50_000))
    with pytest.raises(InputError) as caught:
        check_scenario(in_pieces)
    lines = str(caught.value).splitlines()
    assert [line.partition(",")[0] for line in lines] == ["cameras.csv: row 3", "cameras.csv: row 4"]
    assert all("the nearest is 50.0 km away" in line for line in lines)


@pytest.mark.parametrize(("lon", "lat", "message"), [
    ("nan", 53.2, 'row 2, column lon = "nan"; expected a longitude in degrees, −180 to 180'),
    (63.6, "inf", 'row 2, column lat = "inf"; expected a latitude in degrees, −85 to 85'),
    (-263.6, 53.2, 'row 2, column lon = "-263.6"; expected a longitude in degrees, −180 to 180'),
    ("", 53.2, "row 2, column lon = nothing; expected a longitude in degrees, −180 to 180"),
])
def test_a_place_that_is_no_number_is_an_error_with_its_row(
        in_pieces: Path, lon: object, lat: object, message: str) -> None:
    put_cameras(in_pieces.parent, (lon, lat))
    with pytest.raises(InputError) as caught:
        check_scenario(in_pieces)
    assert str(caught.value) == f"cameras.csv: {message}"
