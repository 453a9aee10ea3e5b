"""Where and when a detector's row holds: by day, by night, for a group of cameras, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.city import F8, I4, CameraKind, LandUse
from sim.detector_model import DISTRICT, DetectorParameters
from sim.occasions import Flags
from sim.scenario import Scenario

DAY_FROM_H, DAY_TO_H = 7.0, 19.0
"""``day`` is from 07:00 to 19:00, ``night`` the rest."""
LAND_USES = {use.name.lower(): use for use in LandUse}
CAMERA_KINDS = {kind.name.lower(): kind for kind in CameraKind}


def _rank(condition: str) -> int:
    """Return how closely a condition says which cameras it means; the closest goes before the others."""
    if condition.startswith(DISTRICT):
        return 4
    if condition in CAMERA_KINDS:
        return 3
    return 2 if condition in LAND_USES else 1 if condition in ("day", "night") else 0


def _holds(condition: str, scenario: Scenario, camera: I4, t_s: F8) -> Flags:
    city = scenario.city
    if condition.startswith(DISTRICT):
        names = np.array(city.district_names)
        return np.asarray(names[city.cameras.district[camera]] == condition.removeprefix(DISTRICT))
    if condition in CAMERA_KINDS:
        return np.asarray(city.cameras.kind[camera] == CAMERA_KINDS[condition])
    if condition in LAND_USES:
        return np.asarray(city.land_use[city.cameras.junction[camera]] == LAND_USES[condition])
    hour = (scenario.start_hour_of_week + t_s / 3600.0) % 24.0
    is_day = (hour >= DAY_FROM_H) & (hour < DAY_TO_H)
    return np.asarray(is_day if condition == "day" else ~is_day)


def applies(
    parameters: Sequence[DetectorParameters], item: DetectorParameters, scenario: Scenario, camera: I4, t_s: F8
) -> Flags | None:
    """Say for each camera and instant whether an entry is the one that holds for its kind; None where it always is.

    A camera's district goes before its kind, that before the use of the land round it, that before the time of day,
    and that before any other word.
    """
    rank = _rank(item.condition)
    others = {other.condition for other in parameters if other.kind == item.kind and _rank(other.condition) > rank}
    if rank == 0 and not others:
        return None
    inside = _holds(item.condition, scenario, camera, t_s) if rank else np.ones(camera.size, dtype=np.bool_)
    for other in sorted(others):
        inside &= ~_holds(other, scenario, camera, t_s)
    return inside
