"""The optional parts of the inspectors' work, as values: breaks, tiredness, archive, badges, rooms, ends of shifts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """How inspectors rest: the longest spell at the screens, and how long they are away."""

    spell_s: float
    break_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigilance:
    """How looks come slower in a spell of watching: v(t) = 1 − δ(1 − e^(−t/τ))."""

    delta: float
    """0 ≤ δ < 1."""
    tau_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Searches of recorded video for crimes, on request."""

    per_day: float
    hour_weights: tuple[float, ...]
    """168 relative rates, Monday 00 h first, mean 1."""
    kind: str
    """What is searched for, in a word."""
    duration: Spread
    p_solved: float
    at_most: int
    """Inspectors who search at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeAttention:
    """How inspectors attend the live picture of the unit at their own case."""

    p_attend: float
    """Probability that a free inspector does."""
    attend: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRoom:
    """One control room of several: which districts' cameras it watches, and where its alerts overflow to."""

    name: str
    districts: tuple[int, ...]
    """Indices of the city's districts."""
    overflow_to: str | None = None
    overflow_at: int = 0
    """Alerts that wait when a new one goes to the other room instead, if nobody is free."""


class QueueOrder(StrEnum):
    """Which waiting alert an inspector takes next; one of the highest likelihood level in any case."""

    LIKELIHOOD = "likelihood"
    """The oldest of that level."""
    LIKELIHOOD_AND_LOAD = "likelihood_and_load"
    """The oldest, or the newest while more alerts wait than inspectors are on duty in the room: not all can then be
    looked at in time, and what a newer one shows will last longer."""


class Preemption(StrEnum):
    """Whether a likelier alert takes an inspector off a less likely one, where nobody is free."""

    NONE = "none"
    RESUME = "resume"
    """It does; the other waits again, before all of its level, and what was done of its verification stays done."""


class ShiftEnd(StrEnum):
    """What inspectors who go off duty do with a case in work."""

    FINISH = "finish"
    HAND_OVER = "hand_over"
    """They pass it to a free inspector; where nobody is free, they finish it."""
    PREEMPT = "preempt"
    """A verification goes back to the front of its queue; other cases are handed over or wait for it."""
