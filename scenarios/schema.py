"""The scenario file as pydantic models: every key, its unit, its bounds and where its numbers come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_city import AnyCityTable
from scenarios.schema_occasions import (
    DisturbancesTable,
    DriftTable,
    IncidentTable,
    NearRepeatTable,
    OutageTable,
    OverlayTable,
)
from scenarios.schema_room import ArchiveTable, BreaksTable, RoomTable, VigilanceTable
from scenarios.schema_targets import TargetsTable
from scenarios.schema_units import BadgesTable, UnitBreaksTable, UnitsTable
from scenarios.schema_words import WEEKDAYS as WEEKDAYS
from scenarios.schema_words import (
    Amount,
    ClockHour,
    CountFrom1,
    Level,
    Name,
    PerDay,
    Positive,
    PositiveSeconds,
    Probability,
    Seconds,
    Share,
    ShiftLength,
    Source,
    StaffCount,
    Text,
    Weekday,
    Weight,
)

SCHEMA = "watchfloor.scenario/1"


class TimeTable(Table):
    """When the simulated stretch of time starts and how long it lasts."""

    source: Source
    start_weekday: Weekday
    start_hour_h: Annotated[int, Field(ge=0, le=23), Expected("a whole hour from 0 to 23")]
    duration_h: Annotated[float, Field(gt=0.0, le=87_600.0), Expected("a number of hours > 0")]


class ProfileTable(Table):
    """An hour-of-week shape of one's own, beside those of hour_of_week.json."""

    source: Source
    weights: Annotated[list[Weight], Field(min_length=168, max_length=168),
                       Expected("a list of 168 numbers ≥ 0, Monday 00 h first")]
    """Only their ratios count."""


class LandUseTable(Table):
    """Relative rate of incidents at one junction of each use; uses left out get 0."""

    housing: Weight = 0.0
    market: Weight = 0.0
    stop: Weight = 0.0
    park: Weight = 0.0
    bar: Weight = 0.0
    school: Weight = 0.0
    road: Weight = 0.0


class CallsTable(Table):
    """Calls from the public (102), which compete with the cameras' cases for the units."""

    source: Source
    per_day: PerDay
    hour_profile: Name
    priority_shares: Annotated[list[Share], Field(min_length=4, max_length=4),
                               Expected("a list of 4 shares, of priority 1 to 4")]
    p_needs_unit: Probability
    service_median_s: PositiveSeconds
    """From arrival at the place to clearing it, of each unit."""
    service_p95_s: PositiveSeconds
    land_use: LandUseTable | None = None
    """Left out, every junction is as likely as another."""
    unit_shares: Annotated[list[Share], Field(min_length=3, max_length=3, default=[1.0, 0.0, 0.0]),
                           Expected("a list of 3 shares, of calls for one, two and three units")]
    """Of the calls that need a unit."""
    talk_median_s: PositiveSeconds = 90.0
    """Of the call-taker with the caller."""
    talk_p95_s: PositiveSeconds = 240.0
    n_calltakers: CountFrom1 | None = None
    """Left out, nobody waits for a call-taker."""
    p_unfounded: Probability = 0.0
    """The units find nothing."""
    p_citation: Probability = 0.0
    """Of founded calls; what is neither this nor an arrest is settled with a warning."""
    p_arrest: Probability = 0.0


class KindTable(Table):
    """One kind of incident."""

    source: Source
    per_day: PerDay
    """True number in 24 h in the whole city, seen or not."""
    hour_profile: Name
    """A profile of hour_of_week.json, one under profiles, or flat."""
    land_use: LandUseTable
    visible_median_s: PositiveSeconds
    visible_p95_s: PositiveSeconds
    p_evidence_persists: Probability
    object_size_m: Annotated[float, Field(gt=0.0, le=100.0), Expected("a number of metres > 0")]
    severity: Level
    priority: Level
    p_needs_unit: Probability
    stays_mean_s: Seconds
    p_citation: Probability
    p_arrest: Probability
    p_noticed_at_best: Probability
    notice_size_m: Annotated[float, Field(gt=0.0, le=100.0), Expected("a number of metres > 0")] | None = None
    """Height of what catches the eye, such as the arm that throws; left out, of the object itself."""


class WatchingTable(Table):
    """How inspectors look and decide."""

    source: Source
    plan: Literal["round_robin", "risk_weighted", "rates"]
    rates: Annotated[str, Field(min_length=1, max_length=500), Expected("a file's name")] | None = None
    """With the plan of that name, a CSV file beside this one: how often each camera is looked at, by hour."""
    look_s: PositiveSeconds
    watched_share: Share
    px_half: Positive
    px_slope: Positive
    verify_median_s: PositiveSeconds
    verify_p95_s: PositiveSeconds
    record_median_s: PositiveSeconds
    record_p95_s: PositiveSeconds
    p_confirm: Probability
    p_false_confirm: Probability
    compliance_slope: Annotated[float, Field(ge=0.0, le=1_000.0), Expected("a number ≥ 0")]
    compliance_middle: Probability
    ppv_window: CountFrom1
    ppv_prior: Probability
    briefing: list[Name] | None = None
    """Kinds that inspectors were told to look for; left out, all."""
    p_unbriefed: Probability | None = None
    """Of what would be noticed on the briefing, the share noticed off it (det.inattentional_blindness: 0.21 / 0.45)."""
    prevalence: bool = False
    """Whether rare kinds are missed more often (prev.M3)."""
    inspector_model: Annotated[str, Field(min_length=1, max_length=500), Expected("a file's name")] | None = None
    """File beside this one, written by ``watchfloor calibrate inspectors``: what it measured replaces the numbers of
    this table, every kind's ``p_noticed_at_best``, and ``vigilance.delta`` if that table is there; what it leaves open
    is drawn anew for each replication."""


