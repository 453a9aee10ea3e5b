"""Surfaces and things painted by rule: paving, a road, a shop front, and what people carry."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.frame import Picture
from hw.panels import Texture, premultiplied

F4 = NDArray[np.float32]
Colour = tuple[int, int, int]
"""Blue, green, red."""
PAVING_COLOUR: Colour = (166, 172, 176)
"""Of a slab in the mean."""


def cloudy(rng: np.random.Generator, height: int, width: int, *, coarse_px: float, n_octaves: int = 4) -> F4:
    """Return smooth noise (height, width) of mean 0 and deviation 1, its largest blots ``coarse_px`` across."""
    total = np.zeros((height, width), dtype=np.float32)
    for octave in range(n_octaves):
        cell_px = max(1.0, coarse_px / 2**octave)
        grid = rng.standard_normal((int(height / cell_px) + 3, int(width / cell_px) + 3), dtype=np.float32)
        wide = cv2.resize(grid, None, fx=cell_px, fy=cell_px, interpolation=cv2.INTER_CUBIC)
        total += wide[:height, :width] / 2**octave
    return np.asarray((total - total.mean()) / (total.std() + 1e-6), dtype=np.float32)


def plain(colour: Colour, shade: F4) -> F4:
    """Return a colour (height, width, 3) multiplied by a shade (height, width)."""
    return np.asarray(shade[:, :, None] * np.array(colour, dtype=np.float32), dtype=np.float32)


def opaque(colour: F4) -> Texture:
    """Return a texture without holes."""
    picture = np.clip(colour, 0, 255).astype(np.uint8)
    return np.dstack([picture, np.full(picture.shape[:2], 255, dtype=np.uint8)])


def paving(rng: np.random.Generator, *, width_m: float, depth_m: float, px_per_m: int) -> Texture:
    """Return concrete slabs of 60 by 40 cm in running bond, each a little different, with worn spots."""
    width, height = round(width_m * px_per_m), round(depth_m * px_per_m)
    slab_w, slab_h = round(0.6 * px_per_m), round(0.4 * px_per_m)
    row = np.arange(height) // slab_h
    column = (np.arange(width)[None, :] + (row % 2)[:, None] * (slab_w // 2)) // slab_w
    tones = rng.normal(1.0, 0.025, (row.max() + 1, column.max() + 1)).astype(np.float32)
    shade = tones[row[:, None], column]
    shade *= 1.0 + 0.03 * cloudy(rng, height, width, coarse_px=px_per_m)
    shade *= 1.0 + 0.02 * cloudy(rng, height, width, coarse_px=4, n_octaves=2)
    joint = max(1, round(0.008 * px_per_m))
    shade[np.arange(height) % slab_h < joint, :] *= 0.86
    shade[(np.arange(width)[None, :] + (row % 2)[:, None] * (slab_w // 2)) % slab_w < joint] *= 0.86
    return opaque(plain(PAVING_COLOUR, shade))


def asphalt(rng: np.random.Generator, *, width_m: float, depth_m: float, px_per_m: int) -> Texture:
    """Return a road surface with patches, and a white line along its far edge."""
    width, height = round(width_m * px_per_m), round(depth_m * px_per_m)
    shade = 1.0 + 0.05 * cloudy(rng, height, width, coarse_px=2 * px_per_m)
    shade += 0.06 * cloudy(rng, height, width, coarse_px=3, n_octaves=1)
    colour = plain((92, 92, 90), shade)
    line = slice(round(0.3 * px_per_m), round(0.42 * px_per_m))
    colour[line] = 0.25 * colour[line] + 0.75 * plain((205, 210, 210), shade)[line]
    return opaque(colour)


def shop_front(rng: np.random.Generator, *, width_m: float, height_m: float, px_per_m: int) -> Texture:
    """Return a plastered wall on a stone plinth, with a window, a door and a sign board."""
    width, height = round(width_m * px_per_m), round(height_m * px_per_m)
    shade = 1.0 + 0.025 * cloudy(rng, height, width, coarse_px=px_per_m)
    shade *= 1.0 - 0.08 * np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None] ** 6  # splashes near the ground
    wall = plain((150, 170, 182), shade)

    def fill(left_m: float, right_m: float, top_m: float, bottom_m: float, colour: Colour, share: float = 1.0) -> None:
        rows = slice(max(0, height - round(top_m * px_per_m)), height - round(bottom_m * px_per_m))
        columns = slice(round(left_m * px_per_m), round(right_m * px_per_m))
        wall[rows, columns] = (1 - share) * wall[rows, columns] + share * plain(colour, shade[rows, columns])

    fill(0.0, width_m, 0.38, 0.0, (104, 112, 118))
    fill(0.0, width_m, 0.41, 0.38, (78, 84, 90))
    for joint_m in np.arange(0.45, width_m, 0.9):
        fill(joint_m, joint_m + 0.012, 0.38, 0.0, (70, 76, 80))
    for left_m, right_m in ((0.76 * width_m, 0.95 * width_m), (0.2 * width_m, 0.4 * width_m)):
        fill(left_m - 0.07, right_m + 0.07, 2.55, 0.62, (86, 92, 96))
        fill(left_m, right_m, 2.48, 0.7, (96, 84, 72))
        fill(left_m, right_m, 1.25, 0.7, (112, 100, 88), 0.5)
        middle_m = (left_m + right_m) / 2.0
        fill(middle_m - 0.025, middle_m + 0.025, 2.48, 0.7, (86, 92, 96))
        fill(left_m - 0.12, right_m + 0.12, 0.66, 0.6, (160, 166, 170))
    door_m = 0.60 * width_m
    fill(door_m, door_m + 1.0, 2.4, 0.0, (58, 70, 60))
    fill(door_m + 0.08, door_m + 0.92, 2.3, 0.12, (74, 92, 78))
    fill(door_m + 0.2, door_m + 0.8, 2.1, 1.15, (110, 98, 86))
    fill(door_m + 0.12, door_m + 0.17, 1.15, 0.95, (170, 180, 185))
    fill(0.15 * width_m, 0.95 * width_m, 3.2, 2.75, (90, 60, 40))
    return opaque(np.asarray(cv2.GaussianBlur(wall, (0, 0), 0.8), dtype=np.float32))


def soft_shadow(strength: float) -> Texture:
    """Return a round dark blot that fades towards its edge; ``strength`` is its opacity in the middle, 0 to 1."""
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    opacity = np.clip(1.0 - np.hypot(x, y), 0.0, 1.0) ** 1.5 * strength
    alpha = np.rint(opacity * 255).astype(np.uint8)
    return premultiplied(np.full((64, 64, 3), 18, dtype=np.uint8), alpha)


def rolled_carpet(rng: np.random.Generator, colour: Colour, *, width_px: int = 128, height_px: int = 420) -> Texture:
    """Return an upright roll: rounded shading, a woven pattern in bands, and the spiral of its end at the top."""
    x = np.linspace(-1.0, 1.0, width_px, dtype=np.float32)
    y = np.arange(height_px, dtype=np.float32)[:, None]
    shade = np.broadcast_to(0.5 + 0.55 * np.sqrt(np.clip(1.0 - (x + 0.25) ** 2 / 1.6, 0, 1)), (height_px, width_px))
    shade = shade * (1.0 + 0.04 * cloudy(rng, height_px, width_px, coarse_px=6, n_octaves=2))
    band = (np.sin(y / height_px * 44.0) > 0.55) | (np.abs(np.sin(y / 9.0) * np.sin(np.arcsin(x) * 6.0)) > 0.8)
    picture = np.where(band[:, :, None], plain((150, 190, 205), shade), plain(colour, shade))
    for tie in (0.22, 0.74):
        rows = slice(round(tie * height_px), round(tie * height_px) + 7)
        picture[rows] = plain((60, 70, 80), shade)[rows]
    rim = round(width_px * 0.17)
    alpha = np.zeros((height_px, width_px), dtype=np.uint8)
    cv2.rectangle(alpha, (0, rim), (width_px, height_px - rim), 255, -1)
    for middle_y in (rim, height_px - rim - 1):
        cv2.ellipse(alpha, (width_px // 2, middle_y), (width_px // 2, rim), 0, 0, 360, 255, -1)
    end = np.clip(picture, 0, 255).astype(np.uint8)
    cv2.ellipse(end, (width_px // 2, rim), (width_px // 2, rim), 0, 0, 360, (96, 116, 132), -1, cv2.LINE_AA)
    for share in (0.8, 0.58, 0.36, 0.14):
        axes = (round(width_px / 2 * share), round(rim * share))
        cv2.ellipse(end, (width_px // 2, rim), axes, 0, 0, 360, (48, 58, 68), 3, cv2.LINE_AA)
    return premultiplied(end, alpha)


def trolley_case(rng: np.random.Generator, colour: Colour, *, width_px: int = 132, height_px: int = 420) -> Texture:
    """Return a hard suitcase with ribs, wheels and its handle drawn out."""
    top, bottom = round(0.27 * height_px), round(0.955 * height_px)
    alpha = np.zeros((height_px, width_px), dtype=np.uint8)
    _round_rectangle(alpha, (0, top), (width_px - 1, bottom), round(0.13 * width_px), 255)
    x = np.linspace(-1.0, 1.0, width_px, dtype=np.float32)
    shade = 0.72 + 0.34 * np.exp(-((x + 0.35) ** 2) / 0.5) + 0.06 * np.cos(x * 22.0)
    shade = np.broadcast_to(shade, (height_px, width_px)) * np.linspace(1.06, 0.82, height_px)[:, None]
    shade = shade * (1.0 + 0.015 * cloudy(rng, height_px, width_px, coarse_px=20))
    picture = np.clip(plain(colour, shade.astype(np.float32)), 0, 255).astype(np.uint8)
    inner = np.zeros_like(alpha)
    _round_rectangle(inner, (5, top + 5), (width_px - 6, bottom - 5), round(0.1 * width_px), 255)
    picture[(alpha > 0) & (inner == 0)] //= 2
    for side in (0.26, 0.68):
        post = slice(round(side * width_px), round(side * width_px) + 8)
        picture[:top, post], alpha[:top, post] = (150, 152, 154), 255
    grip = (slice(0, 20), slice(round(0.22 * width_px), round(0.78 * width_px)))
    picture[grip], alpha[grip] = (38, 38, 40), 255
    for side in (0.16, 0.84):
        middle = (round(side * width_px), round(0.962 * height_px))
        for canvas, value in ((picture, (30, 30, 32)), (alpha, 255)):
            cv2.circle(canvas, middle, round(0.036 * height_px), value, -1, cv2.LINE_AA)
    return premultiplied(picture, alpha)


def tall_box(rng: np.random.Generator, colour: Colour, *, width_px: int = 130, height_px: int = 420) -> Texture:
    """Return an upright cardboard box with a darker side, tape and a label."""
    shade = 1.0 + 0.03 * cloudy(rng, height_px, width_px, coarse_px=60)
    shade *= np.linspace(1.05, 0.9, height_px, dtype=np.float32)[:, None]
    side = round(0.72 * width_px)
    shade[:, side:] *= 0.66
    picture = np.clip(plain(colour, shade), 0, 255).astype(np.uint8)
    picture[:, side - 1 : side + 1] //= 2
    tape = slice(round(0.31 * width_px), round(0.41 * width_px))
    picture[:, tape] = np.clip(plain((120, 165, 190), shade)[:, tape], 0, 255).astype(np.uint8)
    label = (slice(round(0.3 * height_px), round(0.42 * height_px)), slice(round(0.08 * width_px), side - 8))
    picture[label] = (222, 226, 228)
    for line in range(4):
        row = round((0.32 + 0.022 * line) * height_px)
        picture[row : row + 4, round(0.13 * width_px) : round(0.5 * width_px)] = (70, 70, 74)
    picture[:5] //= 2
    return premultiplied(picture, np.full((height_px, width_px), 255, dtype=np.uint8))


def _round_rectangle(canvas: Picture, first: tuple[int, int], last: tuple[int, int], radius: int, value: int) -> None:
    (left, top), (right, bottom) = first, last
    cv2.rectangle(canvas, (left + radius, top), (right - radius, bottom), value, -1)
    cv2.rectangle(canvas, (left, top + radius), (right, bottom - radius), value, -1)
    for middle in ((left + radius, top + radius), (right - radius, top + radius),
                   (left + radius, bottom - radius), (right - radius, bottom - radius)):
        cv2.circle(canvas, middle, radius, value, -1)
