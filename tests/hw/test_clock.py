"""Wall-clock time for a running world."""

from __future__ import annotations

import itertools
import math
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.clock import WallClock, _next_ms
from hw.delay_histogram import BOUNDS_S, DelayHistogram
from sim.clock import Clock, SimClock
from sim.errors import InputError
from sim.records import Alert


@given(st.lists(st.floats(0.0, 3.0) | st.sampled_from(BOUNDS_S), max_size=40))
def test_delays_are_counted_by_size_as_a_slow_count_does(delays_s):
    histogram = DelayHistogram()
    for delay_s in delays_s:
        histogram.note(delay_s)
    edges_s = [-math.inf, *BOUNDS_S, math.inf]
    assert histogram.counts == [sum(low_s < delay_s <= high_s for delay_s in delays_s)
                                for low_s, high_s in itertools.pairwise(edges_s)]
    assert histogram.sum_s == pytest.approx(sum(delays_s))


def test_each_input_and_each_wait_is_in_its_histogram():
    clock = WallClock()
    clock.put("alert")
    assert clock.wait_until(5.0) is not None
    assert clock.wait_until(0.001) is None
    assert (sum(clock.inbox_histogram.counts), sum(clock.lateness_histogram.counts)) == (1, 1)


def test_it_fits_the_simulators_protocol():
    clock: Clock = WallClock()
    assert clock.wait_until(0.0) is None


def test_waiting_ends_when_the_scenario_second_is_reached_and_not_before():
    clock = WallClock(speed=20.0, start_s=100.0)
    began = time.monotonic()
    assert clock.wait_until(102.0) is None
    assert 0.09 < time.monotonic() - began < 10.0
    assert clock.now_s >= 102.0


def test_a_past_instant_returns_at_once():
    clock = WallClock(start_s=50.0)
    began = time.monotonic()
    assert clock.wait_until(49.0) is None
    assert time.monotonic() - began < 1.0


def test_an_input_put_in_by_another_thread_ends_the_wait_with_its_payload_and_instant():
    clock = WallClock()
    alert = Alert(alert_id=1, camera_id=2, kind="object_placed", detect_s=0.0, score=0.9, level=3, detector="d")
    threading.Timer(0.05, lambda: clock.put("alert", alert)).start()
    began = time.monotonic()
    stimulus = clock.wait_until(30.0)
    assert time.monotonic() - began < 5.0
    assert stimulus is not None
    assert (stimulus.kind, stimulus.payload, stimulus.seq) == ("alert", alert, 0)
    assert 0.04 < stimulus.t_s <= clock.now_s + 0.001


def test_an_endless_wait_is_ended_by_an_input():
    clock = WallClock()
    threading.Timer(0.02, lambda: clock.put("key")).start()
    stimulus = clock.wait_until(math.inf)
    assert stimulus is not None
    assert stimulus.kind == "key"


def test_inputs_come_back_in_the_order_in_which_they_were_put_in():
    clock = WallClock()
    threads = [threading.Thread(target=lambda: [clock.put("key") for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [clock.wait_until(10.0) for _ in range(800)]
    assert [stimulus.seq for stimulus in taken] == list(range(800))
    assert [stimulus.t_s for stimulus in taken] == sorted(stimulus.t_s for stimulus in taken)


def test_an_instant_that_was_reached_is_never_given_to_a_later_input():
    clock = WallClock(speed=50.0)
    for step in range(1, 200):
        t_s = step * 0.01
        while clock.wait_until(t_s) is not None:
            pass
        assert clock.put("key").t_s > t_s


def test_a_late_world_plays_its_due_event_before_an_input_that_came_after_it():
    clock = WallClock(start_s=10.0)
    stimulus = clock.put("key")
    assert clock.wait_until(9.5) is None
    assert clock.wait_until(stimulus.t_s) == stimulus


def test_the_recorded_inputs_replay_through_simulated_time_in_the_same_places():
    clock = WallClock(speed=20.0)
    due = [0.05 * step for step in range(1, 40)]
    stop = threading.Event()

    def disturb() -> None:
        while not stop.wait(0.007):
            clock.put("key")

    thread = threading.Thread(target=disturb)
    thread.start()
    live: list[object] = []
    for t_s in due:
        while (stimulus := clock.wait_until(t_s)) is not None:
            live.append(stimulus)
        live.append(t_s)
    stop.set()
    thread.join()
    inputs = [item for item in live if not isinstance(item, float)]
    assert inputs
    replay, again = SimClock(inputs), []
    for t_s in due:
        while (stimulus := replay.wait_until(t_s)) is not None:
            again.append(stimulus)
        again.append(t_s)
    assert again == live


@given(st.floats(min_value=0.0, max_value=1e7))
def test_the_next_millisecond_is_whole_and_later(t_s):
    following = _next_ms(t_s)
    assert t_s < following <= t_s + 0.0021
    assert following == round(following * 1000.0) / 1000.0


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan, math.inf])
def test_a_speed_that_is_not_positive_is_refused(speed):
    with pytest.raises(InputError, match="WallClock: speed"):
        WallClock(speed=speed)
