"""The tables of a scenario file for the units' optional parts: how they move, their badges, and their breaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import PositiveSeconds, Probability, Share, Source

MetresPerSecond = Annotated[float, Field(gt=0.0, le=60.0), Expected("a speed in metres per second > 0")]


class UnitsTable(Table):
    """How the units of each shift move; those left over go by car."""

    source: Source
    bicycle_share: Share = 0.0
    foot_share: Share = 0.0
    bicycle_mps: MetresPerSecond = 4.0
    foot_mps: MetresPerSecond = 1.4


class BadgesTable(Table):
    """Badges, the units' body-worn live cameras."""

    source: Source
    share: Share
    """Of units that wear one; orders reach the others by radio."""
    acknowledge_median_s: PositiveSeconds
    """Of an order by badge; that by radio is in patrols."""
    acknowledge_p95_s: PositiveSeconds
    p_evidence: Probability
    """The evidence of an offender met is complete."""
    p_evidence_attended: Probability
    """The same where an inspector attended the badge's picture."""
    p_join: Probability
    """A third party joins an attended picture."""
    p_attend: Probability = 0.0
    """The inspector who confirmed a case attends the picture of its unit, if they are free when it arrives."""
    attend_median_s: PositiveSeconds = 120.0
    attend_p95_s: PositiveSeconds = 600.0


class UnitBreaksTable(Table):
    """When units on duty cannot be sent."""

    source: Source
    meal_after_h: Annotated[float, Field(ge=0.0, le=24.0), Expected("a number of hours from 0 to 24")] = 3.0
    """From the shift's start to the first unit's meal."""
    meal_min: Annotated[float, Field(ge=0.0, le=600.0), Expected("a number of minutes from 0 to 600")] = 0.0
    """0 means no meal."""
    out_of_service_every_h: Annotated[float, Field(ge=0.0, le=10_000.0), Expected("a number of hours ≥ 0")] = 0.0
    """Mean time of a unit from one spell out of service to the next; 0 means none."""
    out_of_service_median_s: PositiveSeconds = 1_800.0
    out_of_service_p95_s: PositiveSeconds = 7_200.0
