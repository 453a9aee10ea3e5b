"""What each camera can see: distance, direction and pixels on target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from sim.camera_grid import CameraGrid, make_grid, near_pairs
from sim.city import F8, I4, Buildings, Cameras
from sim.sight import before_walls, in_sight


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


def sightlines(
    cameras: Cameras, x_m: F8, y_m: F8, *, grid: CameraGrid | None = None, buildings: Buildings | None = None
) -> Sightlines:
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
    place, camera, ground_m, off_axis_deg = near_pairs(grid or make_grid(cameras), x_m, y_m)
    if buildings is not None:
        seen = in_sight(buildings, from_x_m=cameras.x_m[camera], from_y_m=cameras.y_m[camera],
                        from_height_m=cameras.mount_m[camera], to_x_m=x_m[place], to_y_m=y_m[place])
        place, camera, ground_m, off_axis_deg = place[seen], camera[seen], ground_m[seen], off_axis_deg[seen]
    hfov = cameras.hfov_deg[camera]
    slant_m = np.maximum(np.hypot(ground_m, cameras.mount_m[camera]), 0.5)
    return Sightlines(
        place=place,
        camera=camera,
        distance_m=slant_m,
        px_per_m=pixels_per_metre(cameras.width_px[camera], hfov, slant_m),
        p_in_view=np.where(off_axis_deg <= hfov / 2.0, 1.0, hfov / 360.0),
    )


def distance_for_pixels(*, width_px: int, hfov_deg: float, zoom: float, object_size_m: float, px: float) -> float:
    """Return the farthest distance in metres at which an object spans ``px`` pixels; zoom narrows the lens."""
    half = math.tan(math.radians(hfov_deg) / 2.0) / zoom
    return width_px * object_size_m / (2.0 * half * px)
