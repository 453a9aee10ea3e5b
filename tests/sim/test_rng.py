"""Keyed streams."""

import numpy as np
from scipy import stats

from sim.rng import KeyedStreams, Purpose


def test_a_stream_is_the_same_whatever_was_drawn_before():
    one, other = KeyedStreams(7, 3), KeyedStreams(7, 3)
    other.stream(Purpose.POSTS, day=2).random(1000)
    assert np.array_equal(one.stream(Purpose.INCIDENTS, day=5, entity=2).random(10),
                          other.stream(Purpose.INCIDENTS, day=5, entity=2).random(10))


def test_every_part_of_the_key_gives_another_stream():
    base = KeyedStreams(7, 3)
    draws = [
        base.stream(Purpose.INCIDENTS).random(),
        base.stream(Purpose.POSTS).random(),
        base.stream(Purpose.INCIDENTS, day=1).random(),
        base.stream(Purpose.INCIDENTS, entity=1).random(),
        KeyedStreams(8, 3).stream(Purpose.INCIDENTS).random(),
        KeyedStreams(7, 4).stream(Purpose.INCIDENTS).random(),
    ]
    assert len(set(draws)) == len(draws)


def test_keyed_numbers_do_not_change_when_entities_are_added():
    streams = KeyedStreams(1)
    few = streams.uniform(Purpose.CONFIRM, np.array([5, 9]), np.array([2, 2]))
    many = streams.uniform(Purpose.CONFIRM, np.array([1, 5, 7, 9]), np.array([2, 2, 2, 2]))
    assert np.array_equal(few, many[[1, 3]])


def test_keyed_numbers_are_uniform_and_independent_across_each_part_of_the_key():
    n = 100_000
    streams = KeyedStreams(1)
    entity = np.arange(n)
    base = streams.uniform(Purpose.CONFIRM, entity)
    assert stats.kstest(base, "uniform").pvalue > 1e-4
    others = {
        "purpose": streams.uniform(Purpose.DETECT, entity),
        "other": streams.uniform(Purpose.CONFIRM, entity, 1),
        "seed": KeyedStreams(2).uniform(Purpose.CONFIRM, entity),
        "replication": KeyedStreams(1, 1).uniform(Purpose.CONFIRM, entity),
        "next entity": np.roll(base, 1),
    }
    for part, other in others.items():
        assert abs(np.corrcoef(base, other)[0, 1]) < 4.5 / np.sqrt(n), part


def test_the_derived_laws_have_their_moments():
    streams, entity = KeyedStreams(3), np.arange(200_000)
    exponential, normal = streams.exponential(Purpose.VERIFY, entity), streams.normal(Purpose.VERIFY, entity)
    assert abs(exponential.mean() - 1.0) < 0.02
    assert abs(exponential.std() - 1.0) < 0.02
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1.0) < 0.02
