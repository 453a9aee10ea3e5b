"""The compiled gate finds the parts that plain array operations find."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.motion_kernel import N_COLUMNS, N_PX, compile_kernel, find_moving, measure_steps, most_labels
from agents.regions import find_regions

MASKS = arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 1))


@pytest.fixture(autouse=True, scope="module")
def compiled():
    compile_kernel()  # takes seconds the first time, and would count against an example's deadline


@given(MASKS, st.integers(1, 12))
def test_parts_are_the_regions_that_labelling_finds_in_the_closed_mask(mask, min_px):
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    regions, labels = find_regions(closed, min_px=min_px)
    expected = {(*region.box_xyxy, region.n_px, 100.0, np.count_nonzero(mask[labels == region.labels[0]]))
                for region in regions}
    assert {tuple(row) for row in parts_of(mask, min_px)} == expected


def test_a_part_within_a_ring_is_a_part_of_its_own():
    mask = np.ones((15, 15), np.uint8)
    mask[1:14, 1:14] = 0
    mask[5:10, 5:10] = 1
    assert sorted(row[N_PX] for row in parts_of(mask, 1)) == [25, 56]


@given(arrays(np.uint8, (3, 7 * 9), elements=st.integers(0, 255)))
def test_steps_are_medians_over_the_sample(pictures):
    now, fast, slow = pictures
    last = fast[::9].astype(np.float32)
    fast_sample, slow_sample = (background[::9].astype(np.float32) for background in (fast, slow))
    steps = measure_steps(now, fast_sample, slow_sample, last, np.empty_like(last), 9)
    change = (now.astype(float) - fast)[::9]
    away = (now.astype(float) - slow)[::9]
    assert steps == (np.median(change), np.median(away), np.median(abs(change - np.median(change))))
    assert last.tolist() == now[::9].tolist()


def parts_of(mask, min_px):
    """Return the kernel's rows for a picture of black, in which the mask's cells are 100 grey levels bright."""
    shape, table = mask.shape, np.empty((most_labels(mask.shape), N_COLUMNS))
    black, sample = np.zeros((2, *shape), np.float32), np.zeros((2, mask.size), np.float32)
    n_parts = find_moving(
        mask * np.uint8(100), *black, *sample, 1, 0.0, 0.0, 0.0, 0.0, 8.0, float(min_px), np.empty(shape, np.float32),
        np.empty(shape, np.uint8), np.empty(shape, np.uint8), np.empty(shape, np.int32),
        np.empty(len(table), np.int32), table)
    return table[:n_parts].tolist()
