"""Days that swing, staff that changes under load, and looks that find: as worlds play them."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from sim.roster import duties
from sim.theory import SineRate
from sim.theory.time_varying import StaffedDay
from watchfloor.validation.days import (
    ample_room_checks,
    layered_shifts,
    relieved_room_checks,
    stepped_room_checks,
)
from watchfloor.validation.travel import make_grid
from watchfloor.validation.watching import Scan, watching_check
from watchfloor.validation.worlds import make_scenario, make_town

FOLDER = Path(__file__).resolve().parent / "conformance"


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def failures(checks):
    return [f"{check.name}: {check.value} ± {check.half_width}; expected {check.reference}, n = {check.n}"
            for check in checks if not check.passed]


DAYS = load("time_varying_mt_m_st")


@pytest.mark.parametrize("n_days", [30, pytest.param(1_500, marks=pytest.mark.long)])
def test_alerts_wait_as_long_as_theory_says_when_all_staff_changes_every_hour(n_days):
    """Who is busy finishes after hours: the room's own rule, under the rates and the schedule of the published day."""
    case = next(case for case in DAYS if case["name"] == "operators" and case["rule"] == "SIPP-avg")
    checks = relieved_room_checks(
        "operators", SineRate(mean=case["lam_bar_per_h"], amplitude=case["beta"]), service_per_h=case["mu_per_h"],
        staff=case["schedule"], n_days=n_days, rng=np.random.default_rng(2007), must_be_tight=n_days > 1_000)
    assert len(checks) == 25
    assert not failures(checks)


@pytest.mark.parametrize("n_days", [30, pytest.param(1_500, marks=pytest.mark.long)])
def test_alerts_wait_as_long_as_theory_says_where_the_staff_never_steps_down(n_days):
    checks = stepped_room_checks("12 all day", SineRate(mean=120.0, amplitude=0.2), service_per_h=12.0, staff=[12] * 24,
                                 n_days=n_days, rng=np.random.default_rng(2001), must_be_tight=False)
    assert len(checks) == 75
    assert not failures(checks)


@pytest.mark.long
@pytest.mark.parametrize("case", DAYS, ids=[f"{case['name']} {case['rule']}" for case in DAYS])
def test_the_published_days_come_out_of_a_room_that_puts_cases_back(case):
    """Delays, mean numbers waiting and in the system, hour by hour, of each staffing rule's schedule.

    Queues are rare and long where staff is ample: the mean of fewer days is too skew for a normal interval.
    """
    published = StaffedDay(p_delay=np.array(case["P_delay"]), mean_queue=np.array(case["mean_Lq"]),
                           mean_in_system=np.array(case["mean_L"]))
    checks = stepped_room_checks(
        case["rule"], SineRate(mean=case["lam_bar_per_h"], amplitude=case["beta"]), service_per_h=case["mu_per_h"],
        staff=case["schedule"], n_days=1_000, rng=np.random.default_rng(2014), must_be_tight=False,
        published=published)
    assert len(checks) == 75
    assert not failures(checks)


@pytest.mark.parametrize("case", DAYS, ids=[f"{case['name']} {case['rule']}" for case in DAYS])
def test_layered_shifts_are_the_published_schedule_and_nobody_comes_as_another_goes(case):
    scenario = make_scenario(make_town(make_grid(2), [0]), duration_s=86_400.0, shifts=layered_shifts(case["schedule"]))
    table = duties(scenario)
    on_duty = [len(next(duty for duty in reversed(table) if duty.from_s <= hour * 3600.0).inspectors)
               for hour in range(24)]
    assert on_duty == case["schedule"]
    for before, after in itertools.pairwise(table):
        came, gone = set(after.inspectors) - set(before.inspectors), set(before.inspectors) - set(after.inspectors)
        assert not (came and gone)


LOADS = load("mt_g_inf")


@pytest.mark.parametrize("case", LOADS, ids=[f"{case['lam_bar']} an hour, {case['mu']} served" for case in LOADS])
def test_the_busy_inspectors_of_an_ample_room_follow_the_offered_load(case):
    n_days = 4_000 if case["lam_bar"] < 100 else 2_700
    checks = ample_room_checks(
        "", SineRate(mean=case["lam_bar"], amplitude=case["beta"], period=case["period"]), service_per_h=case["mu"],
        hours=case["t"], references=case["m_t"], n_days=n_days, n_played_days=2, rng=np.random.default_rng(1993))
    assert len(checks) == 1 + 2 * len(case["t"])
    assert not failures(checks)


SCANS = load("operator_scanning")
FIELDS = {"P_detect_cyclic_fixed_T": Scan.CYCLIC_FIXED, "P_detect_cyclic_exp_T": Scan.CYCLIC_EXPONENTIAL,
          "P_detect_random_exp_T": Scan.RANDOM_EXPONENTIAL}


@pytest.mark.parametrize("n", [5_000, pytest.param(120_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("case", SCANS, ids=[f"{case['cameras']} cameras" for case in SCANS])
def test_a_world_finds_by_looking_what_theory_says(case, field, n):
    check = watching_check(FIELDS[field], n_cameras=case["cameras"], look_s=case["dwell_s"],
                           visible_s=case["visible_mean_s"], n=n, rng=np.random.default_rng(1972),
                           reference=case[field], must_be_tight=n > 100_000)
    assert not failures([check])
