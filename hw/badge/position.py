"""Where a badge is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A badge's place at one instant, on WGS 84.

    Raises:
        InputError: if a number lies outside its range.
    """

    wall_s: float
    """UNIX time, to the microsecond."""
    lat_deg: float
    lon_deg: float
    heading_deg: float | None = None
    """Clockwise from north, 0 up to 360; None while it is not known."""
    speed_mps: float | None = None
    """Over the ground; metadata carry it in whole metres a second, 255 at most."""
    designation: str = ""
    """Which badge, such as ``unit 17``."""
    mission: str = ""
    """EXERCISE in an exercise."""

    def __post_init__(self) -> None:
        _check("wall_s", self.wall_s, 0.0, 1e11)
        _check("lat_deg", self.lat_deg, -90.0, 90.0)
        _check("lon_deg", self.lon_deg, -180.0, 180.0)
        _check("heading_deg", self.heading_deg, 0.0, 360.0)
        _check("speed_mps", self.speed_mps, 0.0, 255.0)


def _check(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise InputError(f"Position: {name}", got=value, expected=f"{low:g} to {high:g}")
