"""Targets as a planner writes them, and what is said of those that cannot be used."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios import load_scenario
from sim.errors import InputError, UnknownNameError
from watchfloor.study.target import Sense, known_measures, parse_target, parse_targets


@pytest.fixture(scope="module")
def known():
    return known_measures(load_scenario("district_centre"))


@pytest.mark.parametrize(("text", "measure", "sense", "limit"), [
    ("p90 response_time_s <= 900", "p90:response_time_s", Sense.AT_MOST, 900.0),
    ("p90:response_time_s<=15min", "p90:response_time_s", Sense.AT_MOST, 900.0),
    ("found_share:drinking >= 0.6", "found_share:drinking", Sense.AT_LEAST, 0.6),
    ("found_share ≥ 60 %", "found_share", Sense.AT_LEAST, 0.6),
    ("cost <= 1e6", "cost", Sense.AT_MOST, 1e6),
])
def test_a_target_is_a_measure_a_sense_and_a_number(known, text, measure, sense, limit):
    target = parse_target(text, known)
    assert (target.measure, target.sense, target.limit) == (measure, sense, pytest.approx(limit))
    assert parse_target(str(target), known) == target


@pytest.mark.parametrize(("text", "message"), [
    ("found_share:drinkin >= 0.6", "did you mean found_share:drinking?"),
    ("response_time_s <= 900", "did you mean p90:response_time_s?"),
    ("p90 respons_time_s <= 900", "did you mean p90:response_time_s?"),
])
def test_an_unknown_measure_is_answered_with_the_nearest(known, text, message):
    with pytest.raises(UnknownNameError) as caught:
        parse_target(text, known)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "p90 response_time_s", "found_share > 0.5", "found >= many", "found_share == 1"])
def test_what_is_no_target_is_shown_how_one_is_written(known, text):
    with pytest.raises(InputError, match="--target"):
        parse_target(text, known)


@pytest.mark.parametrize(("text", "nearest"), [
    ("found_share >= 1.5", "the nearest value there can be is 1"),
    ("p90 response_time_s <= -5", "the nearest value there can be is 0"),
])
def test_a_target_that_nothing_could_meet_names_the_nearest_value(known, text, nearest):
    with pytest.raises(InputError, match=nearest):
        parse_target(text, known)


def test_at_least_one_target_is_needed(known):
    with pytest.raises(InputError, match="expected at least one"):
        parse_targets((), known)


def test_the_margin_is_positive_on_the_wanted_side(known):
    at_most, at_least = parse_targets(("found <= 5", "found >= 5"), known)
    values = np.array([4.0, 5.0, 6.0])
    assert at_most.margin(values).tolist() == [1.0, 0.0, -1.0]
    assert at_least.margin(values).tolist() == [-1.0, 0.0, 1.0]
