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
_FIRST_S = 8.0
_TURNS = tuple(math.radians(turn) for turn in (-80.0, -60.0, -40.0, -20.0, 0.0, 20.0, 40.0, 60.0, 80.0))
"""Latitudes of the rings of a ball."""


def litter_script(
    *, object_px: float | Sequence[float], contrast: float = 60.0, n: int = 6, every_s: float = 15.0,
    distance_m: float = 16.0, size_wh: tuple[int, int] = (1280, 720), hfov_deg: float = 50.0,
) -> Script:
    """Write a scene in which people cross a pavement and each drops one thing, which stays.

    Args:
        object_px: width of each thing, a ball, in pixels, wherever it falls; several are taken in turn.
        contrast: how much darker than the mean pavement it is, in grey levels of a plain day; negative is brighter.
        n: things, and people.
        every_s: from one to the next.
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
    if not (widths_px and min(widths_px) > 0.0 and n >= 1 and every_s > 0.0 and distance_m > 2.0):
        raise InputError("litter_script", got=(object_px, n, every_s, distance_m),
                         expected="object_px > 0, n ≥ 1, every_s > 0, distance_m > 2")
    focal = focal_px(size_wh[0], hfov_deg)
    tilt_deg = -math.degrees(math.atan2(_HEIGHT_M - 0.8, distance_m))
    depth_m = distance_m * math.cos(math.radians(tilt_deg)) - _HEIGHT_M * math.sin(math.radians(tilt_deg))
    reach_m = 0.8 * distance_m * math.tan(math.radians(hfov_deg) / 2.0)
    roles = []
    for number in range(n):
        x_m = 0.0 if n == 1 else reach_m * (2.0 * ((0.618 * number) % 1.0) - 1.0)
        # what stands beside the axis is stretched by 1 / cos of its angle, as every straight-line lens does
        width_m = widths_px[number % len(widths_px)] / focal * depth_m**2 / math.hypot(x_m, depth_m)
        roles.append(_dropper(number, _FIRST_S + number * every_s, x_m, distance_m, width_m, round(grey)))
    return Script(
        name="litter_trial", about=f"{n} things of {', '.join(f'{px:g}' for px in widths_px)} pixels are dropped",
        mount=Mount(height_m=_HEIGHT_M, heading_deg=90.0),
        view=View(pan_deg=0.0, tilt_deg=tilt_deg, hfov_deg=hfov_deg), size_wh=size_wh,
        duration_s=_FIRST_S + n * every_s + 10.0, roles=tuple(roles),
        grounds=(Ground(surface="paving", west_m=-36.0, east_m=36.0, south_m=0.0, north_m=30.0),),
        walls=(Wall(start=(-40.0, 30.0), end=(40.0, 30.0), height_m=12.0, is_plain=True),))


def _dropper(number: int, t_s: float, x_m: float, y_m: float, width_m: float, grey: int) -> Role:
    half, colour = width_m / 2.0, (grey, grey, grey)
    item = Item(kind="target", size_m=(width_m, width_m, width_m), colour=colour, stands=True, is_even=True,
                profile=tuple((half * math.sin(turn), half * math.cos(turn), colour) for turn in _TURNS))
    way = 1.0 if number % 2 else -1.0
    far, speed_mps = 16.0, 1.3
    away_s = far / speed_mps
    return Role(name=f"dropper_{number}", deeds=(Litters(item=item, t_s=t_s, throw_to=(x_m, y_m)),),
                knots=((t_s - away_s, x_m - way * far, y_m + 0.6),
                       (t_s + 2.0 * away_s, x_m + way * 2.0 * far, y_m + 0.6)))
