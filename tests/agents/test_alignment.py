"""Gain and sway are found as they were put in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.alignment import Sway, find_gain, find_sway, moved_back

SIZE_WH = (320, 240)


@pytest.fixture(scope="module")
def ground():
    rng = np.random.default_rng(4)
    coarse = rng.integers(60, 180, (40, 54)).astype(np.float32)
    return cv2.GaussianBlur(cv2.resize(coarse, SIZE_WH, interpolation=cv2.INTER_CUBIC), (5, 5), 1.0)


def swayed(ground, sway):
    return cv2.warpAffine(ground, sway.matrix(SIZE_WH), SIZE_WH, borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("gain", [0.6, 1.0, 1.4])
def test_a_gain_is_found_though_a_fifth_of_the_picture_is_something_else(ground, gain):
    picture = np.clip(ground * np.float32(gain), 0, 255)
    picture[:, :64] = 10.0
    assert find_gain(picture, ground) == pytest.approx(gain, rel=0.02)


@pytest.mark.parametrize("sway", [
    Sway(), Sway(x_px=0.4, y_px=-0.3), Sway(x_px=1.6, y_px=0.9), Sway(x_px=-6.0, y_px=4.0),
    Sway(x_px=3.0, y_px=-1.0, turn=0.006), Sway(x_px=-1.0, y_px=0.5, growth=0.004)])
def test_a_sway_is_found_to_a_tenth_of_a_pixel_with_noise_and_a_passer_by(ground, sway):
    picture = swayed(ground, sway) + np.random.default_rng(1).normal(0, 2, ground.shape).astype(np.float32)
    picture[100:200, 100:130] = 20.0
    found = find_sway(picture, ground)
    assert found is not None
    assert (found.x_px, found.y_px) == pytest.approx((sway.x_px, sway.y_px), abs=0.1)
    assert (found.turn, found.growth) == pytest.approx((sway.turn, sway.growth), abs=0.0008)


def test_a_slow_drift_is_followed_farther_than_a_jump_is(ground):
    sway = None
    for step in range(1, 12):
        sway = find_sway(swayed(ground, Sway(x_px=float(step))), ground, start=sway)
        assert sway is not None
        assert sway.x_px == pytest.approx(step, abs=0.15)


def test_what_is_laid_back_lies_on_the_usual_picture_but_for_its_margins(ground):
    sway = Sway(x_px=5.0, y_px=-3.0, turn=0.004)
    left, top, right, bottom = sway.margins(SIZE_WH)
    assert (left, right) == (0, 6)
    assert (top, bottom) == (4, 0)
    within = np.s_[top:SIZE_WH[1] - bottom, left:SIZE_WH[0] - right]
    laid = moved_back(swayed(ground, sway), sway)
    assert np.abs(laid - ground)[within].mean() < 1.0
    assert np.abs(swayed(ground, sway) - ground)[within].mean() > 5.0


def test_a_picture_without_texture_has_no_sway():
    grey = np.full((60, 80), 120.0, np.float32)
    assert find_sway(grey + 3.0, grey) == Sway()


def test_a_picture_moved_across_half_the_view_is_another_view(ground):
    assert find_sway(ground, ground, start=Sway(x_px=160.0)) is None
