"""A scene as it is written down: the place, the camera, and who does what when."""

from __future__ import annotations

from dataclasses import dataclass

from hw.drawing.backdrop import Lamp
from hw.drawing.canvas import Colour
from hw.drawing.items import Item
from hw.optics import Mount, View

Spot = tuple[float, float]
"""Metres east and north of the camera's foot."""
Knot = tuple[float, float, float]
"""Second, and metres east and north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Litters:
    """Drops something or throws it away."""

    item: str | Item
    """One of ITEMS by name, or a thing of one's own."""
    t_s: float
    """When the hand lets go."""
    throw_to: Spot | None = None
    """Where it first lands; None lets it fall beside the foot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutsDown:
    """Puts something down, which then stands there."""

    item: str
    t_s: float
    """When it touches the ground."""
    taken_s: float | None = None
    """When it is taken up again."""
    taken_by: str = ""
    """Role who takes it; whoever put it down if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """Carries something all the time."""

    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drinks:
    """Drinks from a bottle now and then."""

    start_s: float
    end_s: float
    item: str = "bottle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sits:
    """Sits on something."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """Falls and lies."""

    t_s: float
    lie_s: float
    is_backwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fights:
    """Fights with another role."""

    other: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loiters:
    """Stays about for no purpose; told as an event, the walk itself is in the role's knots."""

    start_s: float
    end_s: float


Deed = Litters | PutsDown | Carries | Drinks | Sits | Falls | Fights | Loiters


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One person's part."""

    name: str
    knots: tuple[Knot, ...]
    """Where and when; straight between."""
    deeds: tuple[Deed, ...] = ()
    faces: Spot | None = None
    rides: bool = False
    height_m: float | None = None
    wander_m: float = 0.0
    """Between the first two knots the person drifts about this far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passers:
    """People who only pass, alone or in groups, at random."""

    n: int
    start: tuple[Spot, Spot]
    """They appear somewhere between these two spots …"""
    end: tuple[Spot, Spot]
    """… and leave between these, or the other way round."""
    group: int = 1
    carries: tuple[str, ...] = ()
    """What some of them carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """People who come together, stay and go again."""

    n: int
    centre: Spot
    radius_m: float
    gather_s: float
    """The first arrives."""
    full_s: float
    """The last arrives."""
    part_s: float
    """The first leaves."""
    n_crowd: int = 10
    """From so many on it is told as a crowd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives:
    """A car or a dog on its way."""

    knots: tuple[Knot, ...]
    colour: Colour
    is_dog: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A box that stands in the scene: part of a bench, a kiosk, a shelter."""

    centre: Spot
    size_m: tuple[float, float, float]
    """East, north, up, before turning."""
    colour: Colour
    base_m: float = 0.0
    """Height of its lower side."""
    yaw_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A rectangle of the ground."""

    surface: str
    """paving, asphalt, grass or sand."""
    west_m: float
    east_m: float
    south_m: float
    north_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A house front from one spot to another, seen from its right side."""

    start: Spot
    end: Spot
    height_m: float = 6.0
    is_plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All of a scene but its chance."""

    name: str
    about: str
    """One line for lists."""
    mount: Mount
    view: View
    duration_s: float = 60.0
    size_wh: tuple[int, int] = (1280, 720)
    grounds: tuple[Ground, ...] = ()
    walls: tuple[Wall, ...] = ()
    blocks: tuple[Block, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    roles: tuple[Role, ...] = ()
    passers: tuple[Passers, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    drives: tuple[Drives, ...] = ()
    presets: tuple[View, ...] = ()
    """Views worth a closer look, for a camera that turns."""
