"""The benchmark of detectors: average precision by hand, clips joined end to end, and the counts it reports."""

from __future__ import annotations

import pytest

from agents.detections import Detection
from benchmarks.average_precision import average_precision
from benchmarks.detectors import _on_clips
from benchmarks.known_boxes import load_boxes
from hw.joined import JoinedSource
from hw.samples import SampleUnavailableError, locate_sample
from sim.errors import InputError


def box(x, score=1.0):
    return Detection(box_xyxy=(x, 0.0, x + 10.0, 20.0), kind="person", score=score)


def test_average_precision_agrees_with_a_case_worked_by_hand():
    """Right, false, right of three true: precision 1 up to recall 1/3, 2/3 up to 2/3, 0 beyond: 5/9."""
    truth = {0: [(0.0, 0.0, 10.0, 20.0), (50.0, 0.0, 60.0, 20.0)], 1: [(0.0, 0.0, 10.0, 20.0)]}
    found = {0: [box(1, 0.9), box(2, 0.8)], 1: [box(0, 0.7)]}
    assert average_precision(found, truth) == pytest.approx(5 / 9)
    assert average_precision({}, truth) == 0.0
    assert average_precision(found, {0: []}) is None


def test_what_lies_on_an_ignored_box_counts_neither_way():
    truth = {0: [(0.0, 0.0, 10.0, 20.0)]}
    found = {0: [box(80, 0.9), box(0, 0.8)]}
    assert average_precision(found, truth) == pytest.approx(0.5)
    assert average_precision(found, truth, ignore={0: [(80.0, 0.0, 90.0, 20.0)]}) == 1.0


def test_the_known_boxes_of_vtest_lie_in_its_picture():
    known = load_boxes("vtest")
    assert sum(len(boxes) for boxes in known.frames.values()) == 41
    assert all(0 <= left < right <= 768 and 0 <= top < bottom <= 576
               for boxes in known.frames.values() for left, top, right, bottom in boxes)
    with pytest.raises(InputError, match="load_boxes"):
        load_boxes("vtst")


@pytest.fixture
def clip():
    try:
        return locate_sample("caviar_browse3")
    except SampleUnavailableError as missing:
        pytest.skip(f"the clip is not on this machine: {missing}")


def test_joined_clips_are_one_stream_whose_time_goes_on(clip):
    frames = list(JoinedSource([clip, clip]))
    assert [frame.index for frame in frames] == list(range(242))
    times_s = [frame.pts_s for frame in frames]
    assert times_s == pytest.approx([index / 25 for index in range(242)])


def test_the_report_counts_what_the_truth_says(clip):
    row = _on_clips("fight", ("caviar_fightomd",), {})
    assert (row.n_events, row.n_found, row.n_false, row.n_frames) == (1, 1, 0, 114)
    assert row.cpu_ms_per_frame > 0.0
