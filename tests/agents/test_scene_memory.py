"""What lasts and is unusual, by a threshold that follows each place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.alignment import Sway, moved_back
from agents.scene_memory import SceneMemory


def remember(pictures, dt_s=0.3):
    memory = SceneMemory(pictures[0], min_contrast=6.0, n_sigma=4.0, n_local=4.0, edge_share=0.3, settle_s=1.0,
                         fast_s=1.0, slow_s=30.0, local_px=15)
    return memory, [memory.look(picture, dt_s) for picture in pictures[1:]]


def noisy(n, sigma=2.0, spot=None, flicker=0.0):
    rng = np.random.default_rng(2)
    for index in range(n):
        picture = 120.0 + rng.normal(0.0, sigma, (60, 80))
        picture[28:36, 66:76] += flicker * (index // 5 % 2)  # too small a patch to be taken for light
        if spot is not None and index >= spot[0]:
            picture[30:33, spot[2]:spot[2] + 3] += spot[1]
        yield picture.astype(np.float32)


def test_a_small_lasting_spot_stands_out_and_nothing_else_does():
    memory, seen = remember(list(noisy(40, spot=(25, -40.0, 20))))
    ratio = np.where(memory.still_s >= 1.0, seen[-1].ratio, 0.0)
    assert ratio[31, 21] > 1.0
    ratio[27:36, 17:26] = 0.0
    assert (ratio < 1.0).all()


@pytest.mark.parametrize("sigma", [1.0, 4.0, 8.0])
def test_noise_alone_reaches_the_threshold_in_fewer_than_one_pixel_in_a_thousand(sigma):
    _, seen = remember(list(noisy(60, sigma=sigma)))
    shares = [np.mean(item.ratio >= 1.0) for item in seen[20:]]
    assert np.mean(shares) < 1e-3


def test_where_the_picture_flickers_the_same_spot_counts_for_less():
    still = remember(list(noisy(90, spot=(75, -40.0, 20), flicker=20.0)))[1][-1].ratio[31, 21]
    flickering = remember(list(noisy(90, spot=(75, -40.0, 70), flicker=20.0)))[1][-1].ratio[31, 71]
    assert flickering < 0.8 * still


def test_a_step_of_light_over_half_the_picture_is_followed():
    pictures = list(noisy(60))
    for picture in pictures[30:]:
        picture[:, :40] -= 12.0
    _, seen = remember(pictures)
    assert np.mean(seen[-1].ratio >= 1.0) < 0.02


def test_a_drifting_camera_shows_nothing_new():
    rng = np.random.default_rng(3)
    ground = cv2.GaussianBlur(rng.uniform(40, 200, (120, 160)).astype(np.float32), (0, 0), 2.0) * 3.0 - 240.0
    pictures = [moved_back(ground, Sway(x_px=-0.15 * index)) + rng.normal(0.0, 1.0, ground.shape).astype(np.float32)
                for index in range(40)]
    memory, seen = remember(pictures)
    assert memory.sway.x_px == pytest.approx(0.15 * 39, abs=0.3)
    assert max(np.mean(item.ratio >= 1.0) for item in seen[10:]) < 1e-3


def test_what_was_put_up_with_and_goes_again_has_come_back():
    memory, _ = remember(list(noisy(60, spot=(25, -40.0, 20))))
    box = (20, 30, 23, 33)
    memory.put_up_with(np.s_[28:35, 18:25])
    assert not memory.has_come_back(box)
    for picture in noisy(20):
        memory.look(picture, 0.3)
    assert memory.has_come_back(box)


def test_it_says_for_how_long_a_place_has_been_usual():
    memory, _ = remember(list(noisy(60)))
    assert memory.usual_for_s((20, 30, 23, 33)) == pytest.approx(59 * 0.3 - 1.0, abs=0.35)
    memory.learn(np.s_[28:35, 18:25])
    for picture in noisy(20):
        memory.look(picture, 0.3)
    assert memory.usual_for_s((20, 30, 23, 33)) == pytest.approx(20 * 0.3)
    assert memory.usual_for_s((40, 30, 43, 33)) > 20.0


def test_who_passes_a_place_just_when_it_is_learnt_does_not_become_usual():
    pictures = list(noisy(40, spot=(25, -40.0, 20)))
    pictures[-1][28:35, 24:26] -= 60.0
    memory, _ = remember(pictures)
    memory.learn(np.s_[28:35, 18:26])
    assert memory.usual[31, 21] == pytest.approx(80.0, abs=3.0)
    assert memory.usual[31, 25] == pytest.approx(120.0, abs=3.0)


def test_the_deviation_round_about_is_near_that_of_the_full_size():
    rng = np.random.default_rng(5)
    grey = cv2.GaussianBlur(rng.normal(0.0, 12.0, (90, 120)).astype(np.float32), (3, 3), 0.7)
    memory = SceneMemory(grey, min_contrast=6.0, n_sigma=4.0, n_local=4.0, edge_share=0.3, settle_s=1.0, fast_s=1.0,
                         slow_s=30.0, local_px=31)
    square = np.clip(grey, -12.0, 12.0) ** 2
    whole, guard = (cv2.boxFilter(square, -1, (side, side), normalize=False) for side in (31, 15))
    plain = np.sqrt((whole - guard) / (31**2 - 15**2))
    assert np.abs(memory.deviation_around(grey) / plain - 1.0).mean() < 0.03


def test_a_camera_that_sends_its_noise_shows_a_weak_thing_sooner_than_one_held_still_by_its_codec(monkeypatch):
    pictures = list(noisy(50, sigma=3.0, spot=(15, -14.0, 20)))
    soon = remember(pictures)[1][30].ratio[31, 21]
    monkeypatch.setattr("agents.scene_memory._STILL_GREY", 255.0)
    assert soon > 1.2 * remember(pictures)[1][30].ratio[31, 21]
