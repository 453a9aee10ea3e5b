"""What every synthetic city must be, whatever its size and seed."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from scenarios import CitySpec, make_city
from scenarios.city_places import make_districts
from sim.city import CameraKind, City, LandUse
from sim.errors import InputError


@st.composite
def specs(draw: st.DrawFn) -> CitySpec:
    n_junctions = draw(st.integers(30, 1_500))
    n_cameras = draw(st.integers(0, 600))
    n_sites = draw(st.none() | st.integers(-(-n_cameras // 4), n_cameras))
    return CitySpec(name="any", n_junctions=n_junctions, n_cameras=n_cameras, n_sites=n_sites,
                    n_districts=draw(st.integers(1, 30)), n_bridges=draw(st.integers(0, 8)),
                    n_rail_crossings=draw(st.integers(0, 8)), n_settlements=draw(st.integers(0, 6)),
                    outlying_share=draw(st.floats(0.0, 0.5)), ptz_share=draw(st.floats(0.0, 1.0)))


seeds = st.integers(0, 2**63 - 1)


def n_parts(city: City) -> int:
    roads = city.roads
    graph = sparse.csr_array((np.ones(roads.n_edges), roads.head, roads.first_edge),
                             shape=(roads.n_junctions, roads.n_junctions))
    return int(csgraph.connected_components(graph, directed=True, connection="strong")[0])


@settings(max_examples=40, deadline=None)
@given(spec=specs(), seed=seeds)
def test_any_city_has_every_junction_reached_from_every_other(spec: CitySpec, seed: int) -> None:
    city = make_city(spec, seed=seed)
    assert n_parts(city) == 1
    assert city.roads.n_junctions == spec.n_junctions


@settings(max_examples=40, deadline=None)
@given(spec=specs(), seed=seeds)
def test_any_city_has_exactly_the_cameras_and_sites_asked_for(spec: CitySpec, seed: int) -> None:
    cameras = make_city(spec, seed=seed).cameras
    assert cameras.n_cameras == spec.n_cameras
    per_site = np.bincount(cameras.site, minlength=spec.count_sites())
    assert per_site.size == spec.count_sites()
    assert per_site.size == 0 or (per_site.min() >= 1 and per_site.max() <= 4)
    assert int((cameras.kind == CameraKind.PTZ).sum()) == round(spec.ptz_share * spec.n_cameras)


@settings(max_examples=30, deadline=None)
@given(spec=specs(), seed=seeds)
def test_any_cameras_numbers_are_finite_and_within_their_stated_bounds(spec: CitySpec, seed: int) -> None:
    city = make_city(spec, seed=seed)
    cameras = city.cameras
    assert np.isin(cameras.junction, np.arange(spec.n_junctions)).all()
    assert np.array_equal(cameras.district, city.district[cameras.junction])
    for value, low, high in ((cameras.heading_deg, 0, 360), (cameras.mount_m, 4, 8), (cameras.hfov_deg, 60, 100),
                             (cameras.range_m, 40, 120), (cameras.zoom, 1, 30), (cameras.width_px, 1920, 2560)):
        assert np.isfinite(value).all()
        assert ((value >= low) & (value <= high)).all()
    ptz = cameras.kind == CameraKind.PTZ
    assert (cameras.zoom[ptz] >= 20).all()
    assert (cameras.zoom[~ptz] == 1).all()
    near = np.hypot(cameras.x_m - city.roads.x_m[cameras.junction], cameras.y_m - city.roads.y_m[cameras.junction])
    assert (near < 10.0).all()


@settings(max_examples=30, deadline=None)
@given(spec=specs(), seed=seeds)
def test_any_road_is_as_long_as_its_ends_are_apart_and_driven_at_a_town_speed(spec: CitySpec, seed: int) -> None:
    roads = make_city(spec, seed=seed).roads
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    straight = np.hypot(roads.x_m[tail] - roads.x_m[roads.head], roads.y_m[tail] - roads.y_m[roads.head])
    assert np.abs(roads.length_m - np.maximum(straight, 1.0)).max() < 0.01
    kmh = 3600.0 * roads.length_m / roads.travel_ms
    assert kmh.min() > 20.0
    assert kmh.max() < 80.0
    assert (tail != roads.head).all()


@settings(max_examples=15, deadline=None)
@given(spec=specs(), seed=seeds)
def test_the_same_specification_and_seed_give_the_same_city(spec: CitySpec, seed: int) -> None:
    assert make_city(spec, seed=seed).digest() == make_city(spec, seed=seed).digest()


@settings(max_examples=15, deadline=None)
@given(spec=specs(), seed=st.integers(0, 2**62))
def test_another_seed_gives_another_city(spec: CitySpec, seed: int) -> None:
    assert make_city(spec, seed=seed).digest() != make_city(spec, seed=seed + 1).digest()


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 300), data=st.data())
def test_districts_hold_nearly_equal_numbers_of_junctions(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, n))
    x_m, y_m = np.random.Generator(np.random.Philox(n)).normal(size=(2, n))
    held = np.bincount(make_districts(x_m, y_m, count), minlength=count)
    assert held.size == count
    assert held.min() >= 1
    assert held.max() <= 2 * -(-n // count)


@pytest.fixture(scope="module")
def town() -> City:
    return make_city(CitySpec(name="town", n_junctions=20_000, n_cameras=8_500, n_sites=3_200), seed=2025)


def test_markets_are_few_and_central_and_schools_are_spread(town: City) -> None:
    far = np.hypot(town.roads.x_m, town.roads.y_m)
    use = town.land_use
    assert 0 < (use == LandUse.MARKET).sum() < 150
    assert np.median(far[use == LandUse.MARKET]) < 0.7 * np.median(far)
    assert 0.7 < np.median(far[use == LandUse.SCHOOL]) / np.median(far) < 1.3
    assert set(use.tolist()) == {int(item) for item in LandUse}


def test_few_streets_cross_the_river() -> None:
    spec = CitySpec(name="town", n_junctions=5_000, n_cameras=100, n_bridges=3, n_settlements=0)
    city = make_city(spec, seed=4)
    roads, river = city.roads, city.river_xy_m
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    crossing = _crosses(np.column_stack((roads.x_m[tail], roads.y_m[tail])),
                        np.column_stack((roads.x_m[roads.head], roads.y_m[roads.head])), river)
    # A bridge is two directed edges, and a dual carriageway's bridge is two edges of two streets.
    assert 2 <= int(crossing.sum()) <= 3 * 4


def _crosses(start: np.ndarray, end: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Say which segments cross a line of many pieces, by the signs of triangles' areas."""
    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
        return np.sign((q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
                       - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0]))

    a, b = start[:, None], end[:, None]
    c, d = line[None, :-1], line[None, 1:]
    return ((side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))).any(axis=1)


