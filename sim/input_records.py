"""What comes into a running world from outside, as values: inputs, their kinds, and the record that each carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sim.errors import ModelError
from sim.records import Alert, Disposition, Sighting


class InputKind(StrEnum):
    """What an outside stimulus is; its payload is the record named beside it."""

    ALERT = "alert"
    """Alert."""
    SIGHTING = "sighting"
    """Sighting, by a person."""
    TAKE = "take"
    """Take."""
    ZOOM = "zoom"
    """Zoom."""
    VIEW = "view"
    """TileView."""
    VERDICT = "verdict"
    """Verdict."""
    DISPATCH = "dispatch"
    """Order."""
    UNIT = "unit"
    """UnitReport."""
    FEED = "feed"
    """FeedReport."""
    INJECT = "inject"
    """Injection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A person turns to a waiting alert."""

    inspector_id: int
    alert_id: int
    """As in the log's rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoom:
    """A person turns and zooms a camera."""

    inspector_id: int
    camera_id: int
    pan_deg: float
    tilt_deg: float
    hfov_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TileView:
    """A person puts a camera on a tile of their wall."""

    inspector_id: int
    tile: int
    camera_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A person confirms or rejects the case in their hands: an alert that they took, or their own sighting.

    Raises:
        ModelError: if it names both or neither.
    """

    inspector_id: int
    is_confirmed: bool
    alert_id: int | None = None
    sighting_id: int | None = None
    kind: str | None = None
    """What the person says it is; None leaves what was claimed."""
    priority: int | None = None
    """None leaves the kind's own."""
    note_ref: str | None = None
    """The person's note, or where it is kept."""
    place: str | None = None
    """Where it happens, in the person's words."""

    def __post_init__(self) -> None:
        if (self.alert_id is None) == (self.sighting_id is None):
            raise ModelError(f"Verdict: alert_id = {self.alert_id}, sighting_id = {self.sighting_id}; expected exactly "
                             "one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A person sends a unit to a call that was confirmed in a person's seat, or leaves the choice to the desk."""

    inspector_id: int
    call_id: int
    unit_id: int | None
    """None: the dispatch policy chooses."""


class UnitStep(StrEnum):
    """How far a unit outside says it is, in this order."""

    ACKNOWLEDGE = "acknowledge"
    ENROUTE = "enroute"
    ON_SCENE = "on_scene"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """A unit outside, known by its badge, reports its work."""

    unit_id: int
    call_id: int
    report: UnitStep
    disposition: Disposition | None = None
    """How the case ended; with ``clear`` only."""


class SourceState(StrEnum):
    """Where a source of pictures stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    BACKOFF = "backoff"
    DEAD = "dead"


SOURCE_STATES = tuple(SourceState)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """A real camera's picture went or came back, or its feed stands elsewhere."""

    camera_id: int
    is_seen: bool
    state: SourceState | None = None
    """Where the feed stands now; None where only the picture is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """An instructor lets something happen, in view of a camera or at a place.

    Raises:
        ModelError: if it names both a camera and a place, or neither, or cannot be seen.
    """

    kind: str
    visible_s: float
    camera_id: int | None = None
    x_m: float | None = None
    y_m: float | None = None
    object_size_m: float | None = None
    """None leaves the kind's own."""

    def __post_init__(self) -> None:
        n_coordinates = (self.x_m is not None) + (self.y_m is not None)
        if n_coordinates != (2 if self.camera_id is None else 0):
            raise ModelError(f"Injection: camera_id = {self.camera_id}, x_m = {self.x_m}, y_m = {self.y_m}; expected "
                             "a camera, or both coordinates of a place")
        if self.visible_s <= 0.0 or (self.object_size_m is not None and self.object_size_m <= 0.0):
            raise ModelError(f"Injection: visible_s = {self.visible_s}, object_size_m = {self.object_size_m}; expected "
                             "more than 0")


Payload: TypeAlias = (
    Alert | Sighting | Take | Zoom | TileView | Verdict | Order | UnitReport | FeedReport | Injection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An outside stimulus to a running world: a real alert, a key press, an acknowledgement.

    Trace + inputs ⇒ log: a live run replays to the identical log from its recorded inputs.
    """

    seq: int
    t_s: float
    kind: InputKind
    payload: Payload | None = None
