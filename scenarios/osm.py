"""A real city: roads and land use from an OpenStreetMap file, cameras and districts from files or from the map."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import numpy as np

from scenarios.camera_places import MOST_MOVED_M, make_real_cameras, place_on_roads
from scenarios.camera_row import CameraRow
from scenarios.cameras_file import load_cameras
from scenarios.caution import Caution, name_some
from scenarios.districts_file import Districts, assign_by_area, assign_by_camera, load_districts
from scenarios.osm_buildings import make_map_buildings
from scenarios.osm_land_use import find_land_use
from scenarios.osm_network import RoadNetwork, make_network
from scenarios.osm_read import MapData, read_map
from scenarios.osm_surveillance import make_camera_row
from scenarios.projection import MAX_REACH_M, Projection, centre_on
from sim.city import CameraKind, City
from sim.errors import InputError

READER_VERSION = 1
"""Raised whenever the same files would give another city."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCity:
    """A city read from files, and what its reader should be told."""

    city: City
    projection: Projection
    """From longitude and latitude to the city's metres."""
    cautions: tuple[Caution, ...]
    files: tuple[tuple[str, str], ...]
    """The key of each file in the scenario and its sha256."""


class CityFiles(TypedDict):
    """The files of a real city, by their keys in a scenario."""

    file: Path
    cameras: Path | None
    districts: Path | None


def load_osm_city(file: Path, *, cameras: Path | None = None, districts: Path | None = None, name: str = "city",
                  buildings: bool = False) -> RealCity:
    """Load a real city.

    Junctions are where ways end or meet; the largest part in which every junction is reached from every other is
    kept, and what was dropped is among the cautions. The same files give the same city. Its arrays are read-only, so
    that one city can serve many scenarios.

    Args:
        file: map, usually ``.osm.pbf``.
        cameras: CSV or GeoJSON as load_cameras takes it; None takes the surveillance nodes of the map.
        districts: GeoJSON polygons; None takes the districts that the cameras' file names.
        name: of the city.
        buildings: whether the map's buildings stand in the cameras' way.

    Raises:
        InputError: if a file cannot be used, the map holds no roads or a camera lies outside the city.
    """
    return _load(file, cameras, districts, name, buildings, hash_files(file=file, cameras=cameras, districts=districts))


def hash_files(*, file: Path, cameras: Path | None, districts: Path | None) -> tuple[tuple[str, str], ...]:
    """Return the sha256 of each file that is given, by its key in the scenario.

    Raises:
        InputError: if one cannot be read.
    """
    given = (("file", file), ("cameras", cameras), ("districts", districts))
    return tuple((key, hash_file(path)) for key, path in given if path is not None)


def hash_file(path: Path) -> str:
    """Return the sha256 of a file that a scenario names.

    Raises:
        InputError: if it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(str(path), expected="a file that the scenario names",
                         do=f"it cannot be read: {reason}") from None


@lru_cache(maxsize=2)
def _load(file: Path, cameras: Path | None, districts: Path | None, name: str, buildings: bool,
          files: tuple[tuple[str, str], ...]) -> RealCity:
    data = read_map(file, buildings=buildings)
    projection = _centre(data, file.name)
    network = make_network(data, projection)
    if network is None:
        raise InputError(file.name, expected="a map with roads that can be driven")
    roads = network.roads
    rows, row_cautions = _camera_rows(data, cameras, district_needed=districts is None)
    placed = place_on_roads(rows, network, projection, key="city.cameras")
    junction_xy_m = np.column_stack([roads.x_m, roads.y_m])
    shares: Districts
    if districts is None:
        shares = assign_by_camera(whole_name=name, junction_xy_m=junction_xy_m, camera_xy_m=placed.xy_m,
                                  camera_junction=placed.junction, rows=rows)
    else:
        shares = assign_by_area(load_districts(districts), junction_xy_m=junction_xy_m, camera_xy_m=placed.xy_m,
                                camera_junction=placed.junction, rows=rows, projection=projection,
                                where=districts.name)
    city = City(name=name, roads=roads, land_use=find_land_use(data, network, projection),
                district=shares.of_junction, district_names=shares.names,
                cameras=make_real_cameras(rows, placed, district=shares.of_camera, roads=roads),
                river_xy_m=np.empty((0, 2)),
                buildings=make_map_buildings(data, projection) if buildings else None)
    city.freeze()
    blank = city.buildings is not None and not city.buildings.n_buildings
    house_cautions = (Caution(key="city.buildings", text="the map holds no building"),) if blank else ()
    return RealCity(city=city, projection=projection, files=files,
                    cautions=(*_network_cautions(network), *row_cautions, *placed.cautions, *shares.cautions,
                              *house_cautions))


def _centre(data: MapData, name: str) -> Projection:
    lonlat = data.lonlat[np.unique(data.driven.node)]
    lonlat = lonlat[~np.isnan(lonlat[:, 0])]
    if not lonlat.size:
        raise InputError(name, expected="a map with roads that can be driven")
    projection = centre_on(lonlat)
    corners = np.array([lonlat.min(axis=0), lonlat.max(axis=0)])
    if np.ptp(lonlat[:, 0]) > 20.0 or float(np.abs(projection.project(corners)).max()) > MAX_REACH_M:
        raise InputError(name, expected=f"a map of one city, at most {2 * MAX_REACH_M / 1000:,.0f} km across",
                         do="cut it to the city, for example with osmium extract")
    return projection


def _camera_rows(data: MapData, cameras: Path | None, *, district_needed: bool
                 ) -> tuple[tuple[CameraRow, ...], tuple[Caution, ...]]:
    if cameras is not None:
        rows = load_cameras(cameras, district_needed=district_needed)
        blind = [row.name for row in rows if row.compass_deg is None and row.kind is CameraKind.FIXED]
        text = f"{len(blind):,} fixed cameras have no heading and are taken to look at their junction: "
        return rows, (Caution(key="city.cameras", text=text + name_some(blind)),) if blind else ()
    found = [(node, make_camera_row(node)) for node in data.surveillance]
    rows = tuple(row for _, row in found if row is not None)
    cautions = []
    guards = [str(node.node_id) for node, row in found if row is None]
    if guards:
        cautions.append(Caution(key="city.file", text=f"surveillance nodes that are guards: {name_some(guards)}"))
    silent = sum(row.compass_deg is None for row in rows)
    if silent:
        cautions.append(Caution(key="city.file", text=(
            f"{silent:,} of {len(rows):,} surveillance nodes give no direction; each is taken to look at its junction, "
            "and the lens and reach of all are assumed")))
    return rows, tuple(cautions)


def _network_cautions(network: RoadNetwork) -> tuple[Caution, ...]:
    n_dropped = network.dropped_xy_m.shape[0]
    if not n_dropped:
        return ()
    n_all = n_dropped + network.roads.n_junctions
    text = (f"{n_dropped:,} of {n_all:,} junctions cannot be reached from all others or cannot reach them; the largest "
            f"of {network.n_parts:,} parts is kept, and no unit is posted off it")
    if n_dropped > 0.2 * n_all:
        text += f"; that is much: is the map cut too close? (cameras up to {MOST_MOVED_M:,.0f} m off it are moved)"
    return (Caution(key="city.file", text=text),)
