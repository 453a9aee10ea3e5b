"""What each camera can see: distance, direction and pixels on target."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.camera_grid import CameraGrid, make_grid, near_pairs
from sim.city import F8, I4, Cameras


def pixels_per_metre(width_px: F8 | I4, hfov_deg: F8, distance_m: F8) -> F8:
    """Return horizontal pixels per metre at a distance: width / (2 tan(hfov/2) · distance)."""
    return np.asarray(width_px / (2.0 * np.tan(np.radians(hfov_deg) / 2.0) * distance_m), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightlines:
    """Pairs of (place, camera that sees it), sorted by place then camera; arrays of one length."""

    place: I4
    """Index of the place asked about."""
    camera: I4
    px_per_m: F8
    """At the widest zoom."""
    p_in_view: F8
    """Share of the time in which the camera points there: 1 for a fixed one, hfov/360° for PTZ off its preset."""


def sightlines(cameras: Cameras, x_m: F8, y_m: F8, *, grid: CameraGrid | None = None) -> Sightlines:
    """Return which cameras see which places.

    A fixed camera sees what lies within its range and field of view. A PTZ camera reaches every direction by
    panning; away from its home preset it is taken to point there for hfov/360° of the time.
    """
    empty = np.zeros(0)
    if not cameras.n_cameras or not x_m.size:
        return Sightlines(place=empty.astype(np.int32), camera=empty.astype(np.int32), px_per_m=empty, p_in_view=empty)
    place, camera, ground_m, off_axis_deg = near_pairs(grid or make_grid(cameras), x_m, y_m)
    hfov = cameras.hfov_deg[camera]
    slant_m = np.hypot(ground_m, cameras.mount_m[camera])
    return Sightlines(
        place=place,
        camera=camera,
        px_per_m=pixels_per_metre(cameras.width_px[camera], hfov, np.maximum(slant_m, 0.5)),
        p_in_view=np.where(off_axis_deg <= hfov / 2.0, 1.0, hfov / 360.0),
    )


def distance_for_pixels(*, width_px: int, hfov_deg: float, zoom: float, object_size_m: float, px: float) -> float:
    """Return the farthest distance in metres at which an object spans ``px`` pixels; zoom narrows the lens."""
    half = math.tan(math.radians(hfov_deg) / 2.0) / zoom
    return width_px * object_size_m / (2.0 * half * px)
