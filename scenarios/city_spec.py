"""What is asked of a synthetic city: its sizes, its water and rails, and its cameras."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import InputError

MAX_CAMERAS_PER_SITE = 4
MIN_JUNCTIONS = 30
CAMERAS_PER_SITE = 8500 / 3200
"""Assumed where a specification does not say how many sites there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySpec:
    """The size and make-up of a synthetic city."""

    name: str
    n_junctions: int
    n_cameras: int
    n_added_cameras: int = 0
    """Put up later: on sites of their own, and those that were there stay as they are."""
    n_sites: int | None = None
    """Poles and walls that carry cameras; None takes 2.66 cameras a site."""
    n_districts: int = 24
    n_bridges: int = 5
    """Streets that cross the river; 0 means there is no river."""
    n_rail_crossings: int = 6
    """Streets that cross the railway; 0 means there is no railway."""
    n_settlements: int = 4
    """Settlements outside the town, each joined to it by one long road."""
    outlying_share: float = 0.04
    """Share of the junctions that lies in those settlements."""
    ptz_share: float = 0.25
    """Share of the cameras that pan, tilt and zoom."""
    buildings: bool = False
    """Whether houses line the streets and stand in the cameras' way."""

    def __post_init__(self) -> None:
        least = math.ceil(self.n_cameras / MAX_CAMERAS_PER_SITE)
        self._require("n_junctions", self.n_junctions >= MIN_JUNCTIONS, f"a whole number ≥ {MIN_JUNCTIONS}")
        for name in ("n_cameras", "n_added_cameras", "n_bridges", "n_rail_crossings", "n_settlements"):
            self._require(name, getattr(self, name) >= 0, "a whole number ≥ 0")
        self._require("n_sites", self.n_sites is None or least <= self.n_sites <= self.n_cameras,
                      f"{least} to {self.n_cameras} for {self.n_cameras} cameras at 1 to {MAX_CAMERAS_PER_SITE} a site")
        self._require("n_districts", 1 <= self.n_districts <= self.n_junctions,
                      f"1 to {self.n_junctions}, the number of junctions")
        self._require("outlying_share", 0.0 <= self.outlying_share <= 0.5, "a share from 0 to 0.5")
        self._require("ptz_share", 0.0 <= self.ptz_share <= 1.0, "a share from 0 to 1")

    def _require(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise InputError(f"city.{name}", got=getattr(self, name), expected=expected)

    def count_sites(self) -> int:
        """Return the number of camera sites to place."""
        return self.n_sites if self.n_sites is not None else math.ceil(self.n_cameras / CAMERAS_PER_SITE)
