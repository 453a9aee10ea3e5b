"""Cameras in the cells of a grid, so that those near a place are found without looking at the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.city import F8, I4, CameraKind, Cameras
from sim.compiled import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGrid:
    """Cameras by square cell; a cell is as wide as the farthest range, so a place needs its own and its neighbours."""

    cell_m: float
    west_m: float
    south_m: float
    n_columns: int
    n_rows: int
    first: I4
    """(cells + 1,) cameras of cell i are camera[first[i]] to camera[first[i + 1] − 1], in rising order."""
    camera: I4
    x_m: F8
    """(c,) and likewise the rest: of the cameras in the order of ``camera``, so that a cell's lie together."""
    y_m: F8
    range_m: F8
    heading_deg: F8
    hfov_deg: F8
    ahead_x: F8
    """Of the unit vector along the heading."""
    ahead_y: F8
    least_cos: F8
    """Cosine of the farthest angle off the heading that is seen, a little less for rounding; −2 for a PTZ camera."""
    turns: I4
    """1 for a PTZ camera, else 0."""


def make_grid(cameras: Cameras) -> CameraGrid:
    """Sort the cameras into cells."""
    x_m, y_m = (np.ascontiguousarray(axis, dtype=np.float64) for axis in (cameras.x_m, cameras.y_m))
    cell_m = max(float(cameras.range_m.max(initial=0.0)), 1.0)
    west_m, south_m = float(x_m.min(initial=math.inf)), float(y_m.min(initial=math.inf))
    if not x_m.size:
        west_m = south_m = 0.0
    column = ((x_m - west_m) / cell_m).astype(np.int64)
    row = ((y_m - south_m) / cell_m).astype(np.int64)
    n_columns, n_rows = int(column.max(initial=0)) + 1, int(row.max(initial=0)) + 1
    cell = row * n_columns + column
    first = np.zeros(n_columns * n_rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(cell, minlength=n_columns * n_rows), out=first[1:])
    order = np.argsort(cell, kind="stable")
    turns, heading = (cameras.kind[order] == CameraKind.PTZ).astype(np.int32), np.radians(cameras.heading_deg[order])
    return CameraGrid(
        cell_m=cell_m, west_m=west_m, south_m=south_m, n_columns=n_columns, n_rows=n_rows, first=first,
        camera=order.astype(np.int32), x_m=x_m[order], y_m=y_m[order],
        range_m=cameras.range_m[order].astype(np.float64), heading_deg=cameras.heading_deg[order].astype(np.float64),
        hfov_deg=cameras.hfov_deg[order].astype(np.float64),
        ahead_x=np.cos(heading), ahead_y=np.sin(heading), turns=turns,
        least_cos=np.where(turns, -2.0, np.cos(np.radians(np.minimum(cameras.hfov_deg[order], 360.0) / 2.0)) - 1e-6))


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
                        grid.x_m, grid.y_m, grid.range_m, grid.heading_deg, grid.hfov_deg, grid.ahead_x,
                        grid.ahead_y, grid.least_cos, grid.turns, x_m, y_m, place, camera, ground_m, off_axis_deg)
        if n <= capacity:
            return place[:n], camera[:n], ground_m[:n], off_axis_deg[:n]
        capacity = n


@compiled
def _find_pairs(
    cell_m: float, west_m: float, south_m: float, n_columns: int, n_rows: int, first: I4, cameras: I4, camera_x_m: F8,
    camera_y_m: F8, range_m: F8, heading_deg: F8, hfov_deg: F8, ahead_x: F8, ahead_y: F8, least_cos: F8, turns: I4,
    x_m: F8, y_m: F8, place: I4, camera: I4, ground_m: F8, off_axis_deg: F8,
) -> int:
    """Fill the pairs as far as they fit; return how many there are."""
    n = 0
    for index in range(x_m.size):
        column = math.floor((x_m[index] - west_m) / cell_m)
        row = math.floor((y_m[index] - south_m) / cell_m)
        begins = n
        for near_row in range(max(row - 1, 0), min(row + 2, n_rows)):
            from_cell = near_row * n_columns + max(column - 1, 0)
            to_cell = near_row * n_columns + min(column + 2, n_columns)
            if from_cell >= to_cell:
                continue
            for entry in range(first[from_cell], first[to_cell]):
                east_m, north_m = x_m[index] - camera_x_m[entry], y_m[index] - camera_y_m[entry]
                square_m2 = east_m * east_m + north_m * north_m
                if square_m2 > range_m[entry] * range_m[entry]:
                    continue
                ahead_m = east_m * ahead_x[entry] + north_m * ahead_y[entry]
                if ahead_m < least_cos[entry] * math.sqrt(square_m2):
                    continue  # most are out of view, and need no angle
                bearing = math.atan2(north_m, east_m) * (180.0 / math.pi)
                off_deg = abs((bearing - heading_deg[entry] + 180.0) % 360.0 - 180.0)
                if off_deg > hfov_deg[entry] / 2.0 and not turns[entry]:
                    continue
                one, at = cameras[entry], n
                n += 1
                if n > place.size:
                    continue
                while at > begins and camera[at - 1] > one:
                    camera[at], ground_m[at], off_axis_deg[at] = camera[at - 1], ground_m[at - 1], off_axis_deg[at - 1]
                    at -= 1
                camera[at], ground_m[at], off_axis_deg[at], place[n - 1] = one, math.sqrt(square_m2), off_deg, index
    return n
