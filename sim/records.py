"""The records that flow through a city day: what happens, what is claimed, what is confirmed, who is sent.

No record has a field that could identify an observed person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from sim.errors import ModelError


class Disposition(StrEnum):
    """How a case ended."""

    CITATION = "citation"
    WARNING = "warning"
    ARREST = "arrest"
    REFERRED = "referred"
    """Confirmed, recorded, and no unit was needed."""
    GONE_ON_ARRIVAL = "gone_on_arrival"
    UNABLE_TO_LOCATE = "unable_to_locate"
    UNFOUNDED = "unfounded"
    DUPLICATE = "duplicate"
    CANCELED = "canceled"


class UnitState(IntEnum):
    """What a patrol is doing."""

    OFF_DUTY = 0
    AVAILABLE = 1
    DISPATCHED = 2
    EN_ROUTE = 3
    ON_SCENE = 4
    COMMITTED = 5
    """Paperwork after the scene."""
    RETURNING = 6
    OUT_OF_SERVICE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What truly happens in the city; no policy ever sees it."""

    incident_id: int
    kind: str
    x_m: float
    y_m: float
    occur_s: float
    """Seconds from scenario start."""
    visible_end_s: float
    object_size_m: float
    severity: int
    """1 (minor) to 4 (danger to life)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A machine's claim that something happened; it may be false."""

    alert_id: int
    camera_id: int
    kind: str
    detect_s: float
    """Seconds from the start of the scenario or of the stream."""
    score: float
    """0 to 1; an alert set is nested in the threshold on it."""
    level: int
    """Likelihood level, 1 (slight) to 4 (near certain)."""
    detector: str
    box_xyxy: tuple[float, float, float, float] | None = None
    """Pixels (left, top, right, bottom) in the frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An inspector saw something by watching."""

    sighting_id: int
    inspector_id: int
    camera_id: int
    kind: str
    seen_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An alert, a sighting or a public call that a person confirmed.

    Raises:
        ModelError: if no person is named: nothing is dispatched unconfirmed.
    """

    call_id: int
    kind: str
    place: tuple[float, float]
    """(x_m, y_m) in the city's plane."""
    priority: int
    """1 is served first."""
    call_create_s: float
    inspector_id: int | None = None
    calltaker_id: int | None = None
    alert_id: int | None = None
    sighting_id: int | None = None

    def __post_init__(self) -> None:
        if self.inspector_id is None and self.calltaker_id is None:
            raise ModelError("Call: inspector_id = None; expected the inspector or call-taker who confirmed it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A unit sent to a call, with the instants of its work."""

    call_id: int
    unit_id: int
    dispatch_s: float
    acknowledge_s: float | None = None
    enroute_s: float | None = None
    on_scene_s: float | None = None
    unit_clear_s: float | None = None
    disposition: Disposition | None = None
