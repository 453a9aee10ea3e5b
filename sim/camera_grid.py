"""Cameras in the cells of a grid, so that those near a place are found without looking at the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.city import F8, I4, Cameras
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
    """(c,) as in the city; kept here as the search reads nothing else."""
    y_m: F8
    range_m: F8


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
    return CameraGrid(
        cell_m=cell_m, west_m=west_m, south_m=south_m, n_columns=n_columns, n_rows=n_rows, first=first,
        camera=np.argsort(cell, kind="stable").astype(np.int32), x_m=x_m, y_m=y_m,
        range_m=np.ascontiguousarray(cameras.range_m, dtype=np.float64))


def near_pairs(grid: CameraGrid, x_m: F8, y_m: F8) -> tuple[I4, I4, F8]:
    """Return the pairs of a place and a camera that has it in range.

    Returns:
        (place, camera, ground distance in metres), sorted by place, then camera.
    """
    capacity = 4 * x_m.size + 64
    while True:
        place, camera = np.empty(capacity, dtype=np.int32), np.empty(capacity, dtype=np.int32)
        ground_m = np.empty(capacity)
        n = _find_pairs(grid.cell_m, grid.west_m, grid.south_m, grid.n_columns, grid.n_rows, grid.first, grid.camera,
                        grid.x_m, grid.y_m, grid.range_m, x_m, y_m, place, camera, ground_m)
        if n <= capacity:
            return place[:n], camera[:n], ground_m[:n]
        capacity = n


@compiled
def _find_pairs(
    cell_m: float, west_m: float, south_m: float, n_columns: int, n_rows: int, first: I4, cameras: I4, camera_x_m: F8,
    camera_y_m: F8, range_m: F8, x_m: F8, y_m: F8, place: I4, camera: I4, ground_m: F8,
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
                one = cameras[entry]
                east_m, north_m = camera_x_m[one] - x_m[index], camera_y_m[one] - y_m[index]
                apart_m = math.sqrt(east_m * east_m + north_m * north_m)
                if apart_m > range_m[one]:
                    continue
                at = n
                n += 1
                if n > place.size:
                    continue
                while at > begins and camera[at - 1] > one:
                    camera[at], ground_m[at] = camera[at - 1], ground_m[at - 1]
                    at -= 1
                camera[at], ground_m[at], place[n - 1] = one, apart_m, index
    return n
