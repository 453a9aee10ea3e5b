"""Where people are is looked up once a second, in a size that suits the picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.detections import Detection
from agents.presence import Presence


class Asked:
    """Notes what a network would be asked, and finds people as it is told to."""

    def __init__(self, *found):
        self.sizes_px, self.found = [], list(found)

    def find(self, bgr, *, min_score, kinds, size_px):
        self.sizes_px.append(size_px)
        boxes = self.found.pop(0) if self.found else []
        return [Detection(box_xyxy=box, kind="person", score=0.5) for box in boxes]


def seen_at(scene, lefts):
    """Return who was present where a person's left edge was, look by look; None where nobody was found."""
    frame = scene.make_frame(np.zeros((9, 16), np.uint8), 0, 0.0)
    presence = Presence(Asked(*([] if left is None else [(left, 100.0, left + 40.0, 220.0)] for left in lefts)))
    for t_s in range(len(lefts)):
        presence.update(frame, float(t_s))
    return presence


def test_where_somebody_stood_for_three_looks_there_is_no_thing_though_others_missed_them(scene):
    behind, feet = (110.0, 120.0, 120.0, 140.0), (110.0, 212.0, 120.0, 222.0)
    stood = seen_at(scene, [None] * 6 + [100.0, None, 102.0, 101.0])
    assert stood.stood_over(behind)
    assert not stood.stood_over(feet)
    assert not seen_at(scene, [None] * 6 + [100.0, None, 102.0, None]).stood_over(behind)
    assert not seen_at(scene, [None] * 6 + [85.0, 100.0, 115.0]).stood_over(behind), "they walked past"


@pytest.mark.parametrize(("width", "size_px"), [(320, 416), (640, 416), (1000, 500), (1280, 640), (3840, 640)])
def test_of_a_smaller_picture_the_network_sees_a_larger_share(scene, width, size_px):
    frame = dataclasses.replace(scene.make_frame(np.zeros((9, 16), np.uint8), 0, 0.0), size_wh=(width, width * 9 // 16))
    asked = Asked()
    presence = Presence(asked)
    for t_s in (0.0, 0.5, 1.0, 1.3):
        presence.update(frame, t_s)
    assert asked.sizes_px == [size_px, size_px]
