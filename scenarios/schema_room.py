"""The optional tables of a scenario file on the control room: rest, tiredness, archive, badges, several rooms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import CountFrom1, Name, PerDay, PositiveSeconds, Probability, Source, Text

Minutes = Annotated[float, Field(gt=0.0, le=1440.0), Expected("a number of minutes > 0")]
District = Annotated[int, Field(ge=0, le=10_000), Expected("a district's name or its number from 0")] | Text


class BreaksTable(Table):
    """How inspectors rest. Left out, nobody does."""

    source: Source
    spell_min: Minutes
    """Longest time at the screens (vig.spell_max: an hour is the most that is desirable, Tickner & Poulton 1973)."""
    break_min: Minutes
    """How long one is away from them."""


class VigilanceTable(Table):
    """How looks come slower with the time at the screens: v(t) = 1 − δ(1 − e^(−t/τ)). Left out, they do not."""

    source: Source
    delta: Annotated[float, Field(ge=0.0, le=0.95), Expected("a share from 0 to 0.95")]
    """Share of looks that lapses in the end (vig.profile: 0.25 novice, 0.15 generalist, 0 specialist)."""
    tau_min: Minutes
    """How fast: the time constant."""


class ArchiveTable(Table):
    """Searches of recorded video for crimes, which inspectors do when no alert waits."""

    source: Source
    per_day: PerDay
    """Searches asked for in 24 h."""
    hour_profile: Name
    """A profile of hour_of_week.json, one under profiles, or flat."""
    kind: Name
    """What is searched for; of the incidents of this kind, if there is one, arrests count as solved crimes too."""
    duration_median_s: PositiveSeconds
    """Of one search."""
    duration_p95_s: PositiveSeconds
    """The slow end of it."""
    p_solved: Probability
    """A search solves its crime."""
    at_most: CountFrom1
    """Inspectors who search at once."""


class RoomTable(Table):
    """One control room of several."""

    source: Source
    districts: Annotated[list[District], Field(min_length=1)]
    """Names or numbers of the districts whose cameras it watches."""
    overflow_to: Name | None = None
    """Room that takes its new alerts when nobody is free and the queue is long."""
    overflow_at: Annotated[int, Field(ge=0, le=10_000_000), Expected("a whole number ≥ 0")] | None = None
    """How long: alerts that wait."""
