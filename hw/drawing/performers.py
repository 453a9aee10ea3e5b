"""People, and the things that they hold, drop and take."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from hw.drawing.actors import Brush
from hw.drawing.acts import Act, Drink
from hw.drawing.coverage import F8
from hw.drawing.eye import Box, Eye, Point
from hw.drawing.flight import Flight
from hw.drawing.items import Item, Placed, item_box, paint_item
from hw.drawing.limbs import Body, Stand, body_box, hull_of, paint_body, shadow_outline
from hw.drawing.paths import Path
from hw.drawing.people import HANDLEBAR, STEP_M, Look, Pose, hand_place, person_body
from hw.drawing.vehicles import bicycle_box, paint_bicycle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Somebody who walks, stands and acts."""

    actor_id: int
    look: Look
    path: Path
    acts: tuple[Act, ...] = ()
    faces: tuple[float, float] | None = None
    """Where somebody who stands looks; None keeps the heading of the walk."""
    rides: bool = False
    """On a bicycle."""
    offset: float = 0.0
    """Of the stride and of small movements, 0 to 1."""
    kind: str = "person"

    def is_there(self, t_s: float) -> bool:
        """Say whether the person is in the scene."""
        return self.path.is_there(t_s)

    def place(self, t_s: float) -> Point:
        """Return where the person stands."""
        return self.stand(t_s).foot

    def stand(self, t_s: float) -> Stand:
        """Return where the person stands and which way."""
        step = self.path.step(t_s)
        heading = step.heading_rad
        if self.faces is not None and step.speed_mps == 0.0:
            heading = math.atan2(self.faces[1] - step.y_m, self.faces[0] - step.x_m)
        return Stand(foot=(step.x_m, step.y_m, 0.0), heading_rad=heading)

    def pose(self, t_s: float) -> Pose:
        """Return what the limbs do. Nobody who stands is quite still, so that only things come to rest."""
        return _pose(self, t_s)

    def _find_pose(self, t_s: float) -> Pose:
        step = self.path.step(t_s)
        stride_m = 2.0 * STEP_M * self.look.height_m / 1.75
        phase = (step.travelled_m / (stride_m if not self.rides else 4.5) + self.offset) % 1.0
        stride = min(1.6, step.speed_mps / 1.35) ** 0.7 if step.speed_mps > 0.0 else 0.0
        sway = math.sin(math.tau * (0.31 * t_s + self.offset)) + 0.6 * math.sin(math.tau * (0.83 * t_s - self.offset))
        pose = Pose(phase=phase if stride else 0.25 * self.offset, stride=stride,
                    lean=0.0 if stride else 0.045 * sway)
        if self.rides:
            pose = Pose(phase=phase, cycle=True, lean=0.45, right=HANDLEBAR, left=HANDLEBAR)
        for act in self.acts:
            if act.is_on(t_s):
                pose = act.bend(pose, t_s)
        return pose.quantised()

    def hand(self, t_s: float) -> Point:
        """Return where the right hand is."""
        ahead, left, up = hand_place(self.look, self.pose(t_s))
        stand = self.stand(t_s)
        c, s = math.cos(stand.heading_rad), math.sin(stand.heading_rad)
        return stand.foot[0] + c * ahead - s * left, stand.foot[1] + s * ahead + c * left, up

    def body(self, t_s: float) -> Body:
        """Return the limbs."""
        return person_body(self.look, self.pose(t_s))

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round the person, and the bicycle."""
        stand = self.stand(t_s)
        box = body_box(eye, self.body(t_s), stand)
        other = bicycle_box(eye, stand) if self.rides else None
        return box if box is None or other is None else _union(box, other)

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint the person."""
        stand, pose = self.stand(t_s), self.pose(t_s)
        light = brush.light_at(stand.foot[0], stand.foot[1])
        if self.rides:
            paint_bicycle(brush.canvas, stand, light=light)
        paint_body(brush.canvas, (self.look, pose), lambda: person_body(self.look, pose), stand, brush.store,
                   light=light)

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of the person's shadow."""
        stand = self.stand(t_s)
        return person_shadow(self.look, self.pose(t_s), stand.heading_rad, towards_sun, length) + stand.foot[:2]


