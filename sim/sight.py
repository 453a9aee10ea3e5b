"""Lines of sight between buildings: which rays a house cuts, found cell by cell of a grid."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city import F8, I4, Buildings
from sim.compiled import compiled

Flags = NDArray[np.bool_]

CELL_M = 50.0
MOST_CELLS = 4_000_000
TARGET_HEIGHT_M = 1.5
"""Height of what is looked at: a person's chest."""
BEFORE_WALL_M = 0.5
"""An incident whose drawn place lies inside a house is seen this far before the nearest wall of it."""


class Boxes(NamedTuple):
    """Buildings as the compiled functions take them."""

    x_m: F8
    y_m: F8
    axis_x: F8
    axis_y: F8
    half_length_m: F8
    half_depth_m: F8
    height_m: F8
    first_in_cell: I4
    in_cell: I4
    west_m: float
    south_m: float
    cell_m: float
    n_columns: int
    n_rows: int


def boxes_of(buildings: Buildings) -> Boxes:
    """Return buildings as the compiled functions take them."""
    n_rows = (buildings.first_in_cell.size - 1) // buildings.n_columns
    values = {name: getattr(buildings, name) for name in Boxes._fields if name != "n_rows"}
    return Boxes(**values, n_rows=n_rows)


def make_buildings(
    *, x_m: F8, y_m: F8, axis_x: F8, axis_y: F8, half_length_m: F8, half_depth_m: F8, height_m: F8
) -> Buildings:
    """Sort buildings into the cells of a grid; every argument is that of Buildings."""
    reach_x = np.abs(axis_x) * half_length_m + np.abs(axis_y) * half_depth_m
    reach_y = np.abs(axis_y) * half_length_m + np.abs(axis_x) * half_depth_m
    west_m, south_m = float((x_m - reach_x).min(initial=0.0)), float((y_m - reach_y).min(initial=0.0))
    wide_m = float((x_m + reach_x).max(initial=0.0)) - west_m
    high_m = float((y_m + reach_y).max(initial=0.0)) - south_m
    cell_m = CELL_M
    while (wide_m // cell_m + 1.0) * (high_m // cell_m + 1.0) > MOST_CELLS:
        cell_m *= 2.0
    n_columns, n_rows = int(wide_m // cell_m) + 1, int(high_m // cell_m) + 1
    west, east, south, north = (np.floor(edge_m / cell_m).astype(np.int32) for edge_m in (
        x_m - reach_x - west_m, x_m + reach_x - west_m, y_m - reach_y - south_m, y_m + reach_y - south_m))
    first, in_cell = by_cell(west, east, south, north, n_columns=n_columns, n_rows=n_rows)
    return Buildings(x_m=x_m, y_m=y_m, axis_x=axis_x, axis_y=axis_y, half_length_m=half_length_m,
                     half_depth_m=half_depth_m, height_m=height_m, first_in_cell=first, in_cell=in_cell,
                     west_m=west_m, south_m=south_m, cell_m=cell_m, n_columns=n_columns)


def by_cell(west: I4, east: I4, south: I4, north: I4, *, n_columns: int, n_rows: int) -> tuple[I4, I4]:
    """Sort things into all cells of a grid that they touch.

    Args:
        west: (n,) column of the first cell that each touches.
        east: (n,) of the last one.
        south: (n,) row of the first one.
        north: (n,) of the last one.
        n_columns: of the grid, whose cells go row by row.
        n_rows: likewise.

    Returns:
        ((cells + 1,) where each cell begins in the next, what touches the cells in rising order).
    """
    first = np.zeros(n_columns * n_rows + 1, dtype=np.int32)
    _count_cells(west, east, south, north, n_columns, first)
    np.cumsum(first, out=first)
    in_cell = np.empty(int(first[-1]), dtype=np.int32)
    _fill_cells(west, east, south, north, n_columns, first[:-1].copy(), in_cell)
    return first, in_cell


@compiled
def _count_cells(west: I4, east: I4, south: I4, north: I4, n_columns: int, first: I4) -> None:
    for index in range(west.size):
        for row in range(south[index], north[index] + 1):
            for column in range(west[index], east[index] + 1):
                first[row * n_columns + column + 1] += 1


@compiled
def _fill_cells(west: I4, east: I4, south: I4, north: I4, n_columns: int, following: I4, in_cell: I4) -> None:
    for index in range(west.size):
        for row in range(south[index], north[index] + 1):
            for column in range(west[index], east[index] + 1):
                cell = row * n_columns + column
                in_cell[following[cell]] = index
                following[cell] += 1


@compiled
def overlap(boxes: Boxes, index: int, x0_m: float, y0_m: float, x1_m: float, y1_m: float) -> tuple[float, float]:
    """Return the shares of the way from point 0 to point 1 between which it runs over a building's footprint.

    The first is not below the second where it misses. Slabs, as in Kay & Kajiya (1986).
    """
    across, up = boxes.axis_x[index], boxes.axis_y[index]
    from_x, from_y = x0_m - boxes.x_m[index], y0_m - boxes.y_m[index]
    step_x, step_y = x1_m - x0_m, y1_m - y0_m
    enters, leaves = 0.0, 1.0
    for side in range(2):
        if side == 0:
            start, step, half = from_x * across + from_y * up, step_x * across + step_y * up, boxes.half_length_m[index]
        else:
            start, step, half = from_y * across - from_x * up, step_y * across - step_x * up, boxes.half_depth_m[index]
        if step == 0.0:
            if abs(start) >= half:
                return 1.0, 0.0
        else:
            one, other = (-half - start) / step, (half - start) / step
            enters, leaves = max(enters, min(one, other)), min(leaves, max(one, other))
    return enters, leaves


@compiled
def first_hit(boxes: Boxes, x0_m: float, y0_m: float, z0_m: float, x1_m: float, y1_m: float, z1_m: float,
              ignored: Flags, own_counts: bool) -> int:
    """Return a building, none of those ignored, that stands higher than a ray somewhere under it, or −1.

    Whether the building over whose footprint the ray begins counts, as one that carries the camera, is asked.
    """
    column = math.floor((x0_m - boxes.west_m) / boxes.cell_m)
    row = math.floor((y0_m - boxes.south_m) / boxes.cell_m)
    n_steps = (abs(math.floor((x1_m - boxes.west_m) / boxes.cell_m) - column)
               + abs(math.floor((y1_m - boxes.south_m) / boxes.cell_m) - row))
    step_x, step_y = x1_m - x0_m, y1_m - y0_m
    next_x, next_y, each_x, each_y = math.inf, math.inf, math.inf, math.inf
    if step_x != 0.0:
        next_x = (boxes.west_m + (column + (step_x > 0.0)) * boxes.cell_m - x0_m) / step_x
        each_x = boxes.cell_m / abs(step_x)
    if step_y != 0.0:
        next_y = (boxes.south_m + (row + (step_y > 0.0)) * boxes.cell_m - y0_m) / step_y
        each_y = boxes.cell_m / abs(step_y)
    for _ in range(n_steps + 1):
        if 0 <= column < boxes.n_columns and 0 <= row < boxes.n_rows:
            cell = row * boxes.n_columns + column
            for place in range(boxes.first_in_cell[cell], boxes.first_in_cell[cell + 1]):
                index = boxes.in_cell[place]
                if ignored[index]:
                    continue
                enters, leaves = overlap(boxes, index, x0_m, y0_m, x1_m, y1_m)
                lowest_m = min(z0_m + enters * (z1_m - z0_m), z0_m + leaves * (z1_m - z0_m))
                if enters < leaves and boxes.height_m[index] > lowest_m and (enters > 0.0 or own_counts):
                    return index
        if next_x < next_y:
            column += 1 if step_x > 0.0 else -1
            next_x += each_x
        else:
            row += 1 if step_y > 0.0 else -1
            next_y += each_y
    return -1


@compiled
def _mark_open(boxes: Boxes, x0_m: F8, y0_m: F8, z0_m: F8, x1_m: F8, y1_m: F8, z1_m: float, is_open: Flags) -> None:
    ignored = np.zeros(boxes.x_m.size, dtype=np.bool_)
    for ray in range(x0_m.size):
        is_open[ray] = first_hit(boxes, x0_m[ray], y0_m[ray], z0_m[ray], x1_m[ray], y1_m[ray], z1_m, ignored, False) < 0


def in_sight(buildings: Buildings, *, from_x_m: F8, from_y_m: F8, from_height_m: F8, to_x_m: F8, to_y_m: F8) -> Flags:
    """Say which rays, from cameras to chests in the street, no building cuts; arrays of one length.

    The building that a camera hangs on does not hide anything from it.
    """
    is_open = np.empty(from_x_m.size, dtype=np.bool_)
    _mark_open(boxes_of(buildings), from_x_m, from_y_m, from_height_m, to_x_m, to_y_m, TARGET_HEIGHT_M, is_open)
    return is_open


@compiled
def _step_out(boxes: Boxes, x_m: F8, y_m: F8, gap_m: float) -> None:
    for place in range(x_m.size):
        column = math.floor((x_m[place] - boxes.west_m) / boxes.cell_m)
        row = math.floor((y_m[place] - boxes.south_m) / boxes.cell_m)
        if not (0 <= column < boxes.n_columns and 0 <= row < boxes.n_rows):
            continue
        cell = row * boxes.n_columns + column
        for entry in range(boxes.first_in_cell[cell], boxes.first_in_cell[cell + 1]):
            index = boxes.in_cell[entry]
            across, up = boxes.axis_x[index], boxes.axis_y[index]
            from_x, from_y = x_m[place] - boxes.x_m[index], y_m[place] - boxes.y_m[index]
            along, beside = from_x * across + from_y * up, from_y * across - from_x * up
            over, under = boxes.half_length_m[index] - abs(along), boxes.half_depth_m[index] - abs(beside)
            if over > 0.0 and under > 0.0:
                if over < under:
                    along = math.copysign(boxes.half_length_m[index] + gap_m, along)
                else:
                    beside = math.copysign(boxes.half_depth_m[index] + gap_m, beside)
                x_m[place] = boxes.x_m[index] + along * across - beside * up
                y_m[place] = boxes.y_m[index] + along * up + beside * across
                break


def before_walls(buildings: Buildings, x_m: F8, y_m: F8) -> tuple[F8, F8]:
    """Return places with those inside a house moved before its nearest wall, for what happens is in the street."""
    moved_x, moved_y = x_m.copy(), y_m.copy()
    _step_out(boxes_of(buildings), moved_x, moved_y, BEFORE_WALL_M)
    return moved_x, moved_y
