"""The tables of a scenario file on watching: looks, decisions, alerts, light and zooming."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import (
    ClockHour,
    CountFrom1,
    Name,
    Positive,
    PositiveSeconds,
    Probability,
    Seconds,
    Share,
    Source,
)


class WatchingTable(Table):
    """How inspectors look and decide."""

    source: Source
    plan: Literal["round_robin", "risk_weighted", "rates"]
    """How looks are divided among cameras: in turn, by what is expected of each, or as a file says."""
    rates: Annotated[str, Field(min_length=1, max_length=500), Expected("a file's name")] | None = None
    """With the plan of that name, a CSV file beside this one: how often each camera is looked at, by hour."""
    look_s: PositiveSeconds
    """Time one look at one camera takes."""
    watched_share: Share
    """Of the cameras that are on anybody's plan."""
    px_half: Positive
    """Pixels on target at which a look notices with half its best probability."""
    px_slope: Positive
    """Steepness of that curve in the logarithm of pixels."""
    verify_median_s: PositiveSeconds
    """Call up the camera, look, decide."""
    verify_p95_s: PositiveSeconds
    """The slow end of it."""
    record_median_s: PositiveSeconds
    """Write a confirmed case down."""
    record_p95_s: PositiveSeconds
    """The slow end of it."""
    p_confirm: Probability
    """An inspector who looks at a visible true offence confirms it."""
    p_false_confirm: Probability
    """A false alert is confirmed all the same."""
    compliance_slope: Annotated[float, Field(ge=0.0, le=1_000.0), Expected("a number ≥ 0")]
    """Of the cry-wolf curve: P(act on a true alert) = logistic(slope · (share that proved right − middle))."""
    compliance_middle: Probability
    """Share of an inspector's latest alerts that proved right at which every second true one is acted on."""
    ppv_window: CountFrom1
    """An inspector's latest alerts that form their sense of the alerts' worth."""
    ppv_prior: Probability
    """What an inspector expects of alerts before any."""
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
    """False alerts of one camera within this time of the first are about one thing, and are one."""
    queue_limit: CountFrom1
    """Alerts that can wait; a new one beyond it pushes out the oldest of the lowest level."""
    false_alert_life_median_s: PositiveSeconds
    """How long a false alert stays worth showing."""
    false_alert_life_p95_s: PositiveSeconds
    """The slow end of it."""
    merge_radius_m: Annotated[float, Field(ge=0.0, le=1e5), Expected("a number of metres ≥ 0")] | None = None
    """Alerts about one thing from cameras within this distance are one; left out, those of one camera only."""
    queue_order: Literal["likelihood", "likelihood_and_load"] = "likelihood"
    """Which waiting alert is taken next: the oldest of the highest level, or under load the newest of it."""
    preemption: Literal["none", "resume"] = "none"
    """Whether an alert of a higher level takes an inspector off one of a lower level, which is gone on with later."""
    inspectors_at_shift_end: Literal["finish", "hand_over", "preempt"] = "finish"
    """What becomes of a case in work whose inspector goes off duty."""


class OpticsTable(Table):
    """Day, night and lamps; sunrise and sunset are given, or latitude and day of the year."""

    source: Source
    sunrise_h: ClockHour | None = None
    """Local clock."""
    sunset_h: ClockHour | None = None
    """Local clock, after sunrise."""
    latitude_deg: Annotated[float, Field(ge=-90.0, le=90.0), Expected("degrees north, −90 to 90")] | None = None
    """Gives sunrise and sunset together with the day."""
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
    """Uses of the land that have street lights."""


class ZoomTable(Table):
    """Moving a camera onto a target and zooming in, and what that tells."""

    source: Source
    median_s: PositiveSeconds
    """Until the camera has travelled and settled."""
    p95_s: PositiveSeconds
    """The slow end of it."""
    px_to_tell: Positive
    """Pixels on target at which half can be told what it is."""
    px_slope: Positive
    """Steepness of that curve in the logarithm of pixels."""
