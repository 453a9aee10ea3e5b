"""What starts to move, and what does not."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from agents import MotionDetector, MotionGate
from agents.regions import find_regions
from sim.errors import InputError


def test_a_person_who_enters_and_leaves_is_one_start_of_motion(scene):
    alerts = scene.run(MotionDetector(), scene.draw([scene.person_walking(3.0)], duration_s=12.0))
    assert [alert.kind for alert in alerts] == ["motion"]
    assert 3.0 <= alerts[0].detect_s <= 4.0
    assert alerts[0].box_xyxy[0] < 60


def test_a_second_person_after_a_quiet_time_is_a_second_start(scene):
    things = [scene.person_walking(3.0), scene.person_walking(14.0)]
    assert len(scene.run(MotionDetector(), scene.draw(things, duration_s=24.0))) == 2


@pytest.mark.parametrize("noise_grey", [0.0, 3.0, 10.0])
def test_noise_alone_raises_nothing(scene, noise_grey):
    assert scene.run(MotionDetector(), scene.draw([], duration_s=30.0, noise_grey=noise_grey)) == []


def test_a_step_of_the_whole_pictures_brightness_is_not_motion(scene):
    frames = scene.draw([], duration_s=10.0, gain=lambda t_s: 1.0 if t_s < 5.0 else 0.8)
    assert scene.run(MotionDetector(), frames) == []


@pytest.mark.parametrize("noise_grey", [2.0, 6.0, 12.0])
def test_the_gate_learns_the_cameras_own_noise_while_a_person_walks(scene, noise_grey):
    gate = MotionGate()
    for frame in scene.draw([scene.person_walking(4.0)], duration_s=8.0, noise_grey=noise_grey):
        gate.look(frame.luma(), frame.pts_s)
    assert gate.sigma == pytest.approx(noise_grey, rel=0.2)


def test_the_gate_says_where_it_moves_and_how_much_of_the_picture(scene):
    gate = MotionGate()
    seen = [gate.look(frame.luma(), frame.pts_s)
            for frame in scene.draw([scene.person_walking(2.0)], duration_s=5.0)][-1]
    left, top, right, bottom = max(seen, key=lambda region: region.share).box_xyxy
    assert left >= 120
    assert top == pytest.approx(100, abs=8)
    assert right == pytest.approx(174, abs=8)  # the person's front edge
    assert bottom == pytest.approx(210, abs=8)
    assert all(region.contrast > 1.0 and 0.0 < region.share < 0.2 for region in seen)


def test_the_gate_sees_what_its_plain_twin_sees(scene):
    gate, twin = MotionGate(), PlainGate()
    for frame in scene.draw([scene.person_walking(1.0)], duration_s=6.0, noise_grey=3.0):
        seen = gate.look(frame.luma(), frame.pts_s)
        expected = twin.look(frame.luma(), frame.pts_s)
        assert {(region.box_xyxy, round(region.share, 9)) for region in seen} == {item[:2] for item in expected}
        assert sorted(region.contrast for region in seen) == pytest.approx(sorted(item[2] for item in expected), 1e-3)
    assert gate.sigma == pytest.approx(twin.sigma, rel=1e-3)


def middle(values):
    return np.sort(values)[len(values) // 2]


class PlainGate:
    """The gate as its words say it, in double precision."""

    def __init__(self):
        self.last = None
        self.sigma = 0.0

    def look(self, luma, t_s):
        grid = luma[::4, ::4].astype(float)
        step = max(1, grid.size // 500) | 1
        if self.last is None:
            self.last, self.t_s, self.backgrounds = grid, t_s, [grid.copy(), grid.copy()]
            return []
        dt_s, self.t_s = min(t_s - self.t_s, 1.0), t_s
        change = (grid - self.last).ravel()[::step]
        sigma = 1.4826 * middle(abs(change - middle(change))) / 2**0.5
        self.sigma += (sigma - self.sigma) * (min(1.0, dt_s / 2.0) if self.sigma else 1.0)
        self.last = grid
        away = [abs(grid - background - middle((grid - background).ravel()[::step]))
                for background in self.backgrounds]
        least = np.minimum(*away)
        threshold = max(8.0, 6.0 * self.sigma)
        for background, memory_s in zip(self.backgrounds, (0.5, 10.0), strict=True):
            background += (grid - background) * min(1.0, dt_s / memory_s)
        mask = (least > threshold).astype(np.uint8)
        regions, labels = find_regions(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)),
                                       min_px=max(2.0, 0.001 * mask.size))
        found = []
        for region in regions:
            left, top, right, bottom = region.box_xyxy
            inside = (labels == region.labels[0]) & (mask == 1)
            found.append(((4.0 * left, 4.0 * top, min(4.0 * right, luma.shape[1]), min(4.0 * bottom, luma.shape[0])),
                          round(region.n_px / mask.size, 9), least[inside].mean() / threshold))
        return found


def test_pictures_that_come_sooner_than_the_detector_looks_are_not_read(scene):
    frames = scene.draw([scene.person_walking(3.0)], duration_s=8.0)
    n_read = 0

    def counted(make):
        def luma():
            nonlocal n_read
            n_read += 1
            return make()
        return luma

    fast = [dataclasses.replace(frame, pts_s=frame.pts_s + late_s, make_luma=counted(frame.make_luma))
            for frame in frames for late_s in (0.0, 0.02, 0.04)]
    assert [alert.kind for alert in scene.run(MotionDetector(), fast)] == ["motion"]
    assert n_read == len(fast) // 3


def test_the_working_size_is_the_grid_of_sampled_pixels(scene):
    detector = MotionDetector(stride=7)
    assert detector.working_size_wh is None
    detector.start(scene.stream)
    assert detector.working_size_wh == np.zeros((240, 320))[::7, ::7].shape[::-1]


def test_a_stride_below_one_is_refused():
    with pytest.raises(InputError, match="stride = 0; expected a whole number ≥ 1"):
        MotionGate(stride=0)
