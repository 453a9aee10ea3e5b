"""How units work, as values: their times, how they move and where they stand, and what the public asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrols:
    """How units work."""

    post_s: float
    """Time a unit stays near one point of its beat."""
    handover: Spread
    """From the call's creation to the duty unit's order."""
    acknowledge: Spread
    turnout: Spread
    scene: Spread
    paperwork: Spread
    travel_sigma: float
    """Spread of the logarithm of driven over free-flow time."""
    speed_factor: float
    """Multiplies free-flow speed: 1 on a dry day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedWindow:
    """A stretch of time in which everybody moves slower or faster, as in snow."""

    from_s: float
    to_s: float
    factor: float
    """Multiplies speed; windows that overlap multiply each other."""


class UnitKind(IntEnum):
    """How a unit moves."""

    CAR = 0
    """Along the roads, at the roads' own speeds."""
    BICYCLE = 1
    FOOT = 2


class Posting(StrEnum):
    """Where a unit without a call is."""

    RANDOM = "random"
    """At a junction of its beat, each as likely as another."""
    HOT_SPOT = "hot_spot"
    """At one of the few junctions of its beat where most is expected to happen."""


class AtShiftEnd(StrEnum):
    """What becomes of a case whose unit goes off duty."""

    FINISH = "finish"
    """The unit finishes it."""
    HAND_OVER = "hand_over"
    """A unit that is coming on duty continues it."""
    PREEMPT = "preempt"
    """It goes back to its queue, and the next unit does what is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badges:
    """What a badge, a unit's body-worn live camera, changes."""

    share: float
    """Of units that wear one."""
    acknowledge: Spread
    """Of an order that came by badge; the others' come by radio."""
    p_evidence: float
    """Probability that the evidence of an offender met is complete."""
    p_evidence_attended: float
    """The same where an inspector attended the badge's picture."""
    p_join: float
    """Probability that a third party joins an attended picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBreaks:
    """When a unit on duty cannot be sent."""

    meal_after_s: float
    """From the shift's start to its first meal; the units of a shift go one after another."""
    meal_s: float
    """0 where there is none."""
    out_of_service_every_s: float
    """Mean time from one spell out of service to the next (exponential); 0 where there is none."""
    out_of_service: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """Optional parts of the units' work; as constructed, none of them is there."""

    bicycle_share: float = 0.0
    """Of the units of each shift, rounded to whole units; the rest go by car."""
    foot_share: float = 0.0
    bicycle_mps: float = 4.0
    foot_mps: float = 1.4
    badges: Badges | None = None
    breaks: UnitBreaks | None = None
    posting: Posting = Posting.RANDOM
    n_hot_spots: int = 3
    """Of each beat."""
    p_cancel: float = 0.0
    """Probability that somebody sees that the cause has gone, and cancels the unit on its way."""
    redirect_gap: int = 0
    """By how much a call's priority must be higher to take a unit that is on its way elsewhere; 0 means never."""
    at_shift_end: AtShiftEnd = AtShiftEnd.FINISH


PLAIN_FIELDWORK = Fieldwork()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDemand:
    """Calls from the public."""

    per_day: float
    """Mean number in 24 h in the whole city."""
    hour_weights: tuple[float, ...]
    """168 relative rates, Monday 00 h first, mean 1."""
    land_use_weights: tuple[float, ...]
    """Relative rate per junction, in the order of LandUse."""
    priority_shares: tuple[float, ...]
    """Of priority 1, 2, 3 and 4."""
    p_needs_unit: float
    unit_shares: tuple[float, ...]
    """Of the calls that need one, two and three units, among those that need any."""
    service: Spread
    """Time of each unit at the place."""
    talk: Spread
    """Of the call-taker with the caller, from the answer to the call's creation."""
    n_calltakers: int | None
    """Who answer in order of arrival; None means that there is always one more."""
    p_unfounded: float
    """Probability that the units find nothing."""
    p_citation: float
    """Of the others; what is left is settled with a warning."""
    p_arrest: float
