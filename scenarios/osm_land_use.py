"""What the surroundings of each junction of a map are used for."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from scenarios.osm_network import RoadNetwork
from scenarios.osm_read import MapData
from scenarios.polygons import points_inside
from scenarios.projection import Projection
from sim.city import F8, I2, LandUse

REACH_M = {LandUse.PARK: 40.0, LandUse.SCHOOL: 80.0, LandUse.BAR: 50.0, LandUse.STOP: 40.0, LandUse.MARKET: 80.0}
"""Assumed distance at which a place still gives a junction its use; later uses outrank earlier ones."""
OUTLINE_STEP_M = 20.0


def find_land_use(data: MapData, network: RoadNetwork, projection: Projection) -> I2:
    """Return the LandUse of each junction: (n,).

    A junction gets the use of a place inside whose outline it lies or which is near enough; of several the highest in
    the order market, stop, bar, school, park. Others are ROAD where most ways are main roads, and HOUSING elsewhere.
    """
    roads = network.roads
    places = np.column_stack([roads.x_m, roads.y_m])
    use = np.where(network.is_main, int(LandUse.ROAD), int(LandUse.HOUSING)).astype(np.int16)
    marks = projection.project(data.points_lonlat)
    point_use = np.array(data.point_use, dtype=np.int16)
    rings = _closed_outlines(data, projection)
    for wanted, reach_m in REACH_M.items():
        own = [ring for ring, ring_use in zip(rings, data.outline_use, strict=True)
               if ring_use == wanted and ring.shape[0]]
        near = np.vstack([marks[point_use == int(wanted)], *(_sample(ring) for ring in own)])
        if near.size:
            use[cKDTree(near).query(places, distance_upper_bound=reach_m)[0] <= reach_m] = wanted
        for ring in own:
            if ring.shape[0] >= 4 and bool((ring[0] == ring[-1]).all()):
                use[points_inside(places, [ring])] = wanted
    return use


def _closed_outlines(data: MapData, projection: Projection) -> list[F8]:
    """Return each outline without the nodes that the file does not hold."""
    xy_m = projection.project(data.lonlat)
    chains = [xy_m[data.outlines.node[first:last]]
              for first, last in zip(data.outlines.first[:-1], data.outlines.first[1:], strict=True)]
    return [chain[~np.isnan(chain[:, 0])] for chain in chains]


def _sample(ring: F8) -> F8:
    """Return points along a line, at most OUTLINE_STEP_M apart."""
    if ring.shape[0] < 2:
        return ring
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    at = np.linspace(0.0, along[-1], max(2, int(np.ceil(along[-1] / OUTLINE_STEP_M)) + 1))
    return np.column_stack([np.interp(at, along, ring[:, 0]), np.interp(at, along, ring[:, 1])])
