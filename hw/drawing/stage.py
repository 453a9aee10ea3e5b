"""From a script's place to the panels that never move."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import cv2
import numpy as np

from hw.drawing.script import Ground, Script, Wall
from hw.panels import Panel, Texture, lying_panel
from hw.textures import cloudy, opaque, paving, plain, shop_front
from sim.errors import UnknownNameError

_CELL_M = 6.0
"""Ground is laid in squares of this size, so that each is painted as fine as it is seen."""
_PX_PER_M = 96


def make_panels(script: Script, rng: np.random.Generator) -> list[Panel]:
    """Make the ground and the walls, far ones first."""
    kinds = sorted({ground.surface for ground in script.grounds})
    for kind in kinds:
        if kind not in _SURFACES:
            raise UnknownNameError(f"{script.name}: surface", got=kind, known=_SURFACES)
    squares = {kind: [_SURFACES[kind](rng) for _ in range(2)] for kind in kinds}
    panels = [panel for ground in script.grounds for panel in _lay(ground, squares[ground.surface], rng)]
    walls = sorted(script.walls, key=lambda wall: -math.dist(
        (script.mount.x_m, script.mount.y_m), ((wall.start[0] + wall.end[0]) / 2, (wall.start[1] + wall.end[1]) / 2)))
    return panels + [_raise(wall, rng) for wall in walls]


def _lay(ground: Ground, squares: list[Texture], rng: np.random.Generator) -> list[Panel]:
    """Cover a rectangle with squares; those at its edges are cut."""
    panels = []
    y = ground.south_m
    while y < ground.north_m - 1e-9:
        deep = min(_CELL_M, ground.north_m - y)
        x = ground.west_m
        while x < ground.east_m - 1e-9:
            wide = min(_CELL_M, ground.east_m - x)
            whole = squares[int(rng.integers(len(squares)))]
            rows, columns = round(whole.shape[0] * deep / _CELL_M), round(whole.shape[1] * wide / _CELL_M)
            texture = whole if (rows, columns) == whole.shape[:2] else np.ascontiguousarray(
                whole[whole.shape[0] - rows :, :columns])
            # squares overlap by a hair, or the sky would show between them
            panels.append(lying_panel((x + wide / 2.0, y + deep / 2.0), texture, width_m=wide + 0.01,
                                      depth_m=deep + 0.01))
            x += wide
        y += deep
    return panels


def _raise(wall: Wall, rng: np.random.Generator) -> Panel:
    (x0, y0), (x1, y1) = wall.start, wall.end
    length = math.dist(wall.start, wall.end)
    px_per_m = 70 if length < 24.0 else 36
    texture = _plain_wall(rng, length, wall.height_m, px_per_m) if wall.is_plain else shop_front(
        rng, width_m=length, height_m=wall.height_m, px_per_m=px_per_m)
    return Panel(corner_m=np.array([x0, y0, wall.height_m]), across_m=np.array([x1 - x0, y1 - y0, 0.0]),
                 down_m=np.array([0.0, 0.0, -wall.height_m]), texture=texture)


def _plain_wall(rng: np.random.Generator, length_m: float, height_m: float, px_per_m: int) -> Texture:
    """Return a brick wall with rows of windows."""
    width, height = round(length_m * px_per_m), round(height_m * px_per_m)
    shade = 1.0 + 0.03 * cloudy(rng, height, width, coarse_px=px_per_m)
    shade *= 1.0 + 0.025 * cloudy(rng, height, width, coarse_px=4, n_octaves=2)
    colour = plain((112, 128, 150), shade)
    for base_m in np.arange(1.2, height_m - 1.6, 3.0):
        for left_m in np.arange(1.2, length_m - 1.5, 2.8):
            rows = slice(height - round((base_m + 1.5) * px_per_m), height - round(base_m * px_per_m))
            columns = slice(round(left_m * px_per_m), round((left_m + 1.2) * px_per_m))
            colour[rows, columns] = plain((100, 88, 74), shade[rows, columns]) * float(rng.uniform(0.8, 1.15))
            edge = round(0.06 * px_per_m)
            cv2.rectangle(colour, (columns.start, rows.start), (columns.stop, rows.stop), (172, 178, 182), max(1, edge))
    return opaque(colour)


def _wrapped(rng: np.random.Generator, side: int, fall: float) -> np.ndarray:
    """Return noise (side, side) of mean 0 and deviation 1 whose edges fit together; its spectrum falls as 1/f^fall."""
    spectrum = np.fft.rfft2(rng.standard_normal((side, side)))
    rate = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    field = np.fft.irfft2(spectrum / np.maximum(rate, 1.0 / side) ** fall, s=(side, side))
    return np.asarray((field - field.mean()) / field.std(), dtype=np.float32)


def _asphalt(rng: np.random.Generator) -> Texture:
    side = round(_CELL_M * _PX_PER_M)
    shade = 1.0 + 0.035 * _wrapped(rng, side, 1.0) + 0.06 * _wrapped(rng, side, 0.0)
    return opaque(plain((96, 96, 94), shade.astype(np.float32)))


def _grass(rng: np.random.Generator) -> Texture:
    side = round(_CELL_M * _PX_PER_M)
    shade = 1.0 + 0.10 * _wrapped(rng, side, 0.9) + 0.16 * _wrapped(rng, side, 0.25)
    return opaque(plain((66, 118, 96), shade.astype(np.float32)))


def _sand(rng: np.random.Generator) -> Texture:
    side = round(_CELL_M * _PX_PER_M)
    shade = 1.0 + 0.04 * _wrapped(rng, side, 1.0) + 0.05 * _wrapped(rng, side, 0.2)
    return opaque(plain((136, 168, 184), shade.astype(np.float32)))


def _paving(rng: np.random.Generator) -> Texture:
    return paving(rng, width_m=_CELL_M, depth_m=_CELL_M, px_per_m=_PX_PER_M)


_SURFACES: Mapping[str, Callable[[np.random.Generator], Texture]] = {
    "paving": _paving, "asphalt": _asphalt, "grass": _grass, "sand": _sand,
}
