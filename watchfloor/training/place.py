"""One seat of a training session."""

from __future__ import annotations

from dataclasses import dataclass, field

from watchfloor.console.session import Json, Seat
from watchfloor.training.checklist import Deed
from watchfloor.training.freeze import Question


@dataclass(slots=True, kw_only=True)
class Place:
    """What one seat has before it and has done beside the log."""

    seat: Seat
    trainee_id: str
    tiles: list[int]
    bookmarks: list[Json] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    questions: tuple[Question, ...] = ()
    """Of the freeze that the session stands in."""
    asked: list[Question] = field(default_factory=list)
    """In all freezes so far."""
    answers: dict[str, int] = field(default_factory=dict)
    """To these: the option chosen."""
    scales: dict[str, float] = field(default_factory=dict)
    """NASA-TLX so far."""
    has_finished: bool = False
