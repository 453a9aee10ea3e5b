"""The scenario file's optional tables on what makes one stretch of time unlike another."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import ClockHour, Count, Name, Positive, PositiveSeconds, Seconds, Share, Source, Weekday

LandUseWord = Literal["housing", "market", "stop", "park", "bar", "school", "road"]
Factor = Annotated[float, Field(ge=0.0, le=1_000.0), Expected("a factor ≥ 0")]
Metres = Annotated[float, Field(ge=0.0, le=1e5), Expected("a number of metres ≥ 0")]
Position = Annotated[float, Field(ge=-1e7, le=1e7), Expected("a number of metres")]
Hours = Annotated[float, Field(gt=0.0, le=87_600.0), Expected("a number of hours > 0")]
Index = Annotated[int, Field(ge=0, le=10_000_000), Expected("a whole number ≥ 0")]


class NearRepeatTable(Table):
    """An incident may be followed by another of its kind, soon and nearby."""

    source: Source
    probability: Annotated[float, Field(ge=0.0, le=0.9), Expected("a probability from 0 to 0.9")]
    """An incident is followed by another."""
    days: Annotated[float, Field(gt=0.0, le=365.0), Expected("a number of days > 0")]
    """The offspring comes within this time, evenly."""
    radius_m: Metres
    """And within this distance."""


class WindowTable(Table):
    """A stretch of time: once, by ``day``, or every week, by ``weekdays``."""

    source: Source
    day: Index | None = None
    """0 is the calendar day on which the scenario starts."""
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7), Expected("a list of weekdays")] | None = None
    """It holds on each of these days."""
    start_h: ClockHour
    """Local clock."""
    length_h: Hours
    """It may go on past midnight."""


class OverlayTable(WindowTable):
    """What an operation, a market day, a festival, the weather or a surge changes while it lasts."""

    name: Name
    """Another for each overlay."""
    districts: list[str] = Field(default=[])
    """Where it holds; left out, everywhere."""
    land_use: list[LandUseWord] = Field(default=[])
    """On land of which use; left out, any."""
    factor: Factor = 1.0
    """Of the rate of every kind of incident."""
    factors: dict[Name, Factor] = Field(default={})
    """Of the rate of single kinds, in place of ``factor``."""
    visibility_factor: Annotated[float, Field(gt=0.0, le=1.0), Expected("a factor, 0 < f ≤ 1")] = 1.0
    """Of the pixels on target."""
    speed_factor: Annotated[float, Field(gt=0.0, le=10.0), Expected("a factor > 0")] = 1.0
    """Of the units' driving speed, in the whole city."""


class IncidentTable(Table):
    """Incidents that happen in every replication; ``at_s`` or ``day`` and ``clock``, and one way to say where."""

    source: Source
    kind: Name
    """One of the file's kinds."""
    n: Annotated[int, Field(ge=1, le=10_000), Expected("a whole number ≥ 1")] = 1
    """How many."""
    apart_s: Seconds = 0.0
    """From one of the n to the next."""
    at_s: Seconds | None = None
    """From the scenario's start."""
    day: Index = 0
    """0 is the calendar day on which the scenario starts."""
    clock: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"),
                     Expected('a time of day, "HH:MM" or "HH:MM:SS"')] | None = None
    """On that day."""
    visible_s: PositiveSeconds
    """How long it can be seen."""
    x_m: Position | None = None
    """East, in the city's plane."""
    y_m: Position | None = None
    """North, in the city's plane."""
    land_use: LandUseWord | None = None
    """At a junction of that use."""
    index: Count = 0
    """Which of the junctions of that use, in the city's order."""
    camera: Index | None = None
    """In view of the camera of that number."""
    distance_m: Metres = 0.0
    """From the camera, in the middle of its picture."""


class OutageTable(WindowTable):
    """Cameras without a picture: of one district, a share of all, or the sites on one link."""

    district: str | None = None
    """All cameras of a district."""
    share: Share | None = None
    """Of all cameras, drawn anew in each replication."""
    sites: Annotated[list[Index], Field(min_length=1), Expected("a list of site numbers")] | None = None
    """Those on one link."""


class DisturbancesTable(Table):
    """Cameras that fail and are mended, each on its own."""

    source: Source
    camera_up_mean_h: Positive
    """Mean time from one repair to the next failure."""
    camera_repair_mean_h: Positive
    """Mean time until it is mended."""


class DriftTable(Table):
    """How a detector changes from day to day."""

    source: Source
    false_factor_per_day: Annotated[float, Field(ge=0.5, le=2.0), Expected("a factor from 0.5 to 2")]
    """Of the false-alarm rate."""
    recall_factor_per_day: Annotated[float, Field(ge=0.5, le=1.0), Expected("a factor from 0.5 to 1")]
    """Of the share of true offences that it finds."""
