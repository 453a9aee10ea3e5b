"""Likeness: the same place is known through noise, another one of the same grey is not taken for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.likeness import missed_share, relit_share

RNG = np.random.default_rng(4)


def paving(seed: int) -> np.ndarray:
    stones = np.random.default_rng(seed).normal(120.0, 12.0, (24, 40)).astype(np.float32)
    return cv2.resize(stones, (640, 360), interpolation=cv2.INTER_NEAREST)


@pytest.mark.parametrize("noise_grey", [0.0, 8.0])
def test_the_same_ground_is_found_again_and_other_ground_of_the_same_grey_is_not(noise_grey):
    usual = paving(1)
    now = [(paving(seed) + RNG.normal(0.0, noise_grey, usual.shape)).astype(np.float32) for seed in (1, 2)]
    assert missed_share(now[0], usual) == 0.0
    assert missed_share(now[1], usual) > 0.7


def test_what_covers_part_of_the_picture_misses_that_part():
    covered = paving(1)
    covered[:, :160] = 60.0
    assert missed_share(covered, paving(1)) == pytest.approx(0.25, abs=0.05)


def test_of_a_plain_picture_nothing_can_be_said():
    assert missed_share(paving(1), np.full((360, 640), 120.0, np.float32)) is None


def test_light_explains_texture_that_stays_and_nothing_that_comes_or_goes():
    rng = np.random.default_rng(2)
    ground = cv2.GaussianBlur(rng.normal(120.0, 2.0, (16, 20)), (0, 0), 1.0).astype(np.float32)
    letter = ground.copy()
    letter[4:12, 6:9] = letter[4:7, 6:15] = 220.0
    letter = cv2.GaussianBlur(letter, (0, 0), 1.0)
    paler = (letter - 120.0) * 0.8 + 110.0
    aside = np.roll(letter, 1, axis=1) * 0.3 + letter * 0.7
    assert relit_share(paler, letter) > 0.95
    assert relit_share(aside, letter) > 0.7
    assert relit_share(letter, ground) < 0.3
    assert relit_share(ground, letter) == 0.0
    assert relit_share(letter, letter) == 0.0
