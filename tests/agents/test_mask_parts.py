"""Parts of a mask found along outlines are those that labelling finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.mask_parts import find_parts
from agents.regions import find_regions

MASKS = arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 1))


@given(MASKS, st.integers(1, 12))
def test_parts_are_the_regions_that_labelling_finds(mask, min_px):
    regions, labels = find_regions(mask, min_px=min_px)
    labelled = {(region.box_xyxy, region.n_px, (labels == region.labels[0]).tobytes()) for region in regions}
    outlined = set()
    for part in find_parts(mask, min_px=min_px):
        (top, left), (height, width) = part.at, part.is_in.shape
        whole = np.zeros(mask.shape, bool)
        whole[top : top + height, left : left + width] = part.is_in
        outlined.add(((left, top, left + width, top + height), part.n_px, whole.tobytes()))
    assert outlined == labelled


def test_a_part_within_a_ring_is_a_part_of_its_own():
    mask = np.ones((9, 9), np.uint8)
    mask[1:8, 1:8] = 0
    mask[3:6, 3:6] = 1
    assert sorted(part.n_px for part in find_parts(mask, min_px=1)) == [9, 32]
