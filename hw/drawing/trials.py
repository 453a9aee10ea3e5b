"""Scenes made to measure with: litter of a wanted width in pixels and a wanted contrast, dropped again and again."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hw.drawing.canvas import luma_of
from hw.drawing.items import Item
from hw.drawing.script import Ground, Litters, Role, Script, Wall
from hw.optics import Mount, View, focal_px
from hw.textures import PAVING_COLOUR
from sim.errors import InputError

_HEIGHT_M = 6.0
_FIRST_S = 6.0
_AFTER_S = 12.0
_FAR_M = 16.0
_SPEED_MPS = 1.3
_ROW_M = 0.8
_TURNS = tuple(math.radians(turn) for turn in (-80.0, -60.0, -40.0, -20.0, 0.0, 20.0, 40.0, 60.0, 80.0))
"""Latitudes of the rings of a ball."""


def litter_script(
    *, object_px: float | Sequence[float], contrast: float = 60.0, n: int = 6, every_s: float = 15.0,
    n_per_person: int = 1, distance_m: float = 16.0, size_wh: tuple[int, int] = (1280, 720), hfov_deg: float = 50.0,
) -> Script:
    """Write a scene in which people cross a pavement and drop things, which stay.

    Args:
        object_px: width of each thing, a ball, in pixels, wherever it falls; several are taken in turn.
        contrast: how much darker than the mean pavement it is, in grey levels of a plain day; negative is brighter.
        n: things.
        every_s: from one to the next, on the average.
        n_per_person: things that each person drops on the way, far from each other.
        distance_m: of the line that the things fall on, along the ground.
        size_wh: picture size for which the width is meant.
        hfov_deg: of the camera.

    Raises:
        InputError: if a thing so wide or of such contrast cannot be.
    """
    grey = luma_of(PAVING_COLOUR) - contrast
    if not 0.0 <= grey <= 255.0:
        raise InputError("litter_script: contrast", got=contrast, expected=f"{luma_of(PAVING_COLOUR) - 255:.0f} to "
                         f"{luma_of(PAVING_COLOUR):.0f}")
    widths_px = [float(object_px)] if isinstance(object_px, int | float) else [float(px) for px in object_px]
    if not (widths_px and min(widths_px) > 0.0 and min(n, n_per_person) >= 1 and every_s > 0.0 and distance_m > 2.0):
        raise InputError("litter_script", got=(object_px, n, every_s, n_per_person, distance_m),
                         expected="object_px > 0, n ≥ 1, every_s > 0, n_per_person ≥ 1, distance_m > 2")
    focal = focal_px(size_wh[0], hfov_deg)
    tilt_deg = -math.degrees(math.atan2(_HEIGHT_M - 0.8, distance_m))
    reach_m = 0.8 * distance_m * math.tan(math.radians(hfov_deg) / 2.0)
    roles = []
    for person, first in enumerate(range(0, n, n_per_person)):
        way = 1.0 if person % 2 else -1.0
        things = []
        for number in range(first, min(n, first + n_per_person)):
            x_m, y_m = (0.0, distance_m) if n == 1 else _spot(
                person, number - first, n_per_person, way=way, reach_m=reach_m, distance_m=distance_m)
            depth_m = y_m * math.cos(math.radians(tilt_deg)) - _HEIGHT_M * math.sin(math.radians(tilt_deg))
            # what stands beside the axis is stretched by 1 / cos of its angle, as every straight-line lens does
            width_m = widths_px[number % len(widths_px)] / focal * depth_m**2 / math.hypot(x_m, depth_m)
            things.append((x_m, y_m, _ball(width_m, round(grey))))
        roles.append(_dropper(person, _FIRST_S + first * every_s, way, things))
    return Script(
        name="litter_trial", about=f"{n} things of {', '.join(f'{px:g}' for px in widths_px)} pixels are dropped",
        mount=Mount(height_m=_HEIGHT_M, heading_deg=90.0),
        view=View(pan_deg=0.0, tilt_deg=tilt_deg, hfov_deg=hfov_deg), size_wh=size_wh,
        duration_s=_FIRST_S + n * every_s + _AFTER_S, roles=tuple(roles),
        grounds=(Ground(surface="paving", west_m=-36.0, east_m=36.0, south_m=0.0, north_m=30.0),),
        walls=(Wall(start=(-40.0, 30.0), end=(40.0, 30.0), height_m=12.0, is_plain=True),))


def _spot(person: int, index: int, n: int, *, way: float, reach_m: float, distance_m: float) -> tuple[float, float]:
    """Return where a person's thing of some index falls: in the order of the walk, and beside what others dropped."""
    jitter = (0.618 * person) % 1.0
    if n == 1:
        return reach_m * (2.0 * jitter - 1.0), distance_m
    return way * reach_m * (2.0 * (index + jitter) / n - 1.0), distance_m + _ROW_M * (person % 3 - 1)


def _ball(width_m: float, grey: int) -> Item:
    half, colour = width_m / 2.0, (grey, grey, grey)
    return Item(kind="target", size_m=(width_m, width_m, width_m), colour=colour, stands=True, is_even=True,
                profile=tuple((half * math.sin(turn), half * math.cos(turn), colour) for turn in _TURNS))


def _dropper(person: int, t_s: float, way: float, things: Sequence[tuple[float, float, Item]]) -> Role:
    """Write the part of somebody who lets the first thing go at an instant and the others in passing where they lie."""
    x_m, y_m, _ = things[0]
    away_s = _FAR_M / _SPEED_MPS
    deeds = tuple(Litters(item=item, t_s=t_s + way * (x - x_m) / _SPEED_MPS, throw_to=(x, y)) for x, y, item in things)
    return Role(name=f"dropper_{person}", deeds=deeds,
                knots=((t_s - away_s, x_m - way * _FAR_M, y_m + 0.6),
                       (t_s + 2.0 * away_s, x_m + way * 2.0 * _FAR_M, y_m + 0.6)))
