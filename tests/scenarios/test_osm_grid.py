"""A grid written as a map and read back, against a plain twin that walks it node by node."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.osm_network import make_network
from scenarios.osm_read import read_map
from scenarios.projection import Projection

CENTRE = Projection(lon_deg=63.6, lat_deg=53.2)
WriteMap = Callable[..., Path]
Grid = tuple[dict[int, tuple[float, float]], list[tuple[list[int], dict[str, str]]]]


def at(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = CENTRE.unproject(np.array([[x_m, y_m]]))[0].tolist()
    return lon, lat


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    wide, high = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    sign = draw(st.sampled_from([1, -1]))
    crossings = {(column, row): sign * (1 + row * wide + column) for column in range(wide) for row in range(high)}
    nodes = {ident: at(100.0 * column, 100.0 * row) for (column, row), ident in crossings.items()}
    lines = [[crossings[column, row] for column in range(wide)] for row in range(high)]
    lines += [[crossings[column, row] for row in range(high)] for column in range(wide)]
    ways: list[tuple[list[int], dict[str, str]]] = []
    for line in lines:
        oneway = draw(st.sampled_from(["no", "no", "no", "yes", "-1"]))
        tags = {"highway": "residential", "maxspeed": draw(st.sampled_from(["40", "30 mph", "RU:urban", ""])),
                "oneway": oneway}
        refs = [line[0]]
        for start, end in pairwise(line):
            if draw(st.booleans()):
                shape = sign * (1_000 + len(nodes))
                (x0, y0), (x1, y1) = nodes[start], nodes[end]
                nodes[shape] = ((x0 + x1) / 2 + 1e-4, (y0 + y1) / 2 + 1e-4)
                refs.append(shape)
            refs.append(end)
        whole = draw(st.booleans())
        cut = [refs] if whole else [refs[first:last + 1] for first, last in _between_crossings(refs)]
        ways += [(part, tags) for part in cut]
    return nodes, ways


def _between_crossings(refs: Sequence[int]) -> list[tuple[int, int]]:
    stops = [place for place, ident in enumerate(refs) if abs(ident) < 1_000]
    return list(pairwise(stops))


def plain_edges(nodes: Mapping[int, tuple[float, float]], ways: Sequence[tuple[Sequence[int], Mapping[str, str]]]
                ) -> dict[tuple[int, int], float]:
    """Walk every way node by node: directed edges between crossings of the largest part, with their lengths."""
    found: dict[tuple[int, int], float] = {}
    follow: dict[int, set[int]] = defaultdict(set)
    for refs, tags in ways:
        for first, last in _between_crossings(refs):
            chain = np.array([nodes[ident] for ident in refs[first:last + 1]])
            length = float(np.hypot(*np.diff(CENTRE.project(chain), axis=0).T).sum())
            pairs = [(refs[first], refs[last])] if tags["oneway"] != "-1" else []
            pairs += [(refs[last], refs[first])] if tags["oneway"] != "yes" else []
            for pair in pairs:
                found[pair] = length
                follow[pair[0]].add(pair[1])
    crossings = sorted(ident for ident in nodes if abs(ident) < 1_000)
    reached = {ident: _reached(ident, follow) for ident in crossings}
    parts = {frozenset(other for other in reached[ident] if ident in reached[other]) for ident in crossings}
    size = max(len(part) for part in parts)
    biggest = [part for part in parts if len(part) == size]
    if len(biggest) > 1:
        return {}
    return {pair: length for pair, length in found.items() if set(pair) <= biggest[0]}


def _reached(start: int, follow: Mapping[int, set[int]]) -> set[int]:
    seen, todo = {start}, [start]
    while todo:
        for other in follow.get(todo.pop(), set()) - seen:
            seen.add(other)
            todo.append(other)
    return seen


@settings(max_examples=60, deadline=None)
@given(grids())
def test_a_written_grid_comes_back_as_its_largest_part_with_every_length(
        write_map: WriteMap, grid: Grid) -> None:
    nodes, ways = grid
    expected = plain_edges(nodes, ways)
    with tempfile.TemporaryDirectory() as folder:
        data = read_map(write_map(Path(folder) / "grid.osm.pbf", nodes, ways))
    network = make_network(data, CENTRE)
    assert network is not None
    roads = network.roads
    if not expected:  # several parts of one size: any of them may be kept
        return
    name_of = {(round(x, -1), round(y, -1)): ident for ident, (x, y) in zip(
        nodes, CENTRE.project(np.array(list(nodes.values()))).tolist(), strict=True) if abs(ident) < 1_000}
    named = [name_of[round(x, -1), round(y, -1)] for x, y in zip(roads.x_m.tolist(), roads.y_m.tolist(), strict=True)]
    tails = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge)).tolist()
    got = {(named[tail], named[head]): length for tail, head, length in zip(
        tails, roads.head.tolist(), roads.length_m.tolist(), strict=True)}
    assert len(got) == roads.n_edges
    assert got == pytest.approx(expected, abs=0.05)
