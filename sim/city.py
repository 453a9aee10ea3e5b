"""The city as plain arrays: roads, places, districts and cameras in a metric plane."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I2 = NDArray[np.int16]


class LandUse(IntEnum):
    """What a junction's surroundings are used for."""

    HOUSING = 0
    MARKET = 1
    STOP = 2
    PARK = 3
    BAR = 4
    SCHOOL = 5
    ROAD = 6


class CameraKind(IntEnum):
    """How a camera is mounted."""

    FIXED = 0
    PTZ = 1
    BADGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """A directed road graph; edges go from ``tail`` to ``head``, grouped by tail (CSR).

    Shapes: n junctions, m edges.
    """

    x_m: F8
    """(n,) junction position."""
    y_m: F8
    """(n,)."""
    first_edge: I4
    """(n + 1,) edges of junction i are first_edge[i] to first_edge[i + 1] − 1."""
    head: I4
    """(m,) junction where the edge ends."""
    length_m: F8
    """(m,)."""
    travel_ms: I4
    """(m,) free-flow travel time, whole milliseconds ≥ 1, so that sums are exact on every machine."""

    def __post_init__(self) -> None:
        n, m = self.x_m.size, self.head.size
        if self.first_edge.size != n + 1 or int(self.first_edge[-1]) != m:
            raise ModelError(f"Roads: first_edge has {self.first_edge.size} entries ending at "
                             f"{int(self.first_edge[-1])}; expected {n + 1} ending at {m}")
        if m and (int(self.travel_ms.min()) < 1 or int(self.head.min()) < 0 or int(self.head.max()) >= n):
            raise ModelError("Roads: an edge leads nowhere or takes no time; expected travel_ms ≥ 1 and heads in range")

    @property
    def n_junctions(self) -> int:
        """Number of junctions."""
        return int(self.x_m.size)

    @property
    def n_edges(self) -> int:
        """Number of directed edges."""
        return int(self.head.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cameras:
    """The cameras that are routed to the control room. Shape of every array: (c,)."""

    site: I4
    """Index of the pole or wall; cameras of one site share it."""
    junction: I4
    """Junction nearest to the site."""
    district: I2
    x_m: F8
    y_m: F8
    mount_m: F8
    """Height above ground."""
    heading_deg: F8
    """Direction of the middle of the picture, degrees counter-clockwise from east."""
    hfov_deg: F8
    """Horizontal field of view at the widest zoom; a PTZ camera reaches all headings by panning."""
    range_m: F8
    """Farthest ground distance at which anything is noticed."""
    zoom: F8
    """Optical zoom factor, 1 for a fixed lens."""
    width_px: I4
    kind: I2
    """A CameraKind."""

    @property
    def n_cameras(self) -> int:
        """Number of cameras."""
        return int(self.site.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buildings:
    """Houses as upright boxes on turned rectangles, and which of them stand in each cell of a square grid.

    Shape of every array: (b,), unless it says otherwise.
    """

    x_m: F8
    """Middle of the footprint."""
    y_m: F8
    axis_x: F8
    """Direction of the longer side as a unit vector."""
    axis_y: F8
    half_length_m: F8
    """Along the axis."""
    half_depth_m: F8
    """Across it."""
    height_m: F8
    first_in_cell: I4
    """(rows · columns + 1,) entries of cell i in ``in_cell`` are first_in_cell[i] to first_in_cell[i + 1] − 1."""
    in_cell: I4
    """(k,) buildings, cell after cell; one that reaches into several cells stands in each."""
    west_m: float
    south_m: float
    cell_m: float
    """Side of a cell."""
    n_columns: int

    @property
    def n_buildings(self) -> int:
        """Number of buildings."""
        return int(self.x_m.size)


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class City:
    """A city: roads, the use of the land round each junction, districts and cameras."""

    name: str
    roads: Roads
    land_use: I2
    """(n,) LandUse of each junction."""
    district: I2
    """(n,) district of each junction."""
    district_names: tuple[str, ...]
    cameras: Cameras
    river_xy_m: F8
    """(k, 2) middle line of the river, for maps; empty where there is none."""
    buildings: Buildings | None = None
    """What stands in the way of sight; None where nothing does."""

    @property
    def n_sites(self) -> int:
        """Number of camera sites."""
        return int(self.cameras.site.max()) + 1 if self.cameras.n_cameras else 0

    def digest(self) -> str:
        """Return the sha256 of every array, in field order."""
        total = hashlib.sha256()
        for part in (self.roads, self.cameras):
            for item in fields(part):
                total.update(np.ascontiguousarray(getattr(part, item.name)).tobytes())
        for array in (self.land_use, self.district, self.river_xy_m):
            total.update(np.ascontiguousarray(array).tobytes())
        if self.buildings is not None:
            for item in fields(self.buildings):
                total.update(np.asarray(getattr(self.buildings, item.name)).tobytes())
        return total.hexdigest()

    def freeze(self) -> None:
        """Make every array read-only, so that one city can serve many scenarios."""
        for part in (self, self.roads, self.cameras, self.buildings):
            for item in fields(part) if part is not None else ():
                value = getattr(part, item.name)
                if isinstance(value, np.ndarray):
                    value.flags.writeable = False
