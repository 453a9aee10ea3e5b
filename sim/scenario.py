"""A scenario: everything the model is told, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.city import F8, City, LandUse
from sim.errors import ModelError
from sim.fieldwork import PLAIN_FIELDWORK, CallDemand, Fieldwork, Patrols, SpeedWindow
from sim.inspector_model import InspectorDraws
from sim.occasions import CameraFailures, Drift, NearRepeat, Operation, Outage, Overlay, ScriptedIncident
from sim.roomwork import Archive, BadgeAttention, Breaks, Preemption, QueueOrder, ShiftEnd, Vigilance, WatchRoom

HOURS_PER_WEEK = 168
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


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
    """Height of what must be seen to tell what it is."""
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
    notice_size_m: float | None = None
    """Height of what catches the eye, such as the arm that throws; None where that is the object itself."""


class PlanKind(StrEnum):
    """How an inspector divides looks among their cameras."""

    ROUND_ROBIN = "round_robin"
    RISK_WEIGHTED = "risk_weighted"
    RATES = "rates"
    """Each look goes to a camera with probability proportional to ``Scenario.watching_rates`` in that hour."""


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
    briefing: tuple[str, ...] | None = None
    """Kinds that inspectors were told to look for; None means all."""
    p_unbriefed: float = 1.0
    """Of what would be noticed if it were on the briefing, the share that is noticed though it is not."""
    prevalence: bool = False
    """Whether rare kinds are missed more often, as in visual search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """How alerts reach the inspectors."""

    merge_window_s: float
    """False alerts of one camera within this time of the first are taken to be about one thing, and are one."""
    queue_limit: int
    """Alerts that can wait; a new one beyond it pushes out the oldest of the lowest level."""
    false_alert_life: Spread
    """How long a false alert stays worth showing."""
    merge_radius_m: float | None = None
    """Alerts about one thing from cameras within this distance are one; None joins those of one camera only."""
    queue_order: QueueOrder = QueueOrder.LIKELIHOOD
    preemption: Preemption = Preemption.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A daily shift; it may cross midnight."""

    name: str
    start_h: float
    length_h: float
    inspectors: int
    units: int
    room: str | None = None
    """Control room of its inspectors; None where there is only one."""
    officers: int | None = None
    """Duty officers, who order the units out; None: the order takes its time but waits for nobody."""

    def covers(self, hour: float) -> bool:
        """Say whether the shift is on duty at an hour of day, 0 ≤ hour < 24, to the millisecond."""
        return round((hour - self.start_h) * HOUR_MS) % DAY_MS < round(self.length_h * HOUR_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What an hour of duty costs."""

    currency: str
    inspector_per_h: float
    unit_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optics:
    """Day, night and lamps; a factor multiplies the pixels on target that count."""

    sunrise_h: float
    """Hour of the local clock; may lie below 0."""
    sunset_h: float
    """After sunrise; may lie above 24."""
    night_lit_factor: float
    """By night under street lights, or within ``infrared_m``."""
    night_dark_factor: float
    """By night elsewhere."""
    infrared_m: float
    """Reach of the cameras' own lamps; 0 where they have none."""
    lit_uses: tuple[LandUse, ...]
    """Uses of the land that have street lights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoom:
    """Moving a camera onto a target and zooming in, and what that tells."""

    time: Spread
    """To pan, zoom and settle."""
    px_to_tell: float
    """Pixels on target at which half can be told what it is."""
    px_slope: float
    """Steepness of that curve in the logarithm of pixels."""


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


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
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
    near_repeat: NearRepeat | None = None
    overlays: tuple[Overlay, ...] = ()
    speed_windows: tuple[SpeedWindow, ...] = ()
    script: tuple[ScriptedIncident, ...] = ()
    outages: tuple[Outage, ...] = ()
    camera_failures: CameraFailures | None = None
    drift: Drift | None = None
    operation: Operation | None = None
    """An operation's published counts, to be told beside the finds."""
    optics: Optics | None = None
    """None where night is as good as day."""
    zoom: Zoom | None = None
    """None where zooming in takes no time and tells everything."""
    breaks: Breaks | None = None
    vigilance: Vigilance | None = None
    archive: Archive | None = None
    badge: BadgeAttention | None = None
    rooms: tuple[WatchRoom, ...] = ()
    """Empty: one room watches all."""
    shift_end: ShiftEnd = ShiftEnd.FINISH
    watching_rates: F8 | None = None
    """(24 or 168, c) relative rate of looks at each camera by hour of day, or of week from Monday 00 h; for
    PlanKind.RATES."""
    inspector_draws: InspectorDraws | None = None
    """What the inspector model that it names leaves open; None where it names none."""
    calls: CallDemand | None = None
    fieldwork: Fieldwork = PLAIN_FIELDWORK

    def room_index(self, name: str | None) -> int:
        """Return the index of a control room; 0 where there is only one.

        Raises:
            ModelError: if the scenario has no such room.
        """
        names = [room.name for room in self.rooms]
        if not names and name is None:
            return 0
        if name not in names:
            raise ModelError(f"room = {name}; expected one of {', '.join(names) or 'none, as there are no rooms'}")
        return names.index(name)

    def camera_rooms(self) -> list[int]:
        """Return the control room of each camera.

        Raises:
            ModelError: if a district is not watched by exactly one room.
        """
        if not self.rooms:
            return [0] * self.city.cameras.n_cameras
        room_of = np.full(len(self.city.district_names), -1, dtype=np.int64)
        for index, room in enumerate(self.rooms):
            for district in room.districts:
                if not 0 <= district < room_of.size or room_of[district] >= 0:
                    raise ModelError(f"rooms.{room.name}.districts has {district}; expected districts 0 to "
                                     f"{room_of.size - 1}, each in one room")
                room_of[district] = index
        if (room_of < 0).any():
            missing = self.city.district_names[int(np.argmin(room_of))]
            raise ModelError(f"rooms: nobody watches district {missing}; expected each district in one room")
        return [int(room) for room in room_of[self.city.cameras.district]]

    def kind_index(self, name: str) -> int:
        """Return the index of an incident kind.

        Raises:
            ModelError: if the scenario has no such kind.
        """
        for index, kind in enumerate(self.kinds):
            if kind.name == name:
                return index
        raise ModelError(f"kind = {name}; expected one of {', '.join(kind.name for kind in self.kinds)}")
