"""Places that differ from the usual scene, found in a picture and followed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from agents.remains import find_places


def places_by_labels(ratio, *, min_px):
    """Return (box, pixels, peak) of every place, by labelling the whole picture."""
    joined = cv2.morphologyEx((ratio > 0.6).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return sorted(((left, top, left + width, top + height), n_px, float(ratio[labels == label].max()))
                  for label, (left, top, width, height, n_px) in enumerate(stats.tolist())
                  if label and n_px >= min_px and ratio[labels == label].max() >= 1.0)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1])
def test_places_are_those_that_labelling_the_whole_picture_finds(share):
    rng = np.random.default_rng(8)
    ratio = np.where(rng.random((72, 96)) < share, rng.uniform(0.6, 2.0, (72, 96)), rng.uniform(0.0, 0.6, (72, 96)))
    ratio = ratio.astype(np.float32)
    ratio[0, :5] = ratio[40:44, 92:] = 1.5
    grey = np.full(ratio.shape, 100.0, np.float32)
    found = find_places(ratio, grey, grey, min_px=2)
    assert sorted((place.box_xyxy, place.n_px, place.peak) for place in found) == places_by_labels(ratio, min_px=2)


def test_a_place_says_how_it_stands_out_now_and_how_it_did():
    ratio = np.zeros((40, 40), np.float32)
    ratio[0:3, 10:13] = 2.0
    usual = np.full(ratio.shape, 100.0, np.float32)
    lately = usual.copy()
    lately[0:3, 10:13] -= 30.0
    place, = find_places(ratio, lately, usual, min_px=2)
    assert (place.contrast_now, place.contrast_usual, place.ring_share) == (30.0, 0.0, 0.0)
