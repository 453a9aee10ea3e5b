"""Alert sets: nested in every rate, of the level that was counted, merged by what they are about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.alert_merging import first_nearby
from sim.alerts import draw_alerts
from sim.city import CameraKind, LandUse
from sim.detector_model import Band, DetectorModel, DetectorParameters, SizeCurve, band_levels
from sim.log import MISSING
from sim.occasions import Drift
from sim.trace import draw_trace

ALL = np.arange(40, dtype=np.int32)


def detector(p_detect=0.8, false_per_camera_h=0.5, **changes):
    return DetectorParameters(kind="litter", p_detect=p_detect, false_per_camera_h=false_per_camera_h,
                              delay_quantiles_s=(1.0, 2.0), **changes)


def unmerged(scenario):
    return replace(scenario, alerting=replace(scenario.alerting, merge_window_s=0.0))


def alert_set(alerts, kept=slice(None)):
    return set(zip(alerts.camera[kept].tolist(), alerts.detect_s[kept].tolist(), alerts.incident[kept].tolist(),
                   alerts.ends_s[kept].tolist(), strict=True))


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 1000))
def test_alert_sets_are_nested_in_recall_and_false_rate(make_scenario, rate, more_rate, recall, more_recall, seed):
    scenario = unmerged(make_scenario())
    trace = draw_trace(scenario, seed=seed)
    few = draw_alerts(scenario, trace, [detector(min(recall, more_recall), min(rate, more_rate))], equipped=ALL,
                      seed=seed)
    many = draw_alerts(scenario, trace, [detector(max(recall, more_recall), max(rate, more_rate))], equipped=ALL,
                       seed=seed)
    assert alert_set(few) <= alert_set(many)


def test_a_camera_or_a_day_more_leaves_the_others_false_alerts_as_they_were(make_scenario):
    scenario = unmerged(make_scenario())
    longer = replace(scenario, duration_s=2 * 86_400.0)
    some = draw_alerts(scenario, draw_trace(scenario, seed=1), [detector(0.0, 2.0)], equipped=ALL[::2], seed=1)
    whole = draw_alerts(longer, draw_trace(longer, seed=1), [detector(0.0, 2.0)], equipped=ALL, seed=1)
    assert alert_set(some) == alert_set(whole, (whole.camera % 2 == 0) & (whole.detect_s < scenario.duration_s))


STRICT = (Band(threshold=0.7, p_detect=0.5, false_per_camera_h=0.6, level=3),
          Band(threshold=0.9, p_detect=0.2, false_per_camera_h=0.1, level=4))


def test_the_score_is_the_highest_threshold_at_which_an_alert_still_appears(make_scenario):
    scenario = unmerged(make_scenario())
    trace = draw_trace(scenario, seed=2)
    whole = draw_alerts(scenario, trace, [detector(0.8, 2.0, level=1, stricter=STRICT)], equipped=ALL, seed=2)
    for band in STRICT:
        alone = draw_alerts(scenario, trace, [detector(band.p_detect, band.false_per_camera_h)], equipped=ALL, seed=2)
        assert alert_set(alone) == alert_set(whole, whole.score >= band.threshold)
    assert set(zip(whole.score.tolist(), whole.level.tolist(), strict=True)) == {(0.5, 1), (0.7, 3), (0.9, 4)}


def test_levels_follow_the_precision_counted_in_each_band(detector_row):
    rows = [replace(detector_row, threshold=threshold, hits=hits, misses=20 - hits, false_alarms=false)
            for threshold, hits, false in ((0.2, 20, 50), (0.5, 19, 20), (0.7, 12, 13), (0.9, 10, 1))]
    assert band_levels(rows) == (1, 3, 1, 4)
    assert band_levels(rows[:1]) == (2,)


def test_rows_that_differ_in_threshold_alone_are_one_entry(detector_row):
    rows = tuple(replace(detector_row, threshold=threshold) for threshold in (0.9, 0.5))
    model = DetectorModel(name="m", detector="d", version="1", profile="p", kind_map={"object_placed": "litter"},
                          provenance={}, rows=(*rows, replace(detector_row, condition="night")))
    drawn = model.draw(np.random.default_rng(1))
    assert [(item.condition, [band.threshold for band in item.bands]) for item in drawn] == [
        ("all", [0.5, 0.9]), ("night", [0.5])]


def test_the_size_curve_takes_the_place_of_recall(make_scenario):
    scenario = unmerged(make_scenario())
    trace = draw_trace(scenario, seed=3)
    curve = SizeCurve(plateau=0.9, px50=float(np.median(trace.line_px)), slope=4.0)
    assert curve.p_detect(np.array([curve.px50, 1e9])) == pytest.approx([0.45, 0.9])
    every = draw_alerts(scenario, trace, [detector(1.0, 0.0)], equipped=ALL, seed=3)
    sized = draw_alerts(scenario, trace, [detector(1.0, 0.0, curve=curve)], equipped=ALL, seed=3)
    place = np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line))
    pairs = zip(place.tolist(), trace.line_camera.tolist(), strict=True)
    px = dict(zip(pairs, trace.line_px.tolist(), strict=True))

    def sizes(alerts):
        return np.array([px[pair] for pair in zip(alerts.incident.tolist(), alerts.camera.tolist(), strict=True)])

    assert 0.0 < sized.n_alerts < every.n_alerts
    assert np.median(sizes(sized)) > np.median(sizes(every))


def test_a_row_holds_where_and_when_its_condition_does(make_scenario):
    scenario = unmerged(make_scenario())
    trace = draw_trace(scenario, seed=4)
    items = [detector(1.0, 4.0, condition="bar"), detector(0.0, 1.0, condition="night"), detector(0.0, 0.0)]
    alerts = draw_alerts(scenario, trace, items, equipped=ALL, seed=4)
    at_bar = scenario.city.land_use[scenario.city.cameras.junction[alerts.camera]] == LandUse.BAR
    hour = alerts.detect_s / 3600.0 % 24.0
    assert at_bar.any()
    assert not at_bar.all()
    assert ((hour[~at_bar] < 7.0) | (hour[~at_bar] >= 19.0)).all(), "elsewhere only by night"
    assert ((hour[at_bar] >= 7.0) & (hour[at_bar] < 19.0)).any(), "at the bar by day as well"
    assert (alerts.incident[~at_bar] == MISSING).all()


def test_groups_of_cameras_have_detectors_of_their_own(make_scenario):
    plain = unmerged(make_scenario())
    turning = np.resize(np.array([CameraKind.FIXED, CameraKind.PTZ], dtype=np.int8), plain.city.cameras.n_cameras)
    cameras, names = replace(plain.city.cameras, kind=turning), plain.city.district_names
    scenario = replace(plain, city=replace(plain.city, cameras=cameras))
    trace = draw_trace(scenario, seed=4)
    items = [detector(0.0, 2.0, condition=f"district:{names[0]}"), detector(1.0, 0.0, condition="ptz"),
             detector(0.0, 0.0)]
    alerts = draw_alerts(scenario, trace, items, equipped=ALL, seed=4)
    is_first, is_ptz = cameras.district[alerts.camera] == 0, cameras.kind[alerts.camera] == CameraKind.PTZ
    is_false = alerts.incident == MISSING
    assert is_first[is_false].all()
    assert (is_ptz & ~is_first)[~is_false].all(), "a district goes before a kind"
    assert is_false.any()
    assert (~is_false).any()


def test_a_drifting_detector_finds_less_and_errs_more_from_day_to_day(make_scenario, make_kind):
    scenario = unmerged(make_scenario(kinds=(make_kind(per_day=2_000.0),), duration_s=3 * 86_400.0))
    drifting = replace(scenario, drift=Drift(false_factor_per_day=1.5, recall_factor_per_day=0.5))
    trace = draw_trace(scenario, seed=5)
    base = draw_alerts(scenario, trace, [detector(0.9, 1.0)], equipped=ALL, seed=5)
    drifted = draw_alerts(drifting, trace, [detector(0.9, 1.0)], equipped=ALL, seed=5)

    def by_day(alerts, kept):
        return np.bincount((alerts.detect_s[kept] // 86_400.0).astype(int), minlength=3)

    false, true = by_day(drifted, drifted.incident == MISSING), by_day(drifted, drifted.incident != MISSING)
    expected = 40 * 24 * 1.5 ** np.arange(3)
    assert (np.abs(false - expected) < 4 * np.sqrt(expected)).all()
    assert alert_set(drifted, drifted.incident != MISSING) <= alert_set(base, base.incident != MISSING)
    ratio = true / by_day(base, base.incident != MISSING)
    assert ratio == pytest.approx([1.0, 0.5, 0.25], abs=0.12)


def slow_groups(about, x_m, y_m, detect_s, window_s, radius_m):
    firsts, group = [], []
    for index in range(len(about)):
        fits = [number for number, first in enumerate(firsts)
                if detect_s[index] - detect_s[first] <= window_s and about[first] == about[index]
                and (x_m[index] - x_m[first]) ** 2 + (y_m[index] - y_m[first]) ** 2 <= radius_m**2]
        if not fits:
            firsts.append(index)
        group.append(fits[0] if fits else len(firsts) - 1)
    return firsts, group


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.integers(0, 1000))
def test_merging_by_place_agrees_with_a_slow_search(n, window_s, radius_m, seed):
    rng = np.random.default_rng(seed)
    about = rng.choice(np.array([MISSING, 3, 4], dtype=np.int32), n)
    x_m, y_m, detect_s = rng.uniform(0, 200, n), rng.uniform(0, 200, n), np.sort(rng.uniform(0, 500, n))
    firsts, group = slow_groups(about, x_m, y_m, detect_s, window_s, radius_m)
    first = first_nearby(about, x_m, y_m, detect_s, window_s, radius_m)
    assert first.tolist() == [firsts[number] for number in group]


def test_merging_by_place_never_joins_a_false_alert_with_a_true_one(make_scenario):
    scenario = make_scenario()
    scenario = replace(scenario, alerting=replace(scenario.alerting, merge_window_s=86_400.0, merge_radius_m=1e6))
    trace = draw_trace(scenario, seed=6)
    alerts = draw_alerts(scenario, trace, [detector(1.0, 5.0)], equipped=ALL, seed=6)
    alone = draw_alerts(scenario, trace, [detector(1.0, 0.0)], equipped=ALL, seed=6)
    raw = draw_alerts(unmerged(scenario), trace, [detector(1.0, 0.0)], equipped=ALL, seed=6)
    is_true = alerts.incident != MISSING
    assert int((~is_true).sum()) == 1, "all false alerts are of one place and one day"
    assert np.array_equal(alerts.incident[is_true], alone.incident)
    assert len(set(alone.incident.tolist())) == alone.n_alerts == len(set(raw.incident.tolist()))
    assert alone.merged.sum() == raw.merged.sum()


def test_a_true_alert_is_handled_as_its_incident_would_be(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=7)
    alerts = draw_alerts(scenario, trace, [detector(1.0, 1.0)], equipped=ALL, seed=7)
    is_true = alerts.incident != MISSING
    assert np.array_equal(alerts.cases.verify_s[is_true], trace.cases.verify_s[alerts.incident[is_true]])
    assert len(np.unique(alerts.cases.u_confirm[~is_true])) == int((~is_true).sum())


def test_a_detector_that_differs_between_cameras_finds_as_much_in_all(make_scenario, make_kind):
    scenario = unmerged(make_scenario(kinds=(make_kind(per_day=4_000.0, p_evidence_persists=1.0),)))
    trace = draw_trace(scenario, seed=8)
    shares = {}
    for correlation in (0.0, 0.3):
        item = detector(0.6, 0.0, camera_correlation=correlation)
        alerts = draw_alerts(scenario, trace, [item], equipped=ALL, seed=8)
        n_lines = np.bincount(trace.line_camera, minlength=40)
        shares[correlation] = np.bincount(alerts.camera, minlength=40)[n_lines > 20] / n_lines[n_lines > 20]
    assert shares[0.3].std() == pytest.approx(np.sqrt(0.24 * 0.3), rel=0.35)
    assert shares[0.3].std() > 2.0 * shares[0.0].std()
    assert shares[0.3].mean() == pytest.approx(0.6, abs=4.0 * shares[0.3].std() / np.sqrt(shares[0.3].size))
