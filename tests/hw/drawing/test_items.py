"""Small things count for their exact share of each pixel, and trials give things of the wanted size and contrast."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hw.drawing.canvas import Canvas
from hw.drawing.conditions import make_condition
from hw.drawing.eye import Eye
from hw.drawing.items import ITEMS, Item, Placed, item_box, paint_item
from hw.drawing.trials import litter_script
from hw.optics import Mount, View
from hw.scenes import stage_script
from sim.errors import InputError

MOUNT = Mount(height_m=4.0, heading_deg=90.0)
VIEW = View(pan_deg=0.0, tilt_deg=-20.0, hfov_deg=50.0)
EYE = Eye.of(MOUNT, VIEW, (640, 360))


def darkened(item: Item, x_m: float, y_m: float, yaw_rad: float) -> float:
    """Return how much light a black thing takes from a white picture, in whole pixels."""
    picture = np.full((360, 640), 255, np.uint8)
    black = Item(kind=item.kind, size_m=item.size_m, colour=(0, 0, 0))
    placed = Placed(item=black, middle=(x_m, y_m, 0.01), yaw_rad=yaw_rad)
    paint_item(Canvas(picture=picture, eye=EYE), placed, light=1.0)
    return float((255 - picture.astype(int)).sum() / 255)


def test_a_thing_smaller_than_a_pixel_takes_the_same_light_wherever_it_lies():
    item = ITEMS["matchbox"]
    taken = [darkened(item, 0.5 + 0.013 * i, 9.0, 0.3) for i in range(12)]
    box = item_box(EYE, Placed(item=item, middle=(0.5, 9.0, 0.01), yaw_rad=0.3))
    assert 0.5 < max(taken) < 12
    assert np.ptp(taken) < 0.06 * max(taken)  # perspective and rounding to whole grey levels
    assert taken[0] < (box[2] - box[0]) * (box[3] - box[1])


@pytest.mark.parametrize("kind", ITEMS)
def test_every_item_is_painted_inside_its_box(kind):
    item = ITEMS[kind]
    for pitch in (0.0, 0.7, 1.57):
        placed = Placed(item=item, middle=(0.3, 5.0, 0.6), yaw_rad=0.8, pitch_rad=pitch)
        picture = np.full((360, 640, 3), 128, np.uint8)
        box = paint_item(Canvas(picture=picture, eye=EYE), placed, light=1.0)
        assert box == item_box(EYE, placed)
        rows, columns = np.nonzero((picture != 128).any(axis=2))
        left, top, right, bottom = box
        assert len(rows) > 0
        assert columns.min() >= math.floor(left)
        assert columns.max() < math.ceil(right)
        assert rows.min() >= math.floor(top)
        assert rows.max() < math.ceil(bottom)


@pytest.mark.parametrize("object_px", [1.5, 3.0, 20.0])
def test_a_trial_drops_things_of_the_wanted_width_and_contrast(object_px):
    scene = stage_script(litter_script(object_px=object_px, n=4, every_s=10.0), seed=1,
                         condition=make_condition("overcast"))
    events = scene.truth().events
    assert [event.kind for event in events] == ["litter"] * 4
    for event in events:
        left, _, right, _ = event.box_xyxy
        assert right - left == pytest.approx(object_px, rel=0.04)
    if object_px > 10:
        left, top, right, bottom = (round(side) for side in events[0].box_xyxy)
        after = scene.render(scene.duration_s - 1.0).luma()[top + 3 : bottom - 3, left + 3 : right - 3].mean()
        before = scene.render(0.0).luma()[top + 3 : bottom - 3, left + 3 : right - 3].mean()
        assert before - after == pytest.approx(60 * 0.85, abs=14)


@pytest.mark.parametrize("options", [{"object_px": 0.0}, {"object_px": 3.0, "contrast": 250.0},
                                     {"object_px": 3.0, "n": 0}])
def test_a_trial_that_cannot_be_is_refused(options):
    with pytest.raises(InputError, match="litter_script"):
        litter_script(**options)
