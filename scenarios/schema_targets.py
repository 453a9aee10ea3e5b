"""The tables of what was found: targets that a calibration fits the rates to, and an operation's published counts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scenarios.file_errors import Expected, Table
from scenarios.schema_words import Amount, CountFrom1, Name, Positive, Share, Source

Range = Annotated[list[Amount], Field(min_length=2, max_length=2), Expected("a list of the least and the most")]
KindNames = Annotated[list[Name], Field(min_length=1), Expected("a list of at least one kind")]


class NamedTable(Table):
    """Kinds that a count names together."""

    kinds: KindNames
    """Of the shares' kinds; of an operation, any of the file's."""
    n_stopped: CountFrom1
    """Of them together."""


class TargetsTable(Table):
    """What was found; it tells nothing of what happened unseen."""

    source: Source
    n_days: Positive
    """In which they were found."""
    offences: Range
    """Offences found in those days, those of crime_kinds left out."""
    crimes: Range | None = None
    """Crimes found or solved in those days."""
    crime_kinds: list[Name] = Field(default=[])
    """Kinds that are counted as crimes."""
    finds_per_inspector_day: Positive | None = None
    """The 95th percentile of what one post finds in 24 h is at most that."""
    shares: dict[Name, Share]
    """Share of each kind among the offences found; they sum to 1."""
    n_in_operation: CountFrom1 | None = None
    """Offences stopped in an operation, the whole of which the named counts are a part."""
    operation_days: Positive | None = None
    """How long it lasted; left out, nobody said."""
    named: dict[Name, NamedTable] = Field(default={})
    """Counts that the operation's report names, by a name of your own."""


class OperationTable(Table):
    """What an operation's report counted in its region, whoever found it: told beside the finds, and in no run."""

    source: Source
    n_stopped: CountFrom1
    """Offences stopped in all."""
    named: dict[Name, NamedTable] = Field(default={})
    """Counts that the report names, by a name of your own."""
