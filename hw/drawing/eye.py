"""A camera's view of one instant, ready to place single points quickly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hw.optics import Mount, Projection, View, focal_px

Point = tuple[float, float, float]
"""Metres: x east, y north, z up."""
Pixel = tuple[float, float]
"""Column and row; (0, 0) is the centre of the top left pixel."""
Box = tuple[float, float, float, float]
"""Pixels left, top, right, bottom; right and bottom are one past the last pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """One mount, view and picture size, as plain numbers: numpy costs more than it saves on three of them."""

    projection: Projection
    size_wh: tuple[int, int]
    focal_px: float
    position_m: Point
    rows: tuple[float, ...]
    """The projection's twelve numbers, row by row."""

    @classmethod
    def of(cls, mount: Mount, view: View, size_wh: tuple[int, int]) -> Eye:
        """Look from a mount."""
        projection = Projection.of(mount, view, size_wh)
        return cls(projection=projection, size_wh=size_wh, focal_px=focal_px(size_wh[0], view.hfov_deg),
                   position_m=(mount.x_m, mount.y_m, mount.height_m),
                   rows=tuple(float(value) for value in projection.matrix.ravel()))

    def depth_m(self, point: Point) -> float:
        """Return the distance along the optical axis."""
        rows = self.rows
        return rows[8] * point[0] + rows[9] * point[1] + rows[10] * point[2] + rows[11]

    def pixel(self, point: Point) -> Pixel:
        """Return where a point in front of the camera falls."""
        x, y, z = point
        a = self.rows
        depth = a[8] * x + a[9] * y + a[10] * z + a[11]
        return (a[0] * x + a[1] * y + a[2] * z + a[3]) / depth, (a[4] * x + a[5] * y + a[6] * z + a[7]) / depth

    def distance_m(self, point: Point) -> float:
        """Return the distance from the lens."""
        return math.dist(point, self.position_m)

    def px_per_m(self, point: Point) -> float:
        """Return pixels for a metre that lies square to the line of sight: focal length / distance."""
        return self.focal_px / max(1e-6, self.distance_m(point))

    def clipped(self, box: Box) -> Box | None:
        """Return the part of a box that lies in the picture; None if none does."""
        left, top = max(0.0, box[0]), max(0.0, box[1])
        right, bottom = min(float(self.size_wh[0]), box[2]), min(float(self.size_wh[1]), box[3])
        return (left, top, right, bottom) if left < right and top < bottom else None
