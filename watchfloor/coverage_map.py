"""The picture of what a city's cameras see: each junction by the best density of pixels on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.city import F8, Buildings, City
from sim.coverage import DensityLevel
from sim.coverage_report import CityCoverage

ROAD, HOUSE, UNSEEN = "#c3ccd6", "#e6dfd0", "#97a3b0"
COLOURS = ("#5b6fb5", "#3f8fc4", "#35a79c", "#86bf5a", "#f2b134", "#d6453d")
"""From monitor to inspect."""
DOTS_PX = 60_000.0
"""Area of all dots together, so that a large city is not one blot."""


def draw_coverage(city: City, coverage: CityCoverage, *, title: str, out: Path) -> None:
    """Draw the junctions by level, at the widest and at full zoom, and save the picture; its ending says the format."""
    figure = Figure(figsize=(15.0, 8.6), layout="constrained")
    wide, full = figure.subplots(1, 2)
    for axes, px_per_m, name in ((wide, coverage.wide_px_per_m, "at the widest"),
                                 (full, coverage.full_px_per_m, "at full zoom")):
        _draw_ground(axes, city)
        _draw_junctions(axes, city, px_per_m)
        axes.set_title(name, loc="left", fontsize=11)
    figure.suptitle(title, x=0.01, ha="left", fontsize=13)
    keys = [Line2D([], [], linestyle="", marker="o", color=UNSEEN, markersize=4, label="less or not seen")]
    keys += [Line2D([], [], linestyle="", marker="o", color=colour, markersize=6,
                    label=f"{level.name.lower()}, {level.px_per_m:g} px/m") for level, colour in _coloured()]
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
    figure.savefig(out, dpi=140)


def _coloured() -> list[tuple[DensityLevel, str]]:
    return list(zip(DensityLevel, COLOURS, strict=True))


def _draw_ground(axes: Axes, city: City) -> None:
    roads = city.roads
    tail = np.repeat(np.arange(roads.n_junctions), np.diff(roads.first_edge))
    ends = [np.column_stack((roads.x_m[at], roads.y_m[at])) for at in (tail, roads.head)]
    axes.add_collection(LineCollection(list(np.stack(ends, axis=1)), colors=ROAD, linewidths=0.3, rasterized=True))
    if city.buildings is not None:
        axes.add_collection(PolyCollection(list(_footprints(city.buildings)), facecolors=HOUSE, rasterized=True))
    if city.river_xy_m.size:
        axes.plot(city.river_xy_m[:, 0], city.river_xy_m[:, 1], color="#a9cfe8", linewidth=4, zorder=0)
    # A region's long roads would leave its town a spot, so the picture frames where the cameras are.
    middles = city.cameras if city.cameras.n_cameras else roads
    for values, limit in ((middles.x_m, axes.set_xlim), (middles.y_m, axes.set_ylim)):
        limit(float(values.min()) - 100.0, float(values.max()) + 100.0)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def _footprints(buildings: Buildings) -> F8:
    """Return the corners of each building: (b, 4, 2)."""
    middle = np.column_stack((buildings.x_m, buildings.y_m))
    axis = np.column_stack((buildings.axis_x, buildings.axis_y))
    long = axis * buildings.half_length_m[:, None]
    deep = np.column_stack((-axis[:, 1], axis[:, 0])) * buildings.half_depth_m[:, None]
    return np.stack((middle + long + deep, middle + long - deep, middle - long - deep, middle - long + deep), axis=1)


def _draw_junctions(axes: Axes, city: City, px_per_m: F8) -> None:
    x_m, y_m = city.roads.x_m, city.roads.y_m
    size = float(np.clip(DOTS_PX / max(1, x_m.size), 0.4, 14.0))
    axes.scatter(x_m, y_m, s=0.25 * size, c=UNSEEN, linewidths=0)
    for level, colour in _coloured():
        at = np.flatnonzero(px_per_m >= level.px_per_m)
        axes.scatter(x_m[at], y_m[at], s=size, c=colour, linewidths=0, zorder=3)
