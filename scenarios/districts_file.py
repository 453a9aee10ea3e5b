"""The districts of a real city: from GeoJSON polygons, or from what the cameras' file names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.camera_row import CameraRow
from scenarios.caution import Caution, name_some
from scenarios.file_errors import Fault, cut_faults, join_faults, nearest
from scenarios.geojson import Feature, load_features, read_rings
from scenarios.polygons import Area, find_areas
from scenarios.projection import Projection
from sim.city import F8, I2
from sim.errors import InputError

I8 = NDArray[np.int64]
MAX_DISTRICTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Districts:
    """The districts of a city and what lies in each."""

    names: tuple[str, ...]
    of_junction: I2
    of_camera: I2
    cautions: tuple[Caution, ...]


def load_districts(path: Path) -> tuple[Area, ...]:
    """Load districts from GeoJSON: a Polygon or MultiPolygon each, with the property ``name``.

    Raises:
        InputError: if the file cannot be used; it names the feature.
    """
    features = load_features(path)
    if not 1 <= len(features) <= MAX_DISTRICTS:
        raise InputError(path.name, got=f"{len(features)} features", expected=f"1 to {MAX_DISTRICTS:,} districts")
    areas = tuple(Area(name=_name(feature), rings=read_rings(feature)) for feature in features)
    names = [area.name for area in areas]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{path.name}: name", got=twice[0], expected="a name for each district that no other has")
    return areas


def _name(feature: Feature) -> str:
    for key in ("name", "district"):
        value = feature.properties.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    raise InputError(f"{feature.where}: name", expected="a text that is not empty, the district's name")


def assign_by_area(areas: Sequence[Area], *, junction_xy_m: F8, camera_xy_m: F8, camera_junction: I8,
                   rows: Sequence[CameraRow], projection: Projection, where: str) -> Districts:
    """Give junctions and cameras the district whose polygon they lie in.

    A junction outside all polygons gets the district of the nearest junction inside one. A camera gets the district
    that its row names, or else that of its polygon, or else that of its junction.

    Raises:
        InputError: if no junction lies in any polygon, or a row names a district that there is not.
    """
    _check_names(rows, [area.name for area in areas])
    plane = [replace(area, rings=tuple(projection.project(ring) for ring in area.rings)) for area in areas]
    found = find_areas(junction_xy_m, plane)
    inside = found < len(areas)
    if not inside.any():
        raise InputError(where, expected="districts of this city",
                         do="no junction lies in any of them: are longitude and latitude in this order?")
    cautions = []
    if not inside.all():
        near = cKDTree(junction_xy_m[inside]).query(junction_xy_m[~inside])[1]
        cautions.append(Caution(key="city.districts", text=(
            f"{int((~inside).sum()):,} junctions lie in no district and got that of the nearest junction in one")))
        found[~inside] = found[inside][near]
    cameras = find_areas(camera_xy_m, plane)
    cameras = np.where(cameras < len(areas), cameras, found[camera_junction])
    return _finish([area.name for area in areas], found, cameras, rows, camera_junction, cautions)


def assign_by_camera(*, whole_name: str, junction_xy_m: F8, camera_xy_m: F8, camera_junction: I8,
                     rows: Sequence[CameraRow]) -> Districts:
    """Give each junction the district that the nearest camera's row names; one district if none does."""
    names = sorted({row.district for row in rows if row.district}) or [whole_name]
    named = np.array([index for index, row in enumerate(rows) if row.district], dtype=np.int64)
    of_named = np.array([names.index(row.district) for row in rows if row.district], dtype=np.int64)
    found = np.zeros(junction_xy_m.shape[0], dtype=np.int64)
    if named.size:
        found = of_named[cKDTree(camera_xy_m[named]).query(junction_xy_m)[1]]
    return _finish(names, found, found[camera_junction], rows, camera_junction, [])


def _check_names(rows: Sequence[CameraRow], names: list[str]) -> None:
    known = set(names)
    unknown = [row for row in rows if row.district and row.district not in known]
    if unknown:
        raise join_faults(cut_faults([
            Fault(where=f"{row.where}, column district", got=row.district,
                  expected="one of " + name_some(names), do=nearest(row.district or "", names))
            for row in unknown]))


def _finish(names: list[str], of_junction: I8, of_camera: I8, rows: Sequence[CameraRow], camera_junction: I8,
            cautions: list[Caution]) -> Districts:
    """Let the rows' own names prevail, and drop districts without a junction, in which no unit could be."""
    stated = np.array([names.index(row.district) if row.district else -1 for row in rows], dtype=np.int64)
    differ = np.flatnonzero((stated >= 0) & (stated != of_camera))
    if differ.size:
        shown = name_some([rows[index].name for index in differ.tolist()])
        cautions.append(Caution(key="city.cameras", text=(
            f"{differ.size:,} cameras stand outside the district that their row names; the row prevails: {shown}")))
    of_camera = np.where(stated >= 0, stated, of_camera)
    lived = np.bincount(of_junction, minlength=len(names)) > 0
    empty = [name for name, has in zip(names, lived, strict=True) if not has]
    if empty:
        cautions.append(Caution(key="city.districts", text=(
            f"no junction lies in {name_some(empty)}; cameras there count to the district of their junction")))
    of_camera = np.where(lived[of_camera], of_camera, of_junction[camera_junction])
    number = np.cumsum(lived) - 1
    return Districts(names=tuple(name for name, has in zip(names, lived, strict=True) if has),
                     of_junction=number[of_junction].astype(np.int16), of_camera=number[of_camera].astype(np.int16),
                     cautions=tuple(cautions))
