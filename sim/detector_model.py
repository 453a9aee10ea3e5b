"""A detector as the simulator knows it: measured counts, and the rates that those counts allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, gammaincinv

SCHEMA = "watchfloor.detector-model/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRow:
    """What was counted for one detector kind, in one condition, at one threshold."""

    kind: str
    condition: str
    threshold: float
    plateau: float | None
    """Recall on large objects, where a size curve was fitted."""
    px50: float | None
    """Object height in pixels at half the plateau."""
    slope: float | None
    cov: tuple[tuple[float, ...], ...] | None
    """Covariance of (plateau, px50, slope)."""
    hits: int
    misses: int
    false_alarms: int
    camera_hours: float
    n_cameras: int
    between_camera_sd: float | None
    f0_per_h: float | None
    f1_per_person_min: float | None
    delay_quantiles_s: tuple[float, ...]
    """Delays at equally spaced quantiles 0 … 1; empty if nothing was detected."""

    def recall_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the equal-tailed Jeffreys interval of recall (Brown, Cai & DasGupta 2001, sec. 3.1.3)."""
        tail = (1.0 - level) / 2.0
        shape = self.hits + 0.5, self.misses + 0.5
        low = 0.0 if self.hits == 0 else float(betaincinv(*shape, tail))
        high = 1.0 if self.misses == 0 else float(betaincinv(*shape, 1.0 - tail))
        return low, high

    def false_per_h_bounds(self, level: float = 0.95) -> tuple[float, float]:
        """Return one-sided exact Poisson bounds of the false-alarm rate per camera-hour (Garwood 1936).

        With no false alarm in T hours the upper 95 % bound is −ln(0.05)/T and the lower is 0.
        """
        count = self.false_alarms
        low = 0.0 if count == 0 else float(gammaincinv(count, 1.0 - level)) / self.camera_hours
        high = float(gammaincinv(count + 1, level)) / self.camera_hours
        return low, high

    def camera_hours_to_show(self, per_h: float, level: float = 0.95) -> float:
        """Return the camera-hours without a false alarm that would bound the rate below ``per_h``."""
        return float(-np.log(1.0 - level) / per_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorParameters:
    """One draw of a detector's behaviour towards one incident kind: what a replication plays."""

    kind: str
    """Incident kind, as the scenario names it."""
    p_detect: float
    false_per_camera_h: float
    delay_quantiles_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorModel:
    """A measured detector; the file's schema is ``watchfloor.detector-model/1``."""

    name: str
    detector: str
    version: str
    profile: str
    kind_map: Mapping[str, str]
    """Detector's kind → incident kind; a kind that is not mapped raises no alert in the city."""
    provenance: Mapping[str, str]
    """set, sha256, machine, date, code_version."""
    rows: tuple[DetectorRow, ...]

    def draw(self, rng: np.random.Generator) -> tuple[DetectorParameters, ...]:
        """Draw each mapped row's rates from the Jeffreys posterior of its counts.

        Recall is Beta(hits + ½, misses + ½); the false-alarm rate is Gamma(count + ½, hours).
        """
        return tuple(
            DetectorParameters(
                kind=self.kind_map[row.kind],
                p_detect=float(rng.beta(row.hits + 0.5, row.misses + 0.5)),
                false_per_camera_h=float(rng.gamma(row.false_alarms + 0.5, 1.0 / row.camera_hours)),
                delay_quantiles_s=row.delay_quantiles_s,
            )
            for row in self.rows
            if row.kind in self.kind_map
        )
