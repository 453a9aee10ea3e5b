"""What each camera can see: distance, direction and pixels on target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4, Buildings, CameraKind, Cameras
from sim.kept import kept
from sim.sight import before_walls, in_sight

I8 = NDArray[np.int64]


class DensityLevel(Enum):
    """What a picture is good for, by the pixels in a metre of the target, as in IEC 62676-4.

    The value is the fewest pixels per metre.
    """

    MONITOR = 12.5
    DETECT = 25.0
    OBSERVE = 62.5
    RECOGNISE = 125.0
    IDENTIFY = 250.0
    INSPECT = 1000.0

    @property
    def px_per_m(self) -> float:
        """Fewest pixels per metre."""
        return float(self.value)


def level_at(px_per_m: float) -> DensityLevel | None:
    """Return the highest level that so many pixels per metre reach, or None below the lowest."""
    reached = [level for level in DensityLevel if px_per_m >= level.px_per_m]
    return reached[-1] if reached else None


def distance_for_level(level: DensityLevel, *, width_px: F8 | I4, hfov_deg: F8, zoom: F8) -> F8:
    """Return the farthest distance from the lens, in metres, at which cameras reach a level; zoom narrows the lens."""
    return np.asarray(zoom * pixels_per_metre(width_px, hfov_deg, np.float64(1.0)) / level.px_per_m, dtype=np.float64)


def pixels_per_metre(width_px: F8 | I4, hfov_deg: F8, distance_m: F8 | np.float64) -> F8:
    """Return horizontal pixels per metre at a distance: width / (2 tan(hfov/2) · distance)."""
    return np.asarray(width_px / (2.0 * np.tan(np.radians(hfov_deg) / 2.0) * distance_m), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightlines:
    """Pairs of (place, camera that sees it), sorted by place then camera; arrays of one length."""

    place: I4
    """Index of the place asked about."""
    camera: I4
    distance_m: F8
    """From the camera's lens."""
    px_per_m: F8
    """At the widest zoom."""
    p_in_view: F8
    """Share of the time in which the camera points there: 1 for a fixed one, hfov/360° for PTZ off its preset."""


def sightlines(cameras: Cameras, x_m: F8, y_m: F8, *, buildings: Buildings | None = None) -> Sightlines:
    """Return which cameras see which places.

    A fixed camera sees what lies within its range and field of view. A PTZ camera reaches every direction by
    panning; away from its home preset it is taken to point there for hfov/360° of the time. A building hides what
    lies behind it, and a place inside one is looked for before its nearest wall.
    """
    if buildings is not None:
        x_m, y_m = before_walls(buildings, x_m, y_m)
    empty = np.zeros(0)
    if not cameras.n_cameras or not x_m.size:
        return Sightlines(place=empty.astype(np.int32), camera=empty.astype(np.int32), distance_m=empty,
                          px_per_m=empty, p_in_view=empty)
    place, camera = _pairs_near(cameras, x_m, y_m)
    ground_m = np.sqrt((x_m[place] - cameras.x_m[camera]) ** 2 + (y_m[place] - cameras.y_m[camera]) ** 2)
    bearing = np.degrees(np.arctan2(y_m[place] - cameras.y_m[camera], x_m[place] - cameras.x_m[camera]))
    off_axis = np.abs((bearing - cameras.heading_deg[camera] + 180.0) % 360.0 - 180.0)
    hfov = cameras.hfov_deg[camera]
    ahead = off_axis <= hfov / 2.0
    turning = cameras.kind[camera] == CameraKind.PTZ
    keep = np.flatnonzero((ground_m <= cameras.range_m[camera]) & (ahead | turning))
    keep = keep[np.lexsort((camera[keep], place[keep]))]
    if buildings is not None:
        pole = camera[keep]
        keep = keep[in_sight(buildings, from_x_m=cameras.x_m[pole], from_y_m=cameras.y_m[pole],
                             from_height_m=cameras.mount_m[pole], to_x_m=x_m[place[keep]], to_y_m=y_m[place[keep]])]
    slant_m = np.maximum(np.hypot(ground_m[keep], cameras.mount_m[camera[keep]]), 0.5)
    return Sightlines(
        place=place[keep],
        camera=camera[keep],
        distance_m=slant_m,
        px_per_m=pixels_per_metre(cameras.width_px[camera[keep]], hfov[keep], slant_m),
        p_in_view=np.where(ahead[keep], 1.0, hfov[keep] / 360.0),
    )


class _Cells(NamedTuple):
    """Cameras in order of the square cells that they stand in, row after row; a side is the farthest range."""

    side_m: float
    n_columns: int
    """Empty ones on either side included, so that a cell's neighbours never lie in the next row."""
    cell: I8
    """(c,) ascending."""
    camera: I4

    def column(self, x_m: F8) -> I8:
        """Return the column of each place; those beyond the cameras share the outermost ones."""
        return np.clip(np.floor(x_m / self.side_m), -1, self.n_columns - 4).astype(np.int64) + 2


@kept
def _cells(cameras: Cameras) -> tuple[_Cells, float, float]:
    """Return the cells of all cameras, and the west and south of the first."""
    west_m, south_m = float(cameras.x_m.min()), float(cameras.y_m.min())
    side_m = max(1.0, float(cameras.range_m.max()))
    n_columns = int((float(cameras.x_m.max()) - west_m) // side_m) + 5
    bare = _Cells(side_m=side_m, n_columns=n_columns, cell=np.zeros(0, dtype=np.int64), camera=np.zeros(0, np.int32))
    row = np.floor((cameras.y_m - south_m) / side_m).astype(np.int64)
    cell = row * n_columns + bare.column(cameras.x_m - west_m)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    return bare._replace(cell=cell[order], camera=order), west_m, south_m


def _pairs_near(cameras: Cameras, x_m: F8, y_m: F8) -> tuple[I4, I4]:
    """Return the pairs of a place and a camera in the same or a neighbouring cell, none that is in reach left out."""
    cells, west_m, south_m = _cells(cameras)
    row = np.floor((y_m - south_m) / cells.side_m).astype(np.int64)
    middle = row * cells.n_columns + cells.column(x_m - west_m)
    places, found = [], []
    for step in (-cells.n_columns, 0, cells.n_columns):
        first = np.searchsorted(cells.cell, middle + (step - 1), side="left")
        count = np.searchsorted(cells.cell, middle + (step + 1), side="right") - first
        places.append(np.repeat(np.arange(x_m.size, dtype=np.int32), count))
        within = np.arange(places[-1].size) - np.repeat(np.cumsum(count) - count, count)
        found.append(cells.camera[np.repeat(first, count) + within])
    return np.concatenate(places), np.concatenate(found)


def distance_for_pixels(*, width_px: int, hfov_deg: float, zoom: float, object_size_m: float, px: float) -> float:
    """Return the farthest distance in metres at which an object spans ``px`` pixels; zoom narrows the lens."""
    half = math.tan(math.radians(hfov_deg) / 2.0) / zoom
    return width_px * object_size_m / (2.0 * half * px)
