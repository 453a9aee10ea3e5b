"""What dated rows say of rates, hours and durations, and the TOML that it is written in."""

from __future__ import annotations

import datetime as dt
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.planner_cells import Stamp
from scenarios.planner_facts import Dated, Period, find_period, make_shape, measure_span, seconds_between
from scenarios.toml_text import dump_toml

START = dt.datetime(2025, 1, 6)
PERIOD = Period(first=START.date(), last=START.date() + dt.timedelta(days=27))


def test_the_shape_finds_the_busy_hours_and_days_of_the_week() -> None:
    rng = np.random.default_rng(7)
    stamps = []
    for day in range(28):
        n = 60 if day % 7 == 4 else 20
        hours = rng.normal(21.0, 1.5, n) % 24.0
        stamps += [Stamp(day=START.date() + dt.timedelta(days=day), second=int(3600 * hour)) for hour in hours]
    shape = make_shape(stamps, PERIOD)
    assert shape is not None
    table = np.array(shape).reshape(7, 24)
    assert table.mean() == pytest.approx(1.0, abs=1e-4)
    assert int(table.sum(axis=1).argmax()) == 4
    assert table.sum(axis=1)[4] / table.sum(axis=1)[2] == pytest.approx(3.0, rel=0.2)
    assert set(table.argmax(axis=1).tolist()) <= {20, 21}
    assert table.min() > 0.0


def test_a_steady_stream_has_a_flat_shape_and_few_rows_have_none() -> None:
    stamps = [Stamp(day=START.date() + dt.timedelta(days=hour // 24), second=3600 * (hour % 24)) for hour in range(672)]
    assert make_shape(stamps, PERIOD) == pytest.approx([1.0] * 168)
    assert make_shape(stamps[:49], PERIOD) is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 27), min_size=1, max_size=60), st.integers(0, 3))
def test_the_period_is_that_of_the_rows_but_for_a_few_strays(days: list[int], n_strays: int) -> None:
    first = START.date()
    rows = [Dated(row=0, stamp=Stamp(day=None, second=None), day=first + dt.timedelta(days=day)) for day in days]
    strays = [Dated(row=0, stamp=Stamp(day=None, second=None), day=dt.date(2052, 1, 1))] * n_strays
    period = find_period([*strays, *rows])
    assert period is not None
    last = first + dt.timedelta(days=max(days))
    kept = len(days) >= 0.9 * (len(days) + n_strays)
    alone = n_strays >= 0.9 * (len(days) + n_strays)
    assert period.last == (last if kept else dt.date(2052, 1, 1))
    assert period.first == (dt.date(2052, 1, 1) if alone else first + dt.timedelta(days=min(days)))


def test_spans_are_medians_and_slow_ends_of_enough_rows() -> None:
    assert measure_span("scene", [float(value) for value in range(100)], n_missing=3).spread is not None
    assert measure_span("scene", [5.0] * 19, n_missing=0).spread is None
    spread = measure_span("scene", [0.0] * 30, n_missing=0).spread
    assert spread is not None
    assert (spread.median_s, spread.p95_s) == (1.0, 1.0)


def test_a_time_without_a_day_may_fall_after_midnight() -> None:
    late = Stamp(day=START.date(), second=86_000)
    assert seconds_between(late, Stamp(day=None, second=100)) == 500.0
    assert seconds_between(late, Stamp(day=START.date() + dt.timedelta(days=1), second=100)) == 500.0
    assert seconds_between(late, Stamp(day=START.date(), second=100)) is None
    assert seconds_between(Stamp(day=START.date(), second=None), late) is None


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | texts,
                      lambda inner: st.lists(inner, max_size=30), max_leaves=30)
documents = st.recursive(st.dictionaries(texts, values, max_size=4),
                         lambda inner: st.dictionaries(texts, inner | values, max_size=4), max_leaves=12)


@settings(max_examples=100, deadline=None)
@given(documents)
def test_what_is_written_as_toml_reads_back_the_same(document: dict[str, object]) -> None:
    assert tomllib.loads(dump_toml(document)) == document
