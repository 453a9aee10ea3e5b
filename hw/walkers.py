"""Who crosses the drawn street corner and when, and the tall things they put down or take away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hw.drawing.actors import Brush
from hw.drawing.eye import Box, Eye, Point
from hw.drawing.limbs import Stand, body_box, hull_of, paint_body
from hw.drawing.people import HANGING, Arm, Look, Pose, between, person_body
from hw.drawing.performers import person_shadow
from hw.optics import F8, Projection
from hw.panels import Panel, Texture, box_of, outline_px, paint_panel, upright_panel

_AHEAD_M = 0.3
"""A carried thing is this far ahead of who carries it …"""
_ASIDE_M = 0.32
"""… this much nearer to the camera …"""
_LIFT_M = 0.13
"""… and this far above the ground."""
_LOWER_S = 0.45
"""Time to lower or to lift a thing."""
_RELEASE_S = 0.6
"""From a thing's rest until the hand lets go."""
_STEP_M = 0.72
"""Length of a step."""
_REACHING = Arm(pitch=0.6, bend=0.35, aside=0.12)
"""The arm that holds a tall thing ahead."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prop:
    """A thing that is put down, stands for a while, and is taken away."""

    actor_id: int
    texture: Texture
    width_m: float
    height_m: float
    x_m: float
    y_m: float
    rest_s: float | None = None
    """When it came to rest; None if it stood there from the start."""
    gone_s: float | None = None
    """When it leaves its place; None if it stays to the end."""

    @property
    def release_s(self) -> float | None:
        """When the hand that put it down lets go."""
        return None if self.rest_s is None else self.rest_s + _RELEASE_S

    def is_at_rest(self, t_s: float) -> bool:
        """Say whether it stands in its place."""
        return (self.rest_s is None or t_s >= self.rest_s) and (self.gone_s is None or t_s < self.gone_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why a walker stops: to put a prop down, or to take it."""

    act: Literal["placed", "removed"]
    prop: Prop

    @property
    def t_s(self) -> float:
        """When the prop comes to rest or leaves its place."""
        t_s = self.prop.rest_s if self.act == "placed" else self.prop.gone_s
        return math.inf if t_s is None else t_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """A person who crosses the scene along x, and may stop on the way for an errand."""

    actor_id: int
    look: Look
    direction: int
    """+1 towards greater x, −1 towards lesser x."""
    speed_mps: float
    y_m: float
    pass_x_m: float = 0.0
    pass_s: float = 0.0
    """When ``pass_x_m`` is passed; an errand sets both."""
    errand: Errand | None = None
    kind: str = "person"

    @classmethod
    def on_errand(cls, errand: Errand, *, actor_id: int, look: Look, direction: int, speed_mps: float) -> Walker:
        """Make the walker who arrives in time for an errand, a step behind the thing."""
        prop = errand.prop
        return cls(actor_id=actor_id, look=look, direction=direction, speed_mps=speed_mps, y_m=prop.y_m + _ASIDE_M,
                   pass_x_m=prop.x_m - direction * _AHEAD_M, pass_s=errand.t_s, errand=errand)

    def travelled_m(self, t_s: float) -> float:
        """Return metres past the stopping place, negative before it; 0 while standing."""
        begin_s, end_s = self._stop_s()
        if t_s < begin_s:
            return self.speed_mps * (t_s - begin_s)
        return self.speed_mps * max(0.0, t_s - end_s)

    def x_m(self, t_s: float) -> float:
        """Return where the walker is."""
        return self.pass_x_m + self.direction * self.travelled_m(t_s)

    def is_there(self, t_s: float) -> bool:
        """Say whether the walker is anywhere near."""
        return abs(self.travelled_m(t_s)) < 60.0

    def place(self, t_s: float) -> Point:
        """Return where the walker stands."""
        return self.x_m(t_s), self.y_m, 0.0

    def stand(self, t_s: float) -> Stand:
        """Return where the walker stands and which way."""
        return Stand(foot=self.place(t_s), heading_rad=0.0 if self.direction > 0 else math.pi)

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round the walker."""
        return body_box(eye, person_body(self.look, self.pose(t_s)), self.stand(t_s))

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint the walker."""
        pose, stand = self.pose(t_s), self.stand(t_s)
        paint_body(brush.canvas, (self.look, pose), lambda: person_body(self.look, pose), stand, brush.store,
                   light=brush.light_at(*stand.foot[:2]))

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of the walker's shadow."""
        stand = self.stand(t_s)
        return person_shadow(self.look, self.pose(t_s), stand.heading_rad, towards_sun, length) + stand.foot[:2]

    def pose(self, t_s: float) -> Pose:
        """Return what the limbs do. Nobody who stands is quite still, so that only things come to rest."""
        travelled = self.travelled_m(t_s)
        near_stop = 1.0 if self.errand is None else min(1.0, abs(travelled) / (0.5 * _STEP_M))
        restless = (1.0 - near_stop) * math.sin(2.0 * math.pi * 0.8 * t_s)
        reach = self._reach(t_s)
        arm = None if reach == 0.0 else between(HANGING, _REACHING, reach)
        return Pose(
            phase=(travelled / (2.0 * _STEP_M)) % 1.0, stride=near_stop * min(1.6, self.speed_mps / 1.3),
            lean=0.05 * restless + 0.08 * reach * (1.0 - near_stop),
            right=arm if self.direction > 0 else None, left=arm if self.direction < 0 else None,
        ).quantised()

    def carried_m(self, t_s: float) -> F8 | None:
        """Return where the foot (3,) of the errand's prop is while it is in the hand; None while it is not."""
        if self.errand is None:
            return None
        away_s = self.errand.t_s - t_s if self.errand.act == "placed" else t_s - self.errand.t_s
        if away_s < 0.0 or (away_s == 0.0 and self.errand.act == "placed"):
            return None
        share = min(1.0, away_s / _LOWER_S)
        bob_m = 0.012 * math.sin(2.0 * math.pi * self.travelled_m(t_s) / _STEP_M)
        lift_m = _LIFT_M * share * share * (3.0 - 2.0 * share) + bob_m * (share == 1.0)
        prop = self.errand.prop
        return np.array([prop.x_m + self.direction * self.travelled_m(t_s), prop.y_m, lift_m])

    def _stop_s(self) -> tuple[float, float]:
        if self.errand is None:
            return self.pass_s, self.pass_s
        before_s, after_s = (_LOWER_S, _RELEASE_S + 0.3) if self.errand.act == "placed" else (0.7, _LOWER_S)
        return self.pass_s - before_s, self.pass_s + after_s

    def _reach(self, t_s: float) -> float:
        if self.errand is None:
            return 0.0
        if self.errand.act == "placed":
            return min(1.0, max(0.0, 1.0 - (t_s - self.errand.t_s - _RELEASE_S) / 0.3))
        return min(1.0, max(0.0, 1.0 + (t_s - self.errand.t_s + 0.1) / 0.4))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luggage:
    """A prop through its whole life: in the hand of who brings it, in its place, and in the hand of who takes it."""

    prop: Prop
    carriers: tuple[Walker, ...]
    kind: str = "luggage"

    @property
    def actor_id(self) -> int:
        """Identity within the scene."""
        return self.prop.actor_id

    def is_there(self, t_s: float) -> bool:
        """Say whether it is in its place or in a hand."""
        return self._foot_m(t_s) is not None

    def place(self, t_s: float) -> Point:
        """Return where its foot is; its place where it is nowhere."""
        foot = self._foot_m(t_s)
        return (self.prop.x_m, self.prop.y_m, 0.0) if foot is None else (float(foot[0]), float(foot[1]), float(foot[2]))

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round it."""
        outline = outline_px(self._panel(t_s, eye.projection), eye.projection)
        return None if outline is None else box_of(outline)

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint it."""
        projection = brush.canvas.eye.projection
        paint_panel(brush.canvas.picture, self._panel(t_s, projection), projection)

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of its shadow."""
        return _long_shadow(self.place(t_s), 0.45 * self.prop.width_m, self.prop.height_m, towards_sun, length)

    def _panel(self, t_s: float, projection: Projection) -> Panel:
        prop = self.prop
        return upright_panel(np.array(self.place(t_s)), prop.texture, width_m=prop.width_m, height_m=prop.height_m,
                             facing=projection)

    def _foot_m(self, t_s: float) -> F8 | None:
        if self.prop.is_at_rest(t_s):
            return np.array([self.prop.x_m, self.prop.y_m, 0.0])
        held = [foot for walker in self.carriers if walker.is_there(t_s)
                and (foot := walker.carried_m(t_s)) is not None]
        return held[0] if held else None


def _long_shadow(foot: Point, radius_m: float, height_m: float, towards_sun: tuple[float, float], length: float) -> F8:
    """Return the outline (n, 2) of what an upright thing shades: from round its foot to round its top's shadow."""
    turns = np.linspace(0.0, math.tau, 12, endpoint=False)
    ring = radius_m * np.column_stack([np.cos(turns), np.sin(turns)]) + (foot[0], foot[1])
    return hull_of(np.vstack([ring, ring - np.array(towards_sun) * length * height_m]))
