"""Rain, snow, dirt on the lens and the sensor's noise, each painted once and moved over the picture."""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np

from hw.drawing.canvas import U1
from hw.frame import Picture

_SPARE_PX = 96
_RAIN, _SNOW, _DIRT, _NOISE, _SHAKE, _MOVE = 11, 12, 13, 14, 15, 16
_FLIPS = (0, None, -1, 1)
"""Ways to mirror the grains, as OpenCV numbers them: upside down, not at all, both ways, left to right."""


class Weather:
    """What lies between the scene and the sensor, for one seed.

    Args:
        seed: of every drop, flake, blot and grain.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rain_field = functools.lru_cache(maxsize=2)(self._make_rain)
        self._snow_fields = functools.lru_cache(maxsize=2)(self._make_snow)
        self._dirt_mask = functools.lru_cache(maxsize=2)(self._make_dirt)
        self._grains = functools.lru_cache(maxsize=4)(self._make_grains)
        rng = self._rng(_SHAKE)
        self._sway = [(float(rng.uniform(0.7, 9.0)), float(rng.uniform(0.0, math.tau))) for _ in range(8)]

    def add_rain(self, picture: Picture, strength: float, t_s: float) -> None:
        """Add streaks, new ones in every picture."""
        height, width = picture.shape[:2]
        x, y, _ = self._draw(_RAIN, t_s)
        field = self._rain_field((width, height), round(strength, 2))[y : y + height, x : x + width]
        _add_grey(picture, field)

    def add_snow(self, picture: Picture, strength: float, t_s: float) -> None:
        """Add flakes that fall: near ones are larger and faster."""
        height, width = picture.shape[:2]
        fields = self._snow_fields((width, height), round(strength, 2))
        for layer, field in enumerate(fields):
            fall = height * (0.28 + 0.22 * layer) * t_s
            drift = width * (0.03 + 0.02 * layer) * t_s + 9.0 * math.sin(1.3 * t_s + layer)
            top, left = (-round(fall)) % height, round(drift) % width
            flakes = field[top : top + height, left : left + width]
            cv2.max(picture, flakes if picture.ndim == 2 else cv2.cvtColor(flakes, cv2.COLOR_GRAY2BGR), dst=picture)

    def add_dirt(self, picture: Picture, strength: float) -> None:
        """Darken where blots sit on the lens."""
        height, width = picture.shape[:2]
        clear = self._dirt_mask((width, height), round(strength, 2))
        if picture.ndim == 3:
            clear = cv2.cvtColor(clear, cv2.COLOR_GRAY2BGR)
        cv2.multiply(picture, clear, dst=picture, scale=1.0 / 255.0)

    def add_noise(self, picture: Picture, noise_sd: float, t_s: float) -> None:
        """Add a window of one large field of grains, moved and mirrored anew at every instant."""
        if noise_sd <= 0.0:
            return
        height, width = picture.shape[:2]
        x, y, mirror = self._draw(_NOISE, t_s)
        lighter, darker = self._grains((width, height), noise_sd, picture.ndim == 2)
        window = (slice(y, y + height), slice(x, x + width))
        flip = _FLIPS[mirror % 4]
        for grains, apply in ((lighter, cv2.add), (darker, cv2.subtract)):
            apply(picture, grains[window] if flip is None else cv2.flip(grains[window], flip), dst=picture)

    def sway_px(self, t_s: float) -> tuple[float, float]:
        """Return how far the picture has swayed to the right and down, of unit deviation each."""
        parts = [math.sin(math.tau * rate_hz * t_s + phase) for rate_hz, phase in self._sway]
        return sum(parts[:4]) / math.sqrt(2.0), sum(parts[4:]) / math.sqrt(2.0)

    def _rng(self, purpose: int) -> np.random.Generator:
        return np.random.Generator(np.random.Philox(key=[self._seed, purpose]))

    def _draw(self, purpose: int, t_s: float) -> tuple[int, int, int]:
        key = [self._seed, (purpose << 56) + (round(t_s * 1e6) & 0xFFFFFFFFFFFF)]
        draw = np.random.Generator(np.random.Philox(key=key)).integers(0, _SPARE_PX, 3)
        return int(draw[0]), int(draw[1]), int(draw[2])

    def _make_rain(self, size_wh: tuple[int, int], strength: float) -> U1:
        width, height = size_wh[0] + _SPARE_PX, size_wh[1] + _SPARE_PX
        rng = self._rng(_RAIN)
        field = np.zeros((height, width), dtype=np.uint8)
        for _ in range(round(1400 * strength * width * height / 921_600)):
            x, y, near = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.25, 1.0) ** 2
            length = height / 720 * (14 + 46 * near)
            end = (round((x - 0.12 * length) * 16), round((y + length) * 16))
            cv2.line(field, (round(x * 16), round(y * 16)), end, round(14 + 40 * near), 1 + round(near),
                     cv2.LINE_AA, 4)
        return np.asarray(cv2.GaussianBlur(field, (0, 0), 0.7), dtype=np.uint8)

    def _make_snow(self, size_wh: tuple[int, int], strength: float) -> list[U1]:
        width, height = size_wh
        rng = self._rng(_SNOW)
        fields = []
        for layer in range(3):
            field = np.zeros((height, width), dtype=np.uint8)
            radius = height / 720 * (1.0 + 0.8 * layer)
            for _ in range(round(strength * (2600, 900, 260)[layer])):
                x, y = rng.uniform(0, width), rng.uniform(0, height)
                cv2.circle(field, (round(x * 16), round(y * 16)), round(16 * radius * rng.uniform(0.7, 1.3)),
                           (170, 205, 225)[layer], -1, cv2.LINE_AA, 4)
            soft = np.asarray(cv2.GaussianBlur(field, (0, 0), 0.5 + 0.5 * layer), dtype=np.uint8)
            fields.append(np.tile(soft, (2, 2)))
        return fields

    def _make_dirt(self, size_wh: tuple[int, int], strength: float) -> U1:
        width, height = size_wh
        rng = self._rng(_DIRT)
        blots = np.zeros((height, width), dtype=np.uint8)
        for _ in range(26):
            middle = (int(rng.integers(width)), int(rng.integers(height)))
            axes = (int(rng.uniform(0.004, 0.05) * width), int(rng.uniform(0.004, 0.05) * width))
            cv2.ellipse(blots, middle, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(120, 255)), -1)
        soft = cv2.GaussianBlur(blots, (0, 0), width / 110)
        return np.asarray(255 - strength * soft, dtype=np.uint8)

    def _make_grains(self, size_wh: tuple[int, int], noise_sd: float, is_luma: bool) -> tuple[U1, U1]:
        """Return what is added and what is taken away; brightness is the mixture of the three colours' grains."""
        rng = self._rng(_NOISE)
        shape = (size_wh[1] + _SPARE_PX, size_wh[0] + _SPARE_PX, 3)
        field = rng.standard_normal(shape, dtype=np.float32) * np.float32(noise_sd)
        if is_luma:
            field = field @ np.array([0.114, 0.587, 0.299], dtype=np.float32)
        grains = np.rint(field)
        return np.clip(grains, 0, 255).astype(np.uint8), np.clip(-grains, 0, 255).astype(np.uint8)


def _add_grey(picture: Picture, field: U1) -> None:
    cv2.add(picture, field if picture.ndim == 2 else cv2.cvtColor(field, cv2.COLOR_GRAY2BGR), dst=picture)
