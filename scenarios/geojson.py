"""Reads GeoJSON: a collection of features, each with a geometry and properties."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.document import load_text
from scenarios.file_errors import show_value
from sim.city import F8
from sim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of a collection."""

    where: str
    """File and number, for messages."""
    properties: dict[str, object]
    geometry_type: str
    coordinates: object


def load_features(path: Path) -> tuple[Feature, ...]:
    """Load the features of a FeatureCollection.

    Raises:
        InputError: if the file cannot be read or is no FeatureCollection.
    """
    text = load_text(path, what="a GeoJSON file")
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        place = f": line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{path.name}{place}", expected="GeoJSON") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError(path.name, expected="a GeoJSON FeatureCollection", do="it has no list of features")
    return tuple(_feature(f"{path.name}: feature {number}", item) for number, item in enumerate(features, start=1))


def _feature(where: str, item: object) -> Feature:
    geometry = item.get("geometry") if isinstance(item, dict) else None
    properties = item.get("properties") if isinstance(item, dict) else None
    if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str):
        raise InputError(where, expected="a feature with a geometry")
    return Feature(where=where, properties=properties if isinstance(properties, dict) else {},
                   geometry_type=geometry["type"], coordinates=geometry.get("coordinates"))


def read_point(feature: Feature) -> tuple[float, float]:
    """Return longitude and latitude of a Point.

    Raises:
        InputError: if it is none.
    """
    if feature.geometry_type != "Point":
        raise InputError(f"{feature.where}: geometry", got=feature.geometry_type, expected="Point")
    return _position(feature.where, feature.coordinates)


def read_rings(feature: Feature) -> tuple[F8, ...]:
    """Return the (k, 2) longitudes and latitudes of every ring of a Polygon or MultiPolygon.

    Raises:
        InputError: if it is neither, or a ring has fewer than four positions.
    """
    if feature.geometry_type == "Polygon":
        polygons: object = [feature.coordinates]
    elif feature.geometry_type == "MultiPolygon":
        polygons = feature.coordinates
    else:
        raise InputError(f"{feature.where}: geometry", got=feature.geometry_type, expected="Polygon or MultiPolygon")
    rings = [_ring(feature.where, ring) for polygon in _list(feature.where, polygons)
             for ring in _list(feature.where, polygon)]
    if not rings:
        raise InputError(f"{feature.where}: geometry", expected="at least one ring")
    return tuple(rings)


def _list(where: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise InputError(f"{where}: coordinates", got=show_value(value), expected="a list")
    return value


def _ring(where: str, value: object) -> F8:
    positions = [_position(where, item) for item in _list(where, value)]
    if len(positions) < 4:
        raise InputError(f"{where}: coordinates", got=f"a ring of {len(positions)} positions",
                         expected="at least 4, the last the same as the first")
    return np.array(positions, dtype=np.float64)


def _position(where: str, value: object) -> tuple[float, float]:
    if (isinstance(value, list) and len(value) >= 2
            and all(isinstance(part, int | float) and not isinstance(part, bool) for part in value[:2])):
        lon, lat = float(value[0]), float(value[1])
        if math.isfinite(lon) and abs(lon) <= 180.0 and abs(lat) <= 85.0:
            return lon, lat
    raise InputError(f"{where}: coordinates", got=show_value(value),
                     expected="a longitude from −180 to 180 and a latitude from −85 to 85, in this order")
