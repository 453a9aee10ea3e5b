"""Cameras in the cells of a grid, so that those that may see a place are found without looking at the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.city import F8, I4, CameraKind, Cameras
from sim.compiled import Records, compiled
from sim.sight import by_cell

MARGIN_M = 1e-3
"""By which the box round what a camera sees is larger, for rounding."""
VIEW = np.dtype([("x_m", "f8"), ("y_m", "f8"), ("square_m2", "f8"), ("ahead_x", "f8"), ("ahead_y", "f8"),
                 ("least_cos", "f8"), ("heading_deg", "f8"), ("half_deg", "f8")])
"""A camera's place, square of its range, unit vector along its heading, and half its field of view.

``least_cos`` is the cosine of the farthest angle off the heading that is seen, a little less for rounding; TURNS for a
PTZ camera.
"""
TURNS = -2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGrid:
    """Cameras by square cell, each in every cell that the box round its view touches."""

    cell_m: float
    west_m: float
    south_m: float
    n_columns: int
    n_rows: int
    first: I4
    """(cells + 1,) cameras of cell i are camera[first[i]] to camera[first[i + 1] − 1], in rising order."""
    camera: I4
    views: Records
    """(c,) of VIEW."""


def make_grid(cameras: Cameras) -> CameraGrid:
    """Sort the cameras into cells as wide as the farthest range."""
    x_m, y_m = (np.asarray(axis, dtype=np.float64) for axis in (cameras.x_m, cameras.y_m))
    reach_m = [_reach_m(cameras, towards_deg) + MARGIN_M for towards_deg in (180.0, 0.0, 270.0, 90.0)]
    edges_m = (x_m - reach_m[0], x_m + reach_m[1], y_m - reach_m[2], y_m + reach_m[3])
    cell_m = max(float(cameras.range_m.max(initial=0.0)), 1.0)
    west_m, south_m = (float(edge_m.min()) if x_m.size else 0.0 for edge_m in (edges_m[0], edges_m[2]))
    west, east, south, north = (((edge_m - origin_m) / cell_m).astype(np.int32) for edge_m, origin_m in zip(
        edges_m, (west_m, west_m, south_m, south_m), strict=True))
    n_columns, n_rows = int(east.max(initial=0)) + 1, int(north.max(initial=0)) + 1
    first, camera = by_cell(west, east, south, north, n_columns=n_columns, n_rows=n_rows)
    views, heading = np.empty(x_m.size, dtype=VIEW), np.radians(cameras.heading_deg)
    columns = {
        "x_m": x_m, "y_m": y_m, "square_m2": np.square(cameras.range_m, dtype=np.float64),
        "ahead_x": np.cos(heading), "ahead_y": np.sin(heading),
        "least_cos": np.where(cameras.kind == CameraKind.PTZ, TURNS,
                              np.cos(np.radians(np.minimum(cameras.hfov_deg, 360.0) / 2.0)) - 1e-6),
        "heading_deg": cameras.heading_deg, "half_deg": cameras.hfov_deg / 2.0}
    for name, column in columns.items():
        views[name] = column
    return CameraGrid(cell_m=cell_m, west_m=west_m, south_m=south_m, n_columns=n_columns, n_rows=n_rows, first=first,
                      camera=camera, views=views)


def _reach_m(cameras: Cameras, towards_deg: float) -> F8:
    """Return how far what each camera sees stretches from it in one direction, anticlockwise from the east."""
    apart_deg = np.abs((cameras.heading_deg - towards_deg + 180.0) % 360.0 - 180.0)
    off_deg = np.where(cameras.kind == CameraKind.PTZ, 0.0, np.clip(apart_deg - cameras.hfov_deg / 2.0, 0.0, 90.0))
    return np.asarray(cameras.range_m * np.cos(np.radians(off_deg)), dtype=np.float64)


def near_pairs(grid: CameraGrid, x_m: F8, y_m: F8) -> tuple[I4, I4, F8, F8]:
    """Return the pairs of a place and a camera that can see it: in range, and ahead or within reach by panning.

    Returns:
        (place, camera, ground distance in metres, degrees off the middle of the picture), sorted by place, then camera.
    """
    capacity = 4 * x_m.size + 64
    while True:
        place, camera = np.empty(capacity, dtype=np.int32), np.empty(capacity, dtype=np.int32)
        ground_m, off_axis_deg = np.empty(capacity), np.empty(capacity)
        n = _find_pairs(grid.cell_m, grid.west_m, grid.south_m, grid.n_columns, grid.n_rows, grid.first, grid.camera,
                        grid.views, x_m, y_m, place, camera, ground_m, off_axis_deg)
        if n <= capacity:
            return place[:n], camera[:n], ground_m[:n], off_axis_deg[:n]
        capacity = n


@compiled
def _find_pairs(
    cell_m: float, west_m: float, south_m: float, n_columns: int, n_rows: int, first: I4, cameras: I4, views: Records,
    x_m: F8, y_m: F8, place: I4, camera: I4, ground_m: F8, off_axis_deg: F8,
) -> int:
    """Fill the pairs as far as they fit; return how many there are."""
    n, begins, ends = 0, np.zeros(x_m.size, dtype=np.int32), np.zeros(x_m.size, dtype=np.int32)
    for index in range(x_m.size):  # a loop of its own, so that several cells at once are on their way from memory
        column = math.floor((x_m[index] - west_m) / cell_m)
        row = math.floor((y_m[index] - south_m) / cell_m)
        if 0 <= column < n_columns and 0 <= row < n_rows:
            cell = row * n_columns + column
            begins[index], ends[index] = first[cell], first[cell + 1]
    for index in range(x_m.size):
        for entry in range(begins[index], ends[index]):
            view = views[cameras[entry]]
            east_m, north_m = x_m[index] - view.x_m, y_m[index] - view.y_m
            square_m2 = east_m * east_m + north_m * north_m
            if square_m2 > view.square_m2:
                continue
            ahead_m = east_m * view.ahead_x + north_m * view.ahead_y
            if ahead_m < view.least_cos * math.sqrt(square_m2):
                continue  # most are out of view, and need no angle
            bearing = math.atan2(north_m, east_m) * (180.0 / math.pi)
            off_deg = abs((bearing - view.heading_deg + 180.0) % 360.0 - 180.0)
            if off_deg > view.half_deg and view.least_cos != TURNS:
                continue
            if n < place.size:
                place[n], camera[n], ground_m[n], off_axis_deg[n] = index, cameras[entry], math.sqrt(square_m2), off_deg
            n += 1
    return n
