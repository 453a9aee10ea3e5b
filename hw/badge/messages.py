"""What a badge and the control room say to each other, one line of JSON a message, whatever carries it.

Instants ``*_wall_s`` and ``wall_s`` are seconds since 1970-01-01 UTC by the sender's own clock, shown to people and
never used for order. Positions are degrees of WGS 84, north and east positive. Identities are the session's own: whole
numbers of units, calls and cameras, texts of at most 200 characters. No message carries a picture; the longest line has
16,384 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from sim.errors import WatchfloorError
from sim.input_records import UnitStep
from sim.records import Disposition

PROTOCOL = "watchfloor.badge/1"
MAX_LINE_BYTES = 16_384

Word: TypeAlias = Annotated[str, Field(max_length=200)]
Latitude: TypeAlias = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude: TypeAlias = Annotated[float, Field(ge=-180.0, le=180.0)]
Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


class MessageError(WatchfloorError):
    """What came is no message of the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a call came from: what decides whether an order may reach a real badge."""

    camera_id: int | None
    """As in the scenario; None for a call from the public."""
    is_real_camera: bool
    """Whether the alert was raised on a camera known to be real: no file, no drawn scene, no loopback."""
    is_confirmed_by_person: bool
    """False where a simulated inspector or a stand-in confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeOrder:
    """Go there: a call for one unit, as its badge shows it. Nothing in it identifies an observed person."""

    type: Literal["order"] = "order"
    order_id: Word
    """Session, call, unit and attempt, so that an order sent twice is known."""
    unit_id: int
    call_id: int
    kind: Word
    """Of the incident, in the scenario's words."""
    priority: int
    """A whole number ≥ 1; 1 is served first."""
    lat_deg: Latitude
    """Where to go, -90 to 90."""
    lon_deg: Longitude
    """Where to go, -180 to 180."""
    issued_wall_s: float
    """Seconds since 1970, by the control room's clock."""
    is_exercise: bool
    origin: Origin

    @property
    def marking(self) -> str:
        """EXERCISE, or nothing; shown wherever the order is."""
        return "EXERCISE" if self.is_exercise else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeReport:
    """What a unit did about an order."""

    type: Literal["report"] = "report"
    number: Annotated[int, Field(ge=1)]
    """Counts the reports of one badge's memory from 1, so that a report sent twice is known."""
    order_id: Word
    """Of the order that it is about."""
    step: UnitStep
    disposition: Disposition | None = None
    """With ``clear``: how the case ended."""
    wall_s: float
    """When the badge noted it: seconds since 1970, by its own clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Where a badge is and how it does; the newest counts, none is kept."""

    type: Literal["telemetry"] = "telemetry"
    wall_s: float
    """When the badge was there: seconds since 1970, by its own clock."""
    lat_deg: Latitude
    """-90 to 90."""
    lon_deg: Longitude
    """-180 to 180."""
    battery: Share | None = None
    """What is left of its charge, 0 to 1; None where it cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The control room's first word: prove that you know the key."""

    type: Literal["challenge"] = "challenge"
    protocol: Word = PROTOCOL
    nonce: Word
    """Drawn anew for each link, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A badge's first word."""

    type: Literal["hello"] = "hello"
    unit_id: int
    badge_id: Word
    """Of the badge's memory, so that a new memory's reports are not taken for old ones."""
    is_simulated: bool
    """Whether a program wears it, as the badge says of itself."""
    nonce: Word
    """Drawn anew for each link, hexadecimal."""
    proof: Word
    """That it knows the key: see ``hw.badge.proof``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The badge is known; the control room proves that it knows the key too."""

    type: Literal["welcome"] = "welcome"
    is_exercise: bool
    proof: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """The other side is not wanted."""

    type: Literal["goodbye"] = "goodbye"
    why: Word
    """For the badge's wearer to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The badge keeps the order; it need not be sent again."""

    type: Literal["received"] = "received"
    order_id: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The badge will not show the order."""

    type: Literal["refused"] = "refused"
    order_id: Word
    why: Word
    """For the control room to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The control room keeps the report; it need not be sent again."""

    type: Literal["taken"] = "taken"
    number: int
    """Of the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Are you there?"""

    type: Literal["ping"] = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """Yes."""

    type: Literal["pong"] = "pong"


FromBadge: TypeAlias = Hello | Received | Refused | BadgeReport | Telemetry | Pong
FromStation: TypeAlias = Challenge | Welcome | Goodbye | BadgeOrder | Taken | Ping
Message: TypeAlias = FromBadge | FromStation

_MESSAGES: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


def encode(message: Message) -> bytes:
    """Return a message as a line of JSON in UTF-8, ended by a line feed."""
    return to_json(message) + b"\n"


def decode(line: bytes) -> Message:
    """Return the message of a line of at most ``MAX_LINE_BYTES``, with or without its line feed.

    Raises:
        MessageError: if it is longer, no JSON, of no known type, or a field is missing or out of its range.
    """
    if len(line) > MAX_LINE_BYTES:
        raise MessageError(f"badge message of {len(line)} bytes; expected at most {MAX_LINE_BYTES}")
    try:
        return _MESSAGES.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "line"
        raise MessageError(f"badge message: {where} = {str(first['input'])[:80]}; {first['msg']}") from None
