"""Small maps and tables written for a test, and the real maps that are not in the repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import osmium
import pytest

Tags = Mapping[str, str]
Nodes = Mapping[int, tuple[float, float] | tuple[float, float, Tags]]
WaySpec = tuple[Sequence[int], Tags]
WriteMap = Callable[[Path, Nodes, Sequence[WaySpec]], Path]


def write_map(path: Path, nodes: Nodes, ways: Sequence[WaySpec]) -> Path:
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    for ident, (lon, lat, *tags) in nodes.items():
        writer.add_node(osmium.osm.mutable.Node(id=ident, location=(lon, lat), tags=dict(tags[0]) if tags else {}))
    for number, (refs, tags) in enumerate(ways, start=1):
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=dict(tags)))
    writer.close()
    return path


@pytest.fixture(scope="session", name="write_map")
def write_map_fixture() -> WriteMap:
    return write_map


@pytest.fixture
def real_map() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        folder = os.environ.get("WATCHFLOOR_DATA")
        path = Path(folder or "") / "city" / name
        if not folder or not path.is_file():
            pytest.skip(f"{name} is not in $WATCHFLOOR_DATA/city")
        return path

    return find
