"""How far and how much of a city its cameras see, at each density of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city import F8, CameraKind, Cameras, City
from sim.coverage import DensityLevel, distance_for_level, sightlines


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCoverage:
    """What is seen at one level or better."""

    level: DensityLevel
    wide_m: F8
    """(c,) ground distance that each camera reaches at its widest, not beyond its range."""
    full_m: F8
    """(c,) at full zoom."""
    wide_m2: F8
    """(c,) ground in each camera's view at its widest, as if nothing stood in the way; a PTZ camera turns all round."""
    junction_share_wide: float
    """Of the city's junctions, those that some camera sees at its widest."""
    junction_share_full: float
    """At full zoom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCoverage:
    """What a city's cameras see of its junctions."""

    wide_px_per_m: F8
    """(n,) of the camera that sees a junction best at its widest; 0 where none sees it."""
    full_px_per_m: F8
    """(n,) at full zoom."""
    levels: tuple[LevelCoverage, ...]

    @property
    def junction_share_seen(self) -> float:
        """Share of the junctions that any camera sees at all."""
        return float((self.wide_px_per_m > 0.0).mean())


def measure_coverage(city: City) -> CityCoverage:
    """Measure what a city's cameras see, buildings in the way included where the city has them."""
    lines = sightlines(city.cameras, city.roads.x_m, city.roads.y_m, buildings=city.buildings)
    wide, full = np.zeros(city.roads.n_junctions), np.zeros(city.roads.n_junctions)
    np.maximum.at(wide, lines.place, lines.px_per_m)
    np.maximum.at(full, lines.place, lines.px_per_m * city.cameras.zoom[lines.camera])
    return CityCoverage(wide_px_per_m=wide, full_px_per_m=full, levels=tuple(
        _at_level(level, city.cameras, wide, full) for level in DensityLevel))


def _at_level(level: DensityLevel, cameras: Cameras, wide: F8, full: F8) -> LevelCoverage:
    wide_m = _ground_m(level, cameras, np.ones(cameras.n_cameras))
    turned = np.where(cameras.kind == CameraKind.PTZ, 360.0, cameras.hfov_deg)
    return LevelCoverage(
        level=level, wide_m=wide_m, full_m=_ground_m(level, cameras, cameras.zoom),
        wide_m2=np.pi * wide_m**2 * turned / 360.0,
        junction_share_wide=float((wide >= level.px_per_m).mean()),
        junction_share_full=float((full >= level.px_per_m).mean()))


def _ground_m(level: DensityLevel, cameras: Cameras, zoom: F8) -> F8:
    slant_m = distance_for_level(level, width_px=cameras.width_px, hfov_deg=cameras.hfov_deg, zoom=zoom)
    ground_m = np.sqrt(np.maximum(slant_m**2 - cameras.mount_m**2, 0.0))
    return np.minimum(ground_m, cameras.range_m)