class AlertingTable(Table):
    """How alerts reach the inspectors."""

    source: Source
    merge_window_s: Seconds
    queue_limit: CountFrom1
    false_alert_life_median_s: PositiveSeconds
    false_alert_life_p95_s: PositiveSeconds
    merge_radius_m: Annotated[float, Field(ge=0.0, le=1e5), Expected("a number of metres ≥ 0")] | None = None
    """Alerts about one thing from cameras within this distance are one; left out, those of one camera only."""
    queue_order: Literal["likelihood", "likelihood_and_load"] = "likelihood"
    """Which waiting alert is taken next: the oldest of the highest level, or under load the newest of it."""
    preemption: Literal["none", "resume"] = "none"
    """Whether an alert of a higher level takes an inspector off one of a lower level, which is gone on with later."""
    inspectors_at_shift_end: Literal["finish", "hand_over", "preempt"] = "finish"
    """What becomes of a case in work whose inspector goes off duty."""


class ShiftTable(Table):
    """A daily shift."""

    source: Source
    start_h: ClockHour
    length_h: ShiftLength
    inspectors: StaffCount
    units: StaffCount
    room: Name | None = None
    """Control room of its inspectors, where there are several."""
    officers: StaffCount | None = None
    """Duty officers, who order the units out; left out, an order takes its time but waits for nobody."""


class PatrolsTable(Table):
    """How units work."""

    source: Source
    post_s: PositiveSeconds
    handover_median_s: PositiveSeconds
    handover_p95_s: PositiveSeconds
    acknowledge_median_s: PositiveSeconds
    acknowledge_p95_s: PositiveSeconds
    turnout_median_s: PositiveSeconds
    turnout_p95_s: PositiveSeconds
    scene_median_s: PositiveSeconds
    scene_p95_s: PositiveSeconds
    paperwork_median_s: PositiveSeconds
    paperwork_p95_s: PositiveSeconds
    travel_sigma: Annotated[float, Field(ge=0.0, le=3.0), Expected("a number from 0 to 3")]
    speed_factor: Annotated[float, Field(gt=0.0, le=10.0), Expected("a number > 0")]
    posting: Literal["random", "hot_spot"] = "random"
    """Where a free unit is: at any junction of its beat, or where most is expected of it."""
    n_hot_spots: CountFrom1 = 3
    """Of each beat."""
    p_cancel: Probability = 0.0
    """Somebody sees the offender leave, and cancels the unit on its way."""
    redirect: bool = False
    """A call may take a unit that is on its way to one of lower priority."""
    redirect_gap: Annotated[int, Field(ge=1, le=3), Expected("a whole number from 1 to 3")] = 1
    """By how many priorities at least."""
    units_at_shift_end: Literal["finish", "hand_over", "preempt"] = "finish"


class CostsTable(Table):
    """What an hour of duty costs."""

    source: Source
    currency: Text
    inspector_per_h: Amount
    unit_per_h: Amount


class OpticsTable(Table):
    """Day, night and lamps; sunrise and sunset are given, or latitude and day of the year."""

    source: Source
    sunrise_h: ClockHour | None = None
    sunset_h: ClockHour | None = None
    latitude_deg: Annotated[float, Field(ge=-90.0, le=90.0), Expected("degrees north, −90 to 90")] | None = None
    day_of_year: Annotated[int, Field(ge=1, le=366), Expected("a whole number from 1 to 366")] | None = None
    """Of the first day; the hours of daylight stay as they are then."""
    solar_noon_h: ClockHour = 12.0
    """Local clock when the sun stands highest; used with ``latitude_deg``."""
    night_lit_factor: Share
    """Of the pixels on target that count by night, under street lights."""
    night_dark_factor: Share
    """Away from them."""
    infrared_m: Annotated[float, Field(ge=0.0, le=1_000.0), Expected("a number of metres ≥ 0")] = 0.0
    """Within this distance of a camera the dark is as good as lit."""
    lit_uses: list[Literal["housing", "market", "stop", "park", "bar", "school", "road"]] = Field(
        default=["market", "stop", "bar", "school", "road"])


class ZoomTable(Table):
    """Moving a camera onto a target and zooming in, and what that tells."""

    source: Source
    median_s: PositiveSeconds
    p95_s: PositiveSeconds
    px_to_tell: Positive
    """Pixels on target at which half can be told what it is."""
    px_slope: Positive


class TranslationTable(Table):
    """Title and story in another language."""

    title: Text
    story: Text


class ScenarioFile(Table):
    """A whole scenario file."""

    schema_: Annotated[Literal["watchfloor.scenario/1"], Field(alias="schema")]
    name: Name
    title: Text
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
    breaks: BreaksTable | None = None
    vigilance: VigilanceTable | None = None
    archive: ArchiveTable | None = None
    rooms: dict[Name, RoomTable] = Field(default={})
    """Left out, one room watches all districts."""
