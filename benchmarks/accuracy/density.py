"""What a measured detector finds at the pixel densities of IEC 62676-4: the levels of 2014 and those of 2025."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.detector_model import SizeCurve

LEVELS_2014: Mapping[str, float] = {"monitor": 12.5, "detect": 25.0, "observe": 62.5, "recognise": 125.0,
                                    "identify": 250.0, "inspect": 1000.0}
"""Pixels in a metre of the target, IEC 62676-4:2014 (DORI: detect to identify)."""
LEVELS_2025: tuple[float, ...] = (20.0, 40.0, 80.0, 125.0, 250.0, 500.0, 1500.0)
"""The same in IEC 62676-4:2025."""
OBJECTS_M: Mapping[str, float] = {"cigarette pack": 0.085, "bottle": 0.25, "bag": 0.4, "person": 1.7}
"""Longer side of things that a level is told for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityRow:
    """One level."""

    edition: str
    level: str
    px_per_m: float
    p_detect: Mapping[str, float]
    """By object, at exactly this density."""
    least_m: float
    """Longer side of the smallest thing found with half the plateau's probability."""


def density_rows(curve: SizeCurve) -> tuple[DensityRow, ...]:
    """Return what a curve gives at each level of both editions."""
    levels = [("2014", name, density) for name, density in LEVELS_2014.items()]
    levels += [("2025", f"{density:g} px/m", density) for density in LEVELS_2025]
    return tuple(DensityRow(
        edition=edition, level=name, px_per_m=density, least_m=curve.px50 / density,
        p_detect={thing: float(curve.p_detect(np.array([density * size_m]))[0]) for thing, size_m in OBJECTS_M.items()})
        for edition, name, density in levels)
