"""Verdicts: means with their interval, shares of days with theirs, and the search for the smallest roster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.study.judge import Answer, days_needed, judge, mean_day, share_of_days
from watchfloor.study.search import find_smallest
from watchfloor.study.staff import Staff
from watchfloor.study.target import Sense, Target

TARGET = Target(measure="found", sense=Sense.AT_LEAST, limit=10.0)


def test_a_target_is_met_missed_or_open_by_the_side_on_which_the_interval_lies():
    rng = np.random.default_rng(1)
    assert judge(TARGET, 12.0 + rng.standard_normal((30, 1))) is Answer.MEETS
    assert judge(TARGET, 8.0 + rng.standard_normal((30, 1))) is Answer.MISSES
    assert judge(TARGET, 10.0 + rng.standard_normal((30, 1))) is Answer.UNSURE
    assert judge(TARGET, np.array([[12.0]])) is Answer.UNSURE


def test_the_interval_of_the_mean_day_counts_replications_not_days():
    days = np.repeat(np.random.default_rng(2).standard_normal((20, 1)), 7, axis=1)
    assert mean_day(days).n == 20
    assert mean_day(days).half_width == pytest.approx(mean_day(days[:, :1]).half_width)


def test_days_without_a_value_are_left_out_of_a_mean():
    assert mean_day(np.array([[np.nan, 4.0], [6.0, np.nan], [np.nan, np.nan]])).mean == 5.0


def test_the_interval_of_the_share_of_days_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(3)
    shares = [share_of_days([TARGET], {"found": np.where(rng.random((40, 1)) < 0.9, 12.0, 8.0)}) for _ in range(400)]
    assert np.mean([item.low <= 0.9 <= item.high for item in shares]) >= 0.94


def test_days_of_one_replication_that_are_all_alike_tell_no_more_than_one():
    good = np.random.default_rng(4).random((40, 1)) < 0.8
    one = share_of_days([TARGET], {"found": np.where(good, 12.0, 8.0)})
    seven = share_of_days([TARGET], {"found": np.repeat(np.where(good, 12.0, 8.0), 7, axis=1)})
    assert (seven.low, seven.high) == (pytest.approx(one.low, abs=0.01), pytest.approx(one.high, abs=0.01))


def test_a_day_counts_as_good_only_if_it_meets_every_target_that_has_a_value():
    other = Target(measure="delay", sense=Sense.AT_MOST, limit=5.0)
    days = {"found": np.array([[12.0, 12.0, 8.0, np.nan, np.nan]]), "delay": np.array([[4.0, 6.0, 4.0, 4.0, np.nan]])}
    found = share_of_days([TARGET, other], days)
    assert found.share == 0.5
    assert found.n_days == 4


def test_the_days_needed_are_those_that_lift_the_lower_end_to_the_share():
    for n_days, is_enough in ((days_needed(0.95), True), (days_needed(0.95) - 1, False)):
        assert (share_of_days([TARGET], {"found": np.full((n_days, 1), 12.0)}).low >= 0.95) is is_enough


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 30), st.integers(1, 5), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_the_search_finds_the_cheapest_of_all_rosters(least_inspectors, least_units, together, one, other):
    def meets(staff):
        return (staff.inspectors >= least_inspectors and staff.units >= least_units
                and staff.inspectors + 2 * staff.units >= together)

    def cost(staff):
        return one * staff.inspectors + other * staff.units

    asked = []

    def noted(staff):
        asked.append(staff)
        return meets(staff)

    high = Staff(inspectors=12, units=10)
    every = [Staff(inspectors=i, units=u) for i in range(1, 13) for u in range(1, 11)]
    good = [cost(staff) for staff in every if meets(staff)]
    found = find_smallest(noted, cost, high=high, low=Staff(inspectors=1, units=1))
    assert (found is None) == (not good)
    if found is not None:
        assert meets(found)
        assert cost(found) == min(good)
    assert len(asked) == len(set(asked)) < len(every) / 2


def test_where_more_inspectors_spoil_what_fewer_could_do_the_search_goes_on_below_those_that_can():
    def meets(staff):
        return 3 <= staff.inspectors <= 6 and staff.units >= 4

    def cost(staff):
        return staff.inspectors + 2.0 * staff.units

    def find(*good):
        low, high = Staff(inspectors=1, units=1), Staff(inspectors=12, units=8)
        return find_smallest(meets, cost, high=high, low=low, good=good)

    assert find() is None
    assert find(Staff(inspectors=5, units=9)) is None
    assert find(Staff(inspectors=5, units=8), Staff(inspectors=6, units=8)) == Staff(inspectors=3, units=4)
