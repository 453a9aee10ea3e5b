"""Textured flat rectangles standing or lying in a scene, and how they are painted into a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hw.frame import Picture
from hw.optics import F8, Projection

NEAR_M = 0.1
"""Nothing nearer to the lens than this is painted."""

Texture = NDArray[np.uint8]
"""Shape (height, width, 4): blue, green, red, opacity."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """A rectangle in the world with a picture on it."""

    corner_m: F8
    """(3,) where the texture's top left corner lies."""
    across_m: F8
    """(3,) from the texture's left edge to its right edge."""
    down_m: F8
    """(3,) from the texture's top edge to its bottom edge."""
    texture: Texture

    @property
    def corners_m(self) -> F8:
        """The four corners (4, 3), clockwise from the top left."""
        a, b, c = self.corner_m, self.across_m, self.down_m
        return np.array([a, a + b, a + b + c, a + c])


def upright_panel(
    foot_m: F8, texture: Texture, *, width_m: float, height_m: float, facing: Projection,
) -> Panel:
    """Return a panel that stands on ``foot_m`` (3,), turned about the vertical to face the camera."""
    away = (foot_m - facing.position_m)[:2]
    across = np.array([away[1], -away[0], 0.0]) / math.hypot(away[0], away[1]) * width_m
    down = np.array([0.0, 0.0, -height_m])
    return Panel(corner_m=foot_m - down - across / 2.0, across_m=across, down_m=down, texture=texture)


def lying_panel(
    centre_xy_m: tuple[float, float], texture: Texture, *, width_m: float, depth_m: float, z_m: float = 0.0,
) -> Panel:
    """Return a panel that lies flat, its width along x and its top edge at the far (greater y) side."""
    return Panel(
        corner_m=np.array([centre_xy_m[0] - width_m / 2.0, centre_xy_m[1] + depth_m / 2.0, z_m]),
        across_m=np.array([width_m, 0.0, 0.0]), down_m=np.array([0.0, -depth_m, 0.0]), texture=texture,
    )


def outline_px(panel: Panel, projection: Projection) -> F8 | None:
    """Return the panel's visible outline (n, 2) in pixels, cut off near the lens; None if it is all behind."""
    corners = panel.corners_m
    depth = projection.depth_m(corners)
    kept: list[F8] = []
    for i in range(4):
        j = (i + 1) % 4
        if depth[i] >= NEAR_M:
            kept.append(corners[i])
        if (depth[i] >= NEAR_M) != (depth[j] >= NEAR_M):
            share = (NEAR_M - depth[i]) / (depth[j] - depth[i])
            kept.append(corners[i] + share * (corners[j] - corners[i]))
    return projection.project(np.array(kept)) if len(kept) >= 3 else None


def box_of(outline: F8) -> tuple[float, float, float, float]:
    """Return (left, top, right, bottom) round an outline; right and bottom are one past the last pixel."""
    left, top = outline.min(axis=0) + 0.5
    right, bottom = outline.max(axis=0) + 0.5
    return float(left), float(top), float(right), float(bottom)


def paint_panel(picture: Picture, panel: Panel, projection: Projection) -> None:
    """Blend a panel into a picture (height, width) or (height, width, 3) in place."""
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
    texture = _shrunk(panel.texture, outline)
    to_pixels = local.plane(panel.corner_m, panel.across_m, panel.down_m) @ _texel_to_unit(texture)
    layer = cv2.warpPerspective(
        texture, to_pixels, (right - left, bottom - top), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0),
    )
    _keep_in_front(layer, outline - (left, top))
    blend(picture[top:bottom, left:right], layer)


def blend(window: Picture, layer: Texture) -> None:
    """Lay a layer of the same height and width over a window of a picture, in place; the layer is premultiplied."""
    clear = 255 - layer[:, :, 3].astype(np.uint16)
    if window.ndim == 2:
        colour = np.asarray(cv2.cvtColor(layer, cv2.COLOR_BGRA2GRAY), dtype=np.uint8)
    else:
        colour, clear = layer[:, :, :3], clear[:, :, None]
    under = (window.astype(np.uint16) * clear + 127) // 255
    np.minimum(under + colour, 255, out=under)
    window[:] = under.astype(np.uint8)


def premultiplied(colour: Picture, opacity: NDArray[np.uint8]) -> Texture:
    """Return a texture whose colours are already weighted with its opacity, as every texture here is."""
    weight = opacity.astype(np.float32)[:, :, None] / np.float32(255.0)
    return np.dstack([np.rint(colour.astype(np.float32) * weight).astype(np.uint8), opacity])


def _texel_to_unit(texture: Texture) -> F8:
    height, width = texture.shape[:2]
    return np.array([[1.0 / width, 0.0, 0.5 / width], [0.0, 1.0 / height, 0.5 / height], [0.0, 0.0, 1.0]])


def _shrunk(texture: Texture, outline: F8) -> Texture:
    """Return the texture halved until it is at most twice as fine as the picture needs."""
    wide, high = outline.max(axis=0) - outline.min(axis=0)
    while texture.shape[1] > 2.0 * wide and texture.shape[0] > 2.0 * high and min(texture.shape[:2]) > 4:
        texture = np.asarray(cv2.resize(texture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return texture


def _keep_in_front(layer: Texture, outline: F8) -> None:
    """Clear what a homography mirrors in from behind the camera; the texture's own edge stays soft."""
    mask = np.zeros(layer.shape[:2], dtype=np.uint8)
    grown = np.clip(np.rint(outline), -(2**14), 2**14).astype(np.int32)
    cv2.fillConvexPoly(mask, grown, 255)
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)
    layer[mask == 0] = 0
