"""Posts become people, a plan of growth becomes hires, and the present roster is scored."""

from __future__ import annotations

import math

import numpy as np
import openpyxl
import pytest

from sim.errors import InputError
from watchfloor.study.growth import GrowthPlan, load_growth, plan_growth, pooling
from watchfloor.study.present import failing_hours, join_hours, read_shifts
from watchfloor.study.relief import (
    ASSUMED_ABSENCE,
    DAYS_PER_YEAR,
    Absence,
    Range,
    gross_people,
    relief_factor,
)
from watchfloor.study.target import Sense, Target


def sure(value):
    return Range(low=value, likely=value, high=value)


NOBODY_AWAY = Absence(source="none", leave_days=sure(0.0), sick_days=sure(0.0), training_days=sure(0.0),
                      turnover_share=sure(0.0), vacancy_weeks=sure(0.0))


def test_nobody_away_makes_a_factor_of_one_and_a_post_four_people_in_24_72():
    factor = relief_factor(NOBODY_AWAY)
    assert (factor.likely, factor.low, factor.high) == (1.0, 1.0, 1.0)
    assert gross_people(168.0, 24.0 * 7.0 / 4.0) == 4.0
    assert gross_people(168.0, 40.0) == pytest.approx(4.2)


def test_the_factor_is_one_over_the_share_of_the_year_that_people_are_there():
    absence = Absence(source="test", leave_days=sure(30.0), sick_days=sure(10.0), training_days=sure(5.0),
                      turnover_share=sure(0.1), vacancy_weeks=sure(10.0))
    factor = relief_factor(absence)
    assert factor.likely == pytest.approx(1.0 / (1.0 - 45.0 / DAYS_PER_YEAR - 0.1 * 70.0 / DAYS_PER_YEAR))
    assert factor.people(100)[0] == math.ceil(100 * factor.likely)


def test_the_range_of_the_assumed_factor_holds_the_likely_one():
    factor = relief_factor(ASSUMED_ABSENCE)
    assert 1.1 < factor.low < factor.likely < factor.high < 1.6
    assert ASSUMED_ABSENCE.source.startswith("assumption: ")


def test_people_who_are_never_there_are_refused():
    with pytest.raises(InputError, match="some days of the year"):
        relief_factor(Absence(source="x", leave_days=sure(400.0), sick_days=sure(0.0), training_days=sure(0.0),
                              turnover_share=sure(0.0), vacancy_weeks=sure(0.0)))


def plan(**changes):
    return GrowthPlan(**{"source": "test", "first_quarter": "2027 Q4", "cameras_by_month": (100,) * 3 + (200,) * 3,
                         "lead_months": 0, "ramp_months": 0, "attrition_per_year": 0.0, "rooms": 15, **changes})


def test_without_attrition_the_hires_are_the_growth():
    quarters = plan_growth(plan(), posts_now=10, people_now=40, cameras_now=100, relief=relief_factor(NOBODY_AWAY))
    assert [item.name for item in quarters] == ["2027 Q4", "2028 Q1"]
    assert [(item.posts, item.people, item.hires) for item in quarters] == [(10, 40, 0), (20, 80, 40)]


def test_attrition_is_replaced_a_ramp_takes_more_and_a_lead_time_approves_earlier():
    relief = relief_factor(NOBODY_AWAY)

    def hires(**changes):
        return plan_growth(plan(**changes), posts_now=10, people_now=40, cameras_now=100, relief=relief)

    assert sum(item.hires for item in hires(attrition_per_year=0.2)) > 40
    assert sum(item.hires for item in hires(ramp_months=2)) > 40
    assert hires(lead_months=3)[0].approvals == 40
    assert sum(item.approvals for item in hires(lead_months=2)) == 40


def test_one_room_handles_its_cases_with_fewer_than_fifteen_that_share_them():
    one, fifteen = pooling(6.0, 15)
    assert one < fifteen
    assert pooling(6.0, 1)[0] == pooling(6.0, 1)[1]
    assert pooling(0.0, 15) == (1, 15)


def test_a_growth_file_is_read_and_its_faults_are_named(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('schema = "watchfloor.growth/1"\nsource = "assumption: x"\nfirst_quarter = "2027 Q1"\n'
                    "cameras_by_month = [8500, 8600, 8700]\n")
    assert load_growth(path).cameras_by_month == (8500, 8600, 8700)
    path.write_text(path.read_text().replace("[8500, 8600, 8700]", "[8500, 8600, 8700, 9000]"))
    with pytest.raises(InputError, match="multiple of 3"):
        load_growth(path)
    path.write_text(path.read_text().replace("2027 Q1", "spring"))
    with pytest.raises(InputError, match="a quarter such as 2027 Q1"):
        load_growth(path)


def test_hours_that_fail_are_joined_across_midnight():
    assert join_hours([hour >= 21 or hour < 2 for hour in range(24)]) == ((21, 2),)
    assert join_hours([hour in (3, 4, 9) for hour in range(24)]) == ((3, 5), (9, 10))
    assert join_hours([True] * 24) == ((0, 24),)
    assert join_hours([False] * 24) == ()


def test_an_hour_fails_only_where_its_interval_lies_on_the_wrong_side():
    rng = np.random.default_rng(1)
    hours = 100.0 + rng.standard_normal((20, 24))
    hours[:, 5] += 50.0
    hours[:, 7] += 50.0 * rng.standard_normal(20)
    target = Target(measure="p90:response_time_s", sense=Sense.AT_MOST, limit=110.0)
    assert failing_hours(target, hours, 24) == ((5, 6),)
    assert failing_hours(target, hours, 20) == ((1, 2),)


def test_a_roster_file_becomes_shifts(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["shift", "start", "end", "inspectors", "units"])
    book.active.append(["day", "08:00", "20:00", 2, 3])
    book.active.append(["night", "20:00", "08:00", 1, 2])
    book.save(tmp_path / "roster.xlsx")
    source, shifts, notes = read_shifts(tmp_path / "roster.xlsx")
    assert "roster.xlsx" in source
    assert [(shift.start_h, shift.length_h, shift.inspectors, shift.units) for shift in shifts] == [
        (8.0, 12.0, 2, 3), (20.0, 12.0, 1, 2)]
    assert notes == ()
