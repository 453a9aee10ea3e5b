"""What a replication draws."""

from dataclasses import replace

import numpy as np
import pytest

from sim.alert_merging import first_by_camera, joined_alerts
from sim.alerts import draw_alerts, equipped_cameras
from sim.detector_model import DetectorParameters
from sim.log import MISSING
from sim.rng import KeyedStreams
from sim.trace import draw_trace


def litter(p_detect=0.8, false_per_camera_h=0.5):
    return (DetectorParameters(kind="litter", p_detect=p_detect, false_per_camera_h=false_per_camera_h,
                               delay_quantiles_s=(1.0, 2.0, 4.0)),)


def test_the_same_key_gives_the_same_trace_and_another_seed_another(make_scenario):
    scenario = make_scenario()
    assert draw_trace(scenario, seed=1).digest == draw_trace(scenario, seed=1).digest
    assert draw_trace(scenario, seed=1).digest != draw_trace(scenario, seed=2).digest
    assert draw_trace(scenario, seed=1).digest != draw_trace(scenario, seed=1, replication=1).digest


def test_a_longer_horizon_keeps_the_prefix(make_scenario):
    short = draw_trace(make_scenario(duration_s=86400.0), seed=1)
    long = draw_trace(make_scenario(duration_s=3 * 86400.0), seed=1)
    n, k = short.n_incidents, short.line_camera.size
    for name in ("entity", "kind", "occur_s", "visible_end_s", "leaves_s", "persists", "x_m", "junction"):
        assert np.array_equal(getattr(long, name)[:n], getattr(short, name)), name
    assert np.array_equal(long.line_budget[:k], short.line_budget)
    assert np.array_equal(long.cases.verify_s[:n], short.cases.verify_s)
    assert np.array_equal(long.post_junction[:, : short.post_junction.shape[1]], short.post_junction)


def test_incidents_do_not_depend_on_staff(make_scenario):
    scenario = make_scenario()
    more = replace(scenario, shifts=tuple(replace(shift, inspectors=9, units=9) for shift in scenario.shifts))
    one, other = draw_trace(scenario, seed=1), draw_trace(more, seed=1)
    assert np.array_equal(one.occur_s, other.occur_s)
    assert np.array_equal(one.line_budget, other.line_budget)
    assert np.array_equal(one.cases.scene_s, other.cases.scene_s)


def test_a_further_kind_leaves_the_others_incidents_as_they_were(make_scenario, make_kind):
    scenario = make_scenario()
    more = replace(scenario, kinds=(*scenario.kinds, make_kind("noise")))
    one, other = draw_trace(scenario, seed=1), draw_trace(more, seed=1)
    kept = other.kind < 2
    assert np.array_equal(other.entity[kept], one.entity)
    assert np.array_equal(other.occur_s[kept], one.occur_s)
    assert np.array_equal(other.cases.verify_s[kept], one.cases.verify_s)


def test_every_time_of_a_trace_is_a_whole_millisecond(make_scenario):
    trace = draw_trace(make_scenario(), seed=1)
    for times in (trace.occur_s, trace.visible_end_s, trace.leaves_s, trace.cases.verify_s, trace.cases.scene_s):
        assert np.array_equal(times, np.rint(times * 1000) / 1000)


def test_incidents_follow_the_hours_and_the_use_of_the_land(make_scenario, make_kind):
    weights = tuple(2.0 if hour % 24 < 12 else 0.0 for hour in range(168))
    bars_only = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    kind = make_kind(per_day=2000.0, hour_weights=weights, land_use_weights=bars_only)
    trace = draw_trace(make_scenario(kinds=(kind,)), seed=1)
    assert abs(trace.n_incidents - 2000) < 4 * np.sqrt(2000)
    assert trace.occur_s.max() < 12 * 3600
    assert set(trace.junction.tolist()) == {50}


def test_the_start_of_the_week_shifts_the_hours(make_scenario, make_kind):
    weights = tuple(168.0 if hour == 30 else 0.0 for hour in range(168))
    kind = make_kind(per_day=500.0, hour_weights=weights)
    trace = draw_trace(make_scenario(kinds=(kind,), start_hour_of_week=24.0), seed=1)
    assert trace.occur_s.min() >= 6 * 3600
    assert trace.occur_s.max() < 7 * 3600


def test_true_alerts_follow_recall_and_delay_and_are_nested_in_it(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=1)
    equipped = equipped_cameras(scenario, KeyedStreams(1), share=1.0)
    sets = []
    for p in (0.2, 0.6, 1.0):
        alerts = draw_alerts(scenario, trace, litter(p, 0.0), equipped=equipped, seed=1)
        assert (alerts.incident != MISSING).all()
        delay = alerts.detect_s - trace.occur_s[alerts.incident]
        assert delay.min() >= 1.0
        assert delay.max() <= 4.0
        sets.append(set(zip(alerts.incident.tolist(), alerts.camera.tolist(), strict=True)))
    assert sets[0] < sets[1] < sets[2]


