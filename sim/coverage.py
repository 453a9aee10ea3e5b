"""What each camera can see: distance, direction and pixels on target."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from sim.city import F8, I4, Buildings, CameraKind, Cameras
from sim.sight import before_walls, in_sight


def pixels_per_metre(width_px: F8 | I4, hfov_deg: F8, distance_m: F8) -> F8:
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
    places = cKDTree(np.column_stack((x_m, y_m)))
    poles = cKDTree(np.column_stack((cameras.x_m, cameras.y_m)))
    near = places.sparse_distance_matrix(poles, float(cameras.range_m.max()), output_type="ndarray")
    place, camera, ground_m = near["i"].astype(np.int32), near["j"].astype(np.int32), near["v"]
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


def distance_for_pixels(*, width_px: int, hfov_deg: float, zoom: float, object_size_m: float, px: float) -> float:
    """Return the farthest distance in metres at which an object spans ``px`` pixels; zoom narrows the lens."""
    half = math.tan(math.radians(hfov_deg) / 2.0) / zoom
    return width_px * object_size_m / (2.0 * half * px)
