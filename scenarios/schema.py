"""The scenario file as pydantic models: its tables, each with every key's unit, bounds and source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_city import AnyCityTable
from scenarios.schema_demand import CallsTable, KindTable, ProfileTable
from scenarios.schema_occasions import (
    DisturbancesTable,
    DriftTable,
    IncidentTable,
    NearRepeatTable,
    OutageTable,
    OverlayTable,
)
from scenarios.schema_room import ArchiveTable, BreaksTable, RoomTable, VigilanceTable
from scenarios.schema_targets import OperationTable, TargetsTable
from scenarios.schema_units import BadgesTable, PatrolsTable, UnitBreaksTable, UnitsTable
from scenarios.schema_watching import AlertingTable, OpticsTable, WatchingTable, ZoomTable
from scenarios.schema_words import Amount, ClockHour, Name, ShiftLength, Source, StaffCount, Text, Weekday

SCHEMA = "watchfloor.scenario/1"


class TimeTable(Table):
    """When the simulated stretch of time starts and how long it lasts."""

    source: Source
    start_weekday: Weekday
    """Of the first day."""
    start_hour_h: Annotated[int, Field(ge=0, le=23), Expected("a whole hour from 0 to 23")]
    """Local clock."""
    duration_h: Annotated[float, Field(gt=0.0, le=87_600.0), Expected("a number of hours > 0")]
    """Simulated."""


class ShiftTable(Table):
    """A daily shift."""

    source: Source
    start_h: ClockHour
    """Local clock."""
    length_h: ShiftLength
    """It may go on past midnight."""
    inspectors: StaffCount
    """On duty together."""
    units: StaffCount
    """Patrols on duty together."""
    room: Name | None = None
    """Control room of its inspectors, where there are several."""
    officers: StaffCount | None = None
    """Duty officers, who order the units out; left out, an order takes its time but waits for nobody."""


class CostsTable(Table):
    """What an hour of duty costs."""

    source: Source
    currency: Text
    """A word for it."""
    inspector_per_h: Amount
    """An hour of one inspector."""
    unit_per_h: Amount
    """An hour of one unit."""


class TranslationTable(Table):
    """Title and story in another language."""

    title: Text
    """For people, in one line."""
    story: Text
    """What is fact and what is assumed, in plain words."""


class ScenarioFile(Table):
    """A whole scenario file."""

    schema_: Annotated[Literal["watchfloor.scenario/1"], Field(alias="schema")]
    """What kind of file it is."""
    name: Name
    """For commands and folders."""
    title: Text
    """For people, in one line."""
    story: Text
    """What is fact and what is assumed, in plain words."""
    translations: dict[Literal["ru", "kk"], TranslationTable] = Field(default={})
    time: TimeTable
    city: AnyCityTable
    profiles: dict[Name, ProfileTable] = Field(default={})
    kinds: dict[Name, KindTable]
    calls: CallsTable | None = None
    watching: WatchingTable
    alerting: AlertingTable
    roster: dict[Name, ShiftTable]
    patrols: PatrolsTable
    units: UnitsTable | None = None
    badges: BadgesTable | None = None
    unit_breaks: UnitBreaksTable | None = None
    costs: CostsTable
    near_repeat: NearRepeatTable | None = None
    overlays: list[OverlayTable] = Field(default=[])
    incidents: list[IncidentTable] = Field(default=[])
    outages: list[OutageTable] = Field(default=[])
    disturbances: DisturbancesTable | None = None
    drift: DriftTable | None = None
    optics: OpticsTable | None = None
    zoom: ZoomTable | None = None
    targets: TargetsTable | None = None
    operation: OperationTable | None = None
    breaks: BreaksTable | None = None
    vigilance: VigilanceTable | None = None
    archive: ArchiveTable | None = None
    rooms: dict[Name, RoomTable] = Field(default={})
    """Left out, one room watches all districts."""
