"""The buildings of a map as boxes: on the rectangle round the outline, or wall by wall where that fits badly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.osm_read import MapData
from scenarios.projection import Projection
from sim.city import F8, Buildings
from sim.sight import make_buildings

LEAST_FILL = 0.7
"""An outline that fills less of its rectangle is an L, a U or a ring, and only its walls hide."""
WALL_HALF_M = 0.2


def make_map_buildings(data: MapData, projection: Projection) -> Buildings:
    """Make boxes of the outlines that a map calls buildings.

    The rectangle has the direction of the outline's longest wall. Outlines that are not closed, or of which the file
    does not hold a node, are left out, as are those that relations put together.
    """
    first, node = data.houses.first, data.houses.node
    xy_m = projection.project(data.lonlat)[node]
    chain = np.repeat(np.arange(first.size - 1), np.diff(first))
    is_whole = np.bincount(chain, weights=np.isnan(xy_m[:, 0]), minlength=first.size - 1) == 0
    is_whole &= (np.diff(first) >= 4) & (node[first[:-1]] == node[first[1:] - 1])
    kept = is_whole[chain]
    xy_m, size = xy_m[kept], np.diff(first)[is_whole]
    height_m = data.house_height_m[is_whole]
    if not size.size:
        return make_buildings(**dict.fromkeys(
            ("x_m", "y_m", "axis_x", "axis_y", "half_length_m", "half_depth_m", "height_m"), np.zeros(0)))
    return _boxes(xy_m, np.cumsum(size) - size, np.repeat(np.arange(size.size), size), height_m)


def _boxes(xy_m: F8, starts: NDArray[np.int64], chain: NDArray[np.int64], height_m: F8
           ) -> Buildings:
    # A wall joins each node to the next of its chain; chains are closed, so their last node begins none.
    wall = np.flatnonzero(np.diff(chain, append=-1) == 0)
    step = xy_m[wall + 1] - xy_m[wall]
    length = np.hypot(step[:, 0], step[:, 1])
    wall, step, length = wall[length > 0.0], step[length > 0.0], length[length > 0.0]
    axis = np.tile([1.0, 0.0], (starts.size, 1))
    order = np.argsort(length, kind="stable")  # later writes win, so the longest stays
    axis[chain[wall[order]]] = step[order] / length[order, None]
    along = xy_m[:, 0] * axis[chain, 0] + xy_m[:, 1] * axis[chain, 1]
    across = xy_m[:, 1] * axis[chain, 0] - xy_m[:, 0] * axis[chain, 1]
    low_u, high_u = np.minimum.reduceat(along, starts), np.maximum.reduceat(along, starts)
    low_v, high_v = np.minimum.reduceat(across, starts), np.maximum.reduceat(across, starts)
    twice = along[wall] * across[wall + 1] - along[wall + 1] * across[wall]
    area = np.abs(np.bincount(chain[wall], weights=twice, minlength=starts.size)) / 2.0
    solid = area >= LEAST_FILL * (high_u - low_u) * (high_v - low_v)
    middle_u, middle_v = ((low_u + high_u) / 2)[solid], ((low_v + high_v) / 2)[solid]
    thin = np.flatnonzero(~solid[chain[wall]])
    ends = xy_m[wall[thin]]
    return make_buildings(
        x_m=np.round(np.append(middle_u * axis[solid, 0] - middle_v * axis[solid, 1],
                               ends[:, 0] + step[thin, 0] / 2), 2),
        y_m=np.round(np.append(middle_u * axis[solid, 1] + middle_v * axis[solid, 0],
                               ends[:, 1] + step[thin, 1] / 2), 2),
        axis_x=np.append(axis[solid, 0], step[thin, 0] / length[thin]),
        axis_y=np.append(axis[solid, 1], step[thin, 1] / length[thin]),
        half_length_m=np.append((high_u - low_u)[solid] / 2, length[thin] / 2),
        half_depth_m=np.append((high_v - low_v)[solid] / 2, np.full(thin.size, WALL_HALF_M)),
        height_m=np.append(height_m[solid], height_m[chain[wall[thin]]]))
