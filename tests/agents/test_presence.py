"""Where people are is looked up once a second, in a size that suits the picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.presence import Presence


class Asked:
    """Notes what a network would be asked."""

    def __init__(self):
        self.sizes_px = []

    def find(self, bgr, *, min_score, kinds, size_px):
        self.sizes_px.append(size_px)
        return []


@pytest.mark.parametrize(("width", "size_px"), [(320, 416), (640, 416), (1000, 500), (1280, 640), (3840, 640)])
def test_of_a_smaller_picture_the_network_sees_a_larger_share(scene, width, size_px):
    frame = dataclasses.replace(scene.make_frame(np.zeros((9, 16), np.uint8), 0, 0.0), size_wh=(width, width * 9 // 16))
    asked = Asked()
    presence = Presence(asked)
    for t_s in (0.0, 0.5, 1.0, 1.3):
        presence.update(frame, t_s)
    assert asked.sizes_px == [size_px, size_px]
