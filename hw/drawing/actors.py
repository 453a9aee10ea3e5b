"""Who and what is in a scene: each tells where it is at any instant, and is painted from there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from hw.drawing.canvas import Canvas, Colour
from hw.drawing.coverage import F8
from hw.drawing.dogs import DOG_STRIDE_M, dog_body
from hw.drawing.eye import Box, Eye, Point
from hw.drawing.items import Placed, item_box, seen_faces
from hw.drawing.limbs import Body, SpriteStore, Stand, body_box, hull_of, paint_body, shadow_outline
from hw.drawing.paths import Path
from hw.drawing.people import N_PHASES
from hw.drawing.vehicles import Car, car_box, car_outline, paint_car


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """What actors are painted with."""

    canvas: Canvas
    store: SpriteStore
    light_at: Callable[[float, float], float]


class Actor(Protocol):
    """Something that is painted anew in every picture."""

    @property
    def actor_id(self) -> int:
        """Identity within the scene; of a drawn figure, never of a person."""
        ...

    @property
    def kind(self) -> str:
        """What it is, in the truth's words; empty for what is only scenery."""
        ...

    def is_there(self, t_s: float) -> bool:
        """Say whether it exists at an instant."""
        ...

    def place(self, t_s: float) -> Point:
        """Return where it is, for the order of painting."""
        ...

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round it, not cut at the picture's edge; None if it is not in front of the camera."""
        ...

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint it."""
        ...

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the convex outline (n, 2) in order of its shadow on the ground; None if it casts none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dog:
    """A dog on its way."""

    actor_id: int
    path: Path
    colour: Colour = (60, 90, 130)
    shoulder_m: float = 0.52
    kind: str = "dog"

    def is_there(self, t_s: float) -> bool:
        """Say whether the dog is in the scene."""
        return self.path.is_there(t_s)

    def place(self, t_s: float) -> Point:
        """Return where the dog is."""
        step = self.path.step(t_s)
        return step.x_m, step.y_m, 0.0

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round the dog."""
        return body_box(eye, self._body(t_s), self._stand(t_s))

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint the dog."""
        body, stand = self._body(t_s), self._stand(t_s)
        paint_body(brush.canvas, body, lambda: body, stand, brush.store, light=brush.light_at(*stand.foot[:2]))

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of the dog's shadow."""
        return shadow_outline(self._body(t_s), self._stand(t_s), towards_sun, length)

    def _stand(self, t_s: float) -> Stand:
        return Stand(foot=self.place(t_s), heading_rad=self.path.step(t_s).heading_rad)

    def _body(self, t_s: float) -> Body:
        step = self.path.step(t_s)
        phase = round(step.travelled_m / DOG_STRIDE_M * N_PHASES) % N_PHASES
        return dog_body(self.colour, self.shoulder_m, phase, 1.0 if step.speed_mps > 0.0 else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Driven:
    """A car that drives by or stands."""

    actor_id: int
    path: Path
    car: Car
    kind: str = "car"

    def is_there(self, t_s: float) -> bool:
        """Say whether the car is in the scene."""
        return self.path.is_there(t_s)

    def place(self, t_s: float) -> Point:
        """Return where the car is."""
        step = self.path.step(t_s)
        return step.x_m, step.y_m, 0.0

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round the car."""
        return car_box(eye, self.car, self._stand(t_s))

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint the car."""
        stand = self._stand(t_s)
        if self.box(brush.canvas.eye, t_s) is not None:
            paint_car(brush.canvas, self.car, stand, light=brush.light_at(*stand.foot[:2]))

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return the outline of the car's shadow."""
        stand = self._stand(t_s)
        c, s = math.cos(stand.heading_rad), math.sin(stand.heading_rad)
        ahead, left, up = car_outline(self.car).T
        up = np.where(up == 0.2, 0.0, up)
        x = stand.foot[0] + c * ahead - s * left - towards_sun[0] * length * up
        y = stand.foot[1] + s * ahead + c * left - towards_sun[1] * length * up
        return hull_of(np.column_stack([x, y]))

    def _stand(self, t_s: float) -> Stand:
        return Stand(foot=self.place(t_s), heading_rad=self.path.step(t_s).heading_rad)


class Fixture:
    """A block that stands in the scene and may hide what is behind it: part of a bench, a post, a kiosk.

    Args:
        actor_id: identity within the scene.
        placed: the block.
        lens: where the camera hangs, which decides the faces that are ever seen.
    """

    kind = ""

    def __init__(self, *, actor_id: int, placed: Placed, lens: Point) -> None:
        self.actor_id = actor_id
        self._placed = placed
        self._faces = seen_faces(placed, lens)
        self._corners = np.array([corners for corners, _ in self._faces]).reshape(-1, 3)

    def is_there(self, t_s: float) -> bool:
        """Always."""
        return True

    def place(self, t_s: float) -> Point:
        """Return where it stands."""
        return self._placed.middle

    def box(self, eye: Eye, t_s: float) -> Box | None:
        """Return the box round it."""
        return item_box(eye, self._placed)

    def paint(self, brush: Brush, t_s: float) -> None:
        """Paint the faces that are seen; as scenery is not measured, edges are only smoothed."""
        canvas, projection = brush.canvas, brush.canvas.eye.projection
        if len(self._corners) == 0 or projection.depth_m(self._corners).min() < 0.3:
            return
        pixels = projection.project(self._corners)
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        width, height = canvas.eye.size_wh
        if high[0] < 0.0 or high[1] < 0.0 or low[0] > width or low[1] > height:
            return
        light = brush.light_at(self._placed.middle[0], self._placed.middle[1])
        fixed = np.rint(np.clip(pixels, -20000.0, 20000.0) * 16.0).astype(np.int32).reshape(-1, 4, 2)
        for outline, (_, colour) in zip(fixed, self._faces, strict=True):
            paint = tuple(min(255.0, part * light) for part in canvas.tone(colour))
            cv2.fillConvexPoly(canvas.picture, outline, paint, lineType=cv2.LINE_AA, shift=4)

    def shadow(self, t_s: float, towards_sun: tuple[float, float], length: float) -> F8 | None:
        """Return nothing: scenery casts no shadow yet."""
        return None
