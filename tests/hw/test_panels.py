"""Textured rectangles, against a slow twin that follows every pixel's ray."""

from __future__ import annotations

import numpy as np
import pytest

from hw.optics import Mount, Projection, View
from hw.panels import Panel, box_of, lying_panel, outline_px, paint_panel, premultiplied, upright_panel

MOUNT = Mount(height_m=3.0, heading_deg=90.0)
SIZE_WH = (96, 64)


def smooth_texture(opacity: int = 255) -> np.ndarray:
    y, x = np.mgrid[0:80, 0:120]
    colour = np.dstack([x * 2, y * 3, (x + y)]).astype(np.uint8)
    return premultiplied(colour, np.full((80, 120), opacity, np.uint8))


def painted_by_rays(picture: np.ndarray, panel: Panel, projection: Projection) -> np.ndarray:
    """Paint a panel by cutting the ray of every pixel with the panel's plane, nearest texel."""
    out = picture.astype(float)
    height, width = panel.texture.shape[:2]
    columns = np.column_stack([panel.across_m, panel.down_m])
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            rows = projection.matrix
            ray = np.cross(rows[0, :3] - x * rows[2, :3], rows[1, :3] - y * rows[2, :3])
            ray *= np.sign(ray @ rows[2, :3])
            normal = np.cross(panel.across_m, panel.down_m)
            if abs(ray @ normal) < 1e-9:
                continue
            distance = ((panel.corner_m - projection.position_m) @ normal) / (ray @ normal)
            if distance <= 0:
                continue
            point = projection.position_m + distance * ray
            u, v = np.linalg.lstsq(columns, point - panel.corner_m, rcond=None)[0]
            if 0 <= u < 1 and 0 <= v < 1:
                texel = panel.texture[int(v * height), int(u * width)].astype(float)
                out[y, x] = out[y, x] * (1 - texel[3] / 255) + texel[:3]
    return out


VIEWS = [
    View(pan_deg=0, tilt_deg=-20, hfov_deg=50), View(pan_deg=25, tilt_deg=-35, hfov_deg=70),
    View(pan_deg=-30, tilt_deg=-10, hfov_deg=60),
]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("opacity", [255, 120])
@pytest.mark.parametrize("shape", ["ground", "wall", "figure"])
def test_a_panel_is_painted_where_the_rays_say(view, opacity, shape):
    projection = Projection.of(MOUNT, view, SIZE_WH)
    texture = smooth_texture(opacity)
    panel = {
        "ground": lying_panel((0.0, 4.0), texture, width_m=9.0, depth_m=10.0),  # reaches behind the camera
        "wall": Panel(corner_m=np.array([-3.0, 7.0, 3.0]), across_m=np.array([6.0, 0.0, 0.0]),
                      down_m=np.array([0.0, 0.0, -3.0]), texture=texture),
        "figure": upright_panel(np.array([0.5, 5.0, 0.0]), texture, width_m=1.5, height_m=2.0, facing=projection),
    }[shape]
    picture = np.full((SIZE_WH[1], SIZE_WH[0], 3), 90, np.uint8)
    expected = painted_by_rays(picture, panel, projection)
    paint_panel(picture, panel, projection)
    difference = np.abs(picture - expected).max(axis=2)
    assert np.median(difference) <= 3
    assert (difference > 12).mean() < 0.08  # the outline's pixels, soft in one and hard in the other


def test_the_box_round_a_standing_panel_is_the_box_round_its_pixels():
    projection = Projection.of(MOUNT, View(pan_deg=0, tilt_deg=-20, hfov_deg=50), (640, 360))
    texture = premultiplied(np.full((50, 30, 3), 255, np.uint8), np.full((50, 30), 255, np.uint8))
    panel = upright_panel(np.array([0.8, 6.0, 0.0]), texture, width_m=0.4, height_m=1.1, facing=projection)
    picture = np.zeros((360, 640, 3), np.uint8)
    paint_panel(picture, panel, projection)
    rows, columns = np.nonzero(picture.max(axis=2) > 127)
    outline = outline_px(panel, projection)
    assert outline is not None
    left, top, right, bottom = box_of(outline)
    assert (left, top) == pytest.approx((columns.min(), rows.min()), abs=1.5)
    assert (right, bottom) == pytest.approx((columns.max() + 1, rows.max() + 1), abs=1.5)


def test_a_panel_behind_the_camera_leaves_the_picture_alone():
    projection = Projection.of(MOUNT, VIEWS[0], SIZE_WH)
    panel = lying_panel((0.0, -9.0), smooth_texture(), width_m=4.0, depth_m=4.0)
    picture = np.full((SIZE_WH[1], SIZE_WH[0], 3), 90, np.uint8)
    paint_panel(picture, panel, projection)
    assert (picture == 90).all()
    assert outline_px(panel, projection) is None
