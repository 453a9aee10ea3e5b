"""The tables of a scenario file on the units: their work, how they move, their badges, and their breaks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import CountFrom1, PositiveSeconds, Probability, Share, Source

MetresPerSecond = Annotated[float, Field(gt=0.0, le=60.0), Expected("a speed in metres per second > 0")]


class PatrolsTable(Table):
    """How units work."""

    source: Source
    post_s: PositiveSeconds
    """Time a unit stays near one point of its beat."""
    handover_median_s: PositiveSeconds
    """From the call's creation to the duty unit's order."""
    handover_p95_s: PositiveSeconds
    """The slow end of it."""
    acknowledge_median_s: PositiveSeconds
    """From the order to the unit's answer by radio."""
    acknowledge_p95_s: PositiveSeconds
    """The slow end of it."""
    turnout_median_s: PositiveSeconds
    """From the answer until it drives."""
    turnout_p95_s: PositiveSeconds
    """The slow end of it."""
    scene_median_s: PositiveSeconds
    """At the place."""
    scene_p95_s: PositiveSeconds
    """The slow end of it."""
    paperwork_median_s: PositiveSeconds
    """After the scene, until it is free."""
    paperwork_p95_s: PositiveSeconds
    """The slow end of it."""
    travel_sigma: Annotated[float, Field(ge=0.0, le=3.0), Expected("a number from 0 to 3")]
    """Spread of the logarithm of driven over free-flow time."""
    speed_factor: Annotated[float, Field(gt=0.0, le=10.0), Expected("a number > 0")]
    """Of the free-flow speed: 1 on a dry day."""
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
    """What becomes of a case in work whose unit goes off duty."""


class UnitsTable(Table):
    """How the units of each shift move; those left over go by car."""

    source: Source
    bicycle_share: Share = 0.0
    """Of the units of each shift that ride."""
    foot_share: Share = 0.0
    """Of the units of each shift that walk."""
    bicycle_mps: MetresPerSecond = 4.0
    """How fast they ride."""
    foot_mps: MetresPerSecond = 1.4
    """How fast they walk."""


class BadgesTable(Table):
    """Badges, the units' body-worn live cameras."""

    source: Source
    share: Share
    """Of units that wear one; orders reach the others by radio."""
    acknowledge_median_s: PositiveSeconds
    """Of an order by badge; that by radio is in patrols."""
    acknowledge_p95_s: PositiveSeconds
    """The slow end of it."""
    p_evidence: Probability
    """The evidence of an offender met is complete."""
    p_evidence_attended: Probability
    """The same where an inspector attended the badge's picture."""
    p_join: Probability
    """A third party joins an attended picture."""
    p_attend: Probability = 0.0
    """The inspector who confirmed a case attends the picture of its unit, if they are free when it arrives."""
    attend_median_s: PositiveSeconds = 120.0
    """How long they attend it."""
    attend_p95_s: PositiveSeconds = 600.0
    """The slow end of it."""


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
    """How long a spell lasts."""
    out_of_service_p95_s: PositiveSeconds = 7_200.0
    """The slow end of it."""
