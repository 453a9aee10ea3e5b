"""What never moves in a scene, painted for a view: exactly where the camera stands still, from tiles where it turns."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from hw.drawing.canvas import U1
from hw.drawing.conditions import Condition
from hw.drawing.coverage import F8
from hw.frame import Picture
from hw.optics import Mount, Projection, View, focal_px
from hw.panels import Panel, Texture, outline_px

_FINER = 2
"""A still backdrop is painted this much finer, then averaged."""
_ZOOM_STEP = 1.25
"""Tiles are painted for focal lengths this far apart."""
_TILE_SHARE = 1.75
"""A tile is so many times as wide and high as the picture."""
_TURN_SHARE = 0.25
"""Tiles are so many pictures apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """A street lamp."""

    x_m: float
    y_m: float
    reach_m: float = 7.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A photo as the scene's backdrop, taken by a camera that looked along a known view."""

    picture: Picture
    """(height, width, 3)"""
    view: View


class Backdrop:
    """Panels, or a photo, seen from one mount under one condition.

    Args:
        panels: opaque rectangles, far ones first.
        mount: where the camera hangs.
        condition: gives the light.
        lamps: where it comes from at night.
        sky: blue, green, red where there is no panel.
        photo: taken instead of the panels.
    """

    def __init__(
        self, panels: Sequence[Panel], *, mount: Mount, condition: Condition, lamps: Sequence[Lamp] = (),
        sky: tuple[int, int, int] = (226, 214, 200), photo: Photo | None = None,
    ) -> None:
        self._panels = tuple(panels)
        self._mount = mount
        self._condition = condition
        self._lamps = tuple(lamps)
        self._sky = sky
        self._photo = photo
        self._halved: dict[tuple[int, int, int, bool], U1] = {}
        self.still = functools.lru_cache(maxsize=6)(self._paint_still)
        self._tile = functools.lru_cache(maxsize=24)(self._paint_tile)

    def light_at(self, x_m: float, y_m: float) -> float:
        """Return the brightness at a place on the ground."""
        total = self._condition.ambient
        if self._condition.lamps > 0.0:
            total += self._condition.lamps * sum(
                (1.0 + ((x_m - lamp.x_m) ** 2 + (y_m - lamp.y_m) ** 2) / lamp.reach_m**2) ** -2 for lamp in self._lamps)
        return min(1.3, total)

    def moving(self, view: View, size_wh: tuple[int, int], is_luma: bool) -> Picture:
        """Return the backdrop for a view that is passed through: a tile, turned into place."""
        focal = focal_px(size_wh[0], view.hfov_deg)
        octave = math.ceil(math.log(focal / 100.0) / math.log(_ZOOM_STEP))
        tile_focal = 100.0 * _ZOOM_STEP**octave
        pan_step = math.degrees(math.atan(_TURN_SHARE * size_wh[0] / tile_focal))
        tilt_step = math.degrees(math.atan(_TURN_SHARE * size_wh[1] / tile_focal))
        key = (round(view.pan_deg / pan_step), round(view.tilt_deg / tilt_step), octave, size_wh, is_luma)
        tile, tile_to_ray = self._tile(*key, pan_step, tilt_step)
        to_picture = Projection.of(self._mount, view, size_wh).matrix[:, :3]
        return np.asarray(cv2.warpPerspective(tile, to_picture @ tile_to_ray, size_wh, flags=cv2.INTER_LINEAR,
                                              borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)

    def _paint_tile(
        self, pan_index: int, tilt_index: int, octave: int, size_wh: tuple[int, int], is_luma: bool, pan_step: float,
        tilt_step: float,
    ) -> tuple[Picture, F8]:
        """Return a tile and the map from its pixels to rays of the world."""
        width, height = (round(_TILE_SHARE * side) for side in size_wh)
        hfov_deg = 2.0 * math.degrees(math.atan(width / 2.0 / (100.0 * _ZOOM_STEP**octave)))
        view = View(pan_deg=pan_index * pan_step, tilt_deg=max(-90.0, min(90.0, tilt_index * tilt_step)),
                    hfov_deg=hfov_deg)
        tile = self._paint(view, (width, height), is_luma, finer=1)
        to_tile = Projection.of(self._mount, view, (width, height)).matrix[:, :3]
        return tile, np.asarray(np.linalg.inv(to_tile), dtype=np.float64)

    def _paint_still(self, view: View, size_wh: tuple[int, int], is_luma: bool) -> Picture:
        return self._paint(view, size_wh, is_luma, finer=_FINER)

    def _paint(self, view: View, size_wh: tuple[int, int], is_luma: bool, *, finer: int) -> Picture:
        projection = Projection.of(self._mount, view, size_wh)
        if self._photo is not None:
            picture = self._paint_photo(self._photo, projection, size_wh, is_luma)
        else:
            fine = projection.scaled(finer) if finer > 1 else projection
            sky = np.array(self._sky, dtype=np.float64)
            shape = (finer * size_wh[1], finer * size_wh[0])
            picture = np.full(shape, sky @ (0.114, 0.587, 0.299), dtype=np.uint8) if is_luma else np.full(
                (*shape, 3), sky, dtype=np.uint8)
            for panel in self._panels:
                self._paint_panel(picture, panel, fine)
            if finer > 1:
                picture = np.asarray(cv2.resize(picture, size_wh, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return self._lit(picture, projection)

    def _paint_photo(self, photo: Photo, projection: Projection, size_wh: tuple[int, int], is_luma: bool) -> Picture:
        height, width = photo.picture.shape[:2]
        home = Projection.of(self._mount, photo.view, (width, height)).matrix[:, :3]
        source = cv2.cvtColor(photo.picture, cv2.COLOR_BGR2GRAY) if is_luma else photo.picture
        shrink = width / (2.0 * math.tan(math.radians(photo.view.hfov_deg) / 2.0)) / np.linalg.norm(
            np.cross(projection.matrix[0, :3], projection.matrix[2, :3]))
        if shrink > 1.5:  # else a fine photo would flicker when it is shown small
            source = cv2.GaussianBlur(source, (0, 0), 0.45 * shrink)
        return np.asarray(cv2.warpPerspective(source, projection.matrix[:, :3] @ np.linalg.inv(home), size_wh,
                                              flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)

    def _paint_panel(self, picture: Picture, panel: Panel, projection: Projection) -> None:
        outline = outline_px(panel, projection)
        if outline is None:
            return
        height, width = picture.shape[:2]
        left, top = (max(0, math.floor(value)) for value in outline.min(axis=0) - 1.0)
        right, bottom = (math.ceil(value) for value in outline.max(axis=0) + 2.0)
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            return
        local = projection.shifted(left, top)
        texture = self._fitting(panel, outline, picture.ndim == 2)
        rows, columns = texture.shape[:2]
        texel = np.array([[1.0 / columns, 0.0, 0.5 / columns], [0.0, 1.0 / rows, 0.5 / rows], [0.0, 0.0, 1.0]])
        layer = cv2.warpPerspective(texture, local.plane(panel.corner_m, panel.across_m, panel.down_m) @ texel,
                                    (right - left, bottom - top), flags=cv2.INTER_LINEAR,
                                    borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros((bottom - top, right - left), dtype=np.uint8)
        corners = np.clip((outline - (left, top)) * 16.0, -(2**26), 2**26)
        cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 255, shift=4)
        cv2.copyTo(layer, mask, picture[top:bottom, left:right])

    def _fitting(self, panel: Panel, outline: F8, is_luma: bool) -> U1:
        """Return a panel's texture, halved along each side while it is more than twice as fine as it is seen."""
        wide, high = np.ptp(outline, axis=0)
        is_upright = panel.down_m[2] != 0.0
        rows, columns = panel.texture.shape[:2]
        # a lying panel may be turned in the picture, so that its longer side there limits both
        room_x, room_y = (wide, high) if is_upright else (max(wide, high), max(0.35 * wide, high))
        halve_x = max(0, min(6, math.floor(math.log2(max(1.0, columns / max(4.0, room_x))))))
        halve_y = max(0, min(6, math.floor(math.log2(max(1.0, rows / max(4.0, room_y))))))
        key = (id(panel.texture), halve_x, halve_y, is_luma)
        if key not in self._halved:
            self._halved[key] = self._halve(panel.texture, halve_x, halve_y, is_luma, is_ground=not is_upright)
        return self._halved[key]

    def _halve(self, texture: Texture, halve_x: int, halve_y: int, is_luma: bool, *, is_ground: bool) -> U1:
        colour = np.ascontiguousarray(texture[:, :, :3])
        if is_ground and self._condition.cover > 0.0:
            cover = self._condition.cover
            colour = np.asarray(cv2.addWeighted(colour, 1.0 - cover, np.full_like(colour, 238), cover, 0.0),
                                dtype=np.uint8)
        size = (max(4, colour.shape[1] >> halve_x), max(4, colour.shape[0] >> halve_y))
        small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if is_luma else small, dtype=np.uint8)

    def _lit(self, picture: Picture, projection: Projection) -> Picture:
        """Return a picture in the condition's light, which lamps make uneven on the ground."""
        if self._condition.lamps <= 0.0:
            if self._condition.ambient == 1.0:
                return picture
            return np.asarray(cv2.convertScaleAbs(picture, alpha=self._condition.ambient), dtype=np.uint8)
        height, width = picture.shape[:2]
        cell = 8
        columns, rows = np.meshgrid(np.arange(0, width + cell, cell), np.arange(0, height + cell, cell))
        rays = np.stack([columns, rows, np.ones_like(columns)], axis=-1) @ np.linalg.inv(projection.matrix[:, :3]).T
        falls = np.where(rays[..., 2] < -1e-6, -projection.position_m[2] / np.minimum(rays[..., 2], -1e-6), np.inf)
        level = np.hypot(rays[..., 0], rays[..., 1])
        reach = np.minimum(falls, 40.0 / np.maximum(level, 1e-6))
        x, y = projection.position_m[0] + reach * rays[..., 0], projection.position_m[1] + reach * rays[..., 1]
        light = np.full(x.shape, self._condition.ambient)
        for lamp in self._lamps:
            near = 1.0 + ((x - lamp.x_m) ** 2 + (y - lamp.y_m) ** 2) / lamp.reach_m**2
            light += self._condition.lamps * near**-2.0
        coarse = np.clip(light * 128.0, 0, 166).astype(np.uint8)
        map_ = cv2.resize(coarse, (coarse.shape[1] * cell, coarse.shape[0] * cell),
                          interpolation=cv2.INTER_LINEAR)[:height, :width]
        if picture.ndim == 3:
            map_ = cv2.cvtColor(np.ascontiguousarray(map_), cv2.COLOR_GRAY2BGR)
        return np.asarray(cv2.multiply(picture, map_, scale=1.0 / 128.0), dtype=np.uint8)
