"""The surveillance nodes of a map as cameras, with assumptions where the map is silent."""

from __future__ import annotations

import re

from scenarios.camera_row import DEFAULT_MOUNT_M, DEFAULT_PTZ_ZOOM, CameraRow
from scenarios.osm_read import Surveillance, Tags
from sim.city import CameraKind

FIXED_HFOV_DEG, FIXED_RANGE_M = 80.0, 60.0
TURNING_HFOV_DEG, TURNING_RANGE_M = 60.0, 100.0
WIDTH_PX = 1920
"""Assumed lens, reach and picture of every camera, for a map says nothing of them."""
_POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_TURNING = frozenset({"panning", "dome", "ptz"})
_NUMBER = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:m|°)?\s*$")


def make_camera_row(node: Surveillance) -> CameraRow | None:
    """Return the camera that a surveillance node stands for, or None if it stands for a guard.

    A panning or dome camera, or one that is tagged as revolving, is taken for a PTZ camera and any other for a fixed
    one. ``camera:direction`` or ``direction`` is degrees or a compass point; of several the first counts.
    """
    tags = node.tags
    if tags.get("surveillance:type") == "guard":
        return None
    turning = tags.get("camera:type", "") in _TURNING or tags.get("revolving") == "yes"
    height_m = _height_m(tags)
    label = f"surveillance node {node.node_id}"
    return CameraRow(
        where=label, name=label, lon_deg=node.lon_deg, lat_deg=node.lat_deg,
        compass_deg=parse_direction(tags.get("camera:direction", tags.get("direction", ""))),
        hfov_deg=TURNING_HFOV_DEG if turning else FIXED_HFOV_DEG,
        range_m=TURNING_RANGE_M if turning else FIXED_RANGE_M,
        kind=CameraKind.PTZ if turning else CameraKind.FIXED, width_px=WIDTH_PX, district=None,
        mount_m=DEFAULT_MOUNT_M if height_m is None else height_m, zoom=DEFAULT_PTZ_ZOOM if turning else 1.0)


def parse_direction(text: str) -> float | None:
    """Return degrees clockwise from north, or None where the text gives no direction."""
    first = text.split(";")[0].strip()
    if first.upper() in _POINTS:
        return 22.5 * _POINTS.index(first.upper())
    number = _NUMBER.match(first)
    return float(number[1]) % 360.0 if number else None


def _height_m(tags: Tags) -> float | None:
    for key in ("camera:height", "height", "est_height"):
        number = _NUMBER.match(tags.get(key, ""))
        if number and 0.0 < float(number[1]) <= 200.0:
            return float(number[1])
    return None
