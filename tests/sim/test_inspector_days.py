"""What one seat of the room finds in a stretch of duty."""

from dataclasses import replace

import numpy as np
import pytest

from sim.cases import make_cases
from sim.inspector_days import finds_per_inspector_day
from sim.scenario import Shift
from sim.simulate import simulate
from sim.trace import draw_trace


@pytest.fixture(scope="module")
def town(make_scenario):
    scenario = make_scenario(duration_s=10 * 86400.0, shifts=(
        Shift(name="night", start_h=0.0, length_h=8.0, inspectors=1, units=2),
        Shift(name="day", start_h=8.0, length_h=8.0, inspectors=3, units=3),
        Shift(name="evening", start_h=16.0, length_h=8.0, inspectors=2, units=3)))
    return scenario, make_cases(simulate(scenario, draw_trace(scenario, seed=3)))


def test_turns_hold_every_find_of_a_taken_seat(town):
    scenario, cases = town
    n_found = int((cases.is_true & np.isfinite(cases.t_s["confirm_s"])).sum())
    turns = finds_per_inspector_day(scenario, cases, length_h=8.0)
    assert turns.size == 10 * (1 + 3 + 2)
    # who finishes a case after the turn keeps the seat, which may be empty by then
    assert 0.97 * n_found <= turns.sum() <= n_found


def test_a_day_of_24_hours_is_three_turns_at_one_seat(town):
    scenario, cases = town
    days = finds_per_inspector_day(scenario, cases, length_h=24.0)
    turns = finds_per_inspector_day(scenario, cases, length_h=8.0).reshape(10, 6)
    assert days.size == 10  # only the first seat is taken round the clock
    # of a day's six turns the first seat's are: night's one, day's first, evening's first
    assert days.tolist() == (turns[:, 0] + turns[:, 1] + turns[:, 4]).tolist()


def test_stretches_that_the_end_cuts_are_left_out(town):
    scenario, cases = town
    shorter = replace(scenario, duration_s=9.5 * 86400.0)
    assert finds_per_inspector_day(shorter, cases, length_h=24.0).size == 9


def test_a_room_without_inspectors_has_no_inspector_days(make_scenario):
    empty = make_scenario(shifts=(Shift(name="day", start_h=0.0, length_h=24.0, inspectors=0, units=1),))
    cases = make_cases(simulate(empty, draw_trace(empty, seed=1)))
    assert finds_per_inspector_day(empty, cases, length_h=24.0).size == 0
