"""The tables of a scenario file about its city, drawn or real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import Seed, Share, Source, Text


class CityTable(Table):
    """A synthetic city; the meaning of each key is that of CitySpec."""

    kind: Annotated[Literal["synthetic"], Expected("one of synthetic, osm")] = "synthetic"
    source: Source
    name: Text
    seed: Seed
    n_junctions: Annotated[int, Field(ge=30, le=2_000_000), Expected("a whole number ≥ 30")]
    n_cameras: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")]
    n_added_cameras: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")] = 0
    """Put up later, on sites of their own; those that were there stay as they are."""
    n_sites: Annotated[int, Field(ge=0, le=1_000_000), Expected("a whole number ≥ 0")] | None = None
    """Left out: one site for 2.66 cameras."""
    n_districts: Annotated[int, Field(ge=1, le=10_000), Expected("a whole number ≥ 1")]
    n_bridges: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    """0 means no river."""
    n_rail_crossings: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    """0 means no railway."""
    n_settlements: Annotated[int, Field(ge=0, le=1_000), Expected("a whole number ≥ 0")]
    outlying_share: Annotated[float, Field(ge=0.0, le=0.5), Expected("a share from 0 to 0.5")]
    ptz_share: Share
    buildings: Annotated[bool, Expected("true, where houses stand in the cameras' way, or false")] = False


class OsmCityTable(Table):
    """A real city; paths are relative to the scenario file."""

    kind: Literal["osm"]
    source: Source
    name: Text
    file: Text
    """A map, usually .osm.pbf."""
    cameras: Text | None = None
    """CSV or GeoJSON; left out, the map's surveillance nodes."""
    districts: Text | None = None
    """GeoJSON polygons; left out, the districts that the cameras name."""
    buildings: Annotated[bool, Expected("true, where houses stand in the cameras' way, or false")] = False


def _city_kind(city: object) -> str:
    kind = city.get("kind") if isinstance(city, Mapping) else getattr(city, "kind", None)
    return "osm" if kind == "osm" else "synthetic"


AnyCityTable = Annotated[Annotated[CityTable, Tag("synthetic")] | Annotated[OsmCityTable, Tag("osm")],
                         Discriminator(_city_kind)]
