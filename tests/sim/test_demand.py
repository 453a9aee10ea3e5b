"""Drawing all of a day at once gives what drawing it kind by kind gives."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.demand import Happenings, draw_base, draw_day, joined, make_tables
from sim.prepared import prepared_for
from sim.rng import KeyedStreams, Purpose, restart, restartable_stream
from sim.trace import draw_trace

USES = st.lists(st.sampled_from([0.0, 0.01, 1.0, 50.0]), min_size=7, max_size=7).filter(lambda uses: uses[0] > 0.0)


@settings(max_examples=25, deadline=None)
@given(USES, USES, st.sampled_from([0.0, 3.0, 2_000.0]), st.integers(0, 1_000))
def test_the_fast_draw_agrees_with_the_slow_one_to_the_bit(make_scenario, make_kind, uses, others, per_day, seed):
    kinds = (make_kind(per_day=per_day, land_use_weights=tuple(uses)), make_kind("b", land_use_weights=tuple(others)))
    city, streams = make_scenario().city, KeyedStreams(seed)
    tables = make_tables(city, kinds, start_hour_of_week=5.0)
    slow = joined([draw_day(city, streams.stream(Purpose.INCIDENTS, day=day, entity=kind), tables, kind=kind, day=day)
                   for day in range(2) for kind in range(2)])
    fast = draw_base(city, streams, tables, n_days=2)
    for item in fields(Happenings):
        assert np.array_equal(getattr(fast, item.name), getattr(slow, item.name)), item.name


def test_a_restarted_stream_is_the_stream_itself():
    stream, streams = restartable_stream(), KeyedStreams(7, 3)
    assert restartable_stream() is stream
    for n_before in (0, 5, 7):
        stream.generator.random(n_before)
        restart(stream, streams.key, Purpose.INCIDENTS, 2, 9)
        again = streams.stream(Purpose.INCIDENTS, day=2, entity=9)
        assert np.array_equal(stream.generator.random(9), again.random(9))
        assert np.array_equal(stream.generator.poisson(4.0, 9), again.poisson(4.0, 9))


def test_tables_are_made_once_for_a_scenario_and_change_nothing(make_scenario):
    scenario = make_scenario()
    assert prepared_for(scenario) is prepared_for(scenario)
    elsewhere = prepared_for(make_scenario())
    assert elsewhere is not prepared_for(scenario)
    assert draw_trace(scenario, seed=1, prepared=elsewhere).digest == draw_trace(scenario, seed=1).digest


@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3)])
def test_the_compiled_hash_agrees_with_the_same_in_numpy(shape):
    def mixed(word):
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return word ^ (word >> np.uint64(31))

    golden, entity = np.uint64(0x9E3779B97F4A7C15), np.arange(np.prod(shape), dtype=np.int64).reshape(shape) << 40
    for other in (3, entity + 1):
        with np.errstate(over="ignore"):
            word = mixed(np.full(shape, 11, dtype=np.uint64) + golden * np.uint64(int(Purpose.CONFIRM)))
            for part in (np.full(shape, 4), entity, other):
                word = mixed(word + golden * (np.asarray(part).astype(np.uint64) + np.uint64(1)))
        slow = ((word >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
        assert np.array_equal(KeyedStreams(11, 4).uniform(Purpose.CONFIRM, entity, other), slow)
