"""The houses of a synthetic city: rows along its streets, of a make that fits the use of the land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.city_barriers import RIVER_HALF_WIDTH_M
from sim.city import F8, I2, Buildings, Cameras, LandUse, Roads
from sim.compiled import compiled
from sim.sight import Boxes, boxes_of, first_hit, make_buildings

Flags = NDArray[np.bool_]
I8 = NDArray[np.int64]
Columns = dict[str, F8]
"""The arrays that make_buildings takes, by name."""

ROAD_CLEAR_M = 5.0
"""No wall stands nearer to the middle of a carriageway, or to a camera's pole."""
LONGEST_STREET_M = 300.0
"""Longer ones lead through open country."""
SHORTEST_HOUSE_M = 8.0
"""A street with less room between its corners is not built on."""
CENTRE_RING = 0.5
"""Inside it houses are blocks of flats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """How a plot is built on; every number is assumed."""

    setback_m: float
    """Of the front wall from the middle of the street."""
    length_m: float
    depth_m: float
    gap_m: float
    """To the next house."""
    lowest_m: float
    highest_m: float
    built_share: float
    """Share of the places for a house that have one."""


BLOCKS = Make(setback_m=16.0, length_m=38.0, depth_m=13.0, gap_m=12.0, lowest_m=12.0, highest_m=30.0, built_share=0.75)
COTTAGES = Make(setback_m=11.0, length_m=11.0, depth_m=9.0, gap_m=9.0, lowest_m=4.0, highest_m=7.0, built_share=0.8)
MAKES = {
    LandUse.MARKET: Make(setback_m=12.0, length_m=16.0, depth_m=9.0, gap_m=4.0, lowest_m=3.0, highest_m=5.0,
                         built_share=0.7),
    LandUse.STOP: Make(setback_m=20.0, length_m=34.0, depth_m=13.0, gap_m=14.0, lowest_m=9.0, highest_m=28.0,
                       built_share=0.6),
    LandUse.PARK: Make(setback_m=18.0, length_m=8.0, depth_m=6.0, gap_m=20.0, lowest_m=3.0, highest_m=4.0,
                       built_share=0.06),
    LandUse.BAR: Make(setback_m=12.0, length_m=20.0, depth_m=12.0, gap_m=6.0, lowest_m=5.0, highest_m=15.0,
                      built_share=0.8),
    LandUse.SCHOOL: Make(setback_m=26.0, length_m=44.0, depth_m=14.0, gap_m=16.0, lowest_m=8.0, highest_m=12.0,
                         built_share=0.5),
    LandUse.ROAD: Make(setback_m=22.0, length_m=36.0, depth_m=14.0, gap_m=14.0, lowest_m=9.0, highest_m=30.0,
                       built_share=0.5),
}


def make_city_buildings(roads: Roads, *, land_use: I2, ring: F8, cameras: Cameras, river_xy_m: F8,
                        rng: np.random.Generator) -> Buildings:
    """Build along every street of a town, never on a road, at a camera's pole, in the river or into another house.

    Args:
        roads: the streets; those longer than LONGEST_STREET_M stay open.
        land_use: (n,) LandUse of each junction; it holds for the half of a street that begins there.
        ring: (n,) 0 in the middle of the town, 1 at its edge.
        cameras: whose poles must stay free.
        river_xy_m: (k, 2) middle line of the river.
        rng: the buildings' own stream.
    """
    plan = _lay_out(roads, land_use=land_use, ring=ring, rng=rng)
    plan = _take(plan, _out_of_river(plan, river_xy_m))
    wide = plan | {name: plan[name] + ROAD_CLEAR_M for name in ("half_length_m", "half_depth_m")}
    boxes = boxes_of(make_buildings(**wide))
    dropped = np.zeros(plan["x_m"].size, dtype=np.bool_)
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    _drop_cut(boxes, roads.x_m[tail], roads.y_m[tail], roads.x_m[roads.head], roads.y_m[roads.head], dropped)
    _drop_cut(boxes, cameras.x_m, cameras.y_m, cameras.x_m, cameras.y_m, dropped)
    plan = _take(plan, ~dropped)
    dropped = np.zeros(plan["x_m"].size, dtype=np.bool_)
    _drop_crowded(boxes_of(make_buildings(**plan)), dropped)
    return make_buildings(**_take(plan, ~dropped))


def _lay_out(roads: Roads, *, land_use: I2, ring: F8, rng: np.random.Generator) -> Columns:
    """Put houses at even distances along both sides of every street; a side is built as its own corner's land is."""
    corner, along_x, along_y, street_m = _street_sides(roads)
    makes = (BLOCKS, COTTAGES, *MAKES.values())
    kind = np.array([makes.index(MAKES.get(use, BLOCKS)) for use in LandUse])[land_use[corner]]
    kind[(kind == 0) & (ring[corner] > CENTRE_RING)] = 1
    made = {name: np.array([getattr(make, name) for make in makes])[kind] for name in Make.__slots__}
    room_m = street_m - 2.0 * made["setback_m"]
    n_places = np.floor((room_m + made["gap_m"]) / (made["length_m"] + made["gap_m"])).astype(np.int64)
    n_places = np.where(room_m < SHORTEST_HOUSE_M, 0, np.maximum(n_places, 1))
    plot = np.repeat(np.arange(street_m.size), n_places)
    rank = np.arange(plot.size) - np.repeat(np.cumsum(n_places) - n_places, n_places)
    built = rng.random(plot.size) < made["built_share"][plot]
    tall = rng.random(plot.size)[built]
    plot, rank = plot[built], rank[built]
    forward = made["setback_m"][plot] + room_m[plot] * (rank + 0.5) / n_places[plot]
    left = (made["setback_m"] + made["depth_m"] / 2)[plot]
    return {
        "x_m": np.round(roads.x_m[corner[plot]] + forward * along_x[plot] - left * along_y[plot], 2),
        "y_m": np.round(roads.y_m[corner[plot]] + forward * along_y[plot] + left * along_x[plot], 2),
        "axis_x": along_x[plot], "axis_y": along_y[plot],
        "half_length_m": np.minimum(made["length_m"], room_m)[plot] / 2, "half_depth_m": made["depth_m"][plot] / 2,
        "height_m": np.round(made["lowest_m"][plot] + tall * (made["highest_m"] - made["lowest_m"])[plot], 1)}


