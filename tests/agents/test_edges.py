"""Edges freed of brightness, and their memory."""

from __future__ import annotations

import numpy as np
import pytest

from agents.edges import EdgeMemory, find_edges


def gradient_twin(luma):
    """The same edges by numpy, slowly: logarithm, Gaussian of 5 taps, Sobel."""
    logarithm = np.pad(np.log(luma.astype(np.float64) + 16.0), 3, mode="reflect")
    taps = np.exp(-(np.arange(-2, 3) ** 2) / (2 * 0.8**2))
    taps /= taps.sum()
    for axis in (0, 1):
        logarithm = np.apply_along_axis(lambda line: np.convolve(line, taps, mode="same"), axis, logarithm)
    inner = logarithm[2:-2, 2:-2]
    smooth_y = inner[:-2] + 2 * inner[1:-1] + inner[2:]
    smooth_x = inner[:, :-2] + 2 * inner[:, 1:-1] + inner[:, 2:]
    return (smooth_y[:, 2:] - smooth_y[:, :-2]) / 8, (smooth_x[2:] - smooth_x[:-2]) / 8


def test_edges_agree_with_a_slow_twin_away_from_the_border():
    luma = np.random.default_rng(1).integers(0, 256, (30, 40)).astype(np.uint8)
    edges = find_edges(luma)
    for plane, twin in zip((edges.dx, edges.dy), gradient_twin(luma), strict=True):
        np.testing.assert_allclose(plane[4:-4, 4:-4], twin[4:-4, 4:-4], atol=1e-5)


def test_a_gain_of_the_camera_leaves_bright_edges_almost_as_they_are():
    luma = np.random.default_rng(2).integers(80, 120, (60, 80)).astype(np.uint8)
    edges, brighter = find_edges(luma), find_edges((luma * 2).astype(np.uint8))
    assert np.median(brighter.distance(edges)) < 0.15 * np.median(edges.strength)


def test_a_pixel_is_known_only_after_it_held_still():
    empty = find_edges(np.full((40, 40), 100, np.uint8))
    picture = np.full((40, 40), 100, np.uint8)
    picture[10:30, 10:30] = 200
    box = find_edges(picture)
    memory = EdgeMemory(empty, min_contrast=0.02, n_sigma=5.0, hold_s=1.0, background_s=10.0)
    assert not memory.look(box, 0.5).any(), "the empty ground was not seen for long enough"
    memory = EdgeMemory(empty, min_contrast=0.02, n_sigma=5.0, hold_s=1.0, background_s=10.0)
    for _ in range(3):
        memory.look(empty, 0.5)
    assert memory.look(box, 0.5).any()


@pytest.mark.parametrize("sigma_grey", [2.0, 8.0])
def test_the_floor_rises_above_the_noise_of_the_camera(sigma_grey):
    rng = np.random.default_rng(3)
    pictures = [np.clip(120 + rng.normal(0, sigma_grey, (90, 120)), 0, 255).astype(np.uint8) for _ in range(30)]
    memory = EdgeMemory(find_edges(pictures[0]), min_contrast=0.0, n_sigma=5.0, hold_s=1.0, background_s=10.0)
    changed = [memory.look(find_edges(picture), 0.2) for picture in pictures[1:]][-1]
    assert changed.mean() < 1e-3
