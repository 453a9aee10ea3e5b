"""Cameras without a picture: drawn by camera, and felt by watching and by detectors."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.alerts import draw_alerts
from sim.detector_model import DetectorParameters
from sim.log import MISSING, Name
from sim.occasions import CameraFailures, Outage, Window
from sim.outages import CameraOutages, draw_outages
from sim.rng import KeyedStreams
from sim.simulate import simulate
from sim.trace import draw_trace

FAILURES = CameraFailures(up_mean_s=40_000.0, repair_mean_s=10_000.0)
ALL = np.arange(40, dtype=np.int32)
NOON = Window(from_s=36_000.0, to_s=50_400.0)


def rows(outages, until_s=np.inf):
    kept = outages.from_s < until_s
    return set(zip(outages.camera[kept].tolist(), outages.from_s[kept].tolist(), outages.to_s[kept].tolist(),
                   strict=True))


def test_failures_are_keyed_by_camera_and_keep_their_prefix(make_scenario):
    scenario = make_scenario(camera_failures=FAILURES)
    whole = draw_outages(scenario, KeyedStreams(1), ALL)
    some = draw_outages(scenario, KeyedStreams(1), ALL[::3])
    longer = draw_outages(replace(scenario, duration_s=5 * 86_400.0), KeyedStreams(1), ALL)
    assert rows(some) == {row for row in rows(whole) if row[0] % 3 == 0}
    assert rows(longer, scenario.duration_s) == rows(whole)


def test_cameras_are_out_for_their_long_run_share_of_the_time(make_scenario):
    scenario = make_scenario(camera_failures=FAILURES, duration_s=100 * 86_400.0)
    outages = draw_outages(scenario, KeyedStreams(1), ALL)
    out_s = np.minimum(outages.to_s, scenario.duration_s) - outages.from_s
    assert out_s.sum() / (40 * scenario.duration_s) == pytest.approx(0.2, abs=0.01)
    assert (outages.from_s == 0.0).sum() / 40 == pytest.approx(0.2, abs=0.2)


@pytest.mark.parametrize(("where", "hit"), [
    ({"district": 1}, lambda city: city.cameras.district == 1),
    ({"sites": (3, 4)}, lambda city: np.isin(city.cameras.site, (3, 4))),
    ({"share": 1.0}, lambda city: city.cameras.site >= 0),
])
def test_a_scripted_outage_hits_whom_it_names(make_scenario, where, hit):
    scenario = make_scenario(outages=(Outage(windows=(NOON,), **where),))
    outages = draw_outages(scenario, KeyedStreams(1), ALL)
    assert outages.camera.tolist() == np.flatnonzero(hit(scenario.city)).tolist()
    assert set(outages.from_s.tolist()) == {NOON.from_s}
    assert set(outages.to_s.tolist()) == {NOON.to_s}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.0, 90_000.0))
def test_until_when_a_camera_shows_agrees_with_a_slow_search(make_scenario, seed, t_s):
    scenario = make_scenario(camera_failures=FAILURES, outages=(Outage(windows=(NOON,), share=0.5),))
    outages = draw_outages(scenario, KeyedStreams(seed), ALL)
    fast = outages.seen_until_s(ALL, np.full(40, t_s))
    for camera in ALL:
        own = [(a, b) for c, a, b in sorted(rows(outages)) if c == camera]
        assert all(one[1] < other[0] for one, other in pairwise(own)), "outages are apart"
        slow = min((a for a, _ in own if a > t_s), default=np.inf)
        if any(a <= t_s < b for a, b in own):
            slow = -np.inf
        assert fast[camera] == slow


def test_a_sightline_ends_with_its_camera_and_does_not_begin_while_it_is_out(make_scenario):
    scenario = make_scenario(camera_failures=FAILURES)
    base = draw_trace(make_scenario(), seed=1)
    trace = draw_trace(scenario, seed=1)
    place = np.repeat(np.arange(trace.n_incidents), np.diff(trace.first_line))
    until_s = trace.outages.seen_until_s(trace.line_camera, trace.occur_s[place])
    out = until_s < trace.occur_s[place]
    assert out.any()
    assert (trace.line_p_look[out] == 0.0).all()
    assert np.array_equal(trace.line_p_look[~out], base.line_p_look[~out])
    assert np.array_equal(trace.line_end_s[~out], np.minimum(trace.visible_end_s[place], until_s)[~out])
    assert np.array_equal(base.line_end_s, base.visible_end_s[place])


def test_no_detector_alerts_on_a_camera_that_is_out(make_scenario):
    scenario = make_scenario(camera_failures=FAILURES)
    scenario = replace(scenario, alerting=replace(scenario.alerting, merge_window_s=0.0))
    trace = draw_trace(scenario, seed=1)
    detector = (DetectorParameters(kind="litter", p_detect=1.0, false_per_camera_h=5.0, delay_quantiles_s=(1.0,)),)
    alerts = draw_alerts(scenario, trace, detector, equipped=ALL, seed=1)
    outages = draw_outages(scenario, KeyedStreams(1), ALL)
    assert (alerts.incident != MISSING).any()
    assert (outages.seen_until_s(alerts.camera, alerts.detect_s) > alerts.detect_s).all()
    steady = draw_alerts(replace(scenario, camera_failures=None), draw_trace(make_scenario(), seed=1), detector,
                         equipped=ALL, seed=1)
    kept = set(zip(alerts.camera.tolist(), alerts.detect_s.tolist(), strict=True))
    assert kept < set(zip(steady.camera.tolist(), steady.detect_s.tolist(), strict=True))


def test_nobody_notices_on_a_dark_camera_and_the_log_says_when_it_was_dark(make_scenario):
    dark = Outage(windows=(Window(from_s=0.0, to_s=86_400.0),), share=1.0)
    log = simulate(make_scenario(outages=(dark,)), draw_trace(make_scenario(outages=(dark,)), seed=1))
    assert not (log.name == Name.SHOWN).any()
    assert (log.name == Name.OUTAGE_START).sum() == (log.name == Name.OUTAGE_END).sum() > 0
    assert (log.camera_id[log.name == Name.OUTAGE_START] >= 0).all()


def test_without_outages_every_camera_shows_for_ever():
    assert np.isinf(CameraOutages().seen_until_s(ALL, np.zeros(40))).all()
