"""What counts allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.detector_model import DetectorModel, DetectorRow, SizeCurve, draw_curve, recall_of_camera


def make_row(**changes):
    return DetectorRow(**{
        "kind": "object_placed", "condition": "all", "threshold": 0.5, "plateau": None, "px50": None, "slope": None,
        "cov": None, "hits": 4, "misses": 0, "false_alarms": 0, "camera_hours": 39.85 / 3600, "n_cameras": 1,
        "between_camera_sd": None, "f0_per_h": None, "f1_per_person_min": None, "delay_quantiles_s": (1.0, 2.0),
        **changes})


def make_model(*rows, kind_map=None):
    return DetectorModel(name="m", detector="d", version="1", profile="tabletop",
                         kind_map=kind_map or {"object_placed": "litter"}, provenance={}, rows=rows)


def test_no_false_alarm_in_forty_seconds_still_allows_271_an_hour():
    low, high = make_row().false_per_h_bounds()
    assert low == 0.0
    assert round(high) == 271


def test_the_hours_needed_to_show_a_rate_are_those_that_bound_it():
    row = make_row()
    hours = row.camera_hours_to_show(1.0)
    assert hours == pytest.approx(-np.log(0.05))
    assert make_row(camera_hours=hours).false_per_h_bounds()[1] == pytest.approx(1.0)


@given(st.integers(0, 50), st.floats(0.01, 100))
def test_the_bounds_of_the_rate_cover_what_they_promise(count, hours):
    low, high = make_row(false_alarms=count, camera_hours=hours).false_per_h_bounds()
    assert low <= count / hours <= high
    assert stats.poisson.cdf(count, high * hours) == pytest.approx(0.05, abs=1e-6)
    if count:
        assert stats.poisson.sf(count - 1, low * hours) == pytest.approx(0.05, abs=1e-6)


def test_recall_of_four_in_four_is_not_certain():
    low, high = make_row().recall_interval()
    assert 0.5 < low < 0.62
    assert high == 1.0


def test_draws_follow_the_jeffreys_posterior():
    model = make_model(make_row(hits=8, misses=2, false_alarms=5, camera_hours=10.0))
    rng = np.random.default_rng(1)
    drawn = [model.draw(rng)[0] for _ in range(4000)]
    assert stats.kstest([item.p_detect for item in drawn], stats.beta(8.5, 2.5).cdf).pvalue > 1e-3
    assert stats.kstest([item.false_per_camera_h for item in drawn],
                        stats.gamma(5.5, scale=0.1).cdf).pvalue > 1e-3


def test_a_kind_that_is_not_mapped_raises_nothing_in_the_city():
    model = make_model(make_row(), make_row(kind="object_removed"))
    assert [item.kind for item in model.draw(np.random.default_rng(1))] == ["litter"]


def test_rows_of_conditions_that_cannot_be_told_are_passed_over_where_one_is_for_all():
    rows = [make_row(condition=condition) for condition in ("snow, 136k", "all", "night")]
    drawn = make_model(*rows).draw(np.random.default_rng(1))
    assert [item.condition for item in drawn] == ["all", "night"]
    assert [item.condition for item in make_model(rows[0]).draw(np.random.default_rng(1))] == ["snow, 136k"]


def test_thresholds_are_drawn_together_so_that_a_stricter_one_never_finds_or_errs_more():
    rows = [make_row(threshold=threshold, hits=hits, misses=10 - hits, false_alarms=false)
            for threshold, hits, false in ((0.1, 8, 6), (0.5, 8, 6), (0.7, 5, 2), (0.9, 1, 0))]
    rng = np.random.default_rng(2)
    for _ in range(200):
        (drawn,) = make_model(*rows).draw(rng)
        finds, errs = ([getattr(band, name) for band in drawn.bands] for name in ("p_detect", "false_per_camera_h"))
        assert finds == sorted(finds, reverse=True)
        assert errs == sorted(errs, reverse=True)
        assert finds[0] == finds[1]


def test_cameras_differ_by_the_spread_and_keep_the_mean():
    row = make_row(hits=70, misses=30, between_camera_sd=0.15)
    u = (np.arange(20_000) + 0.5) / 20_000
    recall = recall_of_camera(0.7, u, row.camera_correlation)
    assert recall.mean() == pytest.approx(0.7, abs=1e-3)
    assert recall.std() == pytest.approx(0.15, rel=0.02)
    assert (np.diff(recall) >= 0.0).all(), "a camera that is better is so at every size"
    assert make_row().camera_correlation == 0.0


def test_a_drawn_curve_can_always_be():
    curve = SizeCurve(plateau=1.0, px50=5.0, slope=3.0)
    wide = np.diag([0.3, 4.0, 2.0]) ** 2
    for normals in np.random.default_rng(3).standard_normal((300, 3)):
        drawn = draw_curve(curve, wide, normals)
        assert 0.0 <= drawn.plateau <= 1.0
        assert drawn.px50 > 0.0
        assert drawn.slope > 0.0
