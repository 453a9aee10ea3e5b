"""The laws of a feed's own parts: time that rises, taint that lasts until a clean key frame, waits that spread."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.backoff import CAP_S, FIRST_S, Backoff
from hw.fault_rows import most_within
from hw.frame import Frame
from hw.key_frames import KeyFrames
from hw.slot import Slot
from hw.taint import Taint
from hw.timeline import Timeline

MS = 1_000_000


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.integers(1, 5000)), min_size=1, max_size=60))
def test_a_feeds_time_never_leaps_further_than_its_arrivals_and_ten_seconds(steps):
    timeline, arrival_ns, line_s = Timeline(), 0, []
    for stream_s, waited_ms in steps:
        arrival_ns += waited_ms * MS
        line_s.append(stream_s + timeline.follow(stream_s, arrival_ns).offset_s)
    assert line_s[0] == pytest.approx(0.0, abs=1e-9)
    assert all(later >= before - 1e-6 for before, later in itertools.pairwise(line_s))
    assert all(later - before <= 10.001 for before, later in itertools.pairwise(line_s))


def test_a_gap_counts_the_frames_that_should_lie_in_it_and_a_leap_counts_none():
    timeline = Timeline()
    for index in range(10):
        assert timeline.follow(index * 0.04, index * 40 * MS).n_lost == 0
    assert timeline.interval_s == pytest.approx(0.04)
    assert timeline.follow(13 * 0.04, 520 * MS).n_lost == 3
    leap = timeline.follow(1000.0, 560 * MS)
    assert (leap.n_lost, leap.jump_s) == (0, pytest.approx(1000.0 - 0.52))
    assert 1000.0 + leap.offset_s == pytest.approx(0.56)


def test_a_new_connection_goes_on_where_the_old_one_ended_after_the_time_that_passed():
    timeline = Timeline()
    for index in range(5):
        timeline.follow(500.0 + index * 0.1, index * 100 * MS)
    timeline.restart()
    step = timeline.follow(7.0, 3400 * MS)
    assert step.jump_s is None
    assert 7.0 + step.offset_s == pytest.approx(0.4 + 3.0)


def test_a_first_packet_without_a_time_lies_one_step_before_the_next_however_long_that_took():
    timeline = Timeline()
    first = timeline.place_first(0, 0.01)
    second = timeline.follow(500.0, 1500 * MS)
    assert (first.offset_s, 500.0 + second.offset_s) == (0.0, pytest.approx(0.01))
    assert timeline.follow(500.01, 1501 * MS).offset_s == second.offset_s
    timeline.restart()
    assert timeline.place_first(2500 * MS, 0.01).offset_s == pytest.approx(0.02 + 0.999)
    assert timeline.follow(7.0, 2600 * MS).n_lost == 0


def test_a_stream_without_times_is_paced_by_its_arrivals():
    timeline = Timeline()
    for index in range(6):
        assert timeline.follow(None, index * 200 * MS).n_lost == 0
    assert timeline.interval_s == pytest.approx(0.2)


PICTURES = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60)


@given(PICTURES)
def test_a_picture_is_clean_only_if_an_unspoilt_key_frame_came_since_the_last_loss(pictures):
    taint, is_clean = Taint(), False
    for index, (is_lost, is_key, is_corrupt) in enumerate(pictures):
        if is_lost:
            taint.lose(index)
            is_clean = False
        is_clean = not is_corrupt and (is_clean or is_key)
        verdict = taint.judge(is_key=is_key, is_corrupt=is_corrupt, arrival_ns=index)
        assert verdict.is_tainted is not is_clean


def test_lost_coverage_is_counted_from_the_last_clean_picture_to_the_next():
    taint = Taint()
    assert taint.judge(is_key=True, is_corrupt=False, arrival_ns=0).lost_s is None
    taint.judge(is_key=False, is_corrupt=False, arrival_ns=40 * MS)
    taint.judge(is_key=False, is_corrupt=True, arrival_ns=80 * MS)
    assert taint.since_ns == 80 * MS
    taint.judge(is_key=False, is_corrupt=False, arrival_ns=120 * MS)
    assert taint.judge(is_key=True, is_corrupt=False, arrival_ns=1040 * MS).lost_s == pytest.approx(1.0)
    assert taint.since_ns is None


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_waits_double_from_a_quarter_of_a_second_to_five_and_are_alike_for_one_seed(seed, n_waits):
    backoff, again = (Backoff(np.random.default_rng(seed)) for _ in range(2))
    for index in range(n_waits):
        wait_s, whole_s = backoff.next_wait_s(), min(CAP_S, FIRST_S * 2.0**index)
        assert whole_s / 2 <= wait_s <= whole_s
        assert wait_s == again.next_wait_s()
    backoff.reset()
    assert backoff.next_wait_s() <= FIRST_S


def attempts_s(n_cameras: int, *, is_jittered: bool, until_s: float) -> list[float]:
    """Return when cameras that lost one server at 0 s try again, all attempts refused, in virtual time."""
    tries_s = []
    for camera_id in range(n_cameras):
        backoff, t_s = Backoff(np.random.default_rng((0, camera_id))), 0.0
        for index in itertools.count():
            wait_s = backoff.next_wait_s() if is_jittered else min(CAP_S, FIRST_S * 2.0**index)
            t_s += wait_s
            if t_s > until_s:
                break
            tries_s.append(t_s)
    return tries_s


def test_fifty_cameras_that_lost_one_server_do_not_knock_together():
    spread_s, herd_s = (np.array(attempts_s(50, is_jittered=jitter, until_s=60.0)) for jitter in (True, False))
    assert most_within(herd_s, 0.1) == 50
    for back_s, most in ((1.0, 25), (4.0, 12), (10.0, 8), (30.0, 8)):  # the longer it was away, the flatter
        assert most_within(spread_s[spread_s > back_s], 0.1) <= most
    assert len(spread_s) < 1.5 * len(herd_s)


@given(st.lists(st.floats(0.0, 10.0), max_size=30), st.floats(0.01, 3.0))
def test_the_busiest_span_is_the_one_that_a_slow_count_finds(times_s, span_s):
    slow = max((sum(begin_s <= t_s < begin_s + span_s for t_s in times_s) for begin_s in times_s), default=0)
    assert most_within(np.array(times_s), span_s) == slow


def frame(index: int) -> Frame:
    picture = np.zeros((2, 2), np.uint8)
    return Frame(camera_id=0, index=index, arrival_ns=index, pts_s=None, wall_s=None, size_wh=(2, 2),
                 make_luma=lambda: picture, make_bgr=lambda: picture)


def test_the_latest_frame_wins_and_the_others_are_counted():
    slot = Slot()
    assert slot.take(0.0) is None
    for index in range(5):
        slot.put(frame(index))
    assert slot.take(0.0).index == 4
    assert slot.n_dropped == 4
    assert slot.take(0.0) is None


def test_whoever_waits_for_a_frame_is_woken_when_the_slot_closes():
    slot, taken = Slot(), []
    waiter = threading.Thread(target=lambda: taken.append(slot.take()))
    waiter.start()
    slot.close()
    waiter.join(2.0)
    assert taken == [None]
    slot.put(frame(0))
    assert slot.take(0.0) is None


def test_rare_key_frames_are_told_once_and_the_longest_distance_is_kept():
    frames = KeyFrames(None)
    told = [frames.note(at_s) for at_s in (0.0, 1.0, 6.0, 12.0, 13.0)]
    assert told == [None, None, 5.0, None, None]
    assert frames.interval_s == 6.0
    frames.restart()
    assert frames.note(100.0) is None


def test_a_camera_is_asked_for_a_key_frame_after_a_second_and_not_again_for_ten():
    frames = KeyFrames(lambda: True)
    asked_s = [tenth / 10 for tenth in range(250) if frames.is_to_be_asked(0, tenth * 10**8)]
    assert asked_s == [1.0, 11.0, 21.0]
    assert not KeyFrames(None).is_to_be_asked(0, 10**12)
