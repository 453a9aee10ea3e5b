"""Places a real city's cameras on its road network and says which of them stand badly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.camera_row import CameraRow
from scenarios.caution import Caution, name_some
from scenarios.file_errors import Fault, cut_faults, join_faults
from scenarios.osm_network import RoadNetwork
from scenarios.projection import A_M, Projection
from sim.city import F8, I2, CameraKind, Cameras, Roads

I8 = NDArray[np.int64]

FAR_M = 300.0
"""A camera farther than this from every junction is named in a warning."""
OUTSIDE_M = 3_000.0
"""A camera farther than this from every junction lies outside the city, which is an error."""
MOST_MOVED_NAMED = 100
MOST_MOVED_M = 1_000.0
"""Farther than this nothing is moved from a cut-off road to the main part, which is an error."""
SITE_GRID_DEG = 1e-5
"""Cameras within one cell of this grid, about a metre, hang on one pole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where things stand on the road network."""

    xy_m: F8
    """(c, 2)."""
    junction: I8
    """(c,) nearest junction of the main part."""
    cautions: tuple[Caution, ...]


def place_on_roads(rows: Sequence[CameraRow], network: RoadNetwork, projection: Projection, *, key: str) -> Placed:
    """Find the junction that each camera belongs to.

    A camera next to a road that is cut off from the main part is moved to the nearest junction of that part and named
    in a warning; where it stands stays the same. One that stands far from every junction is named too.

    Raises:
        InputError: if a camera lies outside the city or too far from the main part; each has a line.
    """
    lonlat = np.array([(row.lon_deg, row.lat_deg) for row in rows], dtype=np.float64).reshape(-1, 2)
    if not rows:
        return Placed(xy_m=lonlat, junction=np.zeros(0, dtype=np.int64), cautions=())
    # The projection is no good a continent away, so what is absurd is found in degrees.
    absurd = np.flatnonzero(np.abs(lonlat - [projection.lon_deg, projection.lat_deg]).max(axis=1) > 5.0)
    _raise([_outside(rows[index], _far_m(lonlat[index], projection)) for index in absurd.tolist()])
    xy_m = projection.project(lonlat)
    main_m, junction = _nearest(np.column_stack([network.roads.x_m, network.roads.y_m]), xy_m)
    dropped_m, _ = _nearest(network.dropped_xy_m, xy_m)
    outside = np.minimum(main_m, dropped_m) > OUTSIDE_M
    cut_off = ~outside & (dropped_m < main_m) & (main_m > MOST_MOVED_M)
    nearest_m = np.minimum(main_m, dropped_m)
    _raise([_outside(rows[index], float(nearest_m[index])) for index in np.flatnonzero(outside).tolist()]
           + [_cut_off(rows[index], float(main_m[index])) for index in np.flatnonzero(cut_off).tolist()])
    return Placed(xy_m=np.round(xy_m, 2), junction=junction, cautions=tuple(_cautions(rows, main_m, dropped_m, key)))


def _far_m(lonlat: F8, projection: Projection) -> float:
    """Return about how far a place in another part of the world is from the city's middle."""
    lon, lat, lon0, lat0 = np.radians([lonlat[0], lonlat[1], projection.lon_deg, projection.lat_deg])
    cosine = np.sin(lat) * np.sin(lat0) + np.cos(lat) * np.cos(lat0) * np.cos(lon - lon0)
    return A_M * float(np.arccos(np.clip(cosine, -1.0, 1.0)))


def _nearest(junction_xy_m: F8, xy_m: F8) -> tuple[F8, I8]:
    """Return the distance to the nearest junction, infinite where there is none, and its index."""
    if not junction_xy_m.shape[0]:
        return np.full(xy_m.shape[0], np.inf), np.zeros(xy_m.shape[0], dtype=np.int64)
    distance_m, index = cKDTree(junction_xy_m).query(xy_m)
    return np.asarray(distance_m, dtype=np.float64), np.asarray(index, dtype=np.int64)


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise join_faults(cut_faults(faults))


def _outside(row: CameraRow, nearest_m: float) -> Fault:
    return Fault(where=f"{row.where}, columns lon and lat", got=f"{row.lon_deg:g}, {row.lat_deg:g}",
                 expected=f"a place within {OUTSIDE_M:,.0f} m of a junction of the city",
                 do=f"the nearest is {nearest_m / 1000.0:,.1f} km away: are longitude and latitude in the right "
                    "columns?")


def _cut_off(row: CameraRow, main_m: float) -> Fault:
    return Fault(where=f"{row.where}, columns lon and lat", got=f"{row.lon_deg:g}, {row.lat_deg:g}",
                 expected=f"a place within {MOST_MOVED_M:,.0f} m of the main part of the roads",
                 do=f"its road is cut off and the main part {main_m:,.0f} m away: mend the map or leave it out")


def _cautions(rows: Sequence[CameraRow], main_m: F8, dropped_m: F8, key: str) -> list[Caution]:
    cautions = []
    moved = np.flatnonzero(dropped_m < main_m).tolist()
    if moved:
        shown = name_some([f"{rows[index].name} ({main_m[index]:,.0f} m)" for index in moved], most=MOST_MOVED_NAMED)
        cautions.append(Caution(key=key, text=(
            f"{len(moved):,} cameras stand at a road off the main part and count to its nearest junction: {shown}")))
    far = np.flatnonzero((main_m > FAR_M) & (dropped_m >= main_m)).tolist()
    if far:
        shown = name_some([f"{rows[index].name} ({main_m[index]:,.0f} m)" for index in far])
        cautions.append(Caution(key=key, text=(
            f"{len(far):,} cameras stand more than {FAR_M:,.0f} m from every junction: {shown}")))
    return cautions


def make_real_cameras(rows: Sequence[CameraRow], placed: Placed, *, district: I2, roads: Roads) -> Cameras:
    """Return the cameras as the simulator holds them.

    A camera without a heading looks towards its junction.
    """
    cells = np.round(np.array([(row.lon_deg, row.lat_deg) for row in rows]).reshape(-1, 2) / SITE_GRID_DEG)
    site = np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1)
    junction = placed.junction
    towards = np.degrees(np.arctan2(roads.y_m[junction] - placed.xy_m[:, 1], roads.x_m[junction] - placed.xy_m[:, 0]))
    compass = np.array([np.nan if row.compass_deg is None else row.compass_deg for row in rows], dtype=np.float64)
    heading = np.where(np.isnan(compass), towards, 90.0 - compass) % 360.0
    return Cameras(
        site=site.astype(np.int32), junction=junction.astype(np.int32), district=district,
        x_m=placed.xy_m[:, 0].copy(), y_m=placed.xy_m[:, 1].copy(), mount_m=_column(rows, "mount_m"),
        heading_deg=np.round(heading, 1) % 360.0, hfov_deg=_column(rows, "hfov_deg"),
        range_m=_column(rows, "range_m"), zoom=_column(rows, "zoom"),
        width_px=np.array([row.width_px for row in rows], dtype=np.int32),
        kind=np.array([int(CameraKind(row.kind)) for row in rows], dtype=np.int16))


def _column(rows: Sequence[CameraRow], name: str) -> F8:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)