def test_false_alerts_come_at_their_rate_on_equipped_cameras_only(make_scenario):
    scenario = make_scenario(kinds=(make_scenario().kinds[0],))
    scenario = replace(scenario, alerting=replace(scenario.alerting, merge_window_s=0.0))
    trace = draw_trace(scenario, seed=1)
    equipped = equipped_cameras(scenario, KeyedStreams(1), share=0.5)
    alerts = draw_alerts(scenario, trace, litter(0.0, 2.0), equipped=equipped, seed=1)
    expected = 2.0 * 24 * equipped.size
    assert abs(alerts.n_alerts - expected) < 4 * np.sqrt(expected)
    assert set(alerts.camera.tolist()) <= set(equipped.tolist())
    assert (alerts.ends_s > alerts.detect_s).all()


def test_a_larger_share_of_cameras_holds_the_smaller(make_scenario):
    scenario, streams = make_scenario(), KeyedStreams(1)
    few, many = (set(equipped_cameras(scenario, streams, share=share).tolist()) for share in (0.25, 0.75))
    assert len(few) == 10
    assert few < many


def test_merging_joins_what_follows_within_the_window_on_one_camera():
    camera, detect_s = np.array([1, 2, 1, 1, 1, 1], dtype=np.int32), np.array([0.0, 5.0, 30.0, 60.0, 61.0, 62.0])
    may_join = np.array([True, True, True, True, True, False])
    assert first_by_camera(camera, detect_s, may_join, 60.0).tolist() == [0, 1, 0, 0, 4, 5]


def test_a_repeat_prolongs_what_is_still_shown_and_revives_nothing():
    first, detect_s = np.array([0, 0, 2, 0, 0, 2]), np.array([0.0, 5.0, 6.0, 30.0, 31.0, 32.0])
    kept, until_s, merged = joined_alerts(first, detect_s, np.array([10.0, 20.0, 8.0, 90.0, 40.0, 50.0]))
    assert (kept.tolist(), until_s.tolist(), merged.tolist()) == ([0, 2], [20.0, 8.0], [4, 2])
    assert joined_alerts(first, detect_s, np.array([10.0, 30.0, 8.0, 40.0, 35.0, 50.0]))[1].tolist() == [40.0, 8.0]


def test_merging_joins_false_alerts_only(make_scenario):
    scenario = make_scenario()
    scenario = replace(scenario, alerting=replace(scenario.alerting, merge_window_s=86400.0))
    trace = draw_trace(scenario, seed=1)
    equipped = equipped_cameras(scenario, KeyedStreams(1), share=1.0)
    alerts = draw_alerts(scenario, trace, litter(1.0, 50.0), equipped=equipped, seed=1)
    is_true = alerts.incident != MISSING
    assert int((~is_true).sum()) == 40, "one merged false alert for each camera"
    assert alerts.merged[~is_true].sum() > 40_000
    alone = draw_alerts(scenario, trace, litter(1.0, 0.0), equipped=equipped, seed=1)
    assert np.array_equal(alerts.incident[is_true], alone.incident)
    assert np.array_equal(alerts.detect_s[is_true], alone.detect_s)


def test_no_alert_comes_before_what_it_is_about(make_scenario):
    scenario = make_scenario()
    trace = draw_trace(scenario, seed=2)
    equipped = equipped_cameras(scenario, KeyedStreams(2), share=1.0)
    alerts = draw_alerts(scenario, trace, litter(0.9, 200.0), equipped=equipped, seed=2)
    is_true = alerts.incident != MISSING
    assert is_true.sum() > 10
    assert (alerts.detect_s[is_true] >= trace.occur_s[alerts.incident[is_true]]).all()


@pytest.mark.parametrize("change", ["kinds", "shifts"])
def test_nothing_to_draw_is_no_error(make_scenario, make_kind, change):
    scenario = make_scenario(kinds=(make_kind(per_day=0.0),)) if change == "kinds" else make_scenario(shifts=())
    trace = draw_trace(scenario, seed=1)
    assert (trace.n_incidents == 0) == (change == "kinds")
    assert (trace.post_junction.size == 0) == (change == "shifts")
    alerts = draw_alerts(scenario, trace, (), equipped=np.zeros(0, dtype=np.int32), seed=1)
    assert alerts.n_alerts == 0
