"""How high the buildings of a map are."""

from __future__ import annotations

import re
from collections.abc import Mapping

STOREY_M = 3.0
DEFAULT_HEIGHT_M = 6.0
"""Assumed where the map gives neither height nor storeys."""
_OPEN = frozenset({"no", "roof", "carport", "ruins", "construction"})
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*m?\s*$")


def read_height(tags: Mapping[str, str]) -> float | None:
    """Return the height in metres of the building that a map's tags name, or None if they name none that hides."""
    if tags.get("building", "no") in _OPEN:
        return None
    for key, unit_m in (("height", 1.0), ("building:levels", STOREY_M)):
        number = _NUMBER.match(tags.get(key, ""))
        if number and 0.0 < float(number[1]) * unit_m <= 1_000.0:
            return float(number[1]) * unit_m
    return DEFAULT_HEIGHT_M
