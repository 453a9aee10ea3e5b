"""Reads from an OpenStreetMap file what a city needs: driven ways, places that matter and surveillance nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from scenarios.osm_height import read_height
from scenarios.osm_speed import MAIN_CLASSES, read_driving
from sim.city import F8, LandUse
from sim.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

I8 = NDArray[np.int64]
Tags = dict[str, str]

LAND_USE_TAGS = {
    ("amenity", "marketplace"): LandUse.MARKET, ("shop", "mall"): LandUse.MARKET, ("landuse", "retail"): LandUse.MARKET,
    ("highway", "bus_stop"): LandUse.STOP, ("public_transport", "platform"): LandUse.STOP,
    ("railway", "tram_stop"): LandUse.STOP,
    ("amenity", "bar"): LandUse.BAR, ("amenity", "pub"): LandUse.BAR, ("amenity", "nightclub"): LandUse.BAR,
    ("amenity", "biergarten"): LandUse.BAR,
    ("amenity", "school"): LandUse.SCHOOL, ("amenity", "kindergarten"): LandUse.SCHOOL,
    ("amenity", "college"): LandUse.SCHOOL, ("amenity", "university"): LandUse.SCHOOL,
    ("landuse", "education"): LandUse.SCHOOL,
    ("leisure", "park"): LandUse.PARK, ("leisure", "garden"): LandUse.PARK, ("leisure", "playground"): LandUse.PARK,
    ("landuse", "recreation_ground"): LandUse.PARK, ("landuse", "village_green"): LandUse.PARK,
}
_WAY_KEYS = ("highway", *sorted({key for key, _ in LAND_USE_TAGS} - {"highway"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Chains of nodes. Shapes: w ways, k nodes in all chains together."""

    node: I8
    """(k,) index into MapData.lonlat, way after way."""
    first: I8
    """(w + 1,) the nodes of way i are first[i] to first[i + 1] − 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveillance:
    """A node that the map calls surveillance."""

    node_id: int
    lon_deg: float
    lat_deg: float
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class MapData:
    """What was read from a map."""

    lonlat: F8
    """(n, 2) of every node that a way below names; NaN where the file does not hold it."""
    driven: Ways
    forward_kmh: F8
    """(w,) driven speed along the way; NaN where it is not driven that way."""
    backward_kmh: F8
    is_main: NDArray[np.bool_]
    """(w,) whether the way is a main road."""
    outlines: Ways
    """Edges of parks, markets, schools and the like."""
    outline_use: tuple[LandUse, ...]
    points_lonlat: F8
    """(p, 2) nodes that stand for a use."""
    point_use: tuple[LandUse, ...]
    surveillance: tuple[Surveillance, ...]
    houses: Ways
    """Outlines of buildings; none where they were not asked for."""
    house_height_m: F8
    """(h,)."""


def read_map(path: Path, *, buildings: bool = False) -> MapData:
    """Read a map in any format of OpenStreetMap, usually ``.osm.pbf``.

    Ways are read before nodes, so a file's order and the sign of its ids do not matter. Relations are not read: a
    park or a school that is a multipolygon is missed.

    Raises:
        InputError: if the file cannot be read, or the package that reads it is not installed.
    """
    osmium = _import_osmium()
    if not path.is_file():
        raise InputError(str(path), expected="a map file such as city.osm.pbf", do="there is no such file")
    try:
        return _Reading(osmium, path, buildings=buildings).finish()
    except (RuntimeError, ValueError, OSError) as error:
        raise InputError(path.name, expected="an OpenStreetMap file, for example .osm.pbf",
                         do=f"it cannot be read: {error}") from None


def _import_osmium() -> ModuleType:
    try:
        import osmium
    except ImportError:
        raise InputError("city.kind", got='"osm"', expected="the package osmium, which reads maps",
                         do="install it: pip install 'watchfloor[osm]'") from None
    return osmium


class _MapObject(Protocol):
    id: int
    tags: Tags


class _Chains:
    """Gathers chains of nodes."""

    def __init__(self) -> None:
        self.node: list[int] = []
        self.first = [0]

    def add(self, nodes: list[int]) -> None:
        self.node += nodes
        self.first.append(len(self.node))

    def ways(self) -> Ways:
        return Ways(node=np.array(self.node, dtype=np.int64), first=np.array(self.first, dtype=np.int64))


class _Reading:
    """Two passes over a file: its ways, then its nodes."""

    def __init__(self, osmium: ModuleType, path: Path, *, buildings: bool) -> None:
        self._osmium, self._path, self._buildings = osmium, path, buildings
        self._index: dict[int, int] = {}
        self._driven, self._outlines, self._houses = _Chains(), _Chains(), _Chains()
        self._house_height: list[float] = []
        self._forward: list[float] = []
        self._backward: list[float] = []
        self._is_main: list[bool] = []
        self._outline_use: list[LandUse] = []
        self._points: list[tuple[float, float]] = []
        self._point_use: list[LandUse] = []
        self._surveillance: list[Surveillance] = []

    def finish(self) -> MapData:
        """Read all and return it."""
        self._read_ways()
        lonlat = self._read_nodes()
        return MapData(
            lonlat=lonlat, driven=self._driven.ways(), forward_kmh=np.array(self._forward, dtype=np.float64),
            backward_kmh=np.array(self._backward, dtype=np.float64), is_main=np.array(self._is_main, dtype=np.bool_),
            outlines=self._outlines.ways(), outline_use=tuple(self._outline_use),
            points_lonlat=np.array(self._points, dtype=np.float64).reshape(-1, 2), point_use=tuple(self._point_use),
            surveillance=tuple(self._surveillance),
            houses=self._houses.ways(), house_height_m=np.array(self._house_height, dtype=np.float64))

    def _read_ways(self) -> None:
        filter_by_key = self._osmium.filter.KeyFilter(*_WAY_KEYS, *(["building"] if self._buildings else []))
        for way in self._osmium.FileProcessor(str(self._path), self._osmium.osm.WAY).with_filter(filter_by_key):
            tags = _tags(way)
            driving, use = read_driving(tags), read_land_use(tags)
            height_m = read_height(tags) if self._buildings else None
            if driving is None and use is None and height_m is None:
                continue
            index = self._index
            nodes = [index.setdefault(node.ref, len(index)) for node in way.nodes]
            if use is not None:
                self._outlines.add(nodes)
                self._outline_use.append(use)
            if height_m is not None:
                self._houses.add(nodes)
                self._house_height.append(height_m)
            if driving is not None:
                self._driven.add(nodes)
                self._forward.append(driving.forward_kmh or np.nan)
                self._backward.append(driving.backward_kmh or np.nan)
                self._is_main.append(tags["highway"].removesuffix("_link") in MAIN_CLASSES)

    def _read_nodes(self) -> F8:
        lonlat = np.full((len(self._index), 2), np.nan)
        for node, lon, lat in self._located_nodes():
            index = self._index.get(node.id)
            if index is not None:
                lonlat[index] = lon, lat
            if node.tags:
                self._keep_node(node.id, lon, lat, _tags(node))
        return lonlat

    def _located_nodes(self) -> Iterator[tuple[_MapObject, float, float]]:
        for node in self._osmium.FileProcessor(str(self._path), self._osmium.osm.NODE):
            if node.location.valid():
                yield node, node.lon, node.lat

    def _keep_node(self, node_id: int, lon: float, lat: float, tags: Tags) -> None:
        if tags.get("man_made") == "surveillance":
            self._surveillance.append(Surveillance(node_id=node_id, lon_deg=lon, lat_deg=lat, tags=tags))
        use = read_land_use(tags)
        if use is not None:
            self._points.append((lon, lat))
            self._point_use.append(use)


def _tags(thing: _MapObject) -> Tags:
    return dict(thing.tags)


def read_land_use(tags: Tags) -> LandUse | None:
    """Return the use that a map's tags name, the first of LAND_USE_TAGS that applies, or None."""
    for (key, value), use in LAND_USE_TAGS.items():
        if tags.get(key) == value:
            return use
    return None
