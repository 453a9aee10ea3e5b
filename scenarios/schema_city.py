"""The tables of a scenario file about its city, drawn or real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import Seed, Share, Source, Text


class CityTable(Table):
    """A synthetic city."""

    kind: Annotated[Literal["synthetic"], Expected("one of synthetic, osm")] = "synthetic"
    """Left out, the city is synthetic."""
    source: Source
    name: Text
    """For people."""
    seed: Seed
    """The same seed and sizes give the same city."""
    n_junctions: Annotated[int, Field(ge=30, le=2_000_000), Expected("a whole number ≥ 30")]
    """Of the road network."""
    n_cameras: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")]
    """That are routed to the control room."""
    n_added_cameras: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")] = 0
    """Put up later, on sites of their own; those that were there stay as they are."""
    n_sites: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")] | None = None
    """Left out: one site for 2.66 cameras."""
    n_districts: Annotated[int, Field(ge=1, le=10_000), Expected("a whole number ≥ 1")]
    """Police districts."""
    n_bridges: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    """0 means no river."""
    n_rail_crossings: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    """0 means no railway."""
    n_settlements: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    """Outside the town, each joined to it by one long road."""
    outlying_share: Annotated[float, Field(ge=0.0, le=0.5), Expected("a share from 0 to 0.5")]
    """Of the junctions that lie in those settlements."""
    ptz_share: Share
    """Of the cameras that pan, tilt and zoom."""
    buildings: Annotated[bool, Expected("true, where houses stand in the cameras' way, or false")] = False
    """Whether houses stand in the cameras' way."""


class OsmCityTable(Table):
    """A real city; paths are relative to the scenario file."""

    kind: Literal["osm"]
    """A city from a map."""
    source: Source
    name: Text
    """For people."""
    file: Text
    """A map, usually .osm.pbf."""
    cameras: Text | None = None
    """CSV or GeoJSON; left out, the map's surveillance nodes."""
    districts: Text | None = None
    """GeoJSON polygons; left out, the districts that the cameras name."""
    buildings: Annotated[bool, Expected("true, where houses stand in the cameras' way, or false")] = False
    """Whether the map's houses stand in the cameras' way."""


def _city_kind(city: object) -> str:
    kind = city.get("kind") if isinstance(city, Mapping) else getattr(city, "kind", None)
    return "osm" if kind == "osm" else "synthetic"


AnyCityTable = Annotated[Annotated[CityTable, Tag("synthetic")] | Annotated[OsmCityTable, Tag("osm")],
                         Discriminator(_city_kind)]
