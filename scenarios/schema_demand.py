"""The tables of a scenario file on what happens: kinds of incident, their shapes, and calls from the public."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import (
    CountFrom1,
    Level,
    Name,
    PerDay,
    PositiveSeconds,
    Probability,
    Seconds,
    Share,
    Source,
    Weight,
)


class ProfileTable(Table):
    """An hour-of-week shape of one's own, beside those of hour_of_week.json."""

    source: Source
    weights: Annotated[list[Weight], Field(min_length=168, max_length=168),
                       Expected("a list of 168 numbers ≥ 0, Monday 00 h first")]
    """Only their ratios count."""


class LandUseTable(Table):
    """Relative rate of incidents at one junction of each use; uses left out get 0."""

    housing: Weight = 0.0
    """Where people live."""
    market: Weight = 0.0
    """Markets and shops."""
    stop: Weight = 0.0
    """Stops and stations."""
    park: Weight = 0.0
    """Parks and squares."""
    bar: Weight = 0.0
    """Bars, restaurants and clubs."""
    school: Weight = 0.0
    """Schools and colleges."""
    road: Weight = 0.0
    """Streets with nothing of the above."""


class CallsTable(Table):
    """Calls from the public (102), which compete with the cameras' cases for the units."""

    source: Source
    per_day: PerDay
    """In 24 h, from the whole city."""
    hour_profile: Name
    """A profile of hour_of_week.json, one under profiles, or flat."""
    priority_shares: Annotated[list[Share], Field(min_length=4, max_length=4),
                               Expected("a list of 4 shares, of priority 1 to 4")]
    """They sum to 1."""
    p_needs_unit: Probability
    """A call needs a unit at the place."""
    service_median_s: PositiveSeconds
    """From arrival at the place to clearing it, of each unit."""
    service_p95_s: PositiveSeconds
    """The slow end of it."""
    land_use: LandUseTable | None = None
    """Left out, every junction is as likely as another."""
    unit_shares: Annotated[list[Share], Field(min_length=3, max_length=3, default=[1.0, 0.0, 0.0]),
                           Expected("a list of 3 shares, of calls for one, two and three units")]
    """Of the calls that need a unit."""
    talk_median_s: PositiveSeconds = 90.0
    """Of the call-taker with the caller."""
    talk_p95_s: PositiveSeconds = 240.0
    """The slow end of it."""
    n_calltakers: CountFrom1 | None = None
    """Left out, nobody waits for a call-taker."""
    p_unfounded: Probability = 0.0
    """The units find nothing."""
    p_citation: Probability = 0.0
    """Of founded calls; what is neither this nor an arrest is settled with a warning."""
    p_arrest: Probability = 0.0
    """Of founded calls."""


class KindTable(Table):
    """One kind of incident."""

    source: Source
    per_day: PerDay
    """True number in 24 h in the whole city, seen or not."""
    hour_profile: Name
    """A profile of hour_of_week.json, one under profiles, or flat."""
    land_use: LandUseTable
    """Where it happens."""
    visible_median_s: PositiveSeconds
    """How long it can be seen happening."""
    visible_p95_s: PositiveSeconds
    """The slow end of it."""
    p_evidence_persists: Probability
    """What is left can be seen after it ended."""
    object_size_m: Annotated[float, Field(gt=0.0, le=100.0), Expected("a number of metres > 0")]
    """Height of what must be seen to tell what it is."""
    severity: Level
    """1 (minor) to 4 (danger to life)."""
    priority: Level
    """Of the call; 1 is served first."""
    p_needs_unit: Probability
    """A confirmed case needs a unit at the place; else it is recorded and referred."""
    stays_mean_s: Seconds
    """How long the offender stays near after the visible end, on average (exponential)."""
    p_citation: Probability
    """Of cases where the offender is met; what is neither this nor an arrest is a warning."""
    p_arrest: Probability
    """Of cases where the offender is met."""
    p_noticed_at_best: Probability
    """Ceiling of the probability that an inspector notices it, however large it is on the screen."""
    notice_size_m: Annotated[float, Field(gt=0.0, le=100.0), Expected("a number of metres > 0")] | None = None
    """Height of what catches the eye, such as the arm that throws; left out, of the object itself."""
