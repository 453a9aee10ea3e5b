"""From hourly load to shifts and people: against theory, against every rule, and with the rules in conflict named."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import load_scenario
from sim.errors import InputError
from sim.theory import SineRate, lag_sipp_staff, offered_load_staff, sipp_staff
from watchfloor.study.conflicts import RuleConflictError, find_conflict
from watchfloor.study.offered_load import busy_by_hour, lagged, make_hourly_load
from watchfloor.study.people import OFF, assign_people, is_night
from watchfloor.study.roster import cut, most_on_duty, roster_cost_per_day, sim_shifts
from watchfloor.study.rules import LockedShift, PartTime, RosterRules, Rules, load_rules
from watchfloor.study.shift_design import DailyShift, coverage, design_shifts

DAY = (3, 3, 2, 2, 2, 2, 3, 4, 5, 5, 5, 6, 6, 6, 6, 6, 7, 7, 7, 7, 6, 6, 5, 4)


def test_hour_by_hour_the_three_methods_agree_with_those_for_a_sine():
    rate, service_rate = SineRate(mean=12.0, amplitude=0.6), 0.8
    hourly = make_hourly_load([rate.mean_between(hour, hour + 1) for hour in range(24)], 1.0 / service_rate, p_wait=0.2)
    assert hourly.sipp == sipp_staff(rate, service_rate=service_rate, p_wait=0.2)
    for mine, theirs in ((hourly.modified_offered_load, offered_load_staff), (hourly.lag_sipp, lag_sipp_staff)):
        exact = theirs(rate, service_rate=service_rate, p_wait=0.2)
        assert max(abs(one - other) for one, other in zip(mine, exact, strict=True)) <= 1
        assert sum(one != other for one, other in zip(mine, exact, strict=True)) <= 2


def test_the_busy_servers_of_a_day_are_its_work_and_lag_behind_the_arrivals():
    rates = np.where(np.arange(24) == 10, 6.0, 0.0)
    busy = busy_by_hour(rates, 2.0)
    assert busy.sum() == pytest.approx(12.0)
    assert int(busy.argmax()) == 11
    assert lagged(rates, 1.5)[11] == lagged(rates, 1.5)[12] == 3.0
    assert busy_by_hour(rates, 0.0).tolist() == [0.0] * 24


@given(st.lists(st.integers(0, 9), min_size=24, max_size=24), st.sampled_from([(8,), (12,), (6, 8, 12)]),
       st.integers(0, 1))
@settings(max_examples=5, deadline=None)
def test_shifts_cover_every_hour_with_no_more_duty_than_the_rules_ask(required, lengths, break_h):
    rules = Rules(lengths_h=lengths, break_h=break_h, max_kinds=4)
    shifts = design_shifts(required, rules, who="units")
    assert np.all(coverage(shifts, rules) >= np.array(required))
    assert all(shift.length_h in lengths for shift in shifts)
    assert len(shifts) <= 4
    assert all(len(shift.breaks) in (0, shift.posts) for shift in shifts)


def test_a_lone_requirement_is_covered_by_one_shift_across_midnight():
    required = [1 if hour >= 22 or hour < 6 else 0 for hour in range(24)]
    (shift,) = design_shifts(required, Rules(lengths_h=(8,)), who="units")
    assert (shift.start_h, shift.posts, shift.name) == (22, 1, "22:00–06:00")
    assert is_night(shift)


def test_locked_shifts_stay():
    locked = LockedShift(start_h=7, length_h=10, posts=3)
    shifts = design_shifts(DAY, Rules(locked=(locked,), max_kinds=4), who="units")
    assert any(shift.start_h == 7 and shift.length_h == 10 and shift.posts >= 3 for shift in shifts)


@pytest.mark.parametrize("rules", [
    Rules(), Rules(lengths_h=(8,), max_nights_in_row=2, max_days_in_row=4), Rules(min_rest_h=16.0),
    Rules(part_time=PartTime(people=6, hours_per_week=20.0)), Rules(lengths_h=(24,), hours_per_week=48.0,
                                                                    min_rest_h=48.0)])
def test_every_week_keeps_the_rules_and_every_post_is_filled(rules):
    shifts = design_shifts(DAY, rules, who="units")
    people = assign_people(shifts, rules, who="units")
    for day in range(7):
        for place, shift in enumerate(shifts):
            assert sum(person.pattern[day] == place for person in people) >= shift.posts
    for person in people:
        hours = sum(shifts[place].length_h for place in person.pattern if place != OFF)
        assert hours <= (rules.part_time.hours_per_week if person.is_part_time and rules.part_time
                         else rules.hours_per_week)
        spans = [(24 * day + shifts[place].start_h, 24 * day + shifts[place].start_h + shifts[place].length_h)
                 for day, place in enumerate(person.pattern * 2) if place != OFF]
        assert all(after[0] - before[1] >= rules.min_rest_h for before, after in pairwise(spans))
        week = "".join("n" if place != OFF and is_night(shifts[place]) else "." for place in person.pattern * 2)
        assert "n" * (rules.max_nights_in_row + 1) not in week
        work = "".join("." if place == OFF else "w" for place in person.pattern * 2)
        assert "w" * (rules.max_days_in_row + 1) not in work
    assert sum(person.is_part_time for person in people) <= (rules.part_time.people if rules.part_time else 0)


@pytest.mark.parametrize(("rules", "named", "unnamed"), [
    (Rules(max_on_duty=5), ["max_on_duty = 5"], ["lengths_h", "starts_h"]),
    (Rules(lengths_h=(8,), max_kinds=2), ["lengths_h = [8]", "max_kinds = 2"], ["starts_h"]),
    (Rules(people=4), ["people = 4"], []),
    (Rules(lengths_h=(12,), hours_per_week=10.0), ["hours_per_week = 10"], ["max_nights"]),
])
def test_rules_without_a_solution_are_named_and_no_others(rules, named, unnamed):
    with pytest.raises(RuleConflictError) as caught:
        assign_people(design_shifts(DAY, rules, who="units"), rules, who="units")
    assert all(any(name in rule for rule in caught.value.rules) for name in named)
    assert not any(name in rule for rule in caught.value.rules for name in unnamed)


@given(st.sets(st.integers(0, 5), min_size=1))
@settings(max_examples=30, deadline=None)
def test_the_conflict_found_is_irreducible(conflict):
    found = find_conflict([str(rule) for rule in range(6)],
                          lambda kept: not {str(rule) for rule in conflict} <= kept)
    assert set(found) == {str(rule) for rule in conflict}


def test_a_post_with_a_break_is_played_as_a_shift_before_it_and_one_after():
    rules = RosterRules(inspectors=Rules(break_h=1))
    shifts = {"inspectors": (DailyShift(start_h=20, length_h=8, posts=3, breaks=(3, 4, 4)),),
              "units": (DailyShift(start_h=0, length_h=24, posts=2),)}
    played = sim_shifts(shifts, rules)
    present = [sum(shift.inspectors for shift in played if shift.covers(hour + 0.5)) for hour in range(24)]
    assert present[20:] == [3, 3, 3, 2]
    assert present[:5] == [1, 3, 3, 3, 0]
    assert all(sum(shift.units for shift in played if shift.covers(hour + 0.5)) == 2 for hour in range(24))
    scenario = load_scenario("district_centre")
    assert roster_cost_per_day(shifts, scenario) == 3 * 8 * 2500 + 2 * 24 * 8000
    assert most_on_duty(shifts["inspectors"]) == 3


def test_a_cut_asks_for_more_where_most_is_missing():
    margin = np.zeros(24)
    margin[23], margin[0] = -2.0, -3.0
    more = cut([5] * 24, margin, np.ones(24))
    changed = [hour for hour in range(24) if more[hour] > 5]
    assert len(changed) == 4
    assert {23, 0} <= set(changed)


def test_a_rules_file_is_read_and_its_faults_are_named(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text('schema = "watchfloor.roster-rules/1"\n[inspectors]\nlengths_h = [12, 8]\nbreak_h = 1\n'
                    "[units]\npeople = 40\n[[units.locked]]\nstart_h = 8\nlength_h = 12\nposts = 2\n")
    rules = load_rules(path)
    assert rules.inspectors.lengths_h == (8, 12)
    assert rules.units.locked == (LockedShift(start_h=8, length_h=12, posts=2),)
    path.write_text('schema = "watchfloor.roster-rules/1"\n[units]\nlengths = [8]\nmin_rest_h = -1\n')
    with pytest.raises(InputError) as caught:
        load_rules(path)
    assert "lengths_h" in str(caught.value)
    assert "min_rest_h = -1" in str(caught.value)
