"""What an author of exercises asks while placing targets: who sees a place, how large it looks, what is wrong yet."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.city import CameraKind
from sim.coverage import sightlines
from sim.errors import InputError
from sim.scenario import Scenario
from watchfloor.console.drawn_wall import DrawnWall
from watchfloor.console.offences import play_of
from watchfloor.training.exercise import (
    MAX_TILES,
    Exercise,
    Target,
    distance_for,
    drawn_px,
    place_of,
    target_px,
    unseen_targets,
)
from watchfloor.training.pictures import stage_pictures
from watchfloor.training.room import Room, make_stage

LEVELS_PX = {"easy": 60.0, "medium": 24.0, "hard": 12.0, "very_hard": 6.0}
"""Pixels of what catches the eye, for things that are dropped."""
N_AIMS = 6
PREVIEW_WH = (640, 360)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A camera's way to show something at a place."""

    camera_id: int
    distance_m: float
    aside_deg: float
    """To the left of the middle of the camera's first view."""
    px: float
    """Of what catches the eye, in the camera's own picture at its widest."""
    can_zoom: bool
    has_natural_size: bool
    """Whether the kind is people, who are drawn at their natural size, so that the distance cannot be chosen."""


def aims_at(scenario: Scenario, kind: str, x_m: float, y_m: float) -> tuple[Aim, ...]:
    """Return how the cameras that see a place would show a kind there, the nearest few, the largest first.

    Args:
        scenario: whose city it is.
        kind: of incident.
        x_m: of the place.
        y_m: of the place.

    Raises:
        InputError: if the kind is not the scenario's, or the place is none.
    """
    _check_kind(scenario, kind)
    if not math.isfinite(x_m) or not math.isfinite(y_m):
        raise InputError("place", got=(x_m, y_m), expected="finite metres")
    cameras = scenario.city.cameras
    seen = sightlines(cameras, np.array([x_m]), np.array([y_m]), buildings=scenario.city.buildings)
    aims = []
    for camera in seen.camera[np.argsort(seen.distance_m, kind="stable")].tolist()[:N_AIMS]:
        dx, dy = x_m - float(cameras.x_m[camera]), y_m - float(cameras.y_m[camera])
        aside_deg = math.degrees(math.atan2(dy, dx)) - float(cameras.heading_deg[camera])
        aims.append(_aim(scenario, kind, camera, max(1.0, math.hypot(dx, dy)), (aside_deg + 180.0) % 360.0 - 180.0))
    return tuple(sorted(aims, key=lambda aim: -aim.px))


def aim_of(scenario: Scenario, kind: str, camera: int, *, px: float, aside_deg: float = 0.0) -> Aim:
    """Return how a camera shows a kind at a size, as near to it as its range allows.

    Raises:
        InputError: if there is no such kind or camera, or the size is none.
    """
    _check_kind(scenario, kind)
    if not 0 <= camera < scenario.city.cameras.n_cameras:
        raise InputError("camera", got=camera, expected=f"0 to {scenario.city.cameras.n_cameras - 1}")
    if not math.isfinite(px) or px <= 0.0 or not math.isfinite(aside_deg):
        raise InputError("size", got=px, expected="pixels above 0")
    return _aim(scenario, kind, camera, distance_for(scenario, kind, camera, px), aside_deg)


def _aim(scenario: Scenario, kind: str, camera: int, distance_m: float, aside_deg: float) -> Aim:
    is_natural = play_of(kind) != "drop"
    if is_natural:
        distance_m = distance_for(scenario, kind, camera, drawn_px(scenario, kind, camera))
    target = Target(kind=kind, camera_id=camera, at_s=0.0, visible_s=1.0, distance_m=round(distance_m, 2),
                    aside_deg=round(aside_deg, 2))
    return Aim(camera_id=camera, distance_m=target.distance_m, aside_deg=target.aside_deg,
               px=round(target_px(scenario, target), 1), has_natural_size=is_natural,
               can_zoom=int(scenario.city.cameras.kind[camera]) == CameraKind.PTZ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A target as its author should see it."""

    x_m: float
    y_m: float
    px: float
    problem: str | None
    """A word for what is wrong: ``unseen``, ``late`` or ``off_wall``."""


def look_over(exercise: Exercise, scenario: Scenario) -> tuple[Look, ...]:
    """Return every target's place and size, and what is wrong with it.

    Raises:
        InputError: if a camera or a kind is not the scenario's.
    """
    cameras = scenario.city.cameras
    for target in exercise.targets:
        _check_kind(scenario, target.kind)
        if not 0 <= target.camera_id < cameras.n_cameras:
            raise InputError("camera", got=target.camera_id, expected=f"0 to {cameras.n_cameras - 1}")
    unseen, looks = set(unseen_targets(exercise, scenario)), []
    for number, target in enumerate(exercise.targets):
        problem = None
        if number in unseen:
            problem = "unseen"
        elif target.at_s + target.visible_s > exercise.duration_s:
            problem = "late"
        elif target.camera_id not in exercise.cameras:
            problem = "off_wall"
        x_m, y_m = place_of(scenario, target)
        looks.append(Look(x_m=x_m, y_m=y_m, px=round(target_px(scenario, target), 1), problem=problem))
    return tuple(looks)


def with_wall(exercise: Exercise, scenario: Scenario, *, n_tiles: int) -> Exercise:
    """Return an exercise whose wall shows its targets' cameras, and others drawn by its seed where there is room.

    Raises:
        InputError: if the targets lie on more cameras than there are tiles.
    """
    needed = list(dict.fromkeys(target.camera_id for target in exercise.targets))
    most = min(MAX_TILES, scenario.city.cameras.n_cameras)
    if not max(1, len(needed)) <= n_tiles <= most:
        raise InputError("tiles", got=n_tiles, expected=f"{max(1, len(needed))} to {most}: a tile for each camera with "
                         "a target")
    rng = np.random.Generator(np.random.Philox(key=[exercise.seed, 11]))
    kept = [camera for camera in exercise.cameras if camera not in needed]
    others = [int(one) for one in rng.permutation(scenario.city.cameras.n_cameras)[: 2 * MAX_TILES]]
    fill = [camera for camera in dict.fromkeys((*kept, *others)) if camera not in needed][: n_tiles - len(needed)]
    wall = [int(one) for one in rng.permutation([*needed, *fill])]
    return replace(exercise, cameras=tuple(wall))


def preview(exercise: Exercise, scenario: Scenario, number: int) -> bytes:
    """Return what a target's camera shows when the target has just begun, as JPEG.

    Raises:
        InputError: if there is no such target, or the exercise cannot be staged.
    """
    if not 0 <= number < len(exercise.targets):
        raise InputError("target", got=number, expected=f"0 to {len(exercise.targets) - 1}")
    target = exercise.targets[number]
    room, wall = Room(make_stage(exercise, scenario)), DrawnWall(scenario.city)
    stage_pictures(wall, room)
    return wall.picture(target.camera_id, target.at_s + min(3.0, target.visible_s / 2.0), PREVIEW_WH).encoded()


def _check_kind(scenario: Scenario, kind: str) -> None:
    names = [one.name for one in scenario.kinds]
    if kind not in names:
        raise InputError("kind", got=kind[:40], expected="one of " + ", ".join(names))
