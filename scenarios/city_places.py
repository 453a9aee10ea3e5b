"""What a synthetic city's junctions are used for, and the districts they lie in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.city_grid import Junctions, RoadClass
from sim.city import F8, I2, LandUse


def make_land_use(junctions: Junctions, rng: np.random.Generator) -> I2:
    """Give each junction its use: (n,) LandUse.

    Markets cluster near the centre, stops line the arterials, bars thin out from the centre, schools are spread
    evenly, parks lie in clumps and along the river, and arterial crossings are road.
    """
    n = junctions.x_m.size
    use = np.full(n, int(LandUse.HOUSING), dtype=np.int16)
    nearness = np.exp(-(junctions.ring / 0.25) ** 2)
    use[(junctions.column % 8 == 3) & (junctions.row % 16 == 5) & (rng.random(n) < 0.85)] = LandUse.SCHOOL
    use[rng.random(n) < 0.004 + 0.05 * nearness] = LandUse.BAR
    use[_clumps(junctions, n_clumps=max(1, n // 700), size=(5, 20), weights=np.ones(n), rng=rng)] = LandUse.PARK
    use[(junctions.river_distance_m < 160.0) & (junctions.ring < 0.6) & (rng.random(n) < 0.45)] = LandUse.PARK
    use[_stops(junctions, rng)] = LandUse.STOP
    use[np.maximum(junctions.column_class, junctions.row_class) <= int(RoadClass.ARTERIAL)] = LandUse.ROAD
    use[_clumps(junctions, n_clumps=max(1, n // 2_500), size=(5, 9), weights=0.008 + nearness, rng=rng)
        ] = LandUse.MARKET
    return use


def _stops(junctions: Junctions, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say which junctions have a bus stop: along arterials and, fewer, along collectors."""
    best = np.minimum(junctions.column_class, junctions.row_class)
    along = np.where(junctions.column_class <= junctions.row_class, junctions.row, junctions.column)
    p = np.select([best == int(RoadClass.ARTERIAL), best == int(RoadClass.COLLECTOR)], [0.75, 0.25], 0.0)
    return np.asarray((along % 4 == 2) & (rng.random(best.size) < p))


def _clumps(junctions: Junctions, *, n_clumps: int, size: tuple[int, int], weights: F8, rng: np.random.Generator
            ) -> NDArray[np.int64]:
    """Return the junctions nearest to randomly placed middles."""
    n = junctions.x_m.size
    points = np.column_stack([junctions.x_m, junctions.y_m])
    # An exponential race draws without replacement in proportion to the weights.
    middles = np.argsort(rng.exponential(size=n) / weights, kind="stable")[:n_clumps]
    most = min(size[1], max(1, n // 20))
    nearest = np.asarray(cKDTree(points).query(points[middles], k=most)[1]).reshape(middles.size, most)
    members = rng.integers(min(size[0], most), most + 1, middles.size)
    return np.asarray(nearest[np.arange(most)[None, :] < members[:, None]], dtype=np.int64)


def make_districts(x_m: F8, y_m: F8, n_districts: int) -> I2:
    """Divide the junctions into compact districts of nearly equal size: (n,) 0 … n_districts − 1.

    The longer side of each part is cut in proportion to the districts that go to either half.
    """
    district = np.zeros(x_m.size, dtype=np.int16)
    parts = [(np.arange(x_m.size), 0, n_districts)]
    while parts:
        members, first, count = parts.pop()
        if count == 1:
            district[members] = first
            continue
        wide = np.ptp(x_m[members]) >= np.ptp(y_m[members])
        order = members[np.argsort((x_m if wide else -y_m)[members], kind="stable")]
        cut = max(1, members.size * (count // 2) // count)
        cut = min(max(cut, count // 2), members.size - (count - count // 2))
        parts += [(order[:cut], first, count // 2), (order[cut:], first + count // 2, count - count // 2)]
    return district
