"""Tracks keep together what moves steadily, and forget what is gone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.detections import Detection, covered_share, iou_matrix, without_doubles
from agents.track import Track, Tracker


def found(x, y=100.0, *, score=0.8, kind="person", width=30.0):
    return Detection(box_xyxy=(x, y, x + width, y + 80.0), kind=kind, score=score)


def iou_twin(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height)


boxes = st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(1, 50), st.floats(1, 50)).map(
    lambda t: (t[0], t[1], t[0] + t[2], t[1] + t[3]))


@given(st.lists(boxes, max_size=4), st.lists(boxes, max_size=4))
@settings(max_examples=50, deadline=None)
def test_overlaps_agree_with_a_slow_twin(a, b):
    assert iou_matrix(a, b) == pytest.approx(np.array([[iou_twin(x, y) for y in b] for x in a]).reshape(len(a), len(b)))


def test_of_two_boxes_on_one_thing_the_better_is_kept_and_another_kind_is_no_double():
    kept = without_doubles([found(0, score=0.5), found(2, score=0.9), found(1, score=0.6, kind="car")], max_iou=0.6)
    assert [(item.kind, item.score) for item in kept] == [("person", 0.9), ("car", 0.6)]


def test_the_covered_share_is_of_the_inner_box():
    assert covered_share((0, 0, 10, 10), (5, 0, 100, 100)) == pytest.approx(0.5)


def test_two_who_walk_past_each_other_on_different_lines_keep_their_numbers():
    tracker = Tracker()
    for step in range(30):
        tracks = tracker.update([found(10.0 + 6 * step), found(190.0 - 6 * step, 125.0)], step / 5)
    assert [round(track.velocity_px_per_s[0]) for track in tracks] == [30, -30]
    assert [track.track_id for track in tracks] == [0, 1]


def test_a_track_goes_on_over_a_gap_and_is_forgotten_after_a_long_one():
    tracker = Tracker(lost_s=1.0)
    for step in range(10):
        tracker.update([found(10.0 + 4 * step)], step / 5)
    tracker.update([], 2.0)
    assert [track.track_id for track in tracker.update([found(10.0 + 4 * 12)], 2.4)] == [0]
    tracker.update([], 3.5)
    assert tracker.tracks == []
    for step in range(2):
        tracks = tracker.update([found(66.0)], 3.6 + step / 5)
    assert [track.track_id for track in tracks] == [1], "a number is never used again"


def test_a_weak_detection_goes_on_with_a_track_but_begins_none():
    tracker = Tracker()
    assert [tracker.update([found(10.0, score=0.3)], step / 5) for step in range(5)][-1] == []
    tracker.update([found(10.0)], 1.0)
    assert tracker.update([found(11.0, score=0.2)], 1.2)[0].score == 0.2


def test_boxes_are_joined_so_that_the_sum_of_overlaps_is_greatest():
    """A greedy choice would take the best single pair; every order is tried as the slow twin."""
    first, second = [found(0.0), found(20.0)], [found(11.0), found(-9.0)]
    tracker = Tracker(confirm=1)
    tracker.update(first, 0.0)
    tracks = tracker.update(second, 0.001)
    overlap = iou_matrix([item.box_xyxy for item in first], [item.box_xyxy for item in second])
    best = max(itertools.permutations(range(2)), key=lambda order: sum(overlap[row, order[row]] for row in range(2)))
    assert [track.path[-1][1] for track in tracks] == [second[column].box_xyxy for column in best]


def test_a_track_has_no_field_that_could_tell_who_somebody_is():
    words = ("face", "plate", "embedding", "appearance", "name", "feature")
    assert [field for field in Track.__slots__ if any(word in field for word in words)] == []
