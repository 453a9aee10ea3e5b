"""A detector as the simulator knows it: measured counts, and the rates that those counts allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from scipy.special import betaincinv, expit, gammaincinv, logit

from sim.city import F8, CameraKind, LandUse

SCHEMA = "watchfloor.detector-model/1"
EVERYWHERE = "all"
DISTRICT = "district:"
"""Begins the condition that a camera lies in a district; its name follows."""
_TOLD_APART = frozenset((EVERYWHERE, "day", "night", *(use.name.lower() for use in LandUse),
                         *(kind.name.lower() for kind in CameraKind)))
"""Conditions that the simulator can tell: any other says only where a row was measured."""
MOST_CORRELATION = 0.95
MOST_PLATEAU_SPREAD = 3.0
"""Greatest standard deviation of a drawn plateau's logit: at 1 that of a covariance given in shares has no bound."""
ONE_ROW_LEVEL = 2
"""Likelihood level of a detector that was measured at one threshold only."""
LEVEL_PRECISIONS = (0.25, 0.5, 0.75)
"""Precision in a band of scores at which its alerts are of level 2, 3 and 4."""


class Bound(IntEnum):
    """An end of what the counted false alarms allow."""

    LOW = 0
    HIGH = 1


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
    """Standard deviation between cameras of the share that each finds."""
    f0_per_h: float | None
    f1_per_person_min: float | None
    delay_quantiles_s: tuple[float, ...]
    """Delays at equally spaced quantiles 0 … 1; empty if nothing was detected."""

    @property
    def camera_correlation(self) -> float:
        """Correlation ρ of finds on one camera, sd² / (p (1 − p)) with the share p found; 0 where none is known."""
        p = (self.hits + 0.5) / (self.hits + self.misses + 1.0)
        sd = self.between_camera_sd or 0.0
        return min(MOST_CORRELATION, sd * sd / (p * (1.0 - p)))

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
class SizeCurve:
    """Recall by the size of what is to be detected: a logistic curve in log pixels."""

    plateau: float
    px50: float
    slope: float

    def p_detect(self, px: F8) -> F8:
        """Return the recall on targets of so many pixels: plateau · r/(1 + r), r = (px / px50)^slope."""
        ratio = np.power(px / self.px50, self.slope)
        return np.asarray(self.plateau * ratio / (1.0 + ratio), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What a detector does at one threshold and above."""

    threshold: float
    p_detect: float
    false_per_camera_h: float
    level: int
    """Likelihood level of alerts that appear at this threshold and at no higher one."""
    curve: SizeCurve | None = None
    """Recall by size, where it was fitted; it takes the place of ``p_detect``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorParameters:
    """One draw of a detector's behaviour towards one incident kind in one condition: what a replication plays."""

    kind: str
    """Incident kind, as the scenario names it."""
    p_detect: float
    false_per_camera_h: float
    delay_quantiles_s: tuple[float, ...]
    condition: str = EVERYWHERE
    """``day``, ``night``, a use of the land, a kind of camera or ``district:`` and a name; any other word holds
    everywhere."""
    threshold: float = 0.5
    level: int = ONE_ROW_LEVEL
    curve: SizeCurve | None = None
    stricter: tuple[Band, ...] = ()
    """The same at higher thresholds, in rising order."""
    camera_correlation: float = 0.0
    """Correlation ρ of finds on one camera: cameras differ in recall as Beta(p φ, (1 − p) φ) does, φ = 1/ρ − 1."""

    @property
    def bands(self) -> tuple[Band, ...]:
        """Its behaviour at every threshold, in rising order."""
        return (Band(threshold=self.threshold, p_detect=self.p_detect, false_per_camera_h=self.false_per_camera_h,
                     level=self.level, curve=self.curve), *self.stricter)


def is_told_apart(condition: str) -> bool:
    """Say whether the simulator knows when and for which cameras a condition holds."""
    return condition in _TOLD_APART or condition.startswith(DISTRICT)


def above_threshold(parameters: Sequence[DetectorParameters], threshold: float) -> tuple[DetectorParameters, ...]:
    """Return what is left of a draw where alerts are shown from a threshold on; nothing where none was measured."""
    kept = []
    for item in parameters:
        bands = [band for band in item.bands if band.threshold >= threshold]
        if bands:
            kept.append(_from_bands(item, bands))
    return tuple(kept)


def band_levels(rows: Sequence[DetectorRow]) -> tuple[int, ...]:
    """Return the likelihood level of each band of scores, from the precision counted in it.

    A band holds what the row counts and the next stricter one does not; where that is nothing, all that the row counts.

    Args:
        rows: of one kind and condition, in rising order of threshold.
    """
    if len(rows) == 1:
        return (ONE_ROW_LEVEL,)
    levels = []
    for row, above in zip(rows, (*rows[1:], None), strict=True):
        hits = max(row.hits - above.hits, 0) if above else row.hits
        false = max(row.false_alarms - above.false_alarms, 0) if above else row.false_alarms
        if hits + false == 0:
            hits, false = row.hits, row.false_alarms
        precision = hits / (hits + false) if hits + false else 0.0
        levels.append(1 + sum(precision >= at for at in LEVEL_PRECISIONS))
    return tuple(levels)


def recall_of_camera(p_detect: F8 | float, u_camera: F8, correlation: float) -> F8:
    """Return each camera's own recall: the quantile at its rank of Beta(p φ, (1 − p) φ), φ = 1/ρ − 1, whose mean is p.

    Args:
        p_detect: (k,) or one, of the mean camera.
        u_camera: (k,) uniform, the camera's rank among all.
        correlation: ρ above 0, of finds on one camera.
    """
    p = np.clip(p_detect, 1e-9, 1.0 - 1e-9)
    phi = 1.0 / correlation - 1.0
    return np.asarray(betaincinv(p * phi, (1.0 - p) * phi, u_camera), dtype=np.float64)


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

    @property
    def played_rows(self) -> tuple[DetectorRow, ...]:
        """The row of the lowest threshold for each kind and condition that the simulator plays."""
        return tuple(rows[0] for rows in self._played().values())

    def draw(self, rng: np.random.Generator, *, false_rate: Bound | None = None) -> tuple[DetectorParameters, ...]:
        """Draw what the detector does from what its counts allow; one entry for each mapped kind and condition.

        Recall is Beta(hits + ½, misses + ½), the Jeffreys posterior; a size curve is drawn by :func:`draw_curve`. The
        false-alarm rate is Gamma(count + ½, hours), or the one-sided 95 % bound asked for. Rows that differ in their
        threshold alone become one entry's bands, drawn at one point of their posteriors: a detector that is good at
        one threshold is good at all. A row whose condition the simulator cannot tell is passed over where its kind has
        one for ``all``.
        """
        drawn = []
        for rows in self._played().values():
            u_recall, u_rate = rng.uniform(size=2)
            normals = rng.standard_normal(3)
            drawn.append(self._parameters([_draw_band(row, level, u_recall, u_rate, normals, false_rate)
                                           for row, level in zip(rows, band_levels(rows), strict=True)], rows))
        return tuple(drawn)

    def _played(self) -> dict[tuple[str, str], list[DetectorRow]]:
        """Return the rows of each kind and condition that is played, in rising order of threshold."""
        groups: dict[tuple[str, str], list[DetectorRow]] = {}
        for row in sorted(self.rows, key=lambda row: row.threshold):
            if row.kind in self.kind_map:
                groups.setdefault((row.kind, row.condition), []).append(row)
        told = {kind for kind, condition in groups if condition == EVERYWHERE}
        order = dict.fromkeys((row.kind, row.condition) for row in self.rows)
        return {key: groups[key] for key in order
                if key in groups and (key[0] not in told or is_told_apart(key[1]))}

    def _parameters(self, bands: Sequence[Band], rows: Sequence[DetectorRow]) -> DetectorParameters:
        return _from_bands(DetectorParameters(
            kind=self.kind_map[rows[0].kind], condition=rows[0].condition, delay_quantiles_s=rows[0].delay_quantiles_s,
            p_detect=bands[0].p_detect, false_per_camera_h=bands[0].false_per_camera_h,
            camera_correlation=rows[0].camera_correlation), bands)


def _from_bands(parameters: DetectorParameters, bands: Sequence[Band]) -> DetectorParameters:
    """Return the parameters with other bands, in rising order of threshold."""
    lowest, *stricter = bands
    return replace(
        parameters, threshold=lowest.threshold, p_detect=lowest.p_detect, false_per_camera_h=lowest.false_per_camera_h,
        level=lowest.level, curve=lowest.curve, stricter=tuple(stricter))


def _draw_band(
    row: DetectorRow, level: int, u_recall: float, u_rate: float, normals: F8, false_rate: Bound | None
) -> Band:
    curve = None
    if row.plateau is not None and row.px50 is not None and row.slope is not None:
        curve = SizeCurve(plateau=row.plateau, px50=row.px50, slope=row.slope)
        if row.cov is not None:
            curve = draw_curve(curve, row.cov, normals)
    per_h = float(gammaincinv(row.false_alarms + 0.5, u_rate)) / row.camera_hours
    if false_rate is not None:
        per_h = row.false_per_h_bounds()[false_rate]
    return Band(threshold=row.threshold, p_detect=float(betaincinv(row.hits + 0.5, row.misses + 0.5, u_recall)),
                false_per_camera_h=per_h, level=level, curve=curve)


def draw_curve(curve: SizeCurve, cov: Sequence[Sequence[float]], normals: F8) -> SizeCurve:
    """Draw a curve from the doubt about it, so that it stays one that can be.

    The covariance of (plateau, px50, slope) is carried over to θ = (logit plateau, ln px50, ln slope) by the
    derivatives at the curve, and θ is normal. The plateau's spread in θ is at most 3.

    Args:
        curve: the most likely one.
        cov: (3, 3).
        normals: (3,) standard normal.
    """
    plateau = min(max(curve.plateau, 1e-6), 1.0 - 1e-6)
    px50, slope = max(curve.px50, 1e-6), max(curve.slope, 1e-6)
    scale = np.diag([1.0 / (plateau * (1.0 - plateau)), 1.0 / px50, 1.0 / slope])
    spread = scale @ np.asarray(cov, dtype=np.float64) @ scale
    too_wide = max(1.0, math.sqrt(max(spread[0, 0], 0.0)) / MOST_PLATEAU_SPREAD)
    spread[0, :] /= too_wide
    spread[:, 0] /= too_wide
    values, axes = np.linalg.eigh(spread)
    step = axes @ (np.sqrt(np.maximum(values, 0.0)) * normals)
    return SizeCurve(plateau=float(expit(logit(plateau) + step[0])), px50=px50 * math.exp(step[1]),
                     slope=slope * math.exp(step[2]))