@functools.lru_cache(maxsize=8192)
def person_shadow(look: Look, pose: Pose, heading_rad: float, towards_sun: tuple[float, float], length: float) -> F8:
    """Return the outline (n, 2) of the shadow of somebody who stands where x and y are 0."""
    return shadow_outline(person_body(look, pose), Stand(foot=(0.0, 0.0, 0.0), heading_rad=heading_rad), towards_sun,
                          length)


@functools.lru_cache(maxsize=1024)
def _pose(person: Person, t_s: float) -> Pose:
    """Each picture asks several times."""
    return person._find_pose(t_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing:
    """An item's life: in a hand, in flight, at rest, and in a hand again."""

    actor_id: int
    item: Item
    holder: Person | None = None
    release_s: float | None = None
    """When the holder lets go; None if never. Without a holder it lies from the start."""
    flight: Flight | None = None
    taker: Person | None = None
    taken_s: float | None = None
    yaw_rad: float = 0.0

    @property
    def kind(self) -> str:
        """What it is."""
        return self.item.kind

    def is_there(self, t_s: float) -> bool:
        """Say whether it exists: as long as who holds it."""
        holder = self._holder(t_s)
        return holder is None or holder.is_there(t_s)

    def place(self, t_s: float) -> Point:
        """Return where its middle is."""
        return self._placed(t_s).middle

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round it."""
        return item_box(eye, self._placed(t_s))

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint it."""
        placed = self._placed(t_s)
        paint_item(brush.canvas, placed, light=brush.light_at(placed.middle[0], placed.middle[1]))

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of its shadow, once it is as large as a hand."""
        if self.item.length_m < 0.12 or self._holder(t_s) is not None:
            return None
        placed = self._placed(t_s)
        x, y, z = placed.middle
        reach, wide = 0.5 * self.item.size_m[0], 0.5 * self.item.size_m[1]
        c, s = math.cos(placed.yaw_rad), math.sin(placed.yaw_rad)
        base = [(x + a * c - b * s, y + a * s + b * c) for a, b in
                ((-reach, -wide), (reach, -wide), (reach, wide), (-reach, wide))]
        low, high = max(0.0, z - self.item.rest_height_m), z + self.item.rest_height_m
        return hull_of(np.array([(px - towards_sun[0] * length * up, py - towards_sun[1] * length * up)
                                 for up in (low, high) for px, py in base]))

    def _holder(self, t_s: float) -> Person | None:
        if self.taken_s is not None and t_s >= self.taken_s:
            return self.taker
        if self.holder is not None and (self.release_s is None or t_s < self.release_s):
            return self.holder
        return None

    def _placed(self, t_s: float) -> Placed:
        holder = self._holder(t_s)
        if holder is not None:
            return _in_hand(self.item, holder, t_s)
        assert self.flight is not None
        rest_pitch = 0.5 * math.pi if self.item.stands and self.item.profile else 0.0
        left = self.flight.turn_rad(self.flight.rest_s) - self.flight.turn_rad(t_s)
        return Placed(item=self.item, middle=self.flight.place(t_s), yaw_rad=self.yaw_rad + 0.4 * left,
                      pitch_rad=rest_pitch + left)


def _in_hand(item: Item, holder: Person, t_s: float) -> Placed:
    """Return an item where the hand has it: bags hang below, bottles tilt with the sip."""
    x, y, z = holder.hand(t_s)
    heading = holder.stand(t_s).heading_rad
    if item.size_m[2] > 0.2:
        return Placed(item=item, middle=(x, y, max(item.rest_height_m, z - 0.06 - item.size_m[2] / 2.0)),
                      yaw_rad=heading)
    tilt = max((act.tilt(t_s) for act in holder.acts if isinstance(act, Drink)), default=0.0)
    pitch = 0.5 * math.pi if item.profile else 0.2
    if tilt > 0.0:  # the neck comes back to the mouth
        pitch += 1.9 * tilt
    return Placed(item=item, middle=(x + 0.02 * math.cos(heading), y + 0.02 * math.sin(heading), z), yaw_rad=heading,
                  pitch_rad=pitch)


def _union(one: Box, two: Box) -> Box:
    return min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3])
