"""The way that a simulated badge walks, round and round at one pace."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError

_EARTH_M = 6_371_008.8
"""Mean radius."""
HOME = (53.2144, 63.6246)
"""Latitude and longitude of a square of the city of Kostanay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a walker is, and where it faces."""

    lat_deg: float
    lon_deg: float
    heading_deg: float
    """Clockwise from north."""


class Route:
    """Straight legs between places at most a few kilometres apart, the last of them back to the first.

    Args:
        places: (latitude, longitude) in degrees, in order; one alone is stood at.
        speed_mps: pace.

    Raises:
        InputError: if there is no place, or the pace is below 0.
    """

    def __init__(self, places: Sequence[tuple[float, float]], *, speed_mps: float = 1.4) -> None:
        if not places:
            raise InputError("route", got="no place", expected="at least one")
        if not (math.isfinite(speed_mps) and speed_mps >= 0.0):
            raise InputError("route: speed_mps", got=speed_mps, expected="a number ≥ 0")
        self.speed_mps = speed_mps if len(places) > 1 else 0.0
        self._places = list(places)
        self._legs_m = [distance_m(start, end) for start, end in zip(places, [*places[1:], places[0]], strict=True)]

    def at(self, t_s: float) -> Stand:
        """Return where the walker is so many seconds after its start."""
        whole_m = sum(self._legs_m)
        gone_m = math.fmod(self.speed_mps * t_s, whole_m) if whole_m > 0.0 else 0.0
        for index, leg_m in enumerate(self._legs_m):
            if gone_m < leg_m:
                return self._on_leg(index, gone_m / leg_m)
            gone_m -= leg_m
        return self._on_leg(0, 0.0)

    def _on_leg(self, index: int, share: float) -> Stand:
        (lat, lon), (to_lat, to_lon) = self._places[index], self._places[(index + 1) % len(self._places)]
        east = (to_lon - lon) * math.cos(math.radians(lat))
        return Stand(lat_deg=lat + share * (to_lat - lat), lon_deg=lon + share * (to_lon - lon),
                     heading_deg=math.degrees(math.atan2(east, to_lat - lat)) % 360.0)


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the distance of two near places, (latitude, longitude) in degrees."""
    middle = math.radians((start[0] + end[0]) / 2.0)
    east, north = math.radians(end[1] - start[1]) * math.cos(middle), math.radians(end[0] - start[0])
    return _EARTH_M * math.hypot(east, north)


def square_round(place: tuple[float, float], *, side_m: float = 200.0) -> list[tuple[float, float]]:
    """Return the corners of a square round a place."""
    north = math.degrees(side_m / 2.0 / _EARTH_M)
    east = north / math.cos(math.radians(place[0]))
    return [(place[0] + a * north, place[1] + b * east) for a, b in ((1, -1), (1, 1), (-1, 1), (-1, -1))]


def load_route(path: str | Path, *, speed_mps: float = 1.4) -> Route:
    """Read a route from a CSV file with the columns ``lat_deg`` and ``lon_deg``.

    Raises:
        InputError: naming file and line, if a value cannot be used.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), got=getattr(error, "strerror", None) or "not UTF-8", expected="a CSV file",
                         do="check the path") from None
    rows = csv.DictReader(lines, skipinitialspace=True)
    places = []
    for row in rows:
        try:
            place = (float(row["lat_deg"]), float(row["lon_deg"]))
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{path}: line {rows.line_num}", got=lines[rows.line_num - 1],
                             expected="numbers under the columns lat_deg and lon_deg") from None
        if not (abs(place[0]) <= 90.0 and abs(place[1]) <= 180.0):
            raise InputError(f"{path}: line {rows.line_num}", got=place, expected="−90 to 90 and −180 to 180 degrees")
        places.append(place)
    return Route(places, speed_mps=speed_mps)
