"""Likeness: the same place is known through noise, another one of the same grey is not taken for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.likeness import missed_share

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
