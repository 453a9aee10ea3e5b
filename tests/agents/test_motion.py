"""What starts to move, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from agents import MotionDetector, MotionGate
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


def test_the_working_size_is_the_grid_of_sampled_pixels(scene):
    detector = MotionDetector(stride=7)
    assert detector.working_size_wh is None
    detector.start(scene.stream)
    assert detector.working_size_wh == np.zeros((240, 320))[::7, ::7].shape[::-1]


def test_a_stride_below_one_is_refused():
    with pytest.raises(InputError, match="stride = 0; expected a whole number ≥ 1"):
        MotionGate(stride=0)
