"""Plans hold what they promise, tried by chance."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.plan import hours_without_alarm, plan_events, plan_hours
from sim.detector_model import DetectorRow
from sim.errors import InputError

ROW = DetectorRow(kind="k", condition="all", threshold=0.0, plateau=None, px50=None, slope=None, cov=None, hits=0,
                  misses=0, false_alarms=0, camera_hours=1.0, n_cameras=1, between_camera_sd=None, f0_per_h=None,
                  f1_per_person_min=None, delay_quantiles_s=())


def bound(count, hours):
    return DetectorRow(**{**{name: getattr(ROW, name) for name in ROW.__slots__}, "false_alarms": count,
                          "camera_hours": hours}).false_per_h_bounds()[1]


def test_thirty_hours_without_an_alarm_show_fewer_than_one_in_ten():
    hours = hours_without_alarm(0.1)
    assert hours == pytest.approx(29.957, abs=1e-3)
    assert bound(0, hours) == pytest.approx(0.1)


def test_the_planned_hours_show_the_claim_as_often_as_they_say():
    plan = plan_hours(0.1, true_per_h=0.03)
    assert bound(plan.n_allowed, plan.camera_hours) == pytest.approx(0.1)
    counts = np.random.default_rng(1).poisson(0.03 * plan.camera_hours, 4000)
    shown = np.mean([bound(int(count), plan.camera_hours) <= 0.1 + 1e-12 for count in counts])
    assert shown == pytest.approx(plan.p_shown, abs=0.02)
    assert plan.p_shown >= 0.9
    assert plan_hours(0.1, true_per_h=0.0).n_allowed == 0


def test_a_rate_that_is_not_below_the_claim_cannot_be_shown():
    with pytest.raises(InputError, match=r"true_per_h = 0\.1; expected less than"):
        plan_hours(0.1, true_per_h=0.1)


def test_acts_on_cameras_that_differ_give_the_wanted_half_width():
    plan = plan_events(0.8, half_width=0.1, acts_per_camera=5, between_camera_sd=0.15, n_cameras=12)
    assert plan.n_events == 62
    rng = np.random.default_rng(2)
    phi = 0.16 / 0.15**2 - 1.0
    share = rng.beta(0.8 * phi, 0.2 * phi, (4000, plan.n_cameras))
    found = rng.binomial(5, share) / 5
    assert 1.96 * found.mean(axis=1).std() == pytest.approx(0.1, abs=0.006)
    each = plan.n_events_clustered // 12
    found = rng.binomial(each, rng.beta(0.8 * phi, 0.2 * phi, (4000, 12))) / each
    assert 1.96 * found.mean(axis=1).std() <= 0.106


def test_no_number_of_acts_makes_up_for_too_few_cameras():
    plan = plan_events(0.8, half_width=0.05, acts_per_camera=5, between_camera_sd=0.2, n_cameras=5)
    assert plan.n_events_clustered is None
    assert plan.n_cameras > 60