def _street_sides(roads: Roads) -> tuple[I8, F8, F8, F8]:
    """Return a corner, the direction from it as a unit vector and the length of every street, once for each side.

    The side is the one to the left.
    """
    tail = np.repeat(np.arange(roads.n_junctions, dtype=np.int64), np.diff(roads.first_edge))
    pair = np.unique(np.minimum(tail, roads.head) * roads.n_junctions + np.maximum(tail, roads.head))
    one, other = np.divmod(pair, roads.n_junctions)
    corner, far = np.concatenate((one, other)), np.concatenate((other, one))
    step_x, step_y = roads.x_m[far] - roads.x_m[corner], roads.y_m[far] - roads.y_m[corner]
    street_m = np.hypot(step_x, step_y)
    kept = np.flatnonzero((street_m > 1.0) & (street_m < LONGEST_STREET_M))
    street_m = street_m[kept]
    return corner[kept], step_x[kept] / street_m, step_y[kept] / street_m, street_m


def _out_of_river(plan: Columns, river_xy_m: F8) -> Flags:
    if not river_xy_m.size:
        return np.ones(plan["x_m"].size, dtype=np.bool_)
    steps = np.linspace(0.0, 1.0, 8)[:, None, None]
    banks = (river_xy_m[:-1] + steps * (river_xy_m[1:] - river_xy_m[:-1])).reshape(-1, 2)
    middles = np.column_stack((plan["x_m"], plan["y_m"]))
    water_m = cKDTree(banks).query(middles, distance_upper_bound=RIVER_HALF_WIDTH_M)[0]
    return np.asarray(water_m > RIVER_HALF_WIDTH_M, dtype=np.bool_)


def _take(plan: Columns, kept: Flags) -> Columns:
    return {name: column[kept] for name, column in plan.items()}


@compiled
def _drop_cut(boxes: Boxes, x0_m: F8, y0_m: F8, x1_m: F8, y1_m: F8, dropped: Flags) -> None:
    """Drop every house that one of the lines runs through."""
    for line in range(x0_m.size):
        hit = 0
        while hit >= 0:
            hit = first_hit(boxes, x0_m[line], y0_m[line], -1.0, x1_m[line], y1_m[line], -1.0, dropped, True)
            if hit >= 0:
                dropped[hit] = True


@compiled
def _drop_crowded(boxes: Boxes, dropped: Flags) -> None:
    """Drop every house whose walls or diagonals run through one that comes before it and stays."""
    dropped[:] = True
    for index in range(boxes.x_m.size):
        across, up = boxes.axis_x[index], boxes.axis_y[index]
        long_x, long_y = across * boxes.half_length_m[index], up * boxes.half_length_m[index]
        deep_x, deep_y = -up * boxes.half_depth_m[index], across * boxes.half_depth_m[index]
        is_free = True
        for one in range(4):
            for other in range(one):
                one_long, one_deep = 2.0 * (one // 2) - 1.0, 2.0 * (one % 2) - 1.0
                other_long, other_deep = 2.0 * (other // 2) - 1.0, 2.0 * (other % 2) - 1.0
                hit = first_hit(
                    boxes, boxes.x_m[index] + one_long * long_x + one_deep * deep_x,
                    boxes.y_m[index] + one_long * long_y + one_deep * deep_y, -1.0,
                    boxes.x_m[index] + other_long * long_x + other_deep * deep_x,
                    boxes.y_m[index] + other_long * long_y + other_deep * deep_y, -1.0, dropped, True)
                is_free = is_free and hit < 0
        dropped[index] = not is_free
