"""How frames reach a detector, and what it knows of its stream."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents import Post, Watch, level_of


class NotingDetector:
    """Notes what is done to it."""

    name = "noting"
    pixels = "luma"
    working_size_wh = None

    def __init__(self):
        self.notes = []

    def start(self, stream):
        self.notes.append("start")

    def reset(self):
        self.notes.append("reset")

    def update(self, frame):
        self.notes.append(frame.index)
        return []


def test_tainted_and_corrupt_frames_are_withheld_and_the_next_meets_a_reset_detector(scene):
    frames = scene.draw([], duration_s=0.6)
    frames[2] = dataclasses.replace(frames[2], is_corrupt=True)
    frames[3] = dataclasses.replace(frames[3], is_tainted=True)
    detector = NotingDetector()
    watch = Watch(detector, scene.stream)
    for frame in frames:
        watch.update(frame)
    assert detector.notes == ["start", 0, 1, "reset", 4, 5]
    assert watch.n_withheld == 2


def test_without_times_and_rate_the_instant_of_arrival_counts(scene):
    post = Post("noting", dataclasses.replace(scene.stream, fps=None))
    times_s = [post.time_s(frame) for frame in scene.draw([], duration_s=0.4, has_pts=False)]
    assert times_s == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_a_frame_without_a_time_is_never_before_the_one_before_it(scene):
    post = Post("noting", scene.stream)
    luma = np.zeros((240, 320), np.uint8)
    assert post.time_s(scene.make_frame(luma, 0, 5.0)) == 5.0
    assert post.time_s(scene.make_frame(luma, 1, None)) == 5.0


def test_levels_are_quarters_of_the_score():
    assert [level_of(score) for score in (0.0, 0.24, 0.25, 0.5, 0.75, 1.0)] == [1, 1, 2, 3, 4, 4]
