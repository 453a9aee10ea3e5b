"""Driving times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load_scenario
from sim.city import Roads
from sim.errors import ModelError
from sim.nearest import CANDIDATE, away_ds, nearest_of
from sim.travel import UNREACHABLE_DS, Travel, row_ms_plain
from sim.way import place_on_way


def random_roads(n: int, m: int, seed: int) -> Roads:
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, n, m), rng.integers(0, n, m)
    tail, head = np.unique(np.stack((tail, head))[:, tail != head], axis=1)
    first = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=n), out=first[1:])
    return Roads(x_m=rng.uniform(0.0, 900.0, n), y_m=rng.uniform(0.0, 900.0, n), first_edge=first,
                 head=head.astype(np.int32), length_m=np.ones(head.size),
                 travel_ms=rng.integers(1, 100_000, head.size).astype(np.int32))


def plain_ds(roads: Roads, to: int) -> np.ndarray:
    return np.minimum(np.floor((row_ms_plain(roads, to) + 50) / 100), UNREACHABLE_DS)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 240), st.integers(0, 10_000), st.integers(0, 59))
def test_rows_equal_those_of_scipy_on_any_graph(n, m, seed, to):
    roads = random_roads(n, m, seed)
    assert np.array_equal(Travel(roads).row_ds(to % n), plain_ds(roads, to % n))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 240), st.integers(0, 10_000))
def test_the_time_between_any_two_is_that_of_scipy(n, m, seed):
    roads = random_roads(n, m, seed)
    store = Travel(roads).store
    for goal in range(0, n, 7):
        assert [away_ds(store, 0, start, goal) for start in range(n)] == plain_ds(roads, goal).tolist()


def test_the_time_between_any_two_of_a_shipped_city_is_that_of_scipy():
    roads = load_scenario("district_centre").city.roads
    store = Travel(roads).store
    for goal in range(0, roads.n_junctions, roads.n_junctions // 5):
        expected = plain_ds(roads, goal)
        for start in range(0, roads.n_junctions, 97):
            assert away_ds(store, 0, start, goal) == expected[start]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(0, 240), st.integers(0, 10_000))
def test_landmarks_never_say_more_than_the_way_takes(n, m, seed):
    roads = random_roads(n, m, seed)
    store = Travel(roads).store
    marks = store.marks[0].astype(np.int64)
    for goal in range(0, n, 7):
        least_ms = (marks - marks[goal]).max(axis=1)
        assert (np.minimum((least_ms + 50) // 100, UNREACHABLE_DS) <= plain_ds(roads, goal)).all()
        assert least_ms[goal] == 0


def test_on_a_grid_landmarks_at_its_corners_tell_most_of_the_way(grid_roads):
    side = 21
    store = Travel(grid_roads(side)).store
    marks, goal = store.marks[0].astype(np.int64), 10 * side + 10
    told_ms = (marks - marks[goal]).max(axis=1)
    y, x = np.mgrid[:side, :side]
    assert told_ms.sum() > 0.7 * (10_000 * (abs(x - 10) + abs(y - 10))).sum()


def test_a_row_is_the_time_towards_the_junction_along_one_way_streets():
    roads = Roads(x_m=np.zeros(3), y_m=np.zeros(3), first_edge=np.array([0, 1, 2, 3], dtype=np.int32),
                  head=np.array([1, 2, 0], dtype=np.int32), length_m=np.ones(3),
                  travel_ms=np.array([1000, 2000, 4000], dtype=np.int32))
    assert Travel(roads).row_ds(2).tolist() == [30, 20, 0]


def test_a_grid_has_manhattan_times(grid_roads):
    row = Travel(grid_roads(9)).row_ds(0).reshape(9, 9)
    y, x = np.mgrid[:9, :9]
    assert np.array_equal(row, (x + y) * 100)


def test_labels_are_kept_within_their_memory_and_stay_right(grid_roads):
    side = 100
    travel = Travel(grid_roads(side), memory_mib=1)
    n_labels = travel.store.kept.size
    assert travel.store.labels.nbytes <= 2**20 < (n_labels + 1) * travel.store.labels[0].nbytes
    for start in range(2 * n_labels):
        across = abs(start // side - 50) + abs(start % side - 50)
        assert away_ds(travel.store, 0, start, 50 * side + 50) == 100 * across
    assert travel.n_labels == n_labels


def test_roads_that_lead_nowhere_are_refused():
    with pytest.raises(ModelError, match="leads nowhere"):
        Roads(x_m=np.zeros(1), y_m=np.zeros(1), first_edge=np.array([0, 1], dtype=np.int32),
              head=np.array([5], dtype=np.int32), length_m=np.ones(1), travel_ms=np.ones(1, dtype=np.int32))


def candidates(junctions, idents):
    return np.array([(*one, 0) for one in zip(junctions, idents, strict=True)], dtype=CANDIDATE)


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 60), st.integers(1, 240), st.integers(0, 10_000), st.integers(1, 9))
def test_the_nearest_is_that_of_the_rows(n, m, seed, k):
    roads, rng = random_roads(n, m, seed), np.random.default_rng(seed)
    store = Travel(roads).store
    for to in rng.integers(0, n, 5).tolist():
        places, idents = rng.integers(0, n, k), rng.permutation(40)[:k]
        expected = min(zip(plain_ds(roads, to)[places].tolist(), idents.tolist(), strict=True))
        assert nearest_of(store, 0, to, candidates(places, idents), k)[::-1] == expected


def test_of_two_as_near_the_lowest_ident_goes_even_if_it_is_farther_in_a_straight_line(grid_roads):
    store = Travel(grid_roads(9)).store
    assert nearest_of(store, 0, 40, candidates([42, 50], [7, 3]), 2) == (3, 200)
    assert nearest_of(store, 0, 40, candidates([42, 50], [3, 7]), 2) == (3, 200)


def test_who_walks_takes_one_way_streets_against_their_sense():
    roads = Roads(x_m=np.zeros(3), y_m=np.zeros(3), first_edge=np.array([0, 1, 2, 3], dtype=np.int32),
                  head=np.array([1, 2, 0], dtype=np.int32), length_m=np.full(3, 30.0),
                  travel_ms=np.full(3, 1000, dtype=np.int32))
    store = Travel(roads).store_with((3.0, 1.5))
    assert [away_ds(store, layer, 0, 2) for layer in range(3)] == [20, 100, 200]
    assert [away_ds(store, layer, 2, 2) for layer in range(3)] == [0, 0, 0]


def test_who_turns_round_on_the_way_is_where_that_share_of_the_time_has_passed(grid_roads):
    store = Travel(grid_roads(9)).store
    assert [place_on_way(store, 0, 0, 8, share) for share in (0.0, 0.1, 0.125, 0.5, 0.99, 1.0)] == [0, 1, 1, 4, 8, 8]
