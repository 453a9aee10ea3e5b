"""Connected regions, and boxes that belong together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import DisjointSet

from agents.regions import Region, find_regions, gap_px, join_regions

corners = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 12), st.integers(1, 12))
boxes = st.lists(corners.map(lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3])), max_size=8)


def test_regions_below_the_least_size_are_left_out():
    mask = np.zeros((20, 20), np.uint8)
    mask[2:6, 3:9] = 1
    mask[15, 15] = 1
    regions, labels = find_regions(mask, min_px=2)
    assert [(region.box_xyxy, region.n_px) for region in regions] == [((3, 2, 9, 6), 24)]
    assert np.array_equal(labels == regions[0].labels[0], (mask == 1) & (np.arange(20) < 15))


@given(boxes, st.integers(0, 10))
def test_after_joining_no_two_boxes_are_near_and_every_part_is_kept(box_list, max_gap):
    parts = [Region(box_xyxy=box, n_px=1, labels=(label,)) for label, box in enumerate(box_list)]
    joined = join_regions(parts, max_gap_px=max_gap)
    assert sorted(label for region in joined for label in region.labels) == list(range(len(parts)))
    assert all(gap_px(a.box_xyxy, b.box_xyxy) > max_gap for a in joined for b in joined if a is not b)


@given(boxes, st.integers(0, 10))
def test_parts_that_are_near_each_other_are_always_joined(box_list, max_gap):
    parts = [Region(box_xyxy=box, n_px=1, labels=(label,)) for label, box in enumerate(box_list)]
    near = DisjointSet(range(len(parts)))
    for a in parts:
        for b in parts:
            if gap_px(a.box_xyxy, b.box_xyxy) <= max_gap:
                near.merge(a.labels[0], b.labels[0])
    joined = [set(region.labels) for region in join_regions(parts, max_gap_px=max_gap)]
    assert all(any(cluster <= labels for labels in joined) for cluster in near.subsets())
