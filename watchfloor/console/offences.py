"""Incidents as they are drawn: who walks up, what they do, and how it is put into a place that is otherwise quiet."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from hw.drawing.actors import Actor, Brush
from hw.drawing.cast import make_cast
from hw.drawing.coverage import F8
from hw.drawing.eye import Box, Eye, Point
from hw.drawing.items import ITEMS
from hw.drawing.script import Deed, Drinks, Falls, Fights, Litters, Role, Spot
from hw.drawn import DrawnScene
from hw.optics import Mount, View
from watchfloor.console.streets import quiet_script

LEAD_S = 9.0
"""So long before an incident begins those who will act walk into the picture …"""
TRAIL_S = 12.0
"""… and so long after its end what is left of it is still drawn."""

_SPEED_MPS = 1.3
_SETS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("hooligan", "fight", "crime", "robbery", "assault"), "fight"),
    (("drink", "alcohol"), "drink"),
    (("drunk", "down", "fall"), "fall"),
)
"""Words in a kind's name, and how it is played; everything else is a thing that is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Later:
    """An actor whose own clock starts later than the scene's."""

    actor: Actor
    by_s: float
    actor_id: int = 0
    kind: str = ""

    def is_there(self, t_s: float) -> bool:
        """Say whether it exists at an instant."""
        return self.actor.is_there(t_s - self.by_s)

    def place(self, t_s: float) -> Point:
        """Return where it is."""
        return self.actor.place(t_s - self.by_s)

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round it."""
        return self.actor.box(eye, t_s - self.by_s)

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint it."""
        self.actor.paint(brush, t_s - self.by_s)

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return its shadow's outline."""
        return self.actor.shadow(t_s - self.by_s, towards_sun, length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """An incident put into a camera's picture."""

    incident_id: int
    kind: str
    from_s: float
    """Scenario second at which it begins."""
    until_s: float
    """When it can no longer be seen."""
    object_size_m: float

    def is_drawn(self, t_s: float) -> bool:
        """Say whether anything of it is in the picture."""
        return self.from_s - LEAD_S <= t_s <= self.until_s + TRAIL_S


def with_incident(scene: DrawnScene, staged: Staged, *, loop_s: float, t_s: float) -> DrawnScene:
    """Return a quiet scene, at ``loop_s`` of its loop, with an incident that is at scenario second ``t_s``."""
    added = [Later(actor=actor, by_s=loop_s - (t_s - staged.from_s)) for actor in _actors(scene, staged)]
    return dataclasses.replace(scene, actors=(*scene.actors, *added))


def spot_of(staged: Staged) -> Spot:
    """Return where in the place it happens, metres east and north of the camera's foot."""
    rng = np.random.Generator(np.random.Philox(key=[staged.incident_id, 77]))
    return float(rng.uniform(-4.0, 4.0)), float(rng.uniform(9.5, 12.5))


def close_view(scene: DrawnScene, staged: Staged, *, hfov_deg: float) -> View:
    """Return the view that has the incident's spot on the ground in its middle."""
    x, y = spot_of(staged)
    return View(pan_deg=-math.degrees(math.atan2(x, y)), hfov_deg=hfov_deg,
                tilt_deg=-math.degrees(math.atan2(scene.mount.height_m, math.hypot(x, y))))


def play_of(kind: str) -> str:
    """Return how incidents of a kind are played: fight, drink, fall or drop."""
    return next((play for words, play in _SETS if any(word in kind for word in words)), "drop")


_known: dict[tuple[int, str, float, Mount, float], list[Actor]] = {}


def _actors(scene: DrawnScene, staged: Staged) -> list[Actor]:
    """Return who acts, on a clock whose 0 is the incident's beginning; made once."""
    key = (staged.incident_id, staged.kind, staged.from_s, scene.mount, staged.object_size_m)
    if key not in _known:
        if len(_known) > 64:
            _known.pop(next(iter(_known)))
        bare = dataclasses.replace(quiet_script(scene.name), roles=_roles(staged), blocks=(), passers=(), drives=())
        rng = np.random.Generator(np.random.Philox(key=[staged.incident_id, 78]))
        _known[key] = list(make_cast(bare, rng, is_dark=scene.condition.ambient < 0.5).actors)
    return _known[key]


def _roles(staged: Staged) -> tuple[Role, ...]:
    spot, stays_s = spot_of(staged), max(4.0, staged.until_s - staged.from_s)
    match play_of(staged.kind):
        case "fight":
            end_s = stays_s - 0.5
            return (_role("fighter_a", spot, -0.42, stays_s, Fights(other="fighter_b", start_s=0.0, end_s=end_s)),
                    _role("fighter_b", spot, 0.42, stays_s, Fights(other="fighter_a", start_s=0.0, end_s=end_s)))
        case "drink":
            return (_role("drinker", spot, -0.6, stays_s, Drinks(start_s=0.0, end_s=stays_s)),
                    _role("friend", spot, 0.6, stays_s, Drinks(start_s=2.0, end_s=stays_s, item="can")))
        case "fall":
            return (_role("drunk", spot, 0.0, stays_s, Falls(t_s=0.0, lie_s=stays_s)),)
        case _:
            return (_role("litterer", spot, 0.0, min(stays_s, 8.0),
                          Litters(item=_item_of(staged.object_size_m), t_s=0.0, throw_to=(spot[0], spot[1] - 0.7))),)


def _role(name: str, spot: Spot, aside_m: float, stays_s: float, deed: Deed) -> Role:
    side = -1.0 if aside_m < 0.0 else 1.0
    x, y = spot[0] + aside_m, spot[1]
    away_s = LEAD_S * 2.0
    return Role(name=name, faces=(spot[0] - side * 0.1, y) if aside_m else (x, y - 5.0), deeds=(deed,),
                knots=((-away_s, x + side * _SPEED_MPS * away_s, y + 1.5), (-1.5, x, y), (stays_s, x, y),
                       (stays_s + away_s, x - side * _SPEED_MPS * away_s, y + 1.0)))


def _item_of(size_m: float) -> str:
    """Return the thing whose size is nearest."""
    things = ("cigarette_butt", "matchbox", "cigarette_pack", "wrapper", "bottle", "plastic_bag")
    return min(things, key=lambda name: abs(math.log(ITEMS[name].length_m / max(size_m, 0.01))))
