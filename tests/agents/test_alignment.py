"""Gain and sway are found as they were put in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.alignment import find_gain, find_shift_px, moved_by


@pytest.fixture(scope="module")
def ground():
    rng = np.random.default_rng(4)
    coarse = rng.integers(60, 180, (40, 54)).astype(np.float32)
    return cv2.GaussianBlur(cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC), (5, 5), 1.0)


@pytest.mark.parametrize("gain", [0.6, 1.0, 1.4])
def test_a_gain_is_found_though_a_fifth_of_the_picture_is_something_else(ground, gain):
    picture = np.clip(ground * np.float32(gain), 0, 255)
    picture[:, :64] = 10.0
    assert find_gain(picture, ground) == pytest.approx(gain, rel=0.02)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.4, -0.3), (1.6, 0.9), (-3.0, 2.0)])
def test_a_sway_is_found_to_a_tenth_of_a_pixel_with_noise_and_a_passer_by(ground, shift):
    moved = moved_by(ground, *shift) + np.random.default_rng(1).normal(0, 2, ground.shape).astype(np.float32)
    moved[100:200, 100:130] = 20.0
    assert find_shift_px(moved, ground) == pytest.approx(shift, abs=0.1)


def test_a_picture_without_texture_has_no_sway():
    grey = np.full((60, 80), 120.0, np.float32)
    assert find_shift_px(grey + 3.0, grey) == (0.0, 0.0)