def test_a_city_without_bridges_has_no_river() -> None:
    spec = CitySpec(name="dry", n_junctions=300, n_cameras=10, n_bridges=0, n_rail_crossings=0)
    assert make_city(spec, seed=1).river_xy_m.shape == (0, 2)


def test_a_town_has_dead_ends_one_way_streets_and_long_roads(town: City) -> None:
    roads = town.roads
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    forth = set(zip(tail.tolist(), roads.head.tolist(), strict=True))
    one_way = sum((head, tail) not in forth for tail, head in forth)
    assert one_way > 300
    assert (np.diff(roads.first_edge) == 1).sum() > 600
    assert roads.length_m.max() > 1_500.0


def test_most_sites_stand_at_markets_stops_and_arterial_crossings(town: City) -> None:
    sites = town.cameras.junction[np.unique(town.cameras.site, return_index=True)[1]]
    chosen = np.isin(town.land_use, (LandUse.MARKET, LandUse.STOP, LandUse.ROAD))
    share_with_site = np.isin(np.flatnonzero(chosen), sites).mean()
    share_elsewhere = np.isin(np.flatnonzero(~chosen), sites).mean()
    assert share_with_site > 5 * share_elsewhere


def test_a_citys_arrays_are_read_only_so_that_scenarios_can_share_it(town: City) -> None:
    with pytest.raises(ValueError, match="read-only"):
        town.roads.x_m[0] = 1.0


def test_a_city_of_twenty_thousand_junctions_is_made_in_a_few_seconds_at_most(town: City) -> None:
    started = time.perf_counter()
    city = make_city(CitySpec(name="town", n_junctions=20_000, n_cameras=8_500, n_sites=3_200), seed=3)
    assert (city.roads.n_junctions, city.cameras.n_cameras, city.n_sites) == (20_000, 8_500, 3_200)
    assert time.perf_counter() - started < 5.0  # about 0.1 s alone on one core


def test_a_region_of_123_000_cameras_is_made() -> None:
    spec = CitySpec(name="region", n_junctions=150_000, n_cameras=123_000, n_sites=46_000, n_districts=40,
                    n_settlements=20, outlying_share=0.4)
    started = time.perf_counter()
    city = make_city(spec, seed=1)
    assert (city.roads.n_junctions, city.cameras.n_cameras, city.n_sites) == (150_000, 123_000, 46_000)
    assert n_parts(city) == 1
    assert time.perf_counter() - started < 20.0


@pytest.mark.parametrize(("change", "message"), [
    ({"n_sites": 24}, "city.n_sites = 24; expected 25 to 100 for 100 cameras at 1 to 4 a site"),
    ({"n_sites": 101}, "city.n_sites = 101; expected 25 to 100 for 100 cameras at 1 to 4 a site"),
    ({"n_junctions": 29}, "city.n_junctions = 29; expected a whole number ≥ 30"),
    ({"n_cameras": -1}, "city.n_cameras = -1; expected a whole number ≥ 0"),
    ({"n_bridges": -1}, "city.n_bridges = -1; expected a whole number ≥ 0"),
    ({"n_districts": 0}, "city.n_districts = 0; expected 1 to 400, the number of junctions"),
    ({"outlying_share": 0.6}, "city.outlying_share = 0.6; expected a share from 0 to 0.5"),
    ({"ptz_share": 1.1}, "city.ptz_share = 1.1; expected a share from 0 to 1"),
])
def test_a_specification_that_no_city_can_have_is_refused(change: dict[str, object], message: str) -> None:
    values: dict[str, object] = {"name": "x", "n_junctions": 400, "n_cameras": 100, **change}
    with pytest.raises(InputError) as caught:
        CitySpec(**values)  # type: ignore[arg-type]
    assert str(caught.value) == message
