"""One seat of a training session."""

from __future__ import annotations

from dataclasses import dataclass, field

from watchfloor.console.session import Json, Seat
from watchfloor.training.checklist import Deed


@dataclass(slots=True, kw_only=True)
class Place:
    """What one seat has before it and has done beside the log."""

    seat: Seat
    trainee_id: str
    tiles: list[int]
    bookmarks: list[Json] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    """To a freeze's questions: the option chosen."""
    scales: dict[str, float] = field(default_factory=dict)
    """NASA-TLX so far."""
    has_finished: bool = False
