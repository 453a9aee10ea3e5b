"""A scenario: everything the model is told, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sim.city import City
from sim.errors import ModelError
from sim.fieldwork import PLAIN_FIELDWORK, CallDemand, Fieldwork

HOURS_PER_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A lognormal duration, stated as people state it: the middle and the slow end."""

    median_s: float
    p95_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentKind:
    """One kind of incident: how often, where, how long it can be seen and what it takes."""

    name: str
    per_day: float
    """Mean number that truly happen in the whole city in 24 h."""
    hour_weights: tuple[float, ...]
    """168 relative rates, Monday 00 h first, mean 1."""
    land_use_weights: tuple[float, ...]
    """Relative rate per junction, in the order of LandUse."""
    visible: Spread
    """How long it can be seen happening."""
    p_evidence_persists: float
    """Probability that what is left can be seen after it ended."""
    object_size_m: float
    """Height of what must be seen to notice it."""
    severity: int
    priority: int
    """Of the call; 1 is served first."""
    p_needs_unit: float
    """Probability that a confirmed case needs a unit at the place; else it is recorded and referred."""
    stays_mean_s: float
    """Mean time for which the offender stays near after the visible end (exponential)."""
    p_citation: float
    """Of cases where the offender is met; the rest are warnings."""
    p_arrest: float
    p_noticed_at_best: float
    """Ceiling of the probability that an inspector notices it, however long they look."""


class PlanKind(StrEnum):
    """How an inspector divides looks among their cameras."""

    ROUND_ROBIN = "round_robin"
    RISK_WEIGHTED = "risk_weighted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How inspectors look and decide."""

    plan: PlanKind
    look_s: float
    """Time one look at one tile takes."""
    watched_share: float
    """Share of the routed cameras that is on someone's plan at all."""
    px_half: float
    """Pixels on target at which a look notices with half its best probability."""
    px_slope: float
    """Steepness of that curve in the logarithm of pixels."""
    verify: Spread
    """Call up the camera, zoom, decide."""
    record: Spread
    """Write the case down."""
    p_confirm: float
    """Probability that an inspector who looks at a visible true offence confirms it."""
    p_false_confirm: float
    """Probability that a false alert is confirmed all the same."""
    compliance_slope: float
    """Cry-wolf curve: P(act on a true alert) = logistic(slope · (PPV − middle))."""
    compliance_middle: float
    ppv_window: int
    """Number of an inspector's latest alerts that form their sense of the alerts' worth."""
    ppv_prior: float
    """What an inspector expects of alerts before any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """How alerts reach the inspectors."""

    merge_window_s: float
    """False alerts of one camera within this time of the first are taken to be about one thing, and are one."""
    queue_limit: int
    """Alerts that can wait; a new one beyond it pushes out the oldest of the lowest level."""
    false_alert_life: Spread
    """How long a false alert stays worth showing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A daily shift; it may cross midnight."""

    name: str
    start_h: float
    length_h: float
    inspectors: int
    units: int
    officers: int | None = None
    """Duty officers, who order the units out; None: the order takes its time but waits for nobody."""

    def covers(self, hour: float) -> bool:
        """Say whether the shift is on duty at an hour of day, 0 ≤ hour < 24."""
        return (hour - self.start_h) % 24.0 < self.length_h


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
    """A stretch of time in which everybody moves slower or faster."""

    from_s: float
    to_s: float
    factor: float
    """Multiplies speed; windows that overlap multiply each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What an hour of duty costs."""

    currency: str
    inspector_per_h: float
    unit_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Where one group of a scenario's numbers comes from."""

    key: str
    source: str
    """A fact's source, or ``assumption: why``."""

    @property
    def is_assumption(self) -> bool:
        """Say whether nobody has measured it."""
        return self.source.startswith("assumption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All that one simulated stretch of time depends on, besides the seed."""

    name: str
    title: str
    story: str
    start_hour_of_week: float
    """0 is Monday 00:00."""
    duration_s: float
    city: City
    kinds: tuple[IncidentKind, ...]
    watching: Watching
    alerting: Alerting
    shifts: tuple[Shift, ...]
    patrols: Patrols
    costs: Costs
    statements: tuple[Statement, ...]
    digest: str
    """sha256 of the validated file, city included."""
    calls: CallDemand | None = None
    fieldwork: Fieldwork = PLAIN_FIELDWORK
    speed_windows: tuple[SpeedWindow, ...] = ()
    """That hold for units sent out in them."""

    def kind_index(self, name: str) -> int:
        """Return the index of an incident kind.

        Raises:
            ModelError: if the scenario has no such kind.
        """
        for index, kind in enumerate(self.kinds):
            if kind.name == name:
                return index
        raise ModelError(f"kind = {name}; expected one of {', '.join(kind.name for kind in self.kinds)}")
