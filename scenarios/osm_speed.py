"""Which ways of a map may be driven, in which direction and how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

KMH_PER_MPH = 1.609_344
KMH_PER_KNOT = 1.852
CLASS_SPEED_KMH = {
    "motorway": 110.0, "motorway_link": 60.0, "trunk": 90.0, "trunk_link": 60.0, "primary": 60.0, "primary_link": 50.0,
    "secondary": 60.0, "secondary_link": 50.0, "tertiary": 60.0, "tertiary_link": 50.0, "unclassified": 60.0,
    "residential": 60.0, "road": 40.0, "living_street": 20.0, "service": 20.0,
}
"""Assumed limit of a way without a usable maxspeed; its keys are the classes that are driven.

In Kazakhstan and Russia every street in a settlement has 60 km/h unless a sign says otherwise, yards have 20.
"""
DRIVEN_SHARE = {
    "motorway": 0.85, "motorway_link": 0.7, "trunk": 0.85, "trunk_link": 0.7, "primary": 0.65, "secondary": 0.65,
    "tertiary": 0.65,
}
"""Assumed mean driven speed over the limit on a dry day, waits at lights and turns included; 0.7 elsewhere."""
OTHER_DRIVEN_SHARE = 0.7
MAIN_CLASSES = frozenset({"motorway", "trunk", "primary", "secondary"})
MIN_KMH, MAX_KMH = 3.0, 200.0

_URBAN_KMH = {"RU": 60.0, "KZ": 60.0, "BY": 60.0, "KG": 60.0, "UZ": 60.0}
_RURAL_KMH = {"DE": 100.0, "AT": 100.0, "FI": 80.0, "SE": 70.0, "NO": 80.0, "DK": 80.0, "FR": 80.0, "CH": 80.0}
_MOTORWAY_KMH = {"RU": 110.0, "KZ": 110.0, "FI": 120.0, "CH": 120.0, "SE": 110.0, "NO": 110.0}
_NATIONAL_MPH = {"GB:nsl_single": 60.0, "GB:nsl_dual": 70.0, "GB:motorway": 70.0, "GB:nsl_restricted": 30.0}
_NUMBER = re.compile(r"^(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>|km/h|kmh|kph|mph|knots)$")
_ZONE = re.compile(r"^(?:[A-Z]{2}:)?zone:?(?P<number>\d+)$")
_REVERSE = frozenset({"-1", "reverse"})
_FORWARD = frozenset({"yes", "1", "true"})
_CLOSED = frozenset({"no"})
_OPEN = frozenset({"yes", "designated", "permissive", "destination", "private", "official", "emergency"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Driving:
    """How a way is driven; None means it is not driven that way."""

    forward_kmh: float | None
    """Driven speed from its first node to its last."""
    backward_kmh: float | None


def read_driving(tags: Mapping[str, str]) -> Driving | None:
    """Return how a way is driven, or None if a patrol car does not drive it.

    Driven are the classes of CLASS_SPEED_KMH that are no squares (``area=yes``) and not closed to cars. Private roads
    are driven: a patrol may enter. Footways and pedestrian streets are not.
    """
    road_class = tags.get("highway", "")
    if road_class not in CLASS_SPEED_KMH or tags.get("area") == "yes" or _is_closed(tags):
        return None
    share = DRIVEN_SHARE.get(road_class, OTHER_DRIVEN_SHARE)
    both = parse_maxspeed(tags.get("maxspeed", "")) or CLASS_SPEED_KMH[road_class]
    direction = read_direction(tags)
    forward = parse_maxspeed(tags.get("maxspeed:forward", "")) or both
    backward = parse_maxspeed(tags.get("maxspeed:backward", "")) or both
    return Driving(forward_kmh=share * forward if direction >= 0 else None,
                   backward_kmh=share * backward if direction <= 0 else None)


def read_direction(tags: Mapping[str, str]) -> int:
    """Return 1 for a one-way street, −1 for one that runs against its nodes, and 0 for both ways.

    Motorways and roundabouts are one-way unless ``oneway=no``. What changes with the hour (``reversible``,
    ``alternating``) counts as both ways.
    """
    oneway = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if oneway in _FORWARD:
        return 1
    if oneway in _REVERSE:
        return -1
    implied = tags.get("highway") in ("motorway", "motorway_link") or tags.get("junction") in ("roundabout", "circular")
    return 1 if implied and oneway == "" else 0


def parse_maxspeed(text: str) -> float | None:
    """Return a limit in km/h, or None where the text gives none.

    Understood are numbers (``50``, ``50 km/h``, ``50 mph``, ``5 knots``), ``walk``, zones (``DE:zone30``) and legal
    defaults (``RU:urban``); of several values (``50;30``) the lowest counts. ``none``, ``signals`` and ``variable``
    give no number, so the class decides. Where a country is not in the tables, urban is 50, rural 90 and motorway 120.
    """
    found = [speed for part in text.split(";") if (speed := _parse_one(part.strip())) is not None]
    return min(found) if found else None


def _parse_one(text: str) -> float | None:
    number = _NUMBER.match(text)
    if number:
        factor = {"mph": KMH_PER_MPH, "knots": KMH_PER_KNOT}.get(number["unit"], 1.0)
        kmh = factor * float(number["number"])
        return min(max(kmh, MIN_KMH), MAX_KMH) if kmh > 0.0 else None
    zone = _ZONE.match(text)
    if zone:
        return min(max(float(zone["number"]), MIN_KMH), MAX_KMH)
    if text == "walk" or text.endswith(":walk"):
        return 5.0
    if text in _NATIONAL_MPH:
        return KMH_PER_MPH * _NATIONAL_MPH[text]
    country, _, kind = text.partition(":")
    legal = {"urban": _URBAN_KMH.get(country, 50.0), "rural": _RURAL_KMH.get(country, 90.0),
             "motorway": _MOTORWAY_KMH.get(country, 120.0), "trunk": 90.0, "living_street": 20.0}
    return legal.get(kind) if len(country) == 2 and country.isupper() else None


def _is_closed(tags: Mapping[str, str]) -> bool:
    """Say whether the most specific access tag keeps cars out."""
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        value = tags.get(key, "")
        if value in _CLOSED:
            return True
        if value in _OPEN:
            return False
    return False
